"""Whether a condition of Python holds whatever happens, as far as its text says: `if False:`, `while 0:`."""

from typing import Final

from tree_sitter import Node

from weighbridge.facts.languages._python_draft import Draft
from weighbridge.facts.languages._python_grammar import LEFT, OPERATOR, RIGHT

_STATED: Final = {"true": True, "false": False, "none": False}
_EMPTY: Final = frozenset({"tuple", "list", "dictionary"})
_DEEPEST: Final = 20


def truth(draft: Draft, node: Node, *, depth: int = 0) -> bool | None:
    """Whether a condition always holds or never does; None where that depends on anything."""
    kind = node.type
    if kind in _STATED:
        return _STATED[kind]
    if kind == "integer":
        return draft.text(node).lower().lstrip("0xbo_") != ""
    if (kind in _EMPTY and not node.named_child_count) or (kind == "string" and draft.text(node) in ('""', "''")):
        return False
    if depth > _DEEPEST:
        return None
    if kind in ("parenthesized_expression", "not_operator") and node.named_child_count == 1:
        inner = truth(draft, node.named_children[0], depth=depth + 1)
        return inner if kind != "not_operator" or inner is None else not inner
    return _combined(draft, node, depth=depth) if kind == "boolean_operator" else None


def _combined(draft: Draft, node: Node, *, depth: int) -> bool | None:
    """`and` fails with either side, `or` holds with either."""
    operator = node.child_by_field_id(OPERATOR)
    parts = (node.child_by_field_id(LEFT), node.child_by_field_id(RIGHT))
    sides = [truth(draft, part, depth=depth + 1) for part in parts if part is not None]
    decisive = operator is not None and draft.text(operator) == "or"
    if decisive in sides:
        return decisive
    return None if None in sides or not sides else not decisive
