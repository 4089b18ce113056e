"""Draws a sequence as SVG: one lane a participant, calls gained and lost marked by sign, dash and colour.

The participants are a picture of their own, so that they stay in sight while the calls below them are scrolled.
"""

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.package import Message, Sequence
from weighbridge.review.render.markup import Markup, element
from weighbridge.review.render.mermaid import merged_messages
from weighbridge.review.render.svg_text import breadth, fitted
from weighbridge.review.sentences import count
from weighbridge.review.visible import one_line

_NAME, _WORDS = 13.0, 12.0
_LINE: Final = 15
_HEAD, _MARGIN = 112, 66
"""The width of a participant's box, and how far the first lane stands from the edge."""
_NEAREST, _FARTHEST = 122, 224
"""Of neighbouring lanes."""
_OWN: Final = 44
"""Where the words of a participant's call of itself begin, right of its lane."""
_SHEET: Final = 900
"""Wider pictures cannot be read on a printed page: their words are printed instead."""
_MOST_LANES: Final = 12
_MOST_STEPS: Final = 60
_SIGNS: Final = {"added": "+ ", "removed": "− "}  # noqa: RUF001 - a minus sign as wide as the plus


class _Step(Struct, frozen=True, kw_only=True):
    """A call with its lines of words, between its lanes; `y` is the height of its arrow."""

    message: Message
    lines: tuple[str, ...]
    start: int
    end: int
    y: int


def draw_sequence(sequence: Sequence, name: str) -> Markup:
    """The sequence with its calls of before and after in one picture; ids begin with `name`."""
    lanes = {who: index for index, who in enumerate(sequence.participants[:_MOST_LANES])}
    messages = [m for m in told_once(sequence) if m.source in lanes and m.target in lanes][:_MOST_STEPS]
    at, width = _places(messages, lanes)
    steps = _steps(messages, at, width=width)
    bottom = (steps[-1].y if steps else 0) + 24
    return element(
        "div",
        _heads(at, width=width),
        element(
            "svg",
            element("title", _described(sequence), id=f"{name}-title"),
            [element("path", d=f"M{x} 0V{bottom}", class_="life") for x in at.values()],
            [_drawn(step) for step in steps],
            role="img",
            aria_labelledby=f"{name}-title",
            viewBox=f"0 0 {width} {bottom}",
            width=width,
            height=bottom,
            class_="sequence",
        ),
        class_="lanes" if width <= _SHEET else "lanes long",
    )


def told_once(sequence: Sequence) -> Iterator[Message]:
    """The calls of before and after in one order; one that is made several times in a row says how often."""
    for message, run in groupby(merged_messages(sequence)):
        times = sum(1 for _ in run)
        yield message if times == 1 else replace(message, words=f"{message.words} ({times} times)")


def left_out(sequence: Sequence) -> tuple[str, ...]:
    """What the picture does not show, in clauses; empty when it is whole."""
    lanes, steps = len(sequence.participants) - _MOST_LANES, sum(1 for _ in told_once(sequence)) - _MOST_STEPS
    parts = (
        f"{count(lanes, 'more participant')} not shown" if lanes > 0 else "",
        f"{count(steps, 'more call')} not shown" if steps > 0 else "",
        sequence.truncated,
    )
    return tuple(filter(None, parts))


def _described(sequence: Sequence) -> str:
    gained = sum(m.mark == "added" for m in sequence.after)
    lost = sum(m.mark == "removed" for m in sequence.before)
    calls = count(len(sequence.after), "call")
    return f"{sequence.entry_point}: {calls} after the change, {gained} gained and {lost} lost"


