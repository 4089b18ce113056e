"""Code searches within texts, which no ordinary index helps."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.roles import CODE
from weighbridge.landscape.sql.queries import Queries

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(Queries,),
    roles=tuple(sorted(CODE)),
    tags=("sql", "performance"),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each column."""
    yield from case[Queries].unread
    for asked in case[Queries].added:
        said = asked.question
        for column in said.searches_within:
            yield RULE.finding(
                f"`{column}` is compared with a text that begins with a wildcard: every row is read",
                asked.place,
                anchor=f"{column} {asked.text}",
            )
