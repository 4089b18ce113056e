"""Which database each script of a tree speaks to: as is declared, and as its name, its words, its path and what is needed say."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final

from msgspec.structs import replace

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.paths import folder_of
from weighbridge.domain.system import Dialect
from weighbridge.landscape.description import DeclaredDatabase
from weighbridge.landscape.globs import PathGlobs
from weighbridge.landscape.sql.dialects import (
    BY_DECLARATION,
    BY_NAME,
    BY_PATH,
    MANIFESTS,
    Spoken,
    is_cockroach,
    needed_by,
    said_by,
    said_by_name,
    said_by_path,
)
from weighbridge.landscape.sql.known_types import in_order, series_of
from weighbridge.landscape.sql.postgres import OLDEST
from weighbridge.landscape.test_files import is_test
from weighbridge.landscape.tree import Tree

_MOST_MANIFESTS: Final = 24
_MOST_BESIDE: Final = 16
_IMAGE: Final = LatePattern(
    r"(?m)^\s*image:\s*['\"]?(?:[\w.:-]+/)*(?:postgres|postgresql|postgis|timescaledb):(?:pg|latest-pg)?(\d+)",
    re.IGNORECASE,
)


class Speakers:
    """Answers for the scripts of one change; `paths` are the files before and after it, `tree` and `text` those before."""

    def __init__(
        self,
        declared: Sequence[DeclaredDatabase],
        *,
        paths: Callable[[], Iterable[RepoPath]],
        tree: Callable[[], Tree],
        text: Callable[[RepoPath], str],
    ) -> None:
        self._declared = declared
        self._paths = paths
        self._tree = tree
        self._text = text
        self._found: dict[str, Mapping[Dialect, RepoPath]] = {}
        self._beside: dict[str, Dialect | None] = {}

    def of(self, path: RepoPath, text: str) -> Spoken:
        """Which database a script speaks to, and of which version it is, as far as that is said."""
        return self._of_version(self._said(path, text))

    def _of_version(self, spoken: Spoken) -> Spoken:
        is_open = spoken.dialect is Dialect.POSTGRES and spoken.version is None
        return replace(spoken, version=self._old_image) if is_open and self._old_image else spoken

    @cached_property
    def _old_image(self) -> int | None:
        """The version of PostgreSQL of which all services that are started for work are, where it is an old one.

        Whoever works against an old server likely has one; of a newer one nobody knows whether data in use lie on it as well.
        """
        paths = [
            path for each in self._manifests.values() for path in each if "compose" in path.rpartition("/")[2].lower()
        ]
        found = {int(each) for path in paths if not is_test(path) for each in _IMAGE.findall(self._text(path))}
        return max(found) if found and max(found) < OLDEST else None

    def _said(self, path: RepoPath, text: str) -> Spoken:
        """As is declared, as its name says, as it says itself, as its path says, as what is needed says."""
        for database in self._declared:
            if not database.paths or PathGlobs(database.paths).matches(path):
                return Spoken(dialect=database.dialect, told_by=BY_DECLARATION, version=database.version)
        if (said := said_by_name(path, self._paths())) is not None:
            return Spoken(dialect=said, told_by=BY_NAME)
        said = said_by(text)
        if said is Dialect.POSTGRES and is_cockroach(path):
            return Spoken(dialect=Dialect.OTHER, told_by=BY_PATH)  # which speaks as PostgreSQL does
        if said is not None:
            return Spoken(dialect=said, told_by="its own words")
        if (said := said_by_path(path)) is not None:
            return Spoken(dialect=said, told_by=BY_PATH)
        return self._needed(path)

    def by_code(self, path: RepoPath, said: Dialect | None) -> Spoken:
        """For a migration written as code: as is declared, as its tool says, as its path or what is needed says."""
        spoken = self.of(path, "")
        if said is None or spoken.told_by == BY_DECLARATION:
            return spoken
        return self._of_version(Spoken(dialect=said, told_by="its own words"))

    def _needed(self, path: RepoPath) -> Spoken:
        """As the manifests say that lie nearest above a script, else as those that lie furthest up, else as what lies beside it says."""
        folder = folder_of(path)
        if folder not in self._found:
            self._found[folder] = self._find(folder)
        found = self._found[folder]
        if len(found) == 1:
            dialect, manifest = next(iter(found.items()))
            return Spoken(dialect=dialect, told_by=manifest)
        if (said := self._said_beside(path)) is not None:
            return Spoken(dialect=said, told_by="the scripts beside it")
        if not found:
            return Spoken(dialect=Dialect.POSTGRES)
        return Spoken(dialect=Dialect.POSTGRES, also=Dialect.MYSQL, named_by=found[Dialect.MYSQL])

    def _find(self, folder: str) -> Mapping[Dialect, RepoPath]:
        """The servers whose drivers are needed, each with what says so; SQLite where none is."""
        embedded: dict[Dialect, RepoPath] = {}
        for each in (*_up_from(folder), *self._tops):
            found = self._in_folder(each)
            servers: dict[Dialect, RepoPath] = {
                dialect: path for dialect, path in found.items() if dialect is not Dialect.SQLITE
            }
            if servers:
                return servers
            embedded = embedded or dict(found)  # it serves tests where there is a server
        return embedded

    def _in_folder(self, folder: str) -> Mapping[Dialect, RepoPath]:
        """What the manifests of a folder name; services that are started beside are asked where no driver is named."""
        paths = [path for path in self._manifests.get(folder, ()) if not is_test(path)]
        drivers = [path for path in paths if "compose" not in path.rpartition("/")[2]]
        found = {dialect: path for path in reversed(drivers) for dialect in needed_by(self._text(path))}
        if not found.keys() - {Dialect.SQLITE}:
            services = [path for path in paths if path not in drivers]
            found |= {dialect: path for path in services for dialect in needed_by(self._text(path))}
        return found

    @cached_property
    def _manifests(self) -> Mapping[str, list[RepoPath]]:
        """The manifests of each folder."""
        found: dict[str, list[RepoPath]] = {}
        for path in self._tree().blobs:
            if path.rpartition("/")[2].lower() in MANIFESTS:
                found.setdefault(folder_of(path), []).append(path)
        return found

    @cached_property
    def _tops(self) -> Sequence[str]:
        """The folders of manifests, what lies further up first: it speaks for more."""
        return sorted(self._manifests, key=lambda each: (each.count("/") + bool(each), each))[:_MOST_MANIFESTS]

    def _said_beside(self, path: RepoPath) -> Dialect | None:
        """What the scripts of the same folder say, where they say one thing alone."""
        series = series_of(path)
        if series not in self._beside:
            scripts = (each for each in self._tree().blobs if each.startswith(f"{series}/") and each.endswith(".sql"))
            latest = sorted((each for each in scripts if series_of(each) == series and each != path), key=in_order)
            said = {said_by(self._text(each)) for each in latest[-_MOST_BESIDE:]} - {None}
            self._beside[series] = next(iter(said)) if len(said) == 1 else None
        return self._beside[series]


def _up_from(folder: str) -> Iterator[str]:
    """A folder and all above it, the nearest first."""
    while folder:
        yield folder
        folder = folder_of(RepoPath(folder))
    yield ""
