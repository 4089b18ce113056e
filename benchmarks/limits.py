"""Limits taken away in real files, and how many are told: `python -m benchmarks.limits FOLDER`.

`limits.toml` beside this names the repositories. In files of each that the rules find nothing in, the dangers of `planting/limits.py` are
planted by script, each in some; one counts as told where a rule of these finds something in the change that brings it, and as asking for
attention where that is more than a note. Beside it stands what a search of the changed lines for words of limits would catch, and on how many of
the newest changes of the same repositories that search speaks. `--sheet FILE` writes what was told of planted dangers.
The folder holds git repositories called OWNER+NAME, fetched when this is run.
"""

import argparse
import difflib
import random
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import msgspec
from scripts.write_status import ROOT, Row

from benchmarks.measuring import keep
from benchmarks.planted import findings
from benchmarks.planting.danger import Danger, Ground
from benchmarks.planting.limits import dangers, language_of
from weighbridge.domain.findings import Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.rule import LoadedRule
from weighbridge.engine.discover import find_rules, load_rule
from weighbridge.landscape.test_files import stands_aside

NAME: Final = "limits"
RULES: Final = (
    "blocking-call",
    "cache-unbounded",
    "queue-unbounded",
    "recursion-on-input",
    "retry-unbounded",
    "size-unlimited",
    "task-without-end",
    "tasks-at-once",
    "timeout-missing",
    "timeouts-not-nested",
    "work-squared",
)
_SOURCES: Final = ROOT / "benchmarks" / "limits.toml"
_ENDINGS: Final = ("*.py", "*.go", "*.java", "*.ts", "*.js")
_WORDS: Final = re.compile(
    r"timeout|retry|sleep|cache|maxsize|limit|queue|sync\(|max_?bytes|while \(?true|for \{|\bMap\b|readfile|pool", re.I
)
_GENERATED: Final = re.compile(r"generated|DO NOT EDIT", re.I)
_LARGEST: Final = 100_000
_TRIED: Final = 400
"""Files of a repository that are looked at for a place, at most."""
_GOAL: Final = 0.9


