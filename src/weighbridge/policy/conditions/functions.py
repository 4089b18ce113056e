"""The functions of conditions: what each takes, what it gives, and what is run for it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from weighbridge.policy.conditions.asks import Question
from weighbridge.policy.conditions.cost import Cost, each
from weighbridge.policy.conditions.fusion import counted
from weighbridge.policy.conditions.nodes import Call
from weighbridge.policy.conditions.notes import Called, Notes
from weighbridge.policy.conditions.seen import Seen, cost_of
from weighbridge.policy.conditions.shapes import Flag, Listing, Moment, Span, Text, Unclear, Whole, in_words
from weighbridge.policy.conditions.written import (
    CHARACTERS_A_STEP,
    are_texts,
    ask,
    glob,
    is_method,
    matches,
    ordered,
    unclear,
    written,
)

MACROS: Final = frozenset({"all", "exists", "exists_one", "filter", "map"})
"""What goes over a list: the parser makes loops of them, unless they are written wrong."""

_DURATION: Final = re.compile(r"-?(\d{1,9}(\.\d{1,9})?[hms]){1,3}")
_PART: Final = re.compile(r"([\d.]+)([hms])")
_SECONDS: Final = {"h": 3600, "m": 60, "s": 1}
_LONGEST: Final = 315_576_000_000
"""Seconds of 10,000 years, beyond which the library answers nothing."""

_TIMESTAMP: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)")


def wrong_macro(notes: Notes, node: Call) -> Seen:
    """Says how a macro is written."""
    name = node.function
    return notes.flaw(node, f'{name} takes a name and what is asked: x.{name}(one, one.path == "...")')


def _of_texts(notes: Notes, call: Called) -> Seen:
    if not is_method(notes, call) or not are_texts(notes, call.all):
        return unclear(call)
    cost = cost_of(call.all)
    if call.node.function == "contains":
        cost += each(call.all[0].size, Cost(1), share=CHARACTERS_A_STEP)
    return Seen(node=call.made, shape=Flag(), cost=cost)


def _size(notes: Notes, call: Called) -> Seen:
    if len(call.all) != 1:
        return notes.flaw(call.node, "size takes one value: x.size()")
    part = call.all[0]
    if not isinstance(part.shape, Listing | Text | Unclear):
        return notes.flaw(part.node, f"{in_words(part.shape)} has no size")
    if part.gathering:
        count, cost = counted(part.gathering, call.node.id)
        return Seen(node=count, shape=Whole(), cost=cost)
    cost = part.cost + Cost(1)
    if isinstance(part.shape, Text):
        cost += each(part.size, Cost(1), share=CHARACTERS_A_STEP)
    return Seen(node=call.made, shape=Whole(), cost=cost)


def _timestamp(notes: Notes, call: Called) -> Seen:
    texts = written(notes, call) if call.target is None and len(call.parts) == 1 else None
    if texts is None or len(texts) != 1 or not is_moment(texts[0]):
        at = call.parts[0].node if call.parts else call.node
        return notes.flaw(at, 'timestamp takes a time with its zone: timestamp("2026-11-29T00:00:00Z")')
    return Seen(node=call.made, shape=Moment())


def _duration(notes: Notes, call: Called) -> Seen:
    texts = written(notes, call) if call.target is None and len(call.parts) == 1 else None
    if texts is None or len(texts) != 1 or not _is_span(texts[0]):
        at = call.parts[0].node if call.parts else call.node
        return notes.flaw(at, 'duration takes numbers with h, m or s, at most 10,000 years: duration("36h")')
    return Seen(node=call.made, shape=Span())


def is_moment(text: str) -> bool:
    """Whether `text` is a moment that the library reads."""
    if not _TIMESTAMP.fullmatch(text):
        return False
    try:
        return datetime.fromisoformat(text).astimezone(UTC).year > 0
    except (ValueError, OverflowError):
        return False


def _is_span(text: str) -> bool:
    """Whether `text` is a length of time that the library can reckon with."""
    if not _DURATION.fullmatch(text):
        return False
    return sum(float(number) * _SECONDS[unit] for number, unit in _PART.findall(text)) <= _LONGEST


RULES: Final[dict[str, Callable[[Notes, Called], Seen]]] = {
    **dict.fromkeys(("startsWith", "endsWith", "contains"), _of_texts),
    "matches": matches,
    "glob": glob,
    **dict.fromkeys(("at_least", "at_most"), ordered),
    **dict.fromkeys((str(question) for question in Question), ask),
    "size": _size,
    "timestamp": _timestamp,
    "duration": _duration,
}
