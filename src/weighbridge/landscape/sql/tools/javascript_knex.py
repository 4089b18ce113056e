"""Knex: `up` and `down` that a module hands out, which build a schema or run SQL."""

import re
from collections.abc import Iterator
from functools import partial
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.calls.forms import Block, Call, Form, Keyed, Name, Statement, Text
from weighbridge.facts.calls.javascript import read_javascript
from weighbridge.facts.sql import acts
from weighbridge.facts.sql.acts import Act, Value
from weighbridge.landscape.sql.bound_names import Names
from weighbridge.landscape.sql.dialects import said_by
from weighbridge.landscape.sql.rendered import NotWrittenError, Rendered, Script, Sheet, Tool
from weighbridge.landscape.sql.tools._in_turn import asked_by
from weighbridge.landscape.sql.tools._knex_tables import altered, created
from weighbridge.landscape.sql.tools._script_doubts import ScriptDoubts
from weighbridge.landscape.sql.tools._script_files import ScriptFiles
from weighbridge.landscape.sql.tools._script_values import function_named, with_identifiers, word
from weighbridge.landscape.sql.tools._texts import text_of
from weighbridge.landscape.sql.tools._unnamed import misses_name
from weighbridge.landscape.sql.tools._walking import Scene, Walk

_UP: Final = LatePattern(
    r"\bexports\.up\s*=|\bmodule\.exports\s*=\s*\{|^export\s+(?:async\s+)?(?:function|const|let)\s+up\b|^(?:async\s+)?function\s+up\b",
    re.MULTILINE,
)
_KNEX: Final = LatePattern(r"\bknex\b|\.schema\b\s*\.|\bKnex\b", re.IGNORECASE)
_NOT_TOGETHER: Final = LatePattern(r"\bconfig\b[^=\n]*=\s*\{[^}]*transaction\s*:\s*false", re.DOTALL)
_CHANGES: Final = ("table", "alterTable")
_CREATES: Final = ("createTable", "createTableIfNotExists")
_PARTS: Final = ("limit", "whereIn", "whereBetween", "first")


def claims(path: RepoPath, text: str) -> bool:
    """Whether a file is a migration of Knex's."""
    del path
    return _UP.search(text) is not None and _KNEX.search(text) is not None and "queryInterface" not in text


def render(script: Script) -> Rendered:
    """What a migration does, statement by statement."""
    statements = read_javascript(script.text)
    sheet = Sheet(script.text)
    names = Names(statements)
    reader = _Builder(sheet, names, files=ScriptFiles(script))
    for name in ("up", "down"):
        found = function_named(statements, name, names=names)
        if found is not None:
            sheet.is_undoing = name == "down"
            reader.function(found)
        elif name == "up":
            sheet.misses(1, script.text.count("\n") + 1, why="its `up` is not found")
    sheet.is_undoing = False
    return sheet.rendered(
        is_together=_NOT_TOGETHER.search(script.text) is None, dialect=said_by(script.text, is_code=True)
    )


