"""Proofs that an entry is in a ledger, as files that stand alone (C2SP tlog-proof).

The envelope goes with the proof as its extra data, so that one file is enough to read and to check what was said.
"""

from base64 import b64encode
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.ledger.checkpoint import Checkpoint, read_checkpoint
from weighbridge.ledger.errors import AlteredError, MalformedError, UntrustedError
from weighbridge.ledger.exact_base64 import exact_base64
from weighbridge.ledger.merkle import is_included, leaf_hash
from weighbridge.ledger.notes import verify_note
from weighbridge.ledger.trusted_ledger import Entry, Inclusion, LedgerTrust
from weighbridge.ledger.verifier_keys import KeyKind

ENDING: Final = ".tlog-proof"
_FIRST: Final = "c2sp.org/tlog-proof@v1"
_INDEX: Final = LatePattern(r"index (0|[1-9][0-9]{0,18})")


class Proof(Struct, frozen=True, kw_only=True):
    """What a proof proved: an entry, in the ledger of a checkpoint that a trusted writer signed."""

    entry: Entry
    checkpoint: Checkpoint


def proof_file(inclusion: Inclusion) -> bytes:
    """The proof as a file."""
    lines = (
        _FIRST,
        f"extra {b64encode(inclusion.entry.envelope).decode()}",
        f"index {inclusion.entry.index}",
        *(b64encode(each).decode() for each in inclusion.path),
    )
    return "\n".join(lines).encode() + b"\n\n" + inclusion.note


def read_proof(data: bytes, trust: LedgerTrust) -> Proof:
    """What a proof's file proves.

    Raises:
        MalformedError: it is no such file, or one without the entry.
        UntrustedError: no trusted writer signed its checkpoint, or it is that of another ledger.
        AlteredError: the path does not lead from the entry to the checkpoint's root.
    """
    head, gap, note = data.partition(b"\n\n")
    try:
        first, extra, place, *rest = head.decode("ascii").split("\n")
        envelope, path = exact_base64(extra.removeprefix("extra ")), [exact_base64(line) for line in rest]
    except ValueError:
        first, extra, place, envelope, path = "", "", "", b"", []
    found = _INDEX.fullmatch(place)
    if first != _FIRST or found is None or not gap or not extra.startswith("extra "):
        raise MalformedError(f"this is no proof of an entry: it begins with {_FIRST}, the entry, its index and a path")
    signed = read_checkpoint(note)
    checkpoint = signed.checkpoint
    if trust.origin not in (None, checkpoint.origin):
        raise UntrustedError(f"the proof is of {checkpoint.origin}, and the ledger meant is {trust.origin}")
    if not any(each.key.kind is KeyKind.NOTE for each in verify_note(signed.note, (*trust.writers, *trust.witnesses))):
        raise UntrustedError("the proof's checkpoint is signed by nobody who is trusted: ask for one by a known writer")
    leaf, index = leaf_hash(envelope), int(found[1])
    if not is_included(leaf, index, size=checkpoint.size, root=checkpoint.root, proof=path):
        raise AlteredError(f"the path does not lead from entry {index} to the root that the proof's checkpoint states")
    return Proof(entry=Entry(index=index, envelope=envelope, leaf=leaf), checkpoint=checkpoint)
