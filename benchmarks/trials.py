"""What is planted in real tests and what is told of real changes: `python -m benchmarks.trials FOLDER [--sheet FILE]`.

`trials.toml` beside this names the repositories and their revisions, which are fetched when this is run. By script, one danger at a time is put into real
files of tests and of code; it counts as caught where the family shows it (medium or graver), as told where it says anything of it. Beside it stands what a search for words in
the changed lines catches. With `--sheet`, commits drawn by chance are weighed as well, and what is told of them is written for a reader who did not write the rules.
"""

import argparse
import json
import random
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
from scripts.write_status import ROOT, Row

from benchmarks.measuring import keep
from benchmarks.planted import findings
from benchmarks.planting.in_tests import DANGERS, Danger, Spot, spots
from weighbridge.domain.findings import Finding, Severity
from weighbridge.domain.rule import LoadedRule
from weighbridge.engine.discover import find_rules, load_rule

NAME: Final = "trials"
_SOURCES: Final = ROOT / "benchmarks" / "trials.toml"
_WORDS: Final = re.compile(
    r"skip|xfail|todo|disabled|ignored?\b|\bonly\b|noqa|nolint|suppress|assert\w*[ (]true|expect\(true|mock|patch|\bdeleted?\b|eslint",
    re.I,
)
_SMALLEST: Final = 500
_LARGEST: Final = 150_000
_MOST_READ: Final = 400
_MOST_FILES: Final = 100
_LOWS: Final = 60
"""Findings of the lowest grade that are put on the sheet."""
_OF_TREES: Final = frozenset({"tests/untested-change", "tests/edge-untested"})
"""Rules that look at all tests of a tree, which is not there."""
_CODE: Final = ("*.py", "*.ts", "*.tsx", "*.js", "*.go", "*.java")


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A repository whose tests are planted in."""

    repository: str
    revision: str
    language: str
    tests: tuple[str, ...]
    code: tuple[str, ...]


class Changes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A repository of which changes are drawn: so many of the last `among` that touch code, up to a revision."""

    repository: str
    revision: str
    count: int
    among: int = 300


class Plan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of `trials.toml`."""

    source: tuple[Source, ...]
    changes: tuple[Changes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One danger in one file, and what was said."""

    source: Source
    danger: str
    path: str
    told: Severity | None
    by_words: bool

    @property
    def is_caught(self) -> bool:
        """Whether it is shown to whoever looks at what is not a mere note."""
        return self.told is not None and self.told.rank <= Severity.MEDIUM.rank


def chance_of(seed: str) -> random.Random:
    """The same draws each time."""
    return random.Random(seed)  # noqa: S311 - a sample, not a secret


def git(place: Path, *arguments: str) -> bytes:
    """What git says."""
    return subprocess.run(["git", "-C", str(place), *arguments], capture_output=True, check=True).stdout


def place_of(folder: Path, repository: str) -> Path:
    """Where a repository lies in the folder."""
    place = folder / repository.replace("/", "+")
    return place / "repo" if (place / "repo").is_dir() else place


def _files(folder: Path, source: Source, *, globs: Sequence[str]) -> dict[str, str]:
    place = place_of(folder, source.repository)
    listed = git(place, "ls-tree", "-r", "--name-only", source.revision).decode().splitlines()
    paths = [p for p in listed if any(re.search(each, p) for each in globs)][:_MOST_READ]
    asked = "".join(f"{source.revision}:{path}\n" for path in paths).encode()
    command = ["git", "-C", str(place), "cat-file", "--batch"]
    said = subprocess.run(command, input=asked, capture_output=True, check=True).stdout
    found, at = {}, 0
    for path in paths:
        end = said.index(b"\n", at)
        told = said[at:end].split()
        at = end + 1
        if told[-1].isdigit():
            data, at = said[at : at + int(told[-1])], at + int(told[-1]) + 1
            if _SMALLEST < len(data) < _LARGEST:
                found[path] = data.decode("utf-8", "replace")
    return found


def plant(source: Source, folder: Path, *, rules: Sequence[LoadedRule], each: int, seed: int) -> Iterator[Trial]:
    """Every danger in up to `each` places of a repository, drawn by chance."""
    chance = chance_of(f"{seed} {source.repository}")
    tests, code = _files(folder, source, globs=source.tests), _files(folder, source, globs=source.code)
    for danger in DANGERS:
        files = code if danger.is_in_code else tests
        left = each
        for path in chance.sample(sorted(files), len(files)):
            planted = _planted(danger, path, text=files[path], chance=chance)
            if planted is None:
                continue
            found = findings(rules, {path: files[path]}, after={path: planted})
            told = min((f.severity for f in found), key=lambda s: s.rank, default=None)
            words = any(_WORDS.search(line) for line in _changed(files[path], planted))
            yield Trial(source=source, danger=danger.name, path=path, told=told, by_words=words)
            left -= 1
            if not left:
                break


def _planted(danger: Danger, path: str, *, text: str, chance: random.Random) -> str | None:
    if danger.is_in_code:
        return danger.plant(Spot(path=path, text=text), chance)
    places = spots(path, text)
    for spot in chance.sample(places, len(places)):
        planted = danger.plant(spot, chance)
        if planted is not None and planted != text:
            return planted
    return None


def _changed(before: str, after: str) -> Iterator[str]:
    old, new = Counter(before.splitlines()), Counter(after.splitlines())
    yield from (old - new)
    yield from (new - old)


