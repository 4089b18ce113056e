"""What is started aside never ends, or a loop never gives way."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.resources.limits.seen import Limits
from weighbridge.landscape.resources.limits.tasks import tasks
from weighbridge.landscape.resources.limits.words import through, weight

RULE = Rule(
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    reads=(CodeChange, Limits),
    roles=("python", "javascript", "typescript", "tsx", "go"),
    weaknesses=(400, 772, 835),
    tags=("resources", "concurrency"),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each goroutine or loop that nothing ends."""
    limits = case[Limits]
    yield from limits.unread(*RULE.roles)
    for each in limits.introduced(tasks, *RULE.roles):
        serving = limits.serving(each)
        yield RULE.finding(
            each.spot.words + through(serving),
            each.place,
            anchor=f"{each.spot.kind} {each.spot.about} {each.spot.symbol}",
            severity=weight(serving, was_bounded=each.was_bounded, is_grave=each.spot.is_grave),
        )
