"""Impact: from the changed definitions outwards to everything that can notice.

A walk over references, the likeliest to notice first, so that each dependent is shown by the path that a change most
likely takes, and what only a hub that everything uses would pass on is left aside. How deep a definition changed
decides where the walk begins: a changed comment begins none, a changed body or signature begins at every mention.
"""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import count as counting

from weighbridge.domain.ids import SymbolId, symbol_id, symbol_name, symbol_path
from weighbridge.domain.impact import (
    Certainty,
    ChangeDepth,
    ChangedSymbol,
    Dependent,
    Edge,
    Impact,
)
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.dispatch import implied_references
from weighbridge.landscape.landscapes import Landscapes, View
from weighbridge.landscape.likelihood import FAINT, passes_on
from weighbridge.landscape.reach import Reach
from weighbridge.landscape.references import Reference
from weighbridge.landscape.sites import Site
from weighbridge.landscape.test_files import is_test
from weighbridge.landscape.values import Symbol


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkLimits:
    """Where a walk stops: so many definitions reached, so many files read, so many steps away."""

    definitions: int = 2_500
    files: int = 1_500
    distance: int = 40


@dataclass(frozen=True, slots=True)
class _Visit:
    """A definition the walk has reached, by which path, and how likely it notices."""

    site: Site | None
    symbol: SymbolId
    path: tuple[Edge, ...]
    certainty: Certainty
    likelihood: float


def measure_impact(landscapes: Landscapes, code: CodeChange, *, limits: WalkLimits | None = None) -> Impact:
    """Everything that can notice the change, and what the changed code leans on."""
    walk = Walk(landscapes.head, limits or WalkLimits())
    noticeable = [s for s in code.symbols if s.depth is not ChangeDepth.TEXT]
    walk.start(s for s in noticeable if s.depth is not ChangeDepth.REMOVED)
    removed = [s for s in noticeable if s.depth is ChangeDepth.REMOVED]
    before = Walk(landscapes.base, limits or WalkLimits(distance=1))
    before.start(removed)
    walk.run()
    before.run()
    dependents = _merged(walk.dependents, _still_there(before.dependents, landscapes.head))
    named = tuple(
        replace(d, component=landscapes.components.component_of(symbol_path(d.symbol)).name) for d in dependents
    )
    reach = Reach(landscapes, code, dependents=named)
    return Impact(
        changed=code.symbols,
        dependents=named,
        dependencies=reach.dependencies(),
        reached=reach.all(),
        components=reach.component_edges(),
        changed_components=reach.changed_components(),
        truncated="; ".join(dict.fromkeys((*walk.left_out(), *before.left_out()))),
    )


