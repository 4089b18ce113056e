"""A call holds the thread that an event loop runs on."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.resources.limits.blocking import SERVED, blocking_calls
from weighbridge.landscape.resources.limits.seen import Limits
from weighbridge.landscape.resources.limits.words import through, weight

RULE = Rule(
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    reads=(CodeChange, Limits),
    roles=("python", "javascript", "typescript", "tsx", "java"),
    weaknesses=(400, 833),
    tags=("resources", "async"),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each call that makes an event loop stand still."""
    limits = case[Limits]
    yield from limits.unread(*RULE.roles)
    for each in limits.introduced(blocking_calls, *RULE.roles):
        serving = limits.serving(each)
        if serving or each.spot.kind != SERVED:
            yield RULE.finding(
                f"`{each.spot.about}` blocks: {each.spot.words}{through(serving)}",
                each.place,
                anchor=f"{each.spot.about} {each.spot.symbol}",
                severity=weight(serving, was_bounded=False),
            )
