"""Silences planted in real files, and real changes weighed for false alarms: `python -m benchmarks.observability FOLDER`.

`observability.toml` beside this names the files. Each danger of `planting/silences.py` is put by text into some of them, drawn by chance; it
counts as told where a rule of observability, or the one of comments, finds something in the change that brings it. Beside it stands what a search for
words (`log`, `except`, `catch`, `metric`, `alert`) in the changed lines tells, and on how many of the real changes that search, and the rules, speak at all.
With `--sheet PATH` the findings on the real changes are written for a reader.
"""

import argparse
import difflib
import io
import json
import random
import re
import subprocess
import sys
import tarfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec
from scripts.write_status import ROOT, Row

from benchmarks.measuring import Silence, keep
from benchmarks.planting import silences
from benchmarks.planting.danger import Danger, Ground
from weighbridge.adapters.memory import MemoryFacts, MemoryRepository
from weighbridge.app.ports import ChangeRequest
from weighbridge.app.sight import Sight
from weighbridge.domain.findings import Finding, Severity
from weighbridge.domain.places import Side
from weighbridge.domain.provenance import Origin, Provenance
from weighbridge.domain.rule import LoadedRule
from weighbridge.domain.trust import Trust
from weighbridge.engine.discover import find_rules, load_rule
from weighbridge.engine.run import run_rules
from weighbridge.landscape.description import SystemDescription

NAME: Final = "observability"
_SOURCES: Final = ROOT / "benchmarks" / "observability.toml"
_ALERTS: Final = "monitoring/planted.rules.yaml"
_WORDS: Final = re.compile(r"\b(?:log\w*|except|catch|metrics?|counter|alert|severity|raise|throw)\b", re.I)
_READ: Final = (".py", ".js", ".jsx", ".ts", ".tsx", ".mjs", ".go", ".java", ".yaml", ".yml", ".json")
_LARGEST: Final = 300_000
_MOST_PATHS: Final = 200
_GOAL: Final = 0.8


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Files of one repository, and what is planted in them."""

    plants: str
    repository: str
    revision: str
    paths: tuple[str, ...]

    @property
    def dangers(self) -> list[Danger]:
        """What is planted in them."""
        found: Iterator[Danger] = getattr(silences, self.plants.partition(":")[2])()
        return list(found)


class Sources(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of them, and how many changes of each repository are weighed."""

    changes_each: int
    source: tuple[Source, ...]


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """One danger in one file, what is told of it, and whether the search for words tells it."""

    source: Source
    danger: str
    path: str
    told: Finding | None
    by_words: bool


def rules() -> list[LoadedRule]:
    """Those of both halves."""
    places = find_rules()
    return [
        load_rule(each)
        for each in places
        if each.id.startswith("observability/") or each.id == "documents/comment-made-false"
    ]


def files_of(folder: Path, source: Source) -> dict[str, str]:
    """The source's files by path, those of tests left out."""
    command = [
        "git",
        "-C",
        str(_place(folder, source.repository)),
        "archive",
        source.revision,
        "--",
        *(f":(glob){_deep(p)}" for p in source.paths),
    ]
    done = subprocess.run(command, capture_output=True, check=True)
    found: dict[str, str] = {}
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        for member in archive:
            data = archive.extractfile(member) if member.isfile() and member.size <= _LARGEST else None
            if data is not None and not re.search(
                r"(?i)test|migrations/|\.pb\.|generated|mock|examples?/", member.name
            ):
                found[member.name] = data.read().decode("utf-8", "replace")
    return dict(sorted(found.items()))


def _deep(glob: str) -> str:
    start, _, end = glob.rpartition("/")
    return f"{start}/**/{end}"


def _place(folder: Path, repository: str) -> Path:
    place = folder / repository.replace("/", "+")
    return place / "repo" if (place / "repo").is_dir() else place


