"""TypeORM: `up` and `down` of a class that implements `MigrationInterface`."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.system import Dialect
from weighbridge.facts.calls.forms import Block, Call, Form, Listed, Name, Statement, Text
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
from weighbridge.landscape.sql.tools._script_values import is_true, options_of, word, words
from weighbridge.landscape.sql.tools._texts import text_of
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
            reader = _Runner(sheet, names=Names(body, outer=names))
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

    def __init__(self, sheet: Sheet, *, names: Names) -> None:
        self._sheet = sheet
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
        try:
            self._sheet.does(call, *read(_Given([each.value for each in call.arguments], names, call=call)))
        except NotWrittenError as error:
            self._sheet.misses(call.line, call.end_line, why=str(error))
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
        "andHaving", "addGroupBy", "addOrderBy", "isUsersTable", "changeTableComment", "createSchema", "createDatabase", "createView", "createUniqueConstraints",
        "createCheckConstraints", "createExclusionConstraint", "executeMemoryUpSql", "then", "catch", "finally", "buildEscapedDatabaseName", "parseTableName",
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


def _column(stated: dict[str, Form], names: Names, *, line: int) -> Column:
    kind = stated.get("type")
    default = stated.get("default")
    value = sql_value(default.value) if isinstance(default, Text) else Value("…") if default is not None else None
    generated = "identity" if is_true(stated.get("isGenerated")) else "stored" if "asExpression" in stated else ""
    return Column(
        name=word(stated.get("name"), names),
        type=next(sql_type(kind.value), Type("")) if isinstance(kind, Text) else Type(""),
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
    stated = g.options(2)
    column = _column(stated, g.names, line=g.call.line)
    yield acts.ChangeType(table=g.table, column=word(g.at(1), g.names), to=column.type, is_redefined=True)


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
    value = g.names.of(g.at(1))
    name = value if isinstance(value, Text) else g.options(1).get("name")
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
    yield acts.AddConstraint(table=g.table, constraint=Constraint(kind=kind))


def _drop_key(g: _Given) -> Iterator[Act]:
    value = g.names.of(g.at(1))
    yield acts.DropConstraint(table=g.table, name=value.value if isinstance(value, Text) else "a key")


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
    "createTable": _create_table,
    "dropTable": _drop_table,
    "renameTable": _rename_table,
    "createIndex": _create_index,
    "createIndices": _create_index,
    "dropIndex": _drop_index,
    "createForeignKey": _foreign_key,
    "createForeignKeys": _foreign_key,
    "dropForeignKey": _drop_key,
    "createUniqueConstraint": lambda g: _key(ConstraintKind.UNIQUE, g),
    "createCheckConstraint": lambda g: _key(ConstraintKind.CHECK, g),
    "createPrimaryKey": lambda g: _key(ConstraintKind.PRIMARY_KEY, g),
    "dropUniqueConstraint": _drop_key,
    "dropCheckConstraint": _drop_key,
    "dropPrimaryKey": _drop_key,
    "clearTable": _clear,
    "dropSchema": _schema,
    "dropDatabase": _schema,
}
TOOL: Final = Tool(claims=claims, render=render)
