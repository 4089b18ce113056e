"""Where queries of a GraphQL schema begin, and what is gone only because the way to it is."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from graphql import GraphQLSchema, OperationType
from graphql.language import ast
from graphql.type import (
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLUnionType,
    get_named_type,
)

_USUAL: Final = {"query": "Query", "mutation": "Mutation", "subscription": "Subscription"}
_ASIDE: Final = "_not_where_{}_begins"


def roots_of(nodes: Sequence[ast.Node]) -> dict[str, str]:
    """The types at which operations begin, as a schema says; empty where none of the files says so."""
    return {
        each.operation.value: each.type.name.value
        for node in nodes
        if isinstance(node, ast.SchemaDefinitionNode | ast.SchemaExtensionNode)
        for each in node.operation_types or ()
    }


def with_roots_called_alike(old: Sequence[ast.Node], new: Sequence[ast.Node]) -> dict[str, str]:
    """What types of the second schema are to be called, so that operations begin at types of the same names in both.

    Queries do not name the type at which they begin: it may be called otherwise, and must hold what it held.
    """
    if not any(isinstance(node, ast.SchemaDefinitionNode | ast.SchemaExtensionNode) for node in (*old, *new)):
        return {}
    before, after = roots_of(old) or _USUAL, roots_of(new) or _USUAL
    renames: dict[str, str] = {}
    for operation, name in after.items():
        known = before.get(operation, name)
        if known != name:
            renames |= {name: known, known: _ASIDE.format(operation)}
    return renames


def renamed(nodes: Sequence[ast.Node], names: Mapping[str, str]) -> list[ast.Node]:
    """The definitions with types called otherwise."""
    return [_renamed(node, names) for node in nodes] if names else list(nodes)


def _renamed(node: ast.Node, names: Mapping[str, str]) -> ast.Node:
    values = {key: _value(getattr(node, key, None), names) for key in node.keys if key != "name"}
    name = getattr(node, "name", None)
    is_of_type = isinstance(node, ast.NamedTypeNode | ast.TypeDefinitionNode | ast.TypeExtensionNode)
    if isinstance(name, ast.NameNode):
        called = names.get(name.value, name.value) if is_of_type else name.value
        values["name"] = ast.NameNode(value=called, loc=name.loc)
    if isinstance(node, ast.OperationTypeDefinitionNode):
        values["operation"] = node.operation
    return type(node)(**values)


def _value(value: object, names: Mapping[str, str]) -> object:
    if isinstance(value, list | tuple):
        return tuple(_value(each, names) for each in value)
    return _renamed(value, names) if isinstance(value, ast.Node) else value


def closed_roots(old: GraphQLSchema, new: GraphQLSchema) -> Iterator[tuple[str, str]]:
    """Kinds of operations that are taken no more although the type at which they began is still there, with its name."""
    for operation in OperationType:
        before = old.get_root_type(operation)
        if before is not None and new.get_root_type(operation) is None and before.name in new.type_map:
            yield operation.value, before.name


def carried(old: GraphQLSchema, new: GraphQLSchema) -> frozenset[str]:
    """Types that are gone and that queries reached only through what is gone or changed itself, which is told."""
    gone = old.type_map.keys() - new.type_map.keys()
    waiting = [name for kept in old.type_map.keys() - gone for name in _named_by(old.type_map[kept]) if name in gone]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [each for each in _named_by(old.type_map[name]) if each in gone]
    return frozenset(found)


def _named_by(kind: GraphQLNamedType) -> Iterator[str]:
    """The types that a type's fields, arguments and choices are of."""
    if isinstance(kind, GraphQLUnionType):
        yield from (each.name for each in kind.types)
    if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
        fields: Mapping[str, GraphQLField | GraphQLInputField] = kind.fields
        for field in fields.values():
            yield get_named_type(field.type).name
            for argument in getattr(field, "args", {}).values():
                yield get_named_type(argument.type).name
