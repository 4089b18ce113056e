"""Which database each script of a tree speaks to: as is declared, and as its name, its words, its path and what is needed say."""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Final

from weighbridge.domain.ids import RepoPath
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
from weighbridge.landscape.test_files import is_test
from weighbridge.landscape.tree import Tree

_MOST_MANIFESTS: Final = 24


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

    def of(self, path: RepoPath, text: str) -> Spoken:
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
        return self._needed

    def by_code(self, path: RepoPath, said: Dialect | None) -> Spoken:
        """For a migration written as code: as is declared, as its tool says, as its path or what is needed says."""
        spoken = self.of(path, "")
        if said is None or spoken.told_by == BY_DECLARATION:
            return spoken
        return Spoken(dialect=said, told_by="its own words")

    @cached_property
    def _needed(self) -> Spoken:
        manifests = [path for path in self._tree().blobs if path.rpartition("/")[2].lower() in MANIFESTS]
        found: dict[Dialect, RepoPath] = {}
        depth = 0
        for path in sorted(manifests, key=lambda each: (each.count("/"), each))[:_MOST_MANIFESTS]:
            if found and path.count("/") > depth:
                break  # what lies further up speaks for more
            depth = path.count("/")
            needed = None if is_test(path) else needed_by(self._text(path))
            if needed is not None:
                found.setdefault(needed, path)
        if len(found) > 1:
            found.pop(Dialect.SQLITE, None)
        if len(found) == 1:
            dialect, path = next(iter(found.items()))
            return Spoken(dialect=dialect, told_by=path)
        return Spoken(dialect=Dialect.POSTGRES)
