"""The parameters of a signature as they are written."""

from typing import Final

from weighbridge.domain.late_pattern import LatePattern

_CLOSES: Final = {"(": ")", "[": "]", "{": "}", "<": ">"}
_NO_BRACKETS: Final = LatePattern(r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`|[=-]>|[<>]=| << | >>>? """)
"""Texts, arrows, comparisons and shifts, whose marks close nothing; two types within each other close as a shift is written."""


def parameters_in(signature: str, head: str) -> list[str] | None:
    """What stands between the brackets behind `head`, at its commas; None where that is not plain."""
    plain = _NO_BRACKETS.sub(lambda found: "_" * len(found[0]), signature)
    start = plain.find("(", max(plain.find(head), 0))
    if start < 0:
        return None
    end = _end(plain, start)
    return None if end is None else split_at(signature[start + 1 : end], ",")


def result_in(signature: str, head: str) -> str:
    """What stands behind those brackets."""
    plain = _NO_BRACKETS.sub(lambda found: "_" * len(found[0]), signature)
    start = plain.find("(", max(plain.find(head), 0))
    end = _end(plain, start) if start >= 0 else None
    return "" if end is None else signature[end + 1 :].strip()


def split_at(text: str, mark: str) -> list[str] | None:
    """A text cut at the marks that stand outside all brackets; None where these do not close each other."""
    plain = _NO_BRACKETS.sub(lambda found: "_" * len(found[0]), text)
    parts, waiting, start = [], [], 0
    for at, sign in enumerate(plain):
        if sign in _CLOSES:
            waiting.append(_CLOSES[sign])
        elif sign in _CLOSES.values():
            if not waiting or waiting.pop() != sign:
                return None
        elif sign == mark and not waiting:
            parts.append(text[start:at].strip())
            start = at + 1
    parts.append(text[start:].strip())
    return None if waiting else [part for part in parts if part]


def _end(plain: str, start: int) -> int | None:
    """Where the bracket at `start` is closed."""
    waiting: list[str] = []
    for at in range(start, len(plain)):
        sign = plain[at]
        if sign in _CLOSES:
            waiting.append(_CLOSES[sign])
        elif sign in _CLOSES.values():
            if waiting.pop() != sign:
                return None
            if not waiting:
                return at
    return None
