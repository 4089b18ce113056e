"""Regular expressions that are compiled when they are first used: a hook imports many and uses few."""

import re
import sys
from collections.abc import Iterator
from typing import Protocol

_OFFERED = ("findall", "finditer", "fullmatch", "match", "search", "split", "sub")


class _Found(Protocol):
    def __call__(self, text: str, start: int = 0, /, *, endpos: int = sys.maxsize) -> re.Match[str] | None: ...


class _Each(Protocol):
    def __call__(self, text: str, start: int = 0, /) -> Iterator[re.Match[str]]: ...


class _Texts(Protocol):
    def __call__(self, text: str, /) -> list[str]: ...


class _Replaced(Protocol):
    def __call__(self, replacement: object, text: str, /) -> str: ...


class LatePattern:
    """A pattern, compiled on first use; what it offers is what `re.Pattern` does, and costs the same from then on."""

    __slots__ = ("_flags", "_text", *_OFFERED)

    findall: _Texts
    """The texts of all matches that do not overlap, or of their only group."""
    finditer: _Each
    """All matches from a place on that do not overlap."""
    fullmatch: _Found
    """The match of the whole text."""
    match: _Found
    """The match at a place, as if the text ended at another."""
    search: _Found
    """The first match from a place on, and before another."""
    split: _Texts
    """The texts between all matches."""
    sub: _Replaced
    """The text with all matches replaced."""

    def __init__(self, text: str, flags: re.RegexFlag = re.NOFLAG) -> None:
        self._text = text
        self._flags = flags

    def __getattr__(self, name: str) -> object:
        """What is asked for the first time: the pattern is compiled, and asked itself from then on."""
        if name not in _OFFERED:
            raise AttributeError(name)
        compiled = re.compile(self._text, self._flags)
        for each in _OFFERED:
            setattr(self, each, getattr(compiled, each))
        return getattr(compiled, name)
