"""Which database a script speaks to: as is declared, as it says itself, as its path or the repository's needs say."""

import pytest

from weighbridge.adapters.memory import MemoryRepository
from weighbridge.app.ports import ChangeRequest
from weighbridge.domain.system import Dialect
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.description import DeclaredDatabase
from weighbridge.landscape.sql.before import Before
from weighbridge.landscape.sql.dialects import Spoken
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.tree import Tree

PLAIN = "ALTER TABLE users ADD COLUMN nick text;\n"


def spoken(
    files: dict[str, str],
    *,
    sql: str = PLAIN,
    path: str = "migrations/1.sql",
    declared: tuple[DeclaredDatabase, ...] = (),
) -> Spoken:
    return readings(files, sql=sql, path=path, declared=declared)[0]


def readings(
    files: dict[str, str],
    *,
    sql: str = PLAIN,
    path: str = "migrations/1.sql",
    declared: tuple[DeclaredDatabase, ...] = (),
) -> list[Spoken]:
    """For which databases a script is read."""
    return [each.spoken for each in change(files, sql=sql, path=path, declared=declared).migrations]


def change(
    files: dict[str, str],
    *,
    sql: str = PLAIN,
    path: str = "migrations/1.sql",
    declared: tuple[DeclaredDatabase, ...] = (),
) -> SqlChange:
    repository = MemoryRepository(files, {**files, path: sql})
    made = repository.change(ChangeRequest())
    tree = Tree(repository.entries(made.base_tree))
    return SqlChange(
        made,
        ChangedBytes(made, repository.read),
        before=Before(tree=lambda: tree),
        blobs=repository,
        declared=declared,
    )


@pytest.mark.parametrize(
    ("path", "text", "dialect"),
    [
        ("requirements.txt", "psycopg[binary]==3.2\n", Dialect.POSTGRES),
        ("pyproject.toml", 'dependencies = ["asyncpg>=0.29", "aiosqlite"]', Dialect.POSTGRES),
        ("package.json", '{"dependencies": {"mysql2": "^3"}}', Dialect.MYSQL),
        (
            "package.json",
            '{"dependencies": {"pg": "^8"}, "devDependencies": {"better-sqlite3": "1"}}',
            Dialect.POSTGRES,
        ),
        ("go.mod", "require github.com/jackc/pgx/v5 v5.5.0", Dialect.POSTGRES),
        ("go.mod", "require github.com/go-sql-driver/mysql v1.7.0", Dialect.MYSQL),
        ("go.mod", "require github.com/mattn/go-sqlite3 v1.14.0", Dialect.SQLITE),
        ("prisma/schema.prisma", 'datasource db {\n  provider = "mysql"\n}', Dialect.MYSQL),
        ("Gemfile", 'gem "mysql2"', Dialect.MYSQL),
        ("docker-compose.yml", "services:\n  db:\n    image: mysql:8\n", Dialect.MYSQL),
    ],
)
def test_what_a_repository_needs_says_it(path: str, text: str, dialect: Dialect) -> None:
    found = spoken({path: text})

    assert (found.dialect, found.told_by) == (dialect, path)


@pytest.mark.parametrize(
    ("sql", "dialect"),
    [
        ("CREATE TABLE a (b int) ENGINE=InnoDB;", Dialect.MYSQL),
        ("ALTER TABLE a MODIFY b bigint;", Dialect.MYSQL),
        ("CREATE TABLE a (b INTEGER PRIMARY KEY AUTOINCREMENT);", Dialect.SQLITE),
        ("PRAGMA foreign_keys=OFF;", Dialect.SQLITE),
        ("CREATE INDEX CONCURRENTLY i ON a (b);", Dialect.POSTGRES),
        ("ALTER TABLE a ADD COLUMN b nvarchar(20);", Dialect.OTHER),
    ],
)
def test_its_own_words_say_it_before_what_is_needed(sql: str, dialect: Dialect) -> None:
    found = spoken({"go.mod": "require github.com/jackc/pgx/v5 v5.5.0"}, sql=sql)

    assert (found.dialect, found.told_by) == (dialect, "its own words")


def test_its_path_says_it() -> None:
    assert spoken({}, path="db/mysql/1.sql").dialect is Dialect.MYSQL


