"""A queue or a pool takes as much as comes."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.resources.limits.queues import pools, queues
from weighbridge.landscape.resources.limits.seen import Limits
from weighbridge.landscape.resources.limits.words import through, weight

RULE = Rule(
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    reads=(CodeChange, Limits),
    roles=("python", "java"),
    weaknesses=(400, 770),
    tags=("resources", "memory"),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each queue that loses its size or stands where requests come in, and each pool without one."""
    limits = case[Limits]
    yield from limits.unread(*RULE.roles)
    for find, is_pool in ((queues, False), (pools, True)):
        for each in limits.introduced(find, *RULE.roles):
            serving = limits.serving(each)
            if is_pool or serving or each.was_bounded:
                yield RULE.finding(
                    each.spot.words + through(serving),
                    each.place,
                    anchor=f"{each.spot.kind} {each.spot.about} {each.spot.symbol}",
                    severity=weight(serving if is_pool else (), was_bounded=each.was_bounded),
                )
