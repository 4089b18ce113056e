"""Whether Django's models did without a table or a column before the change: a migration that ran took it out of the state alone."""

import re

from weighbridge.domain.places import Place
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.names import last_part
from weighbridge.landscape.sql.sql_change import SqlChange


def left_out(sql: SqlChange, step: Step, *, column: str = "") -> Place | None:
    """Where an earlier migration of the same app takes what is dropped from the state and leaves the database as it is."""
    folder = step.migration.path.rpartition("/")[0]
    if not step.migration.is_code or not step.migration.path.endswith(".py"):
        return None
    table = last_part(step.act.table).lower()
    for path in reversed(sql.known.paths):
        if path.rpartition("/")[0] != folder or path == step.migration.path:
            continue
        text = sql.known.text(path)
        if "state_operations" not in text:
            continue
        found = next((each for each in _pattern(column).finditer(text) if _is_of(each["model"], table)), None)
        if found is not None and "state_operations" in text[: found.start()]:
            line = text.count("\n", 0, found.start()) + 1
            return Place(path=path, line=line, end_line=line)
    return None


def _is_of(model: str, table: str) -> bool:
    """Whether a table is called as Django calls that of a model."""
    return table == model.lower() or table.endswith(f"_{model.lower()}")


def _pattern(column: str) -> re.Pattern[str]:
    if not column:
        return re.compile(r"\bDeleteModel\(\s*(?:name\s*=\s*)?[\"'](?P<model>\w+)[\"']")
    name = re.escape(column.removesuffix("_id"))
    return re.compile(
        rf"\bRemoveField\(\s*(?:model_name\s*=\s*)?[\"'](?P<model>\w+)[\"']\s*,\s*(?:name\s*=\s*)?[\"']{name}(?:_id)?[\"']"
    )
