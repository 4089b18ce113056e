"""Which components, if broken by any change, would hurt most: the standing of each among all that lean on it.

A component's weight is the sum of what breaks with it, each counted by the tier of what it is of (`WEIGHTS`):

- every file of another component that uses it, one for a component that only requires it: those break at once;
- every component that leans on it through others, once: most never notice;
- the component itself, like `OWN` files of its tier: it is missed though no code uses it.

So much use comes before a high tier with little use, and of two that are used alike the higher tier comes first.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from msgspec import Struct, field

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.system import Component
from weighbridge.landscape.components.model import ComponentMap
from weighbridge.landscape.landscapes import View
from weighbridge.landscape.test_files import is_test
from weighbridge.landscape.uses import uses_of

MOST_FILES: Final = 60_000
AT_ONCE: Final = 500
WEIGHTS: Final = {1: 9, 2: 3, 3: 1}
"""What something of a tier counts: of tier 1 as much as three of tier 2 or nine of tier 3."""
OWN: Final = 10
"""Files of other components that a component itself counts as much as."""


class Rank(Struct, frozen=True, kw_only=True):
    """One component's place: its weight, who leans on it directly and at any distance, and by how many files."""

    component: Component
    weight: int
    direct: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    tier_one: tuple[str, ...] = ()
    files: int = 0


class Ranking(Struct, frozen=True, kw_only=True):
    """All components, the one that would hurt most first; `truncated` says where looking stopped."""

    ranks: tuple[Rank, ...]
    truncated: str = ""


class _Graph(Struct):
    """Who leans on whom, and how many files of others use each."""

    leaning: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    files: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """Of each component, how many files of each other one use it."""


def rank_components(view: View, components: ComponentMap, *, progress: Callable[[int, int], None]) -> Ranking:
    """The standing ranking of one tree, by what its code imports and its manifests require; tests do not count."""
    graph = _Graph()
    for dependency in components.dependencies:
        graph.leaning[dependency.target].add(dependency.source)
    paths = [path for path in view.landscape.tree.code_paths if not is_test(path)]
    read = paths[:MOST_FILES]
    for start in range(0, len(read), AT_ONCE):
        progress(start, len(read))
        _add(graph, view, components=components, paths=read[start : start + AT_ONCE])
    truncated = f"looked at {MOST_FILES:,} of {len(paths):,} files" if len(paths) > MOST_FILES else ""
    by_name = {component.name: component for component in components.components}
    ranks = [_rank(component, graph, by_name=by_name) for component in by_name.values()]
    return Ranking(
        ranks=tuple(sorted(ranks, key=lambda r: (-r.weight, -r.files, r.component.name))), truncated=truncated
    )


def _add(graph: _Graph, view: View, *, components: ComponentMap, paths: Iterable[RepoPath]) -> None:
    listed = tuple(paths)
    view.landscape.load(listed)
    for path in listed:
        source = components.component_of(path).name
        for target in {components.component_of(use.target).name for use in uses_of(view, path)} - {source}:
            graph.leaning[target].add(source)
            graph.files[target][source] += 1


def _rank(component: Component, graph: _Graph, *, by_name: Mapping[str, Component]) -> Rank:
    name = component.name
    reached = _transitive(name, graph.leaning)
    known = [by_name[n] for n in sorted(reached) if n in by_name]
    files = graph.files.get(name, Counter())
    counted = ((c, max(1, files[c.name])) for c in known)
    return Rank(
        component=component,
        weight=sum(WEIGHTS[c.tier.value] * times for c, times in ((component, OWN), *counted)),
        direct=tuple(sorted(graph.leaning.get(name, set()) - {name})),
        all=tuple(c.name for c in known),
        tier_one=tuple(c.name for c in known if c.tier.value == 1),
        files=files.total(),
    )


def _transitive(start: str, leaning: Mapping[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    pending = [start]
    while pending:
        for name in leaning.get(pending.pop(), ()):
            if name != start and name not in reached:
                reached.add(name)
                pending.append(name)
    return reached
