"""Which files may be migrations that are written as code, by their paths alone: asked of every changed file, so nothing is imported here."""

import re
from collections.abc import Iterable
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.test_files import is_test

KINDS: Final = {
    ".py": "python",
    ".rb": "ruby",
    ".js": "javascript",
    ".cjs": "javascript",
    ".mjs": "javascript",
    ".ts": "javascript",
    ".mts": "javascript",
    ".cts": "javascript",
    ".xml": "changelog",
    ".yaml": "changelog",
    ".yml": "changelog",
    ".json": "changelog",
    ".java": "other",
    ".go": "other",
    ".php": "other",
    ".cs": "other",
    ".exs": "other",
}
_MAY_BE: Final = ("migrat", "versions/", "revisions/", "changelog", "change-log", "liquibase", "/db/data/")
"""Words that the folders or names of every known tool's files have in them, one or another, in lower case."""
_DIGITS: Final = 10
"""The fewest digits with which a name begins that is a time."""


_OF_MIGRATIONS: Final = LatePattern(
    r"(?:^|/)(?:migrations?|migrate|alembic|flyway|changelogs?|schema_changes)/|(?:^|/)[VR][\d_.]*__[^/]+\.sql$",
    re.IGNORECASE,
)
_FOR_TESTS_ALONE: Final = LatePattern(r"(?:^|/)(?:testdata|fixtures?|__tests__|e2e|dummy|src/test)/", re.IGNORECASE)
"""Folders that nobody deploys."""


_SEEDS: Final = LatePattern(
    r"(?:^|/)(?:seed(?:s|ers?|ing)?|demo|samples?|sample_?data)/|(?:^|/)seeds?(?:[_.-][^/]*)?\.sql$", re.IGNORECASE
)


_UNREAD: Final = LatePattern(
    r"\.sql\.\w+$|\.(?:inc|plsql|pls|pks|pkb|prc|fnc|trg|vw|tsql|cql|hql)$|/(?:[VR]?\d[\w.-]*__?[\w-]+|\d+|up|down|migration)$",
    re.IGNORECASE,
)
"""Endings of SQL that is a template, packed, or of another database, and names of migrations that have none."""


def may_be_unread(path: RepoPath) -> bool:
    """Whether a file in a folder of migrations may be run against a database although nothing here reads such files."""
    return _UNREAD.search(path) is not None and _OF_MIGRATIONS.search(path) is not None and not serves_tests(path)


def sets_up(path: RepoPath) -> bool:
    """Whether a script by its place fills a database that nobody works with yet."""
    return _SEEDS.search(path) is not None and _OF_MIGRATIONS.search(path) is None


def serves_tests(path: RepoPath) -> bool:
    """Whether a script is there for tests alone; one in a folder of migrations is a migration, whatever lies above that.

    One that is written as code belongs to the tests' own application, which tools find by its place.
    """
    if not is_test(path) or _OF_MIGRATIONS.search(path) is None:
        return is_test(path)
    return path[path.rfind(".") :].lower() in KINDS or _FOR_TESTS_ALONE.search(path) is not None


_SET_ASIDE: Final = LatePattern(
    r"(?:^|/)(?P<folder>(?:old|archived?|legacy|former|backup|squashed|unused|obsolete)[_-]migrat(?:e|ions?)"
    r"|migrat(?:e|ions?)[_-](?:old|archived?|legacy|former|backup|squashed|unused|obsolete))/",
    re.IGNORECASE,
)
"""Folders whose name says that what lies there ran once."""
_NUMBER: Final = LatePattern(r"[VR]?(\d{1,20})")


def is_set_aside(path: RepoPath, others: Iterable[RepoPath]) -> bool:
    """Whether a migration lies in a folder of former ones, which no tool looks into: the one that they look into lies beside it,
    and holds newer ones.

    What lies within that one is no such folder: Rails, Flyway and others look into all that are below it.
    """
    found = _SET_ASIDE.search(path)
    if found is None or _OF_MIGRATIONS.search(path[: found.start("folder")]) is not None:
        return False
    beside, ending, number = path[: found.start("folder")], path[path.rfind(".") :], _number_of(path)
    return number > 0 and any(
        each.endswith(ending)
        and each.startswith(beside)
        and _is_migrating(each)
        and _SET_ASIDE.search(each) is None
        and _number_of(each) > number
        for each in others
    )


def _number_of(path: RepoPath) -> int:
    """The number or the time with which a script's name begins; 0 where it begins with none."""
    found = _NUMBER.match(path[path.rfind("/") + 1 :])
    return int(found[1]) if found is not None else 0


def _is_migrating(path: RepoPath) -> bool:
    return may_migrate(path) or _OF_MIGRATIONS.search(path) is not None


_DUMPS: Final = ("db/schema.rb", "_schema.rb", "structure.sql")


def is_whole_schema(path: RepoPath) -> bool:
    """Whether Rails keeps in a file the schema that all migrations came to; every migration alters it too."""
    return path.endswith(_DUMPS)


def may_migrate(path: RepoPath) -> bool:
    """Whether a file may be a migration that is written as code, by its path alone; asked of every file of a tree, so by no pattern."""
    lowered = f"/{path}".lower()
    kind = KINDS.get(lowered[lowered.rfind(".") :])
    return kind is not None and (
        any(word in lowered for word in _MAY_BE) or (kind == "javascript" and _begins_with_time(lowered))
    )


def _begins_with_time(path: str) -> bool:
    name = path[path.rfind("/") + 1 :]
    return name[:_DIGITS].isdecimal() and name.lstrip("0123456789")[:1] in ("-", "_") and len(name) > _DIGITS


def may_be_change_log(path: RepoPath) -> bool:
    """Whether a file by its ending may be a change log of Liquibase's, which may lie anywhere: its text says whether it is one."""
    return path.endswith(".xml")


MARK: Final = "databaseChangeLog"
"""What stands in every change log."""
