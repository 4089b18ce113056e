"""Keeps what was fetched below the user's cache folder, by what it must hash to: it is checked whenever it is taken out."""

import hashlib
import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from weighbridge.app.build_trust import LARGEST_DOCUMENT

_LARGEST: Final = LARGEST_DOCUMENT + 64
"""A document, with what git writes before it."""


class Shelf:
    """Bytes by the digest that names them. A cache that cannot be written keeps nothing, and says so elsewhere."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "organisation"

    def take(self, digest: str, *, algorithm: str = "sha256") -> bytes | None:
        """What hashes to `digest`, None where nothing whole is kept under it."""
        try:
            with self._file(digest, algorithm).open("rb") as opened:
                data = opened.read(_LARGEST + 1)
        except OSError:
            return None
        return data if _hash(data, algorithm) == digest else None

    def put(self, data: bytes, *, algorithm: str = "sha256") -> None:
        """Keep it, in one step, whatever was there."""
        file = self._file(_hash(data, algorithm), algorithm)
        beside = file.with_name(f"{file.name}.{os.urandom(4).hex()}")
        try:
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            beside.write_bytes(data)
            os.replace(beside, file)
        except OSError:
            with suppress(OSError):
                beside.unlink()

    def _file(self, digest: str, algorithm: str) -> Path:
        return self._folder / algorithm / digest


def _hash(data: bytes, algorithm: str) -> str:
    return hashlib.new(algorithm, data, usedforsecurity=False).hexdigest()
