"""What two versions of a schema's types and lists of values break."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from weighbridge.domain.places import Side
from weighbridge.landscape.contracts.breaks import Level
from weighbridge.landscape.contracts.library import Spot
from weighbridge.landscape.contracts.schemas import Schema
from weighbridge.landscape.contracts.two import Two

_TEXT: Final = frozenset({"string"})
_WRITTEN_PLAINLY: Final = frozenset({"integer", "number", "boolean"})
"""What stands in an address as it is written: any of it is a text there."""


def type_breaks(two: Two) -> bool:
    """Compare the types; whether they have so little in common that nothing more is to be two."""
    old, new = two.old.types, two.new.types
    if old == new:
        return False
    is_narrower = old is None or (new is not None and not covers(new, old))
    is_narrower = is_narrower and not (
        two.part == "parameter" and new == _TEXT and old is not None and old <= _WRITTEN_PLAINLY
    )
    is_wider = new is None or (old is not None and not covers(old, new))
    before, after = _spoken(old), _spoken(new)
    if two.is_request and is_narrower:
        rest = f"requests that send {before} as was right are refused"
        check = "type-changed" if is_wider or old is None else "list-of-types-narrowed"
        words = f"{two.label} must be {after}, not {before}: {rest}"
        level = Level.WARNING if old is None and new else Level.ERROR  # a schema without a type mostly says nothing yet
        two.add("request-type-changed", check, level=level, words=words)
    elif not two.is_request and is_wider:
        check = "type-changed" if is_narrower else "type-generalized"
        words = f"{two.label} is {after} in answers, where clients expect {before}"
        two.add("response-type-changed", check, level=Level.ERROR, words=words)
    return is_narrower and is_wider


def covers(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether the types of one allow all of the other's."""
    return all(kind in one or (kind == "integer" and "number" in one) for kind in other)


def _spoken(types: frozenset[str] | None) -> str:
    return "anything" if types is None else " or ".join(sorted(types)) or "nothing"


def null_breaks(two: Two) -> None:
    """Compare whether a value may be null."""
    old, new = two.old, two.new
    if old.nullable == new.nullable or (new.types is None and new.values is None and not new.nullable):
        return
    if two.is_request and old.nullable and (old.types or old.values):
        words = f"{two.label} must not be null any more: requests that send null are refused"
        two.add("request-narrowed", "became-not-nullable", level=Level.ERROR, words=words)
    elif not two.is_request and new.nullable and (old.types or old.values):
        had = "had a value or left it out" if two.is_optional else "always had a value"
        words = f"{two.label} may be null in answers that {had}"
        two.add("response-field-optional", "became-nullable", level=Level.ERROR, words=words)


def value_breaks(two: Two) -> None:
    """Compare the enumerations."""
    old, new = two.old, two.new
    if two.is_request and new.values is not None:
        if old.values is None and old.is_unlisted:
            return
        if old.values is None:
            kind, check = ("request-narrowed", "const-added" if new.is_constant else "became-enum")
            words = f"{two.label} must be one of {_some(new.values)} now: other values are refused"
            two.add(kind, check, level=Level.ERROR, words=words, line=new.values_line)
            return
        gone = [value for value in old.values if value not in new.values and ("", value) not in two.spared]
        if gone:
            check = "const-changed" if old.is_constant and new.is_constant else "enum-value-removed"
            added = [value for value in new.values if value not in old.values]
            same = [value for value in added if value.casefold() == gone[0].casefold()] if len(gone) == 1 else []
            instead = f" but `{(same or added)[0][:60]}`" if len(gone) == 1 and (same or len(added) == 1) else ""
            words = f"{two.label} may no longer be {_some(gone)}{instead}: requests that send it are refused"
            two.add(
                "enum-value-removed", check, level=Level.ERROR, words=words, line=old.values[gone[0]], side=Side.BASE
            )
    elif not two.is_request and old.values is not None and not old.is_extensible:
        if new.values is None:
            words = f"{two.label} may be anything in answers, where clients expect one of {_some(old.values)}"
            check, level = ("const-removed", Level.ERROR) if old.is_constant else ("enum-removed", Level.WARNING)
            two.add("enum-value-added", check, level=level, words=words)
            return
        added = [value for value in new.values if value not in old.values]
        if added and not new.is_extensible:
            is_constant = old.is_constant and new.is_constant
            check, level = ("const-changed", Level.ERROR) if is_constant else ("enum-value-added", Level.WARNING)
            words = f"{two.label} may be {_some(added)} in answers, which clients do not know"
            two.add("enum-value-added", check, level=level, words=words, line=new.values[added[0]])
            two.breaks[-1].values = (tuple(old.values), tuple(added))


def lost_values(old: Schema, new: Schema) -> frozenset[str]:
    """The values that were listed and are no more."""
    return frozenset() if old.values is None or new.values is None else frozenset(old.values) - frozenset(new.values)


def discriminator_breaks(two: Two, *, told: Callable[[str], frozenset[str]]) -> None:
    """Compare by which field, and which of its values, one of several is told from the others.

    `told` finds the values that a property's own list no longer has: they are told of there.
    """
    old, new = two.old.discriminator, two.new.discriminator
    if old is None or new is None:
        return
    before, after = (spot.text("propertyName") or spot.text() for spot in (old, new))
    if before and after and before != after:
        words = f"which of several {two.label} is is told by `{after}` now, not by `{before}`: what goes by the old one is not understood"
        kind = "request-type-changed" if two.is_request else "response-type-changed"
        two.add(kind, "discriminator-property-name-changed", level=Level.ERROR, words=words, line=new.line)
        return
    known, left = (_mapped(spot) for spot in (old, new))
    swapped = sorted(value for value in known if left.get(value) != known[value] and left.get(value) in known.values())
    if swapped:
        words = f"{_some(swapped)} in `{before}` of {two.label} stands for another schema now, which stood for something else: values are read as what they are not"
        kind = "request-type-changed" if two.is_request else "response-type-changed"
        two.add(kind, "discriminator-mapping-changed", level=Level.WARNING, words=words, line=new.line)
    gone = sorted(known.keys() - left.keys()) if left and two.is_request else []
    gone = [value for value in gone if value not in told(before)] if gone else []
    if gone:
        words = f"`{before}` of {two.label} may no longer be {_some(gone)}: requests that send it are refused"
        two.add("enum-value-removed", "discriminator-mapping-deleted", level=Level.ERROR, words=words, line=new.line)


def _mapped(discriminator: Spot) -> dict[str, str]:
    """The values that stand for schemas, with what these are called."""
    mapping = discriminator.get("mapping")
    return {each.name: each.text().rpartition("/")[2] for each in mapping.fields()} if mapping else {}


def _some(values: Sequence[str] | Mapping[str, int]) -> str:
    shown = [f"`{value[:60]}`" for value in list(values)[:4]]
    return ", ".join(shown) + (f" and {len(values) - 4} more" if len(values) > 4 else "")
