"""A walk from definitions outwards to everything that can notice them, over references of one side.

What is likeliest to notice comes first: Dijkstra's algorithm, in which an edge costs the more the less likely a change
passes over it, and the more its target is shared: a change in what everybody uses says less about each of them. Each
dependent is shown by the path by which it was reached.

To find who refers to a definition is what takes time, and no edge is for nothing. So a definition that was reached waits once
more, at the least that anything behind it can cost; in the second half of a long walk, at what that will cost if as many refer to
it as the index lets expect. Where the walk ends before, nobody has looked.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator
from itertools import count as counting
from math import log
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.ids import SymbolId, symbol_id, symbol_name, symbol_path
from weighbridge.domain.impact import Certainty, Dependent, Edge, EdgeKind
from weighbridge.landscape.dispatch import implied_references
from weighbridge.landscape.landscapes import View
from weighbridge.landscape.likelihood import FAINT, MOST_INFERRED, MOST_SEEN, passes_on
from weighbridge.landscape.references import Reference
from weighbridge.landscape.sites import Site
from weighbridge.landscape.test_files import is_test
from weighbridge.landscape.values import Symbol

NEIGHBOURS: Final = 1

MOST_REACHED: Final = 6_000
"""Definitions that are reached and those where a walk begins together: beyond, who notices the rest is not known."""

ReferenceFilter = Callable[[SymbolId, Reference], bool]
"""Whether what refers to a definition by its name can notice that it changed: another may bear the name beside it."""


class WalkLimits(Struct, frozen=True, kw_only=True):
    """Where a walk stops: so many definitions reached, files read, steps away; so faint a likelihood is not followed.

    A distance of `NEIGHBOURS` asks for no more than who refers directly.
    """

    definitions: int = 1_000
    files: int = 800
    distance: int = 40
    faintest: float = FAINT
    is_of_holders: bool = False
    """Whether only those are looked for that get hold of something: who may call a class's member has the class."""


class _Visit(Struct, frozen=True):
    """A definition the walk has reached, by which path, at what cost, and how likely it notices."""

    site: Site | None
    symbol: SymbolId
    path: tuple[Edge, ...]
    certainty: Certainty
    likelihood: float
    cost: float
    is_known: bool = False
    """Whether it counts as reached already, and what lies behind it comes next."""


