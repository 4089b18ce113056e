"""Real changes of public repositories, weighed, and how many of the findings that would stop them were read as true.

`histories.toml` beside this names the repositories: for each family three that no rule was tried on while it was written, and the fifty
newest changes of each that touch such files. `python -m benchmarks.histories FOLDER --sheet FILE` weighs them all and writes the findings
that nobody has read yet, for a reader who did not write the rules; their verdicts are kept in `truth/histories.jsonl`. `python -m
benchmarks.histories FOLDER` weighs again those changes that have verdicts, and keeps how many of the true findings are still told, and of
the false ones. The folder holds git repositories called OWNER+NAME, fetched when this is run.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import tomllib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import Final, TypeAlias

import msgspec
from scripts.write_status import ROOT, Row

from benchmarks.measuring import WEIGHBRIDGE, keep
from weighbridge.domain.findings import Confidence, Finding, Severity

NAME: Final = "histories"
TRUTH: Final = ROOT / "benchmarks" / "truth" / "histories.jsonl"
_HISTORIES: Final = ROOT / "benchmarks" / "histories.toml"
_LEAST_TRUE: Final = 0.9
_STOPS: Final = frozenset({Severity.HIGH, Severity.CRITICAL})
_READ: Final = _STOPS | {Severity.MEDIUM, Severity.LOW}
_SPEAK_WITHOUT_STOPPING: Final = frozenset({"intent", "documents", "agents", "observability", "tests", "resources"})
"""Families most of whose findings ask for attention and stop nothing: of them all but notes is read."""
_LONGEST: Final = 600


Key: TypeAlias = tuple[str, str, str]
"""Repository, commit and evidence id."""


class History(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The newest changes of one repository, up to a revision, that touch these paths; merges aside."""

    family: str
    repository: str
    revision: str
    paths: tuple[str, ...]
    changes: int = 50
    reading: int = 1
    """Which time of reading took these changes up: what was found false in one was mended before the next."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What a reader said of one finding: whether whoever approves the change should have been stopped by it."""

    repository: str
    commit: str
    finding: str
    """Its evidence id."""
    is_true: bool | None
    """None where it was not read yet."""
    why: str
    rule: str
    place: str
    message: str


class _Weighed(msgspec.Struct, frozen=True):
    finding: Finding
    state: str


class _Decision(msgspec.Struct, frozen=True):
    findings: tuple[_Weighed, ...]


class _Package(msgspec.Struct, frozen=True):
    decision: _Decision


class Stopped(msgspec.Struct, frozen=True, kw_only=True):
    """One change and the findings of the family that would stop it."""

    history: History
    commit: str
    findings: tuple[Finding, ...]


def weigh(places: Iterable[tuple[History, Path, str]]) -> Iterator[Stopped]:
    """Changes of these histories, each weighed by itself as a pipeline would."""

    def weighed(of: tuple[History, Path, str]) -> Stopped:
        history, place, commit = of
        found = (each for each in findings(place, commit) if each.rule.startswith(f"{history.family}/"))
        graver = _READ if history.family in _SPEAK_WITHOUT_STOPPING else _STOPS
        stops = (each for each in found if each.severity in graver and each.confidence is not Confidence.LOW)
        return Stopped(history=history, commit=commit, findings=tuple(stops))

    findings = _each_once(_findings)
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # each is a process of its own
        yield from pool.map(weighed, places)


def _each_once(find: Callable[[Path, str], Iterable[Finding]]) -> Callable[[Path, str], tuple[Finding, ...]]:
    """The same, of which a commit that several families have among their changes is asked once."""
    known: dict[tuple[Path, str], tuple[Finding, ...]] = {}
    locks: defaultdict[tuple[Path, str], Lock] = defaultdict(Lock)

    def found(place: Path, commit: str) -> tuple[Finding, ...]:
        with locks[place, commit]:
            if (place, commit) not in known:
                known[place, commit] = tuple(find(place, commit))
            return known[place, commit]

    return found


def changes_of(folder: Path, histories: Sequence[History]) -> Iterator[tuple[History, Path, str]]:
    """Every change of these histories, and the repository that holds it."""
    for history in histories:
        place = folder / history.repository.replace("/", "+")
        place = place / "repo" if (place / "repo").is_dir() else place
        yield from ((history, place, commit) for commit in _commits(place, history))


def _commits(place: Path, history: History) -> list[str]:
    asked = ["git", "-C", str(place), "log", "--no-merges", "--format=%H", f"--max-count={history.changes}"]
    done = subprocess.run([*asked, history.revision, "--", *history.paths], capture_output=True, check=True, text=True)
    return done.stdout.split()


def _findings(place: Path, commit: str) -> Iterator[Finding]:
    with tempfile.TemporaryDirectory() as out:
        written = Path(out) / "package.json"
        command = [*WEIGHBRIDGE, "review", commit, "--json", str(written), "--quiet", "--report-only"]
        done = subprocess.run(command, cwd=place, capture_output=True, check=False, timeout=_LONGEST)
        if not written.is_file():
            said = done.stderr.decode("utf-8", "replace")[-400:]
            raise RuntimeError(f"{place.parent.name} {commit}: ended with {done.returncode}: {said}")
        package = msgspec.json.decode(written.read_bytes(), type=_Package)
    yield from (each.finding for each in package.decision.findings if each.state == "new")


