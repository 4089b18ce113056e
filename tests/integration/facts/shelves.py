"""A cache with made-up terms, and a cache of a small tree of Python files, for tests of both."""

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from weighbridge.adapters.facts.cached import CachedFacts
from weighbridge.adapters.facts.database import Database
from weighbridge.adapters.facts.housekeeping import CacheLimits
from weighbridge.adapters.facts.pool import ExtractionPool
from weighbridge.adapters.facts.store import FactStore
from weighbridge.adapters.memory import MemoryRepository, object_id
from weighbridge.app.ports import Progress
from weighbridge.domain.change import Blob, Mode
from weighbridge.domain.ids import ObjectId, RepoPath

T = TypeVar("T")


class Silent:
    """Progress that nobody watches."""

    def step(self, words: str, done: int = 0, total: int = 0, *, at: str = "") -> None:
        """Nothing."""


class Files:
    """Texts by path, with their blobs."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = texts
        self.repository = MemoryRepository({}, texts)

    @classmethod
    def many(cls, count: int) -> "Files":
        """So many modules, each defining its own function and mentioning the one before and `shared`."""
        return cls(
            {
                f"pkg/m{n}.py": f"def f{n}(a):\n    return f{max(n - 1, 0)}(a) + shared.thing{n % 7}\n"
                for n in range(count)
            }
        )

    @property
    def blobs(self) -> list[Blob]:
        return [self.blob(path) for path in self.texts]

    def blob(self, path: str) -> Blob:
        return Blob(path=RepoPath(path), mode=Mode.REGULAR, oid=object_id(self.texts[path].encode()))

    def oids(self, *paths: str) -> frozenset[ObjectId]:
        return frozenset(self.blob(path).oid for path in paths)


def ask(folder: Path, work: Callable[[sqlite3.Connection], T]) -> T:
    """What comes of some work on the cache file itself."""
    with closing(Database(folder)) as database:
        return database.use(work)


def open_facts(
    folder: Path,
    files: Files,
    *,
    scope: str = "s",
    day: int = 1000,
    limits: CacheLimits | None = None,
    progress: Progress | None = None,
) -> CachedFacts:
    """The facts of `files` with the cache in `folder`, on a day of the test's choice."""
    store = FactStore(Database(folder), scope, day=lambda: day, limits=limits)
    return CachedFacts(store, ExtractionPool(files.repository.read, processes=2), progress=progress or Silent())


def index_all(folder: Path, files: Files, *, day: int = 1000, scope: str = "s") -> str:
    """Index every file and close; the trouble there was."""
    facts = open_facts(folder, files, day=day, scope=scope)
    try:
        facts.index(files.blobs)
    finally:
        facts.close()
    return facts.trouble


def check_answers(facts: CachedFacts, files: Files) -> None:
    """Every file is found by what it defines, and by what it mentions."""
    facts.index(files.blobs)
    for number, path in enumerate(files.texts):
        assert facts.blobs_with(f"d:f{number}") == files.oids(path), path
    for rest in range(7):
        wanted = [path for number, path in enumerate(files.texts) if number % 7 == rest]
        assert facts.blobs_with(f"m:thing{rest}") == files.oids(*wanted)
    assert facts.blobs_with("d:nothing") == frozenset()
