"""Moves refs of ours, all or none of them, each only from where it was seen."""

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from msgspec import Struct

from weighbridge.adapters.git.location import Location
from weighbridge.adapters.git.process import Git
from weighbridge.domain.ids import ObjectId

try:
    import fcntl
except ImportError:  # a system without it keeps writers apart by git's own locks alone
    fcntl = None  # type: ignore[assignment] # it is asked for before it is used

STALE_AFTER: Final = 60
"""Seconds after which the lock of a ref is of a git that was killed: git holds one for milliseconds."""

_PATIENCE: Final = ("core.filesRefLockTimeout=5000", "core.packedRefsTimeout=5000")


class RefMove(Struct, frozen=True, kw_only=True):
    """A ref that is to lead from `old` to `new`, None for no ref; equal, it must not have moved."""

    ref: str
    old: ObjectId | None
    new: ObjectId | None


def move_refs(git: Git, location: Location, *, moves: Sequence[RefMove]) -> None:
    """Move all of them, or none. Raises `GitFailedError` where one of them leads elsewhere, or cannot be written."""
    zeros = "0" * (64 if location.object_format == "sha256" else 40)
    lines = ""
    for move in moves:
        was, now = move.old or zeros, move.new or zeros
        lines += f"verify {move.ref}\0{was}\0" if was == now else f"update {move.ref}\0{now}\0{was}\0"
    with alone(location.objects) as held:
        for move in moves:
            _clear(f"{location.common}/{move.ref}.lock")
        git.with_settings(*_PATIENCE).run(
            "update-ref", "--no-deref", "--stdin", "-z", given=lines.encode(), inherits=held
        )


def loose_refs(location: Location, refs: Sequence[str]) -> Mapping[str, tuple[str, str]]:
    """What these refs lead to as git's own files hold them, by name; empty where only git can tell.

    The first ref must be such a file: then the repository keeps its refs in files. What is not among them, and not among
    the packed ones, is not there; whoever packs refs writes the packed ones first. A ref that stands for another is git's
    to tell, and so is whatever looks otherwise than an id.
    """
    found: dict[str, tuple[str, str]] = {}
    digits = 64 if location.object_format == "sha256" else 40
    try:
        for ref in refs:
            text = _bytes_of(f"{location.common}/{ref}")
            if text is None:
                if ref == refs[0] or b" " + ref.encode() + b"\n" in (
                    _bytes_of(f"{location.common}/packed-refs") or b""
                ):
                    return {}
                continue
            if len(text) != digits + 1 or not text.endswith(b"\n") or text[:-1].translate(None, b"0123456789abcdef"):
                return {}
            found[ref] = (text[:-1].decode("ascii"), "")
    except OSError:
        return {}
    return found


def _bytes_of(path: str) -> bytes | None:
    """What a file holds, None where there is none; looked for first, for a ref that was never made is no error."""
    if not os.path.lexists(path):
        return None
    try:
        with open(path, "rb", buffering=0) as file:
            return file.read()
    except FileNotFoundError:
        return None


@contextmanager
def alone(folder: Path) -> Iterator[tuple[int, ...]]:
    """Waits until no other of our processes has this folder to itself; gives what a git started meanwhile must inherit.

    It ends with the last process that inherited it. So whoever moves a ref knows that a lock of it is of no git that
    Weighbridge started, and git itself waits for the locks of others while they are younger than `STALE_AFTER`.
    """
    handle = None
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        if fcntl is not None:
            fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        yield () if handle is None else (handle,)
    finally:
        if handle is not None:
            os.close(handle)


def _clear(lock: str) -> None:
    if os.path.lexists(lock):
        with suppress(OSError):
            if time.time() - os.lstat(lock).st_mtime > STALE_AFTER:
                os.unlink(lock)
