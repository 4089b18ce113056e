"""How a drop is told, given what still speaks of what is dropped; and which are none, as the script makes the thing anew."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from weighbridge.domain.places import Place
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql import acts
from weighbridge.facts.sql.put_together import HOLE
from weighbridge.landscape.arguments import counted
from weighbridge.landscape.sql.known_types import in_order, series_of
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.names import last_part
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.table_mentions import How, TableMention, TableMentions


def drop_in_words(what: str, mentions: TableMentions, *, asked: str = "") -> str:
    """What a drop means, given what still speaks of it, and how the release before asks for it without a word."""
    said = f"{what} is dropped for good"
    if HOLE in what:
        return f"{said}; which one is known only when it runs"
    if mentions.sure:
        return f"{said} while {_still(mentions)}"
    if asked:
        return f"{said}, and {asked}"
    if mentions.mentions:
        return f"{said}; {_may(mentions)}"
    if not mentions.is_whole:
        return f"{said}; more code holds these words than was searched for what is left"
    return f"{said}: nothing here names it; copies of the release before that still run may, and what is in it is lost either way"


def ceased_in_words(what: str, was: TableMention) -> str:
    """What a drop means of what the change's own code asked for until then."""
    return (
        f"{what} is dropped for good in the change by which {was.place} ceases to ask for it: until every copy of the old code is"
        " gone, what that asks for fails"
    )


def aside_in_words(what: str) -> str:
    """What a drop means of what was put aside before."""
    return f"{what} is dropped for good: an earlier script set it aside under this name, and nothing here asks for it"


def out_in_words(what: str, out: Place) -> str:
    """What a drop means of what an earlier migration took from Django's models."""
    return f"{what} is dropped for good: its model does without it already ({out.path}:{out.line}), and nothing here asks for it"


def _still(mentions: TableMentions) -> str:
    """What surely asks for it, by the first place and how many more there are."""
    first, more = mentions.sure[0], _more(mentions.sure, is_all=mentions.is_all)
    if more and first.how is How.BUILT:
        return f"queries built in {first.place}{more} still name it"
    return f"{_STILL[first.how].format(first.place)}{more} still {_VERBS[first.how]} it"


def _may(mentions: TableMentions) -> str:
    """What may ask for it, of the kind that most likely does."""
    first = mentions.mentions[0]
    alike = [each for each in mentions.mentions if each.how is first.how]
    more = _more(alike, is_all=mentions.is_all or len(alike) < len(mentions.mentions))
    one, many = _MAY[first.how]
    return f"{first.place}{more} {many if more else one}"


def _more(alike: Sequence[TableMention], *, is_all: bool) -> str:
    """How many besides the first; no more are looked for than a finding shows."""
    if len(alike) == 1:
        return ""
    return f" and {'' if is_all else 'at least '}{counted(len(alike) - 1, 'more place')}"


_STILL: Final = {
    How.SQL: "SQL in {}",
    How.BUILT: "a query built in {}",
    How.MODEL: "the class in {}",
    How.ASKED: "code in {}",
}
_VERBS: Final = {How.SQL: "names", How.BUILT: "names", How.MODEL: "has", How.ASKED: "asks for"}
_MAY: Final = {
    How.MAY: (
        "may read it: its SQL names one so, though it speaks to another database as well",
        "may read it: their SQL names one so, though it speaks to another database as well",
    ),
    How.MEMBER: ("uses a member of that name", "use a member of that name"),
    How.SAID: ("says its name in a log or an error", "say its name in logs or errors"),
}


def is_made_anew(sql: SqlChange, step: Step) -> bool:
    """Whether the change makes a table of the name again after it has dropped one that may not have been there."""
    act = step.act
    return (
        isinstance(act, acts.DropTable)
        and act.is_conditional
        and any(isinstance(each, acts.CreateTable) for each in sql.given_after(step, act.table))
    )


def is_made_by_change(sql: SqlChange, step: Step, *, column: str) -> bool:
    """Whether a new script of the change surely added the column before this step, so that nothing was in it until then."""
    own = step.migration
    return any(
        isinstance(each.act, acts.AddColumn)
        and each.act.column.name == column
        and not each.act.is_conditional
        and (each.order < step.order if each.migration is own else in_order(each.migration.path) < in_order(own.path))
        for migration in sql.migrations
        if migration.is_new and series_of(migration.path) == series_of(own.path)
        for each in migration.on(step.act.table, acts.AddColumn)
    )


def is_replaced(sql: SqlChange, step: Step) -> bool:
    """Whether the change gives the dropped table's name to a view, or in SQLite to another table, once its rows were put elsewhere."""
    is_rebuilt = step.migration.dialect is Dialect.SQLITE  # elsewhere a table is altered in its place
    is_given = any(
        (isinstance(each, acts.RenameTable) and is_rebuilt) or (isinstance(each, acts.Create) and "view" in each.kind)
        for each in sql.given_after(step, step.act.table)
    )
    is_old = any(name == step.act.table for name in _new_names(step))
    return (is_given or is_old) and _is_copied(sql, step)


def is_kept_elsewhere(sql: SqlChange, step: Step) -> bool:
    """Whether a table that is dropped is made again, or its rows were put elsewhere: nothing is lost, though its name may be."""
    return is_made_anew(sql, step) or is_replaced(sql, step)


def _new_names(step: Step) -> Iterator[str]:
    """What the script called tables by then: one that it put aside and copied from is told where it is renamed."""
    for each in step.migration.doing(acts.RenameTable):
        if isinstance(each.act, acts.RenameTable) and each.order < step.order:
            yield each.act.name


def _is_copied(sql: SqlChange, step: Step) -> bool:
    """Whether a script of the change wrote what it read of the dropped table into another one."""
    named = re.compile(
        rf"(?:\bfrom|\bjoin)\b[^;]*(?<![\w$]){re.escape(last_part(step.act.table))}(?![\w$])", re.IGNORECASE
    )
    return any(
        isinstance(each.act, acts.Insert | acts.CreateTable) and each.act.has_query and named.search(each.deed.text)
        for migration in sql.migrations
        if migration is step.migration or in_order(migration.path) < in_order(step.migration.path)
        for each in migration.doing(acts.Insert, acts.CreateTable)
        if migration is not step.migration or each.order < step.order
    )
