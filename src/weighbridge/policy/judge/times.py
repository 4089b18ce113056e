"""Time: windows in which nothing passes, and time that must pass first."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from weighbridge.domain.gate import GateState, Requirement, RequirementKind
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.policy.case import Asked, Case
from weighbridge.policy.needs import WaitNeed
from weighbridge.policy.policy import Freeze


def judge_wait(need: WaitNeed, case: Case, *, asked: Asked) -> Requirement:
    """Whether enough time went by since exactly this decision was put on record."""
    since = case.weighed_at
    due = since + need.time if since else None
    over = due is not None and case.now is not None and case.now >= due
    if over or case.now is None:
        words: tuple[str, ...] = ()
    elif due is None:
        words = ("this decision is not on record yet: `weighbridge review --record` puts it there",)
    else:
        words = (f"it is on record since {since}, so until {in_utc(due)}",)
    return Requirement(
        kind=RequirementKind.TIME,
        rule=asked.rule,
        state=GateState.SATISFIED if over else GateState.UNSATISFIED,
        ask=f"{spoken(need.time)} on record, for others to look",
        because=(*asked.because, *words),
    )


def judge_freezes(case: Case) -> Iterator[Requirement]:
    """The windows that are closed now, for where the change is to go."""
    for freeze in case.policy.freezes if case.now else ():
        if _is_closed(freeze, case):
            excepted = case.holds(freeze.except_when) if freeze.except_when else False
            if excepted is True:
                continue
            unsure = (
                (f"whether it is excepted could not be told: {excepted.detail}",)
                if isinstance(excepted, CouldNotLook)
                else ()
            )
            yield Requirement(
                kind=RequirementKind.TIME,
                rule=f"freeze:{freeze.name}",
                state=GateState.ERROR if unsure else GateState.UNSATISFIED,
                ask=f"wait until {in_utc(freeze.end)}",
                because=(freeze.because or f"{freeze.name} began at {in_utc(freeze.start)}", *unsure),
            )


def _is_closed(freeze: Freeze, case: Case) -> bool:
    """Whether it is now in the window; a change that goes nowhere in particular is stopped by any."""
    if case.now is None or not freeze.start <= case.now < freeze.end:
        return False
    return not freeze.environments or case.environment is None or case.environment.name in freeze.environments


def in_utc(moment: datetime) -> str:
    """A moment to the minute, as people read it; it is one of UTC's."""
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def spoken(time: timedelta) -> str:
    """A length of time in whole days, hours or minutes, as people say it."""
    seconds = int(time.total_seconds())
    for size, name in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds and seconds % size == 0:
            number = seconds // size
            return f"{number} {name}{'s' if number > 1 else ''}"
    return f"{seconds} seconds"
