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
    roles=tuple(sorted({*CODE, "sql"})),
    tags=("sql", "performance"),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each query."""
    yield from case[Queries].unread
    for asked in case[Queries].added:
        columns = asked.question.searches_within
        if columns:
            names = ", ".join(f"`{column}`" for column in columns)
            what = (
                f"{names} is compared with a text that begins"
                if len(columns) == 1
                else f"{names} are compared with texts that begin"
            )
            yield RULE.finding(
                f"{what} with a wildcard: every row is read that nothing else rules out",
                asked.place,
                anchor=f"{' '.join(columns)} {asked.text}",
            )
