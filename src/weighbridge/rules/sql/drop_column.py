"""A migration drops a column."""

from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.change import Change
from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import DropColumn
from weighbridge.facts.sql.put_together import HOLE
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.sql.asked_by_change import ceased
from weighbridge.landscape.sql.by_table import by_table
from weighbridge.landscape.sql.causes import Causes, cause_of_old_code
from weighbridge.landscape.sql.drops import (
    aside_in_words,
    ceased_in_words,
    drop_in_words,
    is_made_by_change,
    out_in_words,
)
from weighbridge.landscape.sql.left_out import left_out
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.names import last_part
from weighbridge.landscape.sql.released import asked_unnamed
from weighbridge.landscape.sql.set_aside import was_set_aside
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.table_mentions import How, TableMentions, table_mentions

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
    """One finding for each column, critical where code still asks for it. Many of one table are told as one.

    A column that a new script of the change adds before was in no release, and holds nothing else.
    """
    return by_table(_each(case))


def _each(case: Case) -> Iterator[tuple[str, Finding]]:
    """The same, each with its table."""
    for step in case[SqlChange].steps():
        act = step.act
        if isinstance(act, DropColumn) and not is_made_by_change(case[SqlChange], step, column=act.column):
            table = last_part(act.table)
            mentions = table_mentions(case[Landscapes].head, table, column=act.column, script=step.migration.path)
            words, severity, causes = _weighed(case, step, act=act, mentions=mentions)
            finding = RULE.finding(
                words,
                step.place,
                anchor=f"{table} {act.column}",
                related=mentions.related(),
                severity=severity,
                causes=causes,
            )
            yield act.table, finding


def _weighed(case: Case, step: Step, *, act: DropColumn, mentions: TableMentions) -> tuple[str, Severity, Causes]:
    """What the drop means, how grave that is, and whether all that code of the release before asks of the table fails."""
    sql, landscapes, table = case[SqlChange], case[Landscapes], last_part(act.table)
    what, causes = f"column `{act.column}` of `{table}`", cause_of_old_code(act.table, fails_all=True)
    is_of_class = all(each.how is not How.SQL and each.place.path.endswith(_RUBY) for each in mentions.sure)
    was = None if mentions.sure else ceased(case[Change], landscapes, table=table, column=act.column)
    if was is not None:
        found = ceased_in_words(what, was), Severity.HIGH
    elif not mentions.mentions and was_set_aside(sql, step, view=landscapes.head, column=act.column):
        found = aside_in_words(what), Severity.MEDIUM
    elif mentions.is_whole and not mentions.mentions and (out := left_out(sql, step, column=act.column)) is not None:
        found = out_in_words(what, out), Severity.MEDIUM
    elif is_of_class and (left := landscapes.base.ruby.ignoring(table, act.column)) is not None:
        found = (
            f"{what} is dropped for good: its class does without it already ({left.path}:{left.line}), and what is called so in Ruby is no column",
            Severity.MEDIUM,
        )
    elif not mentions.sure and (left := landscapes.head.ruby.ignoring(table, act.column)) is not None:
        found = (
            f"{what} is dropped for good: its class does without it only from this change on ({left.path}:{left.line}), and asks for it until that runs everywhere",
            Severity.HIGH,
        )
    else:
        asked = asked_unnamed(sql, step, column=act.column)
        if not asked and not mentions.mentions and mentions.is_whole and (unasked := _unasked(case, step, act=act)):
            return unasked, Severity.MEDIUM, ()
        found = drop_in_words(what, mentions, asked=asked), Severity.CRITICAL if mentions.sure else Severity.HIGH
        return (*found, causes if asked else ())
    return (*found, ())


def _unasked(case: Case, step: Step, *, act: DropColumn) -> str:
    """That nothing here can ask for a column, in words: neither the code after the change nor, where it is other code, that before; empty where it may."""
    if step.migration.is_code or HOLE in act.column:
        return ""
    from weighbridge.landscape.sql.listed_columns import listed_at, listed_in_words  # noqa: PLC0415 - few drops come so far

    sql, landscapes = case[SqlChange], case[Landscapes]
    was = table_mentions(landscapes.base, last_part(act.table), column=act.column)
    found = None if was.mentions else listed_at(landscapes.base, sql, step=step, column=act.column)
    if found is None or listed_at(landscapes.head, sql, step=step, column=act.column) is None:
        return ""
    return listed_in_words(f"column `{act.column}` of `{last_part(act.table)}`", found[0], more=found[1])


_RUBY: Final = (".rb", ".rake", ".erb", ".haml", ".slim", ".jbuilder")
"""What asks through the class, which knows of no column that it does without."""
