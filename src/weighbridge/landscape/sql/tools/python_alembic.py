"""Alembic: `upgrade` and `downgrade` of a module that names its `revision`."""

import re
from collections.abc import Iterable
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.system import Dialect
from weighbridge.facts.calls.forms import (
    Arguments,
    Block,
    Call,
    Form,
    Name,
    Statement,
    Text,
    Unknown,
    called,
    every,
    within,
)
from weighbridge.facts.calls.python import read_python
from weighbridge.facts.sql import acts
from weighbridge.facts.sql.acts import Act
from weighbridge.landscape.sql.bound_names import Names
from weighbridge.landscape.sql.rendered import NotWrittenError, Rendered, Script, Sheet, Tool
from weighbridge.landscape.sql.tools._alembic_operations import Operation, acts_of
from weighbridge.landscape.sql.tools._alembic_rows import Tables, is_query
from weighbridge.landscape.sql.tools._in_turn import asked_by
from weighbridge.landscape.sql.tools._python_doubts import Handles, PythonDoubts
from weighbridge.landscape.sql.tools._python_files import PythonFiles
from weighbridge.landscape.sql.tools._texts import text_of
from weighbridge.landscape.sql.tools._unnamed import misses_name
from weighbridge.landscape.sql.tools._walking import Scene, Walk

_REVISION: Final = LatePattern(r"^revision\b\s*(?::[^=\n]+)?=", re.MULTILINE)
_UPGRADE: Final = LatePattern(
    r"^(?:async\s+)?def\s+upgrade\w*\s*\(|^upgrade\b\s*(?::[^=\n]+)?=|^from\s+[^\n]*\bupgrade\b", re.MULTILINE
)
_DOWN: Final = LatePattern(r"^down_revision\b", re.MULTILINE)
_OP: Final = "alembic.op"
_BATCH: Final = "@batch"
_SETS: Final = frozenset(
    [
        "get_bind",
        "get_context",
        "f",
        "inline_literal",
        "drop_constraint_comment",
        "create_table_comment",
        "drop_table_comment",
    ]
)
_RUNS: Final = ("execute", "exec_driver_sql", "executemany", "scalar", "scalars", "executescript")
_ADDS: Final = ("add", "add_all", "merge", "bulk_save_objects", "bulk_insert_mappings")
_ROWS: Final = (
    "fetchall", "fetchone", "fetchmany", "scalar", "scalars", "first", "all", "one", "one_or_none", "mappings", "keys", "execute",
    "get_columns", "get_indexes", "get_table_names", "get_foreign_keys", "get_unique_constraints", "rowcount", "count", "get", "exists",
    "scalar_one", "scalar_one_or_none", "tuples", "get_x_argument", "get_check_constraints", "get_pk_constraint", "yield_per", "list",
)  # fmt: skip
_READS: Final = frozenset(
    [
        *_ROWS, *_SETS, "batch_alter_table", "autocommit_block", "query", "filter", "filter_by", "join", "outerjoin", "options", "order_by", "group_by",
        "limit", "offset", "distinct", "has_table", "connect", "begin", "begin_nested", "begin_transaction", "commit", "rollback", "close",
        "flush", "expire_all", "expunge_all", "refresh", "execution_options", "where", "with_entities", "cursor", "get_schema_names",
        "get_view_names", "has_index", "has_column", "configure", "scalar_subquery", "subquery", "with_for_update", "get_bind", "detach",
        "raw_connection", "get_sequence_names", "get_enums", "get_table_comment", "in_transaction", "expunge", "add_columns", "select_from", "having",
        "quote", "format_table", "identifier_preparer", "get_isolation_level", "get_materialized_view_names", "enable_baked_queries", "get_revision_argument",
        "is_transactional_ddl", "get_current_revision", "is_offline_mode", "append", "label", "isnot", "is_", "in_", "as_scalar", "union", "compile",
        "prepare", "no_autoflush", "reflect", "get_multi_columns", "create_batches",
    ]
)  # fmt: skip
_TAKES: Final = frozenset(
    [
        "Session", "sessionmaker", "scoped_session", "inspect", "from_engine", "MetaData", "Table", "automap_base", "prepare", "reflect",
        "reflecttable", "has_table", "select", "get_columns", "load_table", "copy", "as_string",
    ]
)  # fmt: skip


