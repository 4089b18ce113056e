"""Rails: `change`, or `up` and `down`, of a class of `ActiveRecord::Migration`."""

import re
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.system import Dialect
from weighbridge.facts.calls.forms import (
    Arguments,
    Block,
    Call,
    Form,
    Listed,
    Name,
    Statement,
    Unknown,
    called,
    within,
)
from weighbridge.facts.calls.ruby import read_ruby
from weighbridge.landscape.sql.names import Names
from weighbridge.landscape.sql.rendered import NotWrittenError, Rendered, Script, Sheet, Tool
from weighbridge.landscape.sql.tools._rails_columns import Operation, acts_in_change, table_columns
from weighbridge.landscape.sql.tools._rails_operations import NOTHING_DONE, acts_of
from weighbridge.landscape.sql.tools._rails_rows import Models
from weighbridge.landscape.sql.tools._texts import text_of

_FOLDER: Final = LatePattern(r"(?:^|/)(?:\w*migrate|\w*migrations?)/(?:[^/]+/)*[^/]+\.rb$")
_CLASS: Final = LatePattern(r"^\s*class\s+[\w:]+\s*<\s*(?:::)?(?:[\w:]*Migration\b|Migration\b)", re.MULTILINE)
_ADAPTER: Final = LatePattern(r"^\s*adapter:\s*[\"']?(\w+)", re.MULTILINE)
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
_SQL: Final = (
    "execute",
    "exec",
    "exec_query",
    "exec_update",
    "exec_insert",
    "exec_delete",
    "update",
    "insert",
    "delete",
    "query",
)
_SPEAKERS: Final = ("connection", "Base", "DB", "conn", "MiniSql", "lease_connection")
MOST_CALLS: Final = 5
MOST_TURNS: Final = 50


def claims(path: RepoPath, text: str) -> bool:
    """Whether a file is a migration of Rails."""
    return _FOLDER.search(path) is not None and _CLASS.search(text) is not None


def render(script: Script) -> Rendered:
    """What a migration does, statement by statement."""
    statements = read_ruby(script.text)
    sheet = Sheet(script.text)
    migrations = [each for each in statements if each.kind == "class" and any("Migration" in t for t in each.takes)]
    if not migrations:
        migrations = [each for each in _all_classes(statements) if any("Migration" in t for t in each.takes)]
    is_together = True
    for each in migrations[-1:]:
        reader = _Migration(
            sheet, each, names=Names(each.body, outer=Names(statements)), models=Models((*statements, *each.body))
        )
        is_together = not any(_calls(one, "disable_ddl_transaction!") for one in each.body)
        reader.methods()
    if not migrations or not any(each.body for each in migrations):
        sheet.misses(1, 1, why="its class holds nothing that is known here")
    return sheet.rendered(is_together=is_together, dialect=_dialect(script))


def _all_classes(statements: tuple[Statement, ...]) -> list[Statement]:
    found = [each for each in statements if each.kind == "class"]
    return found + [inner for each in found for inner in _all_classes(each.body)]


def _dialect(script: Script) -> Dialect | None:
    if _POSTGRES.search(script.text):
        return Dialect.POSTGRES
    if _MYSQL.search(script.text):
        return Dialect.MYSQL
    root = script.path.partition("db/")[0]
    found = _ADAPTER.search(script.around.text(RepoPath(f"{root}config/database.yml")))
    return _ADAPTERS.get(found[1]) if found is not None else None


def _calls(statement: Statement, name: str) -> bool:
    value = statement.value
    return isinstance(value, Call) and value.name == name


