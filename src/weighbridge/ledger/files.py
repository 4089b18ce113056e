"""What keeps a ledger, as the ledger sees it: named files that change together or not at all."""

import re
from collections.abc import Mapping, Sequence
from typing import Final, Protocol, runtime_checkable

CHECKPOINT: Final = "checkpoint"
"""The newest signed checkpoint; whoever replaces files names the one that they built upon."""


PERSONAL: Final = "personal/"
"""Below it lie what people may ask to have erased; a place that keeps history keeps none of these."""

_PATH: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}(?:/[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}){0,9}")


class LedgerFilesError(Exception):
    """The ledger's files cannot be read or written: the message says where, why, and the way out."""


class LedgerPlaceError(LedgerFilesError):
    """The place that somebody named cannot be the one they mean: the message says what would be."""


class LedgerMovedError(LedgerFilesError):
    """Somebody else appended meanwhile: read what stands there now, and append after it."""


class LedgerFiles(Protocol):
    """The files of one ledger: in a git ref, a database, or memory."""

    @property
    def place(self) -> str:
        """Where they are, as people say it (`refs/weighbridge/ledger`, a database's name)."""

    def read(self, path: str) -> bytes | None:
        """A file's bytes, None when there is none. Raises `LedgerFilesError`.

        Reading `CHECKPOINT` takes up what stands there now; every other file is read as it stood with that checkpoint,
        so that whoever appends meanwhile does not pull a tile from under a reader.
        """

    def texts(self) -> Sequence[str]:
        """Where texts of people are, below `PERSONAL`, as they stood with that checkpoint. Raises `LedgerFilesError`."""

    def replace(self, files: Mapping[str, bytes | None], *, expected: bytes | None) -> None:
        """Write these files, None for those that go, in one step that is either seen whole or not at all.

        `expected` is what `CHECKPOINT` held when the caller read it, None for a ledger that did not exist.

        Raises:
            LedgerMovedError: it holds something else now; nothing was written.
            LedgerFilesError: nothing could be written.
        """


@runtime_checkable
class ReadsTogether(Protocol):
    """A place where each reading has its price, and many at once are cheaper."""

    def expect(self, paths: Sequence[str]) -> None:
        """These are read next. Changes nothing of what reading them gives. Raises `LedgerFilesError`."""


def refuse_odd(path: str) -> None:
    """Raises `LedgerFilesError` for a path that means another place somewhere, or that not every keeper can hold."""
    if _PATH.fullmatch(path) is None:
        raise LedgerFilesError(
            f"{path[:80]!r} is no name of a ledger's file: letters, digits, dashes, dots and slashes are"
        )


def refuse_odd_files(files: Mapping[str, bytes | None], *, expected: bytes | None) -> None:
    """The same for what is to be replaced, and for a ledger that would be left without a checkpoint."""
    for path in files:
        refuse_odd(path)
    if files.get(CHECKPOINT, expected) is None:
        raise LedgerFilesError("a ledger has a checkpoint, and this would leave it without one: nothing was written")


def moved(place: str) -> str:
    """What a `LedgerMovedError` says of the ledger at `place`."""
    return f"somebody else appended to {place} meanwhile: read what stands there now, and append after it"
