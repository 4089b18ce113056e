"""What keeps a ledger, as the ledger sees it: named files that change together or not at all."""

from collections.abc import Mapping
from typing import Final, Protocol

CHECKPOINT: Final = "checkpoint"
"""The newest signed checkpoint; whoever replaces files names the one that they built upon."""


class LedgerFilesError(Exception):
    """The ledger's files cannot be read or written: the message says where, why, and the way out."""


class LedgerMovedError(LedgerFilesError):
    """Somebody else appended meanwhile: read what stands there now, and append after it."""


class LedgerFiles(Protocol):
    """The files of one ledger: in a git ref, a database, or memory."""

    @property
    def place(self) -> str:
        """Where they are, as people say it (`refs/weighbridge/ledger`, a database's name)."""

    def read(self, path: str) -> bytes | None:
        """A file's bytes, None when there is none. Raises `LedgerFilesError`."""

    def replace(self, files: Mapping[str, bytes | None], *, expected: bytes | None) -> None:
        """Write these files, None for those that go, in one step that is either seen whole or not at all.

        `expected` is what `CHECKPOINT` held when the caller read it, None for a ledger that did not exist.

        Raises:
            LedgerMovedError: it holds something else now; nothing was written.
            LedgerFilesError: nothing could be written.
        """
