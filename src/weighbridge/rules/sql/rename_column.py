"""A migration renames a column."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import RenameColumn
from weighbridge.landscape.landscapes import Landscapes
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
    """One finding for each column; less grave where no code here names it and its new name says that it is to go."""
    for step in case[SqlChange].steps():
        act = step.act
        if not isinstance(act, RenameColumn):
            continue
        if is_set_aside(case[Landscapes].head, act.table, column=act.column, name=act.name):
            yield RULE.finding(
                f"`{act.column}` of `{act.table}` is set aside as `{act.name}`: nothing here names it; who does elsewhere fails until it"
                " is renamed back",
                step.place,
                anchor=step.anchor,
                severity=Severity.MEDIUM,
            )
        else:
            yield RULE.finding(
                f"`{act.column}` of `{act.table}` goes by `{act.name}` from one moment to the next: code that runs by then,"
                " old or new, asks for the other",
                step.place,
                anchor=step.anchor,
            )
