"""A migration fills rows in the transaction that changes their table."""

from collections.abc import Iterable, Iterator

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import Delete, Update
from weighbridge.landscape.sql.backfills import backfills
from weighbridge.landscape.sql.batches import is_narrow
from weighbridge.landscape.sql.by_table import by_script
from weighbridge.landscape.sql.causes import cause_of_rows, overwrites
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.sql.weights import weighed

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
    """One finding for each statement that writes rows while a lock is held by one before it; many of one script are one."""
    return by_script(_each(case), things="statements")


def _each(case: Case) -> Iterator[Finding]:
    sql = case[SqlChange]
    for migration in sql.migrations:
        if migration.dialect is not Dialect.POSTGRES:
            continue
        for step, line in backfills(migration):
            act = step.act
            if sql.is_new(step) or not isinstance(act, Update | Delete):
                continue
            is_every = act.where is None and not act.is_limited
            is_short = act.where is not None and is_narrow(act.where, step.deed)
            most = Severity.HIGH if step.is_uncommitted and not is_short else Severity.MEDIUM
            done = "deleted for good" if isinstance(act, Delete) else "written"
            yield RULE.finding(
                f"{'every row' if is_every else 'rows'} of `{act.table}` {'is' if is_every else 'are'} {done} while line {line}"
                " keeps it locked against reads and writes: that ends with the transaction",
                step.place,
                anchor=step.anchor,
                severity=weighed(sql, act.table, most=most),
                causes=cause_of_rows(step, is_under_lock=True, is_more=overwrites(sql, step)),
            )
