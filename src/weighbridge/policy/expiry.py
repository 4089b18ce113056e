"""Until when a gate that is passed stays so by itself: whatever it counted runs out some day, or a window closes.

What was said later can close it sooner; nothing here foresees that.
"""

from collections.abc import Iterator
from datetime import datetime

from weighbridge.domain.findings import FindingState
from weighbridge.domain.gate import Gate, GateState
from weighbridge.domain.record import StatusState, Waiver
from weighbridge.policy.case import Case
from weighbridge.policy.combine import PASSED
from weighbridge.policy.judge.approvals import approvals
from weighbridge.policy.judge.checks import LOAD_TEST
from weighbridge.policy.judge.findings import waivers_of
from weighbridge.policy.judge.voices import shortest
from weighbridge.policy.needs import CheckNeed, LoadTestNeed, needs_within


def runs_out(case: Case, gate: Gate) -> datetime | None:
    """The first moment at which `gate` may be another because time went by; None where it is closed, or nothing runs out."""
    if case.now is None or gate.state not in PASSED:
        return None
    now = case.now
    return min((end for end in _ends(case, gate) if end >= now), default=None)


def waivers_used(case: Case) -> tuple[Waiver, ...]:
    """The waivers by which findings of this change do not stand in the way."""
    new = (weighed.finding for weighed in case.document.findings if weighed.state is FindingState.NEW)
    found = {id(waiver): waiver for finding in new for waiver in waivers_of(finding, case)}
    return tuple(found.values())


def _ends(case: Case, gate: Gate) -> Iterator[datetime]:
    lasts = shortest(case)
    if lasts is not None:
        yield from (judgement.voice.at + lasts for judgement in approvals(case))
    yield from (waiver.until for waiver in waivers_used(case))
    overridden = {need.evidence for need in gate.requirements if need.state is GateState.OVERRIDDEN}
    for override in case.record.overrides:
        if override.subject == case.subject and overridden.intersection(override.requirements):
            yield override.until
    if any(need.state is GateState.BYPASSED for need in gate.requirements):
        yield from (broken.review_due for broken in case.record.break_glass if broken.subject == case.subject)
    for freeze in case.policy.freezes:
        if not freeze.environments or case.environment is None or case.environment.name in freeze.environments:
            yield freeze.start
    yield from _of_checks(case)


def _of_checks(case: Case) -> Iterator[datetime]:
    """When the statuses are too old that some need wants fresh."""
    asked = [need for rule in case.policy.rules for need in rule.require]
    if case.environment is not None:
        asked += case.environment.require
    for need in needs_within(tuple(asked)):
        if isinstance(need, CheckNeed | LoadTestNeed) and need.within is not None:
            name = need.name if isinstance(need, CheckNeed) else LOAD_TEST
            for status in case.record.statuses:
                if status.name == name and status.state is StatusState.PASSED:
                    yield status.at + need.within
