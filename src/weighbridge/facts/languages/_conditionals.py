"""What code does only under a condition, what it never does, and what it switches on or off: told alike for every language."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from typing import Literal as Choices

from msgspec import Struct, field
from msgspec.structs import replace
from tree_sitter import Node

from weighbridge.facts.languages._line_ranges import merged
from weighbridge.facts.model import Attempt, Caught, Condition, Conditional, FileFacts, Result, Switch

_DEEPEST: Final = 30
_LONGEST: Final = 200
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
_TRYING: Final = frozenset({"try_statement", "try_with_resources_statement", "defer_statement", "with_statement"})
_LOOPING: Final = frozenset({"for_in_statement", "enhanced_for_statement", "for_statement"})
"""Of the last, those alone that say what they go through, as Go's do."""
_CATCHING: Final = ("except_clause", "except_group_clause", "catch_clause")
_CALLS: Final = frozenset({"call", "call_expression", "method_invocation"})
_ITEMS: Final = ("subscript", "subscript_expression", "index_expression")
_MEMBERS: Final = ("attribute", "member_expression", "selector_expression", "field_access")
_NAMED: Final = ("identifier", "property_identifier", "field_identifier")
_TEXTS: Final = ("string", "string_literal", "interpreted_string_literal", "raw_string_literal")
_JUMPED_TO: Final = ("labeled_statement", "switch_case", "switch_default", "else_clause")
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

_CONSTANTS: Final = ("true", "false")
_NAMES: Final = ("identifier",)
_ANY: Final = ()
"""Whatever is named."""


class _Grammar(Struct, frozen=True, kw_only=True):
    """The nodes of one language that are looked at."""

    leaving: tuple[str, ...]
    asking: tuple[str, ...]
    """What a result is put together by."""
    switches: Mapping[str, tuple[str, str, tuple[str, ...]]]
    """By the kind of node: the fields of the name and of the value, and what kind of node the name is."""


_SCRIPT_SWITCHES: Final = {
    "pair": ("key", "value", _ANY),
    "assignment_expression": ("left", "right", _ANY),
    "variable_declarator": ("name", "value", _NAMES),
    "assignment_pattern": ("left", "right", _NAMES),
    "object_assignment_pattern": ("left", "right", _ANY),
}
_BINARY: Final = ("binary_expression", "unary_expression")
_GRAMMARS: Final = {
    "python": _Grammar(
        leaving=("return_statement", "raise_statement"),
        asking=("boolean_operator", "not_operator", "comparison_operator"),
        switches={
            "keyword_argument": ("name", "value", _ANY),
            "pair": ("key", "value", ("string",)),
            "default_parameter": ("name", "value", _NAMES),
            "typed_default_parameter": ("name", "value", _NAMES),
            "assignment": ("left", "right", ("identifier", "attribute", "subscript")),
        },
    ),
    "javascript": _Grammar(leaving=("return_statement", "throw_statement"), asking=_BINARY, switches=_SCRIPT_SWITCHES),
    "typescript": _Grammar(
        leaving=("return_statement", "throw_statement"),
        asking=_BINARY,
        switches=_SCRIPT_SWITCHES | {"required_parameter": ("pattern", "value", _NAMES)},
    ),
    "go": _Grammar(
        leaving=("return_statement",),
        asking=_BINARY,
        switches={
            "keyed_element": ("key", "value", _ANY),
            "assignment_statement": ("left", "right", _ANY),
            "short_var_declaration": ("left", "right", _ANY),
            "var_spec": ("name", "value", _ANY),
        },
    ),
    "java": _Grammar(
        leaving=("return_statement", "throw_statement"),
        asking=_BINARY,
        switches={
            "variable_declarator": ("name", "value", _ANY),
            "assignment_expression": ("left", "right", _ANY),
            "method_invocation": ("name", "arguments", _ANY),
        },
    ),
}


class _Found(Struct, frozen=True):
    """Lists that are filled while the matches of a file are gone through."""

    conditionals: list[Conditional] = field(default_factory=list)
    unreachable: list[tuple[int, int]] = field(default_factory=list)
    constants: list[tuple[int, bool]] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    switches: list[Switch] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)
    loops: list[tuple[int, int, int]] = field(default_factory=list)


class _Block(Struct):
    """The statements of a block, none where it is no block, and where the walk is among them."""

    statements: Sequence[Node]
    at: int = 0
    is_left: bool = False
    """Whether what stands behind a statement that leaves the block was told."""


def with_courses(facts: FileFacts, root: Node, *, family: str) -> FileFacts:
    """The facts with the conditionals, unreachable lines, results and switches of the file's syntax tree, in the order of its lines."""
    grammar, found = _GRAMMARS[family], _Found()
    waiting = [root]
    while waiting:
        around = waiting.pop()
        inside = around.named_children
        block = _Block(inside if around.type in _BLOCKS else ())
        for index, node in enumerate(inside):
            block.at = index
            _take(found, grammar, node=node, block=block)
            if node.named_child_count:
                waiting.append(node)
    return replace(
        facts,
        conditionals=tuple(sorted(found.conditionals, key=lambda each: (each.line, each.first, each.last))),
        unreachable=merged(found.unreachable, reach=0),
        constant_results=tuple(sorted(set(found.constants))),
        results=tuple(sorted(found.results, key=lambda each: each.line)),
        attempts=tuple(sorted(found.attempts, key=lambda each: each.first)),
        switches=tuple(sorted(found.switches, key=lambda each: each.line)),
        loops=tuple(sorted(found.loops)),
    )


