"""Runs zizmor on changed workflows: offline, on copies of their own, without the repository's configuration and without what silences it."""

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from weighbridge.adapters.scanners.apart import run_apart
from weighbridge.adapters.scanners.installed import installed
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.landscape.infrastructure.pipelines.scans import ScanError, Scanned, read_zizmor

VARIABLE: Final = "WEIGHBRIDGE_ZIZMOR"
"""Names the program, or says `off`; without it the one on PATH is run, if there is one."""
OFF: Final = frozenset({"off", "no", "0", "false"})
_PROGRAM: Final = "zizmor"
_TIME: Final = 20.0
_DONE: Final = frozenset({0, *range(11, 15)})
"""How it ends when it found something; 0 when it did not."""
_NOTHING_READ: Final = ("no audit was performed", "no inputs collected")
"""How it says that it could read none of the files."""
_OPTIONS: Final = ("--offline", "--no-config", "--no-ignores", "--no-progress", "--quiet", "--format", "json-v1")


class Zizmor:
    """The program, run once for a set of files."""

    def __init__(self, program: str, *, timeout: float = _TIME) -> None:
        self._program = program
        self._timeout = timeout

    def __call__(self, files: Sequence[Mapping[RepoPath, bytes]]) -> Sequence[tuple[Scanned, ...]] | CouldNotLook:
        """What it finds in each of several sets of files, by their paths."""
        program = shutil.which(self._program)
        if program is None or not Path(program).is_absolute():
            remedy = f"install it (`pip install zizmor`), or set {VARIABLE}=off"
            return CouldNotLook(reason=Reason.TOOL_MISSING, detail=f"`{self._program}` is not installed", remedy=remedy)
        with tempfile.TemporaryDirectory(prefix="weighbridge-") as name:
            places = _laid_out(Path(name), files)
            said = run_apart([program, *_OPTIONS, *places], Path(name), timeout=self._timeout, done=_DONE)
        if isinstance(said, CouldNotLook):
            if not any(words in said.detail for words in _NOTHING_READ):
                return said
            said = b"[]"  # none of the files can be read, which coverage says
        try:
            found = read_zizmor(said)
        except ScanError as error:
            return CouldNotLook(reason=Reason.FAILED, detail=f"what `{self._program}` said cannot be read: {error}")
        return _by_set(found, places, count=len(files))


def zizmor_of(environment: Mapping[str, str], *, outside: Path | None = None) -> Zizmor | None:
    """The program that is named, or else the one installed `outside` of a repository; None where there is none, or none is wanted."""
    named = environment.get(VARIABLE, "")
    if named:
        return None if named.lower() in OFF else Zizmor(named)
    program = installed(_PROGRAM, environment, outside=outside)
    return Zizmor(program) if program else None


def _laid_out(folder: Path, files: Sequence[Mapping[RepoPath, bytes]]) -> dict[str, tuple[int, RepoPath]]:
    """Copies under names of ours that say what each is: what a repository calls its files goes to no command line."""
    places: dict[str, tuple[int, RepoPath]] = {}
    for number, each in enumerate(files):
        for path, data in each.items():
            is_action = path.rpartition("/")[2].startswith("action.")
            inside = f"{len(places)}/action.yml" if is_action else f"{len(places)}/.github/workflows/workflow.yml"
            target = folder / inside
            target.parent.mkdir(parents=True)
            target.write_bytes(data)
            places[inside] = (number, path)
    return places


def _by_set(
    found: Sequence[Scanned], places: Mapping[str, tuple[int, RepoPath]], *, count: int
) -> Sequence[tuple[Scanned, ...]]:
    sets: list[list[Scanned]] = [[] for _ in range(count)]
    for each in found:
        place = places.get(each.path.removeprefix("./"))
        if place is not None:
            sets[place[0]].append(each.at(place[1]))
    return [tuple(each) for each in sets]
