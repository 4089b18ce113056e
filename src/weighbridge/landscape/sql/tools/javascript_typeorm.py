"""TypeORM: `up` and `down` of a class that implements `MigrationInterface`."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Final

from msgspec.structs import replace

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.system import Dialect
from weighbridge.facts.calls.forms import UNKNOWN, Block, Call, Form, Listed, Name, Number, Statement, Text
from weighbridge.facts.calls.javascript import read_javascript
from weighbridge.facts.sql import acts
from weighbridge.facts.sql.acts import Act, Column, Constraint, ConstraintKind, Reference, Type, Value
from weighbridge.landscape.sql.bound_names import Names
from weighbridge.landscape.sql.column_types import on_delete
from weighbridge.landscape.sql.dialects import said_by
from weighbridge.landscape.sql.rendered import NotWrittenError, Rendered, Script, Sheet, Tool
from weighbridge.landscape.sql.tools._alembic_operations import sql_value
from weighbridge.landscape.sql.tools._rails_columns import sql_type
from weighbridge.landscape.sql.tools._script_doubts import ScriptDoubts
from weighbridge.landscape.sql.tools._script_files import ScriptFiles
from weighbridge.landscape.sql.tools._script_values import is_true, options_of, word, words
from weighbridge.landscape.sql.tools._texts import text_of
from weighbridge.landscape.sql.tools._unnamed import misses_name
from weighbridge.landscape.sql.tools._walking import Scene, Walk

_CLASS: Final = LatePattern(r"\bimplements\s+[^{]*\bMigrationInterface\b|\bqueryRunner\s*\.\s*\w+\s*\(")
_UP: Final = LatePattern(r"\bup\b[\"']?\]?\s*[(=:]")
_NOT_TOGETHER: Final = LatePattern(
    r"^[ \t]*(?:public\s+|readonly\s+)*transaction\s*(?::[^=\n]+)?=\s*false\b", re.MULTILINE
)
_MYSQL: Final = LatePattern(r"\bALTER TABLE `|CREATE TABLE `|INSERT INTO `")


def claims(path: RepoPath, text: str) -> bool:
    """Whether a file is a migration of TypeORM's."""
    del path
    return "class" in text and _UP.search(text) is not None and _CLASS.search(text) is not None


def render(script: Script) -> Rendered:
    """What a migration does, statement by statement."""
    statements = read_javascript(script.text)
    sheet = Sheet(script.text)
    names = Names(statements)
    found = False
    for each in statements:
        body = each.body if each.kind == "class" else ()
        methods = {name: one for one in body if (name := _method_name(one))}
        if "up" in methods:
            found = True
            reader = _Runner(sheet, names=Names(body, outer=names), files=ScriptFiles(script))
            for name in ("up", "down"):
                if name in methods:
                    sheet.is_undoing = name == "down"
                    reader.method(methods[name])
    sheet.is_undoing = False
    if not found:
        sheet.misses(1, script.text.count("\n") + 1, why="its `up` is not found")
    return sheet.rendered(is_together=_NOT_TOGETHER.search(script.text) is None, dialect=_dialect(script))


def _method_name(statement: Statement) -> str:
    """The name of a method, or of what is bound to a function."""
    is_bound = statement.kind == "bind" and isinstance(statement.value, Block)
    return statement.name if statement.kind == "def" or is_bound else ""


def _dialect(script: Script) -> Dialect | None:
    for name, dialect in (
        ("postgres", Dialect.POSTGRES),
        ("mysql", Dialect.MYSQL),
        ("mariadb", Dialect.MYSQL),
        ("sqlite", Dialect.SQLITE),
    ):
        if f"/{name}" in script.path.lower():
            return dialect
    return Dialect.MYSQL if _MYSQL.search(script.text) else said_by(script.text, is_code=True)


