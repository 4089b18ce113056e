"""What others send is taken into memory whole, however large it is."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.resources.limits.seen import Limits
from weighbridge.landscape.resources.limits.sizes import LIMITS, sizes
from weighbridge.landscape.resources.limits.words import through, weight

RULE = Rule(
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    reads=(CodeChange, Limits),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    weaknesses=(400, 409, 770),
    tags=("resources", "memory"),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each body, upload or archive without a limit to its size."""
    limits = case[Limits]
    yield from limits.unread(*RULE.roles)
    for each in limits.introduced(sizes, *RULE.roles):
        if not each.was_bounded and limits.is_mentioned_near(each, *LIMITS):
            continue
        serving = limits.serving(each)
        yield RULE.finding(
            each.spot.words + through(serving),
            each.place,
            anchor=f"{each.spot.kind} {each.spot.about} {each.spot.symbol}",
            severity=weight(serving, was_bounded=each.was_bounded, is_grave=each.spot.is_grave),
        )
