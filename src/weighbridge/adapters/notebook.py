"""A file that lines are added to: each written at once, never through a link."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

LARGEST: Final = 64 << 20
"""Bytes that are read."""


class NotebookError(Exception):
    """The file cannot be read or written; the message says which and why."""


class FileNotebook:
    """Lines of one file below `root`; links on the way are refused, what they lead to is not ours."""

    def __init__(self, root: Path, name: str) -> None:
        self._root = root
        self._path = root / name

    def add(self, line: str) -> str:
        """Add a line; the file's path."""
        self._refuse_links()
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
            handle = os.open(self._path, flags, 0o644)
            try:
                data = f"{line}\n".encode("utf-8", "replace")
                if os.write(handle, data) != len(data):
                    raise NotebookError(f"{self._path}: only part of the line was written: there is no room left")
            finally:
                os.close(handle)
        except OSError as error:
            raise NotebookError(f"{self._path}: cannot be written: {error.strerror}") from error
        return str(self._path)

    def lines(self) -> Iterator[str]:
        """All lines that are there."""
        self._refuse_links()
        try:
            with self._path.open("rb") as file:
                data = file.read(LARGEST)
        except FileNotFoundError:
            return
        except OSError as error:
            raise NotebookError(f"{self._path}: cannot be read: {error.strerror}") from error
        yield from data.decode("utf-8", "replace").split("\n")

    def _refuse_links(self) -> None:
        place = self._path
        while place != self._root:
            if place.is_symlink():
                raise NotebookError(f"{place}: a link stands there, and what it leads to is not ours")
            place = place.parent
