"""Alembic: `upgrade` and `downgrade` of a module that names its `revision`."""

import re
from collections.abc import Mapping
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.system import Dialect
from weighbridge.facts.calls.forms import (
    Arguments,
    Call,
    Form,
    Listed,
    Name,
    Statement,
    Unknown,
    called,
    within,
)
from weighbridge.facts.calls.python import read_python
from weighbridge.landscape.sql.rendered import Names, NotWrittenError, Rendered, Script, Sheet, Tool, functions_of
from weighbridge.landscape.sql.tools._alembic_operations import Operation, acts_of
from weighbridge.landscape.sql.tools._alembic_rows import Tables
from weighbridge.landscape.sql.tools._texts import text_of

_REVISION: Final = LatePattern(r"^revision\b\s*(?::[^=\n]+)?=", re.MULTILINE)
_UPGRADE: Final = LatePattern(r"^def\s+upgrade\w*\s*\(", re.MULTILINE)
MOST_CALLS: Final = 5
"""How far functions are followed that functions call."""
MOST_TURNS: Final = 50
"""Turns of a loop over a list that are taken one by one."""
_IGNORED: Final = (
    "get_bind",
    "get_context",
    "f",
    "inline_literal",
    "drop_constraint_comment",
    "create_table_comment",
    "drop_table_comment",
    "get_revision_argument",
)


def claims(path: RepoPath, text: str) -> bool:
    """Whether a file is a migration of Alembic's."""
    return "__init__" not in path and _REVISION.search(text) is not None and _UPGRADE.search(text) is not None


def render(script: Script) -> Rendered:
    """What a migration does, statement by statement."""
    statements = read_python(script.text)
    sheet = Sheet(script.text)
    functions = functions_of(statements)
    reader = _Revision(sheet, functions, names=Names(statements))
    for name, function in functions.items():
        if name.startswith(("upgrade", "downgrade")) and not (
            name.startswith("upgrade") and name != "upgrade" and _is_called(name, functions)
        ):
            sheet.is_undoing = name.startswith("downgrade")
            sheet.part = 0
            reader.body(function.body, Names(outer=reader.names), depth=0)
    sheet.is_undoing = False
    is_postgres = (
        "dialects.postgresql" in script.text
        or "dialects import postgresql" in script.text
        or "postgresql_" in script.text
    )
    is_mysql = not is_postgres and "dialects import mysql" in script.text
    return sheet.rendered(
        is_together=True, dialect=Dialect.POSTGRES if is_postgres else Dialect.MYSQL if is_mysql else None
    )


def _is_called(name: str, functions: Mapping[str, Statement]) -> bool:
    """Whether a function is reached from `upgrade` anyway."""
    first = functions.get("upgrade")
    return first is not None and any(
        call.name == name
        for each in first.body
        if each.value is not None
        for call in within(each.value)
        if isinstance(call, Call)
    )


