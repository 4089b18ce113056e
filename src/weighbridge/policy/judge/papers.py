"""Documents: whether one of the kind is there, and says what it must."""

from weighbridge.domain.gate import GateState, Requirement, RequirementKind
from weighbridge.policy.case import Asked, Case
from weighbridge.policy.needs import DocumentNeed

_MOST_PROBLEMS = 5
_ASKS = {
    "design-note": "a design note: what it does, what could go wrong, how to roll back",
    "threat-model": "a threat model: what is worth attacking, who would, what stops them",
    "what-could-go-wrong": "what could go wrong: an answer to each failure scenario",
    "rollback-plan": "a rollback plan: the steps that undo it",
    "change-ticket": "a change ticket",
}


def document_ask(need: DocumentNeed) -> str:
    """What is asked for where a document is."""
    looks = f" such as {need.pattern}" if need.pattern else ""
    return f"{_ASKS.get(need.kind, f'a document of the kind {need.kind}')}{looks}"


def judge_document(need: DocumentNeed, case: Case, *, asked: Asked) -> Requirement:
    """Whether a document of this kind was found whose content holds; the one that lacks least is told of."""
    found = sorted(
        (paper for paper in case.papers if (paper.kind, paper.pattern) == (need.kind, need.pattern)),
        key=lambda paper: (len(paper.problems), len(paper.missing)),
    )
    best = found[0] if found else None
    if best is None:
        lacking: tuple[str, ...] = ()
    else:
        lacking = best.problems[:_MOST_PROBLEMS]
        if (more := len(best.problems) - len(lacking)) > 0:
            lacking = (*lacking, f"and {more} more")
    is_met = best is not None and not best.problems and not best.missing
    short = GateState.ERROR if any(paper.missing for paper in found) else GateState.UNSATISFIED
    unjudged = tuple(f"could not be judged: {why}" for paper in found for why in paper.missing)
    return Requirement(
        kind=RequirementKind.DOCUMENT,
        rule=asked.rule,
        state=GateState.SATISFIED if is_met else short,
        ask=document_ask(need),
        because=asked.because if is_met else (*asked.because, *unjudged),
        met_by=(best.source,) if best is not None and is_met else (),
        not_counted=tuple(f"{best.source}: {problem}" for problem in lacking) if best else (),
    )
