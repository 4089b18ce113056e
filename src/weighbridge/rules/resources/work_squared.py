"""The work that a request makes grows with the square of what it brings."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.resources.limits.growth import both
from weighbridge.landscape.resources.limits.seen import Limits
from weighbridge.landscape.resources.limits.words import through, weight

RULE = Rule(
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    reads=(CodeChange, Limits),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    weaknesses=(400, 407),
    tags=("resources", "performance"),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each list that is gone through again and again where requests are served."""
    limits = case[Limits]
    yield from limits.unread(*RULE.roles)
    for each in limits.introduced(both, *RULE.roles):
        serving = limits.serving(each)
        if serving or each.spot.is_grave:
            yield RULE.finding(
                each.spot.words + through(serving),
                each.place,
                anchor=f"{each.spot.kind} {each.spot.about} {each.spot.symbol}",
                severity=weight((), was_bounded=False, is_grave=each.spot.is_grave),
            )
