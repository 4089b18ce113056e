"""Columns that a script has just added, and nothing of it fills."""

from collections.abc import Sequence

from weighbridge.facts.sql.acts import AddColumn, Insert, Update
from weighbridge.landscape.sql.migrations import Step


def are_empty(step: Step, columns: Sequence[str]) -> bool:
    """Whether the script added the columns before, and nothing of it fills them."""
    table = step.act.table
    before = [each.act for each in step.migration.doing(AddColumn, Update, Insert) if each.order <= step.order]
    added = {
        act.column.name
        for act in before
        if isinstance(act, AddColumn) and act.table == table and act.column.default is None
    }
    is_filled = any(isinstance(act, Update | Insert) and act.table == table for act in before)
    return bool(columns) and not is_filled and added.issuperset(columns)
