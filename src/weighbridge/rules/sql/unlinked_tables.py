"""Code asks for every pair of the rows of two tables."""

from collections.abc import Iterable, Sequence

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.facts.roles import CODE
from weighbridge.landscape.sql.names import is_one
from weighbridge.landscape.sql.queries import Queries
from weighbridge.landscape.sql.sql_change import SqlChange

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    reads=(
        Queries,
        SqlChange,
    ),
    roles=tuple(sorted({*CODE, "sql"})),
    tags=("sql", "performance"),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each query."""
    yield from case[Queries].unread
    for asked in case[Queries].added:
        said = asked.question
        if said.unlinked and len(said.tables) > 1:
            key = _key_between(case[SqlChange], said.tables)
            though = f", though a key leads from `{key[0]}` to `{key[1]}`" if key else ""
            yield RULE.finding(
                f"no condition links `{said.unlinked[0]}` to the others: each of its rows is combined with each of theirs (a cartesian product){though}",
                asked.place,
                anchor=asked.text,
                severity=Severity.HIGH if key else Severity.MEDIUM,
            )


def _key_between(sql: SqlChange, tables: Sequence[str]) -> tuple[str, str] | None:
    """A foreign key of one of these tables to another, by which a query that asks for both links them; None where scripts name none."""
    for to in tables:
        for act in sql.known.referring_to(to, Dialect.POSTGRES):
            own = next((each for each in tables if each != to and is_one(act.table, each)), None)
            if own is not None:
                return own, to
    return None
