"""Impact: from the changed definitions outwards to everything that can notice.

A walk over references, breadth first, so that each dependent is shown by its shortest path. How deep a definition changed
decides where the walk begins: a changed comment begins none, a changed body or signature begins at every mention.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

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
from weighbridge.landscape.reach import Reach
from weighbridge.landscape.references import Reference, Site
from weighbridge.landscape.test_files import is_test
from weighbridge.landscape.values import Symbol


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkLimits:
    """Where a walk stops: so many definitions visited, so many steps away."""

    definitions: int = 2_500
    distance: int = 25


@dataclass(frozen=True, slots=True)
class _Visit:
    """A definition the walk has reached, by which path."""

    site: Site
    symbol: SymbolId
    path: tuple[Edge, ...]
    certainty: Certainty


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
        truncated="; ".join(dict.fromkeys((*walk.left_out(), *before.left_out(), *_unread(landscapes, code)))),
    )


def _unread(landscapes: Landscapes, code: CodeChange) -> tuple[str, ...]:
    return (landscapes.unread.detail,) if landscapes.unread and code.files else ()


class Walk:
    """A breadth-first walk over references of one side."""

    def __init__(self, view: View, limits: WalkLimits) -> None:
        self._view = view
        self._limits = limits
        self._seen: set[SymbolId] = set()
        self._queue: list[_Visit] = []
        self.dependents: list[Dependent] = []
        self.truncated = ""

    def left_out(self) -> Iterator[str]:
        """What the walk did not look at, in words."""
        if self.truncated:
            yield self.truncated
        for name, count in sorted(self._view.references.unread.items(), key=lambda item: -item[1])[:3]:
            yield f"{count:,} further files that mention `{name}` were not read"

    def start(self, changed: Iterable[ChangedSymbol]) -> None:
        """Begin at these definitions."""
        for each in changed:
            for site in sites_of(self._view, each.symbol):
                self._seen.add(each.symbol)
                self._queue.append(_Visit(site, each.symbol, (), Certainty.SEEN))

    def run(self) -> None:
        """Walk until nothing new is reached or a limit is met."""
        position = 0
        while position < len(self._queue):
            if len(self._seen) > self._limits.definitions:
                self.truncated = f"stopped after {self._limits.definitions:,} definitions: there are more"
                return
            visit = self._queue[position]
            position += 1
            if len(visit.path) < self._limits.distance:
                self._extend(visit)

    def _extend(self, visit: _Visit) -> None:
        references = self._view.references.to(visit.site)
        for reference in (*references, *implied_references(self._view, visit.site)):
            source, site = self._source(reference)
            if source in self._seen:
                continue
            self._seen.add(source)
            edge = Edge(
                source=source,
                target=visit.symbol,
                kind=reference.kind,
                certainty=reference.certainty,
                line=reference.line,
            )
            path = (edge, *visit.path)
            inferred = Certainty.INFERRED in (visit.certainty, reference.certainty)
            certainty = Certainty.INFERRED if inferred else Certainty.SEEN
            where = symbol_path(source)
            self.dependents.append(
                Dependent(symbol=source, distance=len(path), certainty=certainty, path=path, is_test=is_test(where))
            )
            if site is not None:
                self._queue.append(_Visit(site, source, path, certainty))

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
        return symbol_id(symbol.path, names.facts.qualified_name(index)), self._view.references.site_of(symbol)


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
    yield from dict.fromkeys(view.references.site_of(Symbol(path, index)) for index in indexes)


def _merged(one: list[Dependent], other: Iterable[Dependent]) -> list[Dependent]:
    known = {d.symbol for d in one}
    return one + [d for d in other if d.symbol not in known]


def _still_there(dependents: Iterable[Dependent], head: View) -> Iterator[Dependent]:
    """The users of something removed that still stand in head."""
    for dependent in dependents:
        if any(True for _ in sites_of(head, dependent.symbol)):
            yield dependent
