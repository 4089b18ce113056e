"""What two versions of a schema break for those who send such values, and for those who get them."""

from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from functools import partial
from typing import Final

from msgspec import Struct, field

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook, NotRead, Reason
from weighbridge.domain.places import Place, Side
from weighbridge.landscape.contracts.breaks import Break, Level, Operation
from weighbridge.landscape.contracts.library import Spot
from weighbridge.landscape.contracts.sameness import Sameness
from weighbridge.landscape.contracts.schema_limits import limit_breaks
from weighbridge.landscape.contracts.schema_names import followed, kind_of, listed, named, within
from weighbridge.landscape.contracts.schema_objects import ObjectBreaks, open_breaks
from weighbridge.landscape.contracts.schema_values import (
    covers,
    discriminator_breaks,
    lost_values,
    null_breaks,
    type_breaks,
    value_breaks,
)
from weighbridge.landscape.contracts.schemas import Schema, Schemas, Spots
from weighbridge.landscape.contracts.unclear import known_of

MOST_PAIRS: Final = 100_000
"""Schemas that are compared with one another; the largest descriptions have a tenth as many that differ."""

MOST_STEPS: Final = 5_000_000
"""Steps from operations to what differs in their schemas."""

_OR_NULL: Final = "became-nullable"
"""What most who read an answer do not tell from what is left out."""

_MOST_CHOICES: Final = 200
"""Choices that are looked for among others by what they say."""


class Way(StrEnum):
    """Which way values go, seen from the server."""

    REQUEST = "request"
    RESPONSE = "response"
    MESSAGE = "message"
    """To whoever receives what the server sends by itself: as an answer goes, but nobody asked."""
    RECEIPT = "receipt"
    """What such a receiver answers: as a request goes, but a server seldom reads more of it than that it came."""


Spared = frozenset[tuple[str, str]]
"""Properties with values that another choice takes; the value itself goes by no name."""

Key = tuple[tuple[int, ...], tuple[int, ...], Way, str, Spared, bool]
"""What tells two schemas that are compared from others: the values they stand in, which way they go, as what, what is spared, and whether it could be left out."""


class Compared(Struct, kw_only=True, eq=False):
    """What two schemas break by themselves, and what else is compared because of them."""

    old: Schema
    new: Schema
    way: Way
    part: str
    old_parts: Spots = ()
    spared: Spared = frozenset()
    is_optional: bool = False
    takes_all_of: Callable[[str, str], bool] = lambda _new, _old: False
    breaks: list[Break] = field(default_factory=list)
    further: "list[Compared]" = field(default_factory=list)

    @property
    def is_request(self) -> bool:
        """Whether clients send it."""
        return self.way in (Way.REQUEST, Way.RECEIPT)

    @property
    def label(self) -> str:
        """What it is called in words."""
        name = self.new.name
        if not name:
            return "the body"
        return "each item of the body" if name == "[]" else f"`{name}`"

    def add(self, kind: str, check: str, *, level: Level, words: str, line: int = 0, side: Side = Side.HEAD) -> None:
        """Tell of one more; `check` is what it is called behind what it is part of, or as a whole where that stands in it."""
        schema = self.new if side is Side.HEAD else self.old
        line = line or schema.line
        way = Way.REQUEST if self.is_request else Way.RESPONSE
        check = check if way in check else f"{way}-{self.part}-{check}"
        self.breaks.append(
            Break(
                kind=kind,
                check=check,
                level=min(level, Level.WARNING) if self.way is Way.RECEIPT else level,
                words=words,
                place=Place(path=schema.path, line=line, end_line=line, side=side),
                subject=f"{way} {schema.name} {check}",
                is_sure=kind != "response-widened" and not (self.is_optional and check.endswith(_OR_NULL)),
                is_read=False,
                cause=words.replace(self.label, "", 1),
            )
        )


