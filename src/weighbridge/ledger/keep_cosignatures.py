"""Keeps what witnesses signed beside a ledger, and brings together what two places have of it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from weighbridge.ledger.checkpoint import Checkpoint, read_checkpoint
from weighbridge.ledger.files import CHECKPOINT, LedgerFiles, LedgerMovedError
from weighbridge.ledger.trusted_ledger import LedgerTrust, TrustedLedger, read_head
from weighbridge.ledger.verifier_keys import VerifierKey
from weighbridge.ledger.witnesses import Cosigned, cosigned_in, is_newer, path_of

ATTEMPTS: Final = 10


def keep_cosignatures(
    files: LedgerFiles,
    signed: Sequence[Cosigned],
    *,
    trust: Callable[[LedgerFiles], LedgerTrust],
    remembered: Checkpoint | None = None,
) -> None:
    """Put down what witnesses signed, each where it reaches further than what is there, whoever appends meanwhile.

    Raises:
        LedgerError: what stands there is not to be believed, or does not begin with what was signed.
        LedgerMovedError: others were faster each time.
        LedgerFilesError: it cannot be read or written.
    """
    for attempt in range(ATTEMPTS):
        head = read_head(files, trust(files), remembered=remembered)
        assert head is not None, "witnesses signed it"
        fresh = _fresh(files, signed, head=head)
        try:
            if fresh:
                files.replace(fresh, expected=head.note)
            return
        except LedgerMovedError:
            if attempt + 1 == ATTEMPTS:
                raise


def _fresh(files: LedgerFiles, signed: Sequence[Cosigned], *, head: TrustedLedger) -> Mapping[str, bytes]:
    for each in signed:
        head.hold(each.checkpoint, whose=f"the checkpoint of the witness {each.witness.name}")
    origin = head.checkpoint.origin
    return {
        path_of(each.witness): each.note
        for each in signed
        if is_newer(each, cosigned_in(files.read(path_of(each.witness)), each.witness, origin=origin))
    }


def kept_cosignatures(files: LedgerFiles, witnesses: Sequence[VerifierKey]) -> Sequence[Cosigned]:
    """What these witnesses signed of the ledger that lies there. Raises `MalformedError`, `LedgerFilesError`."""
    note = files.read(CHECKPOINT) if witnesses else None
    if note is None:
        return ()
    origin = read_checkpoint(note).checkpoint.origin
    found = (cosigned_in(files.read(path_of(each)), each, origin=origin) for each in witnesses)
    return tuple(each for each in found if each is not None)


def further_on(ours: LedgerFiles, theirs: LedgerFiles, *, witnesses: Sequence[VerifierKey]) -> Sequence[Cosigned]:
    """What witnesses signed further on in ours than in theirs. Raises `MalformedError`, `LedgerFilesError`."""
    there = {each.witness: each for each in kept_cosignatures(theirs, witnesses)}
    return tuple(each for each in kept_cosignatures(ours, witnesses) if is_newer(each, there.get(each.witness)))
