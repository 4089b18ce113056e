"""Does impact name the test modules that notice? `python -m benchmarks.impact_mutation TRUTH --subjects FOLDER`.

TRUTH is what `benchmarks.mutation_truth` found. For each mutation, impact is measured on the unpacked subject as it would be for
the change that brings the mutation. Recall is the mean share of noticing test modules that are named, over the mutations that
any module noticed; cost the mean share of all test modules that are named, over all. Beside it: those that import the mutated module
directly; those that import it transitively; as many of the most popular modules as impact named (popular: imports most of the
package); as many at random.

A second table asks how much is found when at most a share of a subject's test modules may be named: each method names its
likeliest first (impact its nearest, importers by the length of the chain), and nothing beyond what it names at all.
"""

import argparse
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Final

from scripts.write_status import Row

from benchmarks.measuring import keep
from benchmarks.mutation_truth import Mutation, mutated, read_truth
from weighbridge.adapters.memory import MemoryFacts, MemoryRepository
from weighbridge.app.ports import ChangeRequest
from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.code_change import code_change
from weighbridge.landscape.components.find import find_components
from weighbridge.landscape.impact import measure_impact
from weighbridge.landscape.landscape import Landscape
from weighbridge.landscape.landscapes import Landscapes, View
from weighbridge.landscape.tree import Tree
from weighbridge.landscape.uses import uses_of

Named = tuple[str, ...]
"""Test modules, the likeliest first."""

BUDGETS: Final = (0.1, 0.2, 0.3, 0.4, 0.5, 0.7)
"""Shares of all test modules that a method may name."""

