"""Which HTTP routes lead to a definition: those it handles itself, wherever they stand, and those of the class it is a member of."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.ids import RepoPath
from weighbridge.facts.expressions import subexpressions
from weighbridge.facts.model import Attribute, Call, EntryPoint, Expr, FileFacts, Function, Name, Text
from weighbridge.facts.names import last_name
from weighbridge.landscape.entry_points import entry_name
from weighbridge.landscape.evaluate import Evaluator
from weighbridge.landscape.file_names import CLASS_KINDS
from weighbridge.landscape.mounts import Mounts
from weighbridge.landscape.route_fit import Route
from weighbridge.landscape.sites import Site, Sites
from weighbridge.landscape.terms import ENTRIES, route_keys
from weighbridge.landscape.test_files import is_test
from weighbridge.landscape.values import Symbol

MOST_FILES: Final = 50
"""Files with routes that may lead to one definition which are looked at."""

_FEW: Final = 10
_NAMED_BY_HANDLER: Final = frozenset({"flask", "quart", "fastapi", "starlette", "unknown"})
_ANSWERED_BY: Final = {
    **{method.lower(): method for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")},
    **dict.fromkeys(("list", "retrieve"), "GET"),
    "create": "POST",
    "update": "PUT",
    "partial_update": "PATCH",
    "destroy": "DELETE",
}
"""The methods of a class that a framework calls, and what for."""


class Routed(Struct, frozen=True):
    """A route of a file with what answers it, as seen from `scope`."""

    route: Route
    path: RepoPath
    handler: Expr
    scope: int


class RouteHandlers:
    """Answers for one landscape."""

    def __init__(self, evaluator: Evaluator, sites: Sites, *, mounts: Mounts) -> None:
        self._evaluator = evaluator
        self._landscape = evaluator.landscape
        self._sites = sites
        self._mounts = mounts
        self._routes: dict[RepoPath, tuple[Routed, ...]] = {}
        self._by_name: dict[RepoPath, Mapping[str, list[Routed]]] = {}
        self._by_key: dict[RepoPath, Mapping[str, Sequence[Routed]]] = {}
        self._known_blueprints: dict[RepoPath, Mapping[str, str]] = {}

    def routes_of(self, path: RepoPath) -> tuple[Routed, ...]:
        """The HTTP routes of a file, each as often as it is mounted."""
        if path not in self._routes:
            facts = self._landscape.facts(path)
            entries = [entry for entry in facts.entry_points if entry.kind == "http"] if facts else []
            self._routes[path] = tuple(
                Routed(route, path, entry.handler, entry.scope)
                for entry in entries
                for route in self._called(entry, path)
            )
        return self._routes[path]

    def with_key(self, path: RepoPath, key: str) -> Sequence[Routed]:
        """The routes of a file that are found by a key (see `landscape.terms`)."""
        if path not in self._by_key:
            found: dict[str, list[Routed]] = defaultdict(list)
            for routed in self.routes_of(path):
                for each in dict.fromkeys(route_keys(routed.route.path)):
                    found[each].append(routed)
            self._by_key[path] = found
        return self._by_key[path].get(key, ())

    def leading_to(self, site: Site, *, or_members: bool) -> Iterator[Routed]:
        """The routes that what stands at `site` handles; `or_members`: those that members of the class there do, too."""
        path, owner, name = site
        names = self._evaluator.names(path)
        if names is None or not name or not self._with_routes:
            return
        yield from self._handled_by(site, or_members=or_members)
        around = names.facts.definitions[owner]
        if around.kind in CLASS_KINDS:
            method = _ANSWERED_BY.get(name, "")
            for routed in self._handled_by(self._sites.of_definition(Symbol(path, owner)), or_members=False):
                if routed.route.method == "ANY" and method:
                    yield replace(routed, route=replace(routed.route, method=method))
                elif not method or routed.route.method == method:
                    yield routed

    @cached_property
    def _with_routes(self) -> frozenset[RepoPath]:
        return frozenset(self._landscape.files_with(ENTRIES))

    def _handled_by(self, site: Site, *, or_members: bool) -> Iterator[Routed]:
        for path in self._files(site):
            for routed in self._named(path).get(site[2], ()):
                if any(self._leads(routed, expr, site=site, or_members=or_members) for expr in _inside(routed.handler)):
                    yield routed

    def _files(self, site: Site) -> Iterator[RepoPath]:
        """The files with routes that may lead to a site: its own, and those that mention its name."""
        path, owner, name = site
        if path in self._with_routes:
            yield path
        mentioning = self._landscape.files_with("m:" + name) if name.isidentifier() else ()
        others = [each for each in mentioning if each in self._with_routes and each != path and not is_test(each)]
        names = self._evaluator.names(path)
        if len(others) > _FEW and owner and names is not None:
            naming = frozenset(self._landscape.files_with("m:" + names.facts.definitions[owner].name))
            others = [each for each in others if each in naming]
        yield from others[:MOST_FILES]

    def _named(self, path: RepoPath) -> Mapping[str, list[Routed]]:
        """The routes of a file by the names of what may handle them, and of the classes that these are members of."""
        if path not in self._by_name:
            facts = self._landscape.facts(path)
            found: dict[str, list[Routed]] = defaultdict(list)
            for routed in self.routes_of(path):
                for name in dict.fromkeys(n for expr in _inside(routed.handler) for n in _names_of(expr, facts)):
                    found[name].append(routed)
            self._by_name[path] = found
        return self._by_name[path]

    def _leads(self, routed: Routed, expr: Name | Attribute | Function, *, site: Site, or_members: bool) -> bool:
        path, scope = routed.path, routed.scope
        if isinstance(expr, Function):
            names = self._evaluator.names(path)
            indexes = [expr.definition]
            if or_members and names is not None:
                indexes.append(names.facts.definitions[expr.definition].parent)
            return path == site[0] and any(self._sites.of_definition(Symbol(path, i)) == site for i in indexes)
        parts = (expr, expr.of) if isinstance(expr, Attribute) and or_members else (expr,)
        return any(last_name(part) == site[2] and site in self._sites.of(path, scope, expr=part) for part in parts)

    def _called(self, entry: EntryPoint, path: RepoPath) -> Iterator[Route]:
        # What a test mounts is its own, and not followed.
        called = ((entry_name(entry, path), entry.is_certain),) if is_test(path) else self._mounts.names(entry, path)
        for name, is_certain in called:
            method, _, address = name.removeprefix("http ").partition(" ")
            yield Route(method=method, path=address, is_whole=is_certain, name=self._name(entry, path))

    def _name(self, entry: EntryPoint, path: RepoPath) -> str:
        """The name by which a route's address is asked for where that is its handler's, behind its blueprint's."""
        facts = self._landscape.facts(path)
        if facts is None or entry.framework not in _NAMED_BY_HANDLER:
            return ""
        handler = entry.handler
        name = facts.definitions[handler.definition].name if isinstance(handler, Function) else last_name(handler)
        blueprint = self._blueprints(path).get(last_name(entry.place.router), "") if entry.place else ""
        return f"{blueprint}.{name}" if blueprint else name

    def _blueprints(self, path: RepoPath) -> Mapping[str, str]:
        """What the blueprints of a file are called, by the names they are bound to."""
        if path not in self._known_blueprints:
            facts = self._landscape.facts(path)
            made = ((last_name(s.target), s.value) for s in facts.steps if s.target is not None) if facts else ()
            self._known_blueprints[path] = {
                name: value.arguments[0].value.value
                for name, value in made
                if isinstance(value, Call) and last_name(value.function) == "Blueprint" and value.arguments
                if isinstance(value.arguments[0].value, Text)
            }
        return self._known_blueprints[path]


def _inside(handler: Expr) -> Iterator[Name | Attribute | Function]:
    """The names and functions that a handler may be: itself, or what is given to the calls around it."""
    waiting = [handler]
    while waiting:
        expr = waiting.pop()
        if isinstance(expr, Name | Attribute | Function):
            yield expr
        elif isinstance(expr, Call):
            waiting += subexpressions(expr)


def _names_of(expr: Name | Attribute | Function, facts: FileFacts | None) -> Iterator[str]:
    if isinstance(expr, Function):
        if facts is not None:
            definition = facts.definitions[expr.definition]
            yield from (definition.name, facts.definitions[definition.parent].name)
    else:
        yield last_name(expr)
        if isinstance(expr, Attribute):
            yield last_name(expr.of)
