"""Checks by others: a status, a load test, a rollout plan; what nobody could ask is no pass."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from weighbridge.domain.gate import GateState, Requirement, RequirementKind
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.record import Status, StatusState
from weighbridge.policy.case import Asked, Case
from weighbridge.policy.judge.times import in_utc, spoken
from weighbridge.policy.needs import CheckNeed, LoadTestNeed, RolloutNeed, needs_within
from weighbridge.policy.policy import is_asked_of
from weighbridge.policy.statuses import is_ahead, newest_statuses

LOAD_TEST: Final = "load-test"
"""The name under which a load test is reported."""
NO_SOURCE: Final = {
    name: CouldNotLook(reason=Reason.NOT_CONFIGURED, detail=f"{words} have no source yet")
    for name, words in (("forge-reviews", "reviews on a forge"), ("rollout-plans", "rollout plans"))
}
"""What later versions bring: a requirement that needs it cannot be met by its silence."""
UNASKED: Final = "what it came to is asked of the ledger"
"""Why a check is open where no ledger is read: a decision claims nothing of what may stand there."""


def judge_check(need: CheckNeed, case: Case, *, asked: Asked) -> Requirement:
    """Whether the newest status of this name on exactly this tree passed, not too long ago."""
    return _judged(need.name, case, asked=asked, within=need.within, kind=RequirementKind.CHECK)


def judge_load_test(need: LoadTestNeed, case: Case, *, asked: Asked) -> Requirement:
    """Whether a load test of exactly this tree passed, not too long ago."""
    return _judged(LOAD_TEST, case, asked=asked, within=need.within, kind=RequirementKind.LOAD_TEST)


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
    newest = _newest(case).get(name)
    words: tuple[str, ...]
    if newest is None:
        missing = case.record.missing.get("statuses")
        state = GateState.ERROR if missing else GateState.UNSATISFIED
        nothing = f"nothing was said of this tree: `weighbridge report` says what {name} came to"
        words = _why(missing) or (UNASKED if case.now is None else nothing,)
    else:
        words = tuple(_against(newest, case, within=within))
        state = GateState.UNSATISFIED if words else GateState.SATISFIED
    age = f", at most {spoken(within)} old" if within else ""
    return Requirement(
        kind=kind,
        rule=asked.rule,
        state=state,
        ask=f"{name} to pass on this tree{age}",
        because=(*asked.because, *words),
        met_by=(f"{newest.source} at {in_utc(newest.at)}",) if newest and not words else (),
    )


class CountedStatus(Struct, frozen=True, kw_only=True):
    """A word on a check that met what was asked, and when it is too old to; None where no age is asked."""

    status: Status
    until: datetime | None


def statuses_counted(case: Case) -> Iterator[CountedStatus]:
    """The words on checks that meet what rules that may apply, and the environment, ask."""
    asked = [need for rule in case.policy.rules if case.may_apply(rule) for need in rule.require]
    asked += case.environment.require if case.environment else ()
    said = _newest(case)
    for need in needs_within(tuple(asked)):
        if isinstance(need, CheckNeed | LoadTestNeed):
            newest = said.get(need.name if isinstance(need, CheckNeed) else LOAD_TEST)
            if newest is not None and not any(_against(newest, case, within=need.within)):
                yield CountedStatus(status=newest, until=newest.at + need.within if need.within else None)


def statuses_against(case: Case) -> Iterator[Status]:
    """The newest words on checks that are no pass, where conditions of its policy read what checks came to."""
    if is_asked_of(case.policy, "statuses"):
        yield from (each for each in _newest(case).values() if each.state is not StatusState.PASSED)


def _newest(case: Case) -> Mapping[str, Status]:
    return newest_statuses(case.record.statuses, case.document.change.head_tree, now=case.now)


def _against(newest: Status, case: Case, *, within: timedelta | None) -> Iterator[str]:
    """Why the newest word on a check is no pass."""
    if newest.state is not StatusState.PASSED:
        yield f"it is {newest.state}, says {newest.source} at {in_utc(newest.at)}"
    elif within is not None and (case.now is None or newest.at + within < case.now):
        yield f"it passed at {in_utc(newest.at)}, which is too long ago"
    elif is_ahead(newest, case.now):
        yield f"it says it passed at {in_utc(newest.at)}, which is yet to come"


def _why(missing: CouldNotLook | None) -> tuple[str, ...]:
    return (f"could not look ({missing.reason}): {missing.detail}",) if missing else ()
