"""What SQLite's `ALTER TABLE` cannot do, by its documentation: everything else is a new table that takes the old one's place."""

import re
from collections.abc import Iterable

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.sql import acts
from weighbridge.facts.sql.acts import Act, Column, ConstraintKind
from weighbridge.landscape.sql.migrations import Step

_UNKNOWN = (
    acts.ChangeType, acts.SetNotNull, acts.DropNotNull, acts.SetDefault, acts.AddConstraint, acts.DropConstraint,
    acts.ValidateConstraint, acts.Truncate,
)  # fmt: skip


_OF_TOOLS = (".rb", ".py", ".js", ".cjs", ".mjs", ".ts", ".mts", ".cts")
_SAID = LatePattern(r"(?:alter|truncate)\s", re.IGNORECASE)
"""How statements begin that are refused."""


def why_refused(act: Act, before: Iterable[Act]) -> str:
    """Why SQLite refuses an act, empty where it does not; `before` is what was done to the table."""
    if isinstance(act, acts.Truncate):
        return "SQLite knows no TRUNCATE"
    if isinstance(act, _UNKNOWN):
        return "SQLite's ALTER TABLE renames, adds and drops columns, and nothing else"
    if isinstance(act, acts.AddColumn):
        return _of_column(act.column)
    if isinstance(act, acts.DropColumn):
        return _of_drop(act.column, before)
    return ""


def _of_column(column: Column) -> str:
    kinds = {each.kind for each in column.constraints}
    if kinds & {ConstraintKind.UNIQUE, ConstraintKind.PRIMARY_KEY}:
        return f"`{column.name}` is a key, and SQLite adds none with a column"
    if column.generated == "stored":
        return f"`{column.name}` is computed and stored, and SQLite adds only those computed when they are read"
    default = column.default
    if default is not None and (default.calls or default.text.startswith("(")):
        return f"the default of `{column.name}` is no constant, and SQLite adds none such to a table with rows"
    return ""


def _of_drop(column: str, before: Iterable[Act]) -> str:
    indexes: dict[str, tuple[str, ...]] = {}
    keys: set[str] = set()
    for act in before:
        match act:
            case acts.CreateIndex(name=name, columns=columns):
                indexes[name] = columns
            case acts.DropIndex(name=name):
                indexes.pop(name, None)
            case acts.DropTable():
                indexes, keys = {}, set()
            case acts.CreateTable(columns=columns, constraints=constraints):
                keys = {name for each in constraints for name in each.columns}
                keys |= {each.name for each in columns if each.constraints}
    index = next((name for name, columns in indexes.items() if column in columns), "")
    if index:
        return f"the index `{index}` is over `{column}`, and SQLite drops no column that one is over"
    return f"`{column}` is part of a key, and SQLite drops no such column" if column in keys else ""


def is_remade_by_tool(step: Step) -> bool:
    """Whether the tool itself makes a new table, which takes the old one's place, for what SQLite refuses: Rails, Django, Knex and
    TypeORM do so for their own operations, Alembic within `batch_alter_table`; none does for statements that are handed to it.
    """
    text = step.deed.text.lstrip()
    return step.migration.path.endswith(_OF_TOOLS) and not text.startswith("op.") and not _SAID.match(text)


def is_rebuilt(step: Step) -> bool:
    """Whether a table that is dropped here gets its name, and the rows, of one that was made and filled before."""
    return any(
        isinstance(each.act, acts.RenameTable) and each.act.name == step.act.table
        for each in step.after(acts.RenameTable)
    )


def keeps_keys_off(step: Step) -> bool:
    """Whether foreign keys were switched off before, where that works: within a transaction it does nothing."""
    is_off = False
    for each in step.migration.steps:
        if each.order >= step.order:
            break
        text = each.deed.text.lower().replace(" ", "")
        if text.startswith("pragmaforeign_keys=") and not each.is_uncommitted:
            is_off = text.removeprefix("pragmaforeign_keys=").strip("'\";") in ("off", "0", "false", "no")
    return is_off
