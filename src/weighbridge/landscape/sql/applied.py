"""Migrations that were there before a change and are altered by it: tools do not run again what ran, and some refuse to go on.

How tools take it: https://documentation.red-gate.com/fd/validate-224919705.html (Flyway), https://docs.rs/sqlx (`migrate!`),
https://docs.liquibase.com (checksums), https://www.prisma.io/docs/orm/prisma-migrate (migration histories).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.change import FileChange
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.sql import acts
from weighbridge.facts.sql.acts import Act
from weighbridge.landscape.sql.before import never
from weighbridge.landscape.sql.change_sets import only_adds
from weighbridge.landscape.sql.conventions import is_migration, is_repeated
from weighbridge.landscape.sql.known_types import in_order, series_of
from weighbridge.landscape.sql.migrations import Migration, alike
from weighbridge.landscape.sql.tools import tool_of
from weighbridge.landscape.sql.undoing import undoes
from weighbridge.landscape.sql.written import may_migrate, serves_tests

_OF_ROWS: Final = (acts.Insert, acts.Update, acts.Delete, acts.Query, acts.Run, acts.Unclear, acts.Remark, acts.SetParameter, acts.Transaction)  # fmt: skip
_FLYWAY: Final = LatePattern(r"(?:^|/)V[\d_.]+__[^/]+\.(?:sql|java)$")
_PRISMA: Final = LatePattern(r"(?:^|/)migrations/\d{8,}_[^/]*/migration\.sql$")
_NUMBERED: Final = LatePattern(r"(?:^|/)migrations/\d+_[^/]+\.sql$")
_NAMED_INSIDE: Final = LatePattern(r"^(?:down_)?revision\b|databaseChangeLog|--\s*liquibase formatted", re.MULTILINE)
"""Migrations that go by what stands in them, and not by their file's name."""
_MAY_CHANGE: Final = LatePattern(r"runOnChange\W{1,6}true|validCheckSum", re.IGNORECASE)


class How(StrEnum):
    """What the change does to a migration that was there."""

    EDITED = "is changed"
    RENAMED = "goes by another name"
    DELETED = "is gone"


class Altered(Struct, frozen=True, kw_only=True):
    """Such a migration: `was` is its path before, `line` the first of its changed lines."""

    path: RepoPath
    was: RepoPath
    how: How
    line: int = 1
    is_refused: bool = False
    """Whether its tool goes no further wherever it ran."""
    is_of_schema: bool = False
    """Whether another schema comes of it than where it ran."""
    is_followed: bool = False
    """Whether later ones were there: the newest may have come with the last commit, and be nowhere yet."""
    is_only_here: bool = False
    """Whether it came with the change's own branch, which is not merged."""
    is_put_back: bool = False
    """Whether it says again what it said before."""
    does_more: bool = True
    """Whether it does anything else than before, and not only says it in other words."""


class Texts(Struct, frozen=True, kw_only=True):
    """The files' texts: before the change, after it, and of any file that was there."""

    before: Callable[[RepoPath], str]
    after: Callable[[RepoPath], str]
    known: Callable[[RepoPath], str]
    paths: Callable[[], Iterable[RepoPath]]
    """The scripts that were there and that the change leaves as they are."""
    is_only_here: Callable[[RepoPath], bool] = lambda _path: False
    is_put_back: Callable[[RepoPath, ObjectId], bool] = never
    is_flyway: Callable[[RepoPath], bool] = lambda _path: False
    """Whether a file is Flyway's by the settings of the tree."""


def altered(files: Sequence[FileChange], migrations: Iterable[Migration], *, texts: Texts) -> Iterator[Altered]:
    """The migrations that a change alters."""
    by_path: dict[RepoPath, Migration] = {}
    for each in migrations:
        first = by_path.get(each.path)
        by_path[each.path] = each if first is None else _together(first, each)
    changed = frozenset(file.path for file in files)
    for file in files:
        if file.base is None or file.head == file.base:
            continue
        was = file.base.path
        found = by_path.get(file.path)
        before = texts.before(was)
        is_code = found.is_code if found is not None else may_migrate(was) and tool_of(was, before) is not None
        if not (is_code or was.endswith(".sql")) or serves_tests(was) or undoes(was) or is_repeated(was):
            continue
        if not is_code and not is_migration(was, before):
            continue
        told = _altered(file, found, texts=texts, is_refused=_is_refused(was, changed=changed, texts=texts))
        if told is not None:
            is_only_here = texts.is_only_here(was)
            yield replace(told, is_only_here=is_only_here, is_refused=told.is_refused and not is_only_here)


