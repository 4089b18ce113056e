"""A migration renames a table or a view."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import Act, Create, CreateTable, RenameTable
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
        heir = _heir(step, act)
        is_aside = heir is None and is_set_aside(case[Landscapes].head, act.table, name=act.name)
        if is_aside:
            words = "it is set aside, and nothing here names it; who does elsewhere fails until it is renamed back"
        elif heir is None:
            words = "code that runs by then, old or new, asks for the other"
        else:
            words = (
                f"the old name stands for what line {heir.act.line} gives it, which code that runs must be content with"
            )
        yield RULE.finding(
            f"`{act.table}` goes by `{act.name}` from one moment to the next: {words}",
            step.place,
            anchor=step.anchor,
            severity=Severity.HIGH if heir is None and not is_aside else Severity.MEDIUM,
        )


def _heir(step: Step, act: RenameTable) -> Step | None:
    """What takes the old name after it."""
    old = last_part(act.table)
    return next((each for each in step.after(RenameTable, Create, CreateTable) if old == _gives(each.act)), None)


def _gives(act: Act) -> str:
    """The name of a table or view that an act makes."""
    if isinstance(act, RenameTable) or (isinstance(act, Create) and act.kind == "view"):
        return last_part(act.name)
    return last_part(act.table) if isinstance(act, CreateTable) else ""
