"""What an expression is, where that needs nothing but names whose values are known: no state, no provider, no running."""

import operator
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final, Protocol

from tree_sitter import Node, Parser

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.terraform.blocks import Dynamic, Expression
from weighbridge.facts.terraform.functions import FUNCTIONS, LONGEST, UnknownValueError, known, number_of, text_of
from weighbridge.facts.terraform.hcl import language, value_of

_DEEPEST: Final = 40
HEAVIEST: Final = 20_000
"""Values within a value beyond which it counts as unknown: names that stand for lists of names grow without end."""
_TRANSPARENT: Final = frozenset({"expression", "collection_value", "literal_value", "template_expr", "operation"})
_MOST_BLOCKS: Final = 200
"""Blocks that a `dynamic` one is made into."""
_ROUND: Final = 20
"""How many values one round of a loop counts for."""
_OF_LOOPS: Final = ("for_intro", "expression", "for_cond", "ellipsis")
_SIDES: Final = 2
"""What a loop makes of each: a value, or a key and a value."""
_CHARACTERS: Final = 100
"""Characters that weigh as much as a value."""
_ODD: Final = (UnknownValueError, ValueError, TypeError, ArithmeticError, KeyError, IndexError, RecursionError)
"""What reading an expression raises where its values are not what it needs."""


class Names(Protocol):
    """What names mean where an expression stands."""

    def value(self, root: str, name: str) -> object:
        """What `var.name`, `local.name` and the like are. Raises `UnknownValueError`."""

    def standing(self, root: str, name: str) -> Expression | None:
        """The expression that a name stands for which only running tells; None where it stands for none."""

    def text(self, path: str) -> str:
        """What a file of the tree holds, by its path from the folder. Raises `UnknownValueError`."""

    def spend(self, amount: int) -> None:
        """Counts values that are made. Raises `UnknownValueError` where these are too many."""


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


class With:
    """Names with a few more, as a `dynamic` block and `for` have them."""

    def __init__(self, names: Names, more: Mapping[str, Any]) -> None:
        self._names = names
        self._more = more

    def value(self, root: str, name: str) -> object:
        """What a name is, these few first. Raises `UnknownValueError`."""
        if root in self._more:
            held = self._more[root]
            if not name:
                return known(held)
            if isinstance(held, dict) and name in held:
                return known(held[name])
            raise UnknownValueError
        return self._names.value(root, name)

    def standing(self, root: str, name: str) -> Expression | None:
        """The expression that a name stands for which only running tells; None where it stands for none."""
        if root not in self._more:
            return self._names.standing(root, name)
        table = self._more[root]
        held = table.get(name) if isinstance(table, dict) else None
        return held if isinstance(held, Expression) else None

    def text(self, path: str) -> str:
        """What a file holds, by its path from the folder. Raises `UnknownValueError`."""
        return self._names.text(path)

    def spend(self, amount: int) -> None:
        """Counts values that are made. Raises `UnknownValueError` where these are too many."""
        self._names.spend(amount)


def _expanded(block: Dynamic, names: Names, *, depth: int) -> list[Any]:
    each = filled(block.each, names, depth=depth + 1)
    if isinstance(each, dict):
        pairs = list(each.items())
    elif isinstance(each, list):
        pairs = [(one, one) for one in each]
    else:
        pairs = [(Expression(f"{block.name}.key"), Expression(f"{block.name}.value"))]
    made: list[Any] = []
    room = HEAVIEST
    for key, value in pairs[:_MOST_BLOCKS]:
        within = With(names, {block.name: {"key": key, "value": value}})
        made.append(filled(dict(block.content), within, depth=depth + 1))
        room -= weigh(made[-1])
        if room < 0:
            raise UnknownValueError
    return made


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

    def for_each(self, _node: Node, inner: list[Node], *, depth: int) -> object:
        """`[for each in many : …]` and `{for key, each in many : … => …}`, a map's entries in the order of their keys, as Terraform has it."""
        parts = {kind: [each for each in inner[0].named_children if each.type == kind] for kind in _OF_LOOPS}
        (intro,), made = parts["for_intro"], parts["expression"]
        many = known(self.of(intro.named_children[-1], depth + 1))
        pairs = (
            sorted(many.items())
            if isinstance(many, dict)
            else list(enumerate(many))
            if isinstance(many, list)
            else None
        )
        if pairs is None or parts["ellipsis"] or not 0 < len(made) <= _SIDES:
            raise UnknownValueError
        names = [_text(each) for each in intro.named_children if each.type == "identifier"]
        found: list[tuple[object, object]] = []
        for key, value in pairs:
            self._names.spend(_ROUND)
            within = _Reading(With(self._names, dict(zip(names, (key, value)[-len(names) :], strict=True))))
            if all(_truth(known(within.of(each.named_children[-1], depth + 1))) for each in parts["for_cond"]):
                found.append(
                    (known(within.of(made[0], depth + 1)) if len(made) > 1 else None, within.part(made[-1], depth + 1))
                )
        return {text_of(key): value for key, value in found} if len(made) > 1 else [value for _, value in found]

    def part(self, node: Node, depth: int) -> object:
        """What a part of something larger is; as it is written where only running tells."""
        try:
            return self.of(node, depth)
        except UnknownValueError:
            return Expression(_text(node))

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
        return known(value)

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
            return _equal(left, right) is (sign == "==")
        return _computed(sign, _number(left), right=_number(right))

    def call(self, node: Node, _inner: list[Node], *, depth: int) -> object:
        name = _text(node.children[0]).rpartition("::")[2]
        held = next((child for child in node.children if child.type == "function_arguments"), None)
        nodes = [child for child in held.named_children if child.type == "expression"] if held is not None else []
        if held is not None and any(child.type == "ellipsis" for child in held.named_children):
            raise UnknownValueError
        if name in ("try", "coalesce"):
            return self._first(nodes, depth, passes_none=name == "coalesce")
        given = [self.of(each, depth + 1) for each in nodes]
        if name in ("file", "templatefile") and given:
            return self._file(given, depth, is_template=name == "templatefile")
        function = FUNCTIONS.get(name)
        if function is None:
            raise UnknownValueError
        self._names.spend(sum(map(_work, given)))
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
            value = known(self.of(each, depth + 1))
            if not passes_none or value not in (None, ""):
                return value
        raise UnknownValueError

    def standing(self, text: str) -> Expression | None:
        """What stands behind a name that is all of an expression, where that is an expression too."""
        named = _NAMED.fullmatch(text)
        held = self._names.standing(named[1], named[2]) if named is not None else None
        return held if held is not None and len(held.text) <= LONGEST else None

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
    "for_expr": _Reading.for_each,
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
    if isinstance(value, dict) and key in value:
        return value[key]
    if isinstance(value, list):
        if isinstance(key, str) and len(value) == 1 and isinstance(value[0], dict) and key in value[0]:
            return value[0][key]
        if isinstance(key, int) and not isinstance(key, bool) and 0 <= key < len(value):
            return value[key]
    raise UnknownValueError


def _equal(left: object, right: object) -> bool:
    """Whether two values are one. Raises `UnknownValueError` where anything within is not known."""
    weigh([left, right])
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
