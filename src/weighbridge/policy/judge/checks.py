"""Checks by others: a status, a load test, a rollout plan; what nobody could ask is no pass."""

from datetime import datetime, timedelta

from weighbridge.domain.gate import GateState, Requirement, RequirementKind
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.record import StatusState
from weighbridge.policy.case import Asked, Case
from weighbridge.policy.judge.times import spoken
from weighbridge.policy.needs import CheckNeed, LoadTestNeed, RolloutNeed

_LOAD_TEST = "load-test"


def judge_check(need: CheckNeed, case: Case, *, asked: Asked) -> Requirement:
    """Whether the newest status of this name on exactly this tree passed, not too long ago."""
    return _judged(need.name, case, asked=asked, within=need.within, kind=RequirementKind.CHECK)


def judge_load_test(need: LoadTestNeed, case: Case, *, asked: Asked) -> Requirement:
    """Whether a load test of exactly this tree passed, not too long ago."""
    return _judged(_LOAD_TEST, case, asked=asked, within=need.within, kind=RequirementKind.LOAD_TEST)


def judge_rollout(need: RolloutNeed, case: Case, *, asked: Asked) -> Requirement:
    """Whether there is a rollout plan; nothing brings one yet, so that it could not be looked at."""
    missing = case.record.missing.get("rollout-plans")
    stages = f" with the stages {', '.join(need.stages)}" if need.stages else ""
    return Requirement(
        kind=RequirementKind.ROLLOUT,
        rule=asked.rule,
        state=GateState.ERROR if missing else GateState.UNSATISFIED,
        ask=f"a rollout plan{stages}",
        because=(*asked.because, *_why(missing)),
    )


def _judged(name: str, case: Case, *, asked: Asked, within: timedelta | None, kind: RequirementKind) -> Requirement:
    tree = case.document.change.head_tree
    newest = max(
        (s for s in case.record.statuses if s.name == name and s.tree == tree), key=lambda s: s.at, default=None
    )
    missing = case.record.missing.get("statuses") if newest is None else None
    is_old = newest is not None and within is not None and (case.now is None or newest.at + within < case.now)
    words: tuple[str, ...]
    if newest is not None and newest.state is StatusState.PASSED and not is_old:
        state, words = GateState.SATISFIED, ()
    elif newest is None:
        state = GateState.ERROR if missing else GateState.UNSATISFIED
        words = _why(missing) or ("nothing was said of this tree",)
    else:
        state, words = GateState.UNSATISFIED, (_said(newest.state, newest.at, is_old=is_old),)
    age = f", at most {spoken(within)} old" if within else ""
    return Requirement(
        kind=kind,
        rule=asked.rule,
        state=state,
        ask=f"{name} to pass on this tree{age}",
        because=(*asked.because, *words),
        met_by=(f"{newest.source} at {newest.at:%Y-%m-%d %H:%M} UTC",)
        if newest and state is GateState.SATISFIED
        else (),
    )


def _said(state: StatusState, at: datetime, *, is_old: bool) -> str:
    return f"it passed at {at:%Y-%m-%d %H:%M} UTC, which is too long ago" if is_old else f"it is {state}"


def _why(missing: CouldNotLook | None) -> tuple[str, ...]:
    return (f"could not look ({missing.reason}): {missing.detail}",) if missing else ()
