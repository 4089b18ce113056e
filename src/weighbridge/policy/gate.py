"""The gate: a policy and a document in, a decision out; pure, so that whoever gates can recompute it.

- Nothing passes because something could not look: what the policy calls blind is an error, not a pass.
- Findings known to the baseline or suppressed by a trusted suppression do not block; they stay in the package.
- A gate's state is that of its worst requirement: error, then unsatisfied, then satisfied.
- Report-only changes what a caller does with the state, never the state itself.
"""

from collections.abc import Iterator

from weighbridge.domain.change import LimitationKind
from weighbridge.domain.findings import Finding, FindingState
from weighbridge.domain.gate import Gate, GateState, Level, Requirement, RequirementKind
from weighbridge.domain.impact import Certainty
from weighbridge.domain.outcomes import CouldNotLook, FileCoverage, OutcomeState, Reason
from weighbridge.domain.provenance import Origin
from weighbridge.domain.system import AreaLevel, Surface
from weighbridge.policy.document import PolicyDocument
from weighbridge.policy.level import level_of, rank_among_changes, signs_of_risk
from weighbridge.policy.policy import Asks, Policy


def decide_gate(policy: Policy, document: PolicyDocument) -> Gate:
    """What the change still needs under `policy`."""
    level, reasons = level_of(document)
    is_anything = _is_anything(policy, document)
    requirements = tuple(_requirements(policy, document, level=level, reasons=reasons)) if is_anything else ()
    return Gate(
        state=_state(requirements) if is_anything else GateState.NOT_APPLICABLE,
        level=level,
        reasons=reasons,
        requirements=requirements,
        policy=policy.name,
        report_only=policy.report_only,
    )


def blocks(policy: Policy, finding: Finding) -> bool:
    """Whether a new finding of this severity and confidence stands in the way."""
    least = policy.blocking
    return finding.severity.rank <= least.severity.rank and finding.confidence.rank <= least.confidence.rank


def _is_anything(policy: Policy, document: PolicyDocument) -> bool:
    """Whether there is anything to decide: a merge that drops what it merges changes no file, and a finding says so."""
    if document.change.files or any(weighed.state is FindingState.NEW for weighed in document.findings):
        return True
    return any(outcome.missing is not None and outcome.missing.reason in policy.blind for outcome in document.outcomes)


def _state(requirements: tuple[Requirement, ...]) -> GateState:
    states = {requirement.state for requirement in requirements}
    worst = (GateState.ERROR, GateState.UNSATISFIED)
    return next((state for state in worst if state in states), GateState.SATISFIED)


def _requirements(
    policy: Policy, document: PolicyDocument, *, level: Level, reasons: tuple[str, ...]
) -> Iterator[Requirement]:
    yield from _of_findings(policy, document)
    yield from _of_blindness(policy, document)
    asks = policy.asks(level)
    yield from _of_people(asks, document, level=level, reasons=reasons)
    if asks.design_note:
        yield Requirement(
            kind=RequirementKind.DOCUMENT,
            rule=f"{level}-change",
            state=GateState.UNSATISFIED,
            ask="a design note: what it does, what could go wrong, how to roll back",
            because=reasons,
        )
    yield from _of_origin(policy, document, asks=asks)
    yield from _of_disclosure(document)


def _of_findings(policy: Policy, document: PolicyDocument) -> Iterator[Requirement]:
    blocking = [w.finding for w in document.findings if w.state is FindingState.NEW and blocks(policy, w.finding)]
    if blocking:
        count = len(blocking)
        yield Requirement(
            kind=RequirementKind.FINDINGS,
            rule="blocking-findings",
            state=GateState.UNSATISFIED,
            ask=f"resolve {count} blocking finding{'s' if count > 1 else ''}",
            because=tuple(f"{f.rule} at {f.place}" for f in blocking),
            cites=tuple(f.evidence for f in blocking),
        )


def _of_blindness(policy: Policy, document: PolicyDocument) -> Iterator[Requirement]:
    delicate = {s.path for s in document.surfaces if s.kind in policy.delicate}
    delicate |= {path for path, area in document.areas.items() if area.value is AreaLevel.HIGH}
    for file in document.coverage.files:
        if file.missing is not None and _is_blind(file, is_delicate=file.path in delicate):
            yield _look(f"{file.path}: {file.missing.detail}", file.missing, rule="unread-file")
    if isinstance(document.impact, CouldNotLook) and document.impact.reason in policy.blind:
        yield _look(f"impact: {document.impact.detail}", document.impact, rule="unmeasured-impact")
    for limitation in document.change.limitations:
        if limitation.kind is LimitationKind.COUNT and Reason.LIMIT in policy.blind:
            words = CouldNotLook(reason=Reason.LIMIT, detail=limitation.detail, remedy=limitation.remedy)
            yield _look(f"{limitation.subject}: {limitation.detail}", words, rule="unseen-history")
    unread = {str(file.path): file.missing for file in document.coverage.files if file.missing is not None}
    for outcome in document.outcomes:
        missing = outcome.missing
        if missing is None or outcome.state is not OutcomeState.COULD_NOT_LOOK or missing.reason not in policy.blind:
            continue
        if missing != document.impact and missing != unread.get(outcome.subject):  # else it was said already
            where = f" at {outcome.subject}" if outcome.subject else ""
            yield _look(f"{outcome.rule}{where}: {missing.detail}", missing, rule="blind-rule")


