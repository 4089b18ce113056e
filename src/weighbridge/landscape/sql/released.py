"""Which columns the release before asks a database for although no line of it names them: an object mapper lists those that it knows.

Prisma's client, and Django, name each field of a model in every query; Rails reads a table's columns once, and writes all of them. Copies of the
release before run while a migration is applied, and ask for what is gone by then.
"""

import re
from collections.abc import Iterator
from typing import Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.sql.left_out import left_out
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.names import last_part
from weighbridge.landscape.sql.sql_change import SqlChange

_PRISMA: Final = "/migration.sql"
_RAILS: Final = LatePattern(r"(?:^|/)db/migrate/\d+_\w+\.rb$")
_DJANGO: Final = LatePattern(r"(?:^|/)migrations/\d{4}_\w+\.py$")
_MODEL: Final = LatePattern(r"^model\s+(\w+)\s*\{(.*?)^\}", re.MULTILINE | re.DOTALL)
_FIELD: Final = LatePattern(r"^\s*(\w+)\s+[\w(\"]+[^\n]*$", re.MULTILINE)
_MAPPED: Final = LatePattern(r"(?<!@)@map\(\s*(?:name:\s*)?\"([^\"]+)\"")
_TABLE: Final = LatePattern(r"@@map\(\s*(?:name:\s*)?\"([^\"]+)\"")
_IGNORED: Final = LatePattern(r"ignored_columns\s*\+?=\s*([^\n]*(?:\n(?!\s*end\b)[^\n]*){0,8})")
_MOST_FILES: Final = 40


def asked_unnamed(sql: SqlChange, step: Step, *, column: str) -> str:
    """How the release before asks for a column, in words; empty where nothing says that it does."""
    table = last_part(step.act.table)
    if step.migration.path.endswith(_PRISMA) and (model := _model_of(sql, table, column=column)):
        return (
            f"the Prisma client of the release before names it in every query of `{model}`, which fail until its last copy is gone:"
            " take it out of the schema one release earlier"
        )
    if _RAILS.search(step.migration.path) and not _is_ignored(sql, table, column=column):
        return (
            "Rails of the release before keeps it among the columns that it writes, which fails until its last copy is gone: name it"
            " in `ignored_columns` one release earlier"
        )
    if _DJANGO.search(step.migration.path) and step.migration.is_code and left_out(sql, step, column=column) is None:
        return (
            "Django's model of the release before names it in every query, which fail until its last copy is gone: take it from the"
            " model alone one release earlier (`SeparateDatabaseAndState`)"
        )
    return ""


def _model_of(sql: SqlChange, table: str, *, column: str) -> str:
    """The model of Prisma's that has the column, in the schema as it was."""
    paths = [path for path in sql.schemas_before if path.endswith(".prisma")]
    for path in paths[:_MOST_FILES]:
        for found in _MODEL.finditer(sql.text_before(path)):
            name, body = found[1], found[2]
            given = _TABLE.search(body)
            if (given[1] if given is not None else name) == table and column in _fields(body):
                return name
    return ""


def _fields(body: str) -> Iterator[str]:
    for field in _FIELD.finditer(body):
        mapped = _MAPPED.search(field[0])
        if "@ignore" not in field[0] and "@relation" not in field[0]:
            yield mapped[1] if mapped is not None else field[1]


def _is_ignored(sql: SqlChange, table: str, *, column: str) -> bool:
    """Whether a class of the release before says that it does not know the column."""
    singular = table.removesuffix("s")
    endings = tuple(
        {f"/{table}.rb", f"/{singular}.rb", f"/{singular.removesuffix('ie')}y.rb", f"/{singular.removesuffix('e')}.rb"}
    )
    word = re.compile(rf"\b{re.escape(column)}\b")
    for path in [path for path in sql.schemas_before if path.endswith(endings)][:_MOST_FILES]:
        if any(word.search(found[1]) for found in _IGNORED.finditer(sql.text_before(path))):
            return True
    return False
