"""Who is enrolled in a ledger: whom Trust enrols, and what the ledger's entries change of that, in their order."""

from collections.abc import Callable, Sequence
from datetime import datetime

from weighbridge.app.find_entries import EVERY_ENTRY, EntryFinder
from weighbridge.ledger.checkpoint import read_checkpoint
from weighbridge.ledger.errors import AlteredError
from weighbridge.ledger.files import CHECKPOINT, LedgerFiles
from weighbridge.ledger.marks import MEMBERSHIP
from weighbridge.ledger.memberships import advanced
from weighbridge.ledger.people import Roster
from weighbridge.ledger.personal import read_personal
from weighbridge.ledger.speak import unheeded_writer, vouched_writers
from weighbridge.ledger.stored_tree import StoredTree
from weighbridge.ledger.trusted_ledger import Entry, Unheard
from weighbridge.ledger.verifier_keys import VerifierKey


def read_people(files: LedgerFiles, start: Roster, *, now: datetime, finder: EntryFinder = EVERY_ENTRY) -> Roster:
    """`start` after all entries of the ledger that lies in `files`.

    Each entry is proven against the checkpoint, and each membership by those who signed it. Whether the checkpoint itself is
    to be believed is asked elsewhere, and sometimes of this very roster: who leaves a revocation out of a ledger is found
    by its anchors.

    Raises:
        LedgerError: what lies there is no ledger, or was altered.
        LedgerFilesError: it cannot be read.
    """
    note = files.read(CHECKPOINT)
    if note is None:
        return start
    tree = StoredTree(files, read_checkpoint(note).checkpoint)
    return advanced(
        start,
        finder.entries(tree, {MEMBERSHIP}),
        opened=lambda entry, commitment: read_personal(files, entry.leaf, commitment=commitment),
        now=now,
    )


class PeopleVouch:
    """Finds the writers whom enrolled people's statements name; keeps to `Vouched`. Reads the roster at the first question."""

    def __init__(self, roster: Callable[[], Roster], *, now: datetime) -> None:
        self._roster = roster
        self._now = now
        self._read: Roster | None = None

    def __call__(self, entry: Entry) -> Sequence[VerifierKey]:
        """The writer's key that the entry vouches for, if any."""
        roster = self._known()
        return () if roster is None else vouched_writers(entry.envelope, entry.index, roster=roster, now=self._now)

    def unheeded(self, entry: Entry) -> Unheard | None:
        """The writer's key that the entry names in vain, with the reason; keeps to `Unheeded`."""
        roster = self._known()
        return None if roster is None else unheeded_writer(entry.envelope, entry.index, roster=roster, now=self._now)

    def _known(self) -> Roster | None:
        if self._read is None:
            try:
                self._read = self._roster()
            except AlteredError:
                return None  # whoever reads the ledger says so
        return self._read
