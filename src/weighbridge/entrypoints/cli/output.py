"""Writing what was made: to a terminal as it can show it, to a file whole or not at all."""

import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final, TextIO

from msgspec import Struct

_DEVICES: Final = Path("/dev")
_OPEN_OUTPUTS: Final = Path("/proc")


class OutputError(Exception):
    """A file could not be read or written; what stood there before is still there."""


class Screen(Struct, frozen=True, kw_only=True):
    """What the standard output can show; a file or a pipe has no height: nothing scrolls off it."""

    width: int
    height: int | None
    colour: bool
    unicode: bool


def screen(stream: TextIO, environment: Mapping[str, str] = os.environ) -> Screen:
    """What `stream` can show: `NO_COLOR`, `FORCE_COLOR`, `TERM=dumb` and the encoding are respected."""
    forced = bool(environment.get("FORCE_COLOR"))
    plain = bool(environment.get("NO_COLOR")) or environment.get("TERM") == "dumb"
    encoding = (stream.encoding or "ascii").lower().replace("-", "")
    size = shutil.get_terminal_size((80, 24))
    return Screen(
        width=size.columns,
        height=size.lines if stream.isatty() or environment.get("LINES") else None,
        colour=not plain and (forced or stream.isatty()),
        unicode=encoding in ("utf8", "utf8sig"),
    )


def read_input(source: str, *, limit: int) -> bytes:
    """At most `limit` bytes of the file `source`, or of the standard input for `-`.

    Raises:
        OutputError: it cannot be read.
    """
    try:
        if source == "-":
            return sys.stdin.buffer.read(limit)
        with Path(source).open("rb") as file:
            return file.read(limit)
    except OSError as error:
        raise OutputError(f"{source}: cannot be read: {error.strerror}") from error


def write_whole(path: Path, text: str) -> None:
    """Write a file by writing another beside it and renaming, so that none is ever half written.

    A device, a pipe or a socket is written to as it stands: renaming would put a file in its place, and a superuser's
    `--html /dev/null` would leave the machine without one.

    Raises:
        OutputError: it could not be written; what stood there is untouched.
    """
    if _is_no_file(path):
        _write_into(path, text)
        return
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror}") from error
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException as error:
        with suppress(OSError):
            os.unlink(name)
        if isinstance(error, OSError):
            raise OutputError(f"{path}: cannot be written: {error.strerror}") from error
        raise


def _is_no_file(path: Path) -> bool:
    """Whether something other than a file stands there, or it is the system's name for an output that is open."""
    try:
        kind = path.stat().st_mode
    except OSError:
        return False
    if stat.S_ISDIR(kind):
        return False
    folder = path.parent.resolve()
    return not stat.S_ISREG(kind) or folder == _DEVICES or folder.is_relative_to(_OPEN_OUTPUTS)


def _write_into(path: Path, text: str) -> None:
    try:
        with path.open("w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror}") from error


def emit(target: str, text: str) -> str:
    """Write `text` to the file `target`, or to the standard output for `-`; returns where it went, for telling."""
    if target == "-":
        sys.stdout.write(text)
        sys.stdout.flush()
        return ""
    path = Path(target)
    write_whole(path, text)
    return str(path)


def write_in_tree(top: Path, path: str, *, text: str, replace: bool) -> Path:
    """Write a file of a work tree whole, its folders made as needed, never through a link that leads elsewhere.

    Raises:
        OutputError: it cannot be written, a link is in the way, or it exists and is not to be replaced.
    """
    target = top / path
    for place in (*reversed(target.relative_to(top).parents), target.relative_to(top)):
        if (top / place).is_symlink():
            raise OutputError(f"{place}: a link stands there, and what it leads to is not ours to write")
    if target.exists() and not replace:
        raise OutputError(f"{path}: exists already; --force writes it anew")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror}") from error
    write_whole(target, text)
    return Path(path)
