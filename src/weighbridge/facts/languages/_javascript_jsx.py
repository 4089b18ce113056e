"""JSX: a component is called with its attributes; plain elements only hold what their attributes and children say."""

from collections.abc import Callable
from typing import Final

from tree_sitter import Node

from weighbridge.facts.languages._javascript_draft import Draft, children, line_of, only_child
from weighbridge.facts.languages._javascript_types import collection
from weighbridge.facts.model import OPAQUE, Argument, Call, Expr, Name


def _element(draft: Draft, node: Node) -> Expr:
    opening = node.child_by_field_name("open_tag")
    content = [child for child in children(node) if child.type not in ("jsx_opening_element", "jsx_closing_element")]
    was, draft.callee = draft.callee, ""
    shown = [Argument("children", value) for child in content if (value := draft.value(child)) is not OPAQUE]
    draft.callee = was
    return _tag(draft, opening, shown=shown) if opening is not None else collection([each.value for each in shown])


def _self_closing(draft: Draft, node: Node) -> Expr:
    return _tag(draft, node, shown=[])


def _tag(draft: Draft, tag: Node, *, shown: list[Argument]) -> Expr:
    """A call of the component that a tag names, or what a plain element's tag and children mention."""
    named = tag.child_by_field_name("name")
    given = [_attribute(draft, child) for child in tag.children_by_field_name("attribute")] + shown
    if named is None or _is_plain(draft.text(named)):
        return collection([each.value for each in given])
    return Call(draft.value(named), tuple(given), line_of(tag))


def _is_plain(name: str) -> bool:
    """Whether a tag names an element of the page: a lower-case word, or one with a namespace or dash."""
    return ("." not in name and name[:1].islower()) or "-" in name or ":" in name


def _attribute(draft: Draft, node: Node) -> Argument:
    if node.type == "jsx_expression":
        return Argument("**", _inner(draft, node))
    parts = children(node)
    if not parts:
        return Argument("", OPAQUE)
    name = draft.text(parts[0])
    was, draft.callee = draft.callee, name
    value = draft.value(parts[1]) if len(parts) > 1 else OPAQUE
    draft.callee = was
    return Argument(name, value)


def _inner(draft: Draft, node: Node) -> Expr:
    child = only_child(node)
    return draft.value(child) if child is not None else OPAQUE


def _opaque(_draft: Draft, _node: Node) -> Expr:
    return OPAQUE


def _namespaced(draft: Draft, node: Node) -> Expr:
    return Name(draft.text(node))


HANDLERS: Final[dict[str, Callable[[Draft, Node], Expr]]] = {
    "html_character_reference": _opaque,
    "jsx_element": _element,
    "jsx_expression": _inner,
    "jsx_namespace_name": _namespaced,
    "jsx_self_closing_element": _self_closing,
    "jsx_text": _opaque,
}
