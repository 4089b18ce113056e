"""What a person says of a change: prepared so that they can read exactly what they sign, then signed and put down."""

import secrets
from collections.abc import Callable
from datetime import datetime
from functools import cached_property

from msgspec import Struct

from weighbridge.app.ledger_desk import Draft, LedgerDesk, draft_about, draft_of_ledger, new_origin, subject_of
from weighbridge.app.signing import Signer
from weighbridge.domain.gate import Requirement
from weighbridge.domain.ids import Digest, digest
from weighbridge.domain.package import ReviewPackage
from weighbridge.domain.record import Subject, Verdict
from weighbridge.landscape.documents.shapes import nearest
from weighbridge.ledger.append import Appended
from weighbridge.ledger.personal import Personal, personal_values
from weighbridge.ledger.predicates.approval import Approval
from weighbridge.ledger.predicates.break_glass import BreakGlass
from weighbridge.ledger.predicates.break_glass_review import BreakGlassReview
from weighbridge.ledger.predicates.document import Document
from weighbridge.ledger.predicates.override import Override
from weighbridge.ledger.predicates.waiver import Waiver
from weighbridge.ledger.statement import read_statement
from weighbridge.ledger.verifier_keys import WriterKey
from weighbridge.review.read_package import PackageError


class NotCountedError(Exception):
    """What was to be signed could not count: the message says why, and that nothing was signed."""


class Speaker(Struct, frozen=True, kw_only=True, dict=True):
    """Where and when somebody speaks: the ledger's desk, the machine that records it, and what the repository is called."""

    desk: LedgerDesk
    writer: WriterKey
    repository: str
    proposal: str = ""

    @cached_property
    def origin(self) -> str:
        """The ledger's name, looked up once; a new one where there is none yet and Trust names none. Raises `LedgerError`."""
        there = self.desk.open()
        if there is not None:
            return there.origin
        self.desk.may_begin(self.desk.origin)
        return self.desk.origin or new_origin(self.repository, secrets.token_bytes(8))

    def now(self) -> datetime:
        """The time that is stated, in whole seconds."""
        return self.desk.clock.now().replace(microsecond=0)


class Prepared(Struct, frozen=True, kw_only=True):
    """A statement before it is signed, and the decision that it is about: what a person compares on another screen."""

    draft: Draft
    origin: str

    @property
    def decision(self) -> Digest | None:
        """The digest of the decision that it names, which the pages of that package show; None where it is about none."""
        about = read_statement(self.draft.payload).about
        return None if about is None else about.decision

    @property
    def digest(self) -> Digest:
        """The statement's digest."""
        return self.draft.digest


class Occasion(Struct, frozen=True, kw_only=True):
    """Of what something is said, when, and which machine's key records it."""

    about: Subject
    at: datetime
    writer: str


Predicate = Callable[[Occasion], Struct]
"""What is said on an occasion."""


def prepare_verdict(
    speaker: Speaker,
    package: ReviewPackage,
    *,
    verdict: Verdict,
    reason: str = "",
    read_for: int | None = None,
    asked_of_agent: bool = False,
) -> Prepared:
    """An approval, a rejection or a comment on exactly this package. Raises `PackageError`, `LedgerError`."""
    personal = personal_values({"reason": reason}) if reason else None

    def said(when: Occasion) -> Struct:
        return Approval(
            about=when.about,
            at=when.at,
            verdict=verdict,
            read_for=read_for,
            asked_of_agent=asked_of_agent,
            personal=personal.commitment if personal else None,
            writer=when.writer,
        )

    return _about(speaker, package, said=said, personal=personal)


def prepare_override(
    speaker: Speaker, package: ReviewPackage, *, rules: tuple[str, ...], reason: str, until: datetime
) -> Prepared:
    """Lets open requirements of these rules of one change pass until a time. Raises `PackageError`, `LedgerError`."""
    requirements = tuple(need.evidence for need in open_of(package, rules))
    personal = personal_values({"reason": reason})

    def said(when: Occasion) -> Struct:
        return Override(
            about=when.about,
            at=when.at,
            requirements=requirements,
            until=until,
            personal=personal.commitment,
            writer=when.writer,
        )

    return _about(speaker, package, said=said, personal=personal)


