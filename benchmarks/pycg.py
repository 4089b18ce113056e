"""Call edges against vitsalis/PyCG's micro-benchmark: `python -m benchmarks.pycg FOLDER [--show]`.

FOLDER is a checkout's `micro-benchmark/snippets`. A case's truth is its `callgraph.json`; edges are compared by name, over all
cases together, as that project's own figures are.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.measuring import Silence
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
    tree = Tree.of(repository.entries(change.head_tree))
    source.index(tree.blobs.values(), Silence())
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


def main() -> None:
    """Score every case and print the sum."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--show", action="store_true", help="list each case's missed and wrong edges")
    options = parser.parse_args()
    hits = wrong = missed = 0
    for truth_file in sorted(options.folder.rglob("callgraph.json")):
        truth = {(a, b) for a, bs in json.loads(truth_file.read_text()).items() for b in bs}
        found = found_edges(truth_file.parent)
        hits, wrong, missed = hits + len(truth & found), wrong + len(found - truth), missed + len(truth - found)
        if options.show and truth != found:
            print(
                truth_file.parent.relative_to(options.folder),
                "missed",
                sorted(truth - found),
                "wrong",
                sorted(found - truth),
            )
    print(
        json.dumps(
            {"precision": hits / max(hits + wrong, 1), "recall": hits / max(hits + missed, 1), "edges": hits + missed}
        )
    )


if __name__ == "__main__":
    main()
