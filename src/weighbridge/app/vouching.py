"""Writers that people vouch for: an enrolled person's signed statement names the machine that recorded it."""

from collections.abc import Callable, Iterator
from functools import cached_property

from weighbridge.app.ports import Clock
from weighbridge.domain.ids import Digest
from weighbridge.ledger.checkpoint import read_checkpoint
from weighbridge.ledger.files import CHECKPOINT, LedgerFiles
from weighbridge.ledger.memberships import advanced
from weighbridge.ledger.people import Roster
from weighbridge.ledger.personal import Erased, Personal, read_personal
from weighbridge.ledger.speak import Heard, hear
from weighbridge.ledger.stored_tree import StoredTree
from weighbridge.ledger.trusted_ledger import Entry, TrustedLedger
from weighbridge.ledger.verifier_keys import VerifierKey, read_verifier_key

Enrolled = Callable[[str], Roster]
"""Whom Trust enrols in the ledger of an origin."""


class Vouching:
    """Finds the writers' keys that entries name; keeps to `Vouched`.

    Who is enrolled is told by Trust and by the entries that lie there, each by its own signatures, whoever wrote the head:
    a head that nobody trusted wrote is believed for what people signed in it, and for nothing else.
    """

    def __init__(self, files: LedgerFiles, enrolled: Enrolled, *, clock: Clock, origin: str = "") -> None:
        self._files = files
        self._enrolled = enrolled
        self._clock = clock
        self._origin = origin

    def __call__(self, entry: Entry) -> Iterator[VerifierKey]:
        """The key that an entry names, where an enrolled person signed it."""
        heard = hear(entry.envelope, entry.index, roster=self.roster, now=self._clock.now())
        named = heard.statement.predicate.get("writer") if isinstance(heard, Heard) else None
        if isinstance(named, str) and named:
            yield read_verifier_key(named)

    @cached_property
    def roster(self) -> Roster:
        """Everybody who is enrolled by what lies there. Raises `LedgerError`, `LedgerFilesError`."""
        head = self._files.read(CHECKPOINT)
        if head is None:
            return self._enrolled(self._origin)
        lying = TrustedLedger(
            StoredTree(self._files, read_checkpoint(head).checkpoint), head, signatures=(), notices=()
        )
        roster = self._enrolled(self._origin or lying.checkpoint.origin)
        return advanced(roster, lying.entries(), opened=self._opened, now=self._clock.now())

    def _opened(self, entry: Entry, commitment: Digest) -> Personal | Erased:
        return read_personal(self._files, entry.leaf, commitment=commitment)