def _places(messages: list[Message], lanes: dict[str, int]) -> tuple[dict[str, int], int]:
    """Where each lane stands, so that what is said between neighbours can be read on two lines, and the whole width."""
    gaps = [_NEAREST] * len(lanes)
    for message in messages:
        one, other = sorted((lanes[message.source], lanes[message.target]))
        if other - one <= 1:
            needed = breadth(_said(message), _WORDS) / 2 + (_OWN + 20 if one == other else 40)
            gaps[one] = min(max(gaps[one], round(needed)), _FARTHEST)
    last = len(lanes) - 1
    speaks = any(m.source == m.target and lanes[m.source] == last for m in messages)
    at = {who: _MARGIN + sum(gaps[:index]) for who, index in lanes.items()}
    return at, _MARGIN + sum(gaps[:last]) + (max(_MARGIN, gaps[last]) if speaks else _MARGIN)


def _said(message: Message) -> str:
    return _SIGNS.get(message.mark, "") + one_line(message.words)


def _steps(messages: list[Message], at: dict[str, int], *, width: int) -> list[_Step]:
    """The calls from above to below; one whose words take two lines stands further down."""
    rights = sorted(at.values())
    steps: list[_Step] = []
    y = 0
    for message in messages:
        start, end = at[message.source], at[message.target]
        room = abs(end - start) - 18
        if start == end:
            room = next((right for right in rights if right > start), width) - start - _OWN - 6
        lines = fitted(_said(message), room, size=_WORDS, most=2)
        y += 20 + _LINE * len(lines)
        steps.append(_Step(message=message, lines=lines, start=start, end=end, y=y))
    return steps


def _heads(at: dict[str, int], *, width: int) -> Markup:
    """The participants' boxes."""
    named = {who: fitted(who, _HEAD - 14, size=_NAME, most=3) for who in at}
    height = 16 + _LINE * max((len(lines) for lines in named.values()), default=1)
    boxes = [
        element(
            "g",
            element("title", who),
            element("rect", x=at[who] - _HEAD // 2, y=4, width=_HEAD, height=height, rx=6, class_="box"),
            [
                element(
                    "text", line, x=at[who], y=4 + (height - _LINE * len(lines)) / 2 + 12 + _LINE * n, class_="name"
                )
                for n, line in enumerate(lines)
            ],
            class_="participant",
        )
        for who, lines in named.items()
    ]
    return element(
        "svg",
        boxes,
        role="presentation",
        aria_hidden="true",
        viewBox=f"0 0 {width} {height + 8}",
        width=width,
        height=height + 8,
        class_="sequence heads",
    )


def _drawn(step: _Step) -> Markup:
    message, y = step.message, step.y
    told = f"{message.source} to {message.target}: {_said(message)}"
    if step.start == step.end:
        line, head = f"M{step.start} {y - 12}h34v14h-28", f"M{step.start + 2} {y + 2}l8 -4v8z"
        x, first, own = float(step.start + _OWN), y - 1 - (_LINE - 1) * (len(step.lines) - 1) / 2, " own"
    else:
        side = 1 if step.end > step.start else -1
        line, head = f"M{step.start} {y}H{step.end - side * 7}", f"M{step.end} {y}l{-8 * side} -4v8z"
        x, first, own = *_beside(step, side), ""
    return element(
        "g",
        element("title", told + (f" ({message.mark})" if message.mark else "")),
        element("path", d=line, class_="line"),
        element("path", d=head, class_="head"),
        [
            element("text", text, x=round(x, 1), y=round(first + (_LINE - 1) * n, 1), class_=f"words{own}")
            for n, text in enumerate(step.lines)
        ],
        class_=f"message {message.mark}".strip(),
    )


def _beside(step: _Step, side: int) -> tuple[float, float]:
    """Where the words of a call begin: between neighbours in the middle, on a long way near whoever calls."""
    half = max(breadth(line, _WORDS) for line in step.lines) / 2
    middle = (step.start + step.end) / 2
    near = step.start + side * (half + 12)
    x = near if abs(step.end - step.start) > _FARTHEST else middle
    return x, step.y - 6 - (_LINE - 1) * (len(step.lines) - 1)
