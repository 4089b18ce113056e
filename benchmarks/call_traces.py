"""Call edges against what really was called: `python -m benchmarks.call_traces SUBJECT … [--pycg CHECKOUT] [--show] [--read FILE]`.

SUBJECT is an unpacked source distribution with `src/` and `tests/` whose tests run under this interpreter; they are run under a
profiler. Recall is the share of traced edges, between functions of the package, that are found by reading. A trace shows only
what the tests reach, so precision is read by hand: `--read` writes a random hundred of our edges with their lines. Beside
ours: every function of the name that is called, and PyCG where a checkout is given.
"""

import argparse
import ast
import json
import os
import random
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

import msgspec
from scripts.write_status import Row

from benchmarks.measuring import keep
from benchmarks.pycg import Edges, named
from weighbridge.adapters.memory import MemoryFacts, MemoryRepository
from weighbridge.app.ports import ChangeRequest
from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.call_sites import CallSites, call_edges, overriding
from weighbridge.landscape.evaluate import Evaluator
from weighbridge.landscape.landscape import Landscape
from weighbridge.landscape.tree import Tree
from weighbridge.landscape.values import Symbol

_SECONDS = 1_800
READ = Path(__file__).with_name("truth") / "call-edges.json"
"""A random hundred of our edges, each with a verdict."""

_TRACER = Path(__file__).with_name("tracer.py")


@dataclass(frozen=True, slots=True)
class Scored:
    """What one method found of what was traced."""

    found: int
    hits: int
    traced: int

    @property
    def recall(self) -> float:
        """The share of traced edges that was found."""
        return round(self.hits / self.traced, 4) if self.traced else 0.0


def scored(found: Edges, traced: Edges) -> Scored:
    """`found` against `traced`."""
    return Scored(len(found), len(found & traced), len(traced))


class Subject:
    """One package: what its tests call, and what we read in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.source = folder / "src"
        self.texts = {str(p.relative_to(self.source)): p.read_text("utf-8") for p in sorted(self.source.rglob("*.py"))}
        repository = MemoryRepository({}, self.texts)
        source = MemoryFacts(repository)
        change = repository.change(ChangeRequest())
        self._tree = Tree(repository.entries(change.head_tree))
        source.index(self._tree.blobs.values())
        self._landscape = Landscape(self._tree, source)

    @cached_property
    def traced(self) -> Edges:
        """Edges that the tests run through."""
        with tempfile.TemporaryDirectory() as place:
            out = Path(place) / "edges"
            env = dict(os.environ) | {"PYTHONPATH": str(self.source), "PYTHONDONTWRITEBYTECODE": "1"}
            command = [sys.executable, str(_TRACER), str(self.source) + os.sep, str(out), "tests"]
            subprocess.run(command, cwd=self.folder, env=env, check=True, timeout=_SECONDS, stdout=subprocess.DEVNULL)
            lines = [line.split("\t") for line in out.read_text("utf-8").splitlines() if line]
        return {(self._called(*one[:2], line=one[2]), self._called(*one[3:5], line=one[5])) for one in lines}

    def read(self, *, flow: bool) -> dict[tuple[str, str], tuple[str, Symbol]]:
        """Our edges, each with a file and the callee; with or without values that flow through parameters."""
        evaluator = Evaluator(self._landscape)
        sites = CallSites(evaluator)
        if flow:
            evaluator.call_sites = sites
        found: dict[tuple[str, str], tuple[str, Symbol]] = {}
        for path in self._tree.blobs:
            for caller, callee in call_edges(evaluator, sites, path=path):
                if isinstance(callee, Symbol) and callee.index:
                    found[named(evaluator, caller), named(evaluator, callee)] = (path, callee)
        return found

    def with_overriding(self) -> Edges:
        """Our edges, and with each one to a method those to the methods that override it: who has the object runs one of them."""
        evaluator = Evaluator(self._landscape)
        edges = self.read(flow=False)
        more = {
            (caller, named(evaluator, heir))
            for (caller, _), (_, callee) in edges.items()
            for heir in overriding(evaluator, callee)
        }
        return set(edges) | more

    def by_name(self) -> Edges:
        """The plain baseline: a call goes to every function, and every class's constructor, of the name that is called."""
        homes: dict[str, set[str]] = defaultdict(set)
        calls: list[tuple[str, str]] = []
        for path, text in self.texts.items():
            _collect(ast.parse(text), module_of(path), homes=homes, calls=calls)
        return {(caller, callee) for caller, name in calls for callee in homes[name]}

    def pycg(self, checkout: Path) -> Edges:
        """What PyCG finds in the package."""
        files = [str(self.source / path) for path in self.texts]
        command = [sys.executable, "-m", "pycg", "--package", str(self.source), *files]
        env = dict(os.environ) | {"PYTHONPATH": str(checkout)}
        run = subprocess.run(command, cwd=self.source, env=env, capture_output=True, check=True, timeout=_SECONDS)
        return {
            (a, b) for a, callees in json.loads(run.stdout).items() for b in callees if not b.startswith("<builtin>")
        }

    def _called(self, file: str, name: str, *, line: str) -> str:
        path = str(Path(file).relative_to(self.source))
        if "<lambda>" not in name:
            return ".".join(part for part in (module_of(path), name) if part)
        facts = self._landscape.facts(RepoPath(path))
        for index, one in enumerate(facts.definitions if facts else ()):
            if one.kind == "lambda" and one.line == int(line):
                return named(Evaluator(self._landscape), Symbol(RepoPath(path), index))
        return f"{module_of(path)}.{name}"


