"""Put on record what was weighed and what the gate came to, signed by the machine that did it.

A satisfied gate is also said in SLSA's words, for whoever reads those: a verification summary of the head, and the source
provenance that it rests on.
"""

from collections.abc import Iterator
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Final

from msgspec import Struct

from weighbridge.app.ask_gate import Asked
from weighbridge.app.ledger_desk import draft_about, subject_of
from weighbridge.app.speak_of_change import Speaker
from weighbridge.domain.findings import FindingState
from weighbridge.domain.gate import GateState
from weighbridge.domain.ids import Digest, ObjectId
from weighbridge.domain.record import Subject, Verdict
from weighbridge.ledger.append import Addition, Appended
from weighbridge.ledger.envelope import Envelope, sign_as_writer
from weighbridge.ledger.predicates.carry_over import CarryOver
from weighbridge.ledger.predicates.decision import Decision, RequirementState
from weighbridge.ledger.predicates.package_decision import PackageDecision
from weighbridge.ledger.predicates.slsa_summary import Reference
from weighbridge.ledger.predicates.source_provenance import Control, SourceProvenance
from weighbridge.ledger.slsa import Revision, provenance_payload, summary_payload
from weighbridge.policy.combine import PASSED
from weighbridge.policy.judge.checks import statuses_counted
from weighbridge.policy.policy import Environment, Policy
from weighbridge.review.read_package import PackageError

GATE_CONTROL: Final = "ORG_SOURCE_WEIGHBRIDGE_GATE"
"""What SLSA calls a control: no revision is said to be reviewed that the gate did not let pass."""


MOST_FORMS: Final = 200
"""Commits of a change that a decision names: an entry holds 64 KB."""


class Origin(Struct, frozen=True, kw_only=True):
    """What others know a repository and its policy by: the address, the protected branch, the policy with its digest."""

    repository: str
    branch: str
    policy: Reference


def record_decision(
    speaker: Speaker,
    asked: Asked,
    *,
    environment: str = "",
    expires: datetime | None = None,
    origin: Origin | None = None,
) -> Appended:
    """Append that this was weighed, and the gate's state. Raises `PackageError`, `LedgerError`, `LedgerFilesError`.

    With `origin` a satisfied gate is said in SLSA's words too.
    """
    package = asked.package
    change = package.decision.change
    if change.head_commit is None:
        raise PackageError("this package is of a tree that no commit has: commit it, and weigh the commit")
    ledger = speaker.origin
    about = asked.subject or subject_of(package, ledger, proposal=speaker.proposal)
    at, gate = speaker.now(), package.decision.gate
    weighed = PackageDecision(
        about=about, at=at, state=gate.state, level=gate.level, policy=gate.policy, tool=package.decision.tool
    )
    decided = Decision(
        about=about,
        at=at,
        state=asked.gate.state,
        policy=asked.gate.policy,
        requirements=tuple(
            RequirementState(requirement=need.evidence, rule=need.rule, state=need.state)
            for need in asked.gate.requirements
        ),
        relied_on=(*asked.relied_on, *(digest for each in asked.carried for digest in each.statements)),
        environment=environment,
        expires=expires,
        commits=tuple(commit.oid for commit in change.commits[:MOST_FORMS]),
        not_separated=asked.not_separated,
        tool=package.decision.tool,
    )
    over = _carried_over(asked, about, at=at)
    payloads = [draft_about(said, about).payload for said in (weighed, *over, decided)]
    if origin is not None and asked.gate.state is GateState.SATISFIED:
        decision = Envelope(payload=payloads[-1]).digest
        payloads += _in_slsas_words(asked, decided, origin=origin, decision=decision, previous=change.base_commit)
    additions = [Addition(envelope=bytes(sign_as_writer(payload, speaker.writer))) for payload in payloads]
    return speaker.desk.append(additions, writer=speaker.writer, origin=ledger)


def _carried_over(asked: Asked, about: Subject, *, at: datetime) -> list[CarryOver]:
    return [
        CarryOver(
            about=about,
            at=at,
            earlier=carried.earlier,
            approvals=carried.statements,
            policy=asked.package.decision.gate.policy,
            gone=carried.gone,
        )
        for carried in asked.carried
    ]


def _in_slsas_words(
    asked: Asked, decided: Decision, *, origin: Origin, decision: Digest, previous: ObjectId | None
) -> Iterator[bytes]:
    """The provenance first, then the summary that refers to it.

    The level is the least: what else protects the repository is not seen from here. The summary names no branch, for the
    change is on none that is protected yet.
    """
    judged = [judgement for judgement in asked.record.judgements if judgement.subject == asked.subject]
    pairs = zip(asked.relied_on, judged, strict=False)  # judgements are the first of what was relied on
    approvals = tuple(digest for digest, judgement in pairs if judgement.verdict is Verdict.APPROVE)
    approvals += tuple(digest for each in asked.carried for digest in each.statements)
    provenance = provenance_payload(
        SourceProvenance(
            about=decided.about,
            at=decided.at,
            repository=origin.repository,
            branch=origin.branch,
            previous=previous,
            controls=(Control(name=GATE_CONTROL),),
            decision=decision,
            approvals=approvals,
        )
    )
    yield provenance
    algorithm, _, digits = Envelope(payload=provenance).digest.partition(":")
    yield summary_payload(
        decided.about,
        Revision(repository=origin.repository, attestations=(Reference(digest={algorithm: digits}),)),
        state=decided.state,
        at=decided.at,
        policy=origin.policy,
    )


def runs_out(
    asked: Asked, policy: Policy, *, environment: Environment | None = None, now: datetime | None = None
) -> datetime | None:
    """When the first of what a passed gate rests on runs out; None where nothing does, or it did not pass.

    What had run out by `now` was not counted, and ends nothing. Broken glass is no part of it: whether its review was given
    is asked when it falls due.
    """
    if asked.gate.state not in PASSED:
        return None
    ends = _ends(asked, policy, environment=environment)
    return min((each for each in ends if now is None or each > now), default=None)


def _ends(asked: Asked, policy: Policy, *, environment: Environment | None) -> Iterator[datetime]:
    record, gate = asked.record, asked.gate
    lasts = [each for each in (policy.approvals_last, environment and environment.approvals_last) if each]
    carried = {entry for each in asked.carried for entry in each.entries}
    newest = {
        judgement.voice.person: judgement.voice.at
        for judgement in sorted(record.judgements, key=lambda each: each.voice.at)
        if (judgement.subject == asked.subject or judgement.voice.entry in carried)
        and judgement.verdict is Verdict.APPROVE
    }
    if lasts:
        yield from (at + min(lasts) for at in newest.values())
    states = {need.state for need in gate.requirements}
    if GateState.OVERRIDDEN in states:
        yield from (each.until for each in record.overrides if each.subject == asked.subject)
    found = {weighed.finding.rule for weighed in asked.package.decision.findings if weighed.state is FindingState.NEW}
    yield from (each.until for each in record.waivers if any(fnmatchcase(rule, each.rule) for rule in found))
    yield from (counted.until for counted in statuses_counted(asked.case) if counted.until is not None)
