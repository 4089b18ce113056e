"""Ask the gate: what a change still needs, with everything that was proven to be said of it by now."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.app.acquaintances import enrolled
from weighbridge.app.carry_over import Carried, FindPackage, carry_over
from weighbridge.app.find_approvals import LOOKED_BACK, find_approvals
from weighbridge.app.involved_elsewhere import involved_elsewhere
from weighbridge.app.ledger_desk import LedgerDesk, OpenLedger, subject_of
from weighbridge.app.review_change import Weighed
from weighbridge.domain.change import Change
from weighbridge.domain.exceptions import KnownException
from weighbridge.domain.gate import Gate, GateState, Requirement, RequirementKind
from weighbridge.domain.ids import Digest
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.package import ReviewPackage
from weighbridge.domain.record import Attachment, BreakGlass, Judgement, Override, Record, Subject
from weighbridge.ledger.errors import LedgerError
from weighbridge.ledger.files import LedgerFilesError
from weighbridge.policy.asking import asking, moment_of
from weighbridge.policy.case import Case
from weighbridge.policy.firm import held_firm
from weighbridge.policy.gate import decide_gate
from weighbridge.policy.in_force import known_exceptions, standing_exceptions
from weighbridge.policy.judge.alone import not_separated
from weighbridge.policy.judge.checks import statuses_counted
from weighbridge.policy.judge.findings import waivers_used
from weighbridge.policy.needs import Involved
from weighbridge.policy.people import People, involvement, with_requesters
from weighbridge.policy.policy import Environment
from weighbridge.policy.population import Population, joined
from weighbridge.policy.stamps import Stamps
from weighbridge.review.compose import summary
from weighbridge.review.page_words import page_words

NO_SOURCE: Final = {
    name: CouldNotLook(reason=Reason.NOT_CONFIGURED, detail=f"{words} have no source yet")
    for name, words in (("forge-reviews", "reviews on a forge"), ("rollout-plans", "rollout plans"))
}
"""What later versions bring: a requirement that needs it cannot be met by its silence."""


_NO_LEDGER: Final = CouldNotLook(
    reason=Reason.NOT_CONFIGURED,
    detail="there is no ledger here that checks could be reported to",
    remedy="`weighbridge report` says what one came to",
)


class Asked(Struct, frozen=True, kw_only=True):
    """The gate's answer: about exactly what, on which record, with what a reader should know of the ledger."""

    gate: Gate
    package: ReviewPackage
    record: Record
    case: Case
    """What was put before the gate, with all that was said of it."""
    subject: Subject | None = None
    relied_on: tuple[Digest, ...] = ()
    """The statements about exactly this change that were read, and the waivers that count for it."""
    carried: tuple[Carried, ...] = ()
    notices: tuple[str, ...] = ()
    not_separated: tuple[str, ...] = ()
    """What the only person of a repository did that takes two, without a name."""


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
        ledger = desk.open()
        subject = subject_of(weighed.package, ledger.origin, proposal=proposal) if ledger else None
        heads = [commit.oid for commit in weighed.package.decision.change.commits]
        record, weighed_at = ledger.record(subject, heads=heads) if ledger and subject else (Record(), None)
    except (LedgerError, LedgerFilesError) as error:
        return _blind(weighed, str(error))
    case = weighed.case
    carried: tuple[Carried, ...] = ()
    if subject is not None:
        over = carry_over(record, weighed.package, subject=subject, allowed=case.policy.carry_over, find=find)
        record, carried = over.record, over.carried
    people = case.people
    if ledger is not None:
        people = replace(people, persons=(*people.persons, *enrolled(ledger.roster)))
    asked = replace(
        case,
        people=people,
        involved=involved_in(case.document.change, record, subject=subject, people=people),
        papers=weighed.find_papers([a for a in record.attachments if a.subject == subject]),
        record=replace(record, missing=_missing(record, ledger)),
        subject=subject,
        now=now,
        weighed_at=weighed_at,
        environment=environment,
        involved_in=involved_elsewhere(weighed.repository, people),
        population=_population(case, ledger),
        stamps=lambda: _stamps(weighed, ledger, people=people, now=now),
    )
    asked = held_firm(replace(asked, holds=asking(case.document, case.policy, moment=moment_of(asked))))
    gate = decide_gate(asked)
    known = tuple(standing_exceptions(known_exceptions(asked, gate.requirements)))
    notices = tuple(notice.words for notice in ledger.notices) if ledger else tuple(filter(None, (desk.absence,)))
    return Asked(
        gate=gate,
        package=_standing(weighed.package, gate, notices=(*record.refused, *notices), exceptions=known),
        record=record,
        case=asked,
        subject=subject,
        relied_on=tuple(ledger.digest_of(entry) for entry in _relied_on(asked)) if ledger else (),
        carried=tuple(
            replace(each, statements=tuple(map(ledger.digest_of, each.entries))) for each in carried if ledger
        ),
        notices=notices,
        not_separated=not_separated(asked, called="the only person here"),
    )


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
    yield from (counted.status.entry for counted in statuses_counted(case))


def _missing(record: Record, ledger: OpenLedger | None) -> dict[str, CouldNotLook]:
    """What nobody could ask."""
    return {**NO_SOURCE, **({} if ledger else {"statuses": _NO_LEDGER}), **record.missing}


def _entries(record: Record, subject: Subject | None) -> Iterator[int]:
    """Where the statements stand that are about exactly this change."""
    said: tuple[Judgement | Override | BreakGlass | Attachment, ...] = (
        *record.judgements,
        *record.overrides,
        *record.break_glass,
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
    blind = replace(gate, state=GateState.ERROR, requirements=(*gate.requirements, look))
    return Asked(gate=blind, package=_standing(weighed.package, blind), record=Record(), case=weighed.case)


def _standing(
    package: ReviewPackage, gate: Gate, *, notices: tuple[str, ...] = (), exceptions: tuple[KnownException, ...] = ()
) -> ReviewPackage:
    said = summary(replace(package.decision, gate=gate), package.presentation.risk)
    shown = replace(package.presentation, standing=gate, notices=notices, summary=said, exceptions=exceptions)
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
