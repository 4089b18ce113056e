"""Rails: `change`, or `up` and `down`, of a class of `ActiveRecord::Migration`."""

import re
from collections.abc import Iterator
from functools import cached_property, partial
from typing import Final

from msgspec.structs import replace

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.system import Dialect
from weighbridge.facts.calls.forms import Block, Call, Listed, Name, Statement, Text, called, within
from weighbridge.facts.calls.ruby import read_whole_ruby
from weighbridge.facts.sql.acts import Act
from weighbridge.landscape.sql.bound_names import Names
from weighbridge.landscape.sql.rendered import NotWrittenError, Rendered, Script, Sheet, Tool
from weighbridge.landscape.sql.tools._rails_columns import Operation, acts_in_change, is_of_block, table_columns
from weighbridge.landscape.sql.tools._rails_doubts import RailsDoubts
from weighbridge.landscape.sql.tools._rails_modules import Modules
from weighbridge.landscape.sql.tools._rails_operations import acts_of
from weighbridge.landscape.sql.tools._rails_rows import Models
from weighbridge.landscape.sql.tools._texts import text_of
from weighbridge.landscape.sql.tools._unnamed import misses_name
from weighbridge.landscape.sql.tools._walking import Scene, Walk

_FOLDER: Final = LatePattern(r"(?:^|/)(?:\w*migrate|\w*migrations?|db/data)/(?:[^/]+/)*[^/]+\.rb$")
_NUMBERED: Final = LatePattern(r"(?:^|/)db/(?:\w*migrate|data)/(?:[^/]+/)*\d{3,}_\w+\.rb$")
_CLASS: Final = LatePattern(
    r"^[ \t]*class\s+[\w:]+\s*<\s*(?:::)?(?:[\w:]*Migration\b|Migration\b)|\bClass\.new\(\s*[\w:]*Migration\b",
    re.MULTILINE,
)
_ADAPTER: Final = LatePattern(r"^[ \t]*adapter:\s*[\"']?(\w+)", re.MULTILINE)
_POSTGRES: Final = LatePattern(
    r":concurrently|:jsonb|\.jsonb\b|using: :(?:gin|gist|brin|btree)|enable_extension|ON CONFLICT|validate: false|::\w+\[\]"
)
_MYSQL: Final = LatePattern(r"algorithm: :(?:inplace|copy|instant)|utf8mb4|ENGINE=|unsigned: true|:mediumtext")
_ADAPTERS: Final = {
    "postgresql": Dialect.POSTGRES,
    "postgis": Dialect.POSTGRES,
    "mysql2": Dialect.MYSQL,
    "trilogy": Dialect.MYSQL,
    "sqlite3": Dialect.SQLITE,
}
_MAKES: Final = LatePattern(r"(?:^[ \t]*create_table[ (]+[\"':]|^CREATE TABLE (?:\w+\.)?\"?)(\w+)", re.MULTILINE)
_SQL: Final = (
    "execute", "exec", "exec_query", "exec_update", "exec_insert", "exec_delete", "update", "insert", "delete", "query", "select_value",
    "select_values", "select_all", "select_one", "select_rows", "execute_batch", "query_value", "query_values", "internal_exec_query",
)  # fmt: skip
_ASKS: Final = ("select_", "query_value")
_SPEAKERS: Final = ("connection", "Base", "DB", "conn", "MiniSql", "lease_connection")
_OWN: Final = (
    "",
    "self",
    "connection",
    "ActiveRecord::Base.connection",
    "ActiveRecord::Base.connection()",
    "Migration",
)
_FORWARD: Final = ("change", "up", "migrate")


def claims(path: RepoPath, text: str) -> bool:
    """Whether a file is a migration of Rails."""
    return _FOLDER.search(path) is not None and (_CLASS.search(text) is not None or _NUMBERED.search(path) is not None)


