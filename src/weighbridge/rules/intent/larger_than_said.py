"""A change that is said to be small is large."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.change import Change, FileChange
from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.intent.intent import Intent
from weighbridge.landscape.intent.surfaces import Surface, is_shipped, surface_of

RULE = Rule(
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    reads=(Change, Intent),
    tags=("intent", "size"),
)

_SMALL: Final = 200
"""Lines of code that run, added and removed: beyond these nobody calls a change small who has read it."""
_BULK: Final = 2_000
"""The same of lines that a program wrote."""


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for the change."""
    intent, change = case[Intent], case[Change]
    claims = intent.claims.each
    claim = claims[0] if claims and all(each.small for each in claims) else None
    if claim is not None:
        code = [file for file in change.files if is_shipped(file.path)]
        made = [file for file in change.files if surface_of(file.path) is Surface.GENERATED and not file.is_binary]
        for files, most, what in (
            (code, _SMALL, "lines of code that runs"),
            (made, _BULK, "lines that a program wrote"),
        ):
            lines = sum(map(_lines, files))
            if lines > most:
                largest = max(files, key=_lines)
                yield RULE.finding(
                    f"the message says `{claim.small}` (`{claim.quote}`), and the change is {lines:,} {what} in {len(files):,}"
                    f" file{'' if len(files) == 1 else 's'}",
                    Place(path=largest.path),
                    anchor=what,
                )
                break
    yield from intent.unread


def _lines(file: FileChange) -> int:
    return file.lines_added + file.lines_removed
