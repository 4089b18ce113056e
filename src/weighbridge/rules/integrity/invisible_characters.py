"""Code holds characters that nobody can see."""

from collections.abc import Iterable, Iterator

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.integrity.added_text import AddedLine, AddedText, or_missing
from weighbridge.landscape.integrity.characters import Oddity, invisible_characters, is_prose, terminal_controls

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(AddedText,),
    weaknesses=(1007,),
    tags=("integrity", "trojan-source"),
)
_A_HIDDEN_TEXT = 8
"""So many invisible characters on one line spell something out."""


def check(case: Case) -> Iterable[Finding] | CouldNotLook:
    """One finding for each added line that holds any; in prose only where they are so many that they hide a text."""
    text = case[AddedText]
    return or_missing(_found(text), text)


def _found(text: AddedText) -> Iterator[Finding]:
    for line in text.odd:
        unseen = invisible_characters(line.text, is_first_line=line.number == 1)
        is_text = len(unseen) >= _A_HIDDEN_TEXT
        if is_text or (unseen and not is_prose(line.path)):
            yield _finding(line, unseen, severity=Severity.HIGH if is_text else RULE.severity)
        elif controls := terminal_controls(line.text):
            yield _finding(line, controls, severity=Severity.HIGH)


def _finding(line: AddedLine, unseen: list[Oddity], *, severity: Severity) -> Finding:
    names = list(dict.fromkeys(oddity.name for oddity in unseen))
    shown = ", ".join(names[:3]) + (" and others" if len(names) > 3 else "")
    count = f"{len(unseen)} characters" if len(unseen) > 1 else "a character"
    return RULE.finding(
        f"the line holds {count} that nobody sees: {shown} (column {unseen[0].column})",
        Place(path=line.path, line=line.number, end_line=line.number),
        anchor=line.text,
        severity=severity,
    )
