"""What code does only under a condition, what it never does, and what it switches on or off: told alike for every language.

The statements are found by a query, which the parser's library answers: a walk over every node would cost a multiple.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final
from typing import Literal as Choices

from msgspec import Struct, field
from tree_sitter import Language, Node, Query, QueryCursor

from weighbridge.facts.model import Condition, Conditional, Result, Switch

_DEEPEST: Final = 30
_LONGEST: Final = 200
_DEEPEST_MATCH: Final = 250
"""How deep in the tree a match may begin: what the library does is quadratic in depth."""
_BLANKS: Final = re.compile(r"\s+")
_LEAVING: Final = {
    "return_statement": "return",
    "raise_statement": "raise",
    "throw_statement": "raise",
    "continue_statement": "jump",
    "break_statement": "jump",
}
_ENDING_CALLS: Final = frozenset({"abort", "panic", "exit", "Exit", "Fatal", "Fatalf", "redirect", "notFound", "fail"})
"""Calls that do not come back."""
_WRAPPING: Final = frozenset({"parenthesized_expression", "else_clause", "expression_list", "literal_element"})
_BLOCKS: Final = frozenset({"block", "statement_block", "statement_list", "module", "program"})
_BOOLEAN: Final[dict[str, Choices["and", "or"]]] = {"&&": "and", "and": "and", "||": "or", "or": "or"}
_OPPOSITES: Final = {
    "!=": "==",
    "!==": "===",
    "is not": "is",
    "not in": "in",
    ">=": "<",
    "<=": ">",
    "<>": "==",
}
"""Operators written as the negation of another, so that a condition turned round is one that is negated."""
_FALSE: Final = frozenset({"False", "false", "None", "null", "nil", "undefined", "0", "''", '""'})
_TRUE: Final = frozenset({"True", "true", "1"})

_OPAQUE: Final = Condition("is", "")

_COMMON: Final = """
(if_statement) @if
((return_statement) @out . (_))
"""
_QUERIES: Final = {
    "python": """
(elif_clause) @if
((raise_statement) @out . (_))
(return_statement [(true) (false) (boolean_operator) (not_operator) (comparison_operator)] @result)
(keyword_argument name: (_) @name value: [(true) (false)] @value) @switch
(pair key: (string) @name value: [(true) (false)] @value) @switch
(default_parameter name: (identifier) @name value: [(true) (false)] @value) @switch
(typed_default_parameter name: (identifier) @name value: [(true) (false)] @value) @switch
(assignment left: [(identifier) (attribute)] @name right: [(true) (false)] @value) @switch
""",
    "javascript": """
((throw_statement) @out . (_))
(return_statement [(true) (false) (binary_expression) (unary_expression)] @result)
(arrow_function body: [(true) (false) (binary_expression) (unary_expression)] @result)
(pair key: (_) @name value: [(true) (false)] @value) @switch
(assignment_expression left: (_) @name right: [(true) (false)] @value) @switch
(variable_declarator name: (identifier) @name value: [(true) (false)] @value) @switch
(assignment_pattern left: (identifier) @name right: [(true) (false)] @value) @switch
(object_assignment_pattern left: (_) @name right: [(true) (false)] @value) @switch
""",
    "go": """
(return_statement (expression_list . [(true) (false) (binary_expression) (unary_expression)] @result))
(keyed_element key: (_) @name value: (literal_element [(true) (false)] @value)) @switch
(assignment_statement left: (expression_list . (_) @name .) right: (expression_list . [(true) (false)] @value .)) @switch
""",
    "java": """
((throw_statement) @out . (_))
(return_statement [(true) (false) (binary_expression) (unary_expression)] @result)
(variable_declarator name: (_) @name value: [(true) (false)] @value) @switch
(assignment_expression left: (_) @name right: [(true) (false)] @value) @switch
(method_invocation name: (_) @name arguments: (argument_list . [(true) (false)] @value .)) @switch
""",
}

_TYPED: Final = """
(required_parameter pattern: (identifier) @name value: [(true) (false)] @value) @switch
"""
"""What TypeScript has besides what JavaScript has."""


@cache
def _query(language: Language, family: str) -> Query:
    typed = _TYPED if family == "typescript" else ""
    return Query(language, _COMMON + _QUERIES["javascript" if typed else family] + typed)


class Courses(Struct, frozen=True, kw_only=True):
    """What a file does under conditions, in the order of its lines."""

    conditionals: tuple[Conditional, ...] = ()
    unreachable: tuple[tuple[int, int], ...] = ()
    constant_results: tuple[tuple[int, bool], ...] = ()
    switches: tuple[Switch, ...] = ()
    results: tuple[Result, ...] = ()


class _Found(Struct, frozen=True):
    """Lists that are filled while the matches of a file are gone through."""

    conditionals: list[Conditional] = field(default_factory=list)
    unreachable: list[tuple[int, int]] = field(default_factory=list)
    constants: list[tuple[int, bool]] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    switches: list[Switch] = field(default_factory=list)


def courses_of(root: Node, language: Language, *, family: str) -> Courses:
    """The conditionals, unreachable lines, constant results and switches of a file's syntax tree."""
    cursor = QueryCursor(_query(language, family))
    cursor.set_max_start_depth(_DEEPEST_MATCH)
    found = _Found()
    for _, captured in cursor.matches(root):
        if "if" in captured:
            _take_if(found, captured["if"][0])
        elif "out" in captured:
            _take_rest(found, captured["out"][0])
        elif "result" in captured:
            _take_result(found, captured["result"][0])
        elif "switch" in captured:
            name, value_node = captured["name"][0], captured["value"][0]
            found.switches.append(Switch(_text(name).strip("'\"`"), value_node.type == "true", _line(name)))
    return Courses(
        conditionals=tuple(sorted(found.conditionals, key=lambda each: (each.line, each.first, each.last))),
        unreachable=_merged(found.unreachable),
        constant_results=tuple(sorted(set(found.constants))),
        results=tuple(sorted(found.results, key=lambda each: each.line)),
        switches=tuple(sorted(found.switches, key=lambda each: each.line)),
    )