class _Builder:
    """Takes down what is asked of Knex."""

    def __init__(self, sheet: Sheet, names: Names, *, files: ScriptFiles) -> None:
        self._sheet = sheet
        self._names = names
        self._files = files
        self._walk = Walk(sheet, self, names=names)
        self._doubts = ScriptDoubts(_is_handle, reads=_READS, yields=_ROWS)
        self._parts = 0
        """How many calls are around that make what they are given a part of their own statement."""

    def function(self, function: Block) -> None:
        """What a function does that is given Knex."""
        inner = Names(outer=self._names)
        for name in function.takes[:1]:
            inner.give(name, Name(_KNEX_ITSELF))
        self._walk.body(function.body, Scene(names=inner))

    def enters(self, statement: Statement, scene: Scene) -> Scene:
        """JavaScript has no such `with`."""
        del statement
        return scene

    def leaves(self, statement: Statement, scene: Scene) -> None:
        """The same."""

    def gives(self, call: Call, block: Block, *, names: Names) -> None:
        """A transaction hands out what is asked as Knex is."""
        if call.name == "transaction":
            for name in block.takes[:1]:
                names.give(name, Name(_KNEX_ITSELF))

    def doubts(self, call: Call, scene: Scene) -> str:
        """Why it is not sure that a call does nothing."""
        return self._doubts.why(call, scene)

    def knows(self, call: Call, scene: Scene) -> bool:
        """Takes down what a call does."""
        return self._files.follows(call, scene, walk=self._walk, sheet=self._sheet) or self._does(call, scene)

    def _does(self, call: Call, scene: Scene) -> bool:
        names = scene.names
        root = names.root(call.of if call.of is not None else Name(call.name))
        chain = _chain_of(call)
        is_schema = ".schema" in f".{root}" or any(each.name in ("withSchema", "schema") for each in chain)
        if call.name == "raw":
            return self._runs(call, is_schema=is_schema, scene=scene)
        if not _speaks(root):
            return False
        given = [each.value for each in call.arguments]
        try:
            if call.name in _CREATES:
                self._sheet.does(call, *created(call, names))
                return True
            if call.name in _CHANGES and len(given) > 1:
                for inner, done in altered(call, names):
                    self._sheet.does(inner, *done)
                return True
            if is_schema:
                done_ = tuple(_schema(call, given, names=names))
            else:
                outer = [each for each in reversed(self._walk.rest) if each.name not in _WAITS]
                row = _rows([*chain, *outer], call, names=names, is_in_loop=scene.is_in_loop)
                asked = asked_by(scene.over, names) if row is not None and scene.over is not None else None
                done_ = () if row is None else (row,) if asked is None else asked.written((row,))
        except NotWrittenError as error:
            misses_name(self._sheet, call, names=names, why=error, read=partial(_altered, names=names))
            return True
        if done_:
            self._sheet.does(call, *done_)
        return self._is_part(call, scene) or bool(done_)

    def _runs(self, call: Call, *, is_schema: bool, scene: Scene) -> bool:
        if is_schema or (not self._parts and (call.of is None or isinstance(call.of, Name))):
            asked = asked_by(scene.over, scene.names) if scene.over is not None else None
            text = text_of(call.arguments[0].value if call.arguments else None, scene.names)
            if text is not None and len(call.arguments) > 1:
                text = with_identifiers(text, call.arguments[1].value, names=scene.names)
            self._sheet.runs_in_turn(text, call, seen=tuple if asked is None else asked.written)
        return True

    def _is_part(self, call: Call, scene: Scene) -> bool:
        """Whether what a call is given becomes a part of its statement, which is gone through as such."""
        if call.name in _WAITS or call.name not in (*_READS, *_WRITES):
            return False
        self._parts += 1
        for each in call.arguments:
            if isinstance(each.value, Block):
                self._walk.block(call, each.value, scene=scene)
            else:
                self._walk.value(each.value, scene)
        self._parts -= 1
        return True


def _altered(call: Call, *, names: Names) -> Iterator[Act]:
    for _, done in altered(call, names) if call.name in _CHANGES and len(call.arguments) > 1 else ():
        yield from done


_KNEX_ITSELF: Final = "@knex"
_WAITS: Final = (
    "then",
    "catch",
    "finally",
    "transaction",
    "asCallback",
    "map",
    "each",
    "tap",
    "forEach",
    "reduce",
    "mapSeries",
    "spread",
)
_ROWS: Final = (
    "then",
    "first",
    "select",
    "pluck",
    "raw",
    "map",
    "count",
    "max",
    "min",
    "fetchAll",
    "columnInfo",
    "hasTable",
    "hasColumn",
)
_READS: Final = frozenset(
    [
        *_WAITS, *_ROWS, "where", "andWhere", "orWhere", "whereIn", "whereNotIn", "whereNull", "whereNotNull", "whereNot", "whereRaw", "whereExists",
        "whereBetween", "whereLike", "whereILike", "whereJsonPath", "whereNotExists", "andWhereRaw", "orWhereIn", "orWhereNull", "orWhereNotNull",
        "join", "leftJoin", "innerJoin", "rightJoin", "leftOuterJoin", "joinRaw", "crossJoin", "on", "andOn", "onVal", "orOn", "from", "into", "table",
        "as", "distinct", "orderBy", "orderByRaw", "groupBy", "groupByRaw", "having", "havingRaw", "limit", "offset", "column", "columns", "returning",
        "with", "withRecursive", "union", "unionAll", "clone", "toString", "toSQL", "toQuery", "transacting", "commit", "rollback", "isCompleted",
        "ref", "now", "uuid", "modify", "timeout", "connection", "onConflict", "ignore", "forUpdate", "forShare", "debug", "queryBuilder", "avg", "sum",
        "countDistinct", "acquireConnection", "releaseConnection", "stream", "pipe", "withSchema", "schema", "binaryToUuid", "uuidToBin", "is", "not",
        "savepoint", "whereNotBetween", "andWhereNot", "hasTable", "skipLocked", "noWait", "clearSelect", "clearOrder", "isTransaction", "on", "options",
    ]
)  # fmt: skip