def module_of(path: str) -> str:
    """A file's module."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _collect(node: ast.AST, scope: str, *, homes: dict[str, set[str]], calls: list[tuple[str, str]]) -> None:
    """Definitions by name into `homes`, calls as (scope, name) into `calls`; a class's body calls for its outer scope."""
    pending: list[tuple[ast.AST, str, str]] = [(node, scope, scope)]
    while pending:
        current, home, caller = pending.pop()
        if isinstance(current, ast.Call):
            name = getattr(current.func, "id", getattr(current.func, "attr", ""))
            calls.append((caller, name))
        if isinstance(current, ast.ClassDef):
            home = f"{home}.{current.name}"
            homes[current.name].add(f"{home}.__init__")
        elif isinstance(current, ast.FunctionDef | ast.AsyncFunctionDef):
            home = caller = f"{home}.{current.name}"
            homes[current.name].add(home)
        pending += [(child, home, caller) for child in ast.iter_child_nodes(current)]


def reading_sheet(subject: Subject, edges: dict[tuple[str, str], tuple[str, Symbol]]) -> Iterator[str]:
    """Edges with the lines of the caller that name the callee."""
    for (caller, callee), (path, _) in sorted(edges.items()):
        name = callee.split(".")[-2] if callee.endswith((".__init__", ".__new__")) else callee.split(".")[-1]
        lines = subject.texts[path].split("\n")
        near = [f"    {number}: {line.strip()}" for number, line in enumerate(lines, 1) if name in line]
        yield f"{subject.folder.name}: {caller} -> {callee}  ({path})\n" + "\n".join(near[:6])


class ReadEdge(msgspec.Struct, frozen=True, kw_only=True):
    """An edge that a person has read in the source: whether the caller can call the callee there, and why they say so."""

    subject: str
    caller: str
    callee: str
    verdict: Literal["right", "wrong"]
    reason: str


def precision(subject: Subject, read: Sequence[ReadEdge]) -> Iterator[Row]:
    """How many of the edges read by hand are right, among those that are still found; nothing when none was read."""
    found = set(subject.read(flow=False))
    mine = [e for e in read if e.subject == subject.folder.name and (e.caller, e.callee) in found]
    right = sum(edge.verdict == "right" for edge in mine)
    if mine:
        note = f"{right} of {len(mine)} edges drawn at random and read by hand are right"
        figure = round(right / len(mine), 4)
        yield Row(item=f"precision, {subject.folder.name}", figure=figure, unit="", more_is_better=True, note=note)


def measure(subject: Subject, *, pycg: Path | None) -> Iterator[tuple[str, Scored]]:
    """Each method by its name."""
    yield "with values through parameters", scored(set(subject.read(flow=True)), subject.traced)
    yield "without", scored(set(subject.read(flow=False)), subject.traced)
    yield "without, overriding methods added", scored(subject.with_overriding(), subject.traced)
    yield "every function of the name, baseline", scored(subject.by_name(), subject.traced)
    if pycg:
        yield "PyCG, peer", scored(subject.pycg(pycg), subject.traced)


def rows(subjects: Sequence[Subject], *, pycg: Path | None) -> Iterator[Row]:
    """Recall and number of edges, of each subject and of all."""
    sums: dict[str, Scored] = {}
    for subject in subjects:
        for method, one in measure(subject, pycg=pycg):
            old = sums.get(method, Scored(0, 0, 0))
            sums[method] = Scored(old.found + one.found, old.hits + one.hits, old.traced + one.traced)
            yield _row(f"{subject.folder.name}: {method}", one)
    for method, one in sums.items():
        yield _row(f"all: {method}", one)


def _row(item: str, one: Scored) -> Row:
    note = f"{one.hits:,} of {one.traced:,} traced edges; {one.found:,} found"
    return Row(item=f"recall, {item}", figure=one.recall, unit="", more_is_better=True, note=note)


def main(arguments: Sequence[str] | None = None) -> None:
    """Trace, read, compare, and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("subjects", type=Path, nargs="+")
    parser.add_argument("--pycg", type=Path)
    parser.add_argument("--show", action="store_true", help="list the traced edges that we miss")
    parser.add_argument("--read", type=Path, help="write a random hundred of our edges here, to be read by hand")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(arguments)
    subjects = [Subject(folder.resolve()) for folder in asked.subjects]
    found = list(rows(subjects, pycg=asked.pycg))
    read = msgspec.json.decode(READ.read_bytes(), type=list[ReadEdge]) if READ.exists() else []
    found += [row for subject in subjects for row in precision(subject, read)]
    keep("call-edges-traced", found, command="python -m benchmarks.call_traces SUBJECT …")
    for subject in subjects if asked.show else ():
        for caller, callee in sorted(subject.traced - set(subject.read(flow=False))):
            print(f"missed: {caller} -> {callee}")
    if asked.read:
        sheet = [text for subject in subjects for text in reading_sheet(subject, subject.read(flow=False))]
        chosen = random.Random(asked.seed).sample(sheet, min(100, len(sheet)))  # noqa: S311 - a sample, not a secret
        asked.read.write_text("\n\n".join(chosen) + "\n", "utf-8")


if __name__ == "__main__":
    main()
