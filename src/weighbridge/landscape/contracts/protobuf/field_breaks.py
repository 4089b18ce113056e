"""What becomes of the fields of a message: by number, which is what messages hold, and by name, which JSON and code go by."""

from collections.abc import Iterator
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.places import Side
from weighbridge.landscape.contracts.breaks import Break, Level
from weighbridge.landscape.contracts.protobuf.model import Declared, Field
from weighbridge.landscape.contracts.protobuf.remarks import Remarks, may_be_one
from weighbridge.landscape.contracts.protobuf.told import broken, used, uses_of_field

_ALIKE: Final = (
    frozenset({"int32", "uint32", "int64", "uint64", "bool"}),
    frozenset({"sint32", "sint64"}),
    frozenset({"fixed32", "sfixed32"}),
    frozenset({"fixed64", "sfixed64"}),
    frozenset({"string", "bytes"}),
)
"""Types whose bytes are read as one another, if perhaps cut off."""

SCALARS: Final = frozenset({"double", "float"}).union(*_ALIKE)
_PRESENCE: Final = "features.field_presence"
_NORMAL: Final = "JS_NORMAL"


def field_gone(old: Declared, new: Declared, *, field: Field) -> Iterator[Break]:
    """What it does that a number of a message is no field any more."""
    has_number, has_name = new.reserved.holds(field.number), field.name in new.reserved.names
    moved = next((each for each in new.fields.values() if each.name == field.name), None)
    if moved is not None and _took_a_place(old, moved):
        return  # told of that number: what was there is misread as this
    if moved is not None:
        check, level = "FIELD_NO_DELETE", Level.ERROR
        words = f"`{field.name}` of `{new.name}` is number {moved.number}, not {field.number}: old messages are misread"
    elif has_number and has_name:
        check, level = "FIELD_NO_DELETE", Level.NOTE
        words = f"`{field.name}` of `{new.name}` is gone and reserved: code that uses it does not compile, and no message is misread"
    elif has_number:
        check, level = "FIELD_NO_DELETE_UNLESS_NAME_RESERVED", Level.WARNING
        words = (
            f"`{field.name}` of `{new.name}` is gone, and its name is not reserved: used again, it is misread in JSON"
        )
    else:
        check, level = "FIELD_NO_DELETE_UNLESS_NUMBER_RESERVED", Level.ERROR
        words = f"`{field.name}` of `{new.name}` is gone, and {field.number} is not reserved: used again, old messages are misread"
    found = broken("field-removed", check, level=level, words=words, at=(old.path, field.line), side=Side.BASE)
    yield used(found, uses_of_field(old, field.name))


def field_changed(sides: tuple[Declared, Declared], old: Field, *, kept: Field, remarks: Remarks) -> Iterator[Break]:
    """What is otherwise of a number that is a field on both sides of a message."""
    before, new = sides
    where = (new.path, kept.line)
    subject = f"`{kept.name}` of `{new.name}`"
    is_one = is_one_type(old.type, kept.type)
    if old.name != kept.name and not is_one:
        subject = f"number {old.number} of `{new.name}` was `{old.name}` and is `{kept.name}`, and"
    elif old.name != kept.name and _is_another(before, new, number=old.number, remarks=remarks):
        words = f"number {old.number} of `{new.name}` was `{old.name}` and is `{kept.name}`: old messages are read as something else, and nothing fails"
        found = broken("field-renamed", "FIELD_SAME_NAME", level=Level.ERROR, words=words, at=where)
        yield used(found, uses_of_field(new, old.name))
    elif old.name != kept.name:
        words = f"number {old.number} of `{new.name}` is called `{kept.name}`, not `{old.name}`: JSON and generated code go by the name"
        found = broken("field-renamed", "FIELD_SAME_NAME", level=Level.WARNING, words=words, at=where)
        yield used(found, uses_of_field(new, old.name))
    elif old.json_name != kept.json_name:
        words = f"{subject} is `{kept.json_name}` in JSON, not `{old.json_name}`: what was sent is not understood"
        yield broken("field-renamed", "FIELD_SAME_JSON_NAME", level=Level.WARNING, words=words, at=where)
    if not is_one:
        is_alike = any(old.type in each and kept.type in each for each in _ALIKE)
        is_moved = "." in old.type and old.type.rpartition(".")[2] == kept.type.rpartition(".")[2]
        check = "FIELD_SAME_TYPE" if is_alike or is_moved else "FIELD_WIRE_COMPATIBLE_TYPE"
        rest = (
            "values beyond either are cut off, and code does not compile"
            if is_alike
            else "of another package, for which code does not compile"
            if is_moved
            else "old messages are misread or refused"
        )
        words = f"{subject} is `{kept.type}`, not `{old.type}`: {rest}"
        yield broken(
            "field-changed", check, level=Level.WARNING if is_alike or is_moved else Level.ERROR, words=words, at=where
        )
        if old.name != kept.name and not (is_alike or is_moved):
            return  # it is another field: that says all
    if old.label != kept.label:
        yield from _label(subject, old, kept=kept, where=where)
    yield from _presence(subject, old, kept=kept, where=where)
    yield from _choices(sides, old, kept=kept, subject=subject)
    if old.options.get("jstype", _NORMAL) != kept.options.get("jstype", _NORMAL):
        words = f"{subject} is `{kept.options.get('jstype', _NORMAL)}` in JavaScript, not `{old.options.get('jstype', _NORMAL)}`: code that counts with it fails"
        yield broken("field-changed", "FIELD_SAME_JSTYPE", level=Level.WARNING, words=words, at=where)
    if old.options.get("default") != kept.options.get("default"):
        words = f"whoever leaves {subject} out gets `{kept.options.get('default', '')}`, not `{old.options.get('default', '')}`"
        yield broken("field-changed", "FIELD_SAME_DEFAULT", level=Level.WARNING, words=words, at=where)