def open_of(package: ReviewPackage, rules: tuple[str, ...]) -> tuple[Requirement, ...]:
    """What these rules ask for and is open. Raises `PackageError` where one of them has nothing open."""
    waiting = package.gate.open
    open_rules = list(dict.fromkeys(need.rule for need in waiting))
    known = list(dict.fromkeys(need.rule for need in package.gate.requirements))
    for rule in rules:
        if rule in open_rules:
            continue
        if rule in known:
            raise PackageError(f"nothing that {rule} asks for is open here; open are {', '.join(open_rules) or 'none'}")
        close = nearest(rule, known)
        hint = f"did you mean {close}?" if close else f"open are {', '.join(open_rules) or 'none'}"
        raise PackageError(f"no rule {rule} asks anything of this change: {hint}")
    return tuple(need for need in waiting if need.rule in rules)


def prepare_break_glass(speaker: Speaker, package: ReviewPackage, *, reason: str, review_due: datetime) -> Prepared:
    """Passes a change at once, and owes a review of it. Raises `PackageError`, `LedgerError`."""
    personal = personal_values({"reason": reason})

    def said(when: Occasion) -> Struct:
        return BreakGlass(
            about=when.about,
            at=when.at,
            review_due=review_due,
            personal=personal.commitment,
            writer=when.writer,
        )

    return _about(speaker, package, said=said, personal=personal)


def prepare_review(speaker: Speaker, subject: Subject, *, broken: Digest, reason: str) -> Prepared:
    """Reviews a change that was passed by breaking the glass. Raises `LedgerError`."""
    personal = personal_values({"reason": reason})
    said = BreakGlassReview(
        about=subject,
        at=speaker.now(),
        reviews=broken,
        personal=personal.commitment,
        writer=str(speaker.writer.verifier),
    )
    return Prepared(draft=draft_about(said, subject, personal=personal), origin=subject.ledger)


def prepare_document(speaker: Speaker, package: ReviewPackage, *, kind: str, text: str) -> Prepared:
    """Attaches a document, whose text lies beside the ledger. Raises `PackageError`, `LedgerError`."""
    personal = personal_values({"text": text})

    def said(when: Occasion) -> Struct:
        return Document(
            about=when.about,
            at=when.at,
            kind=kind,
            digest=digest(text.encode("utf-8", "replace")),
            personal=personal.commitment,
            writer=when.writer,
        )

    return _about(speaker, package, said=said, personal=personal)


def prepare_waiver(
    speaker: Speaker,
    *,
    rule: str,
    reason: str,
    until: datetime,
    paths: tuple[str, ...] = (),
    fingerprints: tuple[str, ...] = (),
) -> Prepared:
    """Accepts findings of a rule until a time. Raises `LedgerError`."""
    personal, origin = personal_values({"reason": reason}), speaker.origin
    said = Waiver(
        at=speaker.now(),
        rule=rule,
        until=until,
        paths=paths,
        fingerprints=fingerprints,
        personal=personal.commitment,
        writer=str(speaker.writer.verifier),
    )
    return Prepared(draft=draft_of_ledger(said, origin, personal=personal), origin=origin)


def put_down(speaker: Speaker, prepared: Prepared, *, signer: Signer) -> Appended:
    """Sign the statement and append it. Raises `SigningError`, `LedgerError`, `LedgerFilesError`."""
    return speaker.desk.append([prepared.draft.signed(signer)], writer=speaker.writer, origin=prepared.origin)


def _about(speaker: Speaker, package: ReviewPackage, *, said: Predicate, personal: Personal | None) -> Prepared:
    if package.decision.change.head_commit is None:
        raise PackageError("this package is of a tree that no commit has: commit it, and weigh the commit")
    origin = speaker.origin
    subject = subject_of(package, origin, proposal=speaker.proposal)
    predicate = said(Occasion(about=subject, at=speaker.now(), writer=str(speaker.writer.verifier)))
    return Prepared(draft=draft_about(predicate, subject, personal=personal), origin=origin)
