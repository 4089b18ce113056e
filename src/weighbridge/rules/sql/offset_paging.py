"""Code pages by passing over rows."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.roles import CODE
from weighbridge.landscape.sql.queries import Queries

RULE = Rule(
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    reads=(Queries,),
    roles=tuple(sorted({*CODE, "sql"})),
    tags=("sql", "performance"),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each query."""
    yield from case[Queries].unread
    for asked in case[Queries].added:
        said = asked.question
        if said.skips and said.tables:
            yield RULE.finding(
                f"the rows of `{said.tables[0]}` that a page passes over are all read first, the more the later the page; what"
                " is inserted meanwhile shifts them",
                asked.place,
                anchor=asked.text,
            )