class Repository(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A public repository, as it was."""

    name: str
    revision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One danger in one file, and what is told of it."""

    repository: str
    danger: str
    path: str
    told: str
    """The gravest finding; empty where there is none."""
    is_shown: bool
    by_words: bool

    @property
    def language(self) -> str:
        """The language that it is written in."""
        return self.danger.partition(":")[0]


def trials(place: Path, repository: Repository, *, seed: int, each: int) -> Iterator[Trial]:
    """Every danger in up to `each` files of one repository, drawn by chance."""
    chance = random.Random(f"{seed} {repository.name}")  # noqa: S311 - a sample, not a secret
    rules = [load_rule(found) for found in find_rules() if found.id in {f"resources/{name}" for name in RULES}]
    paths = [path for path in _paths(place, repository) if not stands_aside(RepoPath(path))]
    texts = {
        path: _text(place, repository, path=path) for path in sorted(chance.sample(paths, min(len(paths), _TRIED)))
    }
    for danger in dangers():
        left = each
        for path in chance.sample(list(texts), len(texts)):
            told = (
                _told(rules, danger, ground=Ground(path=path, text=texts[path], before={}, chance=chance))
                if left
                else None
            )
            if told is not None:
                left -= 1
                yield replace(told, repository=repository.name)


def _told(rules: Sequence[LoadedRule], danger: Danger, *, ground: Ground) -> Trial | None:
    """What is told of one danger in one file; None where it has no place there."""
    path, text = ground.path, ground.text
    planted = danger.plant(ground) if text else None
    if planted is None or planted == text:
        return None
    found = findings(rules, {path: text}, after={path: planted})
    gravest = min(found, key=lambda each: each.severity.rank, default=None)
    lines = (line for line in difflib.ndiff(text.splitlines(), planted.splitlines()) if line.startswith(("+", "-")))
    return Trial(
        repository="",
        danger=danger.name,
        path=path,
        told=f"{gravest.rule} {gravest.severity}: {gravest.message}" if gravest else "",
        is_shown=gravest is not None and gravest.severity.rank <= Severity.MEDIUM.rank,
        by_words=any(_WORDS.search(line) for line in lines),
    )


def _paths(place: Path, repository: Repository) -> list[str]:
    command = ["git", "-C", str(place), "ls-tree", "-r", "--name-only", repository.revision]
    listed = subprocess.run(command, capture_output=True, check=True, text=True).stdout.splitlines()
    return [path for path in listed if language_of(path)]


def _text(place: Path, repository: Repository, *, path: str) -> str:
    """A file's text; empty where it is none, or too long."""
    command = ["git", "-C", str(place), "show", f"{repository.revision}:{path}"]
    data = subprocess.run(command, capture_output=True, check=True).stdout
    text = data.decode("utf-8", "ignore") if len(data) <= _LARGEST else ""
    return "" if _GENERATED.search(text[:2_000]) else text


def spoken(place: Path, repository: Repository, *, changes: int) -> tuple[int, int]:
    """On how many of the newest changes a search for words would speak, and of how many."""
    command = ["git", "-C", str(place), "log", "--no-merges", "--format=%x00", "-p", "-U0", f"--max-count={changes}"]
    done = subprocess.run([*command, repository.revision, "--", *_ENDINGS], capture_output=True, check=True)
    each = done.stdout.decode("utf-8", "ignore").split("\0")[1:]
    added = ([line for line in one.splitlines() if line.startswith(("+", "-"))] for one in each)
    return sum(any(_WORDS.search(line) for line in lines) for lines in added), len(each)


def rows(done: Sequence[Trial], words: tuple[int, int]) -> Iterator[Row]:
    """The shares that were told, by language and of all, beside the search for words."""
    groups = [("all", list(done))]
    groups += [(each, [t for t in done if t.language == each]) for each in dict.fromkeys(t.language for t in done)]
    for name, own in groups:
        told, shown = sum(bool(each.told) for each in own), sum(each.is_shown for each in own)
        kinds, projects = len({each.danger for each in own}), len({each.repository for each in own})
        note = f"{told} of {len(own)}, {shown} of them more than a note: {kinds} kinds in files of {projects} projects"
        item = f"limits, {name}: dangers that were planted and are told"
        yield Row(item=item, figure=round(told / len(own), 3), unit="share", goal=_GOAL, more_is_better=True, note=note)
    caught = sum(each.by_words for each in done)
    note = f"{caught} of {len(done)}; it speaks on {words[0]} of {words[1]} real changes"
    yield Row(
        item="limits: the same by a search for words, peer",
        figure=round(caught / len(done), 3),
        unit="share",
        note=note,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Plant, judge, and keep what came of it; what was missed is named on the error stream."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--each", type=int, default=4, help="files of each repository for each danger")
    parser.add_argument("--only", default="", help="repositories whose name holds this; nothing is kept")
    parser.add_argument("--sheet", type=Path, help="where what is told is written")
    given = parser.parse_args(arguments)
    content = tomllib.loads(_SOURCES.read_text("utf-8"))
    done: list[Trial] = []
    spoke = of = 0
    for repository in msgspec.convert(content["repository"], type=list[Repository]):
        if given.only in repository.name:
            place = given.folder / repository.name.replace("/", "+")
            place = place / "repo" if (place / "repo").is_dir() else place
            done += trials(place, repository, seed=given.seed, each=given.each)
            some, every = spoken(place, repository, changes=content["changes"])
            spoke, of = spoke + some, of + every
    missed = [f"{each.danger}: {each.repository} {each.path}" for each in done if not each.told]
    for line in missed:
        print(f"missed: {line}", file=sys.stderr)
    if given.sheet:
        given.sheet.write_bytes(b"\n".join(map(msgspec.json.encode, done)))
    found = list(rows(done, (spoke, of)))
    if given.only:
        for row in found:
            print(row.item, row.figure, row.note)
    else:
        keep(NAME, found, command="python -m benchmarks.limits FOLDER", cases=missed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
