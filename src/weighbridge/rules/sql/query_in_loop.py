"""Code asks the database once for each row that it got from it."""

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
    """One finding for each query for one row that a loop asks."""
    yield from case[Queries].unread
    for asked in case[Queries].added:
        said = asked.question
        is_read = said.verb == "select"
        if asked.loop and said.is_of_one and said.tables and (is_read or asked.is_mapped):
            yield RULE.finding(
                f"`{said.tables[0]}` is {'asked' if is_read else 'written'} once for each turn of the loop at line {asked.loop}:"
                " as many round trips as it has turns",
                asked.place,
                anchor=asked.text,
                severity=Severity.MEDIUM if is_read else Severity.LOW,
            )
