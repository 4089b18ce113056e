"""What an expression is, where that needs nothing but names whose values are known: no state, no provider, no running."""

import operator
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

from tree_sitter import Node, Parser

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.terraform.blocks import Dynamic, Expression
from weighbridge.facts.terraform.functions import (
    FUNCTIONS,
    LONGEST,
    MissingValueError,
    UnknownValueError,
    known,
    number_of,
    text_of,
)
from weighbridge.facts.terraform.hcl import language, value_of
from weighbridge.facts.terraform.loops import looped
from weighbridge.facts.terraform.names import Names, With

_DEEPEST: Final = 40
HEAVIEST: Final = 20_000
"""Values within a value beyond which it counts as unknown: names that stand for lists of names grow without end."""
_TRANSPARENT: Final = frozenset({"expression", "collection_value", "literal_value", "template_expr", "operation"})
_MOST_BLOCKS: Final = 1_000
"""Blocks that a `dynamic` one is made into; one of more stands as one block of which only running tells what it takes."""
_DEEP: Final = frozenset({"contains", "flatten", "setsubtract"})
"""Functions that look at all that is within what they are given."""
_DECODING: Final = {"csvdecode": 4, "jsondecode": 20}
"""Functions that read a text, and the characters of it that weigh as much as a value."""
_CHARACTERS: Final = 100
"""Characters that weigh as much as a value."""
_ODD: Final = (UnknownValueError, ValueError, TypeError, ArithmeticError, KeyError, IndexError, RecursionError)
"""What reading an expression raises where its values are not what it needs."""


def filled(value: object, names: Names, *, depth: int = 0) -> Any:  # noqa: ANN401 - any value of HCL
    """The value with every expression in it that can be known replaced by what it is; `dynamic` blocks are made into blocks.

    Raises `UnknownValueError` where that makes too much.
    """
    if depth > _DEEPEST:
        return value
    if isinstance(value, Expression):
        return evaluated(value, names, depth=depth)
    if isinstance(value, list):
        names.spend(len(value))
        found: list[Any] = []
        for each in value:
            if isinstance(each, Dynamic):
                found += _expanded(each, names, depth=depth)
            else:
                found.append(filled(each, names, depth=depth + 1))
        return found
    if isinstance(value, dict):
        names.spend(len(value))
        return {name: filled(each, names, depth=depth + 1) for name, each in value.items()}
    return value


def evaluated(expression: Expression, names: Names, *, depth: int = 0) -> object:
    """What an expression is; itself where only running tells, its known parts filled in where it is text."""
    if len(expression.text) > LONGEST:
        return expression
    reading = _Reading(names)
    if expression.is_template:
        return _template(expression.text, reading, depth=depth + 1)
    try:
        return reading.of_text(expression.text, depth)
    except UnknownValueError:
        return reading.standing(expression.text) or expression


def weigh(value: object) -> int:
    """How many values stand within one. Raises `UnknownValueError` where these are more than any configuration has."""
    seen, waiting = 0, [value]
    while waiting:
        each = waiting.pop()
        text = each.text if isinstance(each, Expression) else each if isinstance(each, str) else ""
        seen += 1 + len(text) // _CHARACTERS
        if seen > HEAVIEST or (isinstance(each, str) and len(each) > LONGEST):
            raise UnknownValueError
        waiting += each.values() if isinstance(each, dict) else each if isinstance(each, list) else ()
    return seen


def _expanded(block: Dynamic, names: Names, *, depth: int) -> list[Any]:
    each = filled(block.each, names, depth=depth + 1)
    pairs = (
        [*each.items()] if isinstance(each, dict) else [(one, one) for one in each] if isinstance(each, list) else None
    )
    made: list[Any] = []
    room = HEAVIEST
    for key, value in pairs if pairs is not None and len(pairs) <= _MOST_BLOCKS else ():
        made.append(_one_block(block, names, key=key, value=value, depth=depth))
        room -= weigh(made[-1])
        if room < 0:
            break
    if pairs is not None and len(made) == len(pairs) and room >= 0:
        return made
    key, value = Expression(f"{block.name}.key"), Expression(f"{block.name}.value")
    return [_one_block(block, names, key=key, value=value, depth=depth)]


def _one_block(block: Dynamic, names: Names, *, key: object, value: object, depth: int) -> Any:  # noqa: ANN401 - any value of HCL
    within = With(names, {block.name: {"key": key, "value": value}})
    return filled(dict(block.content), within, depth=depth + 1)


@lru_cache(maxsize=512)
def _parsed(text: str) -> Node | None:
    root = Parser(language()).parse(f"a = {text}\n".encode()).root_node
    if root.has_error or not root.children or not root.children[0].children:
        return None
    attribute = root.children[0].children[0]
    return attribute.children[-1] if attribute.type == "attribute" else None


