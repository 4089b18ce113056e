"""Anchors: whether somebody besides its writers remembers the ledger that the gate reads."""

from weighbridge.domain.gate import GateState, Requirement, RequirementKind
from weighbridge.policy.case import Asked, Case


def judge_anchors(case: Case, *, asked: Asked) -> Requirement:
    """Whether an anchor, or enough witnesses, hold the ledger; a decision, which reads none, leaves it open.

    Which of its entries they hold is asked where something is to be let in.
    """
    is_met = case.record.is_anchored
    missing = "nothing anchors it, so that whoever may push it could take words out of it"
    words = () if is_met else ("whether one does is asked of the ledger" if case.now is None else missing,)
    return Requirement(
        kind=RequirementKind.LOOK,
        rule=asked.rule,
        state=GateState.SATISFIED if is_met else GateState.UNSATISFIED if case.now is None else GateState.ERROR,
        ask="a ledger that an anchor or witnesses hold",
        because=(*asked.because, *words),
    )
