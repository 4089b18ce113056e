"""Whether a table or a column was put aside under a name that says so, before it is dropped: who still asks for it shows by then."""

import re
from typing import Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.sql import acts
from weighbridge.landscape.landscapes import View
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.names import last_part
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.table_mentions import is_named, table_mentions

_ASIDE: Final = LatePattern(
    r"(?:.*_)?(?:unused|deprecated|obsolete|retired|to_drop|to_be_dropped|dropped|drop_me)(?:_\d+)?|(?:zz+|unused|deprecated|obsolete)_.+",
    re.IGNORECASE,
)


def is_set_aside(view: View, table: str, *, column: str = "", name: str) -> bool:
    """Whether `name`, which it goes by from now on, says that nobody uses it, and no code here does."""
    return _ASIDE.fullmatch(last_part(name)) is not None and _is_unnamed(view, table, column=column)


def was_set_aside(sql: SqlChange, step: Step, *, view: View, column: str = "") -> bool:
    """Whether a script that ran before gave what is dropped such a name, and no code here uses that."""
    table = step.act.table
    if _ASIDE.fullmatch(column or last_part(table)) is None:
        return False
    before = sql.known.acts_on(table, step.migration.dialect)
    is_renamed = any(
        each.name == column
        if isinstance(each, acts.RenameColumn)
        else not column and last_part(each.name) == last_part(table)
        for each in before
        if isinstance(each, acts.RenameColumn | acts.RenameTable)
    )
    return is_renamed and _is_unnamed(view, table, column=column)


def _is_unnamed(view: View, table: str, *, column: str) -> bool:
    found = table_mentions(view, last_part(table), column=column)
    return found.is_whole and not found.mentions and not is_named(view, column or last_part(table))
