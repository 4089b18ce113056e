"""Have witnesses sign the newest checkpoint of a ledger, and keep what they signed where every reader of it looks.

1. What is shared comes first: a witness never takes back what it signed, so it is shown only what everybody else has too.
   Entries that this clone alone had might come to stand elsewhere, and the ledger would be a fork for ever.
2. The checkpoint is sent with the signature of this machine's key besides: whoever runs a witness is told of one key, while
   the newest head may be signed by any writer's.
3. A witness that signed more than is here was asked by somebody faster, or this ledger was rewound. So what is shared is asked
   for anew: when that brings no more, it is an error, and nothing is kept of any witness.
4. Which signature may be kept is said in `tlog_witness`. What is kept travels with the ledger from then on.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, Protocol

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.app.share_ledger import Reading, read_here
from weighbridge.ledger.checkpoint import Checkpoint
from weighbridge.ledger.errors import LedgerError
from weighbridge.ledger.files import LedgerFiles, LedgerPlaceError
from weighbridge.ledger.keep_cosignatures import keep_cosignatures
from weighbridge.ledger.notes import Note, read_note, sign_note
from weighbridge.ledger.tlog_witness import AheadError, Said, Sent, WitnessError, heard
from weighbridge.ledger.trusted_ledger import TrustedLedger
from weighbridge.ledger.verifier_keys import KeyKind, WriterKey
from weighbridge.ledger.witnesses import Cosigned, Witness, Witnessed

_QUESTIONS: Final = 3
"""How often one witness is asked: as this ledger knows it, as it says itself, and once more where somebody came between."""
_ROUNDS: Final = 3
"""How often all of them are, where somebody else has them sign something further on."""


class AskWitness(Protocol):
    """Brings a question to a witness."""

    def __call__(self, witness: Witness, question: bytes) -> Said:
        """What it answered. Raises `WitnessError` where it gave no answer."""


class Terms(Struct, frozen=True, kw_only=True):
    """Who is asked, how many of them are enough, how, by whom, and when it is.

    `share` brings the ledger here and the one that others have together; it does nothing where both are the same.
    """

    witnesses: Sequence[Witness]
    quorum: int
    ask: AskWitness
    writer: Callable[[], WriterKey]
    now: Callable[[], datetime]
    share: Callable[[], object]


class Signed(Struct, frozen=True, kw_only=True):
    """What came of it: the checkpoint that was sent, who signed it, and why others did not, in words."""

    checkpoint: Checkpoint
    by: tuple[Cosigned, ...]
    refused: tuple[str, ...]
    quorum: int
    witnessed: Witnessed
    """What witnesses signed of the ledger by now, at whatever size."""

    @property
    def is_enough(self) -> bool:
        """Whether as many signed this checkpoint as are asked for, and somebody did."""
        return len({each.witness.public for each in self.by}) >= max(1, self.quorum)


def witness_ledger(files: LedgerFiles, reading: Reading, *, terms: Terms) -> Signed:
    """Ask each witness that has an address, and keep what they signed.

    Raises:
        LedgerError: the ledger cannot be believed, there is none, or a witness signed what it does not hold.
        LedgerFilesError: something could not be read, written or shared.
        LedgerPlaceError: no witness has an address.
    """
    asked = [each for each in terms.witnesses if each.url]
    if not asked:
        raise LedgerPlaceError(
            "no witness can be asked: give one its address in .weighbridge/ledger.yaml on the protected branch,"
            " `witnesses: [{key: …, url: https://…}]`"
        )
    head, before = _shared(files, reading, terms=terms), -1
    for _ in range(_ROUNDS):
        try:
            by, refused = _ask_all(head, asked, terms=terms)
            break
        except AheadError as problem:
            before, head = head.checkpoint.size, _shared(files, reading, terms=terms)
            if head.checkpoint.size == before:
                raise
            ahead = problem
    else:
        raise ahead
    if by:
        keep_cosignatures(files, by, trust=reading.trust, remembered=head.checkpoint)
        terms.share()
    now = read_here(files, reading)
    assert now is not None, "it was there"
    return Signed(
        checkpoint=head.checkpoint, by=tuple(by), refused=tuple(refused), quorum=terms.quorum, witnessed=now.witnessed
    )


def _shared(files: LedgerFiles, reading: Reading, *, terms: Terms) -> TrustedLedger:
    """The ledger as others have it too."""
    terms.share()
    head = read_here(files, reading)
    if head is None or not head.checkpoint.size:
        raise LedgerError(
            f"there is nothing in {files.place} that a witness could sign yet: the first statement that is appended begins it"
        )
    return head


def _ask_all(head: TrustedLedger, asked: Sequence[Witness], *, terms: Terms) -> tuple[list[Cosigned], list[str]]:
    note = _note(head, terms)
    known = {each.witness: each.checkpoint.size for each in head.witnessed.by}
    by, refused = [], []
    for witness in asked:
        sent = Sent(witness=witness.key, checkpoint=head.checkpoint, note=note, old=known.get(witness.key, 0))
        try:
            by.append(_ask(head, witness, sent=sent, terms=terms))
        except WitnessError as problem:
            refused.append(str(problem))
    return by, refused


def _ask(head: TrustedLedger, witness: Witness, *, sent: Sent, terms: Terms) -> Cosigned:
    for _ in range(_QUESTIONS):
        said = terms.ask(witness, sent.question(head.prove_consistency(sent.old)))
        found = heard(said, sent, now=terms.now())
        if isinstance(found, Cosigned):
            return found
        sent = replace(sent, old=found)
    raise WitnessError(
        f"the witness {witness.key.name} says each time that it signed something else last: ask again later, or ask whoever runs it"
    )


def _note(head: TrustedLedger, terms: Terms) -> Note:
    """The checkpoint with the writers' signatures that are believed, and this machine's."""
    ours = terms.writer()
    believed = {(each.key.name, each.key.id) for each in head.signatures if each.key.kind is KeyKind.NOTE}
    there = tuple(each for each in read_note(head.note).signatures if (each.name, each.id) in believed)
    if (ours.verifier.name, ours.verifier.id) in believed:
        return Note(text=head.checkpoint.text, signatures=there)
    return Note(text=head.checkpoint.text, signatures=(*there, *sign_note(head.checkpoint.text, ours).signatures))
