"""Real changes by what they say they are, and dangers put into such that their messages do not say: `python -m benchmarks.intent FOLDER`.

`intent.toml` beside this names the repositories and how changes of each kind are drawn from them by their messages. Each is weighed by the rules
of `intent`; what is told of them is read by somebody who did not write the rules (`--sheet FILE` writes what nobody has read yet; verdicts are kept
in `truth/intent.jsonl`). Into changes of which nothing is told, a danger of `planting/unsaid.py` is put by script, and counts as caught where
something is told then. Beside it stands what is caught by asking for people wherever a change touches more than five files, and by a search
for words of danger in its lines. The folder holds git repositories called OWNER+NAME, fetched when this is run.
"""

import argparse
import os
import random
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

import msgspec
from scripts.write_status import ROOT, Row

from benchmarks.measuring import Silence, keep
from benchmarks.planting.unsaid import DANGERS, Plant, Planted, Real, is_plain_code
from weighbridge.app.ports import ChangeRequest
from weighbridge.assembly.bench import open_bench
from weighbridge.domain.findings import Finding
from weighbridge.domain.places import Side
from weighbridge.domain.rule import LoadedRule
from weighbridge.domain.trust import Trust
from weighbridge.engine.discover import find_rules, load_rule
from weighbridge.engine.run import run_rules

NAME: Final = "intent"
TRUTH: Final = ROOT / "benchmarks" / "truth" / "intent.jsonl"
_SOURCES: Final = ROOT / "benchmarks" / "intent.toml"
_PLANTED: Final = 100
_MOST_FILES: Final = 5
_MOST_OTHERS: Final = 12
_LARGEST: Final = 1_500_000
_WORDS: Final = re.compile(r"delet|destroy|drop|remov|skip|disable|force|replace", re.IGNORECASE)


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One repository at a revision."""

    repository: str
    revision: str


class Sources(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of them, how messages of each kind begin, and how many of each are drawn."""

    each: int
    kinds: Mapping[str, str]
    source: tuple[Source, ...]


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What a reader said of one finding: whether whoever approves the change should have been told."""

    repository: str
    commit: str
    finding: str
    is_true: bool | None
    why: str
    rule: str
    severity: str
    place: str
    message: str
    said: str
    """The message of the change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One real change."""

    kind: str
    source: Source
    place: Path
    commit: str
    message: str


def drawn(folder: Path, sources: Sources) -> list[Drawn]:
    """The newest changes of each kind, from the repositories in turn."""
    queues: dict[str, list[list[Drawn]]] = {kind: [] for kind in sources.kinds}
    for source in sources.source:
        place = folder / source.repository.replace("/", "+") / "repo"
        log = _git(place, "log", "--no-merges", "-n", "1500", "--format=%H%x00%B%x01", source.revision)
        entries = [entry.strip().partition("\0") for entry in log.split("\x01") if entry.strip()]
        for kind, begins in sources.kinds.items():
            pattern = re.compile(begins, re.IGNORECASE)
            own = [
                Drawn(kind=kind, source=source, place=place, commit=commit, message=message)
                for commit, _, message in entries
                if pattern.search(message)
            ]
            queues[kind].append(own)
    found: list[Drawn] = []
    for queue in queues.values():
        in_turn = [own[at] for at in range(max(map(len, queue))) for own in queue if at < len(own)]
        found += in_turn[: sources.each]
    return found


def _git(place: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(place), *arguments], capture_output=True, check=True)
    return done.stdout.decode("utf-8", "replace")


def read(change: Drawn, *, seed: int) -> Real:
    """The change's files on both sides, and some others of its tree, drawn by chance."""
    chance = random.Random(f"{seed} {change.commit}")  # noqa: S311 - a sample, not a secret
    names = _git(change.place, "diff", "--name-only", "--no-renames", "-z", f"{change.commit}^", change.commit)
    paths = [path for path in names.split("\0") if path]
    sides = [_texts(change.place, at, paths=paths) for at in (f"{change.commit}^", change.commit)]
    listed = _git(change.place, "ls-tree", "-r", "-z", "--name-only", change.commit).split("\0")
    code = [path for path in listed if is_plain_code(path) and path not in paths]
    others = _texts(change.place, change.commit, paths=chance.sample(code, min(len(code), _MOST_OTHERS)))
    return Real(message=change.message, base=sides[0], head=sides[1], others=others, chance=chance)


