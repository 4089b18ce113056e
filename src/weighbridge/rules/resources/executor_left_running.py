"""A change starts a pool of threads or processes and leaves it running on some way out."""

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
    roles=("python", "java"),
    weaknesses=(772,),
    tags=("resources", "leaks"),
)


def check(case: Case) -> Iterator[Finding | CouldNotLook]:
    """One finding for each that is left so."""
    yield from found(RULE, case, kinds=("executor",), weigh=_weight)


def _weight(leak: Leak, _path: str) -> Severity | None:
    """Java keeps the threads and with them the process; Python ends most with the last name for the pool."""
    if leak.way == "fails":
        return Severity.LOW
    return Severity.MEDIUM
