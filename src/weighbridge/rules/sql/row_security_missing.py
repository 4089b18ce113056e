"""A table is made without the guard that all others of its kind have."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import CreateTable, RenameTable, RowSecurity
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.names import last_part
from weighbridge.landscape.sql.owned_rows import OwnedRows
from weighbridge.landscape.sql.sql_change import SqlChange

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(SqlChange,),
    roles=("sql",),
    weaknesses=(862,),
    tags=(
        "sql",
        "access",
        "postgresql",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each table with a column by which policies of others tell whose a row is."""
    sql = case[SqlChange]
    steps = list(sql.all_steps(Dialect.POSTGRES))
    made = [step for step in steps if _is_kept(step)]
    if not made:
        return
    switched = {last_part(each.act.table) for each in steps if isinstance(each.act, RowSecurity)}
    renamed = {last_part(each.act.name) for each in steps if isinstance(each.act, RenameTable)}
    rows = OwnedRows(sql.known)
    for step in made:
        act = step.act
        name = last_part(act.table)
        if (
            not isinstance(act, CreateTable)
            or name in switched
            or renamed & switched
            or _may_be_switched(sql, step, steps=steps)
        ):
            continue
        owned = rows.told_by(each.name for each in act.columns)
        if owned is None or name in owned.guarded or len(owned.open) * _RARE > len(owned.guarded):
            continue
        others = ", ".join(f"`{each}`" for each in owned.guarded[:_MOST_NAMED])
        yield RULE.finding(
            f"`{act.table}` has `{owned.column}`, by which policies of {others} tell whose a row is, and no row-level security: whoever may"
            " read the table reads the rows of all",
            step.place,
            anchor=act.table,
            severity=Severity.HIGH if len(owned.guarded) > 1 else Severity.MEDIUM,
        )


_RARE: Final = 4
"""One table without the guard to so many with it is an exception."""
_MOST_NAMED: Final = 3


def _is_kept(step: Step) -> bool:
    act = step.act
    return isinstance(act, CreateTable) and not act.is_temporary and not act.parent


def _may_be_switched(sql: SqlChange, step: Step, *, steps: Iterable[Step]) -> bool:
    """Whether a statement that is put together when it runs, or a routine that is called for the table, may switch it."""
    text = sql.text_of(step.migration.path).lower()
    read = {each.order for each in steps if each.migration is step.migration and isinstance(each.act, RowSecurity)}
    if len(_SWITCH.findall(text)) > len(read):
        return True
    calls = _GUARDS.finditer(text)
    return any(last_part(step.act.table).lower() in call["given"] for call in calls)


_SWITCH: Final = LatePattern(r"\b(?:enable|force)\s+row\s+level\s+security\b")
_GUARDS: Final = LatePattern(r"\b\w*(?:rls|secur|polic|tenan|guard|protect)\w*\s*\((?P<given>[^()]*'[^()]*)\)")
