"""Erase what statements say of people: the text beside the ledger goes, and every proof of the statement stands."""

from collections.abc import Sequence
from typing import Final

from weighbridge.app.share_ledger import Reading, read_here
from weighbridge.app.verify_ledger import must_hold
from weighbridge.ledger.errors import NoLedgerError
from weighbridge.ledger.files import LedgerFiles, LedgerMovedError
from weighbridge.ledger.personal import erase_personal

_ATTEMPTS: Final = 5


def erase_entries(files: LedgerFiles, reading: Reading, *, indexes: Sequence[int]) -> tuple[int, ...]:
    """The entries of which something was erased; the others had nothing beside them.

    Raises:
        LedgerError: the ledger cannot be believed; then nothing was erased.
        NoSuchEntryError: it has no such entry; the same.
        LedgerFilesError: it cannot be read or written; what was erased before that stays so.
    """
    ledger = read_here(files, reading)
    if ledger is None:
        raise NoLedgerError(
            f"there is no ledger in {files.place}, so there is nothing to erase: `weighbridge ledger sync` fetches one that travels by git"
        )
    for index in indexes:
        must_hold(ledger, index)
    leaves = {index: ledger.entry(index).leaf for index in indexes}
    return tuple(index for index, leaf in leaves.items() if _erased(files, leaf))


def _erased(files: LedgerFiles, leaf: bytes) -> bool:
    for _ in range(_ATTEMPTS - 1):
        try:
            return erase_personal(files, leaf)
        except LedgerMovedError:
            continue
    return erase_personal(files, leaf)
