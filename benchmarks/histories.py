"""Real changes of public repositories, weighed, and how many of the findings that would stop them were read as true.

`histories.toml` beside this names the repositories: for each family three that no rule was tried on while it was written, and the fifty
newest changes of each that touch such files. `python -m benchmarks.histories FOLDER --sheet FILE` writes the findings that nobody has
read yet, for a reader who did not write the rules; their verdicts are kept in `truth/histories.jsonl`. `python -m benchmarks.histories FOLDER`
keeps the counts. The folder holds git repositories called OWNER+NAME, fetched when this is run.
"""

import argparse
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec
from scripts.write_status import ROOT, Row

from benchmarks.measuring import WEIGHBRIDGE, keep
from weighbridge.domain.findings import Confidence, Finding, Severity

NAME: Final = "histories"
TRUTH: Final = ROOT / "benchmarks" / "truth" / "histories.jsonl"
_HISTORIES: Final = ROOT / "benchmarks" / "histories.toml"
_LEAST_TRUE: Final = 0.9
_STOPS: Final = frozenset({Severity.HIGH, Severity.CRITICAL})
_LONGEST: Final = 600


class History(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The newest changes of one repository, up to a revision, that touch these paths; merges aside."""

    family: str
    repository: str
    revision: str
    paths: tuple[str, ...]
    changes: int = 50


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


def weigh(folder: Path, histories: Sequence[History]) -> Iterator[Stopped]:
    """Every change of these histories, weighed one by one as a pipeline would."""
    for history in histories:
        place = folder / history.repository.replace("/", "+")
        place = place / "repo" if (place / "repo").is_dir() else place
        for commit in _commits(place, history):
            found = tuple(
                each
                for each in _findings(place, commit)
                if each.rule.startswith(f"{history.family}/")
                and each.severity in _STOPS
                and each.confidence is not Confidence.LOW
            )
            yield Stopped(history=history, commit=commit, findings=found)


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


def read_verdicts(path: Path = TRUTH) -> Mapping[tuple[str, str, str], Verdict]:
    """What readers said, by repository, commit and finding."""
    lines = path.read_bytes().splitlines() if path.is_file() else ()
    found = [msgspec.json.decode(line, type=Verdict) for line in lines if line.strip()]
    return {(each.repository, each.commit, each.finding): each for each in found}


def sheet(changes: Sequence[Stopped], verdicts: Mapping[tuple[str, str, str], Verdict]) -> Iterator[Verdict]:
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


def rows(changes: Sequence[Stopped], verdicts: Mapping[tuple[str, str, str], Verdict]) -> Iterator[Row]:
    """For each family: the share of what was read that is true, beside stopping every such change."""
    for family in dict.fromkeys(change.history.family for change in changes):
        own = [change for change in changes if change.history.family == family]
        said = {
            (change.commit, finding.evidence): verdicts.get(
                (change.history.repository, change.commit, finding.evidence)
            )
            for change in own
            for finding in change.findings
        }
        read = {key: verdict for key, verdict in said.items() if verdict is not None and verdict.is_true is not None}
        true = [key for key, verdict in read.items() if verdict.is_true]
        stopped = sum(bool(change.findings) for change in own)
        rightly = len({commit for commit, _ in true})
        projects = len({change.history.repository for change in own})
        note = f"{len(true)} of {len(read)} read, {len(said) - len(read)} unread; {len(own)} changes of {projects} projects, {stopped} stopped"
        yield Row(
            item=f"{family}: findings that stop a change and were read as true",
            figure=round(len(true) / len(read), 3) if read else 0,
            unit="share",
            goal=_LEAST_TRUE,
            more_is_better=True,
            note=note,
        )
        yield Row(
            item=f"{family}: the same of stopping every change of such files, peer",
            figure=round(rightly / len(own), 3),
            unit="share",
            note=f"{rightly} of {len(own)} changes",
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Weigh them all; keep the counts, or write what is to be read."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--family", help="only this one")
    parser.add_argument("--sheet", type=Path, help="write what nobody has read yet, and keep nothing")
    given = parser.parse_args(arguments)
    histories = msgspec.convert(tomllib.loads(_HISTORIES.read_text("utf-8"))["history"], type=list[History])
    changes = list(weigh(given.folder, [each for each in histories if given.family in (None, each.family)]))
    verdicts = read_verdicts()
    if given.sheet:
        given.sheet.write_bytes(b"".join(msgspec.json.encode(each) + b"\n" for each in sheet(changes, verdicts)))
    else:
        keep(NAME, list(rows(changes, verdicts)), command="python -m benchmarks.histories FOLDER")
    return 0


if __name__ == "__main__":
    sys.exit(main())