def claims(path: RepoPath, text: str) -> bool:
    """Whether a file is a migration of Alembic's."""
    if "__init__" in path or _REVISION.search(text) is None:
        return False
    return _UPGRADE.search(text) is not None or (_DOWN.search(text) is not None and "alembic" in text)


def render(script: Script) -> Rendered:
    """What a migration does, statement by statement."""
    statements = read_python(script.text)
    sheet = Sheet(script.text)
    names = Names(statements)
    classes = {each.name: each for each in statements if each.kind == "class"}
    files = PythonFiles(script)
    reader = _Revision(sheet, names, tables=Tables(classes, files.table), files=files)
    around = tuple(each for each in statements if each.kind not in ("def", "class"))
    reader.body(around, Names(outer=names))
    found = [each for each in _functions(statements) if each[0].startswith(("upgrade", "downgrade"))]
    upgrade = next((block for name, block in found if name == "upgrade"), None)
    for name, block in found:
        if name.startswith("downgrade") or name == "upgrade" or not _is_called(name, upgrade):
            sheet.is_undoing = name.startswith("downgrade")
            sheet.part = 0
            inner = Names(outer=names)
            if "op" in block.takes:
                inner.give("op", Name(_OP))
            reader.body(block.body, inner)
    sheet.is_undoing = False
    if not any(name.startswith("upgrade") for name, _ in found):
        sheet.misses(1, script.text.count("\n") + 1, why="its `upgrade` is not found")
    return sheet.rendered(is_together=True, dialect=_dialect(script.text))


def _dialect(text: str) -> Dialect | None:
    if "dialects.postgresql" in text or "dialects import postgresql" in text or "postgresql_" in text:
        return Dialect.POSTGRES
    return Dialect.MYSQL if "dialects import mysql" in text else None


def _functions(statements: tuple[Statement, ...]) -> list[tuple[str, Block]]:
    """The functions of a module by name, those within branches too, and those that a name is bound to."""
    found: list[tuple[str, Block]] = []
    for each in statements:
        if each.kind == "def":
            found.append((each.name, Block(each.takes, each.body)))
        elif each.kind == "bind" and isinstance(each.value, Block):
            found.append((each.name, each.value))
        elif each.kind in ("if", "with"):
            found += _functions(each.body)
    return found


def _is_called(name: str, upgrade: Block | None) -> bool:
    """Whether a function is reached from `upgrade` anyway."""
    return upgrade is not None and any(
        isinstance(call, Call) and call.name == name
        for each in every(upgrade.body)
        if each.value is not None
        for call in within(each.value)
    )


