"""The recollection of each repository's last package: one small file each, written whole and renamed."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from weighbridge.app.recollection import Recollection

VERSION: Final = 1
LARGEST: Final = 32 << 20
"""Bytes; nothing we wrote is larger."""


class LastPackageFile:
    """Keeps `last-v1/REPOSITORY.json` in a folder; whatever goes wrong there is no reason for a command to fail."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / f"last-v{VERSION}"

    def keep(self, repository: str, recollection: Recollection) -> None:
        """Remember this instead of what was remembered before."""
        name = ""
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, name = tempfile.mkstemp(dir=self._folder, prefix=".")
            with os.fdopen(handle, "wb") as file:
                file.write(msgspec.json.encode(recollection))
            os.replace(name, self._file(repository))
            name = ""
        except (OSError, UnicodeEncodeError):
            pass
        finally:  # an interrupt ends it too
            if name:
                with suppress(OSError):
                    os.unlink(name)

    def recall(self, repository: str) -> Recollection | None:
        """What was remembered last; None when there is nothing, or nothing that can be read."""
        try:
            with self._file(repository).open("rb") as file:
                return msgspec.json.decode(file.read(LARGEST), type=Recollection)
        except (OSError, msgspec.DecodeError):
            return None

    def _file(self, repository: str) -> Path:
        return self._folder / f"{repository}.json"
