"""The functions of conditions: what each takes, what it gives, and what is run for it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from weighbridge.landscape.globs import why_not_a_glob
from weighbridge.policy.conditions.asks import ANSWERS, Ask, Question, why_not_a_pattern
from weighbridge.policy.conditions.cost import Cost, each
from weighbridge.policy.conditions.flaws import suggestion
from weighbridge.policy.conditions.nodes import STRING, Call, Elements, Literal, Name, Node
from weighbridge.policy.conditions.orders import order_of
from weighbridge.policy.conditions.path_globs import glob_node
from weighbridge.policy.conditions.seen import Seen, cost_of, plain
from weighbridge.policy.conditions.shapes import (
    Flag,
    Listing,
    Moment,
    Shape,
    Span,
    Text,
    Unclear,
    Whole,
    in_words,
)

if TYPE_CHECKING:
    from weighbridge.policy.conditions.check import Checker

MOST_REGEX: Final = 200
"""How many characters a regular expression may have."""
MOST_REPEATED: Final = 1_000
"""How large a regular expression may grow when its counted repetitions are written out."""

_COUNTED: Final = re.compile(r"\{(\d{1,9})(?:,(\d{0,9}))?\}")
_CHARACTERS_A_STEP: Final = 32


def _method(checker: Checker, node: Call, arguments: int) -> tuple[Seen, ...] | None:
    """What the method is called on and with what; None, and said, when it is not called as one."""
    if node.target is None or len(node.args) != arguments:
        takes = {0: "nothing", 1: "one value"}[arguments]
        checker.flaw(
            node, f"{node.function} stands behind a value and takes {takes}: x.{node.function}({'...' * arguments})"
        )
        return None
    return checker.see(node.target), *(checker.see(arg) for arg in node.args)


def _made(node: Call, parts: tuple[Seen, ...]) -> Node:
    return Call(id=node.id, target=parts[0].node, function=node.function, args=tuple(part.node for part in parts[1:]))


def _unclear(node: Node) -> Seen:
    return Seen(node=node, shape=Unclear())


def _are_texts(checker: Checker, parts: tuple[Seen, ...]) -> bool:
    wrong = [part for part in parts if not isinstance(part.shape, Text | Unclear)]
    for part in wrong:
        checker.flaw(part.node, f"this is {in_words(part.shape)}; here it must be text")
    return not wrong


def _of_texts(checker: Checker, node: Call) -> Seen:
    parts = _method(checker, node, 1)
    if parts is None or not _are_texts(checker, parts):
        return _unclear(node)
    cost = cost_of(parts)
    if node.function == "contains":
        cost += each(parts[0].size, Cost(1), share=_CHARACTERS_A_STEP)
    return Seen(node=_made(node, parts), shape=Flag(), cost=cost)


def _patterns(checker: Checker, node: Call, argument: Node) -> tuple[str, ...] | None:
    """The texts written as an argument: one, or a list of them."""
    written = argument.items if isinstance(argument, Elements) else (argument,)
    texts = tuple(
        one.value for one in written if isinstance(one, Literal) and isinstance(one.value, str) and one.kind == STRING
    )
    if len(texts) != len(written) or not texts:
        checker.flaw(argument, f"{node.function} takes a text or a list of texts that are written here")
        return None
    return texts


def _matches(checker: Checker, node: Call) -> Seen:
    parts = _method(checker, node, 1)
    if parts is None or not _are_texts(checker, parts[:1]):
        return _unclear(node)
    patterns = _patterns(checker, node, node.args[0])
    if patterns is None:
        return _unclear(node)
    if len(patterns) != 1 or isinstance(node.args[0], Elements):
        return checker.flaw(node.args[0], "matches takes one regular expression; write a|b for several")
    if wrong := why_not_a_regex(patterns[0]):
        return checker.flaw(node.args[0], wrong)
    making = Cost(100 + 10 * _grown(patterns[0]))
    cost = cost_of(parts) + making + each(parts[0].size, Cost(1), share=_CHARACTERS_A_STEP // 4)
    return Seen(node=_made(node, parts), shape=Flag(), cost=cost)


def _grown(pattern: str) -> int:
    size = len(pattern)
    for least, most in _COUNTED.findall(pattern):
        size *= max(1, int(most or least))
    return size


def why_not_a_regex(pattern: str) -> str:
    """What keeps `pattern` from being used, in words; empty when nothing does."""
    if len(pattern) > MOST_REGEX:
        return f"a regular expression has at most {MOST_REGEX} characters"
    if _grown(pattern) > MOST_REPEATED:
        return "its counted repetitions make the regular expression too large"
    return ""


def _glob(checker: Checker, node: Call) -> Seen:
    parts = _method(checker, node, 1)
    if parts is None or not _are_texts(checker, parts[:1]):
        return _unclear(node)
    patterns = _patterns(checker, node, node.args[0])
    if patterns is None:
        return _unclear(node)
    for pattern in patterns:
        if wrong := why_not_a_glob(pattern):
            return checker.flaw(node.args[0], wrong)
    return Seen(
        node=glob_node(node.id, parts[0].node, patterns), shape=Flag(), cost=parts[0].cost + Cost(6 * len(patterns))
    )


def _ordered(checker: Checker, node: Call) -> Seen:
    parts = _method(checker, node, 1)
    if parts is None or isinstance(parts[0].shape, Unclear):
        return _unclear(node)
    value, given = parts
    order = order_of(value.shape.words) if isinstance(value.shape, Text) else ()
    if not order:
        return checker.flaw(node, f"{node.function} asks words that have an order, such as a severity")
    patterns = _patterns(checker, node, node.args[0])
    if patterns is None:
        return _unclear(node)
    if len(patterns) != 1 or patterns[0] not in order:
        return checker.flaw(node.args[0], f"`{patterns[0]}` is none of its words: {suggestion(patterns[0], order)}")
    at = order.index(patterns[0])
    kept = order[at:] if node.function == "at_least" else order[: at + 1]
    words = tuple(Literal(id=node.id, kind=STRING, value=word) for word in kept)
    among = Elements(id=node.id, items=words)
    return plain(Call(id=node.id, target=None, function="@in", args=(value.node, among)), Flag(), value, given)


def _ask(checker: Checker, node: Call) -> Seen:
    question = Question(node.function)
    if node.target is not None or len(node.args) != 1:
        return checker.flaw(node, f'{question} stands for itself and takes one value: {question}("...")')
    patterns = _patterns(checker, node, node.args[0])
    if patterns is None:
        return _unclear(node)
    for pattern in patterns:
        if wrong := why_not_a_pattern(question, pattern):
            return checker.flaw(node.args[0], wrong)
    ask = Ask(question=question, patterns=patterns)
    checker.asks[ask] = None
    for path in question.reads:
        checker.reads[path] = True
    key = Literal(id=node.id, kind=STRING, value=ask.key)
    return Seen(
        node=Call(id=node.id, target=None, function="_[_]", args=(Name(id=node.id, name=ANSWERS), key)), shape=Flag()
    )


def _size(checker: Checker, node: Call) -> Seen:
    given = (*((node.target,) if node.target else ()), *node.args)
    if len(given) != 1:
        return checker.flaw(node, "size takes one value: x.size()")
    part = checker.see(given[0])
    if not isinstance(part.shape, Listing | Text | Unclear):
        return checker.flaw(given[0], f"{in_words(part.shape)} has no size")
    made = Call(id=node.id, target=None, function="size", args=(part.node,))
    cost = part.cost + Cost(1)
    if isinstance(part.shape, Text):
        cost += each(part.size, Cost(1), share=_CHARACTERS_A_STEP)
    return Seen(node=made, shape=Whole(), cost=cost)


def _time(checker: Checker, node: Call) -> Seen:
    patterns = _patterns(checker, node, node.args[0]) if node.target is None and len(node.args) == 1 else None
    if patterns is None or len(patterns) != 1:
        example = 'timestamp("2026-11-29T00:00:00Z")' if node.function == "timestamp" else 'duration("36h")'
        return checker.flaw(node, f"{node.function} takes one text: {example}")
    if not is_time(node.function, patterns[0]):
        form = "an RFC 3339 time with a zone" if node.function == "timestamp" else "a number with h, m or s"
        return checker.flaw(node.args[0], f"{node.function} takes {form}")
    shape: Shape = Moment() if node.function == "timestamp" else Span()
    return Seen(node=node, shape=shape)


_TIME: Final = {
    "timestamp": re.compile(
        r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)"
    ),
    "duration": re.compile(r"-?(\d{1,9}(\.\d{1,9})?[hms]){1,3}"),
}


def is_time(function: str, text: str) -> bool:
    """Whether `text` is a moment or a length of time that the library reads."""
    return _TIME[function].fullmatch(text) is not None


def _no_macro(checker: Checker, node: Call) -> Seen:
    return checker.flaw(
        node, f'{node.function} takes a name and what is asked: x.{node.function}(one, one.path == "...")'
    )


RULES: Final[dict[str, Callable[[Checker, Call], Seen]]] = {
    **dict.fromkeys(("startsWith", "endsWith", "contains"), _of_texts),
    "matches": _matches,
    "glob": _glob,
    **dict.fromkeys(("at_least", "at_most"), _ordered),
    **dict.fromkeys((str(question) for question in Question), _ask),
    "size": _size,
    **dict.fromkeys(("timestamp", "duration"), _time),
    **dict.fromkeys(("exists", "all", "exists_one", "filter", "map"), _no_macro),
}
