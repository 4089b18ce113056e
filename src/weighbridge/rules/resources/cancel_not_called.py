"""A change makes a context of Go and leaves its cancel function uncalled on some way out."""

from collections.abc import Iterator

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.resources.leaks.change import Leaks
from weighbridge.landscape.resources.leaks.paths import Leak
from weighbridge.landscape.resources.leaks.told import found

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(Leaks,),
    roles=("go",),
    weaknesses=(772,),
    tags=("resources", "leaks"),
)


def check(case: Case) -> Iterator[Finding | CouldNotLook]:
    """One finding for each that is left so."""
    yield from found(RULE, case, kinds=("cancel",), weigh=_weight)


def _weight(_leak: Leak, _path: str) -> Severity | None:
    """Its timer and what waits on it stay until the parent is done."""
    return Severity.MEDIUM
