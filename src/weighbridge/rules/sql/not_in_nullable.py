"""Code asks for what is in no list that may hold an empty value."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.roles import CODE
from weighbridge.landscape.sql.queries import Queries

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    reads=(Queries,),
    roles=tuple(sorted(CODE)),
    tags=("sql", "performance"),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each inner query."""
    yield from case[Queries].unread
    for asked in case[Queries].added:
        said = asked.question
        for column in said.not_in:
            yield RULE.finding(
                f"one NULL `{column}` in the inner query, and NOT IN holds for no row at all",
                asked.place,
                anchor=f"{column} {asked.text}",
            )
