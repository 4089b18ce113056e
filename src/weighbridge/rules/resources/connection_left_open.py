"""A change opens a connection, a session or a socket and leaves it open on some way out."""

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
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    weaknesses=(772, 404),
    tags=("resources", "leaks"),
)


def check(case: Case) -> Iterator[Finding | CouldNotLook]:
    """One finding for each that is left so."""
    yield from found(RULE, case, kinds=("connection",), weigh=_weight)


def _weight(leak: Leak, _path: str) -> Severity | None:
    """One of a pool is missed by everybody who waits for one; of the others CPython closes those that nothing names any longer."""
    if leak.way == "fails":
        return Severity.MEDIUM if leak.opened.opener.is_pooled else Severity.LOW
    return Severity.HIGH if leak.opened.opener.is_pooled else Severity.MEDIUM
