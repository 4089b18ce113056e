"""Witnesses: each signs a ledger's checkpoint once it has seen that it begins with the last one it signed (tlog-cosignature).

What a witness signed last lies beside the tiles under `witness/<key id>`, as a checkpoint in a signed note with its line. So
it stays when somebody appends, travels with the ledger, and is held against it like an anchor. Of several witnesses each may
have signed at another size: what as many as are asked for signed is what all of these hold.

A file there that is no cosignature by that key over a checkpoint of this ledger counts for nothing: whoever could put it
there could as well have taken away the one before, and the witness is asked again.
"""

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.ledger.checkpoint import Checkpoint, read_checkpoint
from weighbridge.ledger.errors import MalformedError, UntrustedError
from weighbridge.ledger.notes import verify_note
from weighbridge.ledger.verifier_keys import VerifierKey

FOLDER: Final = "witness/"
"""Below it lies what witnesses signed."""


class Witness(Struct, frozen=True, kw_only=True):
    """A witness that Trust names: its key, and the address below which it is asked (tlog-witness), empty where nobody asks it."""

    key: VerifierKey
    url: str = ""


class Cosigned(Struct, frozen=True, kw_only=True):
    """A checkpoint that a witness signed, in its note, and when, in seconds since 1970 by the witness's clock."""

    witness: VerifierKey
    checkpoint: Checkpoint
    note: bytes
    at: int


class Witnessed(Struct, frozen=True, kw_only=True):
    """What witnesses signed of a ledger of `size` entries, the newest of each, and how many are asked for."""

    by: tuple[Cosigned, ...] = ()
    quorum: int = 0
    place: str = ""
    size: int = 0

    @property
    def reach(self) -> int:
        """How many entries as many witnesses as are asked for have signed for; 0 where none is, or too few did."""
        sizes = sorted((each.checkpoint.size for each in self.by), reverse=True)
        return sizes[self.quorum - 1] if 0 < self.quorum <= len(sizes) else 0

    @property
    def words(self) -> str:
        """Who signed, and how far."""
        whole = [each.witness.name for each in self.by if each.checkpoint.size == self.size]
        part = [
            f"its first {_entries(each.checkpoint.size)} by {each.witness.name}"
            for each in self.by
            if each.checkpoint.size != self.size
        ]
        return f"signed by {', '.join(whole)}" if not part else f"signed: {', '.join((*_all_of(whole), *part))}"

    @property
    def lacking(self) -> CouldNotLook | None:
        """That too few witnesses signed, for whoever decides by the ledger; None where enough did."""
        if len(self.by) >= self.quorum:
            return None
        return CouldNotLook(
            reason=Reason.STALE_DATA,
            detail=f"{self.place} was signed by {_known(len(self.by))}, and .weighbridge/ledger.yaml asks for {self.quorum}",
            remedy="`weighbridge ledger witness` asks them, and `weighbridge ledger sync` fetches what they signed elsewhere;"
            " if they had signed, find out who took it away",
        )


UNWITNESSED: Final = Witnessed()
"""Where no witness is asked for, and none signed."""


def _known(count: int) -> str:
    return f"{count or 'no'} witness that is known" if count < 2 else f"{count} witnesses that are known"


def _entries(size: int) -> str:
    return "entry" if size == 1 else f"{size:,} entries"


def _all_of(names: list[str]) -> tuple[str, ...]:
    return (f"all of it by {', '.join(names)}",) if names else ()


def path_of(witness: VerifierKey) -> str:
    """Where what a witness signed is kept."""
    return f"{FOLDER}{witness.keyid}"


def cosigned_in(data: bytes | None, witness: VerifierKey, *, origin: str) -> Cosigned | None:
    """What a witness signed of the ledger of this origin; None where the file is none, or says nothing by that key of that ledger."""
    if data is None:
        return None
    try:
        signed = read_checkpoint(data)
        proven = verify_note(signed.note, (witness,))
    except (MalformedError, UntrustedError):
        return None
    if not proven or signed.checkpoint.origin != origin:
        return None
    return Cosigned(witness=witness, checkpoint=signed.checkpoint, note=data, at=proven[0].at or 0)


def newest_of(found: Iterable[Cosigned]) -> tuple[Cosigned, ...]:
    """Of each public key what reaches furthest, whatever names it goes by, in the order of the first of each."""
    newest: dict[bytes, Cosigned] = {}
    for each in found:
        before = newest.get(each.witness.public)
        if before is None or before.checkpoint.size < each.checkpoint.size:
            newest[each.witness.public] = each
    return tuple(newest.values())


def is_newer(one: Cosigned, other: Cosigned | None) -> bool:
    """Whether it is worth keeping in the place of the other."""
    return other is None or one.checkpoint.size > other.checkpoint.size