def _texts(place: Path, commit: str, *, paths: Sequence[str]) -> dict[str, str]:
    asked = "".join(f"{commit}:{path}\n" for path in paths if "\n" not in path)
    done = subprocess.run(
        ["git", "-C", str(place), "cat-file", "--batch"], input=asked.encode(), capture_output=True, check=True
    )
    found, left = dict[str, str](), done.stdout
    for path in (path for path in paths if "\n" not in path):
        head, _, left = left.partition(b"\n")
        parts = head.split()
        if len(parts) == 3:
            size = int(parts[2])
            data, left = left[:size], left[size + 1 :]
            if parts[1] == b"blob" and b"\0" not in data and size <= _LARGEST:
                found[path] = data.decode("utf-8", "replace")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """What is weighed: a message and the files on both sides."""

    message: str
    base: Mapping[str, str]
    head: Mapping[str, str]


def findings(rules: Sequence[LoadedRule], changes: Sequence[Weighed]) -> list[Sequence[Finding]]:
    """What these rules find in each change, by its own files alone: all are put into one repository that is thrown away."""
    found: list[Sequence[Finding]] = []
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        subprocess.run(["git", "init", "--bare", "--quiet", folder], check=True)
        stream = b"".join(part for at, each in enumerate(changes) for part in _imported(at, each))
        subprocess.run(["git", "-C", folder, "fast-import", "--quiet"], input=stream, check=True)
        with open_bench(place, progress=Silence(), environment={**os.environ, "XDG_CACHE_HOME": folder}) as bench:
            for at in range(len(changes)):
                change = bench.repository.change(ChangeRequest(range_text=f"b{at}..h{at}"))
                trust = Trust(target=change.base_commit, target_name="main", target_reason="")
                sight = bench.look(change, trust)
                facts = sight.facts(Side.HEAD)
                found.append(run_rules(rules, facts, base=sight.facts(Side.BASE), subjects=sight.subjects).findings)
    return found


def _imported(at: int, change: Weighed) -> Iterator[bytes]:
    """Both sides of a change as git imports them."""
    for name, files, message in (("b", change.base, "before"), ("h", change.head, change.message)):
        said = message.encode("utf-8", "replace")
        yield f"commit refs/heads/{name}{at}\ncommitter A <a@example.org> 1700000000 +0000\n".encode()
        yield b"data %d\n%s\n" % (len(said), said)
        yield f"from refs/heads/b{at}\ndeleteall\n".encode() if name == "h" else b""
        for path, text in files.items():
            data = text.encode("utf-8", "replace")
            quoted = path.replace("\\", "\\\\").replace('"', '\\"')
            yield f'M 100644 inline "{quoted}"\ndata {len(data)}\n'.encode() + data + b"\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One danger in one real change."""

    kind: str
    danger: str
    change: Drawn
    told: Finding | None
    by_size: bool
    by_words: bool


Told: TypeAlias = tuple[Drawn, Real, Sequence[Finding]]
"""A real change, its files, and what is told of it."""


def trials(rules: Sequence[LoadedRule], changes: Sequence[Told]) -> list[Trial]:
    """A hundred dangers, the kinds of them in turn, each in another change of which nothing is told as it is."""
    clear = {kind: [each for each in changes if each[0].kind == kind and not each[2]] for kind in DANGERS}
    queues = [
        _planted(kind, name, plant=plant, clear=clear[kind])
        for kind, dangers in DANGERS.items()
        for name, plant in dangers
    ]
    planted: list[tuple[str, str, Told, Planted]] = []
    while queues and len(planted) < _PLANTED:
        for queue in list(queues):
            made = next(queue, None)
            if made is None:
                queues.remove(queue)
            elif len(planted) < _PLANTED:
                planted.append(made)
    weighed = [Weighed(message=told[1].message, base=each.base, head=each.head) for _, _, told, each in planted]
    return [_trial(made, found) for made, found in zip(planted, findings(rules, weighed), strict=True)]


def _planted(kind: str, name: str, *, plant: Plant, clear: Sequence[Told]) -> Iterator[tuple[str, str, Told, Planted]]:
    """One danger in one change after the other."""
    for told in clear:
        made = plant(told[1])
        if made is not None:
            yield kind, name, told, made


def _trial(made: tuple[str, str, Told, Planted], found: Sequence[Finding]) -> Trial:
    kind, name, told, planted = made
    lines = [line for path, text in planted.head.items() for line in _changed(planted.base.get(path, ""), text)]
    return Trial(
        kind=kind,
        danger=name,
        change=told[0],
        told=found[0] if found else None,
        by_size=sum(planted.base.get(path) != text for path, text in planted.head.items()) > _MOST_FILES,
        by_words=any(_WORDS.search(line) for line in lines),
    )


