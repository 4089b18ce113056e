"""A change opens a file and leaves it open on some way out."""

from collections.abc import Iterator

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.resources.leaks.change import ROLES, Leaks
from weighbridge.landscape.resources.leaks.paths import Leak
from weighbridge.landscape.resources.leaks.told import found

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(Leaks,),
    roles=ROLES,
    weaknesses=(772, 404),
    tags=("resources", "leaks"),
)


def check(case: Case) -> Iterator[Finding | CouldNotLook]:
    """One finding for each file that is left open."""
    yield from found(RULE, case, kinds=("file",), weigh=_weight)


def _weight(leak: Leak, path: str) -> Severity | None:
    """CPython closes a file when its last name is gone, except in a frame that an error keeps: less is told of it."""
    if path.endswith((".py", ".pyi")) and not leak.opened.call.startswith("os."):
        return None if leak.way == "fails" else Severity.LOW
    return Severity.LOW if leak.way == "fails" else Severity.MEDIUM
