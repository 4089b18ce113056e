"""A change starts a ticker of Go and never stops it."""

from collections.abc import Iterator

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.resources.leaks.change import Leaks
from weighbridge.landscape.resources.leaks.paths import Leak
from weighbridge.landscape.resources.leaks.told import found

RULE = Rule(
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    reads=(Leaks,),
    roles=("go",),
    weaknesses=(772,),
    tags=("resources", "leaks"),
)


def check(case: Case) -> Iterator[Finding | CouldNotLook]:
    """One finding for each that is left so."""
    yield from found(RULE, case, kinds=("timer",), weigh=_weight)


def _weight(_leak: Leak, _path: str) -> Severity | None:
    """From Go 1.23 on what nothing names any longer is collected: before it ticks for ever."""
    return Severity.LOW