class _Migration:
    """Takes down what the methods of a migration do."""

    def __init__(self, sheet: Sheet, migration: Statement, *, names: Names, models: Models) -> None:
        self._sheet = sheet
        self._names = names
        self._models = models
        self._methods = {each.name: each for each in _methods(migration.body)}

    def methods(self) -> None:
        """All that is done, forward and back."""
        for name in ("change", "up", "migrate"):
            if name in self._methods:
                self.body(self._methods[name].body, Names(outer=self._names), depth=0, is_in_loop=False)
        self._sheet.is_undoing = True
        if "down" in self._methods:
            self.body(self._methods["down"].body, Names(outer=self._names), depth=0, is_in_loop=False)
        self._sheet.is_undoing = False

    def body(self, body: tuple[Statement, ...], names: Names, *, depth: int, is_in_loop: bool) -> None:
        """What statements do, in order."""
        for each in body:
            names.bind(each)
            if each.value is not None:
                self._value(each.value, names, depth=depth, is_in_loop=is_in_loop)
            if each.kind not in ("def", "class"):
                self.body(each.body, names, depth=depth, is_in_loop=is_in_loop or each.kind == "loop")

    def _value(self, value: Form, names: Names, *, depth: int, is_in_loop: bool) -> None:
        if isinstance(value, Call):
            self._call(value, names, depth=depth, is_in_loop=is_in_loop)
            return
        if isinstance(value, Name) and value.id in self._methods and depth < MOST_CALLS:
            self.body(self._methods[value.id].body, Names(outer=self._names), depth=depth + 1, is_in_loop=is_in_loop)
            return
        for form in within(value):
            if isinstance(form, Block):
                self.body(form.body, names, depth=depth, is_in_loop=is_in_loop)
            elif isinstance(form, Call):
                self._call(form, names, depth=depth, is_in_loop=is_in_loop)

    def _call(self, call: Call, names: Names, *, depth: int, is_in_loop: bool) -> None:
        of = called(call.of) if isinstance(call.of, Call) else call.of.id if isinstance(call.of, Name) else ""
        if self._runs(call, of, names=names):
            return
        if call.of is None or of in ("self", "connection", "ActiveRecord::Base.connection", "Migration"):
            if call.name in self._methods and depth < MOST_CALLS:
                self._follow(call, names, depth=depth, is_in_loop=is_in_loop)
                return
            if self._operates(call, names):
                return
        self._around(call, of, names=names, depth=depth, is_in_loop=is_in_loop)

    def _runs(self, call: Call, of: str, *, names: Names) -> bool:
        """Whether a call runs SQL, which is taken down."""
        speaks = not of or any(word in of for word in _SPEAKERS)
        if call.name not in _SQL or not speaks or (not of and call.name != "execute"):
            return False
        given = call.arguments[0].value if call.arguments else None
        text = text_of(given, names)
        value = names.of(given)
        if text is None and isinstance(value, Listed):
            text = text_of(value.items[0], names) if value.items else None
        self._sheet.runs(text, call)
        return True

    def _operates(self, call: Call, names: Names) -> bool:
        """Whether a call is one of a migration's own, which is taken down."""
        operation = Operation(call, names)
        try:
            if call.name in ("create_table", "create_join_table"):
                self._sheet.does(call, *table_columns(operation))
                return True
            if call.name == "change_table" and call.block is not None:
                for inner, done in acts_in_change(operation):
                    self._sheet.does(inner, *done)
                return True
            found = acts_of(operation)
        except NotWrittenError as error:
            self._sheet.misses(call.line, call.end_line, why=str(error))
            return True
        if found is None:
            return False
        if found is not NOTHING_DONE:
            self._sheet.does(call, *found)
        return True

    def _follow(self, call: Call, names: Names, *, depth: int, is_in_loop: bool) -> None:
        method = self._methods[call.name]
        inner, given = Names(outer=self._names), Arguments(call)
        for at, name in enumerate(method.takes):
            value = names.of(given.get(name, at))
            inner.give(name, Unknown() if value is None else value)
        self.body(method.body, inner, depth=depth + 1, is_in_loop=is_in_loop)
        if call.block is not None:
            self.body(call.block.body, Names(outer=names), depth=depth + 1, is_in_loop=is_in_loop)

    def _around(self, call: Call, of: str, *, names: Names, depth: int, is_in_loop: bool) -> None:
        """What stands in the block of a call, and in what it is called on."""
        rows = self._models.writes(call, names, is_in_loop=is_in_loop)
        if rows is not None:
            self._sheet.does(call, rows)
        if isinstance(call.of, Call):
            self._call(call.of, names, depth=depth, is_in_loop=is_in_loop)
        for each in call.arguments:
            if isinstance(each.value, Call):
                self._call(each.value, names, depth=depth, is_in_loop=is_in_loop)
        if call.block is None:
            return
        had = self._sheet.is_undoing
        if call.name == "down" and call.of is not None:
            self._sheet.is_undoing = True
        elif call.name == "revert" and not of:
            self._sheet.misses(call.line, call.end_line, why="it does the contrary of what stands there")
        self._block(call, names, depth=depth, is_in_loop=is_in_loop)
        self._sheet.is_undoing = had

    def _block(self, call: Call, names: Names, *, depth: int, is_in_loop: bool) -> None:
        assert call.block is not None, "asked before"
        over = names.of(call.of) if call.of is not None else None
        if (
            call.name in ("each", "each_with_index", "each_pair")
            and isinstance(over, Listed)
            and 0 < len(over.items) <= MOST_TURNS
        ):
            for item in over.items:
                inner, known = Names(outer=names), names.of(item)
                if len(call.block.takes) > 1 and isinstance(known, Listed):
                    for name, each in zip(call.block.takes, known.items, strict=False):
                        inner.give(name, each)
                elif call.block.takes and known is not None:
                    inner.give(call.block.takes[0], known)
                self.body(call.block.body, inner, depth=depth, is_in_loop=is_in_loop)
            return
        inner = Names(outer=names)
        if call.block.takes and call.of is not None:
            inner.give(f"{call.block.takes[0]}@", call.of)
        turns = call.name in _TURNS
        self.body(call.block.body, inner, depth=depth, is_in_loop=is_in_loop or turns)


_TURNS: Final = (
    "each",
    "find_each",
    "in_batches",
    "find_in_batches",
    "map",
    "each_slice",
    "times",
    "each_with_index",
    "each_pair",
    "loop",
    "in_groups_of",
    "step",
)


def _methods(body: tuple[Statement, ...]) -> list[Statement]:
    found: list[Statement] = []
    for each in body:
        if each.kind == "def":
            found.append(each)
        elif isinstance(each.value, Call) and each.value.name in ("private", "public"):
            continue
        elif each.kind == "class" and each.name == "<<":
            found += _methods(each.body)
    return found


TOOL: Final = Tool(claims=claims, render=render)
