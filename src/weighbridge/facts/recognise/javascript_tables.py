"""Tables that JavaScript reads and writes through TypeORM, Prisma, Sequelize, Mongoose, Drizzle, Knex, Kysely, Supabase.

A class or variable that stands for a table counts as reading and writing it: which way it is used, only the code that
uses it knows.
"""

import re
from collections.abc import Iterator
from typing import Final

from weighbridge.facts.extractor import Recognised, Recogniser
from weighbridge.facts.model import Access, Attribute, Call, Expr, FileFacts, Name
from weighbridge.facts.names import last_name
from weighbridge.facts.recognise._javascript_origins import ROLES, option, package_of, read
from weighbridge.facts.recognise._origins import Called, Origins, argument

_ENTITIES: Final = ("typeorm.Entity", "@mikro-orm/core.Entity", "sequelize-typescript.Table")
_TABLE_NAMES: Final = ("name", "tableName", "collection")
_DRIZZLE: Final = frozenset(
    {"drizzle-orm/pg-core.pgTable", "drizzle-orm/mysql-core.mysqlTable", "drizzle-orm/sqlite-core.sqliteTable"}
)
_PRISMA_READS: Final = frozenset(
    {"findMany", "findUnique", "findUniqueOrThrow", "findFirst", "findFirstOrThrow", "count", "aggregate", "groupBy"}
)
_PRISMA_WRITES: Final = frozenset({"create", "createMany", "update", "updateMany", "upsert", "delete", "deleteMany"})
_KYSELY: Final = {"selectFrom": "reads", "insertInto": "writes", "updateTable": "writes", "deleteFrom": "writes"}
_BUILDERS: Final = frozenset({"knex", "@supabase/supabase-js"})
_WRITING: Final = frozenset(
    {"insert", "update", "del", "delete", "truncate", "upsert", "increment", "decrement", "into"}
)
_WORD: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_TABLE: Final = re.compile(r"[\w$.\-{}]+")


def _recognise(facts: FileFacts) -> Recognised:
    reading = read(facts)
    origins = reading.origins
    found = dict.fromkeys(_entities(origins))
    writing = _Chains()
    for called, origin in reading.called:
        writing.add(called.call)
        for each in (
            *_modelled(called, origin, origins=origins),
            *_queried(called, origin, origins=origins, chains=writing),
        ):
            found[each] = None
    return Recognised(accesses=tuple(found))


class _Chains:
    """Which calls lie in a chain that writes: `knex("orders").where(…).update(…)`."""

    def __init__(self) -> None:
        self._writing: set[int] = set()

    def add(self, call: Call) -> None:
        """Note the chain that ends in `call`; outer calls come before inner ones."""
        name = last_name(call.function)
        if name in _WRITING or id(call) in self._writing:
            inner: Expr = call.function
            while isinstance(inner, Attribute):
                inner = inner.of
            if isinstance(inner, Call):
                self._writing.add(id(inner))

    def kind(self, call: Call) -> str:
        """`writes` when the chain around `call` does, else `reads`."""
        return "writes" if id(call) in self._writing else "reads"


def _both(table: str, scope: int, *, line: int, is_certain: bool) -> Iterator[Access]:
    if _TABLE.fullmatch(table):
        for kind in ("reads", "writes"):
            yield Access(kind, table, scope, line, is_certain and "{}" not in table)


def _entities(origins: Origins) -> Iterator[Access]:
    """Classes that a decorator makes tables: `@Entity("orders")`, `@Entity({ name: "orders" })`, `@Entity()`."""
    for index, definition in enumerate(origins.facts.definitions):
        for decorator in definition.decorators if definition.kind == "class" else ():
            if origins.of(decorator, 0) not in _ENTITIES:
                continue
            first = argument(decorator, 0) if isinstance(decorator, Call) else None
            named = origins.text(option(first, *_TABLE_NAMES) or first, 0)
            table = named or _snake(definition.name)
            yield from _both(table, index, line=definition.line, is_certain=named is not None)


def _modelled(called: Called, origin: str, *, origins: Origins) -> Iterator[Access]:
    """Models made by a call: Sequelize's `define`, Mongoose's `model`, Drizzle's `pgTable`."""
    name = last_name(called.call.function)
    if name not in ("define", "model", "init", "pgTable", "mysqlTable", "sqliteTable"):
        return
    package = package_of(origin)
    text = origins.text(argument(called.call, 0), called.scope)
    given: str | None = None
    if package == "sequelize" and name in ("define", "init"):
        given = origins.text(option(argument(called.call, 1 if name == "init" else 2), "tableName"), called.scope)
        text = f"{text}s" if text and name == "define" else None
    elif package == "mongoose" and name == "model":
        given = origins.text(argument(called.call, 2), called.scope)
        text = f"{text.lower()}s" if text else None
    elif origin in _DRIZZLE:
        given = text
    else:
        return
    if table := given or text:
        yield from _both(table, called.scope, line=called.line, is_certain=given is not None)


def _queried(called: Called, origin: str, *, origins: Origins, chains: _Chains) -> Iterator[Access]:
    """Queries that name their table: Prisma's clients, Knex's, Kysely's and Supabase's builders."""
    function, scope = called.call.function, called.scope
    match function:
        case Attribute(of=Attribute(of=client, name=model), name=verb) if verb in _PRISMA_READS | _PRISMA_WRITES:
            if last_name(client).lower().startswith("prisma") or origins.of(client, scope).startswith(
                "@prisma/client."
            ):
                kind = "reads" if verb in _PRISMA_READS else "writes"
                yield Access(kind, model, scope, called.line, is_certain=False)
        case Attribute(name=verb) if verb in _KYSELY:
            table = origins.text(argument(called.call, 0), scope)
            if table and _TABLE.fullmatch(table.split(" ")[0]):
                yield Access(_KYSELY[verb], table.split(" ")[0], scope, called.line)
        case Name() | Attribute(name="from" | "into" | "table"):
            if package_of(origin) not in _BUILDERS:
                return
            table = origins.text(argument(called.call, 0), scope)
            if table and _TABLE.fullmatch(table.split(" ")[0]):
                kind = "writes" if last_name(function) == "into" else chains.kind(called.call)
                yield Access(kind, table.split(" ")[0], scope, called.line, "{}" not in table)


def _snake(name: str) -> str:
    return _WORD.sub("_", name).lower()


RECOGNISER: Final = Recogniser(languages=ROLES, version=1, recognise=_recognise)
