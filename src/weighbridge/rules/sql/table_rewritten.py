"""A migration has a table, an index or a materialised view written anew while nobody may use it."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import AlterOther, Maintain, Reindex
from weighbridge.landscape.sql.postgres import Extent, Held, Level
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.sql.weights import told

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(SqlChange,),
    roles=("sql",),
    tags=(
        "sql",
        "lock",
        "postgresql",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each."""
    sql = case[SqlChange]
    for step in sql.steps(Dialect.POSTGRES):
        act = step.act
        what, table = "", act.table
        if isinstance(act, AlterOther) and act.rewrites:
            what = act.what
        elif isinstance(act, Maintain) and act.how in ("vacuum full", "cluster", "refresh"):
            what = act.how
        elif isinstance(act, Reindex) and not act.is_concurrent:
            what = f"reindex {act.kind}"
            table = act.name if act.kind == "table" else sql.known.table_of_index(act.name)
        if isinstance(act, AlterOther) and act.what.startswith("alter type alter attribute"):
            yield RULE.finding(
                "tables of the type are written anew while nobody may use them, and this fails where a column of any table has it",
                step.place,
                anchor=step.anchor,
            )
        if what:
            held = told(sql, step, held=Held(table=table, level=Level.ACCESS_EXCLUSIVE, extent=Extent.REWRITE))
            yield RULE.finding(
                f"{what}: {held.words}", step.place, anchor=step.anchor, severity=held.severity, causes=held.causes
            )
