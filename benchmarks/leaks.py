"""Leaks planted in real files, real fixes of leaks taken back, and ordinary changes: `python -m benchmarks.leaks FOLDER`.

`leaks.toml` beside this names the repositories, which are chosen before anything is weighed. Of each file that closes something on a line of
its own, one such place is drawn and undone by script: a `with` becomes an assignment, a `defer`, a `close`, a clean-up goes. Each counts as
told where a rule of leaks speaks. A fix is weighed backwards, from what it made to what was there before. Of ordinary changes every finding
is written to a sheet for a reader who did not write the rules. Beside each stands how often a search for words of closing speaks.
"""

import argparse
import io
import json
import random
import re
import subprocess
import sys
import tarfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
from scripts.write_status import ROOT, Row

from benchmarks.measuring import keep
from benchmarks.planted import findings
from weighbridge.domain.findings import Finding
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.rule import LoadedRule
from weighbridge.engine.discover import find_rules, load_rule
from weighbridge.facts.roles import role_of
from weighbridge.landscape.resources.leaks.change import ROLES

NAME: Final = "leaks"
_SOURCES: Final = ROOT / "benchmarks" / "leaks.toml"
_RULES: Final = re.compile(r"resources/(?:.*-left-.*|cancel-not-called|released-no-more)")
_TESTS: Final = re.compile(r"test|spec|vendor/|node_modules|example|mock|fixture|third_party|docs/", re.I)
_WORDS: Final = re.compile(
    r"\b(?:close|defer|finally|release|unlock|shutdown|cancel|cleanup|clearInterval|removeEventListener|with)\b", re.I
)
_LARGEST: Final = 150_000
_EACH: Final = 10
"""Plants in files of one repository, and per way of planting."""
_ORDINARY: Final = 25
_LONGEST: Final = 40
"""Files of one change: more is no everyday change."""