class Walk:
    """One walk; what it reached is in `dependents`, the least cost first."""

    def __init__(self, view: View, limits: WalkLimits, *, may_mean: ReferenceFilter | None = None) -> None:
        self._view = view
        self._may_mean = may_mean
        self._limits = limits
        self._least: dict[SymbolId, float] = {}
        self._reached: set[SymbolId] = set()
        self._unfollowed: dict[SymbolId, None] = {}
        self._pending: list[tuple[float, int, int, _Visit]] = []
        self._numbers = counting()
        self._read_before = view.references.files_read
        self.dependents: list[Dependent] = []
        self._is_far = False
        self.truncated = ""
        """Why the walk stopped before its end, in words; empty when it did not."""

    def left_out(self) -> Iterator[str]:
        """What the walk did not look at, in words."""
        if self.truncated:
            yield self.truncated
        if self._is_far:
            yield f"stopped after {self._limits.distance} steps: there are dependents further away"
        for name, count in sorted(self._view.references.unread.items(), key=lambda item: -item[1])[:3]:
            yield f"{count:,} further files that mention `{name}` were not read"
        for name in sorted(self._view.references.operated)[:3]:
            yield f"only the nearest uses of `{name}` were looked into"

    def start(self, symbols: Iterable[SymbolId]) -> None:
        """Begin at the definitions of these names."""
        for symbol in dict.fromkeys(symbols):
            self._unfollowed[symbol] = None
            for site in sites_of(self._view, symbol):
                self._push(_Visit(site, symbol, (), Certainty.SEEN, 1.0, 0.0))

    def not_followed(self) -> Iterable[SymbolId]:
        """The definitions the walk was to begin at of which it did not ask who refers to them, for having met a limit."""
        return tuple(self._unfollowed) if self.truncated else ()

    def run(self) -> None:
        """Walk until nothing new is reached or a limit is met; what was reached before is told, though nobody asks on from there."""
        while self._pending:
            visit = heapq.heappop(self._pending)[-1]
            is_start = not visit.path
            if visit.symbol in self._reached and not is_start and not visit.is_known:
                continue
            if len(self.dependents) >= self._limits.definitions or len(self._reached) > MOST_REACHED:
                self.truncated = f"stopped after {self._limits.definitions:,} definitions: there are more"
                return
            if visit.is_known:
                if self._may_read():
                    self._extend(visit)
                continue
            self._reached.add(visit.symbol)
            if not is_start:
                self.dependents.append(_dependent(visit))
            if visit.site is not None and visit.likelihood >= self._limits.faintest:
                edge = self._next_edge(visit.site)
                self._wait(replace(visit, is_known=True), visit.cost + edge, steps=len(visit.path) + 1)

    def _next_edge(self, site: Site) -> float:
        """What an edge to what stands at a site costs: at least, and where many are reached already, as far as is expected."""
        is_near = len(self.dependents) < self._limits.definitions // 2
        return log(1 + (1 if is_near else self._view.references.expected(site))) - log(MOST_SEEN)

    def _may_read(self) -> bool:
        """Whether files may still be read to find who refers to something; that they may not is told."""
        if self._view.references.files_read - self._read_before > self._limits.files:
            self.truncated = f"stopped after reading {self._limits.files:,} files: there may be more dependents"
        return not self.truncated

    def _extend(self, visit: _Visit) -> None:
        site = visit.site
        assert site is not None, "only what others can refer to waits to be extended"
        self._unfollowed.pop(visit.symbol, None)
        if len(visit.path) >= self._limits.distance:
            is_asked = self._limits.distance > NEIGHBOURS and not self._is_far
            self._is_far = self._is_far or (is_asked and self._leads_on(site))
            return
        view = self._view
        noticing = _holding if self._limits.is_of_holders else _noticing
        least = self._limits.faintest / (visit.likelihood * MOST_INFERRED) if visit.path else 0
        references = list(noticing(view, site, least=least))
        if self._may_mean is not None and not visit.path:
            references = [each for each in references if self._may_mean(visit.symbol, each)]
        shared = log(1 + len({reference.source for reference in references}))
        for reference in references:
            passed = passes_on(view, reference, site=site)
            likelihood, cost = visit.likelihood * passed, visit.cost + shared - log(passed)
            source, onward = self._source(reference)
            if source in self._reached or cost >= self._least.get(source, float("inf")):
                continue
            if likelihood < self._limits.faintest and visit.path:
                continue
            edge = Edge(
                source=source,
                target=visit.symbol,
                kind=reference.kind,
                certainty=reference.certainty,
                line=reference.line,
                what=reference.what,
            )
            inferred = Certainty.INFERRED in (visit.certainty, reference.certainty)
            certainty = Certainty.INFERRED if inferred else Certainty.SEEN
            self._push(_Visit(onward, source, (edge, *visit.path), certainty, likelihood, cost))

    def _leads_on(self, site: Site) -> bool:
        """Whether anything not yet reached refers to what stands at a site."""
        return any(self._source(r)[0] not in self._reached for r in self._view.references.to(site))

    def _push(self, visit: _Visit) -> None:
        self._least[visit.symbol] = visit.cost
        self._wait(visit, visit.cost, steps=len(visit.path))

    def _wait(self, visit: _Visit, cost: float, *, steps: int) -> None:
        heapq.heappush(self._pending, (cost, steps, next(self._numbers), visit))

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
        symbol = Symbol(reference.source.path, names.named_ancestor(reference.source.index))
        return id_of(self._view, symbol), self._view.references.sites.of_definition(symbol)


def _noticing(view: View, site: Site, *, least: float) -> Iterator[Reference]:
    yield from view.references.to(site, least=least)
    yield from implied_references(view, site)
    yield from view.requests.to(site)


def _holding(view: View, site: Site, *, least: float) -> Iterator[Reference]:
    """What gets hold of what `site` makes: for a class's member, what is seen to use it, and what gets hold of the class."""
    path, owner, name = site
    names = view.evaluator.names(path)
    if name and owner and names is not None and names.is_member(owner, name):
        yield from (r for r in view.references.to(site) if r.certainty is Certainty.SEEN)
        site = view.references.sites.of_definition(Symbol(path, owner))
        yield from (r for r in view.references.to(site) if r.kind is not EdgeKind.TESTS)
    else:
        yield from (r for r in _noticing(view, site, least=least) if r.kind is not EdgeKind.TESTS)
    yield from view.requests.to_class(site)


def _dependent(visit: _Visit) -> Dependent:
    return Dependent(
        symbol=visit.symbol,
        distance=len(visit.path),
        certainty=visit.certainty,
        path=visit.path,
        is_test=is_test(symbol_path(visit.symbol)),
    )


def id_of(view: View, symbol: Symbol) -> SymbolId:
    """The id that a definition goes by."""
    names = view.evaluator.names(symbol.path)
    return symbol_id(symbol.path, names.facts.qualified_name(symbol.index) if names else "")


def sites_of(view: View, symbol: SymbolId) -> Iterator[Site]:
    """The sites of the definitions that go by this id."""
    path = symbol_path(symbol)
    names = view.evaluator.names(path)
    if names is None:
        return
    indexes = names.indexes.get(symbol_name(symbol), ())
    yield from dict.fromkeys(view.references.sites.of_definition(Symbol(path, index)) for index in indexes)
