"""A migration lets a column be empty."""

from collections.abc import Iterable

from weighbridge.domain.change import Change
from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import DropColumn, DropNotNull
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.sql.names import last_part
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.table_mentions import table_mentions

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(
        SqlChange,
        Change,
        Landscapes,
    ),
    roles=("sql",),
    tags=(
        "sql",
        "schema",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each column that the script does not also drop; less grave where the code is here and never asks for it, or is changed with it."""
    changed = frozenset(file.path for file in case[Change].files)
    for step in case[SqlChange].steps():
        act = step.act
        if not isinstance(act, DropNotNull):
            continue
        is_dropped = any(
            isinstance(each.act, DropColumn) and each.act.column == act.column
            for each in step.migration.doing(DropColumn)
        )
        if not is_dropped:
            view = case[Landscapes].head
            mentions = table_mentions(view, last_part(act.table), column=act.column, script=step.migration.path)
            is_unread = mentions.is_whole and bool(view.landscape.tree.code_paths) and not mentions.sure
            left = [each for each in mentions.sure if each.place.path not in changed]
            is_met = bool(mentions.sure) and not left
            if is_met:
                words = f"code that reads it ({mentions.sure[0].place.path}) changes with it, and copies of the old one that still run have never met that"
            else:
                words = f"code that reads it{f' ({left[0].place.path})' if left else ''} has never met that"
            yield RULE.finding(
                f"`{act.column}` of `{act.table}` may be empty from then on: {words}",
                step.place,
                anchor=step.anchor,
                related=mentions.related(),
                severity=Severity.MEDIUM if is_unread or is_met else Severity.HIGH,
            )