def render(script: Script) -> Rendered:
    """What a migration does, statement by statement."""
    statements, unended = read_whole_ruby(script.text)
    sheet = Sheet(script.text)
    if unended:
        why = f"Ruby cannot read it: what stands at line {unended} never ends, or ends what never began"
        sheet.misses(unended, script.text.count("\n") + 1, why=why)
    migrations = list(_migrations(statements))
    is_together = True
    has_way = False
    for each in migrations:
        models = Models((*statements, *each.body), has_table=_Tables(script).has)
        names, modules = Names(each.body, outer=Names(statements)), Modules(script, (*statements, *each.body))
        reader = _Migration(sheet, each, names=names, models=models, modules=modules)
        is_together = is_together and not any(_calls(one, "disable_ddl_transaction!") for one in each.body)
        has_way = reader.methods() or has_way
    if not has_way:
        sheet.misses(1, script.text.count("\n") + 1, why="no `change` and no `up` of a migration is found")
    return sheet.rendered(is_together=is_together, dialect=_dialect(script))


def _migrations(statements: tuple[Statement, ...]) -> Iterator[Statement]:
    """The classes that are migrations, those that are made by `Class.new` too."""
    for each in statements:
        value = each.value
        if each.kind == "class" and any("Migration" in base for base in each.takes):
            yield each
        elif each.kind == "class":
            yield from _migrations(each.body)
        elif isinstance(value, Call) and value.block is not None and _is_dump(value):
            change = Statement(kind="def", line=each.line, end_line=each.end_line, name="change", body=value.block.body)
            yield replace(each, kind="class", body=(change,), value=None)
        elif isinstance(value, Call) and value.block is not None and _makes_migration(value):
            yield replace(each, kind="class", body=value.block.body, value=None)


def _is_dump(call: Call) -> bool:
    """Whether it is `ActiveRecord::Schema[7.0].define(…)`: what all migrations came to."""
    return call.name == "define" and any(
        isinstance(form, Name) and form.id.endswith("ActiveRecord::Schema") for form in within(call)
    )


def _makes_migration(call: Call) -> bool:
    """Whether it is `Class.new(ActiveRecord::Migration[7.0])`."""
    is_class = call.name == "new" and isinstance(call.of, Name) and call.of.id == "Class"
    given = (form for each in call.arguments for form in within(each.value))
    return is_class and any(isinstance(form, Name) and "Migration" in form.id for form in given)


def _dialect(script: Script) -> Dialect | None:
    if _POSTGRES.search(script.text):
        return Dialect.POSTGRES
    if _MYSQL.search(script.text):
        return Dialect.MYSQL
    root = script.path.partition("db/")[0]
    found = _ADAPTER.search(script.around.text(RepoPath(f"{root}config/database.yml")))
    return _ADAPTERS.get(found[1]) if found is not None else None


class _Tables:
    """The tables that there are by what all migrations came to."""

    def __init__(self, script: Script) -> None:
        self._script = script

    @cached_property
    def _named(self) -> frozenset[str]:
        root = self._script.path.partition("db/")[0]
        texts = (self._script.around.text(RepoPath(f"{root}db/{name}")) for name in ("schema.rb", "structure.sql"))
        return frozenset(said[1] for text in texts for said in _MAKES.finditer(text))

    def has(self, table: str) -> bool:
        """Whether a table is there."""
        return table in self._named


def _calls(statement: Statement, name: str) -> bool:
    value = statement.value
    return isinstance(value, Call) and value.name == name


