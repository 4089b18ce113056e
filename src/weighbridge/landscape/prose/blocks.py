"""What a document of any format is read into, and the lines it is read from."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

MOST_BYTES: Final = 2_000_000
"""A larger document is read up to here: no person reads on, and what wrote it is a program."""
MOST_COLUMNS: Final = 4_000
"""Characters of a line that are read; a longer one is data."""
MOST_LINES: Final = 400
"""Lines of one block: a paragraph that goes on is cut in two."""


class Block(Struct, frozen=True, kw_only=True, gc=False):
    """A paragraph, an item of a list, a row of a table, a heading or a piece of code; `line` is its first, 1-based."""

    line: int
    text: str
    """Its lines as they stand, without what marks the block."""
    is_code: bool = False
    language: str = ""
    level: int = 0
    """Of a heading, 1 the highest; 0 for anything else."""
    is_past: bool = False
    """Whether it says itself that it tells of another version."""


class Gathering:
    """Blocks as they are put together, a line at a time."""

    def __init__(self) -> None:
        self._done: list[Block] = []
        self._lines: list[str] = []
        self._first = 0
        self._kind: tuple[bool, str, bool] = (False, "", False)

    def add(self, number: int, text: str, *, is_code: bool = False, language: str = "", is_past: bool = False) -> None:
        """One more line: of the block before it, if that is of its kind."""
        kind = (is_code, language, is_past)
        if self._lines and (kind != self._kind or len(self._lines) >= MOST_LINES):
            self.close()
        if not self._lines:
            self._first, self._kind = number, kind
        self._lines.append(text)

    def heading(self, number: int, text: str, *, level: int) -> None:
        """A heading, which is a block by itself."""
        self.close()
        self._done.append(Block(line=number, text=text, level=level))

    def pop_line(self) -> tuple[int, str] | None:
        """Take the newest line back where it is text: what follows it says that it was a heading."""
        if not self._lines or self._kind[0]:
            return None
        return self._first + len(self._lines) - 1, self._lines.pop()

    def close(self) -> None:
        """End the block."""
        if self._lines:
            is_code, language, is_past = self._kind
            text = "\n".join(self._lines)
            self._done.append(Block(line=self._first, text=text, is_code=is_code, language=language, is_past=is_past))
        self._lines = []

    @property
    def blocks(self) -> list[Block]:
        """All of them, the last one ended."""
        self.close()
        return self._done


def numbered(text: str) -> Iterator[tuple[int, str]]:
    """The lines of a text with their numbers, cut where they are longer than anybody reads."""
    for number, line in enumerate(text.split("\n"), start=1):
        yield number, line[:MOST_COLUMNS].rstrip("\r").expandtabs(4)
