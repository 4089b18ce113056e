"""What two versions of a GraphQL schema say otherwise, under the names that graphql-core gives such changes, and in its words."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from msgspec import Struct

from weighbridge.landscape.contracts.graphql.schemas import DIRECTIVE, Definition, Part, Schema

_DIRECTIVES: Final = frozenset({"@skip", "@include", "@deprecated", "@specifiedBy", "@oneOf"})
"""Those that are there whether a schema defines them or not."""

_KINDS: Final = {
    "type": "an Object type",
    "interface": "an Interface type",
    "input": "an Input type",
    "enum": "an Enum type",
    "union": "a Union type",
    "scalar": "a Scalar type",
}


class Difference(Struct, frozen=True, kw_only=True):
    """One thing that is otherwise: `names` is what it is about, the nearest first; `is_breaking` that queries fail which were right."""

    check: str
    words: str
    names: tuple[str, ...]
    is_breaking: bool = True
    same: int = 0
    """How many of the names behind the first are of other types to which the same befell."""


def differences(old: Schema, new: Schema) -> Iterator[Difference]:
    """All that is otherwise, what is gone first."""
    gone = old.gone(new)
    for name in filter(gone.__contains__, old.types):
        yield Difference(check="TYPE_REMOVED", words=f"{name} was removed", names=(name,))
    both = [key for key in old.chunks if key and key in new.chunks and not old.is_written_alike(key, new)]
    for key in sorted(both, key=lambda each: each.startswith("@")):
        before, after = old.get(key), new.get(key)
        if before is not None and after is not None:
            yield from _of_directive(before, after) if before.kind == DIRECTIVE else _of_type(before, after)
    for key in old.chunks:
        if key.startswith("@") and key not in new.chunks and key not in _DIRECTIVES:
            yield Difference(check="DIRECTIVE_REMOVED", words=f"{key[1:]} was removed", names=(key,))


def _of_type(old: Definition, new: Definition) -> Iterator[Difference]:
    name = old.name
    if old.kind != new.kind:
        words = f"{name} changed from {_KINDS[old.kind]} to {_KINDS[new.kind]}"
        yield Difference(check="TYPE_CHANGED_KIND", words=words, names=(name,))
    elif old.kind == "enum":
        yield from _of_values(old, new)
    elif old.kind == "union":
        yield from _of_members(old, new)
    elif old.kind == "input":
        yield from _of_inputs(old, new)
    else:
        yield from _of_fields(old, new)
        yield from _of_interfaces(old, new)


def _added(old: Mapping[str, Part], new: Mapping[str, Part]) -> Iterable[Part]:
    return [each for name, each in new.items() if name not in old]


def _kept(old: Mapping[str, Part], new: Mapping[str, Part]) -> Iterable[tuple[Part, Part]]:
    return [(each, new[name]) for name, each in old.items() if name in new]


def _of_values(old: Definition, new: Definition) -> Iterator[Difference]:
    for each in _added(old.values, new.values):
        words, names = f"{each.name} was added to enum type {old.name}", (f"{old.name}.{each.name}", old.name)
        yield Difference(check="VALUE_ADDED_TO_ENUM", words=words, names=names, is_breaking=False)
    for each in _added(new.values, old.values):
        words, names = f"{each.name} was removed from enum type {old.name}", (f"{old.name}.{each.name}", old.name)
        yield Difference(check="VALUE_REMOVED_FROM_ENUM", words=words, names=names)


def _of_members(old: Definition, new: Definition) -> Iterator[Difference]:
    for each in _added(old.members, new.members):
        words, names = f"{each.name} was added to union type {old.name}", (f"{old.name}.{each.name}", old.name)
        yield Difference(check="TYPE_ADDED_TO_UNION", words=words, names=names, is_breaking=False)
    for each in _added(new.members, old.members):
        words, names = f"{each.name} was removed from union type {old.name}", (f"{old.name}.{each.name}", old.name)
        yield Difference(check="TYPE_REMOVED_FROM_UNION", words=words, names=names)


def _of_interfaces(old: Definition, new: Definition) -> Iterator[Difference]:
    for each in _added(old.interfaces, new.interfaces):
        words = f"{each.name} added to interfaces implemented by {old.name}"
        yield Difference(check="IMPLEMENTED_INTERFACE_ADDED", words=words, names=(old.name,), is_breaking=False)
    for each in _added(new.interfaces, old.interfaces):
        words = f"{old.name} no longer implements interface {each.name}"
        yield Difference(check="IMPLEMENTED_INTERFACE_REMOVED", words=words, names=(old.name,))


def _of_inputs(old: Definition, new: Definition) -> Iterator[Difference]:
    for each in _added(old.fields, new.fields):
        names = (f"{old.name}.{each.name}", old.name)
        if each.is_required:
            words = f"A required field {each.name} on input type {old.name} was added"
            yield Difference(check="REQUIRED_INPUT_FIELD_ADDED", words=words, names=names)
        else:
            words = f"An optional field {each.name} on input type {old.name} was added"
            yield Difference(check="OPTIONAL_INPUT_FIELD_ADDED", words=words, names=names, is_breaking=False)
    if new.is_one_of and not old.is_one_of:
        words = f"{old.name} takes exactly one of its fields"
        yield Difference(check="INPUT_BECAME_ONE_OF", words=words, names=(old.name,))
    yield from _fields_gone(old, new)
    for before, after in _kept(old.fields, new.fields):
        if not takes_what_it_took(before.type, after.type):
            yield _of_other_type(old, before, new=after)
        elif after.is_required and not before.is_required:
            yield _must_be_given(f"{old.name}.{before.name}", (f"{old.name}.{before.name}", old.name))
        elif words := _of_default(before, after):
            name = f"{old.name}.{before.name}"
            yield Difference(
                check="INPUT_FIELD_DEFAULT_VALUE_CHANGE",
                words=f"{name} {words}",
                names=(name, old.name),
                is_breaking=False,
            )


def _must_be_given(what: str, names: tuple[str, ...]) -> Difference:
    """That a default is gone of what may not be null, of which graphql-core says less."""
    return Difference(check="DEFAULT_REMOVED", words=f"{what} has no default any more and must be given", names=names)


def _fields_gone(old: Definition, new: Definition) -> Iterator[Difference]:
    for each in _added(new.fields, old.fields):
        name = f"{old.name}.{each.name}"
        yield Difference(check="FIELD_REMOVED", words=f"{name} was removed", names=(name, old.name))


def _of_other_type(of: Definition, old: Part, *, new: Part) -> Difference:
    name = f"{of.name}.{old.name}"
    words = f"{name} changed type from {old.type} to {new.type}"
    return Difference(check="FIELD_CHANGED_KIND", words=words, names=(name, of.name))


def _of_fields(old: Definition, new: Definition) -> Iterator[Difference]:
    yield from _fields_gone(old, new)
    for before, after in _kept(old.fields, new.fields):
        yield from _of_arguments(old, before, new=after)
        if not gives_what_it_gave(before.type, after.type):
            yield _of_other_type(old, before, new=after)


def _of_arguments(of: Definition, old: Part, *, new: Part) -> Iterator[Difference]:
    field = f"{of.name}.{old.name}"
    for each in _added(new.arguments, old.arguments):
        words, names = f"{field} arg {each.name} was removed", (f"{field}({each.name})", field, of.name)
        yield Difference(check="ARG_REMOVED", words=words, names=names)
    for before, after in _kept(old.arguments, new.arguments):
        names = (f"{field}({before.name})", field, of.name)
        if not takes_what_it_took(before.type, after.type):
            words = f"{field} arg {before.name} has changed type from {before.type} to {after.type}"
            yield Difference(check="ARG_CHANGED_KIND", words=words, names=names)
        elif after.is_required and not before.is_required:
            yield _must_be_given(f"{field} arg {before.name}", names)
        elif words := _of_default(before, after):
            words = f"{field} arg {before.name} {words}"
            yield Difference(check="ARG_DEFAULT_VALUE_CHANGE", words=words, names=names, is_breaking=False)
    for each in _added(old.arguments, new.arguments):
        names = (f"{field}({each.name})", field, of.name)
        if each.is_required:
            words = f"A required arg {each.name} on {field} was added"
            yield Difference(check="REQUIRED_ARG_ADDED", words=words, names=names)
        else:
            words = f"An optional arg {each.name} on {field} was added"
            yield Difference(check="OPTIONAL_ARG_ADDED", words=words, names=names, is_breaking=False)


def _of_default(old: Part, new: Part) -> str:
    """What is otherwise of what is meant where nothing is given; empty where nothing is."""
    if old.default is None:
        return ""
    if new.default is None:
        return "defaultValue was removed"
    before, after = old.default.written(old.type), new.default.written(new.type)
    return f"has changed defaultValue from {before} to {after}" if before != after else ""


def _of_directive(old: Definition, new: Definition) -> Iterator[Difference]:
    names = (f"@{old.name}",)
    for each in _added(old.arguments, new.arguments):
        if each.is_required:
            words = f"A required arg {each.name} on directive {old.name} was added"
            yield Difference(check="REQUIRED_DIRECTIVE_ARG_ADDED", words=words, names=names)
    for each in _added(new.arguments, old.arguments):
        words = f"{each.name} was removed from {old.name}"
        yield Difference(check="DIRECTIVE_ARG_REMOVED", words=words, names=names)
    for before, after in _kept(old.arguments, new.arguments):
        if not takes_what_it_took(before.type, after.type):
            words = f"{old.name} arg {before.name} has changed type from {before.type} to {after.type}"
            yield Difference(check="DIRECTIVE_ARG_CHANGED_KIND", words=words, names=names)
    if old.is_repeatable and not new.is_repeatable:
        words = f"Repeatable flag was removed from {old.name}"
        yield Difference(check="DIRECTIVE_REPEATABLE_REMOVED", words=words, names=names)
    for place in old.places:
        if place not in new.places:
            words = f"{place} was removed from {old.name}"
            yield Difference(check="DIRECTIVE_LOCATION_REMOVED", words=words, names=names)


def gives_what_it_gave(old: str, new: str) -> bool:
    """Whether what is read as one type may be read as another: never null where it never was, lists of the same."""
    if old.endswith("!"):
        return new.endswith("!") and gives_what_it_gave(old[:-1], new[:-1])
    new = new.removesuffix("!")
    if old.startswith("["):
        return new.startswith("[") and gives_what_it_gave(old[1:-1], new[1:-1])
    return old == new


def takes_what_it_took(old: str, new: str) -> bool:
    """Whether what was sent as one type may be sent as another: null where it could be, lists of the same."""
    if not old.endswith("!") and new.endswith("!"):
        return False
    old, new = old.removesuffix("!"), new.removesuffix("!")
    if old.startswith("["):
        return new.startswith("[") and takes_what_it_took(old[1:-1], new[1:-1])
    return old == new
