"""A moment is told by another clock: the machine's, the world's, or one that says its time zone."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.contracts.implicit.moments import Clock, ClockChange, clock_changes
from weighbridge.landscape.contracts.implicit.rewritten import Rewritten
from weighbridge.landscape.contracts.implicit.users import who_leans
from weighbridge.landscape.landscapes import Landscapes

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(Rewritten, Landscapes),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    tags=("contract", "behaviour"),
)

_MIXED: Final = (
    "what was stored or is compared without one is another kind of value, and Python refuses to compare the two"
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each moment."""
    for change in clock_changes(case[Rewritten]):
        yield _finding(case, change)


def _finding(case: Case, change: ClockChange) -> Finding:
    each = change.rewrite
    if Clock.PLACE in (change.before, change.after):
        effect = "whoever takes its hour or its day, or compares it as a text, is off"
    elif change.after is Clock.LOCAL or change.before is Clock.LOCAL:
        effect = "wherever a machine is not set to UTC it is hours off from what it was"
    else:
        effect = _MIXED
    if change.says_utc and change.after is Clock.LOCAL:
        effect = "what is put behind it says that it is UTC, so that whoever reads it is hours off"
    leaning = who_leans(case[Landscapes], each.file, symbol=each.symbol)
    is_unsaid = change.before is Clock.AWARE and change.after is Clock.LOCAL and change.is_text
    is_answered = is_unsaid and any("/" in name for name in leaning.names)
    if is_answered and not change.says_utc:
        effect += ", and whoever reads the text of it takes it for a time zone of their own"
    is_worse = change.after in (Clock.LOCAL, Clock.PLACE) and bool(leaning.names)
    return RULE.finding(
        f"this time is given {change.after.value} now and was given {change.before.value}: {effect}; {leaning.words()}",
        each.file.at(each.line, symbol=each.symbol),
        anchor=f"{each.symbol} {change.before.name} {change.after.name}",
        related=leaning.related(),
        severity=(Severity.HIGH if change.says_utc or is_answered else Severity.MEDIUM) if is_worse else Severity.LOW,
    )
