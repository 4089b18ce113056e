"""Ask the gate: what a change still needs, with everything that was proven to be said of it by now."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.app.acquaintances import enrolled
from weighbridge.app.carry_over import Carried, CarriedOver, FindPackage, carry_over
from weighbridge.app.find_approvals import find_approvals
from weighbridge.app.ledger_desk import LedgerDesk, OpenLedger, subject_of
from weighbridge.app.left_behind import Forms, left_behind, older_forms
from weighbridge.app.look_elsewhere import look_elsewhere
from weighbridge.app.review_change import Weighed
from weighbridge.domain.change import Change
from weighbridge.domain.exceptions import KnownException
from weighbridge.domain.gate import BY_PEOPLE, EXCEPTED, Gate, GateState, Requirement, RequirementKind, leaves
from weighbridge.domain.ids import Digest
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.package import ReviewPackage
from weighbridge.domain.record import Attachment, BreakGlass, Judgement, Override, Record, Subject, Verdict
from weighbridge.ledger.errors import LedgerError
from weighbridge.ledger.files import LedgerFilesError
from weighbridge.ledger.trusted_ledger import NoticeKind
from weighbridge.policy.asking import asking, moment_of
from weighbridge.policy.case import Case
from weighbridge.policy.firm import held_firm
from weighbridge.policy.gate import decide_gate
from weighbridge.policy.in_force import known_exceptions, standing_exceptions
from weighbridge.policy.judge.alone import not_separated
from weighbridge.policy.judge.checks import NO_SOURCE, UNASKED, statuses_against, statuses_counted
from weighbridge.policy.judge.findings import waivers_used
from weighbridge.policy.needs import Involved
from weighbridge.policy.people import People, involvement, with_requesters
from weighbridge.policy.policy import Environment
from weighbridge.policy.population import Population, joined
from weighbridge.policy.stamps import LOOKED_BACK, Stamps
from weighbridge.review.compose import summary
from weighbridge.review.page_words import page_words

_UNREAD: Final = "what it came to is unknown: the ledger could not be read"
_NO_LEDGER: Final = CouldNotLook(
    reason=Reason.NOT_CONFIGURED,
    detail="there is no ledger here that checks could be reported to",
    remedy="`weighbridge report` says what one came to",
)


class Asked(Struct, frozen=True, kw_only=True):
    """The gate's answer to what was put before it, with what a reader should know of the ledger."""

    gate: Gate
    package: ReviewPackage
    case: Case
    relied_on: tuple[Digest, ...] = ()
    """The statements about exactly this change that were read, and the waivers that count for it."""
    carried: tuple[Carried, ...] = ()
    notices: tuple[str, ...] = ()
    not_separated: tuple[str, ...] = ()
    """What the only person of a repository did that takes two, without a name."""

    @property
    def record(self) -> Record:
        """Everything that was said of the change."""
        return self.case.record

    @property
    def subject(self) -> Subject | None:
        """Exactly what counts as said of it; None where there is no ledger that it could be said in."""
        return self.case.subject


class _OnLedger(Struct, frozen=True, kw_only=True):
    """What the ledger holds of a change: everything that was said of its forms, and what of that is carried over."""

    ledger: OpenLedger | None
    subject: Subject | None
    record: Record
    over: CarriedOver
    weighed_at: datetime | None = None


