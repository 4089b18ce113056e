"""Python's targets, and the expressions that bind or hand out in passing."""

from typing import Final

from msgspec import Struct
from tree_sitter import Node

from weighbridge.facts.languages._python_digests import ONE_TUPLE
from weighbridge.facts.languages._python_draft import (
    DEPTH_LIMIT,
    Draft,
    Handler,
    children,
    cut_parentheses,
    expression,
    first_value,
    line_of,
    only_child,
    outer_value,
)
from weighbridge.facts.languages._python_expressions import pair
from weighbridge.facts.languages._python_grammar import BODY, LEFT, NAME, RIGHT, VALUE
from weighbridge.facts.model import (
    OPAQUE,
    Attribute,
    Collection,
    Element,
    Expr,
    Item,
    Name,
    Number,
    Step,
    StepKind,
)

_TAKEN_APART: Final = frozenset({"pattern_list", "tuple_pattern", "list_pattern", "tuple", "list", "expression_list"})
_IN_PARENTHESES: Final = frozenset({"tuple_pattern", "tuple"})
_STARRED: Final = frozenset({"list_splat_pattern", "list_splat"})
_WRAPPED: Final = frozenset({"parenthesized_expression", "as_pattern_target", "list_splat", "list_splat_pattern"})


def bind(draft: Draft, target: Node, *, value: Expr, kind: StepKind = "bind", of_type: Expr | None = None) -> None:
    """Give `value` (by `iterate` its elements, by `enter` what its context hands out) to a target as written."""
    if target.type in _IN_PARENTHESES and target.child_count > 2:
        cut_parentheses(draft, target)
    _bind(draft, target, value=value, kind=kind, of_type=of_type)


def repeatable(draft: Draft, value: Expr, *, line: int, kind: StepKind = "bind") -> Expr:
    """An expression for `value` that can stand several times: itself when it only names, else a made-up name."""
    if kind == "bind" and _only_names(value):
        return value
    name = Name(f"@{len(draft.steps)}")
    draft.step(kind, value, line=line, target=name)
    return name


def bound_names(draft: Draft, target: Node) -> list[str] | None:
    """The simple names a target binds; None when it also binds anything else."""
    if target.type == "identifier":
        return [draft.name(target).id]
    found: list[str] = []
    waiting = [target]
    while waiting:
        node = waiting.pop()
        if node.type == "identifier":
            found.append(draft.name(node).id)
        elif node.type in _TAKEN_APART or node.type in _WRAPPED:
            waiting += reversed(children(node))
        else:
            return None
    return found


def _bind(draft: Draft, target: Node, *, value: Expr, kind: StepKind = "bind", of_type: Expr | None = None) -> None:
    while (form := target.type) in _WRAPPED:
        inner = only_child(target)
        if inner is None:
            return
        target = inner
    if form not in _TAKEN_APART:
        step = Step(draft.scope, line_of(target), kind, value, expression(draft, target), of_type)
        draft.steps.append(step)
    elif draft.depth >= DEPTH_LIMIT:
        draft.not_read(target)
    else:
        draft.depth += 1
        _take_apart(draft, target, value=value, kind=kind)
        draft.depth -= 1


def _take_apart(draft: Draft, target: Node, *, value: Expr, kind: StepKind) -> None:
    """Bind element by element: pairwise from a literal, else by index from a value that is named first.

    What stands behind a starred name has its index from the end. A literal whose elements use a name that is being bound (`a, b
    = b, a`) is named first too: all of it is evaluated before anything is bound.
    """
    parts = children(target)
    if len(parts) == 1:
        draft.mark(target.end_byte, ONE_TUPLE)
    rest = next((index for index, part in enumerate(parts) if part.type in _STARRED), len(parts))
    is_apart = type(value) is Collection and not _uses(value, set(bound_names(draft, target) or ()))
    if kind == "bind" and is_apart and type(value) is Collection and _has_places(value):
        values = [element.value for element in value.elements]
        if rest < len(parts) and len(values) >= len(parts) - 1:
            end = rest + 1 + len(values) - len(parts)
            values[rest:end] = [Collection(tuple(Element(str(i), v) for i, v in enumerate(values[rest:end])))]
        if len(values) == len(parts):
            for part, each in zip(parts, values, strict=True):
                _bind(draft, part, value=each)
            return
    whole = repeatable(draft, value, line=line_of(target), kind=kind)
    for index, part in enumerate(parts):
        place = index if index < rest else index - len(parts)
        _bind(draft, part, value=whole if index == rest else Item(whole, Number(str(place))))


def _has_places(value: Collection) -> bool:
    """Whether these are elements by index, none of them left out or spread."""
    return all(each.key == str(at) for at, each in enumerate(value.elements))


def _uses(value: Collection, names: set[str]) -> bool:
    """Whether any of these names stands in the elements."""
    waiting: list[object] = [value.elements]
    while waiting:
        part = waiting.pop()
        if type(part) is Name:
            if part.id in names:
                return True
        elif isinstance(part, tuple):
            waiting += part
        elif isinstance(part, Struct):
            waiting += (getattr(part, field) for field in part.__struct_fields__)
    return False


def _only_names(value: Expr) -> bool:
    while type(value) is not Name:
        if type(value) is Attribute or (type(value) is Item and type(value.key) is Number):
            value = value.of
        else:
            return value is OPAQUE
    return True


def _comprehension(draft: Draft, node: Node) -> Expr:
    """A collection of its element; what its clauses bind and ask is noted first."""
    body = node.child_by_field_id(BODY)
    with draft.branch(is_loop=True):
        for clause in children(node):
            if clause.type == "for_in_clause":
                left, right = clause.child_by_field_id(LEFT), clause.child_by_field_id(RIGHT)
                if left is not None and right is not None:
                    _bind(draft, left, value=expression(draft, right), kind="iterate")
            elif clause.type == "if_clause":
                draft.use(line_of(clause), first_value(draft, clause))
        if body is None:
            return OPAQUE
        element = pair(draft, body) if body.type == "pair" else Element("", expression(draft, body))
    return Collection((Element("", element.value),))


def _walrus(draft: Draft, node: Node) -> Expr:
    left, right = node.child_by_field_id(NAME), node.child_by_field_id(VALUE)
    if left is None or right is None:
        return OPAQUE
    target = expression(draft, left)
    value = expression(draft, right)
    with draft.branch():  # an operand before it may have decided
        draft.step("bind", value, line=line_of(node), target=target)
    return target


def _yield(draft: Draft, node: Node) -> Expr:
    """Hands out its value, or with `from` each element of it; what comes back is unknown."""
    child = only_child(node)
    value = outer_value(draft, child) if child is not None else OPAQUE
    is_from = any(part.type == "from" for part in node.children)
    draft.step("yield", Item(value, OPAQUE) if is_from else value, line=line_of(node))
    return OPAQUE


BINDINGS: Final[dict[str, Handler]] = {
    "dictionary_comprehension": _comprehension,
    "generator_expression": _comprehension,
    "list_comprehension": _comprehension,
    "named_expression": _walrus,
    "set_comprehension": _comprehension,
    "yield": _yield,
}
"""How the nodes are read whose evaluation notes steps of its own, before the step of the statement they stand in."""
