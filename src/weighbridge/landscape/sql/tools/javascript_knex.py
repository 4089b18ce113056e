"""Knex: `up` and `down` that a module hands out, which build a schema or run SQL."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.calls.forms import Block, Call, Form, Listed, Name, Statement, Text, Unknown
from weighbridge.facts.calls.javascript import read_javascript
from weighbridge.facts.sql import acts
from weighbridge.facts.sql.acts import Act, Value
from weighbridge.landscape.sql.dialects import said_by
from weighbridge.landscape.sql.names import Names
from weighbridge.landscape.sql.rendered import NotWrittenError, Rendered, Script, Sheet, Tool
from weighbridge.landscape.sql.tools._knex_tables import altered, created
from weighbridge.landscape.sql.tools._script_values import MOST_CALLS, function_named, word
from weighbridge.landscape.sql.tools._texts import text_of

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
    for name in ("up", "down"):
        found = function_named(statements, name)
        if found is None:
            if name == "up":
                sheet.misses(1, 1, why="its `up` is not found")
            continue
        sheet.is_undoing = name == "down"
        reader = _Builder(sheet, functions_of(statements), names=names, statements=statements)
        reader.function(found, Names(outer=names), depth=0)
    sheet.is_undoing = False
    return sheet.rendered(is_together=_NOT_TOGETHER.search(script.text) is None, dialect=said_by(script.text))


class _Builder:
    """Takes down what is asked of Knex."""

    def __init__(
        self, sheet: Sheet, functions: Mapping[str, Statement], *, names: Names, statements: tuple[Statement, ...]
    ) -> None:
        self._sheet = sheet
        self._functions = functions
        self._names = names
        self._blocks = {
            each.name: each.value for each in statements if each.kind == "bind" and isinstance(each.value, Block)
        }

    def function(self, function: Block, names: Names, *, depth: int) -> None:
        """What a function does that is given Knex."""
        self._body(function.body, names, depth=depth, is_in_loop=False)

    def _body(self, body: tuple[Statement, ...], names: Names, *, depth: int, is_in_loop: bool) -> None:
        for each in body:
            names.bind(each)
            if each.value is not None:
                self._value(each.value, names, depth=depth, is_in_loop=is_in_loop)
            if each.kind == "loop" and each.takes:
                value = names.of(each.value)
                items = value.items if isinstance(value, Listed) and 0 < len(value.items) <= 50 else (Unknown(),)
                for item in items:
                    inner = Names(outer=names)
                    inner.give(each.takes[0], names.of(item) or item)
                    self._body(each.body, inner, depth=depth, is_in_loop=True)
            elif each.kind not in ("def", "class"):
                self._body(each.body, names, depth=depth, is_in_loop=is_in_loop)

    def _value(self, value: Form, names: Names, *, depth: int, is_in_loop: bool) -> None:
        match value:
            case Call():
                self._chain(value, names, depth=depth, is_in_loop=is_in_loop)
            case Block(body=body):
                self._body(body, Names(outer=names), depth=depth, is_in_loop=is_in_loop)
            case Listed(items=inner) | Unknown(parts=inner):
                for each in inner:
                    self._value(each, names, depth=depth, is_in_loop=is_in_loop)

    def _chain(self, call: Call, names: Names, *, depth: int, is_in_loop: bool) -> None:
        """A chain of calls, the first first: each of a schema's does something of its own."""
        chain: list[Call] = []
        current: Form | None = call
        while isinstance(current, Call):
            chain.append(current)
            current = current.of
        chain.reverse()
        root = current.id if isinstance(current, Name) else ""
        first = chain[0]
        followed = self._functions.get(first.name) if not root else None
        block = self._blocks.get(first.name) if not root else None
        if (followed is not None or block is not None) and depth < MOST_CALLS:
            takes, body = (
                (followed.takes, followed.body)
                if followed is not None
                else (block.takes, block.body)
                if block
                else ((), ())
            )
            inner = Names(outer=self._names)
            for name, given in zip(takes, first.arguments, strict=False):
                known = names.of(given.value)
                if known is not None and not isinstance(known, Name):
                    inner.give(name, known)
            self._body(body, inner, depth=depth + 1, is_in_loop=is_in_loop)
            return
        is_schema = root.endswith(".schema") or root == "schema" or any(each.name == "withSchema" for each in chain)
        if not is_schema:
            rows = _rows(chain, root, names=names, is_in_loop=is_in_loop)
            if rows is not None:
                self._sheet.does(chain[-1], rows)
        for each in chain:
            self._one(each, names, depth=depth, is_schema=is_schema, is_in_loop=is_in_loop)

    def _one(self, call: Call, names: Names, *, depth: int, is_schema: bool, is_in_loop: bool) -> None:
        given = [each.value for each in call.arguments]
        if call.name == "raw":
            if is_schema or _is_alone(call):
                self._sheet.runs(text_of(given[0] if given else None, names), call)
            return
        try:
            if call.name in _CREATES:
                self._sheet.does(call, *created(call, names))
                return
            if call.name in _CHANGES and len(given) > 1:
                for inner, done in altered(call, names):
                    self._sheet.does(inner, *done)
                return
            done = tuple(_schema(call, given, names=names)) if is_schema else ()
        except NotWrittenError as error:
            self._sheet.misses(call.line, call.end_line, why=str(error))
            return
        if done:
            self._sheet.does(call, *done)
            return
        for value in given:
            self._value(
                value, Names(outer=names), depth=depth, is_in_loop=is_in_loop or call.name in ("map", "forEach", "each")
            )


def _is_alone(call: Call) -> bool:
    """Whether it is `knex.raw`, run for itself."""
    return isinstance(call.of, Name) or call.of is None


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


def _rows(chain: list[Call], root: str, *, names: Names, is_in_loop: bool) -> Act | None:
    """What `knex("users").where(…).update(…)` does; None where it writes nothing."""
    last = next((each for each in chain if each.name in _WRITES), None)
    source = _source(chain, root)
    if last is None or source is None or (source is last and last.name != "batchInsert"):
        return None
    value = names.of(source.arguments[0].value if source.arguments else None)
    if not isinstance(value, Text) or not _speaks(root or source.name):
        return None
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


def _source(chain: list[Call], root: str) -> Call | None:
    """The call of a chain that names its table: `knex("t")`, `db.from("t")`, `trx.batchInsert("t", …)`."""
    if not root:
        return chain[0]
    named = next((each for each in chain if each.name in ("from", "into", "table")), None)
    return named or (chain[0] if chain[0].name == "batchInsert" else None)


def _speaks(name: str) -> bool:
    return any(each in name.lower() for each in ("knex", "trx", "db", "transaction", "database", "from", "into"))


def _said(call: Call, names: Names) -> str:
    first = names.of(call.arguments[0].value) if call.arguments else None
    word_ = first.value if isinstance(first, Text) else "…"
    ends = {"whereNull": " IS NULL", "whereNotNull": " IS NOT NULL"}
    return word_ + ends.get(call.name, " = ?" if call.name in ("where", "andWhere") and isinstance(first, Text) else "")


TOOL: Final = Tool(claims=claims, render=render)
