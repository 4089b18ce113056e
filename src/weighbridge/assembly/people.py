"""The people of one repository's ledger, and how they sign."""

import sys
from pathlib import Path

from weighbridge.app.share_ledger import read_here
from weighbridge.app.signing import Signer
from weighbridge.assembly import desks
from weighbridge.assembly.ledgers import OpenLedger
from weighbridge.assembly.writers import own_writer
from weighbridge.ledger.append import Addition, append
from weighbridge.review.visible import one_line


def signer_of(key: str, folder: Path) -> Signer:
    """Who signs: the key in this file, or git's own where none is named. Raises `SigningError`."""
    return desks.signer_of(key, folder, notify=_tell)


def say(opened: OpenLedger, addition: Addition) -> int:
    """Append a statement to the ledger; the number of its entry. Raises `LedgerError`, `LedgerFilesError`."""
    read_here(opened.files, opened.reading)
    done = append(opened.files, (addition,), writer=own_writer(), trust=opened.reading.trust(opened.files))
    opened.reading.seen.see_in_clone(done.note)
    return done.indexes[0]


def _tell(words: str) -> None:
    sys.stderr.write(f"weighbridge: {one_line(words)}\n")
    sys.stderr.flush()
