"""Source has a line so long that nobody reads it."""

from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.roles import CODE, role_of
from weighbridge.landscape.integrity.added_text import AddedLine, AddedText, or_missing

RULE = Rule(
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    reads=(AddedText,),
    weaknesses=(1007,),
    tags=("integrity",),
)
_LONGEST: Final = 2000


def check(case: Case) -> Iterable[Finding] | CouldNotLook:
    """One finding for each file, at its longest added line."""
    text = case[AddedText]
    return or_missing(_found(text), text)


def _found(text: AddedText) -> Iterator[Finding]:
    longest: dict[RepoPath, AddedLine] = {}
    for line in text.odd:
        if len(line.text) > _LONGEST and role_of(line.path) in CODE and ".min." not in line.path:
            known = longest.get(line.path)
            longest[line.path] = line if known is None or len(line.text) > len(known.text) else known
    for path, line in longest.items():
        yield RULE.finding(
            f"this line has {len(line.text):,} characters: minified or packed, it cannot be reviewed as it stands",
            Place(path=path, line=line.number, end_line=line.number),
            anchor="a line nobody reads",
        )
