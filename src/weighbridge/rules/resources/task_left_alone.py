"""A change starts a task of asyncio that nobody holds."""

from collections.abc import Iterator

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.resources.leaks.change import Leaks

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(Leaks,),
    roles=("python",),
    weaknesses=(772,),
    tags=("resources", "leaks"),
)


def check(case: Case) -> Iterator[Finding | CouldNotLook]:
    """One finding for each task that is given to no name."""
    leaks = case[Leaks]
    yield from leaks.unread
    for path, alone in leaks.unheld.items():
        for each in alone:
            if each.what == "task":
                of = f" of `{each.call}`" if each.call else ""
                yield RULE.finding(
                    f"the task{of} is held by nobody: it may be collected before it is done, and what it raises is lost",
                    Place(path=path, line=each.line, end_line=each.line, symbol=each.symbol),
                    anchor=f"task {each.call}",
                )
