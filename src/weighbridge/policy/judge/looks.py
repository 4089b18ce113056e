"""What nobody could look at: files, histories, analyses and the impact, where the policy says that it must be seen."""

from collections.abc import Iterator

from weighbridge.domain.change import LimitationKind
from weighbridge.domain.gate import GateState, Requirement, RequirementKind
from weighbridge.domain.outcomes import CouldNotLook, FileCoverage, OutcomeState, Reason
from weighbridge.domain.system import AreaLevel
from weighbridge.policy.document import PolicyDocument
from weighbridge.policy.policy import Policy


def judge_looks(policy: Policy, document: PolicyDocument) -> Iterator[Requirement]:
    """One requirement for each thing that could not be looked at and must be."""
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
