"""Progress on a terminal: one line that is rewritten, shown only when something takes over a second."""

import shutil
import sys
import time
from typing import Final, TextIO

from weighbridge.review.visible import one_line, shortened_path

PATIENCE: Final = 1.0
REFRESH: Final = 0.1

_LEAST: Final = 8
"""Columns below which a place says nothing."""


class TerminalProgress:
    """A `Progress` that writes to a terminal's error stream, and nowhere else."""

    def __init__(self, stream: TextIO | None = None, *, quiet: bool = False, patience: float = PATIENCE) -> None:
        self._stream = stream or sys.stderr
        self._shows = self._stream.isatty() and not quiet
        self._patience = patience
        self._began = self._last = time.monotonic()
        self._dirty = False
        self._words = ""

    def step(self, words: str, done: int = 0, total: int = 0, *, at: str = "") -> None:
        """Show what is going on, if it is worth showing."""
        now = time.monotonic()
        is_soon = now - self._last < REFRESH and words == self._words
        if not self._shows or now - self._began < self._patience or is_soon:
            return
        self._last, self._words = now, words
        line = f"{words} {done:,} of {total:,}" if total else words
        if at:
            line = _with_place(line, one_line(at))
        self._stream.write(f"\r\x1b[K{line} …")
        self._stream.flush()
        self._dirty = True

    def clear(self) -> None:
        """Take the line away."""
        if self._dirty:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
            self._dirty = False


def _with_place(line: str, place: str) -> str:
    """The line with as much of the end of `place` as the terminal has room for: a line that wraps cannot be taken away."""
    room = shutil.get_terminal_size().columns - len(f"{line}:  …") - 1
    return f"{line}: {shortened_path(place, room)}" if room > _LEAST else line
