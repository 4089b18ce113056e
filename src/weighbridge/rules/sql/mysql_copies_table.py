"""A migration has MySQL copy a table, or keep it from being written to."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import ChangeType
from weighbridge.landscape.sql.mysql import Way, asked_for, kept_out, work_of
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.sql.weights import how_long, taken_for, weighed

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(SqlChange,),
    roles=("sql",),
    tags=(
        "sql",
        "lock",
        "mysql",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each thing done for which MySQL 8 copies, freezes or rebuilds a table."""
    sql = case[SqlChange]
    for step in sql.steps(Dialect.MYSQL):
        act = step.act
        before = sql.type_before(step, act.table, column=act.column) if isinstance(act, ChangeType) else None
        checks_keys = step.parameters.get("foreign_key_checks", "1").lower() not in ("0", "off", "false")
        work = work_of(act, together=step.deed.acts, before=before, checks_keys=checks_keys)
        algorithm, lock = asked_for(step.deed.text)
        if work is None and step.act is step.deed.acts[0]:
            work = kept_out(act, algorithm=algorithm, lock=lock)
        if work is None or algorithm in ("instant", "nocopy"):
            continue
        is_refused = work.way.blocks and (lock == "none" or (algorithm == "inplace" and work.way is Way.COPIED))
        if is_refused and lock != "shared":
            continue
        way = Way.COPIED if algorithm == "copy" else work.way
        most = Severity.HIGH if way.blocks else Severity.MEDIUM
        yield RULE.finding(
            f"`{act.table}`: {work.why}, so that it is {way.value}: {how_long(sql, act.table)}{taken_for(step)}",
            step.place,
            anchor=f"{work.why} {step.anchor}",
            severity=weighed(sql, act.table, most=most),
        )
