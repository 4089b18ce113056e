"""Ask the gate: what a change still needs, with everything that was proven to be said of it by now."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.app.acquaintances import enrolled
from weighbridge.app.carry_over import Carried, FindPackage, carry_over
from weighbridge.app.ledger_desk import LedgerDesk, subject_of
from weighbridge.app.review_change import Weighed
from weighbridge.domain.gate import Gate, GateState, Requirement, RequirementKind
from weighbridge.domain.ids import Digest
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.package import ReviewPackage
from weighbridge.domain.record import Attachment, BreakGlass, Judgement, Override, Record, Subject
from weighbridge.ledger.errors import LedgerError
from weighbridge.ledger.files import LedgerFilesError
from weighbridge.policy.asking import asking
from weighbridge.policy.expiry import runs_out, waivers_used
from weighbridge.policy.gate import decide_gate
from weighbridge.policy.people import involvement, with_requesters
from weighbridge.policy.policy import Environment
from weighbridge.review.compose import summary

NO_SOURCE: Final = {
    name: CouldNotLook(reason=Reason.NOT_CONFIGURED, detail=f"{words} have no source yet")
    for name, words in (("forge-reviews", "reviews on a forge"), ("rollout-plans", "rollout plans"))
}
"""What later versions bring: a requirement that needs it cannot be met by its silence."""


class Asked(Struct, frozen=True, kw_only=True):
    """The gate's answer: about exactly what, on which record, with what a reader should know of the ledger."""

    gate: Gate
    package: ReviewPackage
    record: Record
    subject: Subject | None = None
    relied_on: tuple[Digest, ...] = ()
    """The statements about exactly this change that were read, and the waivers that count for it."""
    carried: tuple[Carried, ...] = ()
    notices: tuple[str, ...] = ()
    expires: datetime | None = None
    """When the gate may be another because time went by."""


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
        involved=with_requesters(
            involvement(case.document.change, people),
            (j for j in record.judgements if j.subject == subject),
            people=people,
        ),
        papers=weighed.find_papers([a for a in record.attachments if a.subject == subject]),
        holds=asking(case.document, case.policy, now=now, environment=environment),
        record=replace(record, missing={**NO_SOURCE, **record.missing}),
        subject=subject,
        now=now,
        weighed_at=weighed_at,
        environment=environment,
    )
    notices = tuple(notice.words for notice in ledger.notices) if ledger else ()
    entries = (*_entries(record, subject), *(waiver.voice.entry for waiver in waivers_used(asked)))
    return Asked(
        gate=(gate := decide_gate(asked)),
        package=_standing(weighed.package, gate, notices=(*record.refused, *notices)),
        record=record,
        subject=subject,
        relied_on=tuple(ledger.digest_of(entry) for entry in entries) if ledger else (),
        carried=tuple(
            replace(each, statements=tuple(map(ledger.digest_of, each.entries))) for each in carried if ledger
        ),
        notices=notices,
        expires=runs_out(asked, gate),
    )


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
    return Asked(gate=blind, package=_standing(weighed.package, blind), record=Record())


def _standing(package: ReviewPackage, gate: Gate, *, notices: tuple[str, ...] = ()) -> ReviewPackage:
    said = summary(replace(package.decision, gate=gate), package.presentation.risk)
    return replace(package, presentation=replace(package.presentation, standing=gate, notices=notices, summary=said))
