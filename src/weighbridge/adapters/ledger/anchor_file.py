"""An anchor in a plain file, which its owner takes where whoever rewrites a ledger cannot reach."""

import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from weighbridge.ledger.files import LedgerFilesError
from weighbridge.ledger.trusted_ledger import Anchor

_LARGEST: Final = 1 << 18


def read_anchor_file(file: Path) -> Iterator[Anchor]:
    """The checkpoint in a file. Raises `LedgerFilesError`, also where there is none: somebody named it."""
    try:
        with file.open("rb") as opened:
            yield Anchor(place=str(file), note=opened.read(_LARGEST))
    except OSError as problem:
        raise LedgerFilesError(f"{file}: cannot be read: {problem.strerror}") from problem


def write_anchor_file(file: Path, note: bytes) -> str:
    """Write the checkpoint into a file, whole or not at all; its path. Raises `LedgerFilesError`."""
    temporary = file.with_name(f".{file.name}.{secrets.token_hex(6)}")
    try:
        with temporary.open("xb") as opened:
            opened.write(note)
            opened.flush()
            os.fsync(opened.fileno())
        os.replace(temporary, file)
    except OSError as problem:
        with suppress(OSError):
            temporary.unlink()
        raise LedgerFilesError(f"{file}: cannot be written: {problem.strerror}") from problem
    return str(file)
