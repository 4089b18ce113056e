"""Who waits outside gives up before what is waited for inside can."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.resources.limits.nesting import Nested, crossed
from weighbridge.landscape.resources.limits.seen import Limits

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(CodeChange, Limits),
    roles=("python", "go"),
    weaknesses=(400, 1088),
    tags=("resources", "timeouts"),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each wait that is no longer than one within it."""
    limits = case[Limits]
    yield from limits.unread(*RULE.roles)
    for each in crossed(limits):
        yield _finding(each, limits)


def _finding(each: Nested, limits: Limits) -> Finding:
    outer, inner = each.outer, each.inner
    is_outer_here = outer.path in limits.files
    how_long = f"{inner.seconds:g} s" if inner.tries == 1 else f"{inner.tries} times {inner.seconds:g} s"
    name = inner.symbol.rpartition("#")[2].rpartition(".")[2]
    return RULE.finding(
        f"`{outer.what}` waits {outer.seconds:g} s for `{name}`, which may wait {how_long} for `{inner.what}`:"
        " it is given up before its own timeout can be answered",
        outer.place if is_outer_here else inner.place,
        anchor=f"{outer.symbol} {outer.what} {inner.symbol} {inner.what}",
        related=(
            RelatedPlace(
                place=inner.place if is_outer_here else outer.place,
                message="the wait within" if is_outer_here else "the wait around it",
            ),
        ),
    )
