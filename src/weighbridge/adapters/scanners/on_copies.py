"""A program that finds things in files, run on copies of them under names of ours, without the repository's settings.

What a repository calls its files goes to no command line, and what it says to silence the program goes with neither.
"""

import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Generic, Protocol, Self, TypeVar

from weighbridge.adapters.scanners.apart import run_apart
from weighbridge.adapters.scanners.installed import installed
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook, Reason

OFF: Final = frozenset({"off", "no", "0", "false"})
"""What a variable says so that its program is not run."""
_TIME: Final = 20.0


class Placed(Protocol):
    """One thing that a program found in a file."""

    @property
    def path(self) -> RepoPath:
        """The file, as the program calls it."""
        ...

    def at(self, path: RepoPath) -> Self:
        """The same in a file of another name."""
        ...


FoundT = TypeVar("FoundT", bound=Placed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind(Generic[FoundT]):
    """How one program is called, what it is given, and how what it writes is read."""

    name: str
    package: str
    """By which pip installs it."""
    variable: str
    """Names the program, or says `off`; without it the one on PATH is run, if there is one."""
    options: tuple[str, ...]
    done: frozenset[int]
    """How it ends when it has looked."""
    read: Callable[[bytes], Sequence[FoundT]]
    """Raises ValueError for bytes that it does not write."""
    inside: Callable[[int, RepoPath], str]
    """What the copy of a file is called, by its number."""
    settings: Mapping[str, bytes] = field(default_factory=dict)
    """Files of ours beside the copies."""
    silence: tuple[bytes, bytes] = (b"", b"")
    """What a file says so that the program passes over it, and what stands in its place in the copy."""
    nothing_read: tuple[str, ...] = ()
    """How it says that it can read none of the files, which coverage says by itself."""


class Scanner(Generic[FoundT]):
    """The program, run once for several sets of files."""

    def __init__(self, kind: Kind[FoundT], program: str, *, timeout: float = _TIME) -> None:
        self._kind = kind
        self._program = program
        self._timeout = timeout

    def __call__(self, files: Sequence[Mapping[RepoPath, bytes]]) -> Sequence[tuple[FoundT, ...]] | CouldNotLook:
        """What it finds in each of several sets of files, by their paths."""
        kind = self._kind
        program = shutil.which(self._program)
        if program is None or not Path(program).is_absolute():
            remedy = f"install it (`pip install {kind.package}`), or set {kind.variable}=off"
            return CouldNotLook(reason=Reason.TOOL_MISSING, detail=f"`{self._program}` is not installed", remedy=remedy)
        with tempfile.TemporaryDirectory(prefix="weighbridge-") as name:
            places = _laid_out(Path(name), files, kind=kind)
            said = run_apart([program, *kind.options, *places], Path(name), timeout=self._timeout, done=kind.done)
        if isinstance(said, CouldNotLook):
            if any(words in said.detail for words in kind.nothing_read):
                return [()] * len(files)
            return said
        try:
            found = kind.read(said)
        except ValueError as error:
            return CouldNotLook(reason=Reason.FAILED, detail=f"what `{self._program}` said cannot be read: {error}")
        return _by_set(found, places, count=len(files))


def scanner_of(
    kind: Kind[FoundT], environment: Mapping[str, str], *, outside: Path | None = None
) -> Scanner[FoundT] | None:
    """The program that is named, or else the one installed `outside` of a repository; None where there is none, or none is wanted."""
    named = environment.get(kind.variable, "")
    if named:
        return None if named.lower() in OFF else Scanner(kind, named)
    program = installed(kind.name, environment, outside=outside)
    return Scanner(kind, program) if program else None


def _laid_out(
    folder: Path, files: Sequence[Mapping[RepoPath, bytes]], *, kind: Kind[FoundT]
) -> dict[str, tuple[int, RepoPath]]:
    for name, data in kind.settings.items():
        (folder / name).write_bytes(data)
    places: dict[str, tuple[int, RepoPath]] = {}
    for number, each in enumerate(files):
        for path, data in each.items():
            inside = kind.inside(len(places), path)
            target = folder / inside
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data.replace(*kind.silence) if kind.silence[0] else data)
            places[inside] = (number, path)
    return places


def _by_set(
    found: Sequence[FoundT], places: Mapping[str, tuple[int, RepoPath]], *, count: int
) -> Sequence[tuple[FoundT, ...]]:
    sets: list[list[FoundT]] = [[] for _ in range(count)]
    for each in found:
        place = places.get(each.path.removeprefix("./"))
        if place is not None:
            sets[place[0]].append(each.at(place[1]))
    return [tuple(each) for each in sets]