class _Revision:
    """Takes down what functions do."""

    def __init__(self, sheet: Sheet, names: Names, *, tables: Tables, files: PythonFiles) -> None:
        self._sheet = sheet
        self._tables = tables
        self._batches: dict[str, Form] = {}
        self._parts = 0
        self._files = files
        self._walk = Walk(sheet, self, names=names, sets=self._sets)
        self._doubts = PythonDoubts(_HANDLES, files=files, classes=tables.classes)

    def body(self, body: tuple[Statement, ...], names: Names) -> None:
        """What statements do, in order."""
        self._walk.body(body, Scene(names=names))

    def _sets(self, statement: Statement, scene: Scene) -> None:
        """Takes down that something of a row is set, which its session writes."""
        if scene.over is None:
            return
        row = Name(statement.name.partition(".")[0], statement.line)
        of, act = self._tables.sets(row, scene.names)
        if act is not None:
            self._sheet.does_on(statement.line, statement.end_line, acts=[act], text=statement.name)
        elif of:
            self._sheet.misses(statement.line, statement.end_line, why=f"which table `{of}` is of is not known here")

    def enters(self, statement: Statement, scene: Scene) -> Scene:
        """A batch knows its table; what is in an autocommit block is committed for itself."""
        value = scene.names.of(statement.value)
        if not isinstance(value, Call):
            return scene
        if value.name == "batch_alter_table":
            name = f"{_BATCH}{len(self._batches)}"
            table = scene.names.of(Arguments(value).get("table_name", 0))
            self._batches[name] = table if table is not None else Unknown()
            inner = Names(outer=scene.names)
            inner.give(statement.name, Name(name))
            return scene.within(inner)
        if value.name == "autocommit_block":
            self._parts += 1
            self._sheet.part = -self._parts
        return scene

    def leaves(self, statement: Statement, scene: Scene) -> None:
        """Behind an autocommit block another transaction begins."""
        value = scene.names.of(statement.value)
        if isinstance(value, Call) and value.name == "autocommit_block":
            self._parts += 1
            self._sheet.part = self._parts

    def gives(self, call: Call, block: Block, *, names: Names) -> None:
        """Nothing is known of what is given to a function without a name."""

    def doubts(self, call: Call, scene: Scene) -> str:
        """Why it is not sure that a call does nothing."""
        if call.name == "delete" and isinstance(call.of, Call):
            return "what rows it deletes is not known here"
        return self._doubts.why(call, scene)

    def knows(self, call: Call, scene: Scene) -> bool:
        """Takes down what a call does."""
        names = scene.names
        of = names.root(call.of) if isinstance(call.of, Name) else ""
        if call.name in _RUNS and call.of is not None:
            self._executes(call, scene)
            return True
        if of in (_OP, *self._batches):
            return self._operates(call, of, names=names)
        if call.name in ("drop", "create") and (made := _made(call, self._tables, names=names)) is not None:
            self._sheet.does(call, made)
            return True
        if call.name in _ADDS and call.of is not None and self._doubts.of_handle(call.of, names):
            self._sheet.does(call, acts.Insert(table=""))
            return True
        rows = self._tables.writes(call, names, is_in_loop=scene.is_in_loop)
        if rows is not None:
            self._sheet.does(call, rows)
            return True
        return self._files.follows(call, scene, walk=self._walk, sheet=self._sheet)

    def _executes(self, call: Call, scene: Scene) -> None:
        names = scene.names
        given = call.arguments[0].value if call.arguments else None
        text = text_of(given, names)
        if text is not None:
            asked = asked_by(scene.over, names) if scene.over is not None else None
            self._sheet.runs_in_turn(text, call, seen=tuple if asked is None else asked.written)
            return
        value = names.of(given)
        if isinstance(value, Call):
            rows = self._tables.writes(value, names, is_in_loop=scene.is_in_loop)
            if rows is not None:
                asked = self._tables.selected(scene.over, names) if scene.over is not None else None
                self._sheet.does(call, *((rows,) if asked is None else asked.written((rows,))))
                return
            if is_query(value, names) or value.name in _SEQUENCES:
                return
        if given is not None:
            self._sheet.misses(call.line, call.end_line, why="its SQL is put together when it runs")

    def _operates(self, call: Call, of: str, *, names: Names) -> bool:
        if call.name in _SETS or call.name in ("batch_alter_table", "autocommit_block"):
            return True

        def read(given: Call) -> Iterable[Act]:
            return acts_of(Operation(given, names, batch=self._batches.get(of))) or ()

        try:
            done = acts_of(Operation(call, names, batch=self._batches.get(of)))
        except NotWrittenError as error:
            misses_name(self._sheet, call, names=names, why=error, read=read)
            return True
        if done is None:
            what = called(call).replace(of, "batch_op") if of != _OP else f"op.{call.name}"
            self._sheet.misses(call.line, call.end_line, why=f"what `{what}` does is not known here")
        else:
            self._sheet.does(call, *done)
        return True


def _made(call: Call, tables: Tables, *, names: Names) -> Act | None:
    """What `drop` or `create` does to a table or a type; None where it is of something else."""
    is_drop = call.name == "drop"
    if table := tables.named(call.of, names):
        return acts.DropTable(table=table) if is_drop else acts.CreateTable(table=table)
    value = names.meant(call.of) if isinstance(call.of, Name) else call.of
    if not isinstance(value, Call) or not value.name.lower().endswith("enum"):
        return None
    said = names.of(Arguments(value).named.get("name"))
    name = said.value if isinstance(said, Text) else ""
    return acts.Drop(kind="type", name=name) if is_drop else acts.Create(kind="type", name=name)


_SEQUENCES: Final = ("Sequence", "CreateSequence", "DropSequence", "CreateSchema", "nextval")


def _is_handle(name: str) -> bool:
    return name.startswith((_OP, _BATCH, "alembic.context")) or name == "alembic"


_HANDLES: Final = Handles(
    are=_is_handle,
    reads=_READS,
    takes=_TAKES,
    yields=_ROWS,
    through=("get_bind", "get_context", "connect", "begin", "Session"),
)
TOOL: Final = Tool(claims=claims, render=render)
