"""Call edges of TypeScript and Go against what really was called: `python -m benchmarks.foreign_traces FOLDER … [--trace] [--show]`.

FOLDER is an unpacked package named for its version; its kept traces are truth/traced-NAME.json. With `--trace` they are made
anew, and kept: a copy of FOLDER is rewritten (`tracers/`), and its tests are run there. The kept ones were made so:

    git archive v5.2.1 of go-chi/chi                           unpacked as chi-5.2.1; go 1.19
    git archive 28a9c128 of honojs/hono                        unpacked as hono-4.13.3; node 20
    npm install --ignore-scripts --no-save                     in hono-4.13.3
    python -m benchmarks.foreign_traces --trace chi-5.2.1 hono-4.13.3

Callers and callees are functions of the package, its tests' are neither: what a test's function calls has no caller here, even
where the package called it. A caller is the nearest function of the package on the stack; of Go, edges with other packages'
functions between are told apart from straight ones, of TypeScript they cannot be. What is called from timers, settled
promises and new goroutines has no caller, what is called in a parameter's default has the wrong one. Beside ours: every
function of the name that is called.
"""

import argparse
import re
import shutil
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Final

import msgspec
from scripts.write_status import Row

from benchmarks.call_traces import Scored
from benchmarks.measuring import keep
from weighbridge.adapters.memory import MemoryFacts, MemoryRepository
from weighbridge.app.ports import ChangeRequest
from weighbridge.domain.ids import RepoPath
from weighbridge.facts.model import FileFacts
from weighbridge.facts.names import last_name
from weighbridge.landscape.call_sites import CallSites, call_edges, overriding
from weighbridge.landscape.evaluate import Evaluator
from weighbridge.landscape.file_names import CLASS_KINDS, FUNCTION_KINDS
from weighbridge.landscape.landscape import Landscape
from weighbridge.landscape.tree import Tree
from weighbridge.landscape.values import Symbol

_SECONDS: Final = 1_800
_TRACERS: Final = Path(__file__).with_name("tracers")
_TRUTH: Final = Path(__file__).with_name("truth")
_TEST_FILE: Final = re.compile(r"_test\.go$|\.(test|spec)\.tsx?$")
_LITERAL: Final = re.compile(r"\.func\d+(\.\d+)*$")
"""How Go's runtime ends the name of a function that has none."""

_VITEST: Final = (
    *("npx", "vitest", "run", "--coverage.enabled=false", "--testTimeout=60000"),
    *("--project", "main", "--project", "jsx-runtime-default", "--project", "jsx-runtime-dom"),
)

Edge = tuple[Symbol, Symbol]


class Place(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A function by its lines; a file itself has the lines 0 and no name, as has a function that is written as a value."""

    path: str
    first: int
    last: int
    name: str


class Called(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """An edge between two of the places, by their indices; whether other packages' functions stood between."""

    caller: int
    callee: int
    is_straight: bool


class Traced(msgspec.Struct, frozen=True, kw_only=True):
    """What a package's tests ran through."""

    sources: str
    places: list[Place]
    edges: list[Called]


def trace_typescript(folder: Path, place: Path) -> Traced:
    """Run the tests of a TypeScript package that has its sources in `src` and its modules installed."""
    copy, out = place / "copy", place / "out"
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("node_modules"))
    (copy / "node_modules").symlink_to(folder / "node_modules")
    _run(["node", str(_TRACERS / "typescript.mjs"), str(copy), str(copy / "src"), str(out)], cwd=copy)
    subprocess.run(_VITEST, cwd=copy, check=False, timeout=_SECONDS)
    places = _places(out)
    pairs = sorted({(int(a) - 1, int(b) - 1) for a, b in _lines(out / "edges")})
    return _kept("src", places, edges=[Called(caller=a, callee=b, is_straight=True) for a, b in pairs])


def trace_go(folder: Path, place: Path) -> Traced:
    """Run the tests of a Go module."""
    copy, out = place / "copy", place / "out"
    shutil.copytree(folder, copy)
    _run(["go", "run", str(_TRACERS / "instrument.go"), str(copy), str(out)], cwd=folder)
    subprocess.run(["go", "test", "-gcflags=-l", "./..."], cwd=copy, check=False, timeout=_SECONDS)
    places = _places(out)
    files = {path: len(places) + i for i, path in enumerate(sorted({p.path for p in places}))}
    starts: dict[tuple[str, int, bool], int] = {}
    for index, one in enumerate(places):
        starts.setdefault((one.path, one.first, bool(one.name)), index)
    found: dict[tuple[int, int], bool] = {}
    for path, line, name, callee, straight in _lines(out / "edges"):
        is_named = not _LITERAL.search(name)
        caller = files[path] if name.endswith(".init") else starts.get((path, int(line), is_named))
        if caller is None:
            raise RuntimeError(f"{path}:{line}: {name} is no function that was entered")
        pair = (caller, int(callee) - 1)
        found[pair] = found.get(pair, False) or straight == "1"
    edges = [Called(caller=a, callee=b, is_straight=straight) for (a, b), straight in sorted(found.items())]
    return _kept(".", [*places, *(Place(path=path, first=0, last=0, name="") for path in files)], edges=edges)


