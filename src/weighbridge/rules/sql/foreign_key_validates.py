"""A migration adds a foreign key that is held against every row at once."""

from collections.abc import Iterable, Iterator

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import AddColumn, AddConstraint
from weighbridge.landscape.sql.by_table import by_script
from weighbridge.landscape.sql.causes import Causes, cause_of
from weighbridge.landscape.sql.column_types import keys_of
from weighbridge.landscape.sql.lasting import line_of_long_work
from weighbridge.landscape.sql.likely_small import holds_few
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.names import is_one
from weighbridge.landscape.sql.new_columns import are_empty
from weighbridge.landscape.sql.postgres import locks_of
from weighbridge.landscape.sql.spared import may_be_pressing
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.sql.weights import how_long, is_lock_bounded, locked_by, weighed

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
    """One finding for each key, those aside that hold up no other table than one before it; many of one script are one.

    With a column that is new and empty no row is looked up, and a limit to what it waits is enough.
    """
    return by_script(_each(case), things="keys")


def _each(case: Case) -> Iterator[Finding]:
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
                if are_empty(step, key.columns):
                    neither = "it may not" if is_own else f"neither it nor `{other}` may"
                    words = f"every row of `{act.table}` is read while {neither} be written to, though the new column is empty"
                line = locked_by(sql, step, table=act.table)
                more = (
                    f"; line {line} keeps out who reads `{act.table}` as well, until the transaction ends"
                    if line
                    else ""
                )
                words = f"{words}: {how_long(sql, act.table)}{more}"
                severity = weighed(sql, act.table)
            elif act.column.default is not None or act.column.generated == "stored":
                words = (
                    f"every row of `{act.table}` is looked up in `{other}` for what `{act.column.name}` begins with, while"
                    f" neither may be written to: {how_long(sql, act.table)}"
                )
                severity = weighed(sql, act.table)
            else:
                words, severity = _of_a_moment(sql, step, column=act.column.name, other=other)
            yield RULE.finding(
                words,
                step.place,
                anchor=step.anchor,
                severity=severity,
                causes=_causes(sql, step, other=other),
            )


def _of_a_moment(sql: SqlChange, step: Step, *, column: str, other: str) -> tuple[str, Severity]:
    """How a key is told of which no row has to be looked up, and how grave: hardly, where nobody but the new column's own table waits."""
    table = step.act.table
    is_alone = is_one(other, table) or sql.is_made_before(step, other)
    both = f"`{table}` is" if is_alone else f"`{table}` and `{other}` are both"
    words = f"{both} locked for a moment for the key of `{column}`, of which no row has to be looked up: "
    if is_alone:
        return f"{words}as it is for any new column", Severity.LOW
    words += "whatever either waits for makes everybody wait"
    if is_lock_bounded(step):
        return words, Severity.LOW
    line = line_of_long_work(sql, step, column=column)
    is_pressing = bool(line) or any(may_be_pressing(sql, step, table=each) for each in (table, other))
    most = Severity.HIGH if is_pressing else Severity.MEDIUM
    graver = min((weighed(sql, each, most=most) for each in (table, other)), key=lambda each: each.rank)
    more = "" if is_pressing else ", for whom no script took care before"
    lasting = f"; both stay locked while line {line} takes its time" if line else ""
    return f"{words}{more}, and no lock_timeout ends that{lasting}", graver


def _causes(sql: SqlChange, step: Step, *, other: str) -> Causes:
    """What both tables wait for; of the other one where it was there, and may be large."""
    own = step.act.table
    return tuple(
        cause
        for lock in locks_of(step.act)
        if lock.table == own or (lock.table == other and _may_wait_long(sql, step, table=other))
        for cause in cause_of(step, lock)
    )


def _may_wait_long(sql: SqlChange, step: Step, *, table: str) -> bool:
    is_few = holds_few(table) or sql.sizes.of(table).is_small  # no more is asked than costs nothing
    return not is_few and not sql.is_made_before(step, table)
