"""What two versions of a GraphQL schema break: graphql-core compares, and what it says is put where it stands.

The schema files that one change alters are put together; a name that none of them defines is defined elsewhere, and stands for
itself on both sides.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from graphql import GraphQLError, GraphQLSchema, Source, build_ast_schema, parse
from graphql.language import ast
from graphql.utilities import (
    BreakingChangeType,
    DangerousChangeType,
    find_breaking_changes,
    find_dangerous_changes,
)
from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.places import Place, Side
from weighbridge.landscape.contracts.breaks import Break, Level
from weighbridge.landscape.contracts.graphql_defaults import defaults_gone
from weighbridge.landscape.contracts.graphql_roots import carried, closed_roots, renamed, with_roots_called_alike

Texts = Mapping[RepoPath, str]

MOST_CHARACTERS: Final = 4_000_000

_REMOVED: Final = "graphql-removed"
_CHANGED: Final = "graphql-type-changed"
_REQUIRED: Final = "graphql-required"
_DANGEROUS: Final = "graphql-dangerous"

_KINDS: Final = {
    BreakingChangeType.TYPE_CHANGED_KIND: _CHANGED,
    BreakingChangeType.FIELD_CHANGED_KIND: _CHANGED,
    BreakingChangeType.ARG_CHANGED_KIND: _CHANGED,
    BreakingChangeType.REQUIRED_INPUT_FIELD_ADDED: _REQUIRED,
    BreakingChangeType.REQUIRED_ARG_ADDED: _REQUIRED,
    BreakingChangeType.REQUIRED_DIRECTIVE_ARG_ADDED: _REQUIRED,
}
_HARMLESS: Final = frozenset({DangerousChangeType.OPTIONAL_INPUT_FIELD_ADDED, DangerousChangeType.OPTIONAL_ARG_ADDED})
"""What nobody notices who does not use it."""

_RESTS: Final = {
    _REMOVED: "queries that name it are refused",
    _CHANGED: "queries that send or read it as it was are refused, or misread it",
    _REQUIRED: "queries that leave it out are refused",
    _DANGEROUS: "clients that know only what there was may fail",
}
_OF_FIELD: Final = re.compile(r"\b(\w+)\.(\w+)(?: arg (\w+))?")
_ARGUMENT: Final = re.compile(r"arg (\w+) on (\w+)\.(\w+)")
_INPUT: Final = re.compile(r"field (\w+) on input type (\w+)")
_MEMBER: Final = re.compile(r"^(\w+) was (?:removed from|added to) (?:enum|union) type (\w+)")
_SCALARS: Final = frozenset({"Int", "Float", "String", "Boolean", "ID"})
_MARK: Final = "_defined_elsewhere"


class GraphqlComparison(Struct, frozen=True, kw_only=True):
    """What is otherwise, and the schemas as they were."""

    breaks: list[Break]
    schemas: list[GraphQLSchema]


def graphql_breaks(base: Texts, head: Texts) -> list[Break] | CouldNotLook:
    """What the second files break that the first ones said, or why they cannot be compared."""
    found = compare_graphql(base, head)
    return found if isinstance(found, CouldNotLook) else found.breaks


def compare_graphql(base: Texts, head: Texts) -> GraphqlComparison | CouldNotLook:
    """What the second files break that the first ones said, or why they cannot be compared."""
    if any(sum(map(len, texts.values())) > MOST_CHARACTERS for texts in (base, head)):
        detail = f"{', '.join(head)}: schemas of more than {MOST_CHARACTERS:,} characters"
        return CouldNotLook(reason=Reason.LIMIT, detail=detail, remedy="compare the two versions by hand")
    documents = _read(base), _read(head)
    old, new = documents
    if isinstance(old, CouldNotLook):
        return old
    if isinstance(new, CouldNotLook):
        return new
    if len(base.keys() | head.keys()) > 1 and (_has_twins(old) or _has_twins(new)):
        return _one_by_one(base, head)
    new = renamed(new, with_roots_called_alike(old, new))
    elsewhere = _elsewhere(old, new)
    try:
        schemas = _schema(old, elsewhere), _schema(new, elsewhere)
    except (GraphQLError, TypeError) as error:
        detail = f"{', '.join(head)}: {str(error)[:200]}"
        return CouldNotLook(reason=Reason.UNPARSED, detail=detail, remedy="mend the schema, or compare it by hand")
    return GraphqlComparison(breaks=list(_told(*schemas, places=(_places(old), _places(new)))), schemas=[schemas[0]])


def _has_twins(nodes: Sequence[ast.Node]) -> bool:
    """Whether two types have one name: the files are of several schemas."""
    names = [_name(node) for node in nodes if isinstance(node, ast.TypeDefinitionNode)]
    return len(set(names)) < len(names)


def _one_by_one(base: Texts, head: Texts) -> GraphqlComparison | CouldNotLook:
    """Each file compared with itself alone."""
    found = GraphqlComparison(breaks=[], schemas=[])
    for path, text in base.items():
        told = compare_graphql({path: text}, {path: head[path]} if path in head else {})
        if isinstance(told, CouldNotLook):
            return told
        found.breaks.extend(told.breaks)
        found.schemas.extend(told.schemas)
    return found


def _read(texts: Texts) -> list[ast.Node] | CouldNotLook:
    """The definitions of all files."""
    found: list[ast.Node] = []
    for path, text in texts.items():
        try:
            document = parse(Source(text, path))
        except (GraphQLError, RecursionError) as error:
            where = f"{path}:{error.locations[0].line}" if isinstance(error, GraphQLError) and error.locations else path
            detail = f"{where}: {str(error).partition(chr(10))[0][:200]}"
            return CouldNotLook(reason=Reason.UNPARSED, detail=detail, remedy="mend the schema")
        found += [each for each in document.definitions if not isinstance(each, ast.ExecutableDefinitionNode)]
    return _with_extended(found)


def _with_extended(nodes: Sequence[ast.Node]) -> list[ast.Node]:
    """The definitions; what extends a type that stands elsewhere is a definition itself."""
    defined = {_name(node) for node in nodes if isinstance(node, ast.TypeDefinitionNode)}
    found: list[ast.Node] = []
    for node in nodes:
        if isinstance(node, ast.TypeExtensionNode) and _name(node) not in defined:
            defined.add(_name(node))
            kind = getattr(ast, type(node).__name__.replace("Extension", "Definition"))
            found.append(kind(**{key: getattr(node, key) for key in node.keys if hasattr(node, key)}))
        elif isinstance(node, ast.TypeSystemDefinitionNode | ast.TypeExtensionNode | ast.SchemaExtensionNode):
            found.append(node)
    return found


def _name(node: ast.Node) -> str:
    name = getattr(node, "name", None)
    return str(name.value) if name is not None else ""


def _elsewhere(*documents: Sequence[ast.Node]) -> dict[str, str]:
    """A definition for each name that no file defines, by how it is used."""
    defined = {_name(n) for nodes in documents for n in nodes if isinstance(n, ast.TypeDefinitionNode)}
    used: dict[str, str] = {}
    for nodes in documents:
        for node in nodes:
            for each in getattr(node, "interfaces", None) or ():
                used[_name(each)] = f"interface {_name(each)} {{ {_MARK}: Int }}"
            for each in getattr(node, "types", None) or ():
                used[_name(each)] = f"type {_name(each)} {{ {_MARK}: Int }}"
    for name in {name for nodes in documents for node in nodes for name in _types_in(node)}:
        used.setdefault(name, f"scalar {name}")
    return {name: text for name, text in used.items() if name not in defined and name not in _SCALARS}


def _types_in(node: ast.Node) -> Iterator[str]:
    waiting: list[object] = [node]
    while waiting:
        current = waiting.pop()
        if isinstance(current, ast.NamedTypeNode):
            yield current.name.value
        elif isinstance(current, ast.Node):
            waiting += [getattr(current, key, None) for key in current.keys if key not in ("loc", "directives")]
        elif isinstance(current, list | tuple):
            waiting += current


def _schema(nodes: Sequence[ast.Node], elsewhere: Mapping[str, str]) -> GraphQLSchema:
    defined = {_name(node) for node in nodes if isinstance(node, ast.TypeDefinitionNode)}
    more = "\n".join(text for name, text in elsewhere.items() if name not in defined)
    others = parse(more, no_location=True).definitions if more else ()
    document = ast.DocumentNode(definitions=(*nodes, *others))
    return build_ast_schema(document, assume_valid=True, assume_valid_sdl=True)


def _told(
    old: GraphQLSchema, new: GraphQLSchema, *, places: tuple[Mapping[str, ast.Node], Mapping[str, ast.Node]]
) -> Iterator[Break]:
    hanging = carried(old, new)
    for breaking in find_breaking_changes(old, new):
        if breaking.description.startswith("Standard scalar"):
            continue  # nothing of the schema uses it any more: what did is told itself
        if breaking.type is BreakingChangeType.TYPE_REMOVED and breaking.description.partition(" ")[0] in hanging:
            continue  # the same of what led to it
        kind = _KINDS.get(breaking.type, _REMOVED)
        node = _found(breaking.description, places[0])
        is_announced = kind == _REMOVED and node is not None and _is_deprecated(node)
        level = Level.WARNING if is_announced else Level.ERROR
        rest = ", as was announced" if is_announced else ""
        yield _break(kind, breaking.type.name, level=level, words=breaking.description, rest=rest, places=places)
    for operation, name in closed_roots(old, new):
        words = f"{name} is no longer where each {operation} begins, and nothing else is"
        yield _break(_REMOVED, "ROOT_REMOVED", level=Level.ERROR, words=words, rest="", places=places)
    needed = set(defaults_gone(old, new))
    for name in sorted(needed):
        words = f"{name} has no default any more and must be given"
        yield _break(_REQUIRED, "DEFAULT_REMOVED", level=Level.ERROR, words=words, rest="", places=places)
    for dangerous in find_dangerous_changes(old, new):
        if dangerous.type not in _HARMLESS and not any(dangerous.description.startswith(name + " ") for name in needed):
            words, check = dangerous.description, dangerous.type.name
            yield _break(_DANGEROUS, check, level=Level.WARNING, words=words, rest="", places=places)


def _break(
    kind: str, check: str, *, level: Level, words: str, rest: str, places: tuple[Mapping[str, ast.Node], ...]
) -> Break:
    sides = (Side.BASE, Side.HEAD) if kind == _REMOVED else (Side.HEAD, Side.BASE)
    by_side = dict(zip((Side.BASE, Side.HEAD), places, strict=True))
    found = ((side, node) for side in sides if (node := _found(words, by_side[side])) is not None)
    side, node = next(found, (Side.HEAD, None))
    loc = node.loc if node else None
    name = getattr(node, "name", None)
    at = name.loc if isinstance(name, ast.NameNode) and name.loc else loc
    line = at.start_token.line if at else 1
    path = RepoPath(loc.source.name) if loc else _any_path(places)
    said = words.rstrip(".")
    return Break(
        kind=kind,
        check=check,
        level=level,
        words=f"{said}{rest}: {_RESTS[kind]}",
        place=Place(path=path, line=line, end_line=line, side=side),
        subject=f"{check} {said}",
        named=(next(_names_in(words), said),),
        is_noticed=kind != _DANGEROUS,
    )


def _any_path(places: Sequence[Mapping[str, ast.Node]]) -> RepoPath:
    locs = (node.loc for each in places for node in each.values())
    return next((RepoPath(loc.source.name) for loc in locs if loc), RepoPath(""))


def _places(nodes: Sequence[ast.Node]) -> Mapping[str, ast.Node]:
    """The definitions by what they are called: `Type`, `Type.field`, `Type.field(argument)`."""
    found: dict[str, ast.Node] = {}
    for node in nodes:
        name = _name(node)
        found.setdefault(name, node)
        for key in ("fields", "values"):
            for each in getattr(node, key, None) or ():
                found[f"{name}.{_name(each)}"] = each
                for argument in getattr(each, "arguments", None) or ():
                    found[f"{name}.{_name(each)}({_name(argument)})"] = argument
        for each in getattr(node, "types", None) or ():
            found[f"{name}.{_name(each)}"] = each
    return found


def _found(words: str, places: Mapping[str, ast.Node]) -> ast.Node | None:
    """The definition that a sentence of graphql-core is about, as near as it stands."""
    return next((places[name] for name in _names_in(words) if name in places), None)


def _names_in(words: str) -> Iterator[str]:
    if argument := _ARGUMENT.search(words):
        name, kind, field = argument.groups()
        yield from (f"{kind}.{field}({name})", f"{kind}.{field}", kind)
    elif given := _INPUT.search(words):
        yield from (f"{given.group(2)}.{given.group(1)}", given.group(2))
    elif member := _MEMBER.search(words):
        yield from (f"{member.group(2)}.{member.group(1)}", member.group(2))
    elif field_of := _OF_FIELD.search(words):
        kind, field, name = field_of.groups()
        yield from (f"{kind}.{field}({name})",) if name else ()
        yield from (f"{kind}.{field}", kind)
    else:
        yield from re.findall(r"\w+", words)


def _is_deprecated(node: ast.Node) -> bool:
    return any(_name(each) == "deprecated" for each in getattr(node, "directives", None) or ())