def ask_gate(
    weighed: Weighed,
    desk: LedgerDesk,
    *,
    now: datetime,
    find: FindPackage,
    proposal: str = "",
    environment: Environment | None = None,
) -> Asked:
    """What the change still needs at `now`, and its package with that in it; `find` gives kept packages of earlier forms.

    A ledger that cannot be believed, or read, is something that must be looked at: nothing that was said counts.
    """
    try:
        found = _read(weighed, desk, find=find, proposal=proposal)
    except (LedgerError, LedgerFilesError) as error:
        return _blind(weighed, str(error))
    asked, ledger = _case(weighed, found, now=now, environment=environment), found.ledger
    gate = decide_gate(asked)
    known = tuple(standing_exceptions(known_exceptions(asked, gate.requirements)))
    notices = tuple(_notices(ledger, gate)) if ledger else tuple(filter(None, (desk.absence,)))
    return Asked(
        gate=gate,
        package=_standing(
            weighed.package,
            gate,
            notices=(*asked.record.refused, *notices),
            exceptions=known,
            left_behind=_left_behind(weighed, found, gate=gate),
        ),
        case=asked,
        relied_on=tuple(map(ledger.digest_of, dict.fromkeys(_relied_on(asked)))) if ledger else (),
        carried=tuple(
            replace(each, statements=tuple(map(ledger.digest_of, each.entries)))
            for each in found.over.carried
            if ledger
        ),
        notices=notices,
        not_separated=not_separated(asked, called="the only person here"),
    )


def _case(weighed: Weighed, found: _OnLedger, *, now: datetime, environment: Environment | None) -> Case:
    """The change before the gate, with everything that was said of it."""
    case, ledger, subject, record = weighed.case, found.ledger, found.subject, found.over.record
    people = case.people
    if ledger is not None:
        people = replace(people, persons=(*people.persons, *enrolled(ledger.roster)))
    asked = replace(
        case,
        people=people,
        involved=involved_in(case.document.change, record, subject=subject, people=people),
        papers=weighed.find_papers([a for a in record.attachments if a.subject == subject]),
        record=replace(record, missing=_missing(record, ledger), is_anchored=bool(ledger and ledger.anchored)),
        subject=subject,
        now=now,
        weighed_at=found.weighed_at,
        environment=environment,
        elsewhere=look_elsewhere(weighed.repository, people=people, trust=weighed.trust),
        population=_population(case, ledger),
        stamps=lambda: _stamps(weighed, ledger, people=people, now=now),
    )
    return held_firm(replace(asked, holds=asking(case.document, case.policy, moment=moment_of(asked))))


def _read(weighed: Weighed, desk: LedgerDesk, *, find: FindPackage, proposal: str) -> _OnLedger:
    ledger = desk.open_to_decide()
    if ledger is None:
        return _OnLedger(ledger=None, subject=None, record=Record(), over=CarriedOver(record=Record()))
    package, allowed = weighed.package, weighed.case.policy.carry_over
    subject = subject_of(package, ledger.origin, proposal=proposal)
    heads = [commit.oid for commit in package.decision.change.commits]
    record, weighed_at = ledger.record(subject, heads=heads)
    over = carry_over(record, package, subject=subject, allowed=allowed, find=find)
    return _OnLedger(ledger=ledger, subject=subject, record=record, over=over, weighed_at=weighed_at)


def involved_in(
    change: Change, record: Record, *, subject: Subject | None, people: People
) -> Mapping[str, frozenset[Involved]]:
    """Who is involved in a change by its commits, and by what they say of themselves."""
    said = (judgement for judgement in record.judgements if judgement.subject == subject)
    return with_requesters(involvement(change, people), said, people=people)


def _relied_on(case: Case) -> Iterator[int]:
    """Where what the gate counted stands; judgements first."""
    yield from _entries(case.record, case.subject)
    yield from (waiver.voice.entry for waiver in waivers_used(case))
    statuses = (*(each.status for each in statuses_counted(case)), *statuses_against(case))
    yield from (status.entry for status in statuses if status.entry is not None)
    yield from _rejected_otherwise(case.record, case.subject)


def _rejected_otherwise(record: Record, subject: Subject | None) -> Iterator[int]:
    """Where the same step was rejected under another decision or proposal, which the gate heard too."""
    for said in record.judgements:
        is_other = subject is not None and said.subject != subject and said.subject.is_same_step(subject)
        if is_other and said.verdict is Verdict.REJECT:
            yield said.voice.entry


def _missing(record: Record, ledger: OpenLedger | None) -> dict[str, CouldNotLook]:
    """What nobody could ask."""
    return {**NO_SOURCE, **({} if ledger else {"statuses": _NO_LEDGER}), **record.missing}


