"""A migration adds a foreign key that is held against every row at once."""

from collections.abc import Iterable, Sequence

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import AddColumn, AddConstraint, Insert, Update
from weighbridge.landscape.sql.known_types import keys_of
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.names import is_one
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.sql.weights import how_long, locked_by, taken_for, weighed

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
    """One finding for each key, those aside that hold up no other table than one before it."""
    sql = case[SqlChange]
    told: dict[tuple[RepoPath, str], set[str]] = {}
    for step in sql.steps(Dialect.POSTGRES):
        act = step.act
        if not isinstance(act, AddConstraint | AddColumn):
            continue
        for key in keys_of(act):
            if key.reference is None or key.is_not_valid:
                continue
            other = key.reference.table
            if isinstance(act, AddConstraint):
                locked = told.setdefault((step.migration.path, act.table), set())
                if locked and other in {act.table, *locked}:
                    continue  # the same table is read while no other is held up than was told
                locked.add(other)
                is_own = is_one(act.table, other)
                where = "itself while it may not" if is_own else f"`{other}` while neither may"
                words = f"every row of `{act.table}` is looked up in {where} be written to"
                if _are_empty(step, key.columns):
                    neither = "it may not" if is_own else f"neither it nor `{other}` may"
                    words = f"every row of `{act.table}` is read while {neither} be written to, though the new column is empty"
                line = locked_by(step, act.table)
                more = (
                    f"; line {line} keeps out who reads `{act.table}` as well, until the transaction ends"
                    if line
                    else ""
                )
                words = f"{words}: {how_long(sql, act.table)}{more}"
            else:
                words = (
                    f"`{act.table}` and `{other}` are both locked for the key of `{act.column.name}`: whatever either waits"
                    " for makes everybody wait"
                )
            yield RULE.finding(
                words + taken_for(step),
                step.place,
                anchor=step.anchor,
                severity=min(weighed(sql, act.table), weighed(sql, other), key=lambda each: each.rank),
            )


def _are_empty(step: Step, columns: Sequence[str]) -> bool:
    """Whether the script added the columns before, and nothing of it fills them."""
    table = step.act.table
    before = [each.act for each in step.migration.doing(AddColumn, Update, Insert) if each.order <= step.order]
    added = {
        act.column.name
        for act in before
        if isinstance(act, AddColumn) and act.table == table and act.column.default is None
    }
    is_filled = any(isinstance(act, Update | Insert) and act.table == table for act in before)
    return bool(columns) and not is_filled and added.issuperset(columns)
