"""TypeScript's types as expressions: what they name, in the form values have.

A union is `Either`, `Promise<Order>` an `Item`, `Order[]` an `Item` of `Array`; a type that only holds other types
(an object or function type) is a `Collection` of them, so that what it names is mentioned without being it.
"""

from collections.abc import Callable, Iterable
from typing import Final

from tree_sitter import Node

from weighbridge.facts.languages._javascript_draft import NESTING_LIMIT, Draft, children, either, only_child
from weighbridge.facts.model import OPAQUE, Attribute, Collection, Element, Expr, Item, Name, Text


def type_expression(draft: Draft, node: Node | None) -> Expr | None:
    """What a type or type annotation names; None without one."""
    return None if node is None else _type(draft, node)


def _type(draft: Draft, node: Node) -> Expr:
    kind = node.type
    if kind in ("type_identifier", "predefined_type", "identifier"):
        return draft.name(node)
    if draft.nesting >= NESTING_LIMIT:
        draft.not_read(node)
        return OPAQUE
    draft.nesting += 1
    value = _HANDLERS.get(kind, _all_it_holds)(draft, node)
    draft.nesting -= 1
    return value


def collection(values: Iterable[Expr]) -> Expr:
    """Values held together, numbered; nothing when none of them leads anywhere."""
    telling = [value for value in values if value is not OPAQUE]
    return Collection(tuple(Element(str(index), value) for index, value in enumerate(telling))) if telling else OPAQUE


def _all_it_holds(draft: Draft, node: Node) -> Expr:
    return collection([_type(draft, child) for child in children(node)])


def _object(draft: Draft, node: Node) -> Expr:
    """An object type: its members may end in a semicolon, a comma, or with the line."""
    for member in children(node):
        draft.ink.end_statement(member.end_byte)
    return _all_it_holds(draft, node)


def _inner(draft: Draft, node: Node) -> Expr:
    child = only_child(node)
    return OPAQUE if child is None else _type(draft, child)


def _opaque(_draft: Draft, _node: Node) -> Expr:
    return OPAQUE


def _member(draft: Draft, node: Node) -> Expr:
    of, *names = children(node)
    value = _type(draft, of)
    for name in names:
        value = Attribute(value, draft.text(name))
    return value


def _generic(draft: Draft, node: Node) -> Expr:
    of, arguments = node.child_by_field_name("name"), node.child_by_field_name("type_arguments")
    if of is None or arguments is None:
        return _all_it_holds(draft, node)
    values = [_type(draft, child) for child in children(arguments)]
    if not values:
        return _type(draft, of)
    if len(values) == 1:
        return Item(_type(draft, of), values[0])
    return Item(_type(draft, of), Collection(tuple(Element(str(i), value) for i, value in enumerate(values))))


def _array(draft: Draft, node: Node) -> Expr:
    return Item(Name("Array"), _inner(draft, node))


def _union(draft: Draft, node: Node) -> Expr:
    """`a | b | c` leans to the left: taken apart in a loop."""
    kind = node.type
    options: list[Node] = []
    stack = [node]
    while stack:
        current = stack.pop()
        if current.type == kind:
            stack += reversed(children(current))
        else:
            options.append(current)
    return either([_type(draft, option) for option in options])


def _literal(draft: Draft, node: Node) -> Expr:
    child = only_child(node)
    return draft.value(child) if child is not None and child.type in ("string", "number") else OPAQUE


def _lookup(draft: Draft, node: Node) -> Expr:
    of, *keys = children(node)
    return Item(_type(draft, of), _type(draft, keys[0])) if keys else _type(draft, of)


def _query(draft: Draft, node: Node) -> Expr:
    """`typeof value` and `import("m").Name`: a value where a type stands."""
    child = only_child(node)
    return OPAQUE if child is None else draft.value(child)


def _conditional(draft: Draft, node: Node) -> Expr:
    options: list[Expr] = []
    current: Node | None = node
    while current is not None and current.type == "conditional_type":
        consequence = current.child_by_field_name("consequence")
        if consequence is not None:
            options.append(_type(draft, consequence))
        current = current.child_by_field_name("alternative")
    if current is not None:
        options.append(_type(draft, current))
    return either(options)


def _predicate(draft: Draft, node: Node) -> Expr:
    """`x is Foo`: a truth about Foo, not a Foo."""
    named = node.child_by_field_name("type")
    return OPAQUE if named is None else collection([_type(draft, named)])


def _field(draft: Draft, node: Node) -> Expr:
    """A parameter or property inside a type: its type alone."""
    of = node.child_by_field_name("type") or node.child_by_field_name("return_type")
    listed = node.child_by_field_name("parameters")
    parts = [_type(draft, part) for part in (listed, of) if part is not None]
    return parts[0] if len(parts) == 1 else collection(parts)


def _template(draft: Draft, node: Node) -> Expr:
    return Text(draft.text(node)[1:-1][:200])


_HANDLERS: Final[dict[str, Callable[[Draft, Node], Expr]]] = {
    "array_type": _array,
    "asserts": _inner,
    "asserts_annotation": _inner,
    "call_expression": lambda draft, node: draft.value(node),
    "conditional_type": _conditional,
    "existential_type": _opaque,
    "function_signature": _field,
    "generic_type": _generic,
    "infer_type": _opaque,
    "intersection_type": _union,
    "literal_type": _literal,
    "lookup_type": _lookup,
    "member_expression": lambda draft, node: draft.value(node),
    "method_signature": _field,
    "nested_identifier": _member,
    "nested_type_identifier": _member,
    "object_type": _object,
    "optional_parameter": _field,
    "optional_type": _inner,
    "parenthesized_type": _inner,
    "property_signature": _field,
    "readonly_type": _inner,
    "required_parameter": _field,
    "rest_type": _inner,
    "template_literal_type": _template,
    "this": lambda draft, node: draft.name(node),
    "this_type": lambda draft, node: draft.name(node),
    "type_annotation": _inner,
    "opting_type_annotation": _inner,
    "omitting_type_annotation": _inner,
    "type_parameters": _opaque,
    "type_predicate": _predicate,
    "type_predicate_annotation": _inner,
    "type_query": _query,
    "union_type": _union,
}
