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
    repository = MemoryRepository(files, {**files, path: sql})
    change = repository.change(ChangeRequest())
    assert change.base_commit is not None, "a change of two trees"
    tree = Tree(repository.entries(repository.tree_of(change.base_commit)))
    found = SqlChange(
        change,
        ChangedBytes(change, repository.read),
        before=Before(tree=lambda: tree),
        blobs=repository,
        declared=declared,
    )
    return found.migrations[0].spoken


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
    two = {"package.json": '{"dependencies": {"pg": "1", "mysql2": "3"}}'}

    assert spoken({}) == spoken(two) == Spoken(dialect=Dialect.POSTGRES, told_by="")