class _Migration:
    """Takes down what the methods of a migration do."""

    def __init__(self, sheet: Sheet, migration: Statement, *, names: Names, models: Models, modules: Modules) -> None:
        self._sheet = sheet
        self._modules = modules
        self._names = names
        self._models = models
        self._doubts = RailsDoubts(models)
        self._methods = {each.name: Block(each.takes, each.body) for each in _methods(migration.body)}
        for name, method in self._methods.items():
            names.give(name, method)
        self._walk = Walk(sheet, self, names=names, is_by_name=True)

    def methods(self) -> bool:
        """All that is done, forward and back; false where nothing says what is done forward."""
        for name in _FORWARD:
            self._method(name)
        self._sheet.is_undoing = True
        self._method("down")
        self._sheet.is_undoing = False
        return any(name in self._methods for name in _FORWARD)

    def _method(self, name: str) -> None:
        if name in self._methods:
            self._walk.body(self._methods[name].body, Scene(names=Names(outer=self._names)))

    def enters(self, statement: Statement, scene: Scene) -> Scene:
        """Ruby has no `with`."""
        del statement
        return scene

    def leaves(self, statement: Statement, scene: Scene) -> None:
        """The same."""

    def gives(self, call: Call, block: Block, *, names: Names) -> None:
        """What a block takes is of what the call is of, as everywhere."""

    def doubts(self, call: Call, scene: Scene) -> str:
        """Why it is not sure that a call does nothing."""
        return self._doubts.why(call, scene.names)

    def knows(self, call: Call, scene: Scene) -> bool:
        """Takes down what a call does."""
        if self._modules.follows(call, scene, walk=self._walk, sheet=self._sheet):
            return True
        names = scene.names
        of = called(call.of) if isinstance(call.of, Call) else call.of.id if isinstance(call.of, Name) else ""
        is_own = (call.of is None) or of in _OWN or (bool(of) and of.endswith((".connection", ".connection()")))
        if self._runs(call, of, names=names) or (is_own and self._operates(call, scene)):
            return True
        rows = self._models.writes(call, names, is_in_loop=scene.is_in_loop) or self._models.of_each(call, names)
        if rows is not None:
            self._sheet.does(call, rows)
            if call.block is not None:
                self._walk.block(call, call.block, scene=scene)
            return True
        return self._goes_back(call, scene)

    def _goes_back(self, call: Call, scene: Scene) -> bool:
        """Whether a call has a block that is done only to take the migration back, or the contrary of which is done."""
        if call.block is None or (call.name, call.of is None) not in (("down", False), ("revert", True)):
            return False
        had = self._sheet.is_undoing
        if call.name == "down":
            self._sheet.is_undoing = True
        else:
            self._sheet.misses(call.line, call.end_line, why="it does the contrary of what stands there")
        self._walk.body(call.block.body, scene.within(Names(outer=scene.names)))
        self._sheet.is_undoing = had
        return True

    def _runs(self, call: Call, of: str, *, names: Names) -> bool:
        """Whether a call runs SQL, which is taken down."""
        speaks = call.of is None or of == "self" or any(word in of for word in _SPEAKERS)
        if call.name not in _SQL or not speaks or not call.arguments:
            return False
        given = call.arguments[0].value
        text = text_of(given, names)
        value = names.of(given)
        if text is None and isinstance(value, Listed):
            text = text_of(value.items[0], names) if value.items else None
        if text is not None and call.name.startswith(_ASKS) and text.value.lstrip()[:6].lower() == "select":
            return True
        if text is None and (call.name.startswith("select_") or isinstance(value, Text)):
            return self._models.is_asked(given, names)
        self._sheet.runs(text, call)
        return True

    def _operates(self, call: Call, scene: Scene) -> bool:
        """Whether a call is one of a migration's own, which is taken down."""
        operation = Operation(call, scene.names)
        try:
            if call.name in ("create_table", "create_join_table"):
                self._sheet.does(call, *table_columns(operation))
                return True
            if call.name == "change_table" and call.block is not None:
                for inner, done in acts_in_change(operation):
                    self._sheet.does(inner, *done)
                others = tuple(each for each in call.block.body if not is_of_block(each, call.block))
                self._walk.body(others, scene.within(Names(outer=scene.names)))  # it may do without what it is given
                return True
            found = acts_of(operation)
        except NotWrittenError as error:
            misses_name(self._sheet, call, names=scene.names, why=error, read=partial(_acts_of, names=scene.names))
            return True
        if found is not None:
            self._sheet.does(call, *found)
        return found is not None


def _acts_of(call: Call, *, names: Names) -> Iterator[Act]:
    operation = Operation(call, names)
    if call.name == "change_table" and call.block is not None:
        for _, done in acts_in_change(operation):
            yield from done
    else:
        yield from acts_of(operation) or ()


def _methods(body: tuple[Statement, ...]) -> list[Statement]:
    """The methods of a class, those of `class << self` and of `define_method` too."""
    found: list[Statement] = []
    for each in body:
        value = each.value
        if each.kind == "def":
            found.append(each)
        elif each.kind == "class" and each.name == "<<":
            found += _methods(each.body)
        elif isinstance(value, Call) and value.name == "define_method" and value.block is not None and value.arguments:
            said = value.arguments[0].value
            name = said.value if isinstance(said, Text) else ""
            found.append(
                replace(each, kind="def", name=name, takes=value.block.takes, body=value.block.body, value=None)
            )
    return found


TOOL: Final = Tool(claims=claims, render=render)
