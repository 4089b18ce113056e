"""Rights that are planted in real files that agents obey, and how many are told: `python -m benchmarks.agents FOLDER` keeps what came of it.

`agents.toml` beside this names the files by repository and revision. What is said of edits that let agents do less is kept too: it is
said wrongly. The folder holds git repositories called OWNER+NAME.
"""

import argparse
import difflib
import random
import re
import subprocess
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
from scripts.write_status import ROOT, Row

from benchmarks.measuring import keep
from benchmarks.planted import findings
from benchmarks.planting.agents import edits
from weighbridge.domain.findings import Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.engine.discover import find_rules, load_rule
from weighbridge.landscape.agents.files import agent_role

NAME: Final = "agents"
_SOURCES: Final = ROOT / "benchmarks" / "agents.toml"
_GOAL: Final = 0.95
_TOLD: Final = frozenset((Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM))
_WORDS: Final = re.compile(
    r"bypass|danger|yolo|skip|no-verify|ignore|sudo|allow|approve|never|token|secret|api[_ -]?key|https?://",
    re.IGNORECASE,
)
"""What somebody who searches the changed lines for words would search for."""


class File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Files of one repository at a revision."""

    repository: str
    revision: str
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One edit of one file."""

    where: str
    path: str
    edit: str
    is_danger: bool
    severity: Severity | None
    """Of the gravest that is told; None where nothing is."""
    by_words: bool

    @property
    def is_told(self) -> bool:
        """Whether somebody who looks at what asks for attention sees it."""
        return self.severity in _TOLD


def trials(folder: Path, files: Iterable[File], *, seed: int) -> Iterator[Trial]:
    """Every edit of every file."""
    rules = [load_rule(place) for place in find_rules() if place.id.startswith("agents/")]
    for file in files:
        for path in file.paths:
            text = _text(folder, file, path=path)
            chance = random.Random(f"{seed} {file.repository} {path}")  # noqa: S311 - a sample, not a secret
            for edit in edits(path):
                made = edit.make(text, chance)
                if made is None or made == text:
                    continue
                found = findings(rules, {path: text}, after={path: made})
                graves = sorted((each.severity for each in found), key=lambda each: each.rank)
                yield Trial(
                    where=file.repository,
                    path=path,
                    edit=edit.name,
                    is_danger=edit.is_danger,
                    severity=graves[0] if graves else None,
                    by_words=any(_WORDS.search(line) for line in _changed(text, made)),
                )


def _text(folder: Path, file: File, *, path: str) -> str:
    place = folder / file.repository.replace("/", "+")
    place = place / "repo" if (place / "repo").is_dir() else place
    done = subprocess.run(["git", "-C", str(place), "show", f"{file.revision}:{path}"], capture_output=True, check=True)
    return done.stdout.decode("utf-8", "replace")


def _changed(before: str, after: str) -> Iterator[str]:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return (line for line in lines if line.startswith(("+", "-")) and not line.startswith(("+++", "---")))


def rows(done: Sequence[Trial]) -> Iterator[Row]:
    """For each kind of file the share that is told, and what is said of edits that let agents do less."""
    kinds: defaultdict[str, list[Trial]] = defaultdict(list)
    for trial in done:
        if trial.is_danger:
            kinds[agent_role(RepoPath(trial.path)) or "workflows"].append(trial)
            kinds["all"].append(trial)
    for kind, own in sorted(kinds.items()):
        told, words = sum(each.is_told for each in own), sum(each.by_words for each in own)
        files, projects = len({(each.where, each.path) for each in own}), len({each.where for each in own})
        yield Row(
            item=f"agents, {kind}: rights that were planted and are told",
            figure=round(told / len(own), 3),
            unit="share",
            goal=_GOAL,
            more_is_better=True,
            note=f"{told} of {len(own)}, in {files} files of {projects} projects",
        )
        yield Row(
            item=f"agents, {kind}: the same by a search for words, peer",
            figure=round(words / len(own), 3),
            unit="share",
            note=f"{words} of {len(own)}",
        )
    less = [each for each in done if not each.is_danger]
    wrong = sum(each.is_told for each in less)
    yield Row(
        item="agents: edits that let agents do less, and are told all the same",
        figure=round(wrong / len(less), 3) if less else 0,
        unit="share",
        goal=0,
        more_is_better=False,
        note=f"{wrong} of {len(less)}; by the search for words {sum(each.by_words for each in less)}",
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Plant, judge, and keep what came of it; what was missed is named on the error stream."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args(arguments)
    files = msgspec.convert(tomllib.loads(_SOURCES.read_text("utf-8"))["file"], type=list[File])
    done = list(trials(given.folder, files, seed=given.seed))
    cases = [
        f"{each.where}: {each.path}: {each.edit}: {each.severity or 'nothing'} is told"
        for each in done
        if each.is_told is not each.is_danger
    ]
    for case in cases:
        sys.stderr.write(f"{case}\n")
    keep(NAME, list(rows(done)), command="python -m benchmarks.agents FOLDER", cases=cases)
    return 0


if __name__ == "__main__":
    sys.exit(main())
