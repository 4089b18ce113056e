"""Which database a script speaks to, told by what it says itself, and by what its repository declares and needs."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.system import Dialect

BY_DECLARATION: Final = "system.yaml"
BY_NAME: Final = "its name"
BY_PATH: Final = "its path"
BY_CONDITION: Final = "a condition in it"


class Spoken(Struct, frozen=True, kw_only=True):
    """Which database a script speaks to; `told_by` is what says so, empty where nothing does and PostgreSQL is taken."""

    dialect: Dialect
    told_by: str = ""
    version: int | None = None
    also: Dialect | None = None
    """The other one that it may speak to as well as this one, where what is needed, which stands in `named_by`, are both."""
    named_by: str = ""

    @property
    def surely(self) -> Dialect | None:
        """The dialect, where something says so."""
        return self.dialect if self.told_by else None

    @property
    def is_placed(self) -> bool:
        """Whether a name, a place or a condition says it, by which a runner chooses, and not words that may be misread."""
        return self.told_by in (BY_DECLARATION, BY_NAME, BY_PATH, BY_CONDITION)


class _Sign(Struct, frozen=True):
    """What only scripts of one database say; where there is a word, `pattern` finds nothing in texts that do not say it."""

    dialect: Dialect
    pattern: LatePattern
    word: str = ""
    """In lower case: looking for it takes a hundredth of the time that a pattern without regard to case does."""

    def is_in(self, text: str, lowered: str) -> bool:
        """Whether a text says it."""
        return self.word in lowered and self.pattern.search(text) is not None


def _signs(dialect: Dialect, patterns: Mapping[str, str]) -> Iterator[_Sign]:
    """Signs by their words."""
    return (_Sign(dialect, LatePattern(text, _IN_LINES), word) for word, text in patterns.items())


_IN_LINES: Final = re.IGNORECASE | re.MULTILINE
_MYSQL: Final = {
    "engine": r"\bENGINE\s*=\s*\w+",
    "auto_increment": r"\bAUTO_INCREMENT\b",
    "unsigned": r"\bUNSIGNED\b",
    "modify": r"\bMODIFY\s+(?:COLUMN\s+)?[`\w]",
    "on update current_timestamp": r"\bON UPDATE CURRENT_TIMESTAMP\b",
    "delimiter": r"^[ \t]*DELIMITER[ \t]+\S{1,4}[ \t]*$",
    "charset": r"\bCHARSET\s*=",
    "algorithm": r"\bALGORITHM\s*=\s*(?:INPLACE|COPY|INSTANT)",
    "change": r"\bCHANGE\s+COLUMN\b",
    "tiny": r"\bTINY(?:TEXT|BLOB|INT)\b",
    "medium": r"\bMEDIUM(?:TEXT|BLOB|INT)\b",
    "long": r"\bLONG(?:TEXT|BLOB|INT)\b",
}
_SQLITE: Final = {
    "autoincrement": r"\bAUTOINCREMENT\b",
    "pragma": r"^[ \t]*PRAGMA\b",
    "rowid": r"\bWITHOUT\s+ROWID\b",
}
_SIGNS: Final = (
    *_signs(Dialect.MYSQL, _MYSQL),
    *_signs(Dialect.SQLITE, _SQLITE),
    _Sign(
        Dialect.POSTGRES,
        LatePattern(
            r"\bCONCURRENTLY\b|\bNOT\s+VALID\b|::\w|\$\$|\bplpgsql\b|\bjsonb\b|\btimestamptz\b|\b(?:big|small)?serial\b|\buuid\b(?!\s*\()"
            r"|\bCREATE\s+EXTENSION\b|\block_timeout\b|\bOWNER\s+TO\b|\bROW\s+LEVEL\s+SECURITY\b|\bUSING\s+(?:gin|gist|btree|brin)\b"
            r"|\bALTER\s+TYPE\b|\bpg_\w+|\bALTER\s+(?:COLUMN\s+)?\"?\w+\"?\s+(?:SET|DROP)\s+NOT\s+NULL\b",
            re.IGNORECASE,
        ),
    ),
    _Sign(
        Dialect.OTHER,
        LatePattern(
            r"^[ \t]*GO[ \t]*$|\bNVARCHAR\s*\(|\bVARCHAR2\s*\(|\bIDENTITY\s*\(\s*\d|\[dbo\]",
            re.IGNORECASE | re.MULTILINE,
        ),
    ),
)


_SILENT: Final = LatePattern(r"'(?:[^'\\]|\\.)*(?:'|\\?\Z)|--[^\n]*|/\*(?!!)(?:.*?\*/|.*\Z)", re.DOTALL)
"""Texts and remarks of a script: what stands in them says nothing of how it is run."""


def said_by(text: str, *, is_code: bool = False) -> Dialect | None:
    """The dialect that a script can only be in, by its own words; None where they are everybody's.

    Of code, its texts are asked too: the SQL stands in them.
    """
    spoken = text if is_code else _SILENT.sub(" ", text)
    lowered = spoken.lower()
    return next((sign.dialect for sign in _SIGNS if sign.is_in(spoken, lowered)), None)


_BY_PATH: Final[Sequence[tuple[Dialect, LatePattern]]] = (
    (Dialect.POSTGRES, LatePattern(r"(?:^|[/._-])(?:postgres(?:ql)?|pg(?:sql)?)(?:[/._-]|$)", re.IGNORECASE)),
    (Dialect.MYSQL, LatePattern(r"(?:^|[/._-])(?:mysql|mariadb)(?:[/._-]|$)", re.IGNORECASE)),
    (Dialect.SQLITE, LatePattern(r"(?:^|[/._-])sqlite3?(?:[/._-]|$)|(?:^|/)d1(?:/|$)", re.IGNORECASE)),
    (
        Dialect.OTHER,
        LatePattern(
            r"(?:^|[/._-])(?:mssql|sqlserver|oracle|db2|h2|hsqldb|clickhouse|snowflake|bigquery|cockroach(?:db)?|crdb)(?:[/._-]|$)",
            re.IGNORECASE,
        ),
    ),
)

_DRIVERS: Final[Sequence[tuple[Dialect, LatePattern]]] = (
    (
        Dialect.POSTGRES,
        LatePattern(
            r"\bpsycopg|\basyncpg\b|\baiopg\b|\bpg8000\b|\"pg(?:-promise|-native)?\"\s*:|\"postgres\"\s*:|\"@neondatabase/serverless\""
            r"|jackc/pgx|lib/pq\b|['\"]pg['\"]|org\.postgresql|\bnpgsql\b|\bpostgrex\b|provider\s*=\s*\"(?:postgresql|cockroachdb)\""
            r"|(?:tokio-postgres|\bpostgres\b\s*=)|image:\s*['\"]?(?:\S*/)?postgres\b|\bpostgresql\b",
            re.IGNORECASE,
        ),
    ),
    (
        Dialect.MYSQL,
        LatePattern(
            r"\bmysqlclient\b|\bpymysql\b|\baiomysql\b|\basyncmy\b|\"mysql2?\"\s*:|['\"]mysql2['\"]|go-sql-driver/mysql|mysql-connector"
            r"|\bmariadb\b|provider\s*=\s*\"mysql\"|image:\s*['\"]?(?:\S*/)?mysql\b|\bmyxql\b|\bmysql_async\b",
            re.IGNORECASE,
        ),
    ),
    (
        Dialect.SQLITE,
        LatePattern(
            r"\bbetter-sqlite3\b|\"sqlite3?\"\s*:|go-sqlite3|modernc\.org/sqlite|\baiosqlite\b|\brusqlite\b|sqlite-jdbc"
            r"|provider\s*=\s*\"sqlite\"|['\"]sqlite3['\"]|\bexqlite\b",
            re.IGNORECASE,
        ),
    ),
)

MANIFESTS: Final = frozenset(
    {
        "schema.prisma", "package.json", "pyproject.toml", "requirements.txt", "pipfile", "setup.py", "go.mod", "gemfile", "cargo.toml",
        "pom.xml", "build.gradle", "build.gradle.kts", "composer.json", "mix.exs", "docker-compose.yml", "docker-compose.yaml",
        "compose.yaml", "compose.yml", "migration_lock.toml",
    }
)  # fmt: skip
"""Files that say which drivers of databases a repository needs, by their names in lower case."""


def said_by_path(path: str) -> Dialect | None:
    """The dialect that a file's folders or name speak of."""
    found = [dialect for dialect, sign in _BY_PATH if sign.search(path)]
    return found[0] if len(found) == 1 else None