class Walk:
    """A walk over references of one side, the likeliest to notice first (Dijkstra's, over products of likelihoods)."""

    def __init__(self, view: View, limits: WalkLimits) -> None:
        self._view = view
        self._limits = limits
        self._best: dict[SymbolId, float] = {}
        self._reached: set[SymbolId] = set()
        self._pending: list[tuple[float, int, int, _Visit]] = []
        self._numbers = counting()
        self.dependents: list[Dependent] = []
        self.truncated = ""
        self.is_cut_short = False
        """Whether something stood as far away as is followed, with more behind it perhaps."""
        self.faint = 0
        """Uses through which a change so rarely passes that what lies behind them was not followed."""

    def left_out(self) -> Iterator[str]:
        """What the walk did not look at, in words."""
        if self.truncated:
            yield self.truncated
        elif self.is_cut_short and self._limits.distance > 1:
            yield f"stopped {self._limits.distance} steps away: there may be more dependents"
        for name, count in sorted(self._view.references.unread.items(), key=lambda item: -item[1])[:3]:
            yield f"{count:,} further files that mention `{name}` were not read"

    def start(self, changed: Iterable[ChangedSymbol]) -> None:
        """Begin at these definitions."""
        for each in changed:
            for site in sites_of(self._view, each.symbol):
                self._push(_Visit(site, each.symbol, (), Certainty.SEEN, 1.0))

    def run(self) -> None:
        """Walk until nothing new is reached or a limit is met."""
        while self._pending and not self.truncated:
            visit = heapq.heappop(self._pending)[-1]
            is_start = not visit.path
            if visit.symbol in self._reached and not is_start:
                continue
            self._reached.add(visit.symbol)
            if not is_start:
                self.dependents.append(_dependent(visit))
            if visit.site is None or visit.likelihood < FAINT:
                continue
            if len(visit.path) < self._limits.distance:
                self._extend(visit, visit.site)
            else:
                self.is_cut_short = True

    def _extend(self, visit: _Visit, site: Site) -> None:
        self.truncated = self._met_limit()
        if self.truncated:
            return
        references = self._view.references.to(site)
        for reference in (*references, *implied_references(self._view, site)):
            likelihood = visit.likelihood * passes_on(self._view, reference, site)
            source, onward = self._source(reference)
            if source in self._reached or likelihood <= self._best.get(source, 0.0):
                continue
            if likelihood < FAINT and visit.path:
                self.faint += 1
                continue
            edge = Edge(
                source=source,
                target=visit.symbol,
                kind=reference.kind,
                certainty=reference.certainty,
                line=reference.line,
            )
            inferred = Certainty.INFERRED in (visit.certainty, reference.certainty)
            certainty = Certainty.INFERRED if inferred else Certainty.SEEN
            self._push(_Visit(onward, source, (edge, *visit.path), certainty, likelihood))

    def _push(self, visit: _Visit) -> None:
        self._best[visit.symbol] = visit.likelihood
        heapq.heappush(self._pending, (-visit.likelihood, len(visit.path), next(self._numbers), visit))

    def _met_limit(self) -> str:
        if len(self._reached) > self._limits.definitions:
            return f"stopped after {self._limits.definitions:,} definitions: there are more"
        if self._view.references.files_read > self._limits.files:
            return f"stopped after reading {self._limits.files:,} files: there may be more dependents"
        return ""

    def _source(self, reference: Reference) -> tuple[SymbolId, Site | None]:
        """The definition that notices; a statement at a module's top level is the variable it binds, or the module.

        A module that notices while it is being imported is where the walk ends: what it defines is reached by name.
        """
        names = self._view.evaluator.names(reference.source.path)
        assert names is not None, "a reference was read from this file"
        if reference.source.index == 0 or reference.binds:
            outer = names.facts.qualified_name(reference.source.index)
            name = ".".join(part for part in (outer, reference.binds) if part)
            site = (reference.source.path, reference.source.index, reference.binds)
            return symbol_id(reference.source.path, name), site if reference.binds else None
        index = named_ancestor(self._view, reference.source)
        symbol = Symbol(reference.source.path, index)
        return symbol_id(symbol.path, names.facts.qualified_name(index)), self._view.references.sites.of_definition(
            symbol
        )


def _dependent(visit: _Visit) -> Dependent:
    return Dependent(
        symbol=visit.symbol,
        distance=len(visit.path),
        certainty=visit.certainty,
        path=visit.path,
        is_test=is_test(symbol_path(visit.symbol)),
        likelihood=round(visit.likelihood, 3),
    )


def named_ancestor(view: View, symbol: Symbol) -> int:
    """The nearest definition at or around `symbol` that others can name: not a lambda, not inside a function."""
    names = view.evaluator.names(symbol.path)
    definitions = names.facts.definitions if names else ()
    best = symbol.index
    current = symbol.index
    while current > 0:
        if definitions[current].kind in ("lambda", "function", "method"):
            best = current
        current = definitions[current].parent
    return best


def sites_of(view: View, symbol: SymbolId) -> Iterator[Site]:
    """The sites of the definitions that go by this id."""
    path = symbol_path(symbol)
    names = view.evaluator.names(path)
    if names is None:
        return
    wanted = symbol_name(symbol)
    indexes = (i for i in range(len(names.facts.definitions)) if names.facts.qualified_name(i) == wanted)
    yield from dict.fromkeys(view.references.sites.of_definition(Symbol(path, index)) for index in indexes)


def _merged(one: list[Dependent], other: Iterable[Dependent]) -> list[Dependent]:
    known = {d.symbol for d in one}
    return one + [d for d in other if d.symbol not in known]


def _still_there(dependents: Iterable[Dependent], head: View) -> Iterator[Dependent]:
    """The users of something removed that still stand in head."""
    for dependent in dependents:
        if any(True for _ in sites_of(head, dependent.symbol)):
            yield dependent
