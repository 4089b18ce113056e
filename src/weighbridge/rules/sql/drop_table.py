"""A migration drops a table."""

from collections.abc import Iterable

from weighbridge.domain.change import Change
from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import DropTable
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.sql.asked_by_change import ceased
from weighbridge.landscape.sql.drops import (
    aside_in_words,
    ceased_in_words,
    drop_in_words,
    is_kept_elsewhere,
    out_in_words,
)
from weighbridge.landscape.sql.emptied import holds_nothing
from weighbridge.landscape.sql.left_out import left_out
from weighbridge.landscape.sql.names import last_part
from weighbridge.landscape.sql.set_aside import was_set_aside
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.table_mentions import table_mentions

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(
        SqlChange,
        Change,
        Landscapes,
    ),
    roles=("sql",),
    tags=(
        "sql",
        "schema",
        "data-loss",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each table, critical where code still uses it; those that are made anew are another rule's."""
    sql = case[SqlChange]
    for step in sql.steps():
        act = step.act
        if isinstance(act, DropTable) and not act.is_temporary and not is_kept_elsewhere(sql, step):
            table = last_part(act.table)
            view, what = case[Landscapes].head, f"table `{table}`"
            mentions = table_mentions(view, table, script=step.migration.path)
            words, severity = drop_in_words(what, mentions), Severity.CRITICAL if mentions.sure else Severity.HIGH
            was = None if mentions.sure else ceased(case[Change], case[Landscapes], table=table)
            if was is not None:
                words = ceased_in_words(what, was)
            elif not mentions.mentions and was_set_aside(sql, step, view=view):
                words, severity = aside_in_words(what), Severity.MEDIUM
            elif mentions.is_whole and not mentions.mentions and (out := left_out(sql, step)) is not None:
                words, severity = out_in_words(what, out), Severity.MEDIUM
            elif not mentions.mentions and mentions.is_whole and (why := holds_nothing(sql, step)):
                words, severity = f"{what} is dropped for good, with nothing in it that is lost: {why}", Severity.MEDIUM
            yield RULE.finding(words, step.place, anchor=table, related=mentions.related(), severity=severity)
