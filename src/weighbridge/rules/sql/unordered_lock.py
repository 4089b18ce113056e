"""Code locks several rows in no order."""

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
    roles=tuple(sorted({*CODE, "sql"})),
    tags=("sql", "performance"),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each query."""
    yield from case[Queries].unread
    for asked in case[Queries].added:
        said = asked.question
        if said.locks and said.tables and not (said.is_ordered or said.picks_one):
            yield RULE.finding(
                f"rows of `{said.tables[0]}` are locked in whatever order they are found: two that do so can deadlock",
                asked.place,
                anchor=asked.text,
            )
