"""Migrations that were there before a change and are altered by it: tools do not run again what ran, and some refuse to go on.

How tools take it: https://documentation.red-gate.com/fd/validate-224919705.html (Flyway), https://docs.rs/sqlx (`migrate!`),
https://docs.liquibase.com (checksums), https://www.prisma.io/docs/orm/prisma-migrate (migration histories).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Final

from msgspec import Struct

from weighbridge.domain.change import FileChange
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.sql import acts
from weighbridge.facts.sql.acts import Act
from weighbridge.landscape.sql.conventions import is_migration, is_repeated
from weighbridge.landscape.sql.known_types import in_order, series_of
from weighbridge.landscape.sql.migrations import Migration, alike
from weighbridge.landscape.sql.undoing import undoes
from weighbridge.landscape.sql.written import serves_tests

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
    does_more: bool = True
    """Whether it does anything else than before, and not only says it in other words."""


class Texts(Struct, frozen=True, kw_only=True):
    """The files' texts: before the change, after it, and of any file that was there."""

    before: Callable[[RepoPath], str]
    after: Callable[[RepoPath], str]
    known: Callable[[RepoPath], str]
    paths: Callable[[], Iterable[RepoPath]]
    """The scripts that were there and that the change leaves as they are."""


def altered(files: Sequence[FileChange], migrations: Iterable[Migration], *, texts: Texts) -> Iterator[Altered]:
    """The migrations that a change alters."""
    by_path = {each.path: each for each in migrations}
    changed = frozenset(file.path for file in files)
    for file in files:
        if file.base is None or file.head == file.base:
            continue
        was = file.base.path
        found = by_path.get(file.path)
        is_code = found is not None and found.is_code
        if not (is_code or was.endswith(".sql")) or serves_tests(was) or undoes(was) or is_repeated(was):
            continue
        before = texts.before(was)
        if not is_code and not is_migration(was, before):
            continue
        is_refused = _is_refused(was, changed=changed, texts=texts)
        if file.head is None:
            yield Altered(path=was, was=was, how=How.DELETED, is_refused=is_refused)
        elif was != file.path:
            if series_of(was) == series_of(file.path) and not _NAMED_INSIDE.search(before):
                yield Altered(path=file.path, was=was, how=How.RENAMED, is_refused=is_refused)
        elif found is not None and not found.unsupported:
            yield from _edited(file, found, texts=texts, is_refused=is_refused)


def _edited(file: FileChange, found: Migration, *, texts: Texts, is_refused: bool) -> Iterator[Altered]:
    before, after = texts.before(file.path), texts.after(file.path)
    if before.split() == after.split() or _MAY_CHANGE.search(before + after):
        return
    now = {alike(act) for deed in found.deeds for act in deed.acts}
    differing: set[Act] = now ^ {alike(act) for act in found.done_before}
    is_liquibase = "liquibase formatted" in before or "databaseChangeLog" in before
    is_refused = (is_refused and not is_liquibase) or (is_liquibase and bool(differing))
    if differing or is_refused or _PRISMA.search(file.path):
        yield Altered(
            path=file.path,
            was=file.path,
            how=How.EDITED,
            line=min((span.start for span in file.added), default=1),
            is_refused=is_refused,
            is_followed=_is_followed(file.path, texts.paths()),
            is_of_schema=any(not isinstance(act, _OF_ROWS) for act in differing),
            does_more=bool(differing),
        )


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
    if _FLYWAY.search(path):
        return True
    folder, slash, _ = path.rpartition("/")
    sums = RepoPath(f"{folder}{slash}atlas.sum")
    if texts.known(sums):
        return sums not in changed
    return _NUMBERED.search(path) is not None and "sqlx" in texts.known(RepoPath("Cargo.toml"))
