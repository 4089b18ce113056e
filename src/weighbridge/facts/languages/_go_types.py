"""Go's types as expressions: what a type is made of, so that a name in it can be followed.

`*T` is `T`. `[]T`, `[3]T` and `...T` are `Item("[]", T)`; `chan T`, `map[K]V` and `func(A) R` are items of `chan`,
`map` and `func`, with a collection as key where there are several types; `T[A]` is `Item(T, A)`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from tree_sitter import Node

from weighbridge.facts.languages._scribe import DEEPEST, Scribe, either, indexed
from weighbridge.facts.model import OPAQUE, Attribute, Collection, Element, Expr, Item, Name, Parameter

ROW: Final = Name("[]")
_CHANNEL: Final = Name("chan")
_MAP: Final = Name("map")
_FUNCTION: Final = Name("func")


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


def parameters(scribe: Scribe, node: Node) -> tuple[Parameter, ...]:
    """The parameters in a parameter list; one without a name has an empty one."""
    found: list[Parameter] = []
    for declaration in node.named_children:
        kind = "*" if declaration.type == "variadic_parameter_declaration" else "positional"
        parts = declaration.named_children
        if not parts or declaration.type not in ("parameter_declaration", "variadic_parameter_declaration"):
            continue
        annotation = type_of(scribe, parts[-1])
        names = [scribe.text(part) for part in parts[:-1] if part.type == "identifier"] or [""]
        found.extend(Parameter(name, kind, None, annotation) for name in names)
    return tuple(found)


def result(scribe: Scribe, node: Node | None) -> Expr | None:
    """The type of what a function gives back: a collection when it gives several values, None when it gives none."""
    if node is None:
        return None
    if node.type != "parameter_list":
        return type_of(scribe, node)
    types = [each.annotation or OPAQUE for each in parameters(scribe, node)]
    if not types:
        return None
    return types[0] if len(types) == 1 else indexed(types)


def one_or_many(types: Sequence[Expr]) -> Expr:
    """The key of a generic type's item."""
    return types[0] if len(types) == 1 else indexed(types)


def base_name(annotation: Expr | None) -> str:
    """The name of the type a receiver or an embedded field is of: its last part, without type arguments."""
    while isinstance(annotation, Item):
        annotation = annotation.of
    if isinstance(annotation, Attribute):
        return annotation.name
    return annotation.id if isinstance(annotation, Name) else ""


def _inner(scribe: Scribe, node: Node) -> Expr:
    parts = node.named_children
    return type_of(scribe, parts[-1]) if parts else OPAQUE


def _qualified(scribe: Scribe, node: Node) -> Expr:
    parts = node.named_children
    return Attribute(Name(scribe.text(parts[0])), scribe.text(parts[-1]))


def _row(scribe: Scribe, node: Node) -> Expr:
    parts = node.named_children
    if len(parts) > 1:
        scribe.later(parts[0])
    return Item(ROW, _inner(scribe, node))


def _map(scribe: Scribe, node: Node) -> Expr:
    return Item(_MAP, indexed([type_of(scribe, part) for part in node.named_children]))


def _channel(scribe: Scribe, node: Node) -> Expr:
    return Item(_CHANNEL, _inner(scribe, node))


def _generic(scribe: Scribe, node: Node) -> Expr:
    parts = node.named_children
    arguments = [type_of(scribe, part) for part in parts[-1].named_children]
    of = type_of(scribe, parts[0])
    return Item(of, one_or_many(arguments)) if arguments else of


def _union(scribe: Scribe, node: Node) -> Expr:
    parts = [type_of(scribe, part) for part in node.named_children]
    return parts[0] if len(parts) == 1 else either(parts)


def _function(scribe: Scribe, node: Node) -> Expr:
    lists = node.named_children
    taken = [each.annotation or OPAQUE for each in parameters(scribe, lists[0])] if lists else []
    given = result(scribe, lists[1]) if len(lists) > 1 else None
    return Item(_FUNCTION, indexed([*taken, *([given] if given is not None else [])]))


def _struct(scribe: Scribe, node: Node) -> Expr:
    elements: list[Element] = []
    for field in (field for body in node.named_children for field in body.named_children):
        names = [scribe.text(part) for part in field.named_children if part.type == "field_identifier"]
        written = field.child_by_field_name("type")
        annotation = type_of(scribe, written) if written else OPAQUE
        elements.extend(Element(name, annotation) for name in names or [base_name(annotation)])
    return Collection(tuple(elements)) if elements else OPAQUE


def _opaque(_scribe: Scribe, _node: Node) -> Expr:
    return OPAQUE


_TYPES: Final[Mapping[str, Callable[[Scribe, Node], Expr]]] = {
    "type_identifier": _inner,
    "qualified_type": _qualified,
    "pointer_type": _inner,
    "parenthesized_type": _inner,
    "negated_type": _inner,
    "slice_type": _row,
    "array_type": _row,
    "implicit_length_array_type": _row,
    "map_type": _map,
    "channel_type": _channel,
    "generic_type": _generic,
    "type_elem": _union,
    "type_constraint": _union,
    "function_type": _function,
    "struct_type": _struct,
    "interface_type": _opaque,
}