def _take(found: _Found, grammar: _Grammar, *, node: Node, block: "_Block") -> None:
    """What one node says, which stands where the walk is in its block."""
    kind = node.type
    if kind in ("if_statement", "elif_clause"):
        _take_if(found, node, block=block)
    elif kind in grammar.leaving:
        _take_rest(found, block)
        given = next(_statements(node), None) if kind == "return_statement" else None
        asked = next(_statements(given), None) if given is not None and _is_list(given) else given
        _take_result(found, grammar, node=asked)
    elif kind == "arrow_function":
        _take_result(found, grammar, node=node.child_by_field_name("body"))
    elif kind in _TRYING:
        _take_attempt(found, node)
    elif kind in _LOOPING:
        _take_loop(found, node)
    if kind in _CALLS:
        _take_setting(found, node)
    if kind in grammar.switches:
        _take_switch(found, grammar, node=node)


def _take_switch(found: _Found, grammar: _Grammar, *, node: Node) -> None:
    name_field, value_field, kinds = grammar.switches[node.type]
    name, value = _alone(node.child_by_field_name(name_field)), _alone(node.child_by_field_name(value_field))
    if name is None or value is None or (kinds and name.type not in kinds):
        return
    is_on = value.type == "true" if value.type in _CONSTANTS else _comes_to(value, grammar)
    if is_on is not None:
        found.switches.append(Switch(_switch_name(name), is_on, _line(name)))


def _comes_to(value: Node, grammar: _Grammar) -> bool | None:
    """What a value comes to whatever else it asks: `verify or True`."""
    text = (value.text or b"") if value.type in grammar.asking else b""
    return outcome(condition_of(value)) if b"rue" in text or b"alse" in text else None


def _switch_name(name: Node) -> str:
    """A name as written, of `config["x"]` the key."""
    if name.type in _ITEMS and name.named_child_count == 2 and name.named_children[1].type in _TEXTS:
        name = name.named_children[1]
    return _text(name).strip("'\"`")


def _take_setting(found: _Found, call: Node) -> None:
    """`app.set("trust proxy", true)`, `setFeature(SECURE, true)`: a setting by its name, and whether it is on."""
    given = call.child_by_field_name("arguments")
    if given is None or given.named_child_count != 2:
        return
    name, value = given.named_children
    if value.type in _CONSTANTS and (name.type in _TEXTS or _is_constant(name)):
        found.switches.append(Switch(_switch_name(name), value.type == "true", _line(name)))


def _is_constant(name: Node) -> bool:
    """Whether a name is written as those of constants are: `XMLConstants.FEATURE_SECURE_PROCESSING`."""
    last = name.named_children[-1] if name.type in _MEMBERS else name
    return last.type in _NAMED and (last.text or b"").isupper()


def _take_attempt(found: _Found, node: Node) -> None:
    if node.type == "defer_statement":
        found.attempts.append(Attempt(*_span(node), (), *_span(node)))
        return
    body = node.child_by_field_name("body")
    if body is None:
        return
    if node.type == "with_statement":
        asked = _text(node.named_children[0])
        if "suppress(" in asked:
            types = asked.partition("suppress(")[2].rpartition(")")[0]
            found.attempts.append(Attempt(*_span(body), (Caught(_line(node), _line(node), types),)))
        return
    caught: list[Caught] = []
    always = (0, 0)
    for part in node.named_children:
        done = part.child_by_field_name("body") or next((b for b in part.named_children if b.type in _BLOCKS), None)
        if done is not None and part.type in _CATCHING:
            types = " ".join(_text(each) for each in part.named_children if each != done and each.type != "comment")
            caught.append(Caught(*_span(done), types[:_LONGEST], _leaves(done)))
        elif done is not None and part.type == "finally_clause":
            always = _span(done)
    found.attempts.append(Attempt(*_span(body), tuple(caught), *always))


def _take_loop(found: _Found, node: Node) -> None:
    body = node.child_by_field_name("body")
    is_through = node.type != "for_statement" or any(each.type == "range_clause" for each in node.named_children)
    if body is not None and is_through:
        found.loops.append((_line(node), *_span(body)))


def _alone(node: Node | None) -> Node | None:
    """What a list of one holds, and what is no list."""
    while node is not None and _is_list(node):
        node = node.named_children[0] if node.named_child_count == 1 else None
    return node


def _is_list(node: Node) -> bool:
    return node.type in ("expression_list", "argument_list", "literal_element")


def _take_if(found: _Found, node: Node, *, block: "_Block") -> None:
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
        _take_rest(found, block)
    if known is None:
        found.conditionals.append(Conditional(_line(node), *_span(then), condition, leaves))
        if other is not None and other.type != "if_statement":
            negated = Condition("not", "", (condition,))
            found.conditionals.append(Conditional(_line(node), *_span(other), negated, _leaves(other)))


def _take_result(found: _Found, grammar: _Grammar, *, node: Node | None) -> None:
    if node is None or node.type not in (*_CONSTANTS, *grammar.asking):
        return
    condition = condition_of(node)
    value = outcome(condition)
    if value is not None:
        found.constants.append((_line(node), value))
    elif condition.kind != "is" or node.type != "unary_expression":  # `-1` asks nothing
        found.results.append(Result(_line(node), condition))


def _take_rest(found: _Found, block: "_Block") -> None:
    """What stands behind a statement that leaves its block is never run, unless something jumps there."""
    if block.is_left:
        return  # what is behind this one is behind the first that leaves it, too
    behind = block.statements[block.at + 1 :]
    left = [node for node in behind if node.type != "comment"]
    if left and not any(node.type in _JUMPED_TO for node in left):
        block.is_left = True
        found.unreachable.append((_line(left[0]), behind[-1].end_point[0] + 1))


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
