"""Changes that were weighed for a back-test, kept: one small file each, written whole and renamed."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from weighbridge.policy.backtest.past_change import KEPT_VERSION, PastChange

_LARGEST: Final = 64 << 20
"""Bytes; nothing we wrote is larger."""
_MOST: Final = 2_000
"""How many of a repository are kept; the ones written longest ago go first."""
_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder(PastChange).decode


class PastChangeFiles:
    """Keeps what was weighed by its key in a folder; whatever goes wrong there is no reason for a command to fail."""

    def __init__(self, folder: Path, repository: str) -> None:
        self._folder = folder / f"past-v{KEPT_VERSION}" / repository

    def recall(self, key: str) -> PastChange | None:
        """What was kept under `key`; None when there is nothing, or nothing that can be read."""
        try:
            with (self._folder / key).open("rb") as file:
                return _decode(file.read(_LARGEST))
        except (OSError, msgspec.DecodeError):
            return None

    def keep(self, key: str, past: PastChange) -> None:
        """Keep this under `key`."""
        name = ""
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, name = tempfile.mkstemp(dir=self._folder, prefix=".")
            with os.fdopen(handle, "wb") as file:
                file.write(_encode(past))
            os.replace(name, self._folder / key)
            name = ""
        except (OSError, UnicodeEncodeError):
            pass
        finally:  # an interrupt ends it too
            if name:
                with suppress(OSError):
                    os.unlink(name)

    def tidy(self) -> None:
        """Let go of the ones written longest ago where there are too many."""
        with suppress(OSError):
            files = sorted(self._folder.iterdir(), key=lambda file: file.stat().st_mtime, reverse=True)
            for file in files[_MOST:]:
                file.unlink(missing_ok=True)