class _Runner:
    """Takes down what is asked of a query runner."""

    def __init__(self, sheet: Sheet, *, names: Names, files: ScriptFiles) -> None:
        self._sheet = sheet
        self._files = files
        self._names = names
        self._walk = Walk(sheet, self, names=names)
        self._doubts = ScriptDoubts(_is_handle, reads=_READS, yields=_ROWS)

    def method(self, method: Statement) -> None:
        """What a method does that is given a query runner."""
        function = method.value if isinstance(method.value, Block) else Block(method.takes, method.body)
        inner = Names(outer=self._names)
        for name in function.takes[:1]:
            inner.give(name, Name(_RUNNER))
        self._walk.body(function.body, Scene(names=inner))

    def enters(self, statement: Statement, scene: Scene) -> Scene:
        """JavaScript has no such `with`."""
        del statement
        return scene

    def leaves(self, statement: Statement, scene: Scene) -> None:
        """The same."""

    def gives(self, call: Call, block: Block, *, names: Names) -> None:
        """A transaction hands out a manager."""
        if call.name == "transaction":
            for name in block.takes[:1]:
                names.give(name, Name(f"{_RUNNER}.manager"))

    def doubts(self, call: Call, scene: Scene) -> str:
        """Why it is not sure that a call does nothing."""
        return self._doubts.why(call, scene)

    def knows(self, call: Call, scene: Scene) -> bool:
        """Takes down what a call does."""
        names = scene.names
        if self._files.follows(call, scene, walk=self._walk, sheet=self._sheet):
            return True
        if call.of is None or not self._doubts.of_handle(call.of, names):
            return False
        if call.name in ("query", "execute"):
            self._sheet.runs(text_of(call.arguments[0].value if call.arguments else None, names), call)
            return True
        root = names.root(call.of)
        read = _OPERATIONS.get(call.name) if ".manager" not in root and ".connection" not in root else None
        if read is None and call.name in _DROPS_ALL:
            self._sheet.does(call, acts.Drop(kind="schema", name=""))
            return True
        if read is None:
            return False

        def done(given: Call) -> Iterator[Act]:
            yield from read(_Given([each.value for each in given.arguments], names, call=call))

        try:
            self._sheet.does(call, *done(call))
        except NotWrittenError as error:
            misses_name(self._sheet, call, names=names, why=error, read=done)
        return True


_RUNNER: Final = "@runner"
_DROPS_ALL: Final = ("clearDatabase", "dropDatabase")
_ROWS: Final = (
    "query", "find", "findOne", "findBy", "findOneBy", "getMany", "getOne", "getRawMany", "getRawOne", "getTable", "getTables", "count", "hasTable",
    "hasColumn", "findOneOrFail", "getManyAndCount", "stream", "getView", "getViews", "hasSchema", "hasDatabase", "findAndCount", "getCount",
)  # fmt: skip
_READS: Final = frozenset(
    [
        *_ROWS, "connect", "release", "startTransaction", "commitTransaction", "rollbackTransaction", "getRepository", "createQueryBuilder", "select",
        "from", "where", "andWhere", "orWhere", "leftJoin", "leftJoinAndSelect", "innerJoin", "innerJoinAndSelect", "orderBy", "limit", "take", "skip", "groupBy",
        "addSelect", "setParameter", "setParameters", "create", "getTreeRepository", "getMetadata", "transaction", "escape", "getCurrentDatabase",
        "getCurrentSchema", "enableSqlMemory", "disableSqlMemory", "clearSqlMemory", "getMemorySql", "buildTableName", "getPath", "save", "insert", "upsert",
        "execute", "values", "orIgnore", "into", "offset", "returning", "having", "distinct", "withDeleted", "subQuery", "getQuery", "getSql", "findColumnByName",
        "andHaving", "addGroupBy", "addOrderBy", "isUsersTable", "changeTableComment", "createSchema", "createDatabase", "createView", "executeMemoryUpSql",
        "then", "catch", "finally", "buildEscapedDatabaseName", "parseTableName",
    ]
)  # fmt: skip


def _is_handle(name: str) -> bool:
    return name.startswith((_RUNNER, "queryRunner.")) or name == "queryRunner"


class _Given:
    """What a call on a query runner is given."""

    def __init__(self, given: list[Form], names: Names, *, call: Call) -> None:
        self.given = given
        self.names = names
        self.call = call

    def at(self, position: int) -> Form | None:
        """An argument by position."""
        return self.given[position] if position < len(self.given) else None

    @property
    def table(self) -> str:
        """The table that comes first."""
        return word(self.at(0), self.names, what="the table's name")

    def options(self, position: int) -> dict[str, Form]:
        """An object by position."""
        return options_of(self.at(position), self.names)

    def some(self, position: int) -> list[Form]:
        """The items of a list by position, or the one value that stands there."""
        one = self.at(position)
        return self.each(position) or ([one] if one is not None else [])

    def each(self, position: int) -> list[Form]:
        """The items of a list by position."""
        value = self.names.of(self.at(position))
        return list(value.items) if isinstance(value, Listed) else []


