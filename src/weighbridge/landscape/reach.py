"""What a change reaches besides code: entry points, components, tables, operations, tests; and what it leans on."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Final

from weighbridge.domain.ids import RepoPath, SymbolId, symbol_id, symbol_name, symbol_path
from weighbridge.domain.impact import (
    Certainty,
    ChangeDepth,
    ComponentEdge,
    Dependent,
    Edge,
    EdgeKind,
    Reached,
    ReachedKind,
)
from weighbridge.facts.model import Access, EntryPoint, FileFacts
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.model_tables import ModelTables
from weighbridge.landscape.terms import ENTRIES
from weighbridge.landscape.values import Instance, Symbol

MOST_DEPENDENCIES: Final = 200
MOST_CLASSES: Final = 200
MOST_USERS: Final = 50
"""Classes, and files with entry points that mention one, which are looked at for routes given to it."""

_ACCESS_KINDS: Final = {
    "reads": (ReachedKind.TABLE, EdgeKind.READS),
    "writes": (ReachedKind.TABLE, EdgeKind.WRITES),
    "requests": (ReachedKind.OPERATION, EdgeKind.REQUESTS),
    "publishes": (ReachedKind.TOPIC, EdgeKind.PUBLISHES),
    "consumes": (ReachedKind.TOPIC, EdgeKind.CONSUMES),
}


class Reach:
    """Draws conclusions from the dependents of one change."""

    def __init__(self, landscapes: Landscapes, code: CodeChange, *, dependents: tuple[Dependent, ...]) -> None:
        self._landscapes = landscapes
        self._code = code
        self._dependents = dependents
        noticed = (s for s in code.symbols if s.depth not in (ChangeDepth.TEXT, ChangeDepth.REMOVED))
        self._changed = {s.symbol: s for s in noticed}
        self._paths: Mapping[SymbolId, Dependent] = {d.symbol: d for d in dependents}
        self._enclosing: dict[tuple[RepoPath, int], frozenset[str]] = {}
        self._noticed = self._changed.keys() | self._paths.keys()

    def all(self) -> tuple[Reached, ...]:
        """Everything with a name of its own, entry points first, and of each kind what is seen to be reached."""
        found = [*self._entry_points(), *self._outside(), *self._components()]
        best: dict[tuple[ReachedKind, str], Reached] = {}
        for each in found:
            known = best.get((each.kind, each.name))
            if known is None or (_is_concluded(each), len(each.path)) < (_is_concluded(known), len(known.path)):
                best[each.kind, each.name] = each
        kinds = list(dict.fromkeys(each.kind for each in best.values()))
        return tuple(sorted(best.values(), key=lambda each: (kinds.index(each.kind), _is_concluded(each))))

    def dependencies(self) -> tuple[Edge, ...]:
        """The definitions of this repository that changed code refers to."""
        return self._dependencies[:MOST_DEPENDENCIES]

    def changed_components(self) -> tuple[str, ...]:
        """The components whose files the change touches, in order of first appearance."""
        return tuple(dict.fromkeys(self._component(path) for path in self._code.files))

    def component_edges(self) -> tuple[ComponentEdge, ...]:
        """How the components around the change lean on each other, by the edges that were walked."""
        counts: Counter[tuple[str, str]] = Counter()
        inferred: Counter[tuple[str, str]] = Counter()
        edges = {e for d in self._dependents for e in d.path} | set(self._dependencies)
        for edge in edges:
            pair = self._component(symbol_path(edge.source)), self._component(symbol_path(edge.target))
            if pair[0] != pair[1]:
                counts[pair] += 1
                inferred[pair] += edge.certainty is Certainty.INFERRED
        return tuple(
            ComponentEdge(
                source=source,
                target=target,
                count=count,
                certainty=Certainty.INFERRED if inferred[source, target] == count else Certainty.SEEN,
            )
            for (source, target), count in sorted(counts.items())
        )

    def _component(self, path: RepoPath) -> str:
        return self._landscapes.components.component_of(path).name

    def _entry_points(self) -> Iterator[Reached]:
        """The entry points of files that notice, whichever file their handlers stand in.

        What stands inside a handler counts for it: a method for the class that a route is given to.
        """
        head = self._landscapes.head
        inside = {around: symbol for symbol in (*self._paths, *self._changed) for around in _around(symbol)}
        for path in self._entry_files():
            facts = head.landscape.facts(path)
            for entry in facts.entry_points if facts else ():
                for handler in self._handlers(path, entry):
                    symbol = handler if handler in self._noticed else inside.get(handler)
                    if symbol is not None and not self._is_through_tests(symbol):
                        for name, is_certain in head.mounts.names(entry, path):
                            yield self._reached(ReachedKind.ENTRY_POINT, name, symbol=symbol, is_certain=is_certain)

    def _entry_files(self) -> Iterable[RepoPath]:
        """The files that notice, and those that give a route to a class whose methods a framework calls; no tests."""
        landscape = self._landscapes.head.landscape
        owners: dict[RepoPath, dict[str, None]] = {}
        for symbol in (*self._changed, *self._paths):
            owners.setdefault(symbol_path(symbol), {})[symbol_name(symbol).rpartition(".")[0]] = None
        found = dict.fromkeys(owners)
        classes: dict[str, None] = {}
        for path, inner in owners.items():
            facts = landscape.facts(path)
            names = {d.name for d in facts.definitions if d.kind == "class" and d.bases} if facts else set()
            classes |= dict.fromkeys(name for name in inner if name in names)
        with_entries = frozenset(landscape.files_with(ENTRIES)) if classes else frozenset()
        for name in list(classes)[:MOST_CLASSES]:
            users = [path for path in landscape.files_with("m:" + name) if path in with_entries]
            found |= dict.fromkeys(users[:MOST_USERS])
        return (path for path in found if not self._landscapes.is_test(path))

    def _handlers(self, path: RepoPath, entry: EntryPoint) -> Iterator[SymbolId]:
        view = self._landscapes.head
        for value in view.evaluator.evaluate(path, entry.scope, expr=entry.handler):
            if isinstance(value, Symbol | Instance) and (facts := view.landscape.facts(value.path)):
                yield symbol_id(value.path, facts.qualified_name(value.index))

    def _reached(self, kind: ReachedKind, name: str, *, symbol: SymbolId, is_certain: bool) -> Reached:
        dependent = self._paths.get(symbol)
        sure = is_certain and (dependent is None or dependent.certainty is Certainty.SEEN)
        return Reached(
            kind=kind,
            name=name,
            certainty=Certainty.SEEN if sure else Certainty.INFERRED,
            path=dependent.path if dependent else (),
            component=self._component(symbol_path(symbol)),
        )

    def _outside(self) -> Iterator[Reached]:
        """What the changed code itself touches outside: tables, by itself or through the classes for them, operations, topics.

        What a test touches is what it tries: it belongs to the test.
        """
        for path, facts, names in self._changed_by_file():
            if self._landscapes.is_test(path):
                continue
            own = (self._models.declared(path, access) for access in facts.accesses)
            for access in (*own, *self._through_models(path, facts, names=names)):
                inside = self._enclosing_names(path, facts, scope=access.scope)
                if access.kind in _ACCESS_KINDS and names & inside:
                    kind, edge_kind = _ACCESS_KINDS[access.kind]
                    edge = Edge(
                        source=symbol_id(path, facts.qualified_name(access.scope)),
                        target=SymbolId(access.key),
                        kind=edge_kind,
                        certainty=Certainty.SEEN if access.is_certain else Certainty.INFERRED,
                        line=access.line,
                    )
                    yield Reached(
                        kind=kind,
                        name=access.key,
                        certainty=edge.certainty,
                        path=(edge,),
                        component=self._component(path),
                    )

    @cached_property
    def _models(self) -> ModelTables:
        return ModelTables(self._landscapes.head)

    def _through_models(self, path: RepoPath, facts: FileFacts, *, names: set[str]) -> Iterator[Access]:
        for step in facts.steps:
            if names & self._enclosing_names(path, facts, scope=step.scope):
                yield from self._models.used(path, step.scope, expr=step.value, line=step.line)

    def _enclosing_names(self, path: RepoPath, facts: FileFacts, *, scope: int) -> frozenset[str]:
        """The qualified names of a scope and of every definition around it, the file itself excepted."""
        if (path, scope) not in self._enclosing:
            found: set[str] = set()
            inner = scope
            while inner > 0:
                found.add(facts.qualified_name(inner))
                inner = facts.definitions[inner].parent
            self._enclosing[path, scope] = frozenset(found)
        return self._enclosing[path, scope]

    def _changed_by_file(self) -> Iterator[tuple[RepoPath, FileFacts, set[str]]]:
        for path, file in self._code.files.items():
            names = {symbol_name(s.symbol) for s in file.symbols if s.symbol in self._changed}
            if file.head is not None and names:
                yield path, file.head, names

    def _components(self) -> Iterator[Reached]:
        changed = set(self.changed_components())
        for dependent in self._dependents:
            component = self._landscapes.components.component_of(symbol_path(dependent.symbol))
            if dependent.is_test:
                yield self._via(ReachedKind.TEST, symbol_path(dependent.symbol), dependent=dependent)
            elif component.name not in changed and not self._is_through_tests(dependent.symbol):
                yield self._via(ReachedKind.COMPONENT, component.name, dependent=dependent)
                if component.tier.value == 1:
                    yield self._via(ReachedKind.TIER_ONE, component.name, dependent=dependent)
        for name in sorted(changed):
            own = self._landscapes.components.named(name)
            if own is not None and own.tier.value == 1 and self._changed:
                yield Reached(kind=ReachedKind.TIER_ONE, name=name, certainty=Certainty.SEEN, component=name)

    def _is_through_tests(self, symbol: SymbolId) -> bool:
        """Whether what was changed is noticed here by way of a test alone."""
        dependent = self._paths.get(symbol)
        passed = (symbol_path(edge.target) for edge in dependent.path) if dependent else ()
        return any(self._landscapes.is_test(path) for path in passed)

    def _via(self, kind: ReachedKind, name: str, *, dependent: Dependent) -> Reached:
        return Reached(
            kind=kind, name=name, certainty=dependent.certainty, path=dependent.path, component=dependent.component
        )

    @cached_property
    def _dependencies(self) -> tuple[Edge, ...]:
        view = self._landscapes.head
        found: dict[tuple[SymbolId, SymbolId], Edge] = {}
        for path, facts, names in self._changed_by_file():
            for mentions in view.references.mentions(path).values():
                for mention in mentions:
                    source = facts.qualified_name(mention.scope)
                    if not names & self._enclosing_names(path, facts, scope=mention.scope) or mention.scope == 0:
                        continue
                    for where, owner, name in sorted(view.references.sites.of(path, mention.scope, expr=mention.expr)):
                        there = view.landscape.facts(where)
                        if where == path or there is None or not name:
                            continue
                        target = symbol_id(where, ".".join(p for p in (there.qualified_name(owner), name) if p))
                        edge = Edge(
                            source=symbol_id(path, source),
                            target=target,
                            kind=mention.kind,
                            certainty=Certainty.SEEN,
                            line=mention.line,
                        )
                        found.setdefault((edge.source, target), edge)
        return tuple(found.values())


def _is_concluded(reached: Reached) -> bool:
    """Whether it is only inferred to be reached; which tests are run is not told by that, the nearest come first."""
    return reached.certainty is Certainty.INFERRED and reached.kind is not ReachedKind.TEST


def _around(symbol: SymbolId) -> Iterator[SymbolId]:
    """A symbol and those around it, its file excepted."""
    path, name = symbol_path(symbol), symbol_name(symbol)
    while name:
        yield symbol_id(path, name)
        name = name.rpartition(".")[0]
