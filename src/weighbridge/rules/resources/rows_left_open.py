"""A change asks a database for rows, or prepares a statement, and leaves that open on some way out."""

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
    roles=("go", "java"),
    weaknesses=(772, 404),
    tags=("resources", "leaks"),
)


def check(case: Case) -> Iterator[Finding | CouldNotLook]:
    """One finding for each that is left so."""
    yield from found(RULE, case, kinds=("cursor",), weigh=_weight)


def _weight(leak: Leak, path: str) -> Severity | None:
    """What is not closed holds a connection of the pool; Java closes them with the connection that they are of."""
    if leak.way == "fails":
        return Severity.LOW
    return Severity.HIGH if path.endswith(".go") else Severity.MEDIUM
