"""The Dockerfiles and files of Docker Compose of a change, before and after: the fact that rules ask for."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from weighbridge.domain.change import Change, FileChange, Mode
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Place, Side
from weighbridge.facts.roles import role_of
from weighbridge.landscape.changed_bytes import ChangedBytes

if TYPE_CHECKING:
    from weighbridge.facts.dockerfile import Dockerfile
    from weighbridge.landscape.infrastructure.around import Around, Surroundings
    from weighbridge.landscape.infrastructure.images.composed import Composed

DOCKERFILE: Final = "dockerfile"
COMPOSE: Final = "compose"
STARTED: Final = "start-script"
IGNORED: Final = "dockerignore"
_STARTED: Final = LatePattern(
    r"(?:.*/)?(?:Procfile|(?:[\w-]+[-_.])?(?:entry[-_]?point|start|startup|boot|deploy|release|pre-?deploy|post-?deploy|migrate)(?:[-_][\w-]+)?(?:\.(?:sh|bash|ash))?)"
)
"""Scripts with which containers and programs are started, or brought to where they run, by their names."""
_COMPOSE: Final = LatePattern(r"(?:.*/)?(?:docker-|podman-)?compose(?:[.-][\w.-]+)?\.ya?ml")
_FOR_ONESELF: Final = LatePattern(
    r"(?:^|[/._-])(?:dev|devel|development|local|test|tests|testing|ci|e2e|override|examples?|samples?|demo|debug|devcontainer|hack"
    r"|playground|fixtures?|testdata|docs?|benchmarks?|integration)(?:[/._-]|$)"
)


_ALONE: Final = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
"""What Compose reads by itself, the first of these that is there."""
_MOST_BYTES: Final = 500_000


class Built(Struct, frozen=True, kw_only=True):
    """One Dockerfile of head or base."""

    path: RepoPath
    side: Side
    said: "Dockerfile"

    def at(self, line: int) -> Place:
        """One of its lines."""
        return Place(path=self.path, line=line, end_line=line, side=self.side)

    @property
    def is_for_oneself(self) -> bool:
        """Whether its place says that nobody else is served by what it makes."""
        return is_for_oneself(self.path)


class Images:
    """The Dockerfiles and files of Docker Compose of a change."""

    def __init__(self, change: Change, contents: ChangedBytes, *, around: "Surroundings | None" = None) -> None:
        self._change = change
        self._contents = contents
        self._around = around

    @cached_property
    def roles(self) -> Mapping[RepoPath, str]:
        """The role of each changed file of Docker Compose."""
        found = {file.path: STARTED for file in self._change.files if _is_started(file.path)}
        found |= {file.path: IGNORED for file in self._change.files if file.path.endswith(".dockerignore")}
        return found | {
            file.path: COMPOSE for file in self._change.files if any(_is_composed(file, side) for side in Side)
        }

    @cached_property
    def built(self) -> tuple[tuple[Built | None, Built | None], ...]:
        """Each changed Dockerfile, before and after."""
        files = (file for file in self._change.files if role_of(file.path) == DOCKERFILE)
        return tuple((self._built(file, Side.BASE), self._built(file, Side.HEAD)) for file in files)

    @cached_property
    def composed(self) -> "tuple[tuple[Composed | None, Composed | None], ...]":
        """Each changed file of Docker Compose, before and after."""
        files = (file for file in self._change.files if self.roles.get(file.path) == COMPOSE)
        return tuple((self._composed(file, Side.BASE), self._composed(file, Side.HEAD)) for file in files)

    def beneath(self, composed: "Composed") -> "Composed | None":
        """The file over which one lies that is given to Compose as another: `compose.yaml` beside `compose.prod.yaml`."""
        folder, _, name = composed.path.rpartition("/")
        if self._around is None or name in _ALONE:
            return None
        from weighbridge.landscape.infrastructure.images.composed import read_composed  # noqa: PLC0415 - the same

        tree, read = self._around()
        for each in _ALONE:
            path = RepoPath(f"{folder}/{each}" if folder else each)
            data = read(tree.blobs[path].oid, _MOST_BYTES) if path in tree.blobs else None
            if isinstance(data, bytes):
                return read_composed(data, path, side=Side.HEAD)
        return None

    @property
    def ignored(self) -> Iterator[tuple[FileChange, str, str]]:
        """Each changed file that says what no image is built from, with its text before and after."""
        for file in self._change.files:
            if self.roles.get(file.path) == IGNORED:
                read = (self._data(file, side) for side in Side)
                before, after = (each.decode("utf-8", "replace") if isinstance(each, bytes) else "" for each in read)
                yield file, before, after

    @property
    def tree_after(self) -> "Around | None":
        """The tree after the change, and what reads its files; None where nobody gave it."""
        return self._around() if self._around is not None else None

    def started(self, side: Side) -> Iterator[tuple[RepoPath, str]]:
        """The text of each changed script with which something is started."""
        for file in self._change.files:
            data, blob = self._data(file, side), file.on(side)
            if self.roles.get(file.path) == STARTED and blob is not None and isinstance(data, bytes):
                yield blob.path, data.decode("utf-8", "replace")

    @property
    def before(self) -> Iterator[Built]:
        """The Dockerfiles of the base."""
        return (old for old, _ in self.built if old is not None)

    @property
    def kept(self) -> Iterator[tuple[Built, Built]]:
        """Each Dockerfile that stays."""
        for old, new in self.built:
            if old is not None and new is not None:
                yield old, new

    def _built(self, file: FileChange, side: Side) -> Built | None:
        from weighbridge.facts.dockerfile import read_dockerfile  # noqa: PLC0415 - few changes hold any

        data = self._data(file, side)
        blob = file.on(side)
        if blob is None or not isinstance(data, bytes) or role_of(blob.path) != DOCKERFILE:
            return None
        return Built(path=blob.path, side=side, said=read_dockerfile(data.decode("utf-8", "replace")))

    def _composed(self, file: FileChange, side: Side) -> "Composed | None":
        from weighbridge.landscape.infrastructure.images.composed import read_composed  # noqa: PLC0415 - the same

        data = self._data(file, side) if _is_composed(file, side) else None
        blob = file.on(side)
        if blob is None or not isinstance(data, bytes):
            return None
        return read_composed(data, blob.path, side=side)

    def _data(self, file: FileChange, side: Side) -> object:
        blob = file.on(side)
        if blob is None or blob.mode in (Mode.SYMLINK, Mode.SUBMODULE):
            return None
        return self._contents.of(blob.path, side)


def is_for_oneself(path: RepoPath) -> bool:
    """Whether a file's place says that it is for developing, testing or showing only."""
    return _FOR_ONESELF.search(path.lower()) is not None


def _is_started(path: RepoPath) -> bool:
    return role_of(path) == "" and _STARTED.fullmatch(path) is not None and not is_for_oneself(path)


def _is_composed(file: FileChange, side: Side) -> bool:
    blob = file.on(side)
    return blob is not None and blob.path.endswith((".yml", ".yaml")) and bool(_COMPOSE.fullmatch(blob.path))
