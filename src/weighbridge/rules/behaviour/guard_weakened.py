"""A check still stands, and keeps out less than it did."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.places import RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.landscapes import OfTests
from weighbridge.landscape.late_checks import late_checks
from weighbridge.landscape.weakened_checks import WeakenedCheck, WeakenedChecks, Weakening

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(CodeChange, OfTests, WeakenedChecks),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    weaknesses=(863, 697, 670),
    tags=("behaviour", "authentication", "authorisation"),
)

_LONGEST: Final = 160
_WORDS: Final = {
    Weakening.TURNED: "`{subject}` turns its check round: it asks `{now}`, where it asked `{before}`",
    Weakening.LESS: "`{subject}` refuses less than it did: if `{now}`, where it was if `{before}`",
    Weakening.NARROWED: "`{subject}` refuses less than it did: only where `{now}` holds too",
    Weakening.DROPPED: "`{subject}` refuses less than it did: no longer where `{before}`",
    Weakening.PASSED_BY: "`{subject}` goes on before it checks `{before}`, if `{now}`",
    Weakening.UNHEEDED: "`{subject}` asks `{before}` and heeds the answer no more",
    Weakening.SAYS_YES: "`{subject}` says yes more often than it did: to `{now}`, where it was to `{before}`",
    Weakening.GOES_ON: "`{subject}` refuses if `{before}`, and goes on all the same",
    Weakening.SWALLOWED: "`{subject}` goes on where `{before}` refuses: nothing is done about what it says",
    Weakening.GRANTED: "`{subject}` takes the answer {now} for granted, where it asked `{before}`",
    Weakening.LATE: "`{subject}` does `{now}` before it checks `{before}`",
    Weakening.ALWAYS: "`{subject}` says yes without asking anything",
}


def check(case: Case) -> Iterable[Finding]:
    """One finding for each check that is weaker."""
    for weakened in case[WeakenedChecks].weakened():
        yield _finding(weakened)
    if any(_keeps_answers(file) for file in case[CodeChange].files.values()):
        from weighbridge.landscape.granted import taken_for_granted  # noqa: PLC0415 - few changes set what was asked for

        for granted in taken_for_granted(case[CodeChange], case[OfTests]):
            yield _finding(granted)
    for late in late_checks(case[CodeChange], case[OfTests]):
        yield _finding(late)


def _keeps_answers(file: FileCode) -> bool:
    """Whether something is set to yes or no that was not: most changes set nothing so."""
    base, head = file.base, file.head
    if base is None or head is None or not file.change.removed:
        return False
    return [(each.name, each.is_on) for each in base.switches] != [(each.name, each.is_on) for each in head.switches]


def _finding(weakened: WeakenedCheck) -> Finding:
    words = {"subject": weakened.subject, "before": _cut(weakened.before), "now": _cut(weakened.now)}
    stood = weakened.stood
    return RULE.finding(
        _WORDS[weakened.kind].format_map(words),
        weakened.place,
        anchor=f"{weakened.kind} {weakened.subject} {weakened.before} {weakened.now}",
        related=(RelatedPlace(place=stood, message="it was asked here"),) if stood is not None else (),
        severity=Severity.MEDIUM if weakened.kind is Weakening.PASSED_BY else Severity.HIGH,
    )


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