class _Revision:
    """Takes down what functions do."""

    def __init__(self, sheet: Sheet, functions: Mapping[str, Statement], *, names: Names) -> None:
        self.sheet = sheet
        self.names = names
        self._functions = functions
        self._tables = Tables()
        self._parts = 0

    def body(self, body: tuple[Statement, ...], names: Names, *, depth: int) -> None:
        """What statements do, in order."""
        for each in body:
            names.bind(each)
            self._tables.binds(each, names)
            if each.kind == "with":
                self._within(each, names, depth=depth)
            elif each.kind == "loop":
                self._loops(each, names, depth=depth)
            elif each.kind not in ("def", "class"):
                if each.value is not None:
                    self._value(each.value, names, depth=depth)
                self.body(each.body, names, depth=depth)

    def _within(self, statement: Statement, names: Names, *, depth: int) -> None:
        value = names.of(statement.value)
        if isinstance(value, Call) and value.name == "batch_alter_table":
            inner = Names(outer=names)
            table = names.of(Arguments(value).get("table_name", 0))
            inner.give(f"{statement.name}@", table if table is not None else Unknown())
            inner.give(f"{statement.name}@schema", names.of(Arguments(value).get("schema", 1)) or Unknown())
            self.body(statement.body, inner, depth=depth)
        elif isinstance(value, Call) and value.name == "autocommit_block":
            self._parts += 1
            before, self.sheet.part = self.sheet.part, -self._parts
            self.body(statement.body, names, depth=depth)
            self._parts += 1
            self.sheet.part = self._parts if before >= 0 else before
        else:
            if statement.value is not None:
                self._value(statement.value, names, depth=depth)
            self.body(statement.body, names, depth=depth)

    def _loops(self, statement: Statement, names: Names, *, depth: int) -> None:
        value = names.of(statement.value)
        if isinstance(value, Call) and value.name in ("sorted", "list", "tuple", "reversed") and value.arguments:
            value = names.of(value.arguments[0].value)
        if isinstance(value, Listed) and 0 < len(value.items) <= MOST_TURNS and statement.takes:
            for item in value.items:
                inner = Names(outer=names)
                known = names.of(item)
                if len(statement.takes) > 1 and isinstance(known, Listed):
                    for name, each in zip(statement.takes, known.items, strict=False):
                        inner.give(name, each)
                elif known is not None:
                    inner.give(statement.takes[0], known)
                self.body(statement.body, inner, depth=depth)
            return
        if statement.value is not None:
            self._value(statement.value, names, depth=depth)
        self._tables.is_in_loop += 1
        self.body(statement.body, names, depth=depth)
        self._tables.is_in_loop -= 1

    def _value(self, value: Form, names: Names, *, depth: int) -> None:
        """What the calls of a value do, the outermost of those that are known."""
        call = value
        if not isinstance(call, Call):
            for each in within(value):
                if isinstance(each, Call):
                    self._call(each, names, depth=depth)
                    return
            return
        self._call(call, names, depth=depth)

    def _call(self, call: Call, names: Names, *, depth: int) -> None:
        of = names.of(call.of) if not isinstance(call.of, Name) else call.of
        function = self._functions.get(call.name) if call.of is None else None
        if function is not None:
            if depth < MOST_CALLS:
                self._follow(function, call, names=names, depth=depth)
            return
        if call.name in ("execute", "exec_driver_sql", "executemany", "scalar", "scalars"):
            self._executes(call, names)
            return
        if isinstance(of, Name) and (of.id in ("op", "alembic.op") or names.of(Name(f"{of.id}@")) != Name(f"{of.id}@")):
            self._operates(call, of, names=names)
            return
        rows = self._tables.writes(call, names)
        if rows is not None:
            self.sheet.does(call, rows)
            return
        for argument in call.arguments:
            if isinstance(argument.value, Call):
                self._call(argument.value, names, depth=depth)
        if isinstance(call.of, Call):
            self._call(call.of, names, depth=depth)

    def _follow(self, function: Statement, call: Call, *, names: Names, depth: int) -> None:
        inner = Names(outer=self.names)
        given = Arguments(call)
        for at, name in enumerate(function.takes):
            value = names.of(given.get(name, at))
            if value is not None:
                inner.give(name, value)
            elif isinstance(call.arguments[at].value if at < len(call.arguments) else None, Name):
                inner.give(name, Unknown())
        self.body(function.body, inner, depth=depth + 1)

    def _executes(self, call: Call, names: Names) -> None:
        given = call.arguments[0].value if call.arguments else None
        text = text_of(given, names)
        if text is not None:
            self.sheet.runs(text, call)
            return
        value = names.of(given)
        if isinstance(value, Call):
            rows = self._tables.writes(value, names)
            if rows is not None:
                self.sheet.does(call, rows)
                return
            if self._tables.is_query(value) or value.name in (
                "Sequence",
                "CreateSequence",
                "DropSequence",
                "CreateSchema",
                "nextval",
            ):
                return
        if isinstance(value, Unknown) and call.name != "execute":
            return
        if call.name.startswith("scalar"):
            return
        self.sheet.misses(call.line, call.end_line, why="its SQL is put together when it runs")

    def _operates(self, call: Call, of: Name, *, names: Names) -> None:
        table = names.of(Name(f"{of.id}@")) if of.id not in ("op", "alembic.op") else None
        if call.name in _IGNORED:
            return
        try:
            done = acts_of(Operation(call, names, batch=table))
        except NotWrittenError as error:
            self.sheet.misses(call.line, call.end_line, why=str(error))
            return
        if done is None:
            self.sheet.misses(call.line, call.end_line, why=f"what `{called(call)}` does is not known here")
        else:
            self.sheet.does(call, *done)


TOOL: Final = Tool(claims=claims, render=render)
