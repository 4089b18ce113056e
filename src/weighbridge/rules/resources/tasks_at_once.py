"""As many tasks are begun at once as a request has elements."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.resources.limits.queues import crowds
from weighbridge.landscape.resources.limits.seen import Limits
from weighbridge.landscape.resources.limits.words import through, weight

RULE = Rule(
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    reads=(CodeChange, Limits),
    roles=("python", "javascript", "typescript", "tsx"),
    weaknesses=(400, 770),
    tags=("resources", "concurrency"),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each crowd of tasks that nothing holds back."""
    limits = case[Limits]
    yield from limits.unread(*RULE.roles)
    for each in limits.introduced(crowds, *RULE.roles):
        serving = limits.serving(each)
        if serving or each.was_bounded or each.spot.is_grave:
            yield RULE.finding(
                each.spot.words + through(serving),
                each.place,
                anchor=f"{each.spot.kind} {each.spot.about} {each.spot.symbol}",
                severity=weight((), was_bounded=each.was_bounded, is_grave=each.spot.is_grave),
            )
