"""The entries of a ledger as they lie there, before it is asked whom to believe."""

from collections.abc import Iterator

from weighbridge.ledger.checkpoint import Checkpoint
from weighbridge.ledger.files import LedgerFiles
from weighbridge.ledger.stored_tree import StoredTree
from weighbridge.ledger.tiles import WIDTH
from weighbridge.ledger.trusted_ledger import Entry


def stored_entries(files: LedgerFiles, checkpoint: Checkpoint) -> Iterator[Entry]:
    """Each entry, proven against the checkpoint; whether that is to be believed is asked elsewhere.

    Raises:
        LedgerError: what lies there was altered.
        LedgerFilesError: it cannot be read.
    """
    tree = StoredTree(files, checkpoint)
    for number in range(-(-tree.size // WIDTH)):
        row = tree.tile(0, number)
        for at, envelope in enumerate(tree.bundle(number)):
            yield Entry(index=number * WIDTH + at, envelope=envelope, leaf=row[at * 32 : at * 32 + 32])