def _run(command: Sequence[str], *, cwd: Path) -> None:
    subprocess.run(command, cwd=cwd, check=True, timeout=_SECONDS)


def _lines(file: Path) -> list[list[str]]:
    return [line.split("\t") for line in file.read_text("utf-8").splitlines() if line]


def _places(out: Path) -> list[Place]:
    return [Place(path=path, first=int(a), last=int(b), name=name) for _, path, a, b, name in _lines(out / "functions")]


def _kept(sources: str, places: Sequence[Place], *, edges: Sequence[Called]) -> Traced:
    """All places of a file with edges stay: which of those on one line is meant can only be told among them."""
    used = {places[i].path for edge in edges for i in (edge.caller, edge.callee)}
    old = [i for i, one in enumerate(places) if one.path in used]
    new = {index: i for i, index in enumerate(old)}
    renamed = [Called(caller=new[e.caller], callee=new[e.callee], is_straight=e.is_straight) for e in edges]
    return Traced(sources=sources, places=[places[i] for i in old], edges=renamed)


class Package:
    """One package: what its tests call, and what we read in it."""

    def __init__(self, folder: Path, traced: Traced) -> None:
        self.name = folder.name
        self._traced = traced
        found = sorted(p for end in ("go", "ts", "tsx") for p in (folder / traced.sources).rglob(f"*.{end}"))
        texts = {str(p.relative_to(folder)): p.read_text("utf-8") for p in found}
        others = {str(p.relative_to(folder)): p.read_text("utf-8") for p in folder.glob("*.mod")}
        repository = MemoryRepository({}, {path: text for path, text in texts.items() if not _is_apart(path)} | others)
        source = MemoryFacts(repository)
        self._tree = Tree(repository.entries(repository.change(ChangeRequest()).head_tree))
        source.index(self._tree.blobs.values())
        self._landscape = Landscape(self._tree, source, read=repository.read)

    @cached_property
    def _symbols(self) -> list[Symbol]:
        """For each place of the trace the function that it is; a place that none of ours has stands for itself."""
        places = self._traced.places
        found = [Symbol(RepoPath(p.path), 0 if p.last == 0 else -1 - i) for i, p in enumerate(places)]
        groups: dict[tuple[str, int, int], list[int]] = defaultdict(list)
        for index, one in enumerate(places):
            if one.last:
                groups[one.path, one.first, one.last].append(index)
        for (path, first, last), members in groups.items():
            facts = self._landscape.facts(RepoPath(path))
            if facts is None:
                continue
            ours = _at(facts, first, last=last)
            begun = [i for i, d in enumerate(facts.definitions) if d.line == first and d.kind in FUNCTION_KINDS]
            for index in sorted(members, key=lambda i: not places[i].name):
                named = [d for d in ours or begun if _short(facts, d) == places[index].name]
                if named or ours:
                    chosen = (named or ours)[0]
                    ours = [d for d in ours if d != chosen]
                    found[index] = Symbol(RepoPath(path), chosen)
        return found

    def traced(self, *, straight: bool) -> set[Edge]:
        """The edges that the tests run through; with `straight`, only those with nothing between."""
        edges = [e for e in self._traced.edges if e.is_straight or not straight]
        return {(self._symbols[e.caller], self._symbols[e.callee]) for e in edges}

    def read(self, *, flow: bool) -> set[Edge]:
        """Our edges; with or without values that flow through parameters."""
        evaluator = Evaluator(self._landscape)
        sites = CallSites(evaluator)
        if flow:
            evaluator.call_sites = sites
        every = ((a, b) for path in self._tree.blobs for a, b in call_edges(evaluator, sites, path=path))
        return {(a, b) for a, b in every if isinstance(b, Symbol) and b.index}

    def with_overriding(self, edges: set[Edge]) -> set[Edge]:
        """The edges, and with each one to a method those to the methods that override it."""
        evaluator = Evaluator(self._landscape)
        return edges | {(caller, heir) for caller, callee in edges for heir in overriding(evaluator, callee)}

    def by_name(self) -> set[Edge]:
        """The plain baseline: a call goes to every function, and every class's constructor, of the name that is called."""
        homes: dict[str, set[Symbol]] = defaultdict(set)
        sites = CallSites(Evaluator(self._landscape))
        calls: list[tuple[Symbol, str]] = []
        for path in self._tree.blobs:
            facts = self._landscape.facts(path)
            for index, one in enumerate(facts.definitions if facts else ()):
                if one.kind in FUNCTION_KINDS and facts:
                    name = facts.definitions[one.parent].name if one.name == "constructor" else one.name
                    homes[name.rpartition(".")[2]].add(Symbol(path, index))
            called = ((site.scope, last_name(site.call.function)) for site in sites.in_file(path))
            calls += [(Symbol(path, _running(facts, scope)), name) for scope, name in called]
        return {(caller, callee) for caller, name in calls for callee in homes[name]}

    def label(self, symbol: Symbol) -> str:
        """A function by its place and name."""
        facts = self._landscape.facts(symbol.path)
        if symbol.index < 0:
            one = self._traced.places[-1 - symbol.index]
            return f"{one.path}:{one.first} {one.name} (not ours)"
        if facts is None:
            return symbol.path
        return f"{symbol.path}:{facts.definitions[symbol.index].line} {facts.qualified_name(symbol.index)}"


