"""The newest checkpoints that this user saw of each ledger, so that a rewound ref is noticed by whoever ever looked.

There is one for each clone, which holds what was not shared yet too, and one for each remote. A clone that was never looked
at is held against the newest that any remote showed.
"""

import hashlib
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from weighbridge.ledger.checkpoint import Checkpoint, read_checkpoint
from weighbridge.ledger.errors import MalformedError
from weighbridge.ledger.files import LedgerFilesError

_LARGEST: Final = 1 << 18


def state_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Where what must outlive a cache is kept: `$WEIGHBRIDGE_STATE`, else below the platform's folder for a user's state."""
    if chosen := environment.get("WEIGHBRIDGE_STATE"):
        return Path(chosen)
    if os.name == "nt" and (local := environment.get("LOCALAPPDATA")):
        return Path(local) / "weighbridge" / "state"
    if chosen := environment.get("XDG_STATE_HOME"):
        return Path(chosen) / "weighbridge"
    return Path(environment.get("HOME") or Path.home()) / ".local" / "state" / "weighbridge"


class SeenHeads:
    """What was seen of the ledger in one clone, and of its remotes; each is a signed checkpoint as it was read."""

    def __init__(self, folder: Path, *, clone: str) -> None:
        self._folder = folder / "ledgers"
        self._clone = clone

    def of_clone(self, origin: str) -> Checkpoint | None:
        """What the ledger in this clone must begin with. Raises `LedgerFilesError`."""
        return self._read(self._place(origin, "clone", which=self._clone))

    def of_remotes(self, origin: str) -> Checkpoint | None:
        """The newest that any remote showed, for a clone that was never looked at. Raises `LedgerFilesError`."""
        heads = [head for file in self._remotes(origin) if (head := self._read(file)) is not None]
        return max(heads, key=lambda head: head.size, default=None)

    def of_remote(self, origin: str, address: str) -> Checkpoint | None:
        """What the ledger of a remote must begin with. Raises `LedgerFilesError`."""
        return self._read(self._place(origin, "remote", which=address))

    def see_in_clone(self, note: bytes) -> None:
        """Remember the head of this clone's ledger, and expect no other any more. Raises `LedgerFilesError`."""
        origin = read_checkpoint(note).checkpoint.origin
        self._write(self._place(origin, "clone", which=self._clone), note)
        with suppress(OSError):
            self._place(origin, "expected", which=self._clone).unlink()

    def expect_in_clone(self, note: bytes) -> None:
        """Remember what is about to become the head of this clone's ledger. Raises `LedgerFilesError`."""
        origin = read_checkpoint(note).checkpoint.origin
        self._write(self._place(origin, "expected", which=self._clone), note)

    def is_expected_in_clone(self, note: bytes) -> bool:
        """Whether a head is the one that was about to be made when that was cut off."""
        origin = read_checkpoint(note).checkpoint.origin
        with suppress(OSError):
            return self._place(origin, "expected", which=self._clone).read_bytes() == note
        return False

    def see_in_remote(self, note: bytes, address: str) -> None:
        """Remember the head of a remote's ledger. Raises `LedgerFilesError`."""
        origin = read_checkpoint(note).checkpoint.origin
        self._write(self._place(origin, "remote", which=address), note)

    def _place(self, origin: str, kind: str, *, which: str) -> Path:
        return self._folder / _short(origin) / f"{kind}-{_short(which)}"

    def _remotes(self, origin: str) -> Iterator[Path]:
        with suppress(OSError):
            yield from sorted((self._folder / _short(origin)).glob("remote-*"))

    def _read(self, file: Path) -> Checkpoint | None:
        try:
            with file.open("rb") as opened:
                return read_checkpoint(opened.read(_LARGEST)).checkpoint
        except FileNotFoundError:
            return None
        except (OSError, MalformedError) as problem:
            words = problem.strerror if isinstance(problem, OSError) else str(problem)
            raise LedgerFilesError(
                f"{file}: what was last seen of the ledger cannot be read ({words}): if nobody rewound it, remove this file"
            ) from problem

    def _write(self, file: Path, note: bytes) -> None:
        temporary = file.with_name(f".{secrets.token_hex(6)}")
        try:
            with suppress(FileNotFoundError):
                if file.read_bytes() == note:
                    return
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            temporary.write_bytes(note)
            os.replace(temporary, file)
        except OSError as problem:
            with suppress(OSError):
                temporary.unlink()
            raise LedgerFilesError(
                f"{file}: what was seen of the ledger cannot be remembered ({problem.strerror}): make room, or name another "
                "folder in WEIGHBRIDGE_STATE"
            ) from problem


def _short(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:24]