class SchemaComparison:
    """Compares schemas of two trees; each pair is compared once, however many operations lead to it."""

    def __init__(self, old: Schemas, new: Schemas, *, sameness: Sameness) -> None:
        self._old = old
        self._new = new
        self._objects = ObjectBreaks(old, new)
        self.sameness = sameness
        self._found: dict[Key, Compared | None] = {}
        self._waiting: list[Compared] = []
        self._kept: list[Spots] = []
        self._told: set[tuple[int, Operation]] = set()
        self._steps = 0
        self._is_cut = False

    @property
    def is_cut(self) -> bool:
        """Whether there was more than may be looked at."""
        return self._is_cut or self._old.is_cut or self._new.is_cut or self._new.library.patience.is_spent

    def missing(self, path: RepoPath) -> Iterator[CouldNotLook]:
        """What of a document was not compared, since there is too much of it."""
        if self.is_cut:
            detail = f"{path}: more schemas or patterns differ, or hold together in one, than can be compared"
            yield NotRead(path=path, reason=Reason.LIMIT, detail=detail, remedy="compare the two versions by hand")

    def compare(
        self,
        old: Spots,
        new: Spots,
        *,
        way: Way,
        part: str,
        spared: Spared = frozenset(),
        is_optional: bool = False,
    ) -> Compared | None:
        """Have two schemas compared; None where both say the same."""
        old, new = followed(old, self._old), followed(new, self._new)
        both = tuple([id(each.node) for each in old]), tuple([id(each.node) for each in new])
        key = (*both, way, part, spared, is_optional)
        if key not in self._found:
            self._kept += [old, new]
            self._is_cut = self._is_cut or len(self._found) >= MOST_PAIRS
            if self._is_cut or self._is_same(old, new):
                self._found[key] = None
            else:
                found = Compared(
                    old=self._old.of(old),
                    new=self._new.of(new),
                    way=way,
                    part=part,
                    old_parts=old,
                    spared=spared,
                    is_optional=is_optional,
                    takes_all_of=self._new.library.patience.takes_all_of,
                )
                self._found[key] = found
                self._waiting.append(found)
        return self._found[key]

    def tell(self, compared: Compared, operation: Operation, *, is_read: bool) -> Iterator[Break]:
        """Every break that an operation has because of two schemas and what they lead to, those told of it before left out."""
        while self._waiting:
            self._look_at(self._waiting.pop())
        seen = {id(compared)}
        waiting = [compared]
        while waiting:
            current = waiting.pop()
            for each in current.breaks:
                each.is_read = each.is_read or is_read
                each.is_of_root = each.is_of_root or current is compared
                mark = (id(each), operation)
                if mark not in self._told:
                    self._told.add(mark)
                    each.operations.append(operation)
                    yield each
            self._steps += 1 + len(current.further)
            if self._steps > MOST_STEPS:
                self._is_cut = True
                return
            for further in current.further:
                if id(further) not in seen:
                    seen.add(id(further))
                    waiting.append(further)

    def each_of(self, spot: Spot | None) -> Spot | None:
        """The schema of one value where a list of them may stand: what the list's values are, else the schema itself."""
        if spot is None:
            return None
        schemas = next((each for each in (self._old, self._new) if each.of((spot,)).items), None)
        return spot if schemas is None else named(schemas.of((spot,)).items[:1], spot.name)[0]

    def types_now(self, spot: Spot) -> frozenset[str] | None:
        """The types that a schema allows now; None for any."""
        return self._new.of((spot,)).types

    def types_before(self, spot: Spot) -> frozenset[str] | None:
        """The types that a schema allowed before; None for any."""
        return self._old.of((spot,)).types

    def types_given(self, spots: Sequence[Spot], name: str) -> frozenset[str]:
        """The types that a field of this name had in any of some schemas; empty where none has it, or it may be anything."""
        schemas = [self._old.of((spot,)) for spot in spots]
        schemas += [self._old.of(each.items) for each in schemas if each.items]
        fields = [self._old.of(each.properties[name]).types for each in schemas if name in each.properties]
        return frozenset() if None in fields else frozenset().union(*(each for each in fields if each))

    def _is_same(self, old: Spots, new: Spots) -> bool:
        if len(old) != len(new):
            return False
        return all(self.sameness.same(one, other) for one, other in zip(old, new, strict=True))

    def _look_at(self, compared: Compared) -> None:
        old, new = compared.old, compared.new
        if old.misused or new.misused or old.is_lost != new.is_lost:
            libraries = self._old.library, self._new.library
            known = known_of(old, new, sameness=self.sameness, libraries=libraries)
            if known is None:
                return
            compared.old, compared.new = old, new = known
        discriminator_breaks(compared, told=self._lost_values(compared))
        if self._choices(compared):
            return
        if type_breaks(compared):
            return
        null_breaks(compared)
        value_breaks(compared)
        limit_breaks(compared)
        self._objects.tell(compared, further=partial(self._property, compared))
        open_breaks(compared, schemas=(self._old, self._new))
        if old.items and new.items:
            self._further(compared, named(old.items, f"{old.name}[]"), new=named(new.items, f"{new.name}[]"))
        for name, spots in old.by_pattern.items():
            if name in new.by_pattern:
                self._further(compared, (spots,), new=(new.by_pattern[name],))
        if old.additional and new.additional:
            self._further(compared, old.additional, new=new.additional)

    def _lost_values(self, compared: Compared) -> Callable[[str], frozenset[str]]:
        """What finds the values that the list of a property no longer has."""

        def lost(name: str) -> frozenset[str]:
            before, after = compared.old.properties.get(name), compared.new.properties.get(name)
            if before is None or after is None:
                return frozenset()
            return lost_values(self._old.of(before), self._new.of(after))

        return lost

    def _property(self, compared: Compared, name: str, *, old: Spots, new: Spots) -> None:
        """Have a property compared that both have."""
        spared = frozenset(("", value) for of, value in compared.spared if of == name)
        is_optional = not compared.is_request and name not in compared.old.required
        old, new = within(old, compared.old), within(new, compared.new)
        self._further(compared, old, new=new, spared=spared, is_optional=is_optional)

    def _further(
        self,
        compared: Compared,
        old: Spots,
        *,
        new: Spots,
        spared: Spared = frozenset(),
        is_optional: bool = False,
    ) -> None:
        found = self.compare(old, new, way=compared.way, part="property", spared=spared, is_optional=is_optional)
        if found is not None:
            compared.further.append(found)

    def _choices(self, compared: Compared) -> bool:
        """Compare the choices of both; whether nothing more is to be compared."""
        for kind in ("oneOf", "anyOf"):
            before, after = compared.old.choices.get(kind, ()), compared.new.choices.get(kind, ())
            if len(before) > 1 and len(after) > 1:
                self._options(compared, kind, before=before, after=after)
                return False
        before, after = (
            next((found for kind in ("oneOf", "anyOf") if len(found := schema.choices.get(kind, ())) > 1), ())
            for schema in (compared.old, compared.new)
        )
        if bool(before) == bool(after):
            return False
        return self._wrapped(compared, after) if after else self._unwrapped(compared, before)

    @staticmethod
    def _plain_types(schemas: Schemas, options: Spots) -> frozenset[str]:
        """The types that choices allow of which none says anything else; empty where one does."""
        found = [schemas.of((each,)) for each in options]
        is_plain = all(each.types and each.is_plain and not each.choices for each in found)
        return frozenset().union(*(each.types or () for each in found)) if is_plain else frozenset()

    def _wrapped(self, compared: Compared, after: Spots) -> bool:
        """One schema became a choice: of itself among others, or of others."""
        old = compared.old
        if old.properties and compared.new.properties:
            return False  # the choices narrow what stands beside them
        found = next((each for each in after if self._is_kept(compared, each)), None)
        types = [self._new.of((each,)).types for each in after]
        plain = self._plain_types(self._new, after)
        if (
            old.types
            and old.is_plain
            and covers(plain, old.types)
            and (compared.is_request or covers(old.types, plain))
        ):
            return True
        if old.types and old.types.isdisjoint({"object", "array"}) and old.values is None:
            is_within = all(each and covers(old.types, each) for each in types)
            is_whole = any(each and covers(each, old.types) for each in types)
            if is_whole if compared.is_request else is_within:
                return True  # one simple type said in several ways
        if compared.is_request and found is None:
            alike = [
                each
                for each, kinds in zip(after, types, strict=True)
                if old.types and kinds and covers(kinds, old.types)
            ]
            if len(alike) == 1 and compared.old_parts:
                self._further(compared, compared.old_parts, new=(alike[0],))
                return True  # it can only be that one, and what that one takes is told of it
            compared.add(
                "request-type-changed",
                "wrapped-in-one-of",
                level=Level.ERROR,
                words=f"{compared.label} must be one of several others now: what was sent before fits none for certain",
            )
        elif not compared.is_request:
            compared.add(
                "response-type-changed",
                "wrapped-in-one-of",
                level=Level.ERROR,
                words=f"{compared.label} may be one of several others now: clients expect the one there was",
            )
        return True

    def _is_kept(self, compared: Compared, option: Spot) -> bool:
        """Whether a choice says what the schema as a whole said before."""
        target = self._new.library.follow(option)
        before = [*compared.old_parts, *(each for part in compared.old_parts for each in self._old.only_choices(part))]
        return target is not None and any(self.sameness.same(each, target) for each in before)

    def _unwrapped(self, compared: Compared, before: Spots) -> bool:
        if compared.old.properties and compared.new.properties:
            return False
        plain, types = self._plain_types(self._old, before), compared.new.types
        if types and plain and compared.new.is_plain and covers(types, plain):
            return True
        if compared.is_request:
            compared.add(
                "request-narrowed",
                "one-of-removed",
                level=Level.ERROR,
                words=f"{compared.label} may no longer be one of {len(before)}: of these at most one is taken now",
            )
        return True

    def _options(self, compared: Compared, kind: str, *, before: Spots, after: Spots) -> None:
        pairs, gone, added = self._paired(before, after)
        for one, other in pairs:
            spared = self._spared(one, other, after=after) if compared.is_request else frozenset()
            self._further(compared, kind_of(one, compared.old), new=kind_of(other, compared.new), spared=spared)
        word = "one-of" if kind == "oneOf" else "any-of"
        if compared.is_request and gone:
            compared.add(
                "request-narrowed",
                f"{word}-removed",
                level=Level.ERROR,
                words=f"{compared.label} may no longer be {listed(gone)}: requests that send it are refused",
                line=gone[0].line,
                side=Side.BASE,
            )
        if not compared.is_request and added:
            compared.add(
                "response-widened",
                f"{word}-added",
                level=Level.ERROR if kind == "oneOf" else Level.NOTE,
                words=f"{compared.label} may be {listed(added)} too, which clients do not know",
                line=added[0].line,
            )

    def _spared(self, one: Spot, other: Spot, *, after: Spots) -> Spared:
        """The values that a choice no longer lists for a property, of those that another choice takes from whoever sent the one."""
        if self._is_same((one,), (other,)) or len(after) > _MOST_CHOICES:
            return frozenset()
        old, new = self._old.of((one,)), self._new.of((other,))
        found: set[tuple[str, str]] = set()
        for name in old.properties.keys() & new.properties.keys():
            for value in lost_values(self._old.of(old.properties[name]), self._new.of(new.properties[name])):
                if any(each is not other and self._takes(each, name, value=value, sent=old) for each in after):
                    found.add((name, value))
        return frozenset(found)

    def _takes(self, choice: Spot, name: str, *, value: str, sent: Schema) -> bool:
        """Whether a choice lists a value, asks for no other field than was always sent, and refuses none that may have been."""
        found = self._new.of((choice,))
        listed = self._new.of(found.properties[name]).values if name in found.properties else None
        if listed is None or value not in listed or not found.required.keys() <= {name, *sent.required}:
            return False
        return not found.is_closed or sent.properties.keys() <= found.properties.keys()

    def _paired(self, before: Spots, after: Spots) -> tuple[list[tuple[Spot, Spot]], list[Spot], list[Spot]]:
        """Choices by what they are called, else those that say the same, else by their place."""
        pairs: list[tuple[Spot, Spot]] = []
        left = list(after)
        gone: list[Spot] = []
        named = {self._called(each, self._new): each for each in after}
        for each in before:
            name = self._called(each, self._old)
            other = named.get(name) if name else None
            if (other is None or other not in left) and len(left) <= _MOST_CHOICES:
                other = next((one for one in left if self.sameness.same(each, one)), None)
            if other is None or other not in left:
                gone.append(each)
            else:
                pairs.append((each, other))
                left.remove(other)
        unnamed_gone = [each for each in gone if not self._called(each, self._old)]
        unnamed_left = [each for each in left if not self._called(each, self._new)]
        if len(unnamed_gone) == len(unnamed_left):
            pairs += zip(unnamed_gone, unnamed_left, strict=True)
            gone = [each for each in gone if each not in unnamed_gone]
            left = [each for each in left if each not in unnamed_left]
        return pairs, gone, left

    @staticmethod
    def _called(spot: Spot, schemas: Schemas) -> str:
        """The name of the schema that a choice refers to, or its title; empty where it has none."""
        target = schemas.library.follow(spot)
        if target is None or target.node is spot.node:
            return spot.text("title")
        return target.name or target.path
