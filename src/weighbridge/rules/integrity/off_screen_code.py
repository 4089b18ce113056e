"""Code stands so far to the right that nobody scrolls there."""

from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.integrity.added_text import AddedText, or_missing
from weighbridge.landscape.integrity.characters import is_prose

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(AddedText,),
    weaknesses=(1007,),
    tags=("integrity",),
)
_MOST_BLANKS: Final = 120
_GAP: Final = LatePattern(r"\S[ \t\u00a0\u2000-\u200a\u3000]{120,}(?=\S)")


def check(case: Case) -> Iterable[Finding] | CouldNotLook:
    """One finding for each added line with a gap wider than a screen before its end."""
    text = case[AddedText]
    return or_missing(_found(text), text)


def _found(text: AddedText) -> Iterator[Finding]:
    for line in text.odd:
        if len(line.text) <= _MOST_BLANKS or is_prose(line.path):
            continue
        gap = _GAP.search(line.text)
        if gap:
            rest = line.text[gap.end() :][:60]
            yield RULE.finding(
                f"after {gap.end() - gap.start() - 1} blanks the line goes on, off the screen: {rest}",
                Place(path=line.path, line=line.number, end_line=line.number),
                anchor=line.text,
            )
