"""What one transaction does to one table, as the cause of what several rules tell of it: who uses the table waits once."""

from collections.abc import Sequence
from typing import Final

from weighbridge.domain.findings import Cause
from weighbridge.facts.sql.acts import Delete, Update
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.postgres import Extent, Held, Level
from weighbridge.landscape.sql.sql_change import SqlChange

Causes = tuple[Cause, ...]
_WEIGHTS: Final = {Extent.REWRITE: 40, Extent.BUILD: 30, Extent.SCAN: 20, Extent.MOMENT: 10}
_ROWS: Final = 25
_ROWS_UNDER_LOCK: Final = 50
"""Rows that statements write are locked one by one; where the table is locked as a whole meanwhile, that is the longest of all."""

_FAILS_TO_ADD, _FAILS_ALL = 10, 20


def cause_of(step: Step, held: Held, *, is_more: bool = False) -> Causes:
    """The cause that is a lock; none where each statement is committed by itself."""
    return _cause(step, held.table, weight=_WEIGHTS[held.extent] + held.level, is_more=is_more)


def cause_of_rows(step: Step, *, is_under_lock: bool = False, is_more: bool = False) -> Causes:
    """The cause that is a change of rows, perhaps while their table is locked as a whole."""
    weight = _ROWS_UNDER_LOCK + Level.ACCESS_EXCLUSIVE if is_under_lock else _ROWS + Level.ROW_EXCLUSIVE
    return _cause(step, step.act.table, weight=weight, is_more=is_more)


def causes_of_rows(steps: Sequence[Step], *, is_more: bool = False) -> Causes:
    """The causes that are changes of rows; none where one of them is committed by itself."""
    found = [cause_of_rows(each, is_more=is_more) for each in steps]
    return tuple(cause for each in found for cause in each) if all(found) else ()


def overwrites(sql: SqlChange, step: Step) -> bool:
    """Whether rows are gone for good, or what every row held in a column that was there: of that no lock tells."""
    act = step.act
    if isinstance(act, Delete):
        return True
    if not isinstance(act, Update) or act.where is not None or act.is_limited:
        return False
    return any(not sql.is_new_column(step, column) for column in act.columns)


def cause_of_old_code(table: str, *, fails_all: bool = False) -> Causes:
    """The cause that is code of the release before, which fails to add rows to a table, or fails with all that it asks of it and so says more."""
    key = ("code of the release before", table.removeprefix("public."))
    return (Cause(key=key, weight=_FAILS_ALL if fails_all else _FAILS_TO_ADD, is_more=fails_all),)


def _cause(step: Step, table: str, *, weight: int, is_more: bool) -> Causes:
    if step.transaction < 0 or not table:
        return ()
    key = (step.migration.path, str(step.transaction), table.removeprefix("public."))
    return (Cause(key=key, weight=weight, is_more=is_more),)
