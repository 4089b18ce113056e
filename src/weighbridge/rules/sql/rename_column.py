"""A migration renames a column."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import AddColumn, RenameColumn
from weighbridge.landscape.arguments import counted
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.names import last_part
from weighbridge.landscape.sql.set_aside import is_set_aside
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.table_mentions import TableMentions, table_mentions

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
    """One finding for each column that was there; less grave where no code here names it and its new name says that it is to go."""
    for step in case[SqlChange].steps():
        act = step.act
        if not isinstance(act, RenameColumn) or _is_own(step, act):
            continue
        if is_set_aside(case[Landscapes].head, act.table, column=act.column, name=act.name):
            yield RULE.finding(
                f"`{act.column}` of `{act.table}` is set aside as `{act.name}`: nothing here names it; who does elsewhere fails until it"
                " is renamed back",
                step.place,
                anchor=step.anchor,
                severity=Severity.MEDIUM,
            )
        elif _is_given_again(step, act):
            yield RULE.finding(
                f"`{act.column}` of `{act.table}` goes by `{act.name}`, and another column by `{act.column}`: code that runs by then"
                " finds the name and reads, or writes, something else",
                step.place,
                anchor=step.anchor,
            )
        else:
            head, base = case[Landscapes].head, case[Landscapes].base
            left = table_mentions(head, last_part(act.table), column=act.column)
            old = left if left.sure else table_mentions(base, last_part(act.table), column=act.column)
            yield RULE.finding(
                f"`{act.column}` of `{act.table}` is renamed to `{act.name}` at once: " + _who_fails(left, old),
                step.place,
                anchor=step.anchor,
                related=left.related(),
            )


def _is_own(step: Step, act: RenameColumn) -> bool:
    """Whether the script itself made the column before, whose name nobody else knows."""
    is_own = False
    for each in step.migration.on(act.table, AddColumn):
        added = each.act
        if isinstance(added, AddColumn) and each.order < step.order and added.column.name == act.column:
            is_own = each.is_added and not added.is_conditional
    return is_own and not any(
        isinstance(each.act, RenameColumn) and each.act.name == act.column and each.order < step.order
        for each in step.migration.on(act.table, RenameColumn)
    )


def _who_fails(left: TableMentions, old: TableMentions) -> str:
    """Whom it leaves behind: who still asks for the old name, else who did before the change and may still run."""
    if left.sure:
        return f"{left.sure[0].place} still asks for the old name{_more(left)}, and fails"
    if old.sure:
        return (
            f"code that still runs as it was, such as {old.sure[0].place}{_more(old)}, asks for the old name and fails"
        )
    return "while old and new code both run, one of them asks for a name that does not exist"


def _more(mentions: TableMentions) -> str:
    rest = len(mentions.sure) - 1
    return f" and {counted(rest, 'more place')}" if rest else ""


def _is_given_again(step: Step, act: RenameColumn) -> bool:
    """Whether the script gives the old name to another column, in the same transaction."""
    for each in step.migration.on(act.table, AddColumn, RenameColumn):
        if each.order > step.order and each.is_uncommitted and each.transaction == step.transaction:
            match each.act:
                case AddColumn(column=added) if added.name == act.column:
                    return True
                case RenameColumn(name=name) if name == act.column:
                    return True
    return False
