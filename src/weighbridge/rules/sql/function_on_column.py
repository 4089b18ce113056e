"""Code compares what a function makes of a column, which an index over the column does not help."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.roles import CODE
from weighbridge.landscape.sql.queries import Queries

RULE = Rule(
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    reads=(Queries,),
    roles=tuple(sorted({*CODE, "sql"})),
    tags=("sql", "performance"),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each column."""
    yield from case[Queries].unread
    for asked in case[Queries].added:
        said = asked.question
        for function, column in said.wrapped:
            yield RULE.finding(
                f"{function}({column}) is computed for every row: an index over `{column}` alone is not used",
                asked.place,
                anchor=f"{function} {column} {asked.text}",
            )
