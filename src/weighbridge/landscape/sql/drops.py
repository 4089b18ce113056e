"""How a drop is told, given what still speaks of what is dropped; and which are none, as the script makes the thing anew."""

from typing import Final

from weighbridge.facts.sql import acts
from weighbridge.landscape.arguments import counted
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.table_mentions import How, TableMentions


def drop_in_words(what: str, mentions: TableMentions) -> str:
    """What a drop means, given what still speaks of it."""
    said = f"{what} is dropped for good"
    if mentions.sure:
        first = next((each for each in mentions.sure if each.how is How.SQL), mentions.sure[0])
        more = f" and {counted(len(mentions.sure) - 1, 'more place')}" if len(mentions.sure) > 1 else ""
        return f"{said} while {_STILL[first.how].format(first.place)}{more} still {_VERBS[first.how]} it"
    if mentions.mentions:
        return f"{said}; {mentions.mentions[0].place} uses a member of that name"
    return said if mentions.is_whole else f"{said}; only code known to use the table was searched for what is left"


_STILL: Final = {How.SQL: "SQL in {}", How.MODEL: "the class in {}", How.ASKED: "code in {}"}
_VERBS: Final = {How.SQL: "names", How.MODEL: "has", How.ASKED: "asks for"}


def last_part(name: str) -> str:
    """A name without its schema."""
    return name.rpartition(".")[2]


def is_made_anew(sql: SqlChange, step: Step) -> bool:
    """Whether the change makes a table of the name again after it has dropped one that may not have been there."""
    act = step.act
    return (
        isinstance(act, acts.DropTable)
        and act.is_conditional
        and any(
            isinstance(each, acts.CreateTable) and last_part(each.table) == last_part(act.table)
            for each in sql.acts_after(step)
        )
    )


def is_replaced(sql: SqlChange, step: Step) -> bool:
    """Whether the change gives the dropped table's name to another that it has filled, as tables of SQLite are altered, or to a view."""
    return any(
        isinstance(each, acts.RenameTable | acts.Create)
        and last_part(each.name) == last_part(step.act.table)
        and (isinstance(each, acts.RenameTable) or "view" in each.kind)
        for each in sql.acts_after(step)
    )
