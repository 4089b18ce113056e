"""The small pattern language of the forms: whole texts in any case, `*`, and a few named kinds of word.

It is no regular expression on purpose: a form reads like what it matches, and no pattern a user writes can make
matching slow, because what stands between two `*` is searched once, never again.
"""

import re
from functools import lru_cache
from typing import Final

LONGEST: Final = 500
"""Texts longer than this match nothing: no mark is that long, and it bounds the work."""

_WORDS: Final = {
    "{agent}": r"(?P<agent>[A-Za-z0-9][A-Za-z0-9._-]{0,39})",
    "{word}": r"[A-Za-z0-9][A-Za-z0-9._/-]{0,199}",
    "{hex12}": r"[0-9a-f]{12}",
    "{uuid}": r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
}
_TOKEN: Final = re.compile(r"\{[a-z0-9]*\}")
MOST_STARS: Final = 4


class PatternError(ValueError):
    """The pattern cannot be read; the message says why."""


def check(pattern: str) -> None:
    """Raise `PatternError` when `pattern` is not one."""
    if not pattern.strip("* "):
        raise PatternError("it would match anything")
    if len(pattern) > LONGEST:
        raise PatternError(f"it is longer than {LONGEST} characters")
    if pattern.count("*") > MOST_STARS:
        raise PatternError(f"it has more than {MOST_STARS} `*`")
    tokens = _TOKEN.findall(pattern)
    for unknown in (token for token in tokens if token not in _WORDS):
        raise PatternError(f"{unknown} is none of {', '.join(_WORDS)}")
    if tokens.count("{agent}") > 1:
        raise PatternError("{agent} may stand in it once")


def is_literal(pattern: str) -> bool:
    """Whether the pattern matches one text only, so that a dictionary can find it."""
    return "*" not in pattern and not _TOKEN.search(pattern)


@lru_cache(maxsize=512)
def _literals(pattern: str) -> tuple[str, ...]:
    pieces = (piece for part in pattern.split("*") for piece in _TOKEN.split(part))
    return tuple(piece.casefold() for piece in pieces if piece)


def _piece(text: str) -> str:
    ends = [found.span() for found in _TOKEN.finditer(text)]
    starts = [0, *(end for _, end in ends)]
    stops = [*(start for start, _ in ends), len(text)]
    words = [*(_WORDS[text[a:b]] for a, b in ends), ""]
    return "".join(re.escape(text[a:b]) + word for a, b, word in zip(starts, stops, words, strict=True))


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    first, *rest = pattern.split("*")
    body = _piece(first)
    if rest:
        # An atomic group finds each piece at its first place and never comes back to it.
        body += "".join(f"(?>.*?{_piece(part)})" for part in rest[:-1] if part)
        body += f".*{_piece(rest[-1])}"
    return re.compile(rf"{body}\Z", re.IGNORECASE | re.DOTALL)


def match(pattern: str, text: str) -> dict[str, str] | None:
    """What the named words stand for when `pattern` is all of `text`, else None."""
    if len(text) > LONGEST:
        return None
    folded = text.casefold()
    if is_literal(pattern):
        return {} if folded == pattern.casefold() else None
    if not all(literal in folded for literal in _literals(pattern)):
        return None
    found = _compiled(pattern).match(text)
    return None if found is None else {k: v for k, v in found.groupdict().items() if v is not None}
