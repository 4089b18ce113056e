"""Does impact name the test modules that notice? `python -m benchmarks.impact_mutation TRUTH --subjects FOLDER`.

TRUTH is what `benchmarks.mutation_truth` found. For each mutation, impact is measured on the unpacked subject as it would be for
the change that brings the mutation. Recall is the mean share of noticing test modules that are named, over the mutations that
any module noticed; cost the mean share of all test modules that are named, over all. Beside it: those that import the mutated module
directly; those that import it transitively; as many of the most popular modules as impact named (popular: imports most of the
package); as many at random.
"""

import argparse
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from scripts.write_status import Row

from benchmarks.measuring import Silence, keep
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

Named = frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """One mutation with what noticed it and what each method names."""

    mutation: Mutation
    noticed: Named
    named: Mapping[str, Named]
    test_modules: int


class Subject:
    """One unpacked package, indexed once."""

    def __init__(self, folder: Path) -> None:
        files = [p for p in sorted(folder.rglob("*.py")) if "docs" not in p.relative_to(folder).parts]
        self.texts = {str(p.relative_to(folder)): p.read_text("utf-8") for p in files}
        self.tests = sorted(
            p for p in self.texts if p.startswith("tests/") and p.rpartition("/")[2].startswith("test_")
        )
        self._importers = self._import_graph()

    def impact(self, mutation: Mutation) -> Named:
        """The test modules that impact names for a mutation."""
        head = self.texts | {mutation.path: mutated(self.texts[mutation.path], mutation.line)}
        repository = MemoryRepository(self.texts, head)
        source = MemoryFacts(repository)
        change = repository.change(ChangeRequest())
        trees = [Tree(repository.entries(tree)) for tree in (change.base_tree, change.head_tree)]
        for tree in trees:
            source.index(tree.blobs.values(), Silence())
        views = [View(Landscape(tree, source)) for tree in trees]
        components = find_components(tuple(trees[0].blobs), lambda path: self.texts[path].encode())
        landscapes = Landscapes(base=views[0], head=views[1], find_components=lambda: components)
        impact = measure_impact(landscapes, code_change(change, source))
        return frozenset(impact.test_files) & frozenset(self.tests)

    def direct(self, path: str) -> Named:
        """The test modules that import a module."""
        return frozenset(self._importers.get(path, ())) & frozenset(self.tests)

    def transitive(self, path: str) -> Named:
        """The test modules that import a module through any others, `conftest.py` included."""
        seen, pending = {path}, [path]
        while pending:
            for importer in self._importers.get(pending.pop(), ()):
                if importer not in seen:
                    seen.add(importer)
                    pending.append(importer)
        if "tests/conftest.py" in seen:
            return frozenset(self.tests)
        return frozenset(seen) & frozenset(self.tests)

    def popular(self, count: int) -> Named:
        """The `count` test modules that import most files."""
        imports = {t: sum(t in who for who in self._importers.values()) for t in self.tests}
        return frozenset(sorted(self.tests, key=lambda t: (-imports[t], t))[:count])

    def _import_graph(self) -> dict[str, set[str]]:
        repository = MemoryRepository({}, self.texts)
        source = MemoryFacts(repository)
        change = repository.change(ChangeRequest())
        tree = Tree(repository.entries(change.head_tree))
        source.index(tree.blobs.values(), Silence())
        view = View(Landscape(tree, source))
        found: dict[str, set[str]] = {}
        for path in tree.blobs:
            for use in uses_of(view, path):
                found.setdefault(use.target, set()).add(path)
                parent = RepoPath(use.target.rpartition("/")[0] + "/__init__.py")
                if parent in tree:
                    found.setdefault(parent, set()).add(path)  # importing a module runs its package first
        return found


def score(truth: Sequence[Mutation], folder: Path) -> Iterator[Scored]:
    """Every mutation with what each method names for it."""
    subjects: dict[str, Subject] = {}
    dice = random.Random(7)  # noqa: S311 - a baseline, not a secret
    for mutation in truth:
        if mutation.noticed == ("*",):
            continue
        subject = (
            subjects.setdefault(mutation.subject, Subject(folder / mutation.subject))
            if mutation.subject not in subjects
            else subjects[mutation.subject]
        )
        impact = subject.impact(mutation)
        yield Scored(
            mutation=mutation,
            noticed=frozenset(mutation.noticed) & frozenset(subject.tests),
            named={
                "impact": impact,
                "oracle": frozenset(mutation.noticed) & frozenset(subject.tests),
                "direct importers": subject.direct(mutation.path),
                "transitive importers": subject.transitive(mutation.path),
                "most popular, as many": subject.popular(len(impact)),
                "random, as many": frozenset(dice.sample(subject.tests, len(impact))),
            },
            test_modules=len(subject.tests),
        )


def table(scored: Sequence[Scored]) -> dict[str, dict[str, float]]:
    """Recall and cost of each method."""
    noticed = [s for s in scored if s.noticed]
    recall: Callable[[Scored, str], float] = lambda s, m: len(s.named[m] & s.noticed) / len(s.noticed)  # noqa: E731 - a formula
    cost: Callable[[Scored, str], float] = lambda s, m: len(s.named[m]) / s.test_modules  # noqa: E731 - a formula
    return {
        method: {
            "recall": round(mean(recall(s, method) for s in noticed), 4),
            "cost": round(mean(cost(s, method) for s in scored), 4),
        }
        for method in scored[0].named
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
    for subject in sorted({s.mutation.subject for s in scored}):
        own = table([s for s in scored if s.mutation.subject == subject])
        for method in ("impact", "transitive importers"):
            for what, figure in own[method].items():
                yield Row(item=f"{subject}: {what} of {method}", figure=figure, unit="")


def main(arguments: Sequence[str] | None = None) -> None:
    """Score, show what was missed, and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("truth", type=Path)
    parser.add_argument("--subjects", type=Path, required=True)
    parser.add_argument("--show", action="store_true", help="list the mutations of which impact misses a module")
    options = parser.parse_args(arguments)
    scored = list(score(read_truth(options.truth), options.subjects))
    for each in scored:
        missed = each.noticed - each.named["impact"]
        if options.show and missed:
            print(each.mutation.subject, each.mutation.path, each.mutation.symbol, "missed", sorted(missed))
    keep("impact-mutations", rows(scored), command="python -m benchmarks.impact_mutation TRUTH --subjects FOLDER")


if __name__ == "__main__":
    main()
