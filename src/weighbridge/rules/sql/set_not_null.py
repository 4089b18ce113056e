"""A migration forbids that a column is empty, and has every row searched for it."""

from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import AddColumn, SetDefault, SetNotNull
from weighbridge.landscape.sql.by_table import by_script
from weighbridge.landscape.sql.causes import cause_of, cause_of_old_code
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.not_null import is_kept_full, is_read_already
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
    """One finding for each column that no valid check is known to keep from being empty; many of one script are one."""
    found = list(_each(case))
    for sudden in (True, False):
        yield from by_script((each for is_sudden, each in found if is_sudden is sudden), things="columns")


def _each(case: Case) -> Iterator[tuple[bool, Finding]]:
    """The same, each with whether code that still runs cannot know of it."""
    sql = case[SqlChange]
    for step in sql.steps(Dialect.POSTGRES):
        act = step.act
        if not isinstance(act, SetNotNull):
            continue
        is_searched = (step.migration.spoken.version or _TRUSTS_CHECKS) < _TRUSTS_CHECKS
        is_kept = not is_searched and is_kept_full(sql, step, table=act.table, column=act.column)
        if not is_kept and not is_read_already(sql, step):
            scan = Held(table=act.table, level=Level.ACCESS_EXCLUSIVE, extent=Extent.SCAN)
            held = told(sql, step, held=scan)
            is_sudden = _is_sudden(sql, step, act=act)
            sudden = f"`{act.column}` is new and may not be NULL from now on, with no default: the INSERTs of the release that is still running leave it out and fail; "
            causes = cause_of(step, scan)
            finding = RULE.finding(
                f"{sudden if is_sudden else ''}every row is searched for a NULL in `{act.column}`: {held.words}",
                step.place,
                anchor=step.anchor,
                severity=Severity.HIGH if is_sudden else held.severity,
                causes=(*causes, *cause_of_old_code(act.table)) if is_sudden and causes else causes,
            )
            yield is_sudden, finding


def _is_sudden(sql: SqlChange, step: Step, *, act: SetNotNull) -> bool:
    """Whether no code that runs can know of a column that must be given: one that the change adds, without a default."""
    if not sql.is_new_column(step, act.column):
        return False
    filled = False
    for each in sql.acts_before(step, act.table, naming=act.column):
        if isinstance(each, AddColumn) and each.column.name == act.column:
            filled = each.column.default is not None or bool(each.column.generated)
        elif isinstance(each, SetDefault) and each.column == act.column:
            filled = each.value is not None
    return not filled


_TRUSTS_CHECKS: Final = 12
"""Since this version a valid check spares the search."""
