"""A migration renames a table or a view."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import Act, Create, CreateTable, Insert, Lock, RenameTable
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.names import last_part
from weighbridge.landscape.sql.set_aside import is_set_aside
from weighbridge.landscape.sql.sql_change import SqlChange

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(
        SqlChange,
        Landscapes,
    ),
    roles=("sql",),
    tags=(
        "sql",
        "schema",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each table; less grave where the script gives its old name to something else at once."""
    for step in case[SqlChange].steps():
        act = step.act
        if not isinstance(act, RenameTable):
            continue
        heir, copied = _heir(step, act), None
        is_aside = heir is None and is_set_aside(case[Landscapes].head, act.table, name=act.name)
        if is_aside:
            words = "it is set aside, and nothing here names it; who does elsewhere fails until it is renamed back"
        elif heir is None:
            words = "code that runs by then, old or new, asks for the other"
        elif (copied := _copied(step, act, heir=heir)) is not None:
            words = (
                f"line {heir.act.line} gives its name to the copy of line {copied.act.line}, which has none of what is written in"
                " between, nor the rights, triggers and keys of others that the table has"
            )
        else:
            words = (
                f"the old name stands for what line {heir.act.line} gives it, which code that runs must be content with"
            )
        yield RULE.finding(
            f"`{act.table}` goes by `{act.name}` from one moment to the next: {words}",
            step.place,
            anchor=step.anchor,
            severity=Severity.HIGH if (heir is None and not is_aside) or copied is not None else Severity.MEDIUM,
        )


def _heir(step: Step, act: RenameTable) -> Step | None:
    """What takes the old name after it."""
    old = last_part(act.table)
    return next((each for each in step.after(RenameTable, Create, CreateTable) if old == _gives(each.act)), None)


def _copied(step: Step, act: RenameTable, *, heir: Step) -> Step | None:
    """Where the script copies the rows to what takes the name, unless it keeps others from writing meanwhile."""
    if not isinstance(heir.act, RenameTable) or step.migration.dialect is Dialect.SQLITE:
        return None
    if any(each.act.table == act.table and each.order < step.order for each in step.migration.doing(Lock, Create)):
        return None
    return next(
        (
            each
            for each in step.migration.doing(Insert, CreateTable)
            if each.act.table == heir.act.table and getattr(each.act, "has_query", False) and each.order < step.order
        ),
        None,
    )


def _gives(act: Act) -> str:
    """The name of a table or view that an act makes."""
    if isinstance(act, RenameTable) or (isinstance(act, Create) and act.kind == "view"):
        return last_part(act.name)
    return last_part(act.table) if isinstance(act, CreateTable) else ""