def _type(stated: dict[str, Form]) -> Type:
    """What an object says of a type: its name, and what stands apart from that in it."""
    kind = stated.get("type")
    found = next(sql_type(kind.value), Type("")) if isinstance(kind, Text) else Type("")
    given = tuple(
        one.value
        for one in (stated.get(name) for name in ("length", "precision", "scale"))
        if isinstance(one, Text | Number) and one.value
    )
    return replace(found, given=found.given or given, is_array=found.is_array or is_true(stated.get("isArray")))


def _column(stated: dict[str, Form], names: Names, *, line: int) -> Column:
    default = stated.get("default")
    value = sql_value(default.value) if isinstance(default, Text) else Value("…") if default is not None else None
    generated = "identity" if is_true(stated.get("isGenerated")) else "stored" if "asExpression" in stated else ""
    return Column(
        name=word(stated.get("name"), names),
        type=_type(stated),
        line=line,
        is_not_null=not is_true(stated.get("isNullable")) and not generated,
        default=value,
        generated=generated,
        constraints=(Constraint(kind=ConstraintKind.UNIQUE),) if is_true(stated.get("isUnique")) else (),
    )


def _add_column(g: _Given) -> Iterator[Act]:
    yield acts.AddColumn(table=g.table, column=_column(g.options(1), g.names, line=g.call.line))


def _add_columns(g: _Given) -> Iterator[Act]:
    for each in g.each(1):
        yield acts.AddColumn(table=g.table, column=_column(options_of(each, g.names), g.names, line=g.call.line))


def _drop_column(g: _Given) -> Iterator[Act]:
    for each in words(g.at(1), g.names):
        yield acts.DropColumn(table=g.table, column=each)


def _rename_column(g: _Given) -> Iterator[Act]:
    yield acts.RenameColumn(table=g.table, column=word(g.at(1), g.names), name=word(g.at(2), g.names))


def _change_column(g: _Given) -> Iterator[Act]:
    was, stated = g.options(1), g.options(2)
    if not stated:
        raise NotWrittenError("what becomes of the column is not written here")
    old = word(was.get("name") if was else g.at(1), g.names, what="the column's name")
    column = _column(stated, g.names, line=g.call.line)
    to, before = column.type, _type(was) if was else None
    if to.name:
        yield acts.ChangeType(table=g.table, column=old, to=to, is_redefined=True, was=before, is_remade=True)
    if column.name and column.name != old:
        yield acts.RenameColumn(table=g.table, column=old, name=column.name)
    if column.is_not_null:
        yield acts.SetNotNull(table=g.table, column=column.name or old)
    elif was and is_true(stated.get("isNullable")) and not is_true(was.get("isNullable")):
        yield acts.DropNotNull(table=g.table, column=column.name or old)


def _change_columns(g: _Given) -> Iterator[Act]:
    """A list of pairs: `[{ oldColumn, newColumn }]`."""
    for each in g.each(1):
        pair = options_of(each, g.names)
        given = [g.given[0], *(pair[name] for name in ("oldColumn", "newColumn") if name in pair)]
        yield from _change_column(_Given(given, g.names, call=g.call))


def _create_table(g: _Given) -> Iterator[Act]:
    stated = g.options(0)
    listed = stated.get("columns")
    items = listed.items if isinstance(listed, Listed) else ()
    columns = tuple(_column(options_of(each, g.names), g.names, line=g.call.line) for each in items)
    yield acts.CreateTable(
        table=word(stated.get("name"), g.names, what="the table's name"),
        columns=columns,
        is_conditional=is_true(g.at(1)),
    )


def _drop_table(g: _Given) -> Iterator[Act]:
    yield acts.DropTable(table=g.table, is_conditional=is_true(g.at(1)))


def _rename_table(g: _Given) -> Iterator[Act]:
    yield acts.RenameTable(table=g.table, name=word(g.at(1), g.names))


def _index_of(table: str, stated: dict[str, Form], *, names: Names) -> Act:
    name = stated.get("name")
    return acts.CreateIndex(
        table=table,
        name=name.value if isinstance(name, Text) else "",
        columns=words(stated.get("columnNames"), names),
        is_unique=is_true(stated.get("isUnique")),
        is_concurrent=is_true(stated.get("isConcurrent")),
    )


def _create_index(g: _Given) -> Iterator[Act]:
    for each in g.some(1):
        yield _index_of(g.table, options_of(each, g.names), names=g.names)


def _drop_index(g: _Given) -> Iterator[Act]:
    for each in g.some(1) or [UNKNOWN]:
        value = g.names.of(each)
        name = value if isinstance(value, Text) else options_of(each, g.names).get("name")
        yield acts.DropIndex(table=g.table, name=name.value if isinstance(name, Text) else "index")


