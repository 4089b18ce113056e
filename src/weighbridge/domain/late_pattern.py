"""Regular expressions that are compiled when they are first used: a hook imports many and uses few."""

import re
from collections.abc import Callable, Iterator


class LatePattern:
    """A pattern, compiled on first use; what it offers is what `re.Pattern` does."""

    __slots__ = ("_compiled", "_flags", "_text")

    def __init__(self, text: str, flags: re.RegexFlag = re.NOFLAG) -> None:
        self._text = text
        self._flags = flags
        self._compiled: re.Pattern[str] | None = None

    def _pattern(self) -> re.Pattern[str]:
        if self._compiled is None:
            self._compiled = re.compile(self._text, self._flags)
        return self._compiled

    def match(self, text: str, start: int = 0) -> re.Match[str] | None:
        """The match at `start`."""
        return self._pattern().match(text, start)

    @property
    def matcher(self) -> Callable[[str, int], re.Match[str] | None]:
        """What `match` does, for whoever asks many times."""
        return self._pattern().match

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """The match of the whole text."""
        return self._pattern().fullmatch(text)

    def search(self, text: str) -> re.Match[str] | None:
        """The first match."""
        return self._pattern().search(text)

    def finditer(self, text: str, start: int = 0) -> Iterator[re.Match[str]]:
        """All matches from `start` on that do not overlap."""
        return self._pattern().finditer(text, start)

    def sub(self, replacement: str | Callable[[re.Match[str]], str], text: str) -> str:
        """The text with all matches replaced."""
        return self._pattern().sub(replacement, text)

    def findall(self, text: str) -> list[str]:
        """The texts of all matches that do not overlap, or of their only group."""
        return self._pattern().findall(text)

    def split(self, text: str) -> list[str]:
        """The texts between all matches."""
        return self._pattern().split(text)
