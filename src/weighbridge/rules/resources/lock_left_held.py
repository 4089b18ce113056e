"""A change takes a lock and leaves it held on some way out."""

from collections.abc import Iterator

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.resources.leaks.change import Leaks
from weighbridge.landscape.resources.leaks.paths import Leak
from weighbridge.landscape.resources.leaks.told import found

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(Leaks,),
    roles=("python", "go", "java"),
    weaknesses=(667, 833),
    tags=("resources", "leaks"),
)


def check(case: Case) -> Iterator[Finding | CouldNotLook]:
    """One finding for each that is left so."""
    yield from found(RULE, case, kinds=("lock",), weigh=_weight)


def _weight(leak: Leak, _path: str) -> Severity | None:
    """Whoever wants the lock next waits for ever: a call that may raise is less sure than a way out that is written."""
    return Severity.MEDIUM if leak.way == "fails" else Severity.HIGH
