"""What two versions of a schema's fields break: those that are gone, that must be sent now, and that may be missing."""

from collections.abc import Mapping
from typing import Final, Protocol

from weighbridge.domain.places import Side
from weighbridge.landscape.contracts.breaks import Level
from weighbridge.landscape.contracts.schema_names import nearness
from weighbridge.landscape.contracts.schemas import Schema, Schemas, Spots
from weighbridge.landscape.contracts.two import Two

_FIELDS: Final = ("additional-properties", "other fields")
_ITEMS: Final = ("items", "items")


class Further(Protocol):
    """Compares a field that both versions have."""

    def __call__(self, name: str, *, old: Spots, new: Spots) -> None:
        """Compare it."""


class ObjectBreaks:
    """Tells of the fields of schemas of two trees."""

    def __init__(self, old: Schemas, new: Schemas) -> None:
        self.old = old
        self.new = new

    def tell(self, two: Two, *, further: Further) -> None:
        """Tell of the fields that are gone, or must be sent, or may be missing; `further` compares those that both have."""
        old, new, is_request = two.old, two.new, two.is_request
        instead = self._instead(two) if is_request else {}
        for name, spots in old.properties.items():
            others = new.properties.get(name)
            if others is not None:
                if not self._goes_other_way(two, spots, new=others):
                    further(name, old=spots, new=others)
                    self._turned(two, name, old=spots, new=others)
            elif name not in instead.values() and not self._moved_into_choices(new, name):
                self._gone(two, name, spots=spots)
        if is_request:
            self._asked(two, instead)
        else:
            self._given(two)

    def _asked(self, two: Two, instead: Mapping[str, str]) -> None:
        """Tell of the fields that must be sent now, and of those that are no longer taken."""
        old, new = two.old, two.new
        for name, line in new.required.items():
            was_given = name in old.properties and self._is_only(self.old, old.properties[name], mark="readOnly")
            if name in new.properties:
                if name not in old.required or was_given:
                    self._required(two, name, line=line, instead_of=instead.get(name, ""))
            elif name not in old.required and not new.choices:
                self._required(two, name, line=line, instead_of="")
        if new.is_closed and not old.is_closed:
            two.add(
                "request-narrowed",
                "additional-properties-closed",
                level=Level.ERROR if old.additional or old.is_open else Level.WARNING,
                words=f"{two.label} takes no other fields than those named: requests that send more are refused",
            )
            two.breaks[-1].taken = tuple(new.properties)

    def _given(self, two: Two) -> None:
        """Tell of the fields that answers always had and may not have any more."""
        old, new = two.old, two.new
        for name in old.required:
            kept = new.properties.get(name)
            if not kept or name not in old.properties:
                continue
            if self._is_only(self.new, kept, mark="writeOnly"):
                if not self._is_only(self.old, old.properties[name], mark="writeOnly"):
                    words = (
                        f"`{name}` of {two.label} is only sent now, and never given: clients that read it find nothing"
                    )
                    check = "response-property-became-write-only"
                    two.add("response-field-removed", check, level=Level.WARNING, words=words, line=kept[0].line)
                    two.breaks[-1].reads = name
            elif name not in new.required:
                words = f"`{name}` of {two.label} may be missing from answers that always had it"
                check, line = "response-property-became-optional", kept[0].line
                two.add("response-field-optional", check, level=Level.ERROR, words=words, line=line)

    def _instead(self, two: Two) -> dict[str, str]:
        """The fields that must be sent now, each with one of the same kind that had to be and is gone: that is one change."""
        old, new = two.old, two.new
        gone = [
            name
            for name in old.required
            if name in old.properties
            and name not in new.properties
            and not self._is_only(self.old, old.properties[name], mark="readOnly")
            and not self._moved_into_choices(new, name)
        ]
        found: dict[str, str] = {}
        for name in new.required if gone else ():
            if name not in new.properties or name in old.properties or name in old.required:
                continue
            if self._is_only(self.new, new.properties[name], mark="readOnly"):
                continue
            kind = self.new.of(new.properties[name]).types
            alike = [each for each in gone if self.old.of(old.properties[each]).types == kind]
            if alike:
                found[name] = max(alike, key=lambda each: nearness(each, name))
                gone.remove(found[name])
        return found

    def _goes_other_way(self, two: Two, old: Spots, *, new: Spots) -> bool:
        """Whether a field, and so all within it, was and is never part of what goes this way."""
        mark = "readOnly" if two.is_request else "writeOnly"
        return self._is_only(self.old, old, mark=mark) and self._is_only(self.new, new, mark=mark)

    def _turned(self, two: Two, name: str, *, old: Spots, new: Spots) -> None:
        """Tell of a field that goes only the other way from now on: one that answers always had is told with the others."""
        mark = "readOnly" if two.is_request else "writeOnly"
        if self._is_only(self.old, old, mark=mark) or not self._is_only(self.new, new, mark=mark):
            return
        asked = "required" if name in two.old.required else "optional"
        if two.is_request:
            words = f"`{name}` of {two.label} is only given now, and taken no more: what requests send there is dropped or refused"
            check = f"request-{asked}-property-became-read-only"
            two.add("request-field-removed", check, level=Level.NOTE, words=words, line=new[0].line)
        elif asked == "optional":
            words = f"`{name}` of {two.label} is only sent now, and never given: clients that read it find nothing"
            check = "response-optional-property-became-write-only"
            two.add("response-field-removed", check, level=Level.NOTE, words=words, line=new[0].line)
            two.breaks[-1].reads = name

    def _moved_into_choices(self, new: Schema, name: str) -> bool:
        """Whether a field now stands in the choices of a schema."""
        options = (each for kind in ("oneOf", "anyOf") for each in new.choices.get(kind, ()))
        return any(name in self.new.of((each,)).properties for each in options)

    def _gone(self, two: Two, name: str, *, spots: Spots) -> None:
        old, new = two.old, two.new
        line = spots[0].line
        announced = ", as was announced: it was deprecated" if self._is_deprecated(spots) else ""
        if two.is_request:
            if self._is_only(self.old, spots, mark="readOnly"):
                return
            refused = new.is_closed
            rest = "requests that send it are refused" if refused else "what requests send there is dropped or refused"
            two.add(
                "request-field-removed",
                "request-property-removed",
                level=_or_less(Level.ERROR if refused else Level.WARNING, announced),
                words=f"`{name}` of {two.label} is taken no more{announced or f': {rest}'}",
                line=line,
                side=Side.BASE,
            )
            return
        if self._is_only(self.old, spots, mark="writeOnly"):
            return
        is_required = name in old.required
        always = "always" if is_required else "at times"
        two.add(
            "response-field-removed",
            f"response-{'required' if is_required else 'optional'}-property-removed",
            level=_or_less(Level.ERROR if is_required else Level.WARNING, announced),
            words=f"`{name}` of {two.label} is gone from answers that {always} had it{announced}: clients that read it find nothing",
            line=line,
            side=Side.BASE,
        )
        two.breaks[-1].reads = name

    def _required(self, two: Two, name: str, *, line: int, instead_of: str) -> None:
        spots = two.new.properties.get(name, ())
        if spots and self._is_only(self.new, spots, mark="readOnly"):
            return
        is_new = name not in two.old.properties
        has_default = bool(spots and self.new.of(spots).said("default"))
        rest = " although it has a default," if has_default else " as was allowed,"
        was_right = (
            f", and `{instead_of}` is taken no more: requests that send that one instead, as was right, are refused"
        )
        words = f"requests that leave it out,{rest} are refused"
        two.add(
            "request-field-required",
            ("new-required-request-property" if is_new else "request-property-became-required")
            + ("-with-default" if has_default else ""),
            level=Level.ERROR,
            words=f"`{name}` of {two.label} must be sent now{was_right if instead_of else f': {words}'}",
            line=line,
        )

    def _is_deprecated(self, spots: Spots) -> bool:
        """Whether it was announced of a field that it goes."""
        followed = (self.old.library.follow(spot) for spot in spots)
        return any(spot is not None and spot.is_true("deprecated") for spot in (*spots, *followed))

    @staticmethod
    def _is_only(schemas: Schemas, spots: Spots, *, mark: str) -> bool:
        """Whether a field goes only the other way: `readOnly` fields are not sent, `writeOnly` ones not given."""
        found = schemas.of(spots).exclusive.get(mark)
        return found is not None and found.value.lower() == "true"


