"""Findings: what is new, bad and sure enough to stand in the way, unless somebody accepted it for a while."""

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

from weighbridge.domain.findings import Finding, FindingState
from weighbridge.domain.gate import GateState, Requirement, RequirementKind
from weighbridge.domain.outcomes import OutcomeState
from weighbridge.domain.record import Waiver
from weighbridge.policy.case import Asked, Case
from weighbridge.policy.judge.voices import count_voices
from weighbridge.policy.needs import FindingsNeed, ScannedNeed
from weighbridge.policy.policy import Policy


def blocking_need(policy: Policy) -> FindingsNeed:
    """That no finding is new which stands in the way whatever the rules ask."""
    return FindingsNeed(severity=policy.blocking.severity, confidence=policy.blocking.confidence)


def judge_findings(need: FindingsNeed, case: Case, *, asked: Asked) -> Requirement | None:
    """Whether findings that `need` speaks of stand in the way; None when there are none."""
    found = list(_meant(need, case))
    if not found:
        return None
    waived = {f.fingerprint: waiver for f in found for waiver in _waivers(f, case)[:1]}
    rest = [f for f in found if f.fingerprint not in waived]
    count = len(found)
    return Requirement(
        kind=RequirementKind.FINDINGS,
        rule=asked.rule,
        state=GateState.UNSATISFIED if rest else GateState.OVERRIDDEN,
        ask=f"resolve {count} blocking finding{'s' if count > 1 else ''}",
        because=tuple(f"{f.rule} at {f.place}" for f in rest or found),
        cites=tuple(f.evidence for f in rest or found),
        met_by=tuple(dict.fromkeys(_said(waiver) for waiver in waived.values())),
    )


def judge_scanned(need: ScannedNeed, case: Case, *, asked: Asked) -> Iterator[Requirement]:
    """Whether each analysis that must have looked did; one of which there is no trace did not."""
    for wanted in need.rules:
        outcomes = [o for o in case.document.outcomes if fnmatchcase(o.rule, wanted)]
        blind = [o for o in outcomes if o.state is OutcomeState.COULD_NOT_LOOK]
        ask = f"{wanted} to look at the change"
        if outcomes and not blind:
            state, because = GateState.SATISFIED, asked.because
        else:
            state = GateState.ERROR
            because = tuple(f"{o.missing.reason}: {o.missing.detail}" for o in blind if o.missing) or (
                "it did not run",
            )
        yield Requirement(kind=RequirementKind.CHECK, rule=asked.rule, state=state, ask=ask, because=because)


def _meant(need: FindingsNeed, case: Case) -> Iterator[Finding]:
    """The new findings that `need` speaks of; each rule's name is looked at once."""
    severity, confidence = need.severity.rank, need.confidence.rank
    named: dict[str, bool] = {}
    for weighed in case.document.findings:
        finding = weighed.finding
        if weighed.state is FindingState.NEW and finding.severity.rank <= severity:
            if finding.rule not in named:
                named[finding.rule] = any(fnmatchcase(finding.rule, pattern) for pattern in need.rules)
            if named[finding.rule] and finding.confidence.rank <= confidence:
                yield finding


def waivers_used(case: Case) -> tuple[Waiver, ...]:
    """The waivers by which new findings of a change stand in nobody's way."""
    new = (weighed.finding for weighed in case.document.findings if weighed.state is FindingState.NEW)
    found = {waiver.voice.entry: waiver for finding in new for waiver in _waivers(finding, case)}
    return tuple(found.values())


def _waivers(finding: Finding, case: Case) -> Sequence[Waiver]:
    """The waivers in force that cover a finding: given by enough of those who may, and not yet run out."""
    rules = case.policy.waivers
    if rules is None or case.now is None or finding.rule in rules.never:
        return ()
    covering = case.waivers_in_force.covering(finding)
    if not covering:
        return ()
    counted = count_voices(case, (w.voice for w in covering), need=rules.approval, owners=case.document.owners)
    return covering if len(counted.people) >= rules.approval.count else ()


def _said(waiver: Waiver) -> str:
    return f"waived by {waiver.voice.person} until {waiver.until.date()}: {waiver.reason}"