def _entries(record: Record, subject: Subject | None) -> Iterator[int]:
    """Where the statements stand that are about exactly this change."""
    said: tuple[Judgement | Override | BreakGlass | Attachment, ...] = (
        *record.judgements,
        *record.overrides,
        *(broken for broken in record.break_glass if not broken.is_void),
        *record.attachments,
    )
    yield from (each.voice.entry for each in said if each.subject == subject)


def _blind(weighed: Weighed, why: str) -> Asked:
    gate = weighed.package.decision.gate
    look = Requirement(
        kind=RequirementKind.LOOK,
        rule="ledger",
        state=GateState.ERROR,
        ask="look at the ledger",
        because=(why,),
    )
    asked = tuple(map(_unread, gate.requirements))
    is_only_told = gate.report_only or weighed.case.policy.is_only_told
    blind = replace(gate, state=GateState.ERROR, requirements=(*asked, look), report_only=is_only_told)
    return Asked(gate=blind, package=_standing(weighed.package, blind), case=weighed.case)


def _unread(need: Requirement) -> Requirement:
    """The requirement, where nobody can tell what a check came to: that is unknown, and not a check that nobody ran."""
    if need.parts:
        return replace(need, parts=tuple(map(_unread, need.parts)))
    if UNASKED not in need.because:
        return need
    because = tuple(_UNREAD if words == UNASKED else words for words in need.because)
    return replace(need, state=GateState.ERROR, because=because)


def _notices(ledger: OpenLedger, gate: Gate) -> Iterator[str]:
    """What a reader should know of the ledger; that nothing anchors it, where somebody's word in it was counted.

    On a page that rests on nobody's word it would be passed over, and then on the others too.
    """
    is_leant_on = any(
        need.state in EXCEPTED or (need.kind in BY_PEOPLE and need.met_by) for need in leaves(gate.requirements)
    )
    for notice in ledger.notices:
        if is_leant_on or notice.kind is not NoticeKind.UNANCHORED:
            yield notice.brief


def _left_behind(weighed: Weighed, found: _OnLedger, *, gate: Gate) -> tuple[str, ...]:
    """The sentences on approvals of earlier forms that do not count."""
    if found.ledger is None or found.subject is None:
        return ()
    change, allowed = weighed.package.decision.change, weighed.case.policy.carry_over
    forms = Forms(record=found.record, over=found.over, subject=found.subject, allowed=allowed)
    try:
        older = older_forms(found.ledger, weighed.repository, change=change, subject=found.subject, gate=gate)
    except (LedgerError, LedgerFilesError) as error:
        return (*left_behind(forms), f"approvals of earlier forms could not be looked for: {error}")
    return left_behind(forms, older)


def _standing(
    package: ReviewPackage,
    gate: Gate,
    *,
    notices: tuple[str, ...] = (),
    exceptions: tuple[KnownException, ...] = (),
    left_behind: tuple[str, ...] = (),
) -> ReviewPackage:
    said = summary(replace(package.decision, gate=gate), package.presentation.risk)
    shown = replace(
        package.presentation,
        standing=gate,
        notices=notices,
        summary=said,
        exceptions=exceptions,
        left_behind=left_behind,
    )
    return replace(package, presentation=shown)


def _stamps(weighed: Weighed, ledger: OpenLedger | None, *, people: People, now: datetime) -> Stamps:
    """How approvals were given, as far as the policy asks: other changes' packages are read only for shares."""
    terms, words = weighed.case.policy.rubber_stamps, page_words(weighed.package)
    if ledger is None or not (terms.share or terms.batch):
        return Stamps(page_words=words)
    has_packages = bool(terms.share)
    given = find_approvals(
        ledger, weighed.repository, people=people, since=now - LOOKED_BACK, with_packages=has_packages
    )
    return Stamps(page_words=words, given=given)


def _population(case: Case, ledger: OpenLedger | None) -> Callable[[], Population] | None:
    """The people of the repository, with those whom its ledger enrols."""
    found = case.population
    if found is None or ledger is None:
        return found
    return lambda: joined(found(), enrolled(ledger.roster))