_ASIDE: Final = {"docs", "examples"}
"""Folders of a distribution whose code is not the package's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """One mutation with what noticed it and what each method names."""

    mutation: Mutation
    noticed: frozenset[str]
    named: Mapping[str, Named]
    test_modules: int

    def recall(self, method: str, budget: float = 1) -> float:
        """The share of noticing modules that a method names within a budget."""
        most = round(budget * self.test_modules)
        return len(self.noticed.intersection(self.named[method][:most])) / len(self.noticed)

    def cost(self, method: str) -> float:
        """The share of all test modules that a method names."""
        return len(self.named[method]) / self.test_modules


class Subject:
    """One unpacked package, indexed once."""

    def __init__(self, folder: Path) -> None:
        files = [p for p in sorted(folder.rglob("*.py")) if not _ASIDE & set(p.relative_to(folder).parts)]
        self.texts = {str(p.relative_to(folder)): p.read_text("utf-8") for p in files}
        self.tests = sorted(
            p for p in self.texts if p.startswith("tests/") and p.rpartition("/")[2].startswith("test_")
        )
        repository = MemoryRepository({}, self.texts)
        source = MemoryFacts(repository)
        self._tree = Tree(repository.entries(repository.change(ChangeRequest()).head_tree))
        source.index(self._tree.blobs.values())
        self._view = View(Landscape(self._tree, source))
        self._components = find_components(tuple(self._tree.blobs), lambda path: self.texts[path].encode())
        self._importers = self._import_graph()

    def impact(self, mutation: Mutation) -> Named:
        """The test modules that impact names for a mutation, nearest first.

        A mutation neither binds nor mentions a name, so one landscape serves for before and after, and for all mutations.
        """
        text = self.texts[mutation.path]
        changed = {mutation.path: mutated(text, mutation.line, kind=mutation.kind)}
        repository = MemoryRepository({mutation.path: text}, changed)
        code = code_change(repository.change(ChangeRequest()), MemoryFacts(repository))
        landscapes = Landscapes(base=self._view, head=self._view, find_components=lambda: self._components)
        named = measure_impact(landscapes, code).test_files
        return tuple(path for path in named if path in self.tests)

    def direct(self, path: str) -> Named:
        """The test modules that import a module."""
        return tuple(sorted(self._importers.get(path, set()).intersection(self.tests)))

    def transitive(self, path: str) -> Named:
        """The test modules that import a module through any others, `conftest.py` included; shortest chains first."""
        seen: dict[str, None] = {path: None}
        for reached in iter_growing(seen):
            seen.update(dict.fromkeys(sorted(self._importers.get(reached, ()))))
            if reached.endswith("/conftest.py"):
                below = reached.removesuffix("conftest.py")
                seen.update(dict.fromkeys(test for test in self.tests if test.startswith(below)))
        return tuple(test for test in seen if test in self.tests)

    def popular(self, count: int) -> Named:
        """The `count` test modules that import most files."""
        imports = {t: sum(t in who for who in self._importers.values()) for t in self.tests}
        return tuple(sorted(self.tests, key=lambda t: (-imports[t], t))[:count])

    def _import_graph(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for path in self._tree.blobs:
            for use in uses_of(self._view, path):
                found.setdefault(use.target, set()).add(path)
                parent = RepoPath(use.target.rpartition("/")[0] + "/__init__.py")
                if parent in self._tree:
                    found.setdefault(parent, set()).add(path)  # importing a module runs its package first
        return found


def iter_growing(seen: Mapping[str, None]) -> Iterator[str]:
    """The keys of a mapping that grows while it is gone through, in the order they were added."""
    position = 0
    while position < len(seen):
        yield tuple(seen)[position]
        position += 1


def score(truth: Sequence[Mutation], folder: Path) -> Iterator[Scored]:
    """Every mutation with what each method names for it."""
    subjects: dict[str, Subject] = {}
    dice = random.Random(7)  # noqa: S311 - a baseline, not a secret
    for mutation in truth:
        if mutation.noticed == ("*",):
            continue
        if mutation.subject not in subjects:
            subjects[mutation.subject] = Subject(folder / mutation.subject)
        subject = subjects[mutation.subject]
        impact = subject.impact(mutation)
        noticed = tuple(test for test in mutation.noticed if test in subject.tests)
        yield Scored(
            mutation=mutation,
            noticed=frozenset(noticed),
            named={
                "impact": impact,
                "oracle": noticed,
                "direct importers": subject.direct(mutation.path),
                "transitive importers": subject.transitive(mutation.path),
                "most popular, as many": subject.popular(len(impact)),
                "random, as many": tuple(dice.sample(subject.tests, len(impact))),
                "most popular": subject.popular(len(subject.tests)),
                "random": tuple(dice.sample(subject.tests, len(subject.tests))),
            },
            test_modules=len(subject.tests),
        )


def table(scored: Sequence[Scored]) -> dict[str, dict[str, float]]:
    """Recall and cost of each method; recall is left out where no test noticed anything."""
    noticed = [s for s in scored if s.noticed]
    return {
        method: ({"recall": round(mean(s.recall(method) for s in noticed), 4)} if noticed else {})
        | {"cost": round(mean(s.cost(method) for s in scored), 4)}
        for method in scored[0].named
        if method not in ("most popular", "random")
    }


def curve(scored: Sequence[Scored]) -> dict[str, dict[float, float]]:
    """Recall of each method within each budget."""
    noticed = [s for s in scored if s.noticed]
    methods = ("impact", "oracle", "direct importers", "transitive importers", "most popular", "random")
    return {
        method: {budget: round(mean(s.recall(method, budget) for s in noticed), 4) for budget in BUDGETS}
        for method in methods
        if noticed and method in noticed[0].named
    }


def rows(scored: Sequence[Scored]) -> Iterator[Row]:
    """The table of all mutations with the goals, then each subject's."""
    seen = sum(bool(s.noticed) for s in scored)
    everything = table(scored)
    limit = everything["transitive importers"]["cost"] / 2
    goals = {"recall": 0.95, "cost": round(limit, 4)}
    for method, figures in everything.items():
        for what, figure in figures.items():
            goal = goals[what] if method == "impact" else None
            note = f"{len(scored)} mutations, {seen} noticed" if method == "impact" else ""
            yield Row(
                item=f"{what} of {method}",
                figure=figure,
                unit="",
                goal=goal,
                more_is_better=what == "recall",
                note=note,
            )
    for method, found in curve(scored).items():
        for budget, figure in found.items():
            yield Row(item=f"recall of {method} within {budget:.0%} of the modules", figure=figure, unit="")
    for group in sorted({g for s in scored for g in (s.mutation.subject, f"a function {s.mutation.kind}")}):
        own = [s for s in scored if group in (s.mutation.subject, f"a function {s.mutation.kind}")]
        for method in ("impact", "transitive importers", "oracle"):
            for what, figure in table(own)[method].items():
                note = f"{len(own)} mutations" if method == "impact" else ""
                yield Row(item=f"{group}: {what} of {method}", figure=figure, unit="", note=note)


def main(arguments: Sequence[str] | None = None) -> None:
    """Score, show what was missed, and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("truth", type=Path)
    parser.add_argument("--subjects", type=Path, required=True)
    parser.add_argument("--show", action="store_true", help="list the mutations of which impact misses a module")
    options = parser.parse_args(arguments)
    scored = list(score(read_truth(options.truth), options.subjects))
    for each in scored:
        missed = each.noticed.difference(each.named["impact"])
        if options.show and missed:
            print(each.mutation.subject, each.mutation.path, each.mutation.symbol, "missed", sorted(missed))
    command = f"python -m benchmarks.impact_mutation {options.truth.name} --subjects FOLDER"
    keep(f"impact-{options.truth.stem}", rows(scored), command=command)


if __name__ == "__main__":
    main()
