"""Code puts together a query from what it is given."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.places import Place
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.roles import CODE
from weighbridge.landscape.sql.queries import Queries

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    reads=(Queries,),
    roles=tuple(sorted(CODE)),
    tags=("sql", "security"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each query."""
    for path, symbol, built in case[Queries].built:
        line = built.step.line
        yield RULE.finding(
            f"`{built.name}` becomes a part of the query: who chooses it chooses what the database does",
            Place(path=path, line=line, end_line=line, symbol=symbol),
            anchor=built.text,
        )
