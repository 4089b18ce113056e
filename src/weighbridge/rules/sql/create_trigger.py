"""A migration adds a trigger to a table that is in use."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import Create, Drop
from weighbridge.landscape.sql.postgres import Extent, Held, Level
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.sql.weights import told, weighed

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(SqlChange,),
    roles=("sql",),
    tags=(
        "sql",
        "lock",
        "postgresql",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each trigger; less grave where it takes the place of another, or waits only so long for its lock."""
    sql = case[SqlChange]
    for step in sql.steps(Dialect.POSTGRES):
        act = step.act
        if not isinstance(act, Create) or act.kind != "trigger" or not act.table:
            continue
        is_replacing = act.is_replacing or any(
            isinstance(each.act, Drop)
            and (each.act.kind, each.act.name) == ("trigger", act.name)
            and each.order < step.order
            for each in step.migration.steps
        )
        is_bounded = step.parameters.get("lock_timeout", "0") not in ("0", "0s", "0ms", "default")
        most = Severity.MEDIUM if is_replacing or is_bounded else Severity.HIGH
        held = told(sql, step, held=Held(table=act.table, level=Level.SHARE_ROW_EXCLUSIVE, extent=Extent.MOMENT))
        yield RULE.finding(
            f"{held.words}; from then on `{act.name}` runs within every write that fires it, and fails it where it fails",
            step.place,
            anchor=step.anchor,
            severity=weighed(sql, act.table, most=most),
        )
