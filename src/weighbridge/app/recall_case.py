"""The case of a kept package: enough to tell whose word would count, without weighing the change again."""

from datetime import datetime
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.app.acquaintances import people_of
from weighbridge.app.ask_gate import involved_in
from weighbridge.app.build_roster import build_roster
from weighbridge.app.carry_over import carry_over
from weighbridge.app.find_ownership import find_ownership, owners_of
from weighbridge.app.keep_packages import kept_packages, package_at
from weighbridge.app.ledger_desk import LedgerDesk, OpenLedger, subject_of
from weighbridge.app.look_elsewhere import look_elsewhere
from weighbridge.app.ports import Repository
from weighbridge.domain.change import Change, ChangeKind
from weighbridge.domain.gate import Gate, GateState, Requirement
from weighbridge.domain.ids import EvidenceId, ObjectId
from weighbridge.domain.impact import Impact
from weighbridge.domain.outcomes import CouldNotLook, Coverage
from weighbridge.domain.owners import Ownership
from weighbridge.domain.package import ReviewPackage
from weighbridge.domain.persons import Person
from weighbridge.domain.provenance import Origin, Provenance
from weighbridge.domain.record import Record, Subject
from weighbridge.domain.risk import Risk
from weighbridge.domain.trust import Trust
from weighbridge.ledger.people import Roster
from weighbridge.policy.case import Case
from weighbridge.policy.document import PolicyDocument
from weighbridge.policy.in_force import known_exceptions, standing_exceptions
from weighbridge.policy.judge.alone import SOLO_RULE
from weighbridge.policy.people import People
from weighbridge.policy.policy import Policy
from weighbridge.policy.population import Inhabitant, Population
from weighbridge.policy.since import case_since, gate_since
from weighbridge.policy.stamps import Stamps
from weighbridge.review.page_words import page_words


class Desk(Struct, frozen=True, kw_only=True):
    """Where what was said is read: the repository, its ledger, and by what it is judged."""

    repository: Repository
    trust: Trust
    policy: Policy
    ledger: LedgerDesk

    def people(self, opened: OpenLedger | None) -> tuple[People, Roster]:
        """Everybody who is known, and whose key is whose."""
        roster = (
            opened.roster
            if opened is not None
            else build_roster(self.trust, ledger=self.ledger.origin, machines=self.policy.people.bots)
        )
        return people_of(self.trust, self.policy, roster=roster), roster


class Recalled(Struct, frozen=True, kw_only=True):
    """A kept package with what was said since: its gate now, the case behind it, and whose key is whose."""

    package: ReviewPackage
    gate: Gate
    case: Case
    roster: Roster


def recall_case(desk: Desk, package: ReviewPackage, *, now: datetime, proposal: str = "") -> Recalled:
    """The package as it stands. Raises `LedgerError`, `LedgerFilesError`."""
    opened = desk.ledger.open()
    people, roster = desk.people(opened)
    change = package.decision.change
    subject = subject_of(package, opened.origin, proposal=proposal) if opened is not None else None
    record = _record(desk, opened, package=package, subject=subject)
    ownership = find_ownership(change, desk.trust)
    case = Case(
        policy=desk.policy,
        document=_document(package, ownership),
        people=people,
        involved=involved_in(change, record, subject=subject, people=people),
        record=record,
        subject=subject,
        now=now,
        ownership=ownership,
        elsewhere=look_elsewhere(desk.repository, people=people, trust=desk.trust),
        population=lambda: _population(package.decision.gate),
        stamps=lambda: Stamps(page_words=page_words(package)),
    )
    case = case_since(package.gate, case, answers=package.presentation.answers)
    gate = gate_since(package.gate, case)
    known = standing_exceptions(known_exceptions(case, gate.requirements))
    shown = replace(package.presentation, standing=gate, exceptions=tuple(known))
    return Recalled(package=replace(package, presentation=shown), gate=gate, case=case, roster=roster)


def case_of_ledger(desk: Desk, *, now: datetime) -> tuple[Case, Roster, OpenLedger | None]:
    """The exceptions of every change, judged as of now; nothing is before the gate. Raises `LedgerError`."""
    opened = desk.ledger.open()
    return case_of_exceptions(desk, opened, now=now), desk.people(opened)[1], opened


def case_of_exceptions(desk: Desk, opened: OpenLedger | None, *, now: datetime) -> Case:
    """The same of a ledger that was read. Raises `LedgerError`."""
    people, _ = desk.people(opened)
    return Case(
        policy=desk.policy,
        document=NO_CHANGE,
        people=people,
        record=opened.exceptions() if opened is not None else Record(),
        now=now,
        elsewhere=look_elsewhere(desk.repository, people=people, trust=desk.trust),
    )


def _record(desk: Desk, opened: OpenLedger | None, *, package: ReviewPackage, subject: Subject | None) -> Record:
    """What was said of exactly this, and of earlier forms of it as far as that carries over."""
    if opened is None or subject is None:
        return Record()
    heads = [commit.oid for commit in package.decision.change.commits]
    record, _ = opened.record(subject, heads=heads)
    find = partial(package_at, desk.repository)
    record = replace(record, is_anchored=opened.anchored > 0)
    return carry_over(record, package, subject=subject, allowed=desk.policy.carry_over, find=find).record


def asked_elsewhere(desk: Desk, record: Record) -> tuple[Requirement, ...]:
    """What is asked of the changes that overrides are about, where their packages are kept, for its words."""
    found: dict[EvidenceId, Requirement] = {}
    for head in {said.subject.head_commit for said in record.overrides} - {None}:
        for kept in kept_packages(desk.repository, head=str(head)):
            if kept.stored is not None:
                found |= {need.evidence: need for need in kept.stored.package.gate.requirements}
    return tuple(found.values())


def _document(package: ReviewPackage, ownership: Ownership | CouldNotLook) -> PolicyDocument:
    decision = package.decision
    return PolicyDocument(
        change=decision.change,
        provenance=decision.provenance,
        findings=decision.findings,
        outcomes=decision.outcomes,
        coverage=decision.coverage,
        impact=decision.impact,
        risk=package.presentation.risk,
        surfaces=decision.surfaces,
        components=decision.components,
        owners=owners_of(package, ownership),
    )


def _population(gate: Gate) -> Population:
    """The one person there is, as the decision found; nobody for sure where it did not."""
    for need in gate.requirements:
        if need.rule == SOLO_RULE and need.state is GateState.SATISFIED and need.because:
            name = need.because[0].partition(" is the only")[0]
            return Population(people=(Inhabitant(person=Person(name=name), parts=()),))
    return Population(people=())


_NOWHERE = ObjectId("0" * 40)
NO_CHANGE = PolicyDocument(
    change=Change(
        repository="",
        kind=ChangeKind.RANGE,
        range_text="",
        base_tree=_NOWHERE,
        head_tree=_NOWHERE,
        base_commit=None,
        head_commit=None,
        files=(),
    ),
    provenance=Provenance(origin=Origin.UNKNOWN),
    findings=(),
    outcomes=(),
    coverage=Coverage(),
    impact=Impact(),
    risk=Risk(percentile=None, baseline_percentile=None, sample=0, window="", model=""),
)
"""What exceptions are judged by where no change is before the gate."""