def _together(one: Migration, other: Migration) -> Migration:
    """What a migration does in databases of several kinds."""
    return replace(one, deeds=(*one.deeds, *other.deeds), done_before=one.done_before | other.done_before)


def _altered(file: FileChange, found: Migration | None, *, texts: Texts, is_refused: bool) -> Altered | None:
    assert file.base is not None, "it was there"
    was = file.base.path
    if file.head is None:
        return None if _is_stood_for(was, texts) else Altered(path=was, was=was, how=How.DELETED, is_refused=is_refused)
    if was != file.path:
        is_named = series_of(was) == series_of(file.path) and not _NAMED_INSIDE.search(texts.before(was))
        return Altered(path=file.path, was=was, how=How.RENAMED, is_refused=is_refused) if is_named else None
    if found is None or found.unsupported:
        return None
    told = _edited(file, found, texts=texts, is_refused=is_refused)
    if told is not None and texts.is_put_back(was, file.head.oid):
        return replace(told, is_put_back=True, is_refused=False)
    return told


def _is_stood_for(was: RepoPath, texts: Texts) -> bool:
    """Whether a migration of Django's says that it stands for one that goes, and does what that did where it never ran."""
    folder, _, name = was.rpartition("/")
    if not was.endswith(".py"):
        return False
    beside = (path for path in texts.paths() if path.startswith(f"{folder}/") and path.endswith(".py"))
    stem = name.removesuffix(".py")
    return any("replaces" in (text := texts.known(path)) and stem in text for path in beside)


def _edited(file: FileChange, found: Migration, *, texts: Texts, is_refused: bool) -> Altered | None:
    before, after = texts.before(file.path), texts.after(file.path)
    if before.split() == after.split() or _MAY_CHANGE.search(before + after):
        return None
    now = {alike(act) for deed in found.deeds for act in deed.acts}
    differing: set[Act] = now ^ {alike(act) for act in found.done_before}
    is_liquibase = "liquibase formatted" in before or "databaseChangeLog" in before
    if is_liquibase and only_adds(file.path, before=before, after=after):
        return None
    is_refused = (is_refused and not is_liquibase) or (is_liquibase and bool(differing))
    if differing or is_refused or _PRISMA.search(file.path):
        return Altered(
            path=file.path,
            was=file.path,
            how=How.EDITED,
            line=min((span.start for span in file.added), default=1),
            is_refused=is_refused,
            is_followed=_is_followed(file.path, texts.paths()),
            is_of_schema=any(not isinstance(act, _OF_ROWS) for act in differing),
            does_more=bool(differing),
        )
    return None


def _is_followed(path: RepoPath, others: Iterable[RepoPath]) -> bool:
    series = series_of(path)
    rest = path[len(series) :].lstrip("/")
    return rest[:1] in "0123456789V" and any(
        series_of(other) == series
        and in_order(other) > in_order(path)
        and other[len(series) :].lstrip("/")[:1] in "0123456789V"
        for other in others
    )


def _is_refused(path: RepoPath, *, changed: frozenset[RepoPath], texts: Texts) -> bool:
    """Whether the tool compares what it ran with what is there, and goes no further where these differ."""
    if _FLYWAY.search(path) or texts.is_flyway(path):
        return True
    folder, slash, _ = path.rpartition("/")
    sums = RepoPath(f"{folder}{slash}atlas.sum")
    if texts.known(sums):
        return sums not in changed
    return _NUMBERED.search(path) is not None and "sqlx" in texts.known(RepoPath("Cargo.toml"))
