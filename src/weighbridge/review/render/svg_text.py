"""Words inside a picture, which cannot measure itself: how broad they are at most, and on which lines they fit."""

import re
import unicodedata
from typing import Final

from weighbridge.review.visible import columns, one_line, shortened_middle

_JOINT: Final = re.compile(r"(?<=[/._:,\-\s)\]}])|(?<=[a-z0-9])(?=[A-Z])")
"""Where a name may be broken: after what joins its parts, and before the capital of its next word."""
_NARROW: Final = frozenset("ijlrtfI.,:;'|!/ -()[]`")
_BROAD: Final = frozenset("mwMW@%…—")


def breadth(text: str, size: float) -> float:
    """The units that `text` takes at most in a bold sans-serif letter of `size`: the broadest of the usual ones."""
    return size * sum(map(_em, text))


def _em(character: str) -> float:
    if character in _NARROW:
        return 0.46
    if character in _BROAD or unicodedata.east_asian_width(character) in "WF":
        return 1.05
    if unicodedata.combining(character):
        return 0.0
    return 0.8 if character.isupper() else 0.71


def fitted(text: str, room: float, *, size: float, most: int = 1) -> tuple[str, ...]:
    """`text` on at most `most` lines `room` units broad, broken at its joints, shortened in its middle when it must be."""
    whole = shortened_middle(one_line(text), 400) or "?"
    lines = _broken(whole, room / size)
    if len(lines) <= most:
        return lines
    fits, too_long = 1, columns(whole)
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        if len(_broken(shortened_middle(whole, middle), room / size)) <= most:
            fits = middle
        else:
            too_long = middle
    return _broken(shortened_middle(whole, fits), room / size)


def _broken(text: str, room: float) -> tuple[str, ...]:
    lines = [""]
    for piece in filter(None, _JOINT.split(text)):
        if lines[-1] and breadth(lines[-1] + piece.rstrip(), 1) > room:
            lines.append("")
        for character in piece:
            if lines[-1] and breadth(lines[-1] + character, 1) > room and not character.isspace():
                lines.append("")
            lines[-1] += character
    return tuple(line.strip() for line in lines)
