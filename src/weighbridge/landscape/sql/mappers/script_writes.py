"""What code in JavaScript changes or deletes by Knex, Prisma and Sequelize, of some rows or of all."""

from typing import Final

from weighbridge.facts.model import Argument, Call, Collection, Text
from weighbridge.facts.names import last_name
from weighbridge.landscape.sql.chains import Chain, Link, is_class_name, keyed
from weighbridge.landscape.sql.mappers.call import MapperCall
from weighbridge.landscape.sql.mappers.signs import KNEX, KNEX_WRITES, PRISMA_WRITES
from weighbridge.landscape.sql.questions import Question

_WIDE: Final = frozenset({"returning", "transacting", "timeout", "then", "catch", "finally", "debug"})
"""Links of Knex's that say nothing of which rows are meant."""

_PRISMA_SAYS: Final = frozenset({"where", "data", "limit", "select", "", "*"})
"""What Prisma is told; others whose calls go by the same names are given the condition itself."""
_SEQUELIZE_SAYS: Final = frozenset({"where", "truncate"})


def written_by_scripts(chain: Chain) -> MapperCall | None:
    """`knex("orders").where(…).del()`; Prisma's `prisma.order.deleteMany(…)`; Sequelize's `Order.destroy({ where: … })`."""
    if table := _table_of_knex(chain):
        return _written_by_knex(chain, table)
    for at, link in enumerate(chain.links):
        before = chain.before(at)
        if link.given is None or not before:
            continue
        said = {each.key for each in keyed(link.first)}
        if at > 0 and link.name in PRISMA_WRITES and said <= _PRISMA_SAYS:
            return _write(before, link, verb=PRISMA_WRITES[link.name])
        if link.name == "destroy" and at == 0 and is_class_name(before) and said & _SEQUELIZE_SAYS:
            return _write(before, link, verb="delete")
    return None


def _table_of_knex(chain: Chain) -> str:
    """The table that `knex("orders")` begins with, also where Knex, or a transaction of it, is a member (`this.db("orders")`)."""
    given: tuple[Argument, ...] | None = None
    if type(chain.root) is Call and last_name(chain.root.function) in KNEX:
        given = chain.root.arguments
    elif chain.links and chain.links[0].name in KNEX:
        given = chain.links[0].given
    first = given[0].value if given else None
    return first.value if type(first) is Text and not first.parts else ""


def _written_by_knex(chain: Chain, table: str) -> MapperCall | None:
    names = [link.name for link in chain.links if link.name not in KNEX]
    verb = next((KNEX_WRITES[name] for name in names if name in KNEX_WRITES), "")
    if not verb:
        return None
    is_narrowed = any(name not in _WIDE and name not in KNEX_WRITES for name in names)
    return MapperCall(question=Question(verb=verb, tables=(table,), has_where=is_narrowed), is_run=True)


def _write(table: str, link: Link, *, verb: str) -> MapperCall:
    """What is meant where options say it; nobody knows what options say that stand elsewhere."""
    options = {each.key: each.value for each in keyed(link.first)}
    is_open = link.first is not None and (type(link.first) is not Collection or "" in options or "*" in options)
    asked = options.get("where")
    has_where = asked is not None and not (type(asked) is Collection and not asked.elements)
    return MapperCall(
        question=Question(verb=verb, tables=(table,), has_where=has_where or is_open, is_limited="limit" in options),
        is_run=True,
    )