def test_its_name_says_it_before_its_words() -> None:
    sql = "ALTER TABLE a ADD COLUMN b uuid DEFAULT NULL;"
    found = spoken({"db/1.up.sql": "SELECT 1;"}, path="db/1.sqlite.up.sql", sql=sql)

    assert (found.dialect, found.told_by) == (Dialect.SQLITE, "its name")


def test_what_is_declared_says_it_before_all_else() -> None:
    declared = (
        DeclaredDatabase(dialect=Dialect.SQLITE, paths=("app/**",)),
        DeclaredDatabase(dialect=Dialect.MYSQL, version=8),
    )

    assert spoken({}, declared=declared) == Spoken(dialect=Dialect.MYSQL, told_by="system.yaml", version=8)


def test_where_nothing_says_it_postgresql_is_taken_and_that_is_known() -> None:
    assert spoken({}) == Spoken(dialect=Dialect.POSTGRES, told_by="")


TWO = {"package.json": '{"dependencies": {"pg": "1", "mysql2": "3"}}'}


def test_where_two_servers_are_needed_a_script_is_read_for_both() -> None:
    both = readings(TWO)

    assert [(each.dialect, each.also, each.named_by) for each in both] == [
        (Dialect.POSTGRES, Dialect.MYSQL, "package.json"),
        (Dialect.MYSQL, Dialect.POSTGRES, "package.json"),
    ]


@pytest.mark.parametrize(
    ("files", "dialect"),
    [
        ({**TWO, "db/package.json": '{"dependencies": {"mysql2": "3"}}'}, Dialect.MYSQL),
        ({**TWO, "keycloak/compose.yaml": "image: mysql:8\n"}, None),
        ({**TWO, "db/migrations/0.sql": "CREATE TABLE a (b int) ENGINE=InnoDB;\n"}, Dialect.MYSQL),
        ({**TWO, "db/migrations/0.sql": "SELECT 1;\n"}, None),
        ({**TWO, "db/old/0.sql": "CREATE TABLE a (b int) ENGINE=InnoDB;\n"}, None),
        ({"requirements.txt": "psycopg2\n", "compose.yml": "image: mysql:8\n"}, Dialect.POSTGRES),
        ({"compose.yml": "a: {image: mysql:8}\nb:\n  image: postgres:16\n"}, None),
        ({"requirements.txt": "psycopg2\nmysqlclient\n"}, None),
        ({"requirements.txt": "psycopg2\n", "web/package.json": '{"mysql2": "3"}'}, Dialect.POSTGRES),
        ({"package.json": '{"better-sqlite3": "1"}', "db/go.mod": "require github.com/lib/pq v1\n"}, Dialect.POSTGRES),
        ({"db/package.json": '{"better-sqlite3": "1"}', "go.mod": "require github.com/lib/pq v1\n"}, Dialect.POSTGRES),
        ({"go.mod": "require github.com/lib/pq v1\nrequire github.com/go-sql-driver/mysql v1 // indirect\n"}, Dialect.POSTGRES),
    ],
)  # fmt: skip
def test_of_two_servers_the_nearest_manifest_and_the_scripts_beside_say_which(
    files: dict[str, str], dialect: Dialect | None
) -> None:
    found = readings(files, path="db/migrations/1.sql")

    assert [each.dialect for each in found] == ([dialect] if dialect else [Dialect.POSTGRES, Dialect.MYSQL])


def test_what_two_databases_do_alike_is_told_once_and_what_one_does_for_each() -> None:
    sql = "ALTER TABLE users DROP COLUMN nick;\nALTER TABLE users ADD CHECK (age > 0);\n"
    found = change(TWO, sql=sql)

    assert [step.act.line for step in found.steps()] == [1, 2]
    assert [step.act.line for step in found.steps(Dialect.MYSQL)] == [1, 2]
    assert [step.migration.dialect for step in found.steps(Dialect.POSTGRES, Dialect.MYSQL)] == [Dialect.POSTGRES] * 2


def test_of_code_too_two_databases_are_both_looked_at() -> None:
    text = "revision = 'a'\ndown_revision = None\n\ndef upgrade():\n    op.drop_column('users', 'nick')\n"

    assert [each.dialect for each in readings(TWO, sql=text, path="migrations/versions/a.py")] == [
        Dialect.POSTGRES,
        Dialect.MYSQL,
    ]