def _foreign_key(g: _Given) -> Iterator[Act]:
    for each in g.some(1):
        stated = options_of(each, g.names)
        name, deleted = stated.get("name"), stated.get("onDelete")
        yield acts.AddConstraint(
            table=g.table,
            constraint=Constraint(
                kind=ConstraintKind.FOREIGN_KEY,
                name=name.value if isinstance(name, Text) else "",
                columns=words(stated.get("columnNames"), g.names),
                reference=Reference(
                    word(stated.get("referencedTableName"), g.names),
                    on_delete=on_delete(deleted.value) if isinstance(deleted, Text) else "",
                ),
            ),
        )


def _key(kind: ConstraintKind, g: _Given) -> Iterator[Act]:
    """A primary key by its columns, or one or several others by the objects that say them."""
    if kind is ConstraintKind.PRIMARY_KEY:
        columns = tuple(each.value for each in map(g.names.of, g.each(1)) if isinstance(each, Text))
        yield acts.AddConstraint(table=g.table, constraint=Constraint(kind=kind, columns=columns))
        return
    for each in g.some(1):
        stated = options_of(each, g.names)
        name, said = stated.get("name"), stated.get("expression")
        listed = words(stated["columnNames"], g.names) if "columnNames" in stated else ()
        yield acts.AddConstraint(
            table=g.table,
            constraint=Constraint(
                kind=kind,
                name=name.value if isinstance(name, Text) else "",
                columns=listed,
                value=sql_value(said.value) if isinstance(said, Text) else None,
            ),
        )


def _drop_key(g: _Given) -> Iterator[Act]:
    for each in g.some(1) or [UNKNOWN]:
        value = g.names.of(each)
        name = value if isinstance(value, Text) else options_of(each, g.names).get("name")
        yield acts.DropConstraint(table=g.table, name=name.value if isinstance(name, Text) else "a key")


def _update_key(g: _Given) -> Iterator[Act]:
    """The primary key is dropped and made anew over other columns."""
    yield acts.DropConstraint(table=g.table, name="primary key")
    columns = tuple(word(options_of(each, g.names).get("name"), g.names) for each in g.each(1))
    yield acts.AddConstraint(table=g.table, constraint=Constraint(kind=ConstraintKind.PRIMARY_KEY, columns=columns))


def _view(g: _Given) -> Iterator[Act]:
    value = g.names.of(g.at(0))
    name = word(value if isinstance(value, Text) else g.options(0).get("name"), g.names, what="the view's name")
    yield acts.Drop(kind="view", name=name)


def _clear(g: _Given) -> Iterator[Act]:
    yield acts.Truncate(table=g.table)


def _schema(g: _Given) -> Iterator[Act]:
    yield acts.Drop(kind="schema" if g.call.name == "dropSchema" else "database", name=word(g.at(0), g.names))


_OPERATIONS: Final[Mapping[str, Callable[[_Given], Iterator[Act]]]] = {
    "addColumn": _add_column,
    "addColumns": _add_columns,
    "dropColumn": _drop_column,
    "dropColumns": _drop_column,
    "renameColumn": _rename_column,
    "changeColumn": _change_column,
    "changeColumns": _change_columns,
    "createTable": _create_table,
    "dropTable": _drop_table,
    "renameTable": _rename_table,
    "createIndex": _create_index,
    "createIndices": _create_index,
    "dropIndex": _drop_index,
    "createForeignKey": _foreign_key,
    "createForeignKeys": _foreign_key,
    "dropForeignKey": _drop_key,
    "dropIndices": _drop_index,
    "dropForeignKeys": _drop_key,
    "createPrimaryKey": lambda g: _key(ConstraintKind.PRIMARY_KEY, g),
    "updatePrimaryKeys": _update_key,
    "dropPrimaryKey": _drop_key,
    **{
        f"create{name}Constraint{many}": partial(_key, kind)
        for name, kind in (
            ("Unique", ConstraintKind.UNIQUE),
            ("Check", ConstraintKind.CHECK),
            ("Exclusion", ConstraintKind.EXCLUSION),
        )
        for many in ("", "s")
    },
    **{f"drop{name}Constraint{many}": _drop_key for name in ("Unique", "Check", "Exclusion") for many in ("", "s")},
    "dropView": _view,
    "clearTable": _clear,
    "dropSchema": _schema,
    "dropDatabase": _schema,
}
TOOL: Final = Tool(claims=claims, render=render)
