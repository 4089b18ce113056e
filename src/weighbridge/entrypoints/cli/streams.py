"""The standard streams as a program needs them that must not lose what it says, and must end as it is documented to."""

import io
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


_forgotten: Final[list[object]] = []
"""Streams that hold what can be written nowhere: Python 3.13 tries, and complains, when one is no longer held."""


class Heedless(io.RawIOBase):
    """An error stream that takes whatever it is given: where nobody can read what went wrong, the exit code still says it."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number

    def writable(self) -> bool:
        """It is."""
        return True

    def fileno(self) -> int:
        """The number of the file."""
        return self._number

    def isatty(self) -> bool:
        """Whether a terminal shows it."""
        return os.isatty(self._number)

    def write(self, data: "ReadableBuffer", /) -> int:
        """Write what can be written, and take the rest for written."""
        try:
            return os.write(self._number, data)
        except OSError:
            return memoryview(data).nbytes


def prepare_streams() -> None:
    """Open what is closed, make the standard output whole and the error stream heedless; those that a test put there stay."""
    _open_closed()
    if sys.stdout is sys.__stdout__ and isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout = whole(sys.stdout)
    if sys.stderr is sys.__stderr__ and isinstance(sys.stderr, io.TextIOWrapper):
        writer = io.BufferedWriter(Heedless(sys.stderr.fileno()))
        sys.stderr = io.TextIOWrapper(writer, sys.stderr.encoding, "backslashreplace", line_buffering=True)


def whole(stream: io.TextIOWrapper) -> io.TextIOWrapper:
    """The same stream, written to the end or with an error.

    Of an unbuffered one (`PYTHONUNBUFFERED`, `python -u`) the system may take a part of a text alone, a full pipe whose
    reader goes away for instance, and Python then drops the rest without a word.
    """
    beneath: object = stream.buffer  # typed as buffered, which it is not then
    if not isinstance(beneath, io.RawIOBase):
        return stream
    return io.TextIOWrapper(io.BufferedWriter(beneath), stream.encoding, stream.errors, line_buffering=True)


def flush_streams() -> bool:
    """Write what is still held back; whether all of it could be."""
    is_written = True
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (AttributeError, OSError, ValueError):  # there is none, nobody reads it, or it is closed
            is_written = False
    return is_written


def forget_output() -> None:
    """Whoever read our output is gone; keep Python from complaining when it flushes at exit, or when it drops the stream."""
    _forgotten.append(sys.stdout)
    sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - it stays open until the process ends


def say_at_once(words: str) -> None:
    """Write to the error stream where Python's may be at work, or may not be there."""
    with suppress(OSError):
        os.write(2, f"weighbridge: {words}\n".encode())


def _open_closed() -> None:
    """Give a process that was started with closed standard streams (`>&-`) empty ones.

    Without them the next files that are opened, the cache among them, would get their numbers, and what is said on
    standard error would be written into one.
    """
    for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest free number, which is the closed stream's
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))