def _changed(before: str, after: str) -> Iterator[str]:
    """The lines that only one side has; of files this long a full comparison takes minutes."""
    if before != after:
        yield from set(after.splitlines()) ^ set(before.splitlines())


def rows(changes: Sequence[Told], done: Sequence[Trial], *, verdicts: Iterable[Verdict]) -> Iterator[Row]:
    """How many real changes are told of, by kind; what of that is true, as far as somebody read it; how many dangers are caught."""
    for kind in DANGERS:
        own = [each for each in changes if each[0].kind == kind]
        told = sum(bool(each[2]) for each in own)
        stopped = sum(any(one.severity in ("critical", "high") for one in each[2]) for each in own)
        projects = len({each[0].source.repository for each in own})
        yield Row(
            item=f"{kind}: real changes of which something is told",
            figure=round(told / len(own), 3),
            unit="share",
            note=f"{told} of {len(own)} changes of {projects} projects, {stopped} of them stopped",
        )
    known = [each for each in verdicts if each.is_true is not None]
    if known:
        true = sum(bool(each.is_true) for each in known)
        yield Row(
            item="findings on real changes, true when they were read",
            figure=round(true / len(known), 3),
            unit="share",
            goal=0.9,
            more_is_better=True,
            note=f"{true} of {len(known)}, read blind",
        )
    yield from _caught(done)


def _caught(done: Sequence[Trial]) -> Iterator[Row]:
    for danger, kind in dict.fromkeys((each.danger, each.kind) for each in done):
        own = [each for each in done if (each.danger, each.kind) == (danger, kind)]
        caught = sum(each.told is not None for each in own)
        yield Row(
            item=f"{kind}: {danger}, told",
            figure=round(caught / len(own), 3),
            unit="share",
            note=f"{caught} of {len(own)}",
        )
    for what, number in (
        ("dangers that were planted and are told", sum(each.told is not None for each in done)),
        ("the same of asking where more than five files change, peer", sum(each.by_size for each in done)),
        ("the same by a search for words, peer", sum(each.by_words for each in done)),
    ):
        is_own = not what.endswith("peer")
        yield Row(
            item=what,
            figure=round(number / len(done), 3),
            unit="share",
            goal=0.9 if is_own else None,
            more_is_better=is_own,
            note=f"{number} of {len(done)}",
        )


def sheet(changes: Sequence[Told], verdicts: Iterable[Verdict]) -> Iterator[Verdict]:
    """What nobody has read yet."""
    known = {(each.repository, each.commit, each.finding) for each in verdicts}
    for change, _, found in changes:
        for each in found:
            if (change.source.repository, change.commit, each.evidence) not in known:
                yield Verdict(
                    repository=change.source.repository,
                    commit=change.commit,
                    finding=each.evidence,
                    is_true=None,
                    why="",
                    rule=each.rule,
                    severity=each.severity,
                    place=str(each.place),
                    message=each.message,
                    said=change.message[:2000],
                )


def read_verdicts(path: Path = TRUTH) -> list[Verdict]:
    """What readers said."""
    lines = path.read_bytes().splitlines() if path.is_file() else ()
    return [msgspec.json.decode(line, type=Verdict) for line in lines if line.strip()]


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw, weigh, plant, and keep what came of it; dangers of which nothing is told are named on the error stream."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--sheet", type=Path, help="write what nobody has read yet besides")
    given = parser.parse_args(arguments)
    sources = msgspec.convert(tomllib.loads(_SOURCES.read_text("utf-8")), type=Sources)
    rules = [load_rule(place) for place in find_rules() if place.id.startswith("intent/")]
    real = [(change, read(change, seed=given.seed)) for change in drawn(given.folder, sources)]
    as_is = findings(rules, [Weighed(message=each.message, base=each.base, head=each.head) for _, each in real])
    changes = [(change, each, found) for (change, each), found in zip(real, as_is, strict=True)]
    verdicts = read_verdicts()
    if given.sheet:
        given.sheet.write_bytes(b"".join(msgspec.json.encode(each) + b"\n" for each in sheet(changes, verdicts)))
        print(f"{len(changes)} changes weighed", file=sys.stderr, flush=True)
    done = trials(rules, changes)
    cases = [
        f"{each.kind}: {each.danger}: {each.change.source.repository} {each.change.commit}"
        for each in done
        if each.told is None
    ]
    for case in cases:
        print(f"missed: {case}", file=sys.stderr, flush=True)
    keep(NAME, list(rows(changes, done, verdicts=verdicts)), command="python -m benchmarks.intent FOLDER", cases=cases)
    return 0


if __name__ == "__main__":
    sys.exit(main())
