"""Python's `match` statement: the classes its patterns name, and the names they bind."""

from collections.abc import Callable

from tree_sitter import Node

from weighbridge.facts.languages._python_bindings import repeatable
from weighbridge.facts.languages._python_digests import BLOCK_BEGINS, BLOCK_ENDS, STATEMENT
from weighbridge.facts.languages._python_draft import (
    DEPTH_LIMIT,
    Draft,
    children,
    first_value,
    is_idle,
    line_of,
    only_child,
)
from weighbridge.facts.languages._python_grammar import CONSEQUENCE, GUARD
from weighbridge.facts.model import OPAQUE, Attribute, Expr, Name, Step


def match_patterns(
    draft: Draft, node: Node, *, body: Node, subject: Expr, walk: Callable[[Draft, Node | None], None]
) -> None:
    """Go through the cases in `body`; `walk` goes through their blocks."""
    if not is_idle(subject):
        subject = repeatable(draft, subject, line=line_of(node))
        draft.use(line_of(node), subject)
    draft.mark(body.start_byte, BLOCK_BEGINS)
    for case in children(body):
        draft.mark(case.start_byte, STATEMENT)
        patterns = [child for child in children(case) if child.type == "case_pattern"]
        with draft.branch():
            for pattern in patterns:
                _pattern(draft, pattern, subject=subject if len(patterns) == 1 else OPAQUE)
            guard = case.child_by_field_id(GUARD)
            if guard is not None:
                draft.use(line_of(guard), first_value(draft, guard))
            walk(draft, case.child_by_field_id(CONSEQUENCE))
    draft.mark(body.end_byte, BLOCK_ENDS)


def _pattern(draft: Draft, node: Node, *, subject: Expr) -> None:
    """Note what a pattern names and binds; `subject` is what the whole of it is matched with."""
    if draft.depth >= DEPTH_LIMIT:
        draft.not_read(node)
        return
    draft.depth += 1
    match node.type:
        case "dotted_name":
            _named(draft, node, subject=subject)
        case "identifier":
            _capture(draft, node, subject=subject)
        case "class_pattern":
            named, *rest = children(node)
            draft.use(line_of(node), _dotted(draft, named))
            _parts(draft, rest)
        case "as_pattern":
            inner, *names = children(node)
            _pattern(draft, inner, subject=subject)
            for name in names:
                _capture(draft, name, subject=subject, of_type=_class_of(draft, inner))
        case "keyword_pattern":
            _parts(draft, children(node)[1:])
        case "case_pattern" | "union_pattern":
            for child in children(node):
                _pattern(draft, child, subject=subject)
        case "string" | "concatenated_string" | "integer" | "float" | "none" | "true" | "false" | "complex_pattern":
            pass
        case _:
            _parts(draft, children(node))
    draft.depth -= 1


def _parts(draft: Draft, nodes: list[Node]) -> None:
    for node in nodes:
        _pattern(draft, node, subject=OPAQUE)


def _named(draft: Draft, node: Node, *, subject: Expr) -> None:
    """A dotted name is compared with; a single one is bound."""
    if node.named_child_count > 1:
        draft.use(line_of(node), _dotted(draft, node))
    elif node.named_child_count == 1:
        _capture(draft, node.named_children[0], subject=subject)


def _capture(draft: Draft, node: Node, *, subject: Expr, of_type: Expr | None = None) -> None:
    draft.steps.append(Step(draft.scope, line_of(node), "bind", subject, draft.name(node), of_type))


def _class_of(draft: Draft, node: Node) -> Expr | None:
    """The class a pattern asks for, when it asks for one."""
    child: Node | None = node
    while child is not None and child.type == "case_pattern":
        child = only_child(child)
    if child is None or child.type != "class_pattern":
        return None
    return _dotted(draft, child.named_children[0])


def _dotted(draft: Draft, node: Node) -> Expr:
    first, *rest = children(node) or [node]
    value: Expr = Name(draft.text(first))
    for name in rest:
        value = Attribute(value, draft.text(name))
    return value
