"""Java's types as expressions: `List<Foo>` is `Item(List, Foo)`, `Map<K, V>` an item with a collection, `T[]` `Item("[]", T)`."""

from collections.abc import Callable, Mapping
from typing import Final

from tree_sitter import Node

from weighbridge.facts.languages._scribe import DEEPEST, Scribe, either, indexed
from weighbridge.facts.model import OPAQUE, Attribute, Expr, Item, Name, Parameter

ROW: Final = Name("[]")
COMMENTS: Final = frozenset({"line_comment", "block_comment"})


def type_of(scribe: Scribe, node: Node) -> Expr:
    """The type written at `node`."""
    if node.type == "type_identifier":
        return Name(scribe.text(node))
    read = _TYPES.get(node.type)
    if read is None or scribe.depth >= DEEPEST:
        return OPAQUE
    scribe.depth += 1
    found = read(scribe, node)
    scribe.depth -= 1
    return found


def is_type(kind: str) -> bool:
    """Whether a node of this kind can only be a type."""
    return kind in _TYPES


def declared_type(scribe: Scribe, node: Node | None, *, dimensions: Node | None = None) -> Expr | None:
    """The type of a variable; None for `var` and `void`. `dimensions` are those behind its name."""
    if node is None or node.type == "void_type":
        return None
    found = type_of(scribe, node)
    if found == Name("var"):
        return None
    return found if dimensions is None else Item(ROW, found)


def parameters(scribe: Scribe, node: Node | None) -> tuple[Parameter, ...]:
    """The parameters of a method, a constructor, a record or a lambda."""
    if node is None:
        return ()
    if node.type == "identifier":
        return (Parameter(scribe.text(node)),)
    found: list[Parameter] = []
    for part in node.named_children:
        if part.type == "identifier":
            found.append(Parameter(scribe.text(part)))
        elif part.type == "formal_parameter":
            name = part.child_by_field_name("name")
            annotation = declared_type(
                scribe, part.child_by_field_name("type"), dimensions=part.child_by_field_name("dimensions")
            )
            found.append(Parameter(scribe.text(name) if name else "", "positional", None, annotation))
        elif part.type == "spread_parameter":
            found.append(_spread(scribe, part))
    return tuple(found)


def _spread(scribe: Scribe, node: Node) -> Parameter:
    name, annotation = "", None
    for part in node.named_children:
        if is_type(part.type):
            annotation = type_of(scribe, part)
        elif part.type == "variable_declarator":
            name = scribe.text(part)
    return Parameter(name, "*", None, annotation)


def _word(scribe: Scribe, node: Node) -> Expr:
    return Name(scribe.text(node))


def _inner(scribe: Scribe, node: Node) -> Expr:
    parts = [part for part in node.named_children if is_type(part.type)]
    return type_of(scribe, parts[-1]) if parts else OPAQUE


def _scoped(scribe: Scribe, node: Node) -> Expr:
    parts = [part for part in node.named_children if is_type(part.type)]
    if len(parts) < 2:
        return _inner(scribe, node)
    return Attribute(type_of(scribe, parts[0]), scribe.text(parts[-1]))


def _generic(scribe: Scribe, node: Node) -> Expr:
    parts = node.named_children
    of = type_of(scribe, parts[0])
    arguments = [type_of(scribe, part) for part in parts[-1].named_children if part.type not in COMMENTS]
    if not arguments:
        return of
    return Item(of, arguments[0] if len(arguments) == 1 else indexed(arguments))


def _row(scribe: Scribe, node: Node) -> Expr:
    return Item(ROW, type_of(scribe, node.named_children[0]))


def _several(scribe: Scribe, node: Node) -> Expr:
    types = [type_of(scribe, part) for part in node.named_children if is_type(part.type)]
    return types[0] if len(types) == 1 else either(types)


_TYPES: Final[Mapping[str, Callable[[Scribe, Node], Expr]]] = {
    "type_identifier": _word,
    "integral_type": _word,
    "floating_point_type": _word,
    "boolean_type": _word,
    "void_type": _word,
    "scoped_type_identifier": _scoped,
    "generic_type": _generic,
    "array_type": _row,
    "annotated_type": _inner,
    "wildcard": _inner,
    "catch_type": _several,
    "type_bound": _several,
}