_COCKROACH: Final = LatePattern(r"(?:^|[/._-])(?:cockroach(?:db)?|crdb)(?:[/._-]|$)", re.IGNORECASE)


def is_cockroach(path: str) -> bool:
    """Whether a file's folders or name speak of CockroachDB, and of nothing else."""
    return _COCKROACH.search(path) is not None and said_by_path(path) is Dialect.OTHER


def said_by_name(path: RepoPath, others: Iterable[RepoPath]) -> Dialect | None:
    """The dialect that stands between the dots of a file's name, as in `1_orders.sqlite.up.sql`, where a runner chooses among
    several of that name: tools that do not choose run whatever is there, and refuse two of one version.
    """
    name, marks = _marks(path)
    said = said_by_path(f".{'.'.join(marks)}.") if marks else None
    if said is None:
        return None
    folder = path[: path.rfind("/") + 1]
    beside = (_marks(each) for each in others if each != path and each.startswith(f"{folder}{name}."))
    return said if any(each[0] == name and each[1] != marks for each in beside) else None


def _marks(path: RepoPath) -> tuple[str, list[str]]:
    """A file's name up to the first dot, and what stands between the dots behind it, besides the direction."""
    name, *rest = path[path.rfind("/") + 1 :].split(".")
    return name, [each for each in rest[:-1] if each.isalnum() and each not in ("up", "down")]


def needed_by(manifest: str) -> frozenset[Dialect]:
    """The dialects whose drivers a manifest names itself; what a module of Go needs by way of others is theirs."""
    own = _INDIRECT.sub("", manifest) if "// indirect" in manifest else manifest
    return frozenset(dialect for dialect, sign in _DRIVERS if sign.search(own))


_INDIRECT: Final = LatePattern(r"^[^\n]*// indirect[ \t]*$", re.MULTILINE)
