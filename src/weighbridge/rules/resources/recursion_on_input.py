"""A function goes down into what it is given, as deep as that is."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.resources.limits.recursion import recursions
from weighbridge.landscape.resources.limits.seen import Limits
from weighbridge.landscape.resources.limits.words import through, weight

RULE = Rule(
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    reads=(CodeChange, Limits),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    weaknesses=(400, 674),
    tags=("resources", "recursion"),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each recursion that requests reach, or that loses what counted its depth."""
    limits = case[Limits]
    yield from limits.unread(*RULE.roles)
    for each in limits.introduced(recursions, *RULE.roles):
        serving = limits.serving(each)
        if serving or each.was_bounded:
            yield RULE.finding(
                each.spot.words + through(serving),
                each.place,
                anchor=f"{each.spot.kind} {each.spot.about} {each.spot.symbol}",
                severity=weight((), was_bounded=each.was_bounded),
            )
