"""Runs squawk on changed scripts of PostgreSQL: on copies of its own, without the repository's configuration and without what silences it."""

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from weighbridge.adapters.scanners.apart import run_apart
from weighbridge.adapters.scanners.installed import installed
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.landscape.sql.scans import ScanError, SqlScanned, read_squawk

VARIABLE: Final = "WEIGHBRIDGE_SQUAWK"
"""Names the program, or says `off`; without it the one on PATH is run, if there is one."""
OFF: Final = frozenset({"off", "no", "0", "false"})
_PROGRAM: Final = "squawk"
_TIME: Final = 20.0
_OPTIONS: Final = ("--reporter", "json", "--config", ".squawk.toml")
_DONE: Final = frozenset({0, 1})
"""How it ends: 1 when it found something."""
_SILENCES: Final = (b"squawk-ignore", b"squawk_ignore")
"""What a script says so that squawk passes over it, and what stands in its place in the copy."""


class Squawk:
    """The program, run once for several sets of files."""

    def __init__(self, program: str, *, timeout: float = _TIME) -> None:
        self._program = program
        self._timeout = timeout

    def __call__(self, files: Sequence[Mapping[RepoPath, bytes]]) -> Sequence[tuple[SqlScanned, ...]] | CouldNotLook:
        """What it finds in each of several sets of files, by their paths."""
        program = shutil.which(self._program)
        if program is None or not Path(program).is_absolute():
            remedy = f"install it (`pip install squawk-cli`), or set {VARIABLE}=off"
            return CouldNotLook(reason=Reason.TOOL_MISSING, detail=f"`{self._program}` is not installed", remedy=remedy)
        with tempfile.TemporaryDirectory(prefix="weighbridge-") as name:
            folder = Path(name)
            places = _laid_out(folder, files)
            said = run_apart([program, *_OPTIONS, *places], folder, timeout=self._timeout, done=_DONE)
        if isinstance(said, CouldNotLook):
            return said
        try:
            found = read_squawk(said)
        except ScanError as error:
            return CouldNotLook(reason=Reason.FAILED, detail=f"what `{self._program}` said cannot be read: {error}")
        return _by_set(found, places, count=len(files))


def squawk_of(environment: Mapping[str, str], *, outside: Path | None = None) -> Squawk | None:
    """The program that is named, or else the one installed `outside` of a repository; None where there is none, or none is wanted."""
    named = environment.get(VARIABLE, "")
    if named:
        return None if named.lower() in OFF else Squawk(named)
    program = installed(_PROGRAM, environment, outside=outside)
    return Squawk(program) if program else None


def _laid_out(folder: Path, files: Sequence[Mapping[RepoPath, bytes]]) -> dict[str, tuple[int, RepoPath]]:
    """Copies under names of ours: what a repository calls its files goes to no command line."""
    (folder / ".squawk.toml").write_bytes(b"")
    places: dict[str, tuple[int, RepoPath]] = {}
    for number, each in enumerate(files):
        for path, data in each.items():
            inside = f"{len(places)}.sql"
            (folder / inside).write_bytes(data.replace(*_SILENCES))
            places[inside] = (number, path)
    return places


def _by_set(
    found: Sequence[SqlScanned], places: Mapping[str, tuple[int, RepoPath]], *, count: int
) -> Sequence[tuple[SqlScanned, ...]]:
    sets: list[list[SqlScanned]] = [[] for _ in range(count)]
    for each in found:
        place = places.get(each.path.removeprefix("./"))
        if place is not None:
            sets[place[0]].append(each.at(place[1]))
    return [tuple(each) for each in sets]
