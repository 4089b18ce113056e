"""The hashes of a bundle that grows, so that what was hashed once in this process is not hashed again.

They follow from the bundle's bytes alone, whichever ledger it is of. Whoever reads a ledger and appends to it, or appends
to it again, meets the same bundle each time, with a few entries more at its end.
"""

from typing import Final

from weighbridge.ledger.merkle import leaf_hash
from weighbridge.ledger.tiles import unpack

_LARGEST: Final = 4 << 20
"""Bytes of a bundle that is kept."""


class LastRow:
    """The bundle that was looked at last, with the hashes of its entries."""

    def __init__(self) -> None:
        self._last = (b"", b"")  # replaced as one, for there may be threads

    def of(self, bundle: bytes, *, name: str) -> bytes:
        """The hashes of a bundle's entries, one after the other. Raises `AlteredError` where its lengths do not add up."""
        known, row = self._last
        if not bundle.startswith(known):
            known, row = b"", b""
        row += b"".join(map(leaf_hash, unpack(bundle[len(known) :], name=name)))
        self.keep(bundle, row)
        return row

    def keep(self, bundle: bytes, row: bytes) -> None:
        """Take the hashes of a bundle's entries as known."""
        if len(bundle) <= _LARGEST:
            self._last = (bundle, row)


LAST_ROW: Final = LastRow()