def _is_apart(path: str) -> bool:
    return bool(_TEST_FILE.search(path)) or any(part.startswith("_") for part in Path(path).parts)


def _short(facts: FileFacts, index: int) -> str:
    one = facts.definitions[index]
    return "" if one.kind == "lambda" else one.name.rpartition(".")[2]


def _at(facts: FileFacts, first: int, *, last: int) -> list[int]:
    """The functions that end in a line and begin in another, or before it as one with overloads does, in their order."""
    ending = [i for i, d in enumerate(facts.definitions) if d.kind in FUNCTION_KINDS and d.end_line == last]
    begun = [i for i in ending if facts.definitions[i].line <= first]
    nearest = max((facts.definitions[i].line for i in begun), default=0)
    return [i for i in begun if facts.definitions[i].line == nearest]


def _running(facts: FileFacts | None, scope: int) -> int:
    """The function that runs what stands in a scope: a class's body is run by what is around it."""
    while facts and scope > 0 and facts.definitions[scope].kind in (*CLASS_KINDS, "variable"):
        scope = facts.definitions[scope].parent
    return max(scope, 0)


def rows(package: Package) -> Iterator[Row]:
    """Recall and number of edges of each method, over straight edges and over all."""
    followed = package.read(flow=False)
    methods = {
        "with values through parameters": package.read(flow=True),
        "without": followed,
        "without, overriding methods added": package.with_overriding(followed),
        "every function of the name, baseline": package.by_name(),
    }
    straight, every = package.traced(straight=True), package.traced(straight=False)
    for method, edges in methods.items():
        for traced, kind in ((straight, ""), (every, ", others between too")):
            if kind and traced == straight:
                continue
            one = Scored(len(edges), len(edges & traced), len(traced))
            note = f"{one.hits:,} of {one.traced:,} traced edges; {one.found:,} found"
            item = f"recall, {package.name}{kind}: {method}"
            yield Row(item=item, figure=one.recall, unit="", more_is_better=True, note=note)


def _truth(folder: Path, *, anew: bool) -> Traced:
    kept = _TRUTH / f"traced-{folder.name}.json"
    if anew:
        with tempfile.TemporaryDirectory() as place:
            trace = trace_go if (folder / "go.mod").exists() else trace_typescript
            kept.write_bytes(msgspec.json.encode(trace(folder, Path(place).resolve())) + b"\n")
    return msgspec.json.decode(kept.read_bytes(), type=Traced)


def main(arguments: Sequence[str] | None = None) -> None:
    """Trace, read, compare, and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--trace", action="store_true", help="run the tests and keep what they call")
    parser.add_argument("--show", action="store_true", help="list the traced edges that we miss")
    asked = parser.parse_args(arguments)
    packages = [Package(f.resolve(), _truth(f.resolve(), anew=asked.trace)) for f in asked.folders]
    found = [row for package in packages for row in rows(package)]
    keep("call-edges-traced-foreign", found, command="python -m benchmarks.foreign_traces FOLDER …")
    for package in packages if asked.show else ():
        missed = package.traced(straight=False) - package.with_overriding(package.read(flow=True))
        for caller, callee in sorted(missed, key=lambda e: (e[0].path, e[0].index)):
            print(f"missed: {package.label(caller)} -> {package.label(callee)}")


if __name__ == "__main__":
    main()