def trials(
    source: Source, files: Mapping[str, str], *, loaded: Sequence[LoadedRule], seed: int, each: int
) -> Iterator[Trial]:
    """Every danger in up to `each` files, drawn by chance."""
    chance = random.Random(f"{seed} {source.repository} {source.plants}")  # noqa: S311 - a sample, not a secret
    for danger in source.dangers:
        left = each
        for path in chance.sample(list(files), len(files)):
            text = files[path]
            planted = danger.plant(Ground(path=path, text=text, before={}, chance=chance))
            if planted is None or planted == text:
                continue
            besides = {_ALERTS: silences.alert_for(text)} if "an alert asks for" in danger.name else {}
            found = weigh(loaded, {**besides, path: text}, after={**besides, path: planted})
            changed = [line for line in difflib.ndiff(text.splitlines(), planted.splitlines()) if line[:1] in "+-"]
            yield Trial(
                source=source,
                danger=danger.name,
                path=path,
                told=min(found, key=lambda one: one.severity.rank, default=None),
                by_words=any(_WORDS.search(line) for line in changed),
            )
            left -= 1
            if not left:
                break


def weigh(loaded: Sequence[LoadedRule], before: Mapping[str, str], *, after: Mapping[str, str]) -> Sequence[Finding]:
    """What these rules find in the change between two trees."""
    repository = MemoryRepository(before, after)
    change = repository.change(ChangeRequest())
    sight = Sight(
        repository=repository,
        change=change,
        trust=Trust(target=change.base_commit, target_name="main", target_reason=""),
        source=MemoryFacts(repository),
        system=SystemDescription(),
        progress=Silence(),
        trace=lambda: Provenance(origin=Origin.UNKNOWN),
    )
    return run_rules(loaded, sight.facts(Side.HEAD), base=sight.facts(Side.BASE), subjects=sight.subjects).findings


def changes(folder: Path, source: Source, *, most: int) -> Iterator[tuple[str, dict[str, str], dict[str, str]]]:
    """The newest changes of a repository up to its revision: the commit, and its files before and after."""
    place = _place(folder, source.repository)
    listed = _git(place, "log", "--no-merges", f"--max-count={most}", "--format=%H", source.revision).decode().split()
    for commit in listed:
        before, after = dict[str, str](), dict[str, str]()
        lines = _git(place, "diff-tree", "-r", "--no-renames", "--root", commit).decode("utf-8", "replace").splitlines()
        for line in lines[: _MOST_PATHS + 1]:
            if not line.startswith(":") or not line.endswith(_READ):
                continue
            meta, path = line.split("\t", 1)
            parts = meta.split()
            for oid, side in ((parts[2], before), (parts[3], after)):
                if set(oid) != {"0"} and parts[1] != ":160000":
                    data = _git(place, "cat-file", "blob", oid)
                    if len(data) <= _LARGEST:
                        side[path] = data.decode("utf-8", "replace")
        yield commit, before, after


def _git(place: Path, *arguments: str) -> bytes:
    return subprocess.run(["git", "-C", str(place), *arguments], capture_output=True, check=True).stdout


def _rows(done: Sequence[Trial]) -> Iterator[Row]:
    for plants in dict.fromkeys(each.source.plants for each in done):
        own = [each for each in done if each.source.plants == plants]
        for danger in dict.fromkeys(each.danger for each in own):
            these = [each for each in own if each.danger == danger]
            told, words = sum(each.told is not None for each in these), sum(each.by_words for each in these)
            shown = sum(each.told is not None and each.told.severity.rank <= Severity.MEDIUM.rank for each in these)
            yield Row(
                item=f"planted and told: {danger}",
                figure=round(told / len(these), 3),
                unit="share",
                goal=_GOAL,
                more_is_better=True,
                note=f"{told} of {len(these)}, {shown} at medium or above; a search for words {words}",
            )
        told, words = sum(each.told is not None for each in own), sum(each.by_words for each in own)
        projects = len({each.source.repository for each in own})
        yield Row(
            item=f"planted and told, all of {plants.rpartition(':')[2]}",
            figure=round(told / len(own), 3),
            unit="share",
            goal=_GOAL,
            more_is_better=True,
            note=f"{told} of {len(own)} in files of {projects} projects; a search for words {words}",
        )


