"""Erase what statements say of people: the text beside the ledger goes, and every proof of the statement stands."""

import re
from collections.abc import Sequence
from typing import Final

from weighbridge.app.share_ledger import Reading, read_here
from weighbridge.app.verify_ledger import must_hold
from weighbridge.ledger.errors import NoLedgerError
from weighbridge.ledger.files import CHECKPOINT, LedgerFiles, LedgerMovedError
from weighbridge.ledger.personal import erase_personal, personal_path

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


def erase_stray(files: LedgerFiles, reading: Reading) -> tuple[Sequence[str], Sequence[str]]:
    """The texts that were erased for they are beside no entry, and where others stand that are no texts of Weighbridge's.

    Raises as `erase_entries`.
    """
    ledger = read_here(files, reading)
    size = 0 if ledger is None else ledger.checkpoint.size
    known = {personal_path(ledger.tree.leaf(index)) for index in range(size)} if ledger is not None else set()
    stray = sorted(path for path in files.texts() if path not in known)
    ours = [path for path in stray if _TEXT.fullmatch(path)]
    if ours:
        files.replace(dict.fromkeys(ours), expected=files.read(CHECKPOINT))
    return ours, [path for path in stray if path not in ours]


_TEXT: Final = re.compile(r"personal/[0-9a-f]{64}")


def _erased(files: LedgerFiles, leaf: bytes) -> bool:
    for _ in range(_ATTEMPTS - 1):
        try:
            return erase_personal(files, leaf)
        except LedgerMovedError:
            continue
    return erase_personal(files, leaf)
