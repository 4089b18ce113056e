"""A line goes on as a second line that review does not show."""

from collections.abc import Iterable, Iterator

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.roles import CODE, role_of
from weighbridge.landscape.integrity.added_text import AddedText, or_missing
from weighbridge.landscape.integrity.characters import hidden_line_ends

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(AddedText,),
    weaknesses=(1007, 116),
    tags=("integrity",),
)


def check(case: Case) -> Iterable[Finding] | CouldNotLook:
    """One finding for each added line of code or shell that holds a line end of another kind."""
    text = case[AddedText]
    return or_missing(_found(text), text)


def _found(text: AddedText) -> Iterator[Finding]:
    for line in text.odd:
        if role_of(line.path) not in CODE and not line.path.endswith((".sh", ".bash", ".sql", ".rb", ".php")):
            continue
        ends = [end for end in hidden_line_ends(line.text) if line.text[end.column :].strip()]
        if ends:
            yield RULE.finding(
                f"{ends[0].name} ends a line here for whoever runs it, not for whoever reads it (column {ends[0].column})",
                Place(path=line.path, line=line.number, end_line=line.number),
                anchor=line.text,
            )
