"""What machines and people did that an admission can rest on or be refused for, found in a ledger by what each bears."""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TypeVar

import msgspec
from msgspec import Struct

from weighbridge.domain.ids import Digest, ObjectId
from weighbridge.domain.record import Status, Subject
from weighbridge.ledger import marks
from weighbridge.ledger.envelope import Envelope, read_envelope
from weighbridge.ledger.errors import LedgerError
from weighbridge.ledger.predicate_types import uri_of
from weighbridge.ledger.predicates.admission import Admission
from weighbridge.ledger.predicates.approval import Approval
from weighbridge.ledger.predicates.break_glass_review import BreakGlassReview
from weighbridge.ledger.predicates.bypass import Bypass
from weighbridge.ledger.predicates.carry_over import CarryOver
from weighbridge.ledger.predicates.decision import Decision
from weighbridge.ledger.predicates.status import Status as StatusSaid
from weighbridge.ledger.statement import read_statement
from weighbridge.ledger.trusted_ledger import Entry
from weighbridge.ledger.verifier_keys import VerifierKey

_P = TypeVar("_P", bound=Struct)

Find = Callable[[Collection[str]], Iterator[Entry]]
"""At least the entries of the ledger that bear one of these marks, in order."""


class Deed(Struct, frozen=True, kw_only=True):
    """A machine's statement in the ledger, whoever signed it."""

    entry: int
    envelope: Envelope

    @property
    def digest(self) -> Digest:
        """The statement's digest."""
        return self.envelope.digest

    def is_by(self, writers: Collection[VerifierKey]) -> bool:
        """Whether one of these writers signed it."""
        return self.envelope.is_by(writers)

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


class Reported(Deed, frozen=True, kw_only=True):
    """What an external check came to."""

    said: StatusSaid

    @property
    def status(self) -> Status:
        """It as a gate reads it."""
        said = self.said
        return Status(
            name=said.name, state=said.state, tree=said.tree, source=said.source, at=said.at, entry=self.entry
        )


class Judged(Deed, frozen=True, kw_only=True):
    """Somebody's verdict, as the ledger has it in `row`."""

    said: Approval
    row: Entry


class Deeds(Struct, frozen=True, kw_only=True):
    """Those of one ledger, each kind in its order; what is no statement of ours decides nothing. All raise `LedgerError`."""

    ledger: str
    find: Find

    def decided(self, tree: ObjectId) -> Sequence[Decided]:
        """What gates said of changes that lead to a tree."""
        return self.decided_among({tree})

    def decided_among(self, trees: Collection[ObjectId]) -> Sequence[Decided]:
        """What gates said of changes that lead to one of these trees."""
        found = self._read(frozenset().union(*map(marks.decided, trees)), Decision) if trees else ()
        return [
            Decided(entry=entry.index, envelope=envelope, said=said)
            for entry, envelope, said in found
            if said.about.head_tree in trees
        ]

    def carried(self, tree: ObjectId) -> Sequence[Carried]:
        """What carries approvals over to changes that lead to a tree."""
        found = self._read(marks.carried(tree), CarryOver)
        return [
            Carried(entry=entry.index, envelope=envelope, said=said)
            for entry, envelope, said in found
            if said.about.head_tree == tree
        ]

    def admitted(self, environment: str) -> Sequence[Admitted]:
        """What claims to have been let into an environment."""
        found = self._read(marks.admitted(environment), Admission)
        return [
            Admitted(entry=entry.index, envelope=envelope, said=said)
            for entry, envelope, said in found
            if said.environment == environment
        ]

    def reported(self, tree: ObjectId) -> Sequence[Reported]:
        """What claims to tell what checks of a tree came to."""
        found = self._read(marks.on_tree(tree), StatusSaid)
        return [
            Reported(entry=entry.index, envelope=envelope, said=said)
            for entry, envelope, said in found
            if said.tree == tree
        ]

    def seen(self) -> Sequence[Seen]:
        """What claims to have been seen around the gate."""
        found = self._read({marks.BYPASS}, Bypass)
        return [Seen(entry=entry.index, envelope=envelope, said=said) for entry, envelope, said in found]

    def statements(self, digests: Collection[Digest]) -> dict[Digest, list[Entry]]:
        """The entries of each of these statements that the ledger holds: two people may have said the very same."""
        found: dict[Digest, list[Entry]] = {}
        for entry in self.find(marks.saying(digests)) if digests else ():
            try:
                digest = read_envelope(entry.envelope).digest
            except LedgerError:
                continue
            if digest in digests:
                found.setdefault(digest, []).append(entry)
        return found

    def judgements(self, about: Subject, *, commits: Collection[ObjectId] = ()) -> Sequence[Judged]:
        """What claims to judge the step from one tree to the other, whatever was decided of it or it was proposed as; and
        what judges other forms of the change, whose own commits are `commits`.
        """
        found = self._read(marks.about(about, heads=commits), Approval)
        return [
            Judged(entry=entry.index, envelope=envelope, said=said, row=entry)
            for entry, envelope, said in found
            if said.about.is_same_step(about) or _is_form(said.about, about, commits=commits)
        ]

    def reviews(self, broken: Digest) -> Sequence[Entry]:
        """What claims to review this breaking of the glass."""
        found = self._read({marks.ALWAYS}, BreakGlassReview)
        return [entry for entry, _, said in found if said.reviews == broken]

    def _read(self, wanted: Collection[str], kind: type[_P]) -> Iterator[tuple[Entry, Envelope, _P]]:
        """The statements of a kind among the entries that bear a mark, of this ledger and of its form."""
        uri = uri_of(kind)
        for entry in self.find(wanted):
            try:
                envelope = read_envelope(entry.envelope)
                if _kind_of(envelope.payload) != uri:
                    continue
                statement = read_statement(envelope.payload)
                said = statement.read_as(kind)
                is_ours = statement.ledger == self.ledger
            except LedgerError:
                continue
            if is_ours:
                yield entry, envelope, said


def _is_form(other: Subject, about: Subject, *, commits: Collection[ObjectId]) -> bool:
    """Whether it is one of the change's commits, or of the same named proposal on the same base."""
    if (other.ledger, other.proposal) != (about.ledger, about.proposal):
        return False
    return other.head_commit in commits or bool(about.proposal and other.base_tree == about.base_tree)


class _Kind(Struct, frozen=True, rename="camel"):
    predicate_type: str = ""


_KIND = msgspec.json.Decoder(_Kind)


def _kind_of(payload: bytes) -> str:
    """What sort of statement it is, with the rest left unread: most of a ledger is of no interest here."""
    try:
        return _KIND.decode(payload).predicate_type
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return ""
