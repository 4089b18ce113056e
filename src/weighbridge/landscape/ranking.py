"""Which components, if broken by any change, would hurt most: the standing of each among all that lean on it."""

from collections import defaultdict
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
"""What a broken component of a tier counts: one of tier 1 as much as three of tier 2 or nine of tier 3."""


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
    files: defaultdict[str, set[RepoPath]] = field(default_factory=lambda: defaultdict(set))


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
        for use in uses_of(view, path):
            target = components.component_of(use.target).name
            if target != source:
                graph.leaning[target].add(source)
                graph.files[target].add(path)


def _rank(component: Component, graph: _Graph, *, by_name: Mapping[str, Component]) -> Rank:
    name = component.name
    reached = _transitive(name, graph.leaning)
    known = [by_name[n] for n in sorted(reached) if n in by_name]
    return Rank(
        component=component,
        weight=sum(WEIGHTS[c.tier.value] for c in (component, *known)),
        direct=tuple(sorted(graph.leaning.get(name, set()) - {name})),
        all=tuple(c.name for c in known),
        tier_one=tuple(c.name for c in known if c.tier.value == 1),
        files=len(graph.files.get(name, ())),
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