def _or_less(level: Level, announced: str) -> Level:
    """As bad as it is for those who were told, or were not."""
    return level if not announced else Level.WARNING if level is Level.ERROR else Level.NOTE


def open_breaks(two: Two, *, schemas: tuple[Schemas, Schemas]) -> None:
    """Tell of what was said only before or is said only now of all other fields, and of all items."""
    old, new = two.old, two.new
    if not (old.is_closed or new.is_closed):
        _opened(two, (old.additional, new.additional), schemas=schemas, what=_FIELDS)
    _opened(two, (old.items, new.items), schemas=schemas, what=_ITEMS)


def _opened(two: Two, parts: tuple[Spots, Spots], *, schemas: tuple[Schemas, Schemas], what: tuple[str, str]) -> None:
    before, after = parts
    if bool(before) == bool(after):
        return
    said, line = (schemas[1].of(after), after[0].line) if after else (schemas[0].of(before), before[0].line)
    if said.types is None and said.values is None:
        return
    check, name = what[0], f"{what[1]} of {two.label}"
    if after and two.is_request:
        is_none = said.types == frozenset()
        words = (
            f"{name} are no longer taken" if is_none else f"{name} must be as described now, where anything was taken"
        )
        level = Level.ERROR if is_none else Level.WARNING
        two.add(
            "request-narrowed",
            f"{check}-narrowed",
            level=level,
            words=f"{words}: other requests are refused",
            line=line,
        )
    elif before and not two.is_request and said.types:
        words = f"{name} may be anything in answers, where clients expect them as they were described"
        two.add("response-widened", f"{check}-widened", level=Level.WARNING, words=words, line=line, side=Side.BASE)
