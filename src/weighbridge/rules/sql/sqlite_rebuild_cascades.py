"""A migration builds a table of SQLite anew while foreign keys lead to it."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import DropTable
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.sql.sqlite import is_rebuilt, keeps_keys_off

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(SqlChange,),
    roles=("sql",),
    tags=(
        "sql",
        "data-loss",
        "sqlite",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each table that is dropped while keys to it are in force."""
    sql = case[SqlChange]
    for step in sql.steps(Dialect.SQLITE):
        act = step.act
        if not isinstance(act, DropTable) or not is_rebuilt(step) or keeps_keys_off(step):
            continue
        referring = next(iter(sql.known.referring_to(act.table, Dialect.SQLITE)), None)
        if referring is not None:
            yield RULE.finding(
                f"dropping `{act.table}` first deletes its rows, and `{referring.table}` refers to them: where foreign keys are"
                " checked, what refers is deleted with them or the script fails",
                step.place,
                anchor=act.table,
            )
