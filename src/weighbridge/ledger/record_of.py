"""From a ledger that is believed to what a gate reads of it: who said what of one change.

- Only statements that `hear` believes become part of a record. Those about this change, or about none, that were not
  believed are named with the reason.
- A statement is said once, at its first entry: whoever appends a copy of it says nothing, for anybody can.
- A person's statement is signed by that person. What machines say (a status, a decision on record) is signed by a writer
  that Trust names, and by nobody else; a status by one that it names for that check.
- A reason that was erased is gone, and the statement stands: it is the signature that counts. So is one that is not what
  was said, and this is told: whoever may push the texts beside the ledger takes no rejection back by that.
- Exceptions of other changes are read too: who owes a review anywhere owes it here. Broken glass by a key that is nobody's
  now passes nothing, and its review is owed by nobody knows whom.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from weighbridge.domain.ids import Digest, ObjectId, digest
from weighbridge.domain.record import (
    Attachment,
    BreakGlass,
    BypassSeen,
    Judgement,
    Override,
    Record,
    Status,
    Subject,
    Verdict,
    Voice,
    Waiver,
)
from weighbridge.ledger.envelope import Envelope, read_envelope
from weighbridge.ledger.errors import LedgerError
from weighbridge.ledger.predicate_types import uri_of
from weighbridge.ledger.predicates.approval import Approval
from weighbridge.ledger.predicates.break_glass import BreakGlass as GlassBroken
from weighbridge.ledger.predicates.break_glass_review import BreakGlassReview
from weighbridge.ledger.predicates.bypass import Bypass
from weighbridge.ledger.predicates.document import Document
from weighbridge.ledger.predicates.override import Override as Overriding
from weighbridge.ledger.predicates.package_decision import PackageDecision
from weighbridge.ledger.predicates.status import Status as StatusSaid
from weighbridge.ledger.predicates.waiver import Waiver as Waiving
from weighbridge.ledger.reporters import signer_of
from weighbridge.ledger.settings_file import LedgerSettings
from weighbridge.ledger.speak import Heard, Refusal
from weighbridge.ledger.statement import Statement, read_statement
from weighbridge.ledger.trusted_ledger import Entry

ERASED: Final = "(erased)"
"""Stands where a reason was."""

Hear = Callable[[Entry], Heard | Refusal]
"""Who said an entry, as the roster has it at that entry."""
Open = Callable[[Entry, Digest | None], Mapping[str, str]]
"""The personal values that an entry commits to; empty where they were erased or there are none."""

HUMAN: Final = frozenset(
    {
        uri_of(Approval),
        uri_of(Overriding),
        uri_of(Waiving),
        uri_of(GlassBroken),
        uri_of(BreakGlassReview),
        uri_of(Document),
    }
)
"""What persons say."""
MACHINE: Final = frozenset({uri_of(StatusSaid), uri_of(PackageDecision), uri_of(Bypass)})
"""What a record takes of machines."""
WHATEVER_IT_IS_ABOUT: Final = frozenset({uri_of(GlassBroken), uri_of(BreakGlassReview), uri_of(Overriding)})
"""What persons say of one change and a reader of every other is told of."""


_TOGETHER: Final = 1_024
"""Entries that are taken apart before the first of them is heard."""


class _Part(Struct, frozen=True, kw_only=True):
    """An entry taken apart, or in words why it cannot be."""

    entry: Entry
    envelope: Envelope | None = None
    statement: Statement | None = None
    problem: str = ""


def _taken_apart(entry: Entry) -> _Part:
    try:
        envelope = read_envelope(entry.envelope)
        return _Part(entry=entry, envelope=envelope, statement=read_statement(envelope.payload))
    except LedgerError as problem:
        return _Part(entry=entry, problem=str(problem))


class OnRecord(Struct, kw_only=True):
    """A record as it is gathered, entry by entry; `weighed_at` is when exactly this decision was first put down.

    `heads` are the change's own commits: what was said of one of them was said of an earlier form of the change.
    So was what was said of any head of the same proposal, which a rebase leaves behind.
    """

    subject: Subject
    heads: frozenset[ObjectId] = frozenset()
    settings: LedgerSettings
    hear: Hear
    open: Open
    judgements: list[Judgement] = field(default_factory=list)
    overrides: list[Override] = field(default_factory=list)
    waivers: list[Waiver] = field(default_factory=list)
    broken: dict[Digest, BreakGlass] = field(default_factory=dict)
    attachments: list[Attachment] = field(default_factory=list)
    statuses: list[Status] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    weighed_at: datetime | None = None
    bypasses: list[BypassSeen] = field(default_factory=list)
    heard: set[tuple[Digest, str]] = field(default_factory=set)
    """What was believed of whose key: the statement's digest, and the key's id."""
    expect: Callable[[Sequence[Entry]], None] = lambda _: None
    """Told of which entries the personal values are opened next, of those that are believed."""
    has_all: bool = False
    """Whether what was said of every change is wanted, not of this one alone."""

    def gather(self, entries: Iterable[Entry]) -> Record:
        """The record of all of `entries`, which are in order."""
        coming = iter(entries)
        while some := tuple(islice(coming, _TOGETHER)):
            parts = [_taken_apart(entry) for entry in some]
            self.expect([part.entry for part in parts if self._has_words(part)])
            for part in parts:
                try:
                    self._take(part)
                except LedgerError as error:
                    self.refused.append(f"entry {part.entry.index}: {error}")
        return Record(
            judgements=tuple(self.judgements),
            overrides=tuple(self.overrides),
            waivers=tuple(self.waivers),
            break_glass=tuple(self.broken.values()),
            attachments=tuple(self.attachments),
            statuses=tuple(self.statuses),
            refused=tuple(self.refused),
            bypasses=tuple(self.bypasses),
        )

    def _has_words(self, part: "_Part") -> bool:
        """Whether something lies beside an entry that is asked for where it is believed."""
        statement = part.statement
        if statement is None or statement.predicate_type not in HUMAN or "personal" not in statement.predicate:
            return False
        try:
            return self._concerns(statement)
        except LedgerError:
            return False

    def _take(self, part: "_Part") -> None:
        entry, envelope, statement = part.entry, part.envelope, part.statement
        if envelope is None or statement is None:
            raise LedgerError(part.problem)
        if statement.predicate_type in HUMAN and self._concerns(statement):
            heard = self.hear(entry)
            if isinstance(heard, Refusal):
                self.refused.append(f"entry {entry.index}: {heard.reason}")
                if heard.unclaimed is not None:
                    self._break(heard.unclaimed.voice, statement, entry=entry, is_unclaimed=True)
                elif heard.once is not None:
                    self._said_once(heard.once.voice, statement, entry=entry, revoked_by=heard.revoked_by)
            elif (said := (envelope.digest, heard.voice.key)) not in self.heard:
                self.heard.add(said)
                self._said(heard.voice, heard.statement, entry=entry)
        elif (
            statement.predicate_type in MACHINE
            and self._may_matter(statement)
            and envelope.is_by(self.settings.writers)
        ):
            self._noted(statement, envelope, entry=entry)

    def _concerns(self, statement: Statement) -> bool:
        """Whether it is about this change or an earlier form of it, or is of a kind that matters whatever it is about."""
        about = statement.about
        if self.has_all or about is None or statement.predicate_type in WHATEVER_IT_IS_ABOUT:
            return True
        if about.proposal and about.proposal == self.subject.proposal:
            return True
        return about.head_tree == self.subject.head_tree or about.head_commit in self.heads

    def _may_matter(self, statement: Statement) -> bool:
        """Whether what a machine says is taken, or told, once it is proven: most of it is of other changes, and is not proven."""
        if statement.predicate_type == uri_of(Bypass):
            return True
        try:
            if statement.predicate_type == uri_of(StatusSaid):
                return statement.read_as(StatusSaid).tree == self.subject.head_tree
            return self.weighed_at is None and statement.about == self.subject
        except LedgerError:
            return True

    def _said(self, voice: Voice, statement: Statement, *, entry: Entry) -> None:
        about = statement.about
        kind = statement.predicate_type
        if kind == uri_of(Waiving):
            self.waivers.append(self._waiver(voice, statement.read_as(Waiving), entry=entry))
        elif about is None:
            raise LedgerError("it is about no change")
        elif kind == uri_of(Approval):
            self.judgements.append(self._judgement(voice, statement.read_as(Approval), entry=entry))
        elif kind == uri_of(Overriding):
            self.overrides.append(self._override(voice, statement.read_as(Overriding), entry=entry))
        elif kind == uri_of(GlassBroken):
            self._break(voice, statement, entry=entry)
        elif kind == uri_of(BreakGlassReview):
            self._review(voice, statement.read_as(BreakGlassReview))
        else:
            self.attachments.append(self._attachment(voice, statement.read_as(Document), entry=entry))

    def _said_once(self, voice: Voice, statement: Statement, *, entry: Entry, revoked_by: str) -> None:
        """What is left of the words of a key that counts no more: a debt, and a no."""
        if statement.predicate_type == uri_of(GlassBroken):
            self._break(voice, statement, entry=entry, is_void=True)
        elif statement.predicate_type == uri_of(Approval):
            said = statement.read_as(Approval)
            if said.verdict is Verdict.REJECT:
                void = replace(self._judgement(voice, said, entry=entry), is_void=True, revoked_by=revoked_by)
                self.judgements.append(void)

    def _break(
        self, voice: Voice, statement: Statement, *, entry: Entry, is_void: bool = False, is_unclaimed: bool = False
    ) -> None:
        said, stated = statement.read_as(GlassBroken), read_envelope(entry.envelope).digest
        before = self.broken.get(stated)
        if before is not None and (is_unclaimed or not before.is_unclaimed):
            return  # another's copy takes no debt over
        broken = BreakGlass(
            voice=voice,
            subject=said.about,
            reason=self._reason(entry, said.personal),
            review_due=said.review_due,
            reviewed_by=before.reviewed_by if before else (),
            is_void=is_void or is_unclaimed,
            is_unclaimed=is_unclaimed,
        )
        self.broken[stated] = broken

    def _judgement(self, voice: Voice, said: Approval, *, entry: Entry) -> Judgement:
        return Judgement(
            voice=voice,
            verdict=said.verdict,
            subject=said.about,
            reason=self._reason(entry, said.personal),
            read_for=said.read_for,
            asked_of_agent=said.asked_of_agent,
        )

    def _override(self, voice: Voice, said: Overriding, *, entry: Entry) -> Override:
        return Override(
            voice=voice,
            subject=said.about,
            requirements=said.requirements,
            reason=self._reason(entry, said.personal),
            until=said.until,
        )

    def _waiver(self, voice: Voice, said: Waiving, *, entry: Entry) -> Waiver:
        return Waiver(
            voice=voice,
            rule=said.rule,
            reason=self._reason(entry, said.personal),
            until=said.until,
            paths=said.paths,
            fingerprints=said.fingerprints,
        )

    def _attachment(self, voice: Voice, said: Document, *, entry: Entry) -> Attachment:
        text = self._beside(entry, said.personal).get("text")
        if text is not None and digest(text.encode("utf-8", "replace")) != said.digest:
            raise LedgerError("the text that lies beside it is not the document that was attached")
        return Attachment(voice=voice, subject=said.about, kind=said.kind, digest=said.digest, text=text)

    def _review(self, voice: Voice, said: BreakGlassReview) -> None:
        """A review of broken glass; of one that nobody broke, or of another change, it is a review of nothing."""
        broken = self.broken.get(said.reviews)
        if broken is None or broken.subject != said.about:
            raise LedgerError("it reviews no broken glass of that change")
        self.broken[said.reviews] = replace(broken, reviewed_by=(*broken.reviewed_by, voice))

    def _noted(self, statement: Statement, envelope: Envelope, *, entry: Entry) -> None:
        if statement.predicate_type == uri_of(Bypass):
            self.bypasses.append(_seen(statement.read_as(Bypass), entry.index))
        elif statement.predicate_type == uri_of(StatusSaid):
            said = statement.read_as(StatusSaid)
            if said.tree == self.subject.head_tree and statement.ledger == self.subject.ledger:
                self._status(said, envelope, entry=entry)
        elif self.weighed_at is None and statement.about == self.subject:
            self.weighed_at = statement.read_as(PackageDecision).at

    def _status(self, said: StatusSaid, envelope: Envelope, *, entry: Entry) -> None:
        if signer_of(envelope, self.settings.reporters_of(said.name)) is None:
            by = signer_of(envelope, self.settings.writers)
            raise LedgerError(
                f"{by.name if by else 'nobody'} says that {said.name} {said.state}, and may not report it"
            )
        self.statuses.append(
            Status(
                name=said.name,
                state=said.state,
                tree=said.tree,
                source=said.source,
                at=said.at,
                entry=entry.index,
                url=said.url,
            )
        )

    def _reason(self, entry: Entry, commitment: Digest | None) -> str:
        return self._beside(entry, commitment).get("reason", ERASED if commitment else "")

    def _beside(self, entry: Entry, commitment: Digest | None) -> Mapping[str, str]:
        """What lies beside the ledger of an entry; nothing where that is not what the entry commits to, which is told."""
        try:
            return self.open(entry, commitment)
        except LedgerError as problem:
            self.refused.append(f"entry {entry.index} counts without its words: {problem}")
            return {}


def _seen(said: Bypass, entry: int) -> BypassSeen:
    return BypassSeen(
        environment=said.environment,
        source=said.source,
        at=said.at,
        entry=entry,
        subject=said.commit or said.tree or said.image or "something",
        missing=said.missing,
    )