def read_histories(path: Path = _HISTORIES) -> list[History]:
    """Those that are named beside this; what has `families` in the place of a family stands for one history of each."""
    listed: list[dict[str, object]] = tomllib.loads(path.read_text("utf-8"))["history"]
    every = [each | {"family": family} for each in listed for family in msgspec.convert(_families(each), list[str])]
    return [msgspec.convert({k: v for k, v in each.items() if k != "families"}, type=History) for each in every]


def _families(listed: Mapping[str, object]) -> object:
    return listed.get("families", [listed.get("family")])


def read_verdicts(path: Path = TRUTH) -> Mapping[Key, Verdict]:
    """What readers said, by repository, commit and finding."""
    lines = path.read_bytes().splitlines() if path.is_file() else ()
    found = [msgspec.json.decode(line, type=Verdict) for line in lines if line.strip()]
    return {(each.repository, each.commit, each.finding): each for each in found}


def sheet(changes: Sequence[Stopped], verdicts: Mapping[Key, Verdict]) -> Iterator[Verdict]:
    """What nobody has read yet, each with `is_true` left open."""
    for change in changes:
        for finding in change.findings:
            if (change.history.repository, change.commit, finding.evidence) not in verdicts:
                yield Verdict(
                    repository=change.history.repository,
                    commit=change.commit,
                    finding=finding.evidence,
                    is_true=None,
                    why="",
                    rule=finding.rule,
                    place=str(finding.place),
                    message=finding.message,
                )


def rows(every: Sequence[History], again: Sequence[Stopped], *, verdicts: Iterable[Verdict]) -> Iterator[Row]:
    """For each family and time of reading: what was true when it was read, and what of the true and of the false is told `again`."""
    told = {
        (change.history.repository, change.commit, at)
        for change in again
        for finding in change.findings
        for at in (finding.evidence, str(finding.place), *(str(each.place) for each in finding.related))
    }
    read = list(verdicts)
    for family, reading in dict.fromkeys((each.family, each.reading) for each in every):
        own = [each for each in every if (each.family, each.reading) == (family, reading)]
        projects = {each.repository for each in own}
        of = [each for each in read if each.repository in projects and each.rule.startswith(f"{family}/")]
        if of:
            yield from _rows_of(
                f"{family}, reading {reading}", of, told=told, changes=sum(each.changes for each in own)
            )


def _rows_of(name: str, read: Sequence[Verdict], *, told: Collection[Key], changes: int) -> Iterator[Row]:
    true = [each for each in read if each.is_true]
    false = [each for each in read if not each.is_true]
    yield Row(
        item=f"{name}: findings that stopped a change, true when they were read",
        figure=round(len(true) / len(read), 3),
        unit="share",
        goal=_LEAST_TRUE,
        more_is_better=True,
        note=f"{len(true)} of {len(read)}, read blind, before what was false was mended",
    )
    rightly = len({(each.repository, each.commit) for each in true})
    yield Row(
        item=f"{name}: the same of stopping every change of such files, peer",
        figure=round(rightly / changes, 3),
        unit="share",
        note=f"{rightly} of {changes} changes",
    )
    for word, some, goal in (("true", true, 1.0), ("false", false, 0.1)):
        still = sum(_is_told(each, told) for each in some)
        if some:
            yield Row(
                item=f"{name}: of the {word} ones told again now",
                figure=round(still / len(some), 3),
                unit="share",
                goal=goal,
                more_is_better=word == "true",
                note=f"{still} of {len(some)}; no longer blind",
            )


def _is_told(verdict: Verdict, told: Collection[Key]) -> bool:
    """Whether the same is said, or something that stops at the same place, be it one of those that are told as one: messages change,
    and rules are renamed.
    """
    keys = ((verdict.repository, verdict.commit, each) for each in (verdict.finding, verdict.place))
    return any(key in told for key in keys)


def main(arguments: Sequence[str] | None = None) -> int:
    """Weigh them all; keep the counts, or write what is to be read."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--family", help="only this one")
    parser.add_argument("--sheet", type=Path, help="write what nobody has read yet, and keep nothing")
    given = parser.parse_args(arguments)
    histories = [each for each in read_histories() if given.family in (None, each.family)]
    verdicts, every = read_verdicts(), changes_of(given.folder, histories)
    if given.sheet:
        changes = list(weigh(every))
        given.sheet.write_bytes(b"".join(msgspec.json.encode(each) + b"\n" for each in sheet(changes, verdicts)))
    else:
        read = {(each.repository, each.commit) for each in verdicts.values()}
        again = list(weigh(each for each in every if (each[0].repository, each[2]) in read))
        found = list(rows(histories, again, verdicts=verdicts.values()))
        keep(NAME, found, command="python -m benchmarks.histories FOLDER")
    return 0


if __name__ == "__main__":
    sys.exit(main())
