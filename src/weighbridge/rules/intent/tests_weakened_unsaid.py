"""Tests are skipped or gone beside code that behaves otherwise, under a message that says nothing of it."""

from collections.abc import Iterable, Sequence
from typing import Final

from weighbridge.domain.change import Change, FileChange
from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place, Side
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.intent.claims import Claim, Kind
from weighbridge.landscape.intent.intent import Intent
from weighbridge.landscape.intent.mismatch import said
from weighbridge.landscape.intent.surfaces import Surface, surface_of
from weighbridge.landscape.intent.test_marks import first_skip, marks_in

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(Change, ChangedBytes, CodeChange, Intent),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    tags=("intent", "tests"),
)

_CLAIMED: Final = (Kind.FIX, Kind.REFACTORING, Kind.STYLE, Kind.BUMP, Kind.DOCUMENTATION)
_TOLD: Final = LatePattern(
    r"\b(?:skip\w*|xfail\w*|flak\w*|quarantin\w*|obsolete|disabl\w*|remov\w*|delet\w*|drop\w*)\b"
)
"""Words of a message that says that tests are out of the way, or that something goes with its own; that there are tests says neither."""


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for the change."""
    intent = case[Intent]
    claim = intent.claim_of_all(*_CLAIMED)
    if claim is not None and not intent.claims.says(_TOLD):
        tests = [file for file in case[Change].files if surface_of(file.path) is Surface.TESTS]
        if tests and any(intent.behaves_otherwise(file) for _, file in intent.shipped()):
            yield from _weakened(tests, case[ChangedBytes], claim=claim)
    yield from intent.unread


def _weakened(tests: Sequence[FileChange], contents: ChangedBytes, *, claim: Claim) -> Iterable[Finding]:
    """Counted over all files of tests, so that what only moves between them is not gone."""
    before = [marks_in(file, contents, side=Side.BASE) for file in tests]
    after = [marks_in(file, contents, side=Side.HEAD) for file in tests]
    skipped = sum(each.skips for each in after) - sum(each.skips for each in before)
    gone = sum(each.cases for each in before) - sum(each.cases for each in after)
    loose = sum(each.assertions for each in before) - sum(each.assertions for each in after)
    skipped += min(gone, 0)  # a new case that is skipped somewhere takes nothing away
    if skipped > 0:
        file = next((file for file in tests if first_skip(file, contents)), tests[0])
        words, line = (
            f"{_counted(skipped, 'mark')} to skip tests {'comes' if skipped == 1 else 'come'}",
            first_skip(file, contents),
        )
    elif gone > 0:
        file, line = tests[_most(before, after, name="cases")], 0
        words = f"{_counted(gone, 'case')} of tests {'is' if gone == 1 else 'are'} gone"
    elif loose > 0 and not any(each.assertions for each in after):
        file, line = tests[_most(before, after, name="assertions")], 0
        words = f"tests state {_counted(loose, 'thing')} less"
    else:
        return
    yield RULE.finding(
        f"{said(claim)}, and beside code that does something else {words}",
        Place(path=file.path, line=line, end_line=line),
        anchor=words,
        severity=Severity.MEDIUM if skipped > 0 or gone > 0 else Severity.LOW,
    )


def _most(before: Sequence[object], after: Sequence[object], *, name: str) -> int:
    lost = [getattr(was, name) - getattr(now, name) for was, now in zip(before, after, strict=True)]
    return lost.index(max(lost))


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