def _is_blind(file: FileCoverage, *, is_delicate: bool) -> bool:
    assert file.missing is not None, "asked only of files that could not be read"
    if file.missing.reason is Reason.NOT_CONFIGURED:
        return False
    return is_delicate if file.missing.reason is Reason.UNSUPPORTED else True


def _look(what: str, missing: CouldNotLook, *, rule: str) -> Requirement:
    return Requirement(
        kind=RequirementKind.LOOK,
        rule=rule,
        state=GateState.ERROR,
        ask=f"look at {what}",
        because=(f"{missing.reason}", *((missing.remedy,) if missing.remedy else ())),
    )


def _of_people(
    asks: Asks, document: PolicyDocument, *, level: Level, reasons: tuple[str, ...]
) -> Iterator[Requirement]:
    """The approvals a level asks for. An owner's is asked for where one is declared: nobody else could give it."""
    if asks.owner:
        owned = bool(document.owners)
        yield Requirement(
            kind=RequirementKind.APPROVAL,
            rule=f"{level}-change",
            state=GateState.UNSATISFIED if owned else GateState.NOT_APPLICABLE,
            ask=f"an approval by {', '.join(document.owners)}" if owned else "an approval by an owner",
            because=reasons if owned else ("no owner is declared: name one in CODEOWNERS or .weighbridge/system.yaml",),
        )
    wanted = ((asks.second_person, "an approval by a second person"), (asks.senior, "an approval by a senior engineer"))
    for is_asked, ask in wanted:
        if is_asked:
            yield Requirement(
                kind=RequirementKind.APPROVAL,
                rule=f"{level}-change",
                state=GateState.UNSATISFIED,
                ask=ask,
                because=reasons,
            )


def _of_origin(policy: Policy, document: PolicyDocument, *, asks: Asks) -> Iterator[Requirement]:
    """AI-assisted code on a delicate surface gets a senior's eyes; code of unknown origin is treated by its risk.

    In a history without attestation everything is unknown: asking it of every surface would ask it of every change.
    """
    origin = document.provenance.origin
    if origin is Origin.HUMAN:
        return
    delicate = [s for s in document.surfaces if s.kind in policy.delicate]
    if origin is not Origin.UNKNOWN:
        yield from _unattested(delicate, f"the change is {'partly ' if origin is Origin.MIXED else ''}AI-assisted")
        return
    risk = next(signs_of_risk(document), "")
    grave = [s for s in delicate if s.kind in policy.most_delicate and s.certainty is Certainty.SEEN]
    if risk:
        yield from _unattested(grave, f"the change is of unknown origin, {risk},")
    if policy.risky_needs_second and not asks.second_person and (rank := rank_among_changes(document)):
        yield Requirement(
            kind=RequirementKind.APPROVAL,
            rule="unattested-and-risky",
            state=GateState.UNSATISFIED,
            ask="an approval by a second person",
            because=(f"the change is of unknown origin and {rank}",),
        )


def _of_disclosure(document: PolicyDocument) -> Iterator[Requirement]:
    """Who set a rule of disclosure asks for it to be kept; without one nothing is broken."""
    if document.provenance.disclosure:
        yield Requirement(
            kind=RequirementKind.DOCUMENT,
            rule="disclosure",
            state=GateState.UNSATISFIED,
            ask="commit messages that keep the project's rule of disclosure",
            because=document.provenance.disclosure,
        )


def _unattested(surfaces: list[Surface], because: str) -> Iterator[Requirement]:
    if surfaces:
        kinds = ", ".join(dict.fromkeys(str(s.kind) for s in surfaces))
        yield Requirement(
            kind=RequirementKind.APPROVAL,
            rule="unattested-on-surface",
            state=GateState.UNSATISFIED,
            ask="an approval by a senior engineer",
            because=(f"{because} and touches {kinds}",),
            cites=tuple(s.evidence for s in surfaces),
        )