def _is_handle(name: str) -> bool:
    return name.startswith(_KNEX_ITSELF) or name in ("knex", "trx")


def _chain_of(call: Call) -> list[Call]:
    """A chain of calls up to this one, the first first."""
    chain: list[Call] = []
    current: Form | None = call
    while isinstance(current, Call):
        chain.append(current)
        current = current.of
    return chain[::-1]


def _schema(call: Call, given: list[Form], *, names: Names) -> Iterator[Act]:
    if call.name in ("dropTable", "dropTableIfExists"):
        yield acts.DropTable(
            table=word(given[0] if given else None, names, what="the table's name"),
            is_conditional=call.name != "dropTable",
        )
    elif call.name == "renameTable" and len(given) > 1:
        yield acts.RenameTable(table=word(given[0], names), name=word(given[1], names))
    elif call.name in ("dropSchema", "dropSchemaIfExists"):
        yield acts.Drop(kind="schema", name=word(given[0] if given else None, names))
    elif call.name in ("dropView", "dropViewIfExists", "dropMaterializedView"):
        yield acts.Drop(kind="view", name=word(given[0] if given else None, names))
    elif call.name in ("createView", "createViewOrReplace", "createMaterializedView"):
        yield acts.Create(kind="view", name=word(given[0] if given else None, names))


def _rows(chain: list[Call], last: Call, *, names: Names, is_in_loop: bool) -> Act | None:
    """What `knex("users").where(…).update(…)` does; None where it writes nothing."""
    if last.name not in _WRITES:
        return None
    source = _source(chain)
    if source is None or (source is last and last.name != "batchInsert"):
        return None
    value = names.of(source.arguments[0].value if source.arguments else None)
    if isinstance(value, Keyed):
        value = next((names.of(each) for _, each in value.pairs), None)
    if not isinstance(value, Text):
        raise NotWrittenError("the table's name is not written here")
    table = value.value.partition(" ")[0]
    asked = [each for each in chain if each.name.lower().endswith(_ASKS)]
    is_part = is_in_loop or any(each.name in _PARTS for each in chain)
    where = Value(" AND ".join(_said(each, names) for each in asked)) if asked else None
    match last.name:
        case "insert" | "batchInsert":
            return acts.Insert(table=table)
        case "truncate":
            return acts.Truncate(table=table)
        case "del" | "delete":
            return acts.Delete(table=table, where=where, is_limited=is_part)
    return acts.Update(table=table, where=where, is_limited=is_part)


_WRITES: Final = ("update", "del", "delete", "insert", "truncate", "increment", "batchInsert")
_ASKS: Final = ("where", "wherein", "wherenull", "wherenotnull", "wherenot", "whereraw", "whereexists", "wherebetween")


def _source(chain: list[Call]) -> Call | None:
    """The call of a chain that names its table: `knex("t")`, `db.from("t")`, `trx.batchInsert("t", …)`."""
    named = next((each for each in chain if each.name in ("from", "into", "table", "batchInsert")), None)
    return named or (chain[0] if chain[0].of is None else None)


def _speaks(name: str) -> bool:
    return any(each in name.lower() for each in ("knex", "trx", "db", "transaction", "database"))


def _said(call: Call, names: Names) -> str:
    first = names.of(call.arguments[0].value) if call.arguments else None
    word_ = first.value if isinstance(first, Text) else "…"
    ends = {"whereNull": " IS NULL", "whereNotNull": " IS NOT NULL"}
    return word_ + ends.get(call.name, " = ?" if call.name in ("where", "andWhere") and isinstance(first, Text) else "")


TOOL: Final = Tool(claims=claims, render=render)
