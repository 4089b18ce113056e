"""What a ledger asks of a witness, and what the answers mean (C2SP tlog-witness, `add-checkpoint`).

The question is the size of the checkpoint that the witness signed last, the proof that the new one begins with it, and the new
one. A witness is believed for nothing but its signature, over exactly the checkpoint that was sent, at a time that can be:
whatever else it answers keeps nothing. Where it says that it signed what this ledger does not hold, one of the two is wrong,
and it is never this side that says which.
"""

from base64 import b64encode
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.ledger.checkpoint import Checkpoint
from weighbridge.ledger.errors import ForkedError, MalformedError, UntrustedError
from weighbridge.ledger.files import LedgerFilesError
from weighbridge.ledger.notes import Note, read_signatures, verify_note
from weighbridge.ledger.verifier_keys import VerifierKey
from weighbridge.ledger.witnesses import Cosigned

PATH: Final = "/add-checkpoint"
LARGEST_ANSWER: Final = 1 << 16
"""Bytes: a few lines of signatures."""

_LARGEST_PROOF: Final = 63
_SIZE_KIND: Final = "text/x.tlog.size"
_SIZE: Final = LatePattern(r"(0|[1-9][0-9]{0,18})\n")
_AHEAD: Final = timedelta(minutes=10)
_BEHIND: Final = timedelta(days=1)
"""How far a witness's clock may be from ours: what it signed for somebody else a while ago it may give again."""

_OK, _NOT_KNOWN, _FORBIDDEN, _CONFLICT, _UNPROVEN = 200, 404, 403, 409, 422
_ELSEWHERE: Final = range(300, 400)


class WitnessError(LedgerFilesError):
    """A witness gave no signature that is worth keeping: the message says which, why, and what to do."""


class AheadError(ForkedError):
    """A witness says that it signed more entries than there are here: `size` so many."""

    def __init__(self, words: str, *, size: int) -> None:
        super().__init__(words)
        self.size = size


class Said(Struct, frozen=True, kw_only=True):
    """What a witness answered: the status, the media type, and the bytes, of which one too many says that there were more."""

    status: int
    kind: str
    data: bytes


class Sent(Struct, frozen=True, kw_only=True):
    """What was asked of a witness: to sign `note` over `checkpoint`, which begins with its first `old` entries."""

    witness: VerifierKey
    checkpoint: Checkpoint
    note: Note
    old: int

    def question(self, proof: Sequence[bytes]) -> bytes:
        """The same as it is sent."""
        assert len(proof) <= _LARGEST_PROOF, "no ledger is as long"
        lines = (f"old {self.old}", *(b64encode(each).decode() for each in proof))
        return "\n".join(lines).encode() + b"\n\n" + bytes(self.note)


def heard(said: Said, sent: Sent, *, now: datetime) -> Cosigned | int:
    """The checkpoint with the witness's signature, or how many entries it signed last where the question went on from others.

    Raises:
        WitnessError: it signed nothing, or nothing that can be kept.
        ForkedError: it says that it signed what is not in this ledger; `AheadError` where it signed more.
    """
    name, origin = sent.witness.name, sent.checkpoint.origin
    if said.status == _OK:
        return _signed(said, sent, now=now)
    if said.status == _CONFLICT:
        return _size(said, sent)
    if said.status == _UNPROVEN and sent.old:
        raise _forked(sent)
    if said.status in (_FORBIDDEN, _NOT_KNOWN):
        raise WitnessError(
            f"the witness {name} knows no ledger {origin} by a key that signed this checkpoint (it says {said.status}): give whoever"
            " runs it that name and the line that `weighbridge ledger key` prints on this machine"
        )
    if said.status in _ELSEWHERE:
        raise WitnessError(
            f"the witness {name} is elsewhere (it says {said.status}): a checkpoint follows nobody; let the protected branch name"
            " the address that it has now (`url` in .weighbridge/ledger.yaml)"
        )
    raise WitnessError(
        f"the witness {name} did not sign (it says {said.status}): ask again later, or ask whoever runs it"
    )


def _signed(said: Said, sent: Sent, *, now: datetime) -> Cosigned:
    name = sent.witness.name
    try:
        if len(said.data) > LARGEST_ANSWER:
            raise MalformedError(f"it has more than {LARGEST_ANSWER:,} bytes")
        lines = [each for each in read_signatures(said.data) if (each.name, each.id) == (name, sent.witness.id)]
        proven = verify_note(Note(text=sent.note.text, signatures=tuple(lines)), (sent.witness,))
    except MalformedError as problem:
        raise WitnessError(f"the witness {name} answered with something else than signatures: {problem}") from problem
    except UntrustedError as problem:
        raise WitnessError(
            f"the witness {name} gave a signature that is not over this checkpoint, so nothing of it is kept: whoever answers"
            " there may not be that witness; compare its key with the one in .weighbridge/ledger.yaml"
        ) from problem
    if not proven:
        raise WitnessError(
            f"the witness {name} gave no signature by its key {sent.witness.keyid}: compare that with the key in"
            " .weighbridge/ledger.yaml"
        )
    at = proven[0].at or 0
    if not (now - _BEHIND).timestamp() <= at <= (now + _AHEAD).timestamp():
        raise WitnessError(
            f"the witness {name} says that it signed at {_when(at)}, and here it is {now:%Y-%m-%d %H:%M} UTC: one of the two clocks"
            " is wrong, and nothing of it is kept"
        )
    kept = Note(text=sent.note.text, signatures=(*sent.note.signatures, lines[-1]))
    return Cosigned(witness=sent.witness, checkpoint=sent.checkpoint, note=bytes(kept), at=at)


def _when(at: int) -> str:
    """A time that may be none."""
    try:
        return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M} UTC"
    except (OverflowError, ValueError, OSError):
        return f"{at:,} seconds after 1970"


def _size(said: Said, sent: Sent) -> int:
    """How many entries the witness signed last, where that is some other number than it was asked to go on from."""
    name, here = sent.witness.name, sent.checkpoint.size
    found = _SIZE.fullmatch(said.data[:32].decode("ascii", "replace")) if said.kind == _SIZE_KIND else None
    if found is None and sent.old == here:
        raise _forked(sent)  # of what leads to a conflict this alone comes without a size
    if found is None:
        raise WitnessError(
            f"the witness {name} says that it went on from elsewhere (409), and not from where: ask whoever runs it"
        )
    size = int(found[1])
    if size > here:
        raise AheadError(
            f"the witness {name} says that it signed {size:,} entries of this ledger, and here are {here:,}: the ledger was cut short,"
            " or begun anew, or the witness is wrong. Nothing was kept; find out which before anything is appended",
            size=size,
        )
    if size == sent.old == here:
        raise _forked(sent)
    if size == sent.old:
        raise WitnessError(
            f"the witness {name} contradicts itself: it wants to go on from {size:,} entries, and was asked to"
        )
    return size


def _forked(sent: Sent) -> ForkedError:
    return ForkedError(
        f"the witness {sent.witness.name} says that the {sent.old:,} entries which it signed are not those that this ledger begins"
        " with: the ledger was rewritten or forked, or the witness is wrong. Nothing was kept; find out which before anything is"
        " appended"
    )