class _Reading:
    """Reads one expression's tree by what names mean."""

    def __init__(self, names: Names) -> None:
        self._names = names

    def of(self, node: Node, depth: int) -> Any:  # noqa: ANN401 - any value of HCL
        if depth > _DEEPEST:
            raise UnknownValueError
        self._names.spend(1)
        inner = [child for child in node.named_children if child.type != "comment"]
        if node.type in _TRANSPARENT and len(inner) == 1:
            return self.of(inner[0], depth + 1)
        reader = _READERS.get(node.type)
        return reader(self, node, inner, depth=depth) if reader is not None else known(value_of(node))

    def named(self, node: Node, inner: list[Node], *, depth: int) -> object:
        return self._path(inner or [node], depth)

    def unary(self, node: Node, inner: list[Node], *, depth: int) -> object:
        value = known(self._side(inner, depth + 1))
        return not _truth(value) if (node.text or b"").startswith(b"!") else -_number(value)

    def chosen(self, _node: Node, inner: list[Node], *, depth: int) -> object:
        condition, yes, no = inner
        return self.of(yes if _truth(known(self.of(condition, depth + 1))) else no, depth + 1)

    def text_or_many(self, node: Node, _inner: list[Node], *, depth: int) -> object:
        found = filled(value_of(node), self._names, depth=depth + 1)
        return known(found) if node.type == "quoted_template" else found

    def loop(self, node: Node, _inner: list[Node], *, depth: int) -> object:
        """What `for` makes, each turn read with its own names."""

        def turned(part: Node, more: Mapping[str, Any]) -> object:
            return _Reading(With(self._names, more)).of(part, depth + 1)

        return looped(node, many=lambda part: self.of(part, depth + 1), turned=turned, spend=self._names.spend)

    def _path(self, parts: list[Node], depth: int) -> object:
        """`var.a.b[0]`, or a call or a parenthesis with something after it."""
        first = parts[0]
        if first.type not in ("variable_expr", "identifier"):
            value, rest = self.of(first, depth + 1), parts[1:]
        else:
            root = _text(first)
            is_named = len(parts) > 1 and parts[1].type == "get_attr"
            name = _text(parts[1]).lstrip(". ") if is_named else ""
            value, rest = self._names.value(root, name), parts[2:] if is_named else parts[1:]
        for part in rest:
            if part.type == "get_attr":
                key: object = _text(part).lstrip(". ")
            elif part.type == "index" and part.named_children and part.named_children[0].named_children:
                key = known(self.of(part.named_children[0].named_children[0], depth + 1))
            else:
                raise UnknownValueError
            value = _within(value, key)
        return value if isinstance(value, Expression) and value.is_template else known(value)

    def _side(self, nodes: list[Node], depth: int) -> object:
        """One side of an operation: a name with what follows it stands there as several nodes."""
        return self.of(nodes[0], depth) if len(nodes) == 1 else self._path(nodes, depth)

    def binary(self, node: Node, _inner: list[Node], *, depth: int) -> object:
        at = next((index for index, child in enumerate(node.children) if not child.is_named), 0)
        sign, sides = _text(node.children[at]), (node.children[:at], node.children[at + 1 :])
        if not all(sides):
            raise UnknownValueError
        if sign in ("&&", "||"):
            first = _truth(known(self._side(sides[0], depth + 1)))
            if first is (sign == "||"):
                return first
            return _truth(known(self._side(sides[1], depth + 1)))
        left, right = (known(self._side(side, depth + 1)) for side in sides)
        if sign in ("==", "!="):
            self._names.spend(weigh([left, right]))
            return _equal(left, right) is (sign == "==")
        return _computed(sign, _number(left), right=_number(right))

    def call(self, node: Node, _inner: list[Node], *, depth: int) -> object:
        name = _text(node.children[0]).rpartition("::")[2]
        held = next((child for child in node.children if child.type == "function_arguments"), None)
        nodes = [child for child in held.named_children if child.type == "expression"] if held is not None else []
        if name in ("try", "coalesce"):
            return self._first(nodes, depth, passes_none=name == "coalesce")
        if name == "can" and len(nodes) == 1:
            return self._can(nodes[0], depth)
        given = [self.of(each, depth + 1) for each in nodes]
        if held is not None and any(child.type == "ellipsis" for child in held.named_children):
            if not given or not isinstance(given[-1], list):
                raise UnknownValueError
            given[-1:] = map(known, given[-1])
        if name in ("file", "templatefile") and given:
            return self._file(given, depth, is_template=name == "templatefile")
        if name == "fileset":
            return self._names.paths(*map(text_of, given))
        if name == "yamldecode":
            return self._names.of_yaml(*map(text_of, given))
        function = FUNCTIONS.get(name)
        if function is None:
            raise UnknownValueError
        self._names.spend(weigh(given) if name in _DEEP else sum(map(_work, given)))
        if name in _DECODING and given and isinstance(given[0], str):
            self._names.spend(len(given[0]) // _DECODING[name])
        made = function(*given)
        self._names.spend(_work(made))
        return made

    def _file(self, given: list[Any], depth: int, *, is_template: bool) -> object:
        text = self._names.text(text_of(given[0]))
        self._names.spend(_work(text))
        more = given[1] if len(given) > 1 and isinstance(given[1], dict) else {}
        if not is_template or not more:
            return text
        return _template(text, _Reading(With(self._names, more)), depth=depth + 1)

    def _first(self, nodes: list[Node], depth: int, *, passes_none: bool) -> object:
        """The first that is there; where one before it is not known, nothing is."""
        for each in nodes:
            try:
                value = known(self.of(each, depth + 1))
            except MissingValueError:
                if passes_none:
                    raise
                continue
            if not passes_none or value not in (None, ""):
                return value
        raise UnknownValueError

    def standing(self, text: str) -> Expression | None:
        """What stands behind a name that is all of an expression, where that is an expression too."""
        named = _NAMED.fullmatch(text)
        held = self._names.standing(named[1], named[2]) if named is not None else None
        return held if held is not None and len(held.text) <= LONGEST else None

    def _can(self, node: Node, depth: int) -> bool:
        """Whether there is such a value."""
        try:
            self.of(node, depth + 1)
        except MissingValueError:
            return False
        return True

    def of_text(self, text: str, depth: int) -> object:
        """What an expression is; the one place that tells what cannot be computed. Raises `UnknownValueError`."""
        try:
            node = _parsed(text)
            if node is None:
                raise UnknownValueError
            return self.of(node, depth)
        except _ODD:
            raise UnknownValueError from None


_READERS: Final[Mapping[str, Callable[..., Any]]] = {
    "expression": _Reading.named,
    "variable_expr": _Reading.named,
    "binary_operation": _Reading.binary,
    "unary_operation": _Reading.unary,
    "conditional": _Reading.chosen,
    "function_call": _Reading.call,
    "quoted_template": _Reading.text_or_many,
    "heredoc_template": _Reading.text_or_many,
    "tuple": _Reading.text_or_many,
    "object": _Reading.text_or_many,
    "for_expr": _Reading.loop,
}

_NAMED: Final = LatePattern(r"(\w+)\.([\w-]+)")
_PART: Final = LatePattern(r'\$\$\{|\$\{((?:[^{}"$]|\$(?!\{)|"(?:[^"\\]|\\.)*+"?)*+)(\}?)', re.DOTALL)
"""A part, whether it ends or not: what was read once is not read again, so that reading takes as long as the text is."""


def _template(text: str, reading: _Reading, *, depth: int) -> object:
    """Text with its parts filled in; still a template where one of them is not known."""
    if "${" not in text and "%{" not in text:
        return text
    if len(text) > LONGEST:
        return Expression(text, is_template=True)
    room = LONGEST - len(text)

    def part(found: re.Match[str]) -> str:
        nonlocal room
        if room < 0 or not found[2]:
            return found[0]
        text = found[1].removeprefix("~").removesuffix("~").strip()
        try:
            made = text_of(reading.of_text(text, depth))
        except UnknownValueError:
            held = reading.standing(text)
            if held is None:
                return found[0]
            made = held.text if held.is_template else f"${{{held.text}}}"
        room -= len(made)
        return made if room >= 0 else found[0]

    made = _PART.sub(part, text)
    return Expression(made, is_template=True) if "${" in made or "%{" in made else made


def _work(value: object) -> int:
    """How much a function has to do with a value, or has made."""
    if isinstance(value, str):
        return len(value) // _CHARACTERS
    return len(value) if isinstance(value, list | dict) else 1


def _within(value: object, key: object) -> object:
    if not isinstance(key, str | int):
        raise UnknownValueError
    if isinstance(value, dict):
        if key in value:
            return value[key]
        raise MissingValueError
    if isinstance(value, list):
        if isinstance(key, str) and len(value) == 1 and isinstance(value[0], dict) and key in value[0]:
            return value[0][key]
        if isinstance(key, int) and not isinstance(key, bool):
            if 0 <= key < len(value):
                return value[key]
            raise MissingValueError
    raise UnknownValueError


def _equal(left: object, right: object) -> bool:
    """Whether two values are one. Raises `UnknownValueError` where anything within is not known."""
    waiting = [left, right]
    while waiting:
        each = known(waiting.pop())
        waiting += each.values() if isinstance(each, dict) else each if isinstance(each, list) else ()
    return left == right and isinstance(left, bool) is isinstance(right, bool)


def _truth(value: object) -> bool:
    if value in ("true", "false"):
        return value == "true"
    if isinstance(value, bool):
        return value
    raise UnknownValueError


def _number(value: object) -> int | float:
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,15}", value):
        return int(value)
    return number_of(value)


_SIGNS: Final[Mapping[str, Callable[[float, float], float]]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "%": operator.mod, "/": operator.truediv,
    ">": operator.gt, "<": operator.lt, ">=": operator.ge, "<=": operator.le,
}  # fmt: skip


def _computed(sign: str, left: float, *, right: float) -> object:
    if sign not in _SIGNS or (sign in "/%" and not right):
        raise UnknownValueError
    found = _SIGNS[sign](left, right)
    if isinstance(found, bool):
        return found
    number_of(found)
    return int(found) if found == int(found) else found


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")
