"""Words of any language, and which of them were taken from another text.

Nothing here knows a language: what a text has of its own is what no run of words shares with a known text.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

from weighbridge.domain.late_pattern import LatePattern

RUN: Final = 3
"""Words in a row that must be the same to count as taken over. Broder ("On the resemblance and containment of documents",
1997) used ten for whole web pages; three still see a list of names taken from a diff, and seldom meet by chance."""

Run = tuple[str, ...]

_PIECE: Final = 100_000
_DRAWS_NOTHING: Final = LatePattern(
    "[\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufe00-\ufe0f\U000e0000-\U000e0fff]"
)
_CASE: Final = LatePattern(r"(?<=[a-z0-9])(?=[A-Z])")
_NO_SPACES: Final = (
    "\u0e00-\u0eff"  # Thai, Lao
    "\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff"  # Tibetan, Myanmar, Khmer
    "\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Kana, Han
)
_LATIN: Final = LatePattern("[a-z]")
_LOOKALIKE: Final = LatePattern("[\u0370-\u052f\u0531-\u058f]")
_WORD: Final = LatePattern(f"[{_NO_SPACES}]|[^\\W_{_NO_SPACES}]+")


def shown(text: str) -> str:
    """The text as a reader sees it: what draws nothing is gone, and forms that look alike are one."""
    if text.isascii():
        return text
    kept = "".join(c for c in text if unicodedata.category(c) not in ("Cf", "Cs", "Co"))
    return unicodedata.normalize("NFKC", _DRAWS_NOTHING.sub("", kept))


def words_of(text: str) -> list[str]:
    """The words of a shown text, names taken apart (`totalOf`, `total_of`); a character each where writing has no spaces."""
    words = [found.group().casefold() for found in _WORD.finditer(_CASE.sub(" ", text))]
    return words if text.isascii() else [word for word in words if not _is_disguised(word)]


def _is_disguised(word: str) -> bool:
    """Whether letters of another alphabet stand among Latin ones: so a pasted word is made to look like one's own."""
    return not word.isascii() and _LATIN.search(word) is not None and _LOOKALIKE.search(word) is not None


def runs_of(words: Sequence[str], size: int = RUN) -> Iterator[Run]:
    """All runs of `size` words."""
    return zip(*(words[at:] for at in range(size)), strict=False)


def own_words(words: Sequence[str], known: Collection[Run], *, size: int = RUN, stretch: int = 1) -> list[str]:
    """The words that stand in no run which `known` has, as far as `stretch` of them or more stand together.

    A text that shares nothing with `known` is its own however short it is.
    """
    taken = bytearray(len(words))
    for at, run in enumerate(runs_of(words, size)):
        if run in known:
            taken[at : at + size] = b"\1" * size
    if not any(taken):
        return list(words)
    spans = re.finditer(rb"\0+", taken)
    return [word for span in spans if span.end() - span.start() >= stretch for word in words[span.start() : span.end()]]


def unrepeated(words: Sequence[str]) -> list[str]:
    """The words without the runs that came before in the same text."""
    taken = bytearray(len(words))
    met: set[Run] = set()
    for at, run in enumerate(runs_of(words)):
        if run in met:
            taken[at : at + RUN] = b"\1" * RUN
        met.add(run)
    return [word for word, is_taken in zip(words, taken, strict=True) if not is_taken]


def pieces(texts: Iterable[str]) -> Iterator[list[str]]:
    """The words of long texts, some 100,000 characters at a time, so that none is held whole."""
    for text in texts:
        start = 0
        while start < len(text):
            end = text.find("\n", start + _PIECE)
            end = min(len(text) if end < 0 else end, start + 2 * _PIECE)
            yield words_of(shown(text[start:end]))
            start = end
