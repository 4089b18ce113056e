"""What the code of a change asks of a table or a column, before it and after it."""

from collections.abc import Sequence

from weighbridge.domain.change import Change
from weighbridge.domain.places import Side
from weighbridge.facts.roles import CODE, role_of
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.table_mentions import How, TableMention, table_mentions


def asked_by_change(
    change: Change, landscapes: Landscapes, *, side: Side, table: str, column: str
) -> Sequence[TableMention]:
    """Where the changed code names it, on one side; what comes or goes as a whole aside."""
    changed = [
        file.path
        for file in change.files
        if role_of(file.path) in CODE and file.head is not None and file.base is not None
    ]
    found = table_mentions(landscapes.on(side), table, column=column, among=changed).sure if changed else ()
    return [
        each for each in found if each.how is not How.MODEL
    ]  # a class that says what its table has runs nothing yet


def ceased(change: Change, landscapes: Landscapes, *, table: str, column: str = "") -> TableMention | None:
    """Where the changed code asked for it and asks for it no more: copies of the release before still do."""
    before = asked_by_change(change, landscapes, side=Side.BASE, table=table, column=column)
    is_asked = bool(before) and bool(asked_by_change(change, landscapes, side=Side.HEAD, table=table, column=column))
    return before[0] if before and not is_asked else None
