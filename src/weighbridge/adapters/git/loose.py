"""Writes loose objects as git does: each whole under its name or not there, and on the disk before any ref names it."""

import hashlib
import os
import zlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from weighbridge.domain.ids import ObjectId

_LARGE: Final = 8 << 10
"""Bytes from which on compressing costs more time than it is worth: git packs what stays."""


def as_loose(kind: str, body: bytes, *, object_format: str) -> tuple[ObjectId, bytes]:
    """An object's id and what git stores of it, before it is compressed."""
    data = b"%s %d\0" % (kind.encode(), len(body)) + body
    state = hashlib.sha256(data) if object_format == "sha256" else hashlib.sha1(data, usedforsecurity=False)
    return ObjectId(state.hexdigest()), data


def write_loose(folder: Path, made: Mapping[ObjectId, bytes]) -> None:
    """Put objects into the folder `objects` of a repository, readable by whoever may read that folder.

    What is there already is touched, so that no clean-up takes it for old and forgotten. Raises `OSError`, and then a few of
    the objects may stay, named by nothing.
    """
    mode = folder.stat().st_mode & 0o2777
    touched = set()
    for oid, data in made.items():
        place = folder / oid[:2]
        if _is_there(place / oid[2:]):
            continue
        if not place.is_dir():
            place.mkdir(exist_ok=True)
            place.chmod(mode)
            touched.add(folder)
        _write(place, oid[2:], data=zlib.compress(data, 0 if len(data) > _LARGE else 1), mode=mode & 0o444)
        touched.add(place)
    for place in touched:
        _sync(place)


def _is_there(path: Path) -> bool:
    try:
        os.utime(path)
    except OSError:
        return False
    return True


def _write(place: Path, name: str, *, data: bytes, mode: int) -> None:
    temporary = place / f"tmp_obj_{os.urandom(6).hex()}"  # git's own clean-up knows the beginning of this name
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(handle, rest) :]
            os.fchmod(handle, mode)
            os.fsync(handle)
        finally:
            os.close(handle)
        os.rename(temporary, place / name)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise


def _sync(place: Path) -> None:
    """A name is on the disk only once its folder is; some systems know no such thing for folders."""
    with suppress(OSError):
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
