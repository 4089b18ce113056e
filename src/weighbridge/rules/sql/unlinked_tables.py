"""Code asks for every pair of the rows of two tables."""

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
    """One finding for each query."""
    yield from case[Queries].unread
    for asked in case[Queries].added:
        said = asked.question
        if said.unlinked and len(said.tables) > 1:
            yield RULE.finding(
                f"no condition links `{said.unlinked[0]}` to the others: each of its rows is combined with each of theirs (a cartesian product)",
                asked.place,
                anchor=asked.text,
            )
