"""Call edges against vitsalis/PyCG's micro-benchmark: `python -m benchmarks.pycg FOLDER [--peer CHECKOUT] [--show]`.

FOLDER is a checkout's `micro-benchmark/snippets`. A case's truth is its `callgraph.json`; edges are compared by name, over all
cases together, as that project's own figures are.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.write_status import Row

from benchmarks.measuring import keep
from weighbridge.adapters.memory import MemoryFacts, MemoryRepository
from weighbridge.app.ports import ChangeRequest
from weighbridge.facts.model import Definition
from weighbridge.landscape.call_sites import CallSites, call_edges
from weighbridge.landscape.evaluate import Evaluator
from weighbridge.landscape.landscape import Landscape
from weighbridge.landscape.tree import Tree
from weighbridge.landscape.values import External, Symbol, Value

Edges = set[tuple[str, str]]


_BUILTIN_TYPES = {"builtins.str.": "<**PyStr**>.", "builtins.collection.items": "<**PyDict**>.items"}
"""Types of literals go by other names there; ours does not tell one kind of collection from another."""


def found_edges(folder: Path) -> Edges:
    """Our edges for one case, under the benchmark's names."""
    files = {str(p.relative_to(folder)): p.read_text() for p in sorted(folder.rglob("*.py"))}
    repository = MemoryRepository({}, files)
    source = MemoryFacts(repository)
    change = repository.change(ChangeRequest())
    tree = Tree(repository.entries(change.head_tree))
    source.index(tree.blobs.values())
    evaluator = Evaluator(Landscape(tree, source))
    evaluator.call_sites = sites = CallSites(evaluator)
    found: Edges = set()
    for path in tree.blobs:
        for caller, callee in call_edges(evaluator, sites, path=path):
            name = named(evaluator, callee)
            if name:
                found.add((named(evaluator, caller), name))
    return found


def named(evaluator: Evaluator, value: Value) -> str:
    """A value under the benchmark's names: dotted, lambdas numbered in their scope, builtins marked."""
    if isinstance(value, External):
        name = value.name.replace("()", "")
        for ours, theirs in _BUILTIN_TYPES.items():
            name = name.replace(ours, theirs)
        return "<builtin>." + name.removeprefix("builtins.") if name.startswith("builtins.") else name
    if not isinstance(value, Symbol):
        return ""
    facts = evaluator.landscape.facts(value.path)
    parts = [value.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")]
    if facts is None:
        return parts[0]
    return ".".join([*parts, *reversed(list(_names_up(facts.definitions, value.index)))])


def _names_up(definitions: Sequence[Definition], index: int) -> Iterator[str]:
    while index > 0:
        one = definitions[index]
        if one.kind == "lambda":
            before = [d for d in definitions[:index] if d.kind == "lambda" and d.parent == one.parent]
            yield f"<lambda{len(before) + 1}>"
        else:
            yield one.name
        index = one.parent


@dataclass(frozen=True, slots=True)
class Score:
    """Edges found and in truth, found only, and missed, over some cases."""

    hits: int = 0
    wrong: int = 0
    missed: int = 0

    def __add__(self, other: "Score") -> "Score":
        return Score(self.hits + other.hits, self.wrong + other.wrong, self.missed + other.missed)

    def rows(self, who: str, *, goals: tuple[float | None, float | None] = (None, None)) -> Iterator[Row]:
        """Precision and recall."""
        precision, recall = self.hits / max(self.hits + self.wrong, 1), self.hits / max(self.hits + self.missed, 1)
        found, true = (
            f"{self.wrong} of {self.hits + self.wrong} wrong",
            f"{self.missed} of {self.hits + self.missed} missed",
        )
        for item, figure, goal, note in (("precision", precision, goals[0], found), ("recall", recall, goals[1], true)):
            yield Row(
                item=f"{item}, {who}", figure=round(figure, 4), unit="", goal=goal, more_is_better=True, note=note
            )


def score(truth: Edges, found: Edges) -> Score:
    """One case."""
    return Score(len(truth & found), len(found - truth), len(truth - found))


def peer_edges(checkout: Path, folder: Path) -> Edges:
    """What PyCG itself says of a case, run as its own benchmark runs it; nothing where it fails."""
    files = [str(path.relative_to(folder)) for path in sorted(folder.rglob("*.py"))]
    env = dict(os.environ) | {"PYTHONPATH": str(checkout.resolve())}
    run = subprocess.run(
        [sys.executable, "-m", "pycg", "--package", ".", *files], cwd=folder, env=env, capture_output=True, check=False
    )
    graph = json.loads(run.stdout) if run.returncode == 0 else {}
    return {(caller, callee) for caller, callees in graph.items() for callee in callees}


def main(arguments: Sequence[str] | None = None) -> None:
    """Score every case and keep the sum."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--peer", type=Path, metavar="CHECKOUT", help="run PyCG itself from here, on the same cases")
    parser.add_argument("--show", action="store_true", help="list each case's missed and wrong edges")
    options = parser.parse_args(arguments)
    ours, peer = Score(), Score()
    truths = sorted(options.folder.rglob("callgraph.json"))
    if not truths:
        parser.error(f"{options.folder} holds no case: no file below it is called callgraph.json")
    for truth_file in truths:
        truth = {(a, b) for a, bs in json.loads(truth_file.read_text()).items() for b in bs}
        found = found_edges(truth_file.parent)
        ours += score(truth, found)
        if options.peer:
            peer += score(truth, peer_edges(options.peer, truth_file.parent))
        if options.show and truth != found:
            case = truth_file.parent.relative_to(options.folder)
            print(case, "missed", sorted(truth - found), "wrong", sorted(found - truth))
    rows = [*ours.rows("Weighbridge", goals=(0.97, 0.9)), *(peer.rows("PyCG, peer") if options.peer else ())]
    keep("call-edges", rows, command="python -m benchmarks.pycg FOLDER --peer CHECKOUT")


if __name__ == "__main__":
    main()
