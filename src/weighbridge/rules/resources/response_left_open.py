"""A change leaves the body of a response open on some way out."""

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
    roles=("go", "python"),
    weaknesses=(772, 404),
    tags=("resources", "leaks"),
)


def check(case: Case) -> Iterator[Finding | CouldNotLook]:
    """One finding for each that is left so."""
    yield from found(RULE, case, kinds=("response",), weigh=_weight)


def _weight(leak: Leak, path: str) -> Severity | None:
    """In Go its connection is used by nobody else and never let go of."""
    if leak.way == "fails":
        return None
    return Severity.HIGH if path.endswith(".go") else Severity.LOW
