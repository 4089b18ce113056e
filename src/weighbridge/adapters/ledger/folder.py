"""A ledger in a plain folder: an export, written whole or not at all, and read again as it lies there."""

import os
import secrets
import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from weighbridge.ledger.files import PERSONAL, LedgerFilesError, LedgerPlaceError, refuse_odd

LARGEST: Final = 32 << 20
"""Bytes of one file that is read."""

_SYNC_EACH: Final = 200
"""Files from which on the system is asked once to put everything on the disk, instead of once for each."""


class FolderFiles:
    """The files of an export, which nobody appends to; keeps to the `LedgerFiles` port."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def place(self) -> str:
        """The folder."""
        return str(self._folder)

    def read(self, path: str) -> bytes | None:
        """A file's bytes, None when there is none. Raises `LedgerFilesError`."""
        refuse_odd(path)
        file = self._folder / path
        try:
            handle = os.open(file, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as problem:
            raise LedgerFilesError(f"{file}: cannot be read: {problem.strerror}") from problem
        try:
            with open(handle, "rb") as opened:
                data = opened.read(LARGEST + 1)
        except OSError as problem:
            raise LedgerFilesError(f"{file}: cannot be read: {problem.strerror}") from problem
        if len(data) > LARGEST:
            raise LedgerFilesError(f"{file}: has more than the {LARGEST:,} bytes that a file of a ledger may have")
        return data

    def texts(self) -> Sequence[str]:
        """The paths of people's texts, and of whatever else lies among them. Raises `LedgerFilesError`."""
        folder = self._folder / PERSONAL
        try:
            return tuple(PERSONAL + name for name in os.listdir(folder))
        except FileNotFoundError:
            return ()
        except OSError as problem:
            raise LedgerFilesError(f"{folder}: cannot be read: {problem.strerror}") from problem

    def replace(self, files: Mapping[str, bytes | None], *, expected: bytes | None) -> None:
        """Nothing. Raises `LedgerFilesError`: whoever gave the folder away would not learn of it."""
        del files, expected
        raise LedgerFilesError(
            f"{self.place} is an export, which nobody appends to: append to the ledger it was made of"
        )


def write_folder(folder: Path, files: Iterable[tuple[str, bytes]]) -> int:
    """Write the files of a ledger into a folder that is made for them; how many they were.

    Raises:
        LedgerPlaceError: something stands there.
        LedgerFilesError: not all of it could be written; then nothing stands there.
    """
    if folder.is_symlink() or (folder.exists() and not (folder.is_dir() and not any(folder.iterdir()))):
        raise LedgerPlaceError(f"{folder}: something stands there already: name a new folder, or an empty one")
    beside = folder.with_name(f".{folder.name}.{secrets.token_hex(6)}")
    try:
        beside.mkdir(parents=True)
        count = _write_all(beside, files)
        beside.chmod(0o755)
        os.rename(beside, folder)
        _sync(folder.parent)
        return count
    except OSError as problem:
        raise LedgerFilesError(f"{folder}: cannot be written: {problem.strerror}; nothing was left there") from problem
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _write_all(folder: Path, files: Iterable[tuple[str, bytes]]) -> int:
    count = 0
    for path, data in files:
        refuse_odd(path)
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("xb") as opened:
            opened.write(data)
            if count < _SYNC_EACH:
                opened.flush()
                os.fsync(opened.fileno())
        count += 1
    if count > _SYNC_EACH and hasattr(os, "sync"):
        os.sync()
    return count


def _sync(folder: Path) -> None:
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