def _weighed(folder: Path, sources: Sources, *, loaded: Sequence[LoadedRule], sheet: Path | None) -> Iterator[Row]:
    """How often the rules speak on real changes, and how often the search for words does."""
    seen, spoke, shown, stopped, words = 0, 0, 0, 0, 0
    written = sheet.open("w", encoding="utf-8") if sheet is not None else None
    repositories = {each.repository: each for each in sources.source}
    for source in repositories.values():
        for commit, before, after in changes(folder, source, most=sources.changes_each):
            if not before and not after:
                continue
            found = weigh(loaded, before, after=after)
            seen += 1
            spoke += bool(found)
            shown += any(each.severity.rank <= Severity.MEDIUM.rank for each in found)
            stopped += any(each.severity.rank <= Severity.HIGH.rank for each in found)
            words += any(
                _WORDS.search(line)
                for path in {*before, *after}
                for line in _changed(before.get(path, ""), after.get(path, ""))
            )
            if written is not None:
                written.writelines(json.dumps(_card(source, each, commit=commit)) + "\n" for each in found)
                written.flush()
        print(f"weighed: {source.repository}, {seen} so far", file=sys.stderr, flush=True)
    note = f"of {seen} changes of {len(repositories)} projects"
    yield Row(
        item="real changes on which a rule speaks at medium or above",
        figure=round(shown / seen, 3),
        unit="share",
        note=f"{shown} {note}",
    )
    yield Row(
        item="real changes on which a rule speaks at all",
        figure=round(spoke / seen, 3),
        unit="share",
        note=f"{spoke} {note}",
    )
    yield Row(
        item="real changes that a rule stops", figure=round(stopped / seen, 3), unit="share", note=f"{stopped} {note}"
    )
    yield Row(
        item="real changes on which the search for words speaks, peer",
        figure=round(words / seen, 3),
        unit="share",
        note=f"{words} {note}",
    )
    if written is not None:
        written.close()


def _changed(before: str, after: str) -> set[str]:
    return set(before.splitlines()) ^ set(after.splitlines())


def _card(source: Source, found: Finding, *, commit: str) -> dict[str, object]:
    return {
        "repository": source.repository,
        "commit": commit,
        "rule": found.rule,
        "severity": found.severity.value,
        "path": found.place.path,
        "line": found.place.line,
        "side": found.place.side.value,
        "message": found.message,
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Plant, weigh, and keep what came of it; what was missed is named on the error stream."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--each", type=int, default=5, help="files of each repository for each danger")
    parser.add_argument("--sheet", type=Path, help="where the findings on real changes are written for a reader")
    parser.add_argument("--only", default="", help="sources whose plants or repository hold this; nothing is kept")
    given = parser.parse_args(arguments)
    sources = msgspec.convert(tomllib.loads(_SOURCES.read_text("utf-8")), type=Sources)
    loaded = rules()
    done: list[Trial] = []
    for source in sources.source:
        if given.only in f"{source.plants} {source.repository}":
            for trial in trials(
                source, files_of(given.folder, source), loaded=loaded, seed=given.seed, each=given.each
            ):
                done.append(trial)
                if trial.told is None:
                    print(f"missed: {trial.danger}: {source.repository} {trial.path}", file=sys.stderr, flush=True)
    if given.only:
        for row in _rows(done):
            print(row.item, row.figure, row.note)
        return 0
    found = [*_rows(done), *_weighed(given.folder, sources, loaded=loaded, sheet=given.sheet)]
    keep(NAME, found, command="python -m benchmarks.observability FOLDER")
    return 0


if __name__ == "__main__":
    sys.exit(main())
