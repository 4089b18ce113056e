"""Code reads a whole table."""

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
    """One finding for each query without a condition or a limit; graver in a job, which meets the table as large as it gets."""
    yield from case[Queries].unread
    for asked in case[Queries].added:
        said = asked.question
        if said.verb == "select" and said.tables and not (said.has_where or said.is_limited or said.is_counted):
            yield RULE.finding(
                f"every row of `{said.tables[0]}` is read, however many there come to be",
                asked.place,
                anchor=asked.text,
                severity=Severity.MEDIUM if asked.is_job else Severity.LOW,
            )
