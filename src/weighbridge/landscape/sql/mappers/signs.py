"""The names by which a file asks an object mapper: most files have none, and what reads such calls is imported for the others alone."""

from typing import Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.mentions import mentions_in
from weighbridge.facts.model import FileFacts, Step

PRISMA_ONE: Final = frozenset({"findUnique", "findUniqueOrThrow", "findFirst", "findFirstOrThrow"})
SCRIPTS_ONE: Final = frozenset({"findOne", "findOneBy", "findOneOrFail", "findOneByOrFail", "findById", "findByPk"})
SCRIPTS_MANY: Final = frozenset({"findMany", "find", "findBy", "findAndCount"})
PRISMA_WRITES: Final = {"deleteMany": "delete", "updateMany": "update"}
KNEX: Final = frozenset({"knex", "trx", "db", "tx"})
"""How Knex, or a transaction of it, is called."""
KNEX_WRITES: Final = {"del": "delete", "delete": "delete", "update": "update"}
GORM_ENDS: Final = frozenset({"First", "Take", "Last", "Find", "Scan", "Pluck", "Count"})
JPA_MANAGERS: Final = frozenset({"entityManager", "em", "session"})
REPOSITORY: Final = LatePattern(r"(?:[rR]epository|[rR]epo|[dD]ao|DAO)$")
"""How what stands for a table is called, where it is no class."""
_PYTHON: Final = frozenset({"objects", "query", "select", "get_object_or_404", "aget_object_or_404"})
_SCRIPTS: Final = (
    PRISMA_ONE | SCRIPTS_ONE | SCRIPTS_MANY | PRISMA_WRITES.keys() | KNEX_WRITES.keys() | frozenset({"destroy"})
)


_UNREAD: Final = {
    "go": {
        "xorm.io/": "xorm",
        "github.com/uptrace/bun": "bun",
        "github.com/go-pg/pg": "go-pg",
        "github.com/Masterminds/squirrel": "squirrel",
        "github.com/doug-martin/goqu": "goqu",
        "github.com/go-jet/jet": "jet",
    },
    "python": {"peewee": "peewee", "tortoise": "Tortoise", "pony.orm": "Pony", "ormar": "ormar"},
}
"""Modules that build queries which nothing here reads, by what their names begin with."""
_ENDS: Final = frozenset(
    {
        "Find", "Get", "Exist", "Count", "Insert", "Update", "Delete", "FindAndCount", "Iterate", "Rows", "Scan", "Exec", "Query", "QueryRow",
        "ExecContext", "QueryContext", "ScanStructs", "select", "get_or_none", "get_or_create", "execute", "bulk_create", "delete_instance", "filter",
    }
)  # fmt: skip


def unread_builder(facts: FileFacts) -> str:
    """What builds queries in a file that nothing here reads; empty where nothing does."""
    known = _UNREAD.get(facts.language)
    if known is None:
        return ""
    names = (name for each in facts.imports for begin, name in known.items() if each.module.startswith(begin))
    return next(names, "")


def may_run(facts: FileFacts) -> list[Step]:
    """The statements that may run what such a module builds."""
    mentions = mentions_in(facts)
    units = {unit for name in mentions if name in _ENDS for unit in mentions[name] if unit >= 0}
    return [facts.steps[unit] for unit in sorted(units) if unit < len(facts.steps)]


def may_ask(facts: FileFacts) -> list[Step]:
    """The statements that may ask a mapper."""
    if facts.language == "go" and not any("gorm" in each.module for each in facts.imports):
        return []
    mentions = mentions_in(facts)
    names = [name for name in mentions if _is_sign(name, facts.language)]
    units = {unit for name in names for unit in mentions[name] if unit >= 0}
    return [facts.steps[unit] for unit in sorted(units) if unit < len(facts.steps)]


def _is_sign(name: str, language: str) -> bool:
    match language:
        case "python":
            return name in _PYTHON or name[-7:].lower() == "session"
        case "go":
            return name in GORM_ENDS
        case "java":
            return name in JPA_MANAGERS or REPOSITORY.search(name) is not None
    return name in _SCRIPTS