_OPENERS: Final = (
    r"open|connect|socket|Session|Client|Pool|PoolExecutor|urlopen|TemporaryFile|ZipFile|create_connection|closing"
)
_WITH: Final = re.compile(rf"^(\s+)with (\S*(?:{_OPENERS})\([^()]*(?:\([^()]*\)[^()]*)*\)) as (\w+):$", re.M)
_WITH_LOCK: Final = re.compile(r"^(\s+)with (\S*(?:lock|mutex)\w*):$", re.M | re.I)
_TRY_WITH: Final = re.compile(r"^(\s+)try \(([^;{}]+=[^;{}]+)\) \{$", re.M)
_LINES: Final[Mapping[str, re.Pattern[str]]] = {
    "python": re.compile(r"^\s+\w+\.(?:close|shutdown|release)\(\)$", re.M),
    "go": re.compile(r"^\s+defer (?:\w+(?:\.Body)?\.Close\(\)|cancel\(\)|[\w.]+\.R?Unlock\(\)|\w+\.Stop\(\))$", re.M),
    "java": re.compile(r"^\s+\w+\.(?:close|unlock|shutdown|shutdownNow)\(\);$", re.M),
    "javascript": re.compile(
        r"^\s+(?:await )?(?:clearInterval\(\w+\)|(?:window|document)\.removeEventListener\([^()]*\)|\w+\.(?:release|end|close|destroy)\(\)"
        r"|fs\.closeSync\(\w+\));?$",
        re.M,
    ),
}


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One repository at a revision."""

    repository: str
    revision: str

    def place(self, folder: Path) -> Path:
        """Where its git directory is."""
        place = folder / self.repository.replace("/", "+")
        return place / "repo" if (place / "repo").is_dir() else place


class Sources(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the file names."""

    planted: tuple[Source, ...]
    fix: tuple[Source, ...]
    ordinary: tuple[Source, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One change that was weighed: what the rules say of it, and whether the search for words speaks."""

    source: Source
    kind: str
    path: str
    told: Sequence[Finding]
    by_words: bool


def _git(place: Path, *words: str) -> bytes:
    return subprocess.run(["git", "-C", str(place), *words], capture_output=True, check=False).stdout


def _files(folder: Path, source: Source) -> Iterator[tuple[str, str]]:
    data = _git(source.place(folder), "archive", source.revision)
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        for member in archive:
            if not member.isfile() or role_of(RepoPath(member.name)) not in ROLES or member.size > _LARGEST:
                continue
            held = archive.extractfile(member)
            if held is not None and not _TESTS.search(member.name):
                yield member.name, held.read().decode("utf-8", "replace")


def plants(role: str, text: str, chance: random.Random) -> Iterator[tuple[str, str]]:
    """Each way in which the text can be made to leak, by its name; one place of each is drawn."""
    language = "javascript" if role in ("typescript", "tsx") else role
    drawn = list(_LINES[language].finditer(text))
    if drawn:
        found = chance.choice(drawn)
        yield f"{language}: a closing goes", text[: found.start()] + _nothing(role, found) + text[found.end() + 1 :]
    if role == "python":
        yield from _without_with(text, chance)
    if role == "java" and (heads := list(_TRY_WITH.finditer(text))):
        found = chance.choice(heads)
        yield (
            "java: a `try` closes no more",
            f"{text[: found.start()]}{found[1]}{found[2]};\n{found[1]}{{{text[found.end() :]}",
        )


def _nothing(role: str, found: re.Match[str]) -> str:
    indent = found[0][: len(found[0]) - len(found[0].lstrip())]
    return f"{indent}pass\n" if role == "python" else ""


def _without_with(text: str, chance: random.Random) -> Iterator[tuple[str, str]]:
    heads = list(_WITH.finditer(text))
    if heads:
        found = chance.choice(heads)
        yield (
            "python: a `with` becomes an assignment",
            _dedented(text, found, head=f"{found[1]}{found[3]} = {found[2]}"),
        )
    locks = list(_WITH_LOCK.finditer(text))
    if locks:
        found = chance.choice(locks)
        tail = f"{found[1]}{found[2]}.release()\n"
        yield "python: a lock without `with`", _dedented(text, found, head=f"{found[1]}{found[2]}.acquire()", tail=tail)


def _dedented(text: str, found: re.Match[str], *, head: str, tail: str = "") -> str:
    lines = text[found.end() + 1 :].splitlines(keepends=True)
    indent = len(found[1].lstrip("\n"))
    block = 0
    while block < len(lines) and (not lines[block].strip() or len(lines[block]) - len(lines[block].lstrip()) > indent):
        block += 1
    while block and not lines[block - 1].strip():
        block -= 1
    inside = [line[4:] if line.startswith(" " * 4) else line for line in lines[:block]]
    return "".join([text[: found.start()], head, "\n", *inside, tail, *lines[block:]])


def planted(folder: Path, source: Source, *, rules: Sequence[LoadedRule], seed: int) -> Iterator[Trial]:
    """Up to so many plants of each way in the files of one repository, drawn by chance."""
    chance = random.Random(f"{seed} {source.repository}")  # noqa: S311 - a sample, not a secret
    files = sorted(_files(folder, source))
    chance.shuffle(files)
    left: dict[str, int] = {}
    for path, text in files:
        for kind, mutant in plants(role_of(RepoPath(path)), text, chance):
            if left.setdefault(kind, _EACH) == 0:
                continue
            left[kind] -= 1
            told = findings(rules, {path: text}, after={path: mutant})
            yield Trial(source=source, kind=kind, path=path, told=told, by_words=_speaks([(text, mutant)]))


def _speaks(sides: Sequence[tuple[str, str]]) -> bool:
    """Whether a line that is only on one side holds a word of closing."""
    changed = (line for before, after in sides for line in set(before.splitlines()) ^ set(after.splitlines()))
    return any(_WORDS.search(line) for line in changed)


def change_of(place: Path, revision: str) -> tuple[dict[str, str], dict[str, str]]:
    """The files of code that a commit changes, before and after it."""
    listed = _git(place, "diff", "--name-only", "--no-renames", f"{revision}^", revision).decode().split("\n")
    paths = [path for path in listed if path and role_of(RepoPath(path)) in ROLES][: _LONGEST + 1]
    before = {path: _text(place, f"{revision}^:{path}") for path in paths}
    after = {path: _text(place, f"{revision}:{path}") for path in paths}
    return {p: t for p, t in before.items() if t}, {p: t for p, t in after.items() if t}


def _text(place: Path, name: str) -> str:
    return _git(place, "show", name).decode("utf-8", "replace")


def reversed_fixes(folder: Path, sources: Sequence[Source], rules: Sequence[LoadedRule]) -> Iterator[Trial]:
    """Each fix taken back, and what it was made in as if it were all new."""
    for source in sources:
        before, after = change_of(source.place(folder), source.revision)
        told = findings(rules, after, after=before)
        sides = [(after.get(path, ""), text) for path, text in before.items()]
        yield Trial(source=source, kind="reversed", path="", told=told, by_words=_speaks(sides))
        yield Trial(source=source, kind="new", path="", told=findings(rules, {}, after=before), by_words=True)


def ordinary(folder: Path, source: Source, *, rules: Sequence[LoadedRule]) -> Iterator[Trial]:
    """The last changes of a repository that touch code."""
    place, left = source.place(folder), _ORDINARY
    for revision in _git(place, "log", "--no-merges", "--format=%H", "-n", "300", source.revision).decode().split():
        before, after = change_of(place, revision)
        if not after or len(after) > _LONGEST:
            continue
        sides = [(before.get(path, ""), text) for path, text in after.items()]
        told = findings(rules, before, after=after)
        yield Trial(
            source=Source(source.repository, revision), kind="ordinary", path="", told=told, by_words=_speaks(sides)
        )
        left -= 1
        if not left:
            return


def rows(done: Sequence[Trial]) -> Iterator[Row]:
    """Shares told, by what was weighed, and the same of the search for words."""
    words = {
        "reversed": "real fixes of leaks taken back that are told",
        "new": "real leaks before their fix that are told in a file that is all new",
        "ordinary": "ordinary changes of which something is told",
    }
    for kind in dict.fromkeys(each.kind for each in done):
        own = [each for each in done if each.kind == kind]
        told, by_words = sum(bool(each.told) for each in own), sum(each.by_words for each in own)
        item = words.get(kind, f"leaks planted that are told, {kind}")
        projects = len({each.source.repository for each in own})
        is_better = kind != "ordinary"
        note = f"{told} of {len(own)}, of {projects} projects"
        yield Row(item=item, figure=round(told / len(own), 3), unit="share", more_is_better=is_better, note=note)
        if kind != "new":
            note = f"{by_words} of {len(own)}"
            yield Row(
                item=f"{item}: by a search for words, peer",
                figure=round(by_words / len(own), 3),
                unit="share",
                note=note,
            )


def main(arguments: Sequence[str] | None = None) -> int:
    """Weigh, keep what came of it, and write the sheet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--sheet", type=Path, help="where every finding of ordinary changes is written for a reader")
    parser.add_argument(
        "--only", default="planted fix ordinary", help="which parts; nothing is kept unless all are run"
    )
    given = parser.parse_args(arguments)
    sources = msgspec.convert(tomllib.loads(_SOURCES.read_text("utf-8")), type=Sources)
    rules = [load_rule(place) for place in find_rules() if _RULES.fullmatch(place.id)]
    done: list[Trial] = []
    if "planted" in given.only:
        done += [t for each in sources.planted for t in planted(given.folder, each, rules=rules, seed=given.seed)]
    if "fix" in given.only:
        done += reversed_fixes(given.folder, sources.fix, rules)
    if "ordinary" in given.only:
        for each in sources.ordinary:
            done += ordinary(given.folder, each, rules=rules)
            if given.sheet:
                given.sheet.write_text("".join(_sheet(done)), "utf-8")
            print(each.repository, len(done), file=sys.stderr, flush=True)
    for trial in done:
        if not trial.told and trial.kind != "ordinary":
            where = f"{trial.source.repository} {trial.source.revision[:12]} {trial.path}"
            print(f"not told: {trial.kind} {where}", file=sys.stderr)
    made = list(rows(done))
    for row in made:
        print(row.item, row.figure, row.note)
    if given.only == "planted fix ordinary":
        keep(NAME, made, command="python -m benchmarks.leaks FOLDER")
    return 0


def _sheet(done: Sequence[Trial]) -> Iterator[str]:
    for each in done:
        for found in each.told if each.kind == "ordinary" else ():
            place = {"repository": each.source.repository, "revision": each.source.revision, "place": str(found.place)}
            yield json.dumps({**place, "rule": found.rule, "severity": found.severity, "message": found.message}) + "\n"


if __name__ == "__main__":
    sys.exit(main())