def rows(done: Sequence[Trial]) -> Iterator[Row]:
    """The shares that were caught, as a whole and by danger."""
    yield _row("dangers planted in tests that are shown", done, is_so=lambda t: t.is_caught)
    yield _row("the same, told at all", done, is_so=lambda t: t.told is not None)
    yield _row("the same by a search for words, peer", done, is_so=lambda t: t.by_words)
    for language in dict.fromkeys(t.source.language for t in done):
        own = [t for t in done if t.source.language == language]
        yield _row(f"{language}: dangers planted in tests that are shown", own, is_so=lambda t: t.is_caught)
    for name in dict.fromkeys(t.danger for t in done):
        own = [t for t in done if t.danger == name]
        yield _row(f"{name}: shown", own, is_so=lambda t: t.is_caught)


def _row(item: str, done: Sequence[Trial], *, is_so: Callable[[Trial], bool]) -> Row:
    count = sum(map(is_so, done))
    projects = len({t.source.repository for t in done})
    return Row(
        item=item,
        figure=round(count / len(done), 3),
        unit="share",
        more_is_better=True,
        note=f"{count} of {len(done)} in {projects} projects",
    )


def drawn(folder: Path, changes: Changes, *, seed: int) -> list[str]:
    """The commits of a repository that are weighed."""
    place = place_of(folder, changes.repository)
    command = ("log", "--no-merges", "--format=%H", f"-{changes.among}", changes.revision, "--", *_CODE)
    listed = git(place, *command).decode().split()
    chance = chance_of(f"{seed} {changes.repository}")
    return chance.sample(listed, min(changes.count, len(listed)))


def weighed(folder: Path, repository: str, *, commit: str, rules: Sequence[LoadedRule]) -> Sequence[Finding] | None:
    """What is told of a commit, of the files that it changes; None where there are too many, or one is not at hand."""
    place = place_of(folder, repository)
    raw = (
        git(place, "diff-tree", "-r", "--no-renames", "-z", f"{commit}^", commit).decode("utf-8", "replace").split("\0")
    )
    entries = [(meta.split(), path) for meta, path in zip(raw[::2], raw[1::2], strict=False)]
    if len(entries) > _MOST_FILES:
        return None
    sides: tuple[dict[str, str], dict[str, str]] = ({}, {})
    for meta, path in entries:
        for oid, mode, side in ((meta[2], meta[0].lstrip(":"), sides[0]), (meta[3], meta[1], sides[1])):
            if set(oid) != {"0"} and mode.startswith("100"):
                try:
                    data = git(place, "cat-file", "blob", oid)
                except subprocess.CalledProcessError:
                    return None  # not every object of these copies is at hand
                if len(data) < 1_000_000 and b"\0" not in data:
                    side[path] = data.decode("utf-8", "replace")
    return findings(rules, sides[0], after=sides[1])


def write_sheet(folder: Path, plan: Plan, *, sheet: Path, rules: Sequence[LoadedRule], seed: int) -> Iterator[Row]:
    """Weigh the drawn commits and put what is told on a sheet: all that is shown, and a sample of the notes."""
    told: list[tuple[str, str, Finding]] = []
    weighed_ones = speaking = 0
    for changes in plan.changes:
        for commit in drawn(folder, changes, seed=seed):
            found = weighed(folder, changes.repository, commit=commit, rules=rules)
            if found is None:
                continue
            weighed_ones += 1
            speaking += bool(found)
            told += [(changes.repository, commit, each) for each in found]
    shown = [each for each in told if each[2].severity.rank <= Severity.MEDIUM.rank]
    notes = [each for each in told if each[2].severity.rank > Severity.MEDIUM.rank]
    chance = chance_of(str(seed))
    picked = [*shown, *chance.sample(notes, min(_LOWS, len(notes)))]
    lines = [json.dumps(_entry(repository, commit, each=told), sort_keys=True) for repository, commit, told in picked]
    sheet.write_text("\n".join(lines) + "\n", "utf-8")
    projects = len(plan.changes)
    note = f"{len(shown)} findings shown and {len(notes)} notes, in {weighed_ones} changes of {projects} projects"
    yield Row(
        item="real changes of which anything is told", figure=round(speaking / weighed_ones, 3), unit="share", note=note
    )


def _entry(repository: str, commit: str, *, each: Finding) -> Mapping[str, object]:
    return {
        "repository": repository,
        "commit": commit,
        "rule": each.rule,
        "severity": str(each.severity),
        "confidence": str(each.confidence),
        "place": f"{each.place.side}:{each.place}",
        "message": each.message,
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Plant, judge, and keep what came of it; what was missed is named on the error stream."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--each", type=int, default=3, help="places of each repository for each danger")
    parser.add_argument("--sheet", type=Path, help="weigh the drawn commits too, and write what is told here")
    given = parser.parse_args(arguments)
    plan = msgspec.convert(tomllib.loads(_SOURCES.read_text("utf-8")), type=Plan)
    places = [place for place in find_rules() if place.id.startswith("tests/")]
    rules = [load_rule(place) for place in places if place.id not in _OF_TREES]
    done: list[Trial] = []
    for source in plan.source:
        for trial in plant(source, given.folder, rules=rules, each=given.each, seed=given.seed):
            done.append(trial)
            if not trial.is_caught:
                print(
                    f"{trial.told or 'missed'}: {trial.danger} in {source.repository} {trial.path}",
                    file=sys.stderr,
                    flush=True,
                )
    found = list(rows(done))
    if given.sheet:
        found += write_sheet(given.folder, plan, sheet=given.sheet, rules=rules, seed=given.seed)
    missed = [f"{t.danger} {t.source.repository} {t.path}: {t.told or 'missed'}" for t in done if not t.is_caught]
    keep(NAME, found, command="python -m benchmarks.trials FOLDER --sheet FILE", cases=missed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
