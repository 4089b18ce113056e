"""Draws a sequence as SVG: one lane a participant, calls gained and lost marked by sign, dash and colour."""

from typing import Final

from weighbridge.domain.package import Message, Sequence
from weighbridge.review.render.markup import Markup, element
from weighbridge.review.render.mermaid import merged_messages
from weighbridge.review.render.svg_map import fitting
from weighbridge.review.visible import columns, one_line, shortened

_STEP, _TOP, _MARGIN = 40, 56, 100
_NARROWEST: Final = 180
_WIDEST: Final = 330
_COLUMN: Final = 6.8
_MOST_LANES: Final = 12
_MOST_STEPS: Final = 60
_SIGNS: Final = {"added": "+ ", "removed": "− "}  # noqa: RUF001 - a minus sign as wide as the plus


def draw_sequence(sequence: Sequence, name: str) -> Markup:
    """The sequence with its calls of before and after in one picture; ids begin with `name`."""
    lanes = {who: index for index, who in enumerate(sequence.participants[:_MOST_LANES])}
    every = [m for m in merged_messages(sequence) if m.source in lanes and m.target in lanes]
    messages = every[:_MOST_STEPS]
    apart = _apart(messages, lanes)
    own = any(m.source == m.target and lanes[m.source] == len(lanes) - 1 for m in messages)
    width = apart * max(len(lanes) - (0 if own else 1), 0) + 2 * _MARGIN
    height = _TOP + _STEP * (len(messages) + 1)
    return element(
        "svg",
        element("title", _described(sequence), id=f"{name}-title"),
        [_lane(who, _MARGIN + index * apart, height=height) for who, index in lanes.items()],
        [
            _message(message, {w: _MARGIN + n * apart for w, n in lanes.items()}, step=i)
            for i, message in enumerate(messages)
        ],
        role="img",
        aria_labelledby=f"{name}-title",
        viewBox=f"0 0 {width} {height}",
        width=width,
        height=height,
        class_=f"sequence{fitting(width, most=1500)}",
    )


def left_out(sequence: Sequence) -> str:
    """What the picture does not show, in words; empty when it is whole."""
    lanes, steps = len(sequence.participants) - _MOST_LANES, sum(1 for _ in merged_messages(sequence)) - _MOST_STEPS
    parts = [
        f"{lanes} more participants" if lanes > 0 else "",
        f"{steps} more calls" if steps > 0 else "",
        sequence.truncated,
    ]
    return "; ".join(filter(None, parts))


def _described(sequence: Sequence) -> str:
    gained = sum(m.mark == "added" for m in sequence.after)
    lost = sum(m.mark == "removed" for m in sequence.before)
    return f"{sequence.entry_point}: {len(sequence.after)} calls after the change, {gained} gained and {lost} lost"


def _apart(messages: list[Message], lanes: dict[str, int]) -> int:
    """How far the lanes stand apart, so that what is said between neighbours can be read."""
    near = [m for m in messages if abs(lanes[m.source] - lanes[m.target]) <= 1]
    longest = max((columns(one_line(m.words)) + 2 + 5 * (m.source == m.target) for m in near), default=0)
    return int(min(max(_NARROWEST, longest * _COLUMN + 24), _WIDEST))


def _lane(who: str, x: int, *, height: int) -> Markup:
    return element(
        "g",
        element("title", who),
        element("path", d=f"M{x} 40V{height - 8}", class_="life"),
        element("rect", x=x - 82, y=8, width=164, height=32, rx=6, class_="box"),
        element("text", shortened(one_line(who), 21) or "?", x=x, y=29, class_="name"),
        class_="participant",
    )


def _message(message: Message, at: dict[str, int], *, step: int) -> Markup:
    start, end = at[message.source], at[message.target]
    y = _TOP + _STEP * step + 20
    words = _SIGNS.get(message.mark, "") + one_line(message.words)
    if start == end:
        line, head = f"M{start} {y - 6}h34v14h-28", f"M{start + 2} {y + 8}l8 -4v8z"
        text = element("text", _fitting(words, _WIDEST - 48), x=start + 40, y=y + 4, class_="words own")
    else:
        side = 1 if end > start else -1
        line, head = f"M{start} {y}H{end - side * 7}", f"M{end} {y}l{-8 * side} -4v8z"
        text = element("text", _fitting(words, abs(end - start) - 16), x=(start + end) / 2, y=y - 6, class_="words")
    return element(
        "g",
        element(
            "title", f"{message.source} to {message.target}: {words}" + (f" ({message.mark})" if message.mark else "")
        ),
        element("path", d=line, class_="line"),
        element("path", d=head, class_="head"),
        text,
        class_=f"message {message.mark}".strip(),
    )


def _fitting(words: str, width: float) -> str:
    return words if columns(words) * _COLUMN <= width else shortened(words, max(4, int(width / _COLUMN)))
