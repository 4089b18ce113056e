"""Dangers planted in real files, and how many of them stop the change: `python -m benchmarks.planted FOLDER`.

`planted.toml` beside this names the files. Of each source some are drawn that the rules let pass as they are; each danger of `planting/` is put
into some of them by script, and counts as caught where a finding of the family stops the change that brings it; where the whole repository is
there, a finding of any, as what fails in it is told by others. Beside it stands what a search for words of danger in the changed lines catches.
The folder holds git repositories called OWNER+NAME, fetched when this is run. Each that stops
nothing is kept with what is told instead, and with what a reader said of that (`truth/planted.toml`).
"""

import argparse
import difflib
import importlib
import io
import json
import random
import re
import subprocess
import sys
import tarfile
import tomllib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
from scripts.write_status import ROOT, Row

from benchmarks.measuring import Silence, keep
from benchmarks.planting.danger import Danger, Files, Ground
from benchmarks.planting.missed import Key, Reading, readings, rightly_less, said_of
from weighbridge.adapters.memory import MemoryFacts, MemoryRepository
from weighbridge.app.ports import ChangeRequest
from weighbridge.app.sight import Sight
from weighbridge.domain.findings import Confidence, Finding, Severity, by_importance
from weighbridge.domain.ids import Fingerprint
from weighbridge.domain.places import Side
from weighbridge.domain.provenance import Origin, Provenance
from weighbridge.domain.rule import LoadedRule
from weighbridge.domain.trust import Trust
from weighbridge.engine.discover import find_rules, load_rule
from weighbridge.engine.run import run_rules
from weighbridge.landscape.description import SystemDescription

NAME: Final = "planted"
_SOURCES: Final = ROOT / "benchmarks" / "planted.toml"
_STOPS: Final = frozenset({Severity.HIGH, Severity.CRITICAL})
_GOAL: Final = 0.95
_LARGEST: Final = 300_000
"""Bytes of a text that is only there besides."""
_WORDS: Final = {
    "sql": re.compile(r"\b(?:drop|truncate|delete|remove)", re.I),
    "infrastructure": re.compile(r"delet|destroy|privileged|public|0\.0\.0\.0/0", re.I),
    "contracts": re.compile(r"required|deprecated|removed", re.I),
}


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Files of one repository; `is_changed` where the danger comes as an edit, else the whole file is new."""

    family: str
    plants: str
    repository: str
    revision: str
    paths: tuple[str, ...]
    is_changed: bool = False
    is_whole: bool = False
    """Whether the whole repository is there, and not the files of the same folder alone."""

    @property
    def dangers(self) -> list[Danger]:
        """What is planted in them."""
        module, _, function = self.plants.partition(":")
        make: Callable[[], Iterable[Danger]] = getattr(importlib.import_module(module), function)
        return list(make())


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One danger in one file: whether it stops the change, what is told of it, and whether the search for words would catch it."""

    source: Source
    danger: str
    path: str
    is_caught: bool
    told: Finding | None
    """The gravest that is told because of it; None where nothing is."""
    by_words: bool

    @property
    def is_told(self) -> bool:
        """Whether somebody who looks at more than what stops a change sees it."""
        return self.told is not None and self.told.severity.rank <= Severity.MEDIUM.rank

    @property
    def key(self) -> Key:
        """What it is known by to readers."""
        return self.source.repository, self.danger, self.path


def files_of(folder: Path, source: Source) -> dict[str, str]:
    """The source's files by path, in the order of the numbers in their names."""
    found = {
        path: json.dumps(json.loads(data), indent=1) if path.endswith(".json") else data.decode("utf-8", "replace")
        for path, data in _archived(folder, source, paths=source.paths)
    }
    return dict(sorted(found.items(), key=lambda item: _numbers(item[0])))


def around(folder: Path, source: Source) -> dict[str, str]:
    """All texts of a repository of which the whole is to be there."""
    if not source.is_whole:
        return {}
    every = ((path, data) for path, data in _archived(folder, source, paths=("*",)) if len(data) <= _LARGEST)
    return {path: data.decode() for path, data in every if _is_text(data)}


