"""A call waits for somebody else, and nothing ends the wait."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.resources.limits.seen import Limits, Unbounded
from weighbridge.landscape.resources.limits.timeouts import SPREAD, waits
from weighbridge.landscape.resources.limits.words import through, weight

RULE = Rule(
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    reads=(CodeChange, Limits),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    weaknesses=(400, 1088),
    tags=("resources", "timeouts"),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each call that comes without a bound, or loses the one it had."""
    limits = case[Limits]
    yield from limits.unread(*RULE.roles)
    for each in limits.introduced(waits, *RULE.roles):
        yield _finding(each, limits)


def _finding(each: Unbounded, limits: Limits) -> Finding:
    spot, serving = each.spot, limits.serving(each)
    about = spot.about.removesuffix(SPREAD)
    if each.was_bounded:
        left = f"what is left is {spot.words}" if spot.words else "nothing ends the wait now"
        said = f"`{about}` no longer has a timeout: {left}"
    elif spot.is_grave:
        said = f"`{about}` has no timeout: a client that sends slowly keeps its connection for ever"
    else:
        said = f"`{about}` has no timeout: where the other side does not answer, it waits for ever"
    return RULE.finding(
        said + through(serving),
        each.place,
        anchor=f"{spot.about} {spot.symbol}",
        severity=weight(serving, was_bounded=each.was_bounded, is_grave=spot.is_grave),
    )
