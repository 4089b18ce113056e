"""What two versions of a GraphQL schema break, put where it stands.

The schema files that one change alters are put together; a name that none of them defines is defined elsewhere, and stands for
itself on both sides.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.places import Place, Side
from weighbridge.landscape.contracts.breaks import Break, Level
from weighbridge.landscape.contracts.graphql.described import is_unpromised
from weighbridge.landscape.contracts.graphql.differences import Difference, differences
from weighbridge.landscape.contracts.graphql.promised import unpromised_way
from weighbridge.landscape.contracts.graphql.roots import carried, closed_roots, names_of_roots
from weighbridge.landscape.contracts.graphql.schemas import Definition, Part, Schema, Texts
from weighbridge.landscape.contracts.graphql.tokens import GraphqlError

MOST_CHARACTERS: Final = 4_000_000

_REMOVED: Final = "graphql-removed"
_CHANGED: Final = "graphql-type-changed"
_REQUIRED: Final = "graphql-required"
_DANGEROUS: Final = "graphql-dangerous"

_KINDS: Final = {
    "TYPE_CHANGED_KIND": _CHANGED,
    "FIELD_CHANGED_KIND": _CHANGED,
    "ARG_CHANGED_KIND": _CHANGED,
    "REQUIRED_INPUT_FIELD_ADDED": _REQUIRED,
    "REQUIRED_ARG_ADDED": _REQUIRED,
    "REQUIRED_DIRECTIVE_ARG_ADDED": _REQUIRED,
    "DEFAULT_REMOVED": _REQUIRED,
    "DIRECTIVE_ARG_CHANGED_KIND": _CHANGED,
    "INPUT_BECAME_ONE_OF": _CHANGED,
}
_HARMLESS: Final = frozenset({"OPTIONAL_INPUT_FIELD_ADDED", "OPTIONAL_ARG_ADDED"})
"""What nobody notices who does not use it."""

_RESTS: Final = {
    _REMOVED: "queries that name it are refused",
    _CHANGED: "queries that send or read it as it was are refused, or misread it",
    _REQUIRED: "queries that leave it out are refused",
    _DANGEROUS: "clients that know only what there was may fail",
}
_DEFAULT: Final = "ARG_DEFAULT_VALUE_CHANGE"
_LEFT_OUT: Final = "queries that leave it out are answered otherwise"


class GraphqlComparison(Struct, frozen=True, kw_only=True):
    """What is otherwise, and the schemas as they were."""

    breaks: list[Break]
    schemas: list[Schema]
    missing: tuple[CouldNotLook, ...] = ()
    """Which files could not be read, where others could."""


def graphql_breaks(base: Texts, head: Texts) -> list[Break] | CouldNotLook:
    """What the second files break that the first ones said, or why they cannot be compared."""
    found = compare_graphql(base, head)
    return found if isinstance(found, CouldNotLook) else found.breaks


def compare_graphql(base: Texts, head: Texts) -> GraphqlComparison | CouldNotLook:
    """What the second files break that the first ones said, or why they cannot be compared."""
    if any(sum(map(len, texts.values())) > MOST_CHARACTERS for texts in (base, head)):
        detail = f"{', '.join(head)}: schemas of more than {MOST_CHARACTERS:,} characters"
        return CouldNotLook(reason=Reason.LIMIT, detail=detail, remedy="compare the two versions by hand")
    try:
        old, new = Schema(base), Schema(head)
        if len(base.keys() | head.keys()) > 1 and (old.twins or new.twins):
            return _one_by_one(base, head)
        if twin := next(iter(new.twins - old.twins), ""):
            detail = f"{', '.join(head)}: `{twin}` is defined twice"
            return CouldNotLook(reason=Reason.UNPARSED, detail=detail, remedy="leave one of them")
        if names := names_of_roots(old, new):
            new.begin_at(names)
        if lost := _lost(old, new):
            detail = f"{', '.join(head)}: `{lost}` is named, and defined no more"
            return CouldNotLook(reason=Reason.UNPARSED, detail=detail, remedy="mend the schema, or compare it by hand")
        return GraphqlComparison(breaks=list(_told(old, new, texts=base)), schemas=[old])
    except GraphqlError as error:
        return _of_the_rest(base, head) or _unread(error)


def _unread(error: GraphqlError) -> CouldNotLook:
    return CouldNotLook(reason=Reason.UNPARSED, detail=str(error), remedy="mend the schema")


def _of_the_rest(base: Texts, head: Texts) -> GraphqlComparison | None:
    """What files break besides those that cannot be read; None where none are left, or these cannot be told from those."""
    errors = {path: error for texts in (base, head) for path, text in texts.items() if (error := _error(path, text))}
    left, now = ({path: text for path, text in texts.items() if path not in errors} for texts in (base, head))
    told = compare_graphql(left, now) if errors and left else None
    if told is None or isinstance(told, CouldNotLook):
        return None
    unread = "\n".join(text for path, text in head.items() if path in errors)
    breaks = [each for each in told.breaks if not (each.check == "TYPE_REMOVED" and _may_define(unread, each.named))]
    missing = (*map(_unread, errors.values()), *told.missing)
    return GraphqlComparison(breaks=breaks, schemas=told.schemas, missing=missing)


def _error(path: RepoPath, text: str) -> GraphqlError | None:
    """What keeps a file from being read."""
    try:
        schema = Schema({path: text})
        for key in schema.chunks:
            schema.get(key)
    except GraphqlError as error:
        return error
    return None


def _may_define(text: str, names: Iterable[str]) -> bool:
    """Whether a text that cannot be read may define a type."""
    return any(
        re.search(rf"\b(?:type|interface|input|enum|union|scalar)\s+{re.escape(name)}\b", text) for name in names
    )


def _one_by_one(base: Texts, head: Texts) -> GraphqlComparison:
    """Each file compared with itself alone."""
    found = GraphqlComparison(breaks=[], schemas=[])
    missing: list[CouldNotLook] = []
    for path, text in base.items():
        told = compare_graphql({path: text}, {path: head[path]} if path in head else {})
        if isinstance(told, CouldNotLook):
            missing.append(told)
            continue
        missing += told.missing
        found.breaks.extend(told.breaks)
        found.schemas.extend(told.schemas)
    return replace(found, missing=tuple(missing))


def _lost(old: Schema, new: Schema) -> str:
    """A type that is gone although what is left names it; empty where there is none."""
    gone = old.gone(new)
    for key in new.naming(gone) if gone else ():
        definition = new.get(key)
        for name in (*definition.interfaces, *definition.names()) if definition else ():
            if name in gone:
                return name
    return ""


def _told(old: Schema, new: Schema, *, texts: Texts) -> Iterator[Break]:
    hanging = carried(old, new)
    found = _by_interface(old, differences(old, new))
    for each in found:
        if not each.is_breaking or (each.check == "TYPE_REMOVED" and each.names[0] in hanging):
            continue  # what hangs on something else is the same of what led to it
        kind = _KINDS.get(each.check, _REMOVED)
        less = _why_less(kind, each, old=old, texts=texts)
        yield _break(kind, each, level=Level.WARNING if less else Level.ERROR, rest=less, sides=(old, new))
    for operation, name in closed_roots(old, new):
        words = f"{name} is no longer where each {operation} begins, and nothing else is"
        closed = Difference(check="ROOT_REMOVED", words=words, names=(name,))
        yield _break(_REMOVED, closed, level=Level.ERROR, rest="", sides=(old, new))
    for each in found:
        if not each.is_breaking and each.check not in _HARMLESS:
            yield _break(_DANGEROUS, each, level=Level.WARNING, rest="", sides=(old, new))


def _by_interface(old: Schema, found: Iterable[Difference]) -> list[Difference]:
    """What is otherwise, with what befalls an interface and the types that implement it alike as one."""
    every = list(found)
    same: dict[tuple[str, str], dict[str, Difference]] = {}
    for each in every:
        same.setdefault(_kind_of(each), {})[_owner(each)] = each
    again: set[int] = set()
    names: dict[int, list[str]] = {}
    for alike in same.values():
        for name, each in alike.items() if len(alike) > 1 else ():
            definition = old.get(name)
            above = next((i for i in (definition.interfaces if definition else ()) if i in alike), None)
            if above is not None and above != name:
                again.add(id(each))
                names.setdefault(id(alike[above]), []).append(each.names[0])
    return [
        replace(
            each,
            words=f"{each.words}, and so of {_counted(len(names[id(each)]))} that implement it",
            names=(each.names[0], *names[id(each)], *each.names[1:]),
            same=len(names[id(each)]),
        )
        if id(each) in names
        else each
        for each in every
        if id(each) not in again
    ]


def _counted(count: int) -> str:
    return f"{count} types" if count > 1 else "the type"


def _kind_of(each: Difference) -> tuple[str, str]:
    """What is otherwise, whatever it is of."""
    return each.check, each.words.replace(f"{_owner(each)}.", ".", 1)


def _owner(each: Difference) -> str:
    """The type that a field or argument is of; of anything else, itself."""
    return each.names[0].partition(".")[0]


def _why_less(kind: str, each: Difference, *, old: Schema, texts: Texts) -> str:
    """Why a break is less than an error, as it stands behind its words; empty where it is none."""
    found = _found(old, each)
    if kind == _REMOVED and found is not None and found.is_deprecated:
        return ", as was announced"
    for name in each.names[:2]:
        part = _part(old, name)
        if part is not None and is_unpromised(texts.get(part.path, ""), part.line):
            return f", and the description of {name} says that it is no promise"
    if each.check == "VALUE_REMOVED_FROM_ENUM" and old.is_only_answered(each.names[1]):
        return ", which answers alone gave"
    way = unpromised_way(_owner(each), old, texts=texts)
    return f", and {_owner(each)} is reached by nothing but {way} and the like, which is no promise" if way else ""


def _break(kind: str, each: Difference, *, level: Level, rest: str, sides: tuple[Schema, Schema]) -> Break:
    ordered = list(zip((Side.BASE, Side.HEAD), sides, strict=True))
    places = ((side, _found(schema, each)) for side, schema in (ordered if kind == _REMOVED else ordered[::-1]))
    side, at = next((place for place in places if place[1] is not None), (Side.HEAD, None))
    path, line = (at.path, at.line) if at else (RepoPath(""), 1)
    return Break(
        kind=kind,
        check=each.check,
        level=level,
        words=f"{each.words}{rest}: {_LEFT_OUT if each.check == _DEFAULT else _RESTS[kind]}",
        place=Place(path=path, line=line, end_line=line, side=side),
        subject=f"{each.check} {each.words}",
        named=each.names[: 1 + each.same],
        is_noticed=kind != _DANGEROUS or each.check == _DEFAULT,
    )


def _found(schema: Schema, each: Difference) -> Part | Definition | None:
    """What a difference is about, as near as it stands in one of the schemas."""
    return next((found for name in each.names if (found := _part(schema, name)) is not None), None)


def _part(schema: Schema, name: str) -> Part | Definition | None:
    """What is called `Type`, `Type.field`, `Type.VALUE` or `Type.field(argument)`."""
    kind, dot, rest = name.partition(".")
    definition = schema.get(kind)
    if definition is None or not dot:
        return definition
    field, is_argument, argument = rest.rstrip(")").partition("(")
    found = definition.fields.get(field) or definition.values.get(field) or definition.members.get(field)
    return found.arguments.get(argument) if found and is_argument else found