def _presence(subject: str, old: Field, *, kept: Field, where: tuple[RepoPath, int]) -> Iterator[Break]:
    """How an edition tells whether a field was given."""
    before, after = (each.options.get(_PRESENCE, "as in the whole file") for each in (old, kept))
    if before != after:
        words = f"whether {subject} was given is told otherwise (`{after}`, not `{before}`): generated code reads and writes it otherwise"
        yield broken("field-changed", "FIELD_SAME_CARDINALITY", level=Level.WARNING, words=words, at=where)


def _choices(sides: tuple[Declared, Declared], old: Field, *, kept: Field, subject: str) -> Iterator[Break]:
    """What becomes of the choice that a field is part of."""
    before, new = sides
    where = (new.path, kept.line)
    if old.oneof and kept.oneof and old.oneof != kept.oneof and _choice(before, old) <= _choice(new, kept):
        if old.number == min(_choice(before, old)):
            words = f"the choice `{old.oneof}` of `{new.name}` is called `{kept.oneof}`: code that is made from it goes by the name"
            yield broken("field-changed", "FIELD_SAME_ONEOF", level=Level.WARNING, words=words, at=where)
    elif old.oneof != kept.oneof:
        chosen = before if not kept.oneof else new
        others = sum(each.oneof == (kept.oneof or old.oneof) for each in chosen.fields.values())
        words = f"{subject} is part of the choice `{kept.oneof}`, which it was not: setting one clears the other, and messages with both lose one"
        if not kept.oneof:
            words = f"{subject} is no part of the choice `{old.oneof}` any more: of a message with it and another one, programs of before keep one"
        is_alone = others == 1 and not (old.oneof and kept.oneof)
        level = Level.WARNING if is_alone else Level.ERROR
        yield broken("field-changed", "FIELD_SAME_ONEOF", level=level, words=words, at=where)


def _choice(message: Declared, field: Field) -> set[int]:
    """The numbers of the fields of which a field excludes all others."""
    return {number for number, each in message.fields.items() if each.oneof == field.oneof}


def _took_a_place(old: Declared, now: Field) -> bool:
    """Whether a field has the number of another now that cannot mean the same."""
    other = old.fields.get(now.number)
    return other is not None and not may_be_one(other.name, now.name, among=_names(old))


def _is_another(old: Declared, new: Declared, *, number: int, remarks: Remarks) -> bool:
    """Whether a number of one type means something else by its new name.

    The two names have no word in common; and either name is known as another number, or words beside them differ, or
    the same befell another number: then the message was written anew.
    """
    field, kept = old.fields[number], new.fields[number]
    if not _is_unlike(old, new, number=number):
        return False
    elsewhere = {each.name for each in old.fields.values()} & {kept.name}
    elsewhere |= {each.name for each in new.fields.values()} & {field.name}
    said = remarks.at(Side.BASE, old.path, line=field.line), remarks.at(Side.HEAD, new.path, line=kept.line)
    others = (each for each in old.fields if each != number and _is_unlike(old, new, number=each))
    return bool(elsewhere) or (all(said) and said[0] != said[1]) or any(others)


def _is_unlike(old: Declared, new: Declared, *, number: int) -> bool:
    field, kept = old.fields[number], new.fields.get(number)
    return kept is not None and kept.name != field.name and not may_be_one(field.name, kept.name, among=_names(old))


def _names(message: Declared) -> list[str]:
    return [each.name for each in message.fields.values()]


def _label(subject: str, old: Field, *, kept: Field, where: tuple[RepoPath, int]) -> Iterator[Break]:
    labels = {old.label, kept.label}
    if "required" in labels:
        words = f"{subject} is {kept.label or 'not required'}, not {old.label or 'optional'}: messages without it are refused by those who ask for it"
        yield broken("field-changed", "MESSAGE_SAME_REQUIRED_FIELDS", level=Level.ERROR, words=words, at=where)
    elif "repeated" in labels:
        words = f"{subject} is {'a list' if kept.label == 'repeated' else 'one value'}, which it was not: values are lost or misread"
        yield broken("field-changed", "FIELD_SAME_CARDINALITY", level=Level.ERROR, words=words, at=where)
    elif old.type in SCALARS and kept.type in SCALARS and not old.oneof and not kept.oneof:
        tells = kept.label == "optional"
        does = "can" if tells else "can no longer"
        words = f"whether {subject} was given {does} be told from a zero: generated code reads and writes it otherwise"
        level = Level.NOTE if tells else Level.WARNING
        yield broken("field-changed", "FIELD_SAME_CARDINALITY", level=level, words=words, at=where)


def is_one_type(one: str, other: str) -> bool:
    """Whether two names may be of one type: one may leave out what is around."""
    shorter, longer = sorted((one.removeprefix("."), other.removeprefix(".")), key=len)
    return shorter == longer or longer.endswith("." + shorter)
