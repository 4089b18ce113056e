"""A line shows its characters in another order than they run in."""

from collections.abc import Iterable, Iterator

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.integrity.added_text import AddedText, or_missing
from weighbridge.landscape.integrity.characters import direction_controls, is_prose, is_settled

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(AddedText,),
    weaknesses=(1007,),
    tags=("integrity", "trojan-source", "CVE-2021-42574"),
)


def check(case: Case) -> Iterable[Finding] | CouldNotLook:
    """One finding for each added line; in prose only where a control reaches beyond its own phrase."""
    text = case[AddedText]
    return or_missing(_found(text), text)


def _found(text: AddedText) -> Iterator[Finding]:
    for line in text.odd:
        controls = direction_controls(line.text)
        if controls and not (is_prose(line.path) and is_settled(line.text)):
            names = ", ".join(dict.fromkeys(control.name for control in controls))
            yield RULE.finding(
                f"what is shown is not what runs: the line holds {names} (column {controls[0].column})",
                Place(path=line.path, line=line.number, end_line=line.number),
                anchor=f"{line.text}",
            )
