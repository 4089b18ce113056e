"""A store keeps whatever it is given for as long as the process lives."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.resources.limits.caches import memos, stores
from weighbridge.landscape.resources.limits.seen import Limits
from weighbridge.landscape.resources.limits.words import through, weight

RULE = Rule(
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    reads=(CodeChange, Limits),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    weaknesses=(400, 401, 770),
    tags=("resources", "memory"),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each store that only grows."""
    limits = case[Limits]
    yield from limits.unread(*RULE.roles)
    for find in (stores, memos):
        for each in limits.introduced(find, *RULE.roles):
            serving = limits.serving(each)
            yield RULE.finding(
                each.spot.words + through(serving),
                each.place,
                anchor=f"{each.spot.kind} {each.spot.about} {each.spot.symbol}",
                severity=weight(serving, was_bounded=each.was_bounded),
            )
