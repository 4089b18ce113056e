"""A script changes the list that a migration tool keeps of what it ran."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import Delete, DropTable, Insert, RenameTable, Truncate, Update
from weighbridge.landscape.sql.names import last_part
from weighbridge.landscape.sql.sql_change import SqlChange

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(SqlChange,),
    roles=("sql",),
    tags=(
        "sql",
        "schema",
        "deployment",
    ),
)

LEDGERS: Final = {
    "_prisma_migrations": "Prisma", "alembic_version": "Alembic", "django_migrations": "Django", "schema_migrations": "the migration tool",
    "ar_internal_metadata": "Rails", "flyway_schema_history": "Flyway", "databasechangelog": "Liquibase", "databasechangeloglock": "Liquibase",
    "_sqlx_migrations": "sqlx", "goose_db_version": "goose", "knex_migrations": "Knex", "knex_migrations_lock": "Knex",
    "__efmigrationshistory": "Entity Framework", "__diesel_schema_migrations": "Diesel", "refinery_schema_history": "refinery",
    "atlas_schema_revisions": "Atlas", "sequelizemeta": "Sequelize", "__drizzle_migrations": "Drizzle", "gorp_migrations": "sql-migrate",
    "pgmigrations": "node-pg-migrate", "mikro_orm_migrations": "MikroORM", "doctrine_migration_versions": "Doctrine",
}  # fmt: skip


def check(case: Case) -> Iterable[Finding]:
    """One finding for each statement."""
    for step in case[SqlChange].steps():
        act = step.act
        table = last_part(act.table)
        tool = LEDGERS.get(table.lower())
        if tool is None or step.migration.is_seed:
            continue
        if isinstance(act, Delete | Truncate | DropTable | RenameTable):
            words = f"takes out of `{table}` what {tool} ran: it runs that again wherever this is done, each time that it is"
        elif isinstance(act, Update | Insert):
            words = f"writes in `{table}` what {tool} ran: what is said there to have run is never done, and what is not is done again"
        else:
            continue
        yield RULE.finding(
            words,
            step.place,
            anchor=step.anchor,
            severity=Severity.MEDIUM if isinstance(act, Insert) else Severity.HIGH,
        )