def _take_if(found: _Found, node: Node) -> None:
    asked, then = node.child_by_field_name("condition"), node.child_by_field_name("consequence")
    if asked is None or then is None:
        return
    condition = condition_of(asked)
    others = [each for each in node.children_by_field_name("alternative") if each.is_named]
    other = others[0] if len(others) == 1 and others[0].type != "elif_clause" else None
    if other is not None and other.type == "else_clause":
        other = other.child_by_field_name("body") or next(iter(_statements(other)), None)
    known = outcome(condition)
    leaves = _leaves(then)
    if known is False:
        found.unreachable.append(_span(then))
    elif known and other is not None:
        found.unreachable.append(_span(other))
    if known and leaves:
        _take_rest(found, node)
    if known is None:
        found.conditionals.append(Conditional(_line(node), *_span(then), condition, leaves))
        if other is not None and other.type != "if_statement":
            negated = Condition("not", "", (condition,))
            found.conditionals.append(Conditional(_line(node), *_span(other), negated, _leaves(other)))


def _take_result(found: _Found, node: Node) -> None:
    condition = condition_of(node)
    value = outcome(condition)
    if value is not None:
        found.constants.append((_line(node), value))
    elif condition.kind != "is" or node.type != "unary_expression":  # `-1` asks nothing
        found.results.append(Result(_line(node), condition))


def _take_rest(found: _Found, node: Node) -> None:
    """What stands behind a statement that leaves its block is never run, unless something jumps there."""
    first, last = None, node.next_named_sibling
    while last is not None:
        following = last.next_named_sibling
        if last.type in ("labeled_statement", "switch_case", "switch_default", "else_clause"):
            return
        if last.type != "comment" and first is None:
            first = last
        if following is None:
            break
        last = following
    parent = node.parent
    if first is not None and last is not None and parent is not None and parent.type in _BLOCKS:
        found.unreachable.append((_line(first), last.end_point[0] + 1))


def condition_of(node: Node, depth: int = 0) -> Condition:
    """A condition by its `and`, `or` and `not`; what they hold is kept as written."""
    while node.type in _WRAPPING and node.named_child_count == 1:
        node = node.named_children[0]
    if depth > _DEEPEST:
        return _OPAQUE
    kind = node.type
    if kind == "not_operator" or (kind == "unary_expression" and node.children[0].type == "!"):
        return Condition("not", "", (condition_of(node.named_children[-1], depth + 1),))
    signs = [child.type for child in node.children if not child.is_named] if node.child_count > 2 else []
    if kind in ("boolean_operator", "binary_expression") and signs and signs[0] in _BOOLEAN:
        return _joined(node, _BOOLEAN[signs[0]], depth=depth)
    return _leaf(node)


def _joined(node: Node, kind: Choices["and", "or"], *, depth: int) -> Condition:
    """Conditions that are joined, without those that change nothing."""
    parts: list[Condition] = []
    for each in _statements(node):
        inner = condition_of(each, depth + 1)
        parts += inner.parts if inner.kind == kind else (inner,)
    neutral = "true" if kind == "and" else "false"
    telling = tuple(part for part in parts if part.kind != neutral) or tuple(parts[:1])
    return telling[0] if len(telling) == 1 else Condition(kind, "", telling)


def _leaf(node: Node) -> Condition:
    text = _text(node)
    if text in _FALSE or text in _TRUE:
        return Condition("true" if text in _TRUE else "false", "")
    if node.type not in ("comparison_operator", "binary_expression") or node.child_count < 3:
        return Condition("is", text)
    left, right = _text(node.children[0]), _text(node.children[-1])
    sign = " ".join(child.type for child in node.children[1:-1])
    stated = Condition("is", f"{left} {_OPPOSITES.get(sign, sign)} {right}"[:_LONGEST])
    return Condition("not", "", (stated,)) if sign in _OPPOSITES else stated


def outcome(condition: Condition) -> bool | None:
    """What a condition comes to whatever its parts are; None where that depends on them."""
    kind = condition.kind
    if kind in ("true", "false"):
        return kind == "true"
    if kind == "is":
        return None
    parts = [outcome(part) for part in condition.parts]
    if kind == "not":
        return None if parts[0] is None else not parts[0]
    decides = kind == "or"
    if decides in parts:
        return decides
    return None if None in parts else not decides


def _leaves(branch: Node) -> str:
    """How a branch leaves what stands around it: empty where it goes on behind it."""
    last = branch
    while last.type in _BLOCKS:
        inside = list(_statements(last))
        if not inside:
            return ""
        last = inside[-1]
    if last.type == "expression_statement" and last.named_child_count:
        call = last.named_children[0]
        called = call.child_by_field_name("function") or call.child_by_field_name("name")
        return "raise" if called is not None and _text(called).rpartition(".")[2] in _ENDING_CALLS else ""
    return _LEAVING.get(last.type, "")


def _statements(node: Node) -> Iterator[Node]:
    return (child for child in node.named_children if child.type != "comment")


def _span(node: Node) -> tuple[int, int]:
    return _line(node), node.end_point[0] + 1


def _line(node: Node) -> int:
    return node.start_point[0] + 1


def _text(node: Node) -> str:
    raw = node.text or b""
    return _BLANKS.sub(" ", raw[: 4 * _LONGEST].decode("utf-8", "replace"))[:_LONGEST]


def _merged(ranges: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return tuple(found)
