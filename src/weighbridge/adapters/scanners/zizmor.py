"""Runs zizmor on changed workflows: offline, on copies of their own, without the repository's configuration and without what silences it."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from weighbridge.adapters.scanners.installed import installed
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.landscape.infrastructure.pipelines.scans import ScanError, Scanned, read_zizmor

VARIABLE: Final = "WEIGHBRIDGE_ZIZMOR"
"""Names the program, or says `off`; without it the one on PATH is run, if there is one."""
OFF: Final = frozenset({"off", "no", "0", "false"})
_PROGRAM: Final = "zizmor"
_TIME: Final = 20.0
_MOST: Final = 16_000_000
_DONE: Final = range(11, 15)
"""How it ends when it found something; 0 when it did not."""
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
            said = self._run([program, *_OPTIONS, *places], Path(name))
        if isinstance(said, CouldNotLook):
            return said
        try:
            found = read_zizmor(said)
        except ScanError as error:
            return CouldNotLook(reason=Reason.FAILED, detail=f"what `{self._program}` said cannot be read: {error}")
        return _by_set(found, places, count=len(files))

    def _run(self, command: list[str], folder: Path) -> bytes | CouldNotLook:
        environment = {"PATH": os.defpath, "HOME": str(folder), "LC_ALL": "C"}
        try:
            done = subprocess.run(  # noqa: S603  the user's own program by its whole path, no shell; files of our naming
                command, capture_output=True, timeout=self._timeout, check=False, env=environment, cwd=folder
            )
        except subprocess.TimeoutExpired:
            detail = f"`{self._program}` was not done after {self._timeout:g} s"
            return CouldNotLook(reason=Reason.TIMED_OUT, detail=detail)
        except OSError as problem:
            detail = f"`{self._program}` cannot be started: {problem.strerror}"
            return CouldNotLook(reason=Reason.FAILED, detail=detail)
        if (done.returncode and done.returncode not in _DONE) or len(done.stdout) > _MOST:
            words = " ".join(done.stderr.decode("utf-8", "replace").split())[:200]
            if "no audit was performed" in words or "no inputs collected" in words:
                return b"[]"  # none of the files can be read, which coverage says
            detail = f"`{self._program}` failed: {words or f'exit code {done.returncode}'}"
            return CouldNotLook(reason=Reason.FAILED, detail=detail)
        return done.stdout


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
