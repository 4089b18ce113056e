"""The rule of disclosure: who set one asks for it to be kept."""

from weighbridge.domain.gate import GateState, Requirement, RequirementKind
from weighbridge.policy.case import Asked, Case


def judge_disclosure(case: Case, *, asked: Asked) -> Requirement | None:
    """Whether commit messages keep the rule; None where none is set or it is kept."""
    if not case.document.provenance.disclosure:
        return None
    return Requirement(
        kind=RequirementKind.DOCUMENT,
        rule=asked.rule,
        state=GateState.UNSATISFIED,
        ask="commit messages that keep the project's rule of disclosure",
        because=case.document.provenance.disclosure,
    )