def _archived(folder: Path, source: Source, *, paths: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    place = folder / source.repository.replace("/", "+")
    place = place / "repo" if (place / "repo").is_dir() else place
    globs = (f":(glob)**/{each}" for each in paths)
    command = ["git", "-C", str(place), "archive", source.revision, "--", *globs]
    done = subprocess.run(command, capture_output=True, check=True)
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        for member in archive:
            data = archive.extractfile(member) if member.isfile() else None
            if data is not None:
                yield member.name, data.read()


def _is_text(data: bytes) -> bool:
    try:
        return "\0" not in data.decode()
    except UnicodeDecodeError:
        return False


def _numbers(path: str) -> list[tuple[int, str]]:
    name = path.removesuffix("/up.sql").rpartition("/")[2]
    return [(int(part) if part.isdigit() else -1, part) for part in re.split(r"(\d+)", name)]


def trials(source: Source, files: Files, *, whole: Files, seed: int, each: int) -> Iterator[Trial]:
    """Every danger in up to `each` files, drawn by chance among those that pass as they are."""
    chance = random.Random(f"{seed} {source.repository} {source.plants}")  # noqa: S311 - a sample, not a secret
    rules = rules_of(source)
    order = list(files)
    as_is: dict[str, Sequence[Finding]] = {}
    for danger in source.dangers:
        paths = order[len(order) // 3 :] if not source.is_changed else order
        left = each
        for path in chance.sample(paths, len(paths)):
            before = _before(source, whole or files, path=path)
            planted = danger.plant(Ground(path=path, text=files[path], before=before, chance=chance))
            if planted is None or planted == files[path]:
                continue
            base = {**before, path: files[path]} if source.is_changed else before
            if path not in as_is:
                as_is[path] = findings(rules, base, after={**before, path: files[path]})
            if _stops(as_is[path]):
                continue
            found = findings(rules, base, after={**before, path: planted})
            yield Trial(
                source=source,
                danger=danger.name,
                path=path,
                is_caught=_stops(found),
                told=_told(found, besides={each.fingerprint for each in as_is[path]}),
                by_words=any(_WORDS[source.family].search(line) for line in _changed_lines(files[path], planted)),
            )
            left -= 1
            if not left:
                break


def rules_of(source: Source) -> list[LoadedRule]:
    """Those of the family; of all where the whole repository is there: what fails in it is told by others, and once."""
    places = (place for place in find_rules() if source.is_whole or place.id.startswith(f"{source.family}/"))
    return [load_rule(place) for place in places]


def _before(source: Source, files: Files, *, path: str) -> dict[str, str]:
    """The files that are there besides: those that ran earlier, or those of the same folder."""
    if source.is_changed:
        folder = path.rpartition("/")[0]
        return {
            other: text
            for other, text in files.items()
            if other != path and (source.is_whole or other.rpartition("/")[0] == folder)
        }
    order = list(files)
    return {other: files[other] for other in order[: order.index(path)]}


def _stops(found: Iterable[Finding]) -> bool:
    return any(each.severity in _STOPS and each.confidence is not Confidence.LOW for each in found)


def _told(found: Iterable[Finding], *, besides: Collection[Fingerprint]) -> Finding | None:
    """The gravest of what is found, leaving out what is found of the file as it is."""
    return min((each for each in found if each.fingerprint not in besides), key=by_importance, default=None)


def findings(rules: Sequence[LoadedRule], before: Files, *, after: Files) -> Sequence[Finding]:
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
    return run_rules(rules, sight.facts(Side.HEAD), base=sight.facts(Side.BASE), subjects=sight.subjects).findings


def _changed_lines(before: str, after: str) -> Iterator[str]:
    for line in difflib.ndiff(before.splitlines(), after.splitlines()) if len(before) < 100_000 else ():
        if line.startswith(("+", "-")):
            yield line
    if len(before) >= 100_000:
        yield from set(after.splitlines()) ^ set(before.splitlines())


def rows(done: Sequence[Trial], read: Mapping[Key, Reading]) -> Iterator[Row]:
    """For each family and way of planting, the share that was caught, and of the others that which was read as rightly told less."""
    for family, plants in dict.fromkeys((each.source.family, each.source.plants) for each in done):
        own = [each for each in done if each.source.plants == plants]
        caught, words = sum(each.is_caught for each in own), sum(each.by_words for each in own)
        what = plants.rpartition(".")[2].replace(":dangers", "").replace(":", " of ")
        projects = len({each.source.repository for each in own})
        kinds = len({each.danger for each in own})
        yield Row(
            item=f"{family}, {what}: dangers that were planted and stop the change",
            figure=round(caught / len(own), 3),
            unit="share",
            goal=_GOAL,
            more_is_better=True,
            note=f"{caught} of {len(own)}, {sum(each.is_told for each in own)} told: {kinds} kinds in files of {projects} projects",
        )
        missed = [(each.key, each.told) for each in own if not each.is_caught]
        if missed:
            less = rightly_less(missed, among=read)
            yield Row(
                item=f"{family}, {what}: of those that do not, told less for what their repository says",
                figure=round(less / len(missed), 3),
                unit="share",
                note=f"{less} of {len(missed)}, by a reader",
            )
        yield Row(
            item=f"{family}, {what}: the same by a search for words, peer",
            figure=round(words / len(own), 3),
            unit="share",
            note=f"{words} of {len(own)}",
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Plant, judge, and keep what came of it; what was missed is named on the error stream."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--each", type=int, default=4, help="files of each repository for each danger")
    parser.add_argument("--only", default="", help="sources whose plants or repository hold this; nothing is kept")
    given = parser.parse_args(arguments)
    sources = msgspec.convert(tomllib.loads(_SOURCES.read_text("utf-8"))["source"], type=list[Source])
    done: list[Trial] = []
    read, cases = readings(), list[str]()
    for source in sources:
        if given.only not in f"{source.plants} {source.repository}":
            continue
        files, whole = files_of(given.folder, source), around(given.folder, source)
        for trial in trials(source, files, whole=whole, seed=given.seed, each=given.each):
            done.append(trial)
            if not trial.is_caught:
                cases.append(said_of(trial.key, trial.told, among=read))
                print(f"{'only told' if trial.is_told else 'missed'}: {cases[-1]}", file=sys.stderr, flush=True)
    if given.only:
        for row in rows(done, read):
            print(row.item, row.figure, row.note)
    else:
        keep(NAME, list(rows(done, read)), command="python -m benchmarks.planted FOLDER", cases=cases)
    return 0


if __name__ == "__main__":
    sys.exit(main())
