"""What machines and people did that an admission can rest on or be refused for, read from a ledger in one pass."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec
from msgspec import Struct, field

from weighbridge.domain.ids import Digest, ObjectId
from weighbridge.domain.record import Subject, Verdict
from weighbridge.ledger.envelope import Envelope, read_envelope
from weighbridge.ledger.errors import LedgerError
from weighbridge.ledger.predicate_types import uri_of
from weighbridge.ledger.predicates.admission import Admission
from weighbridge.ledger.predicates.approval import Approval
from weighbridge.ledger.predicates.break_glass import BreakGlass
from weighbridge.ledger.predicates.break_glass_review import BreakGlassReview
from weighbridge.ledger.predicates.bypass import Bypass
from weighbridge.ledger.predicates.carry_over import CarryOver
from weighbridge.ledger.predicates.decision import Decision
from weighbridge.ledger.predicates.document import Document
from weighbridge.ledger.predicates.override import Override
from weighbridge.ledger.statement import Statement, read_statement
from weighbridge.ledger.trusted_ledger import Entry
from weighbridge.ledger.verifier_keys import VerifierKey

_OF_PEOPLE: Final[tuple[type[Struct], ...]] = (Approval, Override, BreakGlass, BreakGlassReview, Document)
_OF_MACHINES: Final[tuple[type[Struct], ...]] = (Decision, CarryOver, Admission, Bypass)
_PEOPLES: Final = frozenset(uri_of(kind) for kind in _OF_PEOPLE)
_MACHINES: Final = frozenset(uri_of(kind) for kind in _OF_MACHINES)


class Deed(Struct, frozen=True, kw_only=True):
    """A machine's statement in the ledger, whoever signed it."""

    entry: int
    envelope: Envelope

    @property
    def digest(self) -> Digest:
        """The statement's digest."""
        return self.envelope.digest

    def is_by(self, writers: Iterable[VerifierKey]) -> bool:
        """Whether one of these writers signed it."""
        return any(
            key.keyid == each.keyid and key.verifies(each.sig, self.envelope.encoding)
            for each in self.envelope.signatures
            for key in writers
        )

    @property
    def signers(self) -> str:
        """The keys that it names, which prove nothing."""
        return ", ".join(each.keyid[:80] for each in self.envelope.signatures)


class Decided(Deed, frozen=True, kw_only=True):
    """A gate's state."""

    said: Decision


class Carried(Deed, frozen=True, kw_only=True):
    """Approvals that hold in another tree."""

    said: CarryOver


class Admitted(Deed, frozen=True, kw_only=True):
    """Something was let into an environment."""

    said: Admission

    @property
    def tree(self) -> ObjectId:
        """What was let in."""
        return self.said.about.head_tree


class Seen(Deed, frozen=True, kw_only=True):
    """Something was seen in an environment that no gate let in."""

    said: Bypass


class Deeds(Struct, kw_only=True):
    """All of them, each kind in the order of the ledger; people's statements by where they stand, unheard."""

    decided: list[Decided] = field(default_factory=list)
    carried: list[Carried] = field(default_factory=list)
    admitted: list[Admitted] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    peoples: dict[Digest, Entry] = field(default_factory=dict)
    """The first entry of each statement by a person."""
    rejections: dict[Subject, list[Entry]] = field(default_factory=dict)
    reviews: dict[Digest, list[Entry]] = field(default_factory=dict)
    """Reviews of broken glass, by what they review."""

    def admitted_to(self, environment: str) -> Sequence[Admitted]:
        """What claims to have been let into one environment."""
        return [each for each in self.admitted if each.said.environment == environment]


def read_deeds(entries: Iterable[Entry], *, ledger: str) -> Deeds:
    """What the entries of the ledger of this origin say; what is no statement of ours decides nothing."""
    deeds = Deeds()
    for entry in entries:
        try:
            _take(deeds, entry, ledger=ledger)
        except LedgerError:
            continue
    return deeds


def _take(deeds: Deeds, entry: Entry, *, ledger: str) -> None:
    envelope = read_envelope(entry.envelope)
    kind = _kind_of(envelope.payload)
    if kind not in _MACHINES and kind not in _PEOPLES:
        return
    statement = read_statement(envelope.payload)
    if statement.ledger != ledger:
        return
    if any(_is_without_zone(value) for value in statement.predicate.values()):
        return
    if kind in _PEOPLES:
        _take_word(deeds, entry, statement, digest=envelope.digest)
    elif kind == uri_of(Bypass):
        deeds.seen.append(Seen(entry=entry.index, envelope=envelope, said=statement.read_as(Bypass)))
    elif statement.about is None:
        return
    elif kind == uri_of(Decision):
        deeds.decided.append(Decided(entry=entry.index, envelope=envelope, said=statement.read_as(Decision)))
    elif kind == uri_of(CarryOver):
        deeds.carried.append(Carried(entry=entry.index, envelope=envelope, said=statement.read_as(CarryOver)))
    else:
        deeds.admitted.append(Admitted(entry=entry.index, envelope=envelope, said=statement.read_as(Admission)))


def _take_word(deeds: Deeds, entry: Entry, statement: Statement, *, digest: Digest) -> None:
    deeds.peoples.setdefault(digest, entry)
    if statement.predicate_type == uri_of(Approval) and statement.read_as(Approval).verdict is Verdict.REJECT:
        deeds.rejections.setdefault(statement.read_as(Approval).about, []).append(entry)
    elif statement.predicate_type == uri_of(BreakGlassReview):
        deeds.reviews.setdefault(statement.read_as(BreakGlassReview).reviews, []).append(entry)


def _is_without_zone(value: object) -> bool:
    """Whether it reads as a time that nobody can compare with another: what states one says nothing."""
    if not isinstance(value, str):
        return False
    try:
        return msgspec.convert(value, datetime).tzinfo is None
    except (msgspec.ValidationError, ValueError):
        return False


class _Kind(Struct, frozen=True, rename="camel"):
    predicate_type: str = ""


_KIND: Final = msgspec.json.Decoder(_Kind)


def _kind_of(payload: bytes) -> str:
    """What sort of statement it is, with the rest left unread: most of a ledger is of no interest here."""
    try:
        return _KIND.decode(payload).predicate_type
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return ""


def by_digest(deeds: Iterable[Decided]) -> Mapping[Digest, Decided]:
    """Decisions by their statements' digests, of equal ones the first."""
    found: dict[Digest, Decided] = {}
    for each in deeds:
        found.setdefault(each.digest, each)
    return found
