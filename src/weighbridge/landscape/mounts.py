"""What entry points are called once every file has had its say: the paths that routers are mounted below.

A route stands in one file, and often it is another that says below which path it is reached. Routers are known by their
sites (see `landscape.sites`); a mount leads from the site of what is mounted to that of what it is mounted on.
"""

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.paths import folder_of, is_below
from weighbridge.facts.model import (
    NEST,
    Attribute,
    Call,
    EntryPoint,
    Expr,
    FileFacts,
    Function,
    Import,
    Mount,
    Name,
    RoutePlace,
    Text,
)
from weighbridge.landscape.entry_points import entry_name
from weighbridge.landscape.evaluate import Evaluator
from weighbridge.landscape.sites import Site, Sites
from weighbridge.landscape.terms import MOUNTS
from weighbridge.landscape.test_files import is_test
from weighbridge.landscape.values import Constant, Symbol

MOST_PATHS: Final = 20
_COLON: Final = LatePattern(r"(?<=/):(\w+)(?:\([^)]*\))?\??")
"""A parameter of a path below which a router is mounted: `/:id/settings`."""
"""Ways to one route that are told; a router mounted more often than that is reached in some other."""

_FURTHEST: Final = 10
_SLASH_COUNTS: Final = frozenset(
    {"flask", "quart", "fastapi", "starlette", "django", "django-rest-framework", "unknown"}
)
"""Frameworks that tell `/orders/` from `/orders`."""

Named = tuple[str, bool]
"""What an entry point is called, and whether that is certain."""

_Mounted = tuple[RepoPath, Mount]


class _Prefix(Struct, frozen=True):
    """A path in front of a router's; `is_instead` of its own prefix; not `is_known` where part of it could not be read."""

    path: str
    is_instead: bool = False
    is_known: bool = True


class Mounts:
    """Answers for one landscape."""

    def __init__(self, evaluator: Evaluator, sites: Sites) -> None:
        self._evaluator = evaluator
        self._sites = sites
        self._landscape = evaluator.landscape
        self._paths: dict[Site, tuple[_Prefix, ...]] = {}

    def names(self, entry: EntryPoint, path: RepoPath) -> tuple[Named, ...]:
        """Everything an entry point of `path` is called: its own name where no other file mounts its router."""
        place = entry.place
        if place is None:
            return ((entry_name(entry, path), entry.is_certain),)
        method = entry.key.partition(" ")[0]
        found: dict[str, bool] = {}
        for prefix in self._before(path, place):
            below = place.path.removeprefix(place.own) if prefix.is_instead else place.path
            before = _COLON.sub(r"{\1}", prefix.path)
            key = f"{entry.kind} {method} {_joined(before, below, framework=entry.framework)}"
            found[key] = found.get(key, False) or prefix.is_known
        return tuple(found.items())[:MOST_PATHS] or ((entry_name(entry, path), entry.is_certain),)

    def _before(self, path: RepoPath, place: RoutePlace) -> Iterator[_Prefix]:
        if place.router != NEST:
            for site in self._routers(path, place.scope, expr=place.router, depth=0):
                yield from self._prefixes(site, frozenset())
            return
        around = [(where, mount) for where, mount in self._all if mount.router == NEST and _holds(where, path)]
        for where, mount in sorted(around, key=lambda found: -len(folder_of(found[0])))[:1]:
            said = self._text(where, mount.scope, expr=mount.path)
            yield _Prefix(said or "", is_known=said is not None)

    @cached_property
    def _all(self) -> list[_Mounted]:
        files = self._landscape.files_with(MOUNTS)
        self._landscape.load(files)
        read = ((path, self._landscape.facts(path)) for path in files)
        return [(path, mount) for path, facts in read if facts and not is_test(path) for mount in facts.mounts]

    @cached_property
    def _by_site(self) -> dict[Site, list[_Mounted]]:
        """Every mount of the tree by the routers it mounts."""
        found: dict[Site, list[_Mounted]] = defaultdict(list)
        for path, mount in self._all:
            for site in self._mounted(path, mount) if mount.router != NEST else ():
                found[site].append((path, mount))
        return found

    def _mounted(self, path: RepoPath, mount: Mount) -> set[Site]:
        if mount.position < 0:
            return self._routers(path, mount.scope, expr=mount.router, depth=0)
        return {
            (function.path, function.index, facts.definitions[function.index].parameters[mount.position].name)
            for function, facts in self._functions(path, mount.scope, expr=mount.router)
            if len(facts.definitions[function.index].parameters) > mount.position
        }

    def _prefixes(self, site: Site, inside: frozenset[Site]) -> tuple[_Prefix, ...]:
        """What stands before the paths of a router; nothing where it is mounted nowhere, or within itself."""
        if site in inside or len(inside) > _FURTHEST:
            return ()
        if site not in self._paths:
            found: dict[_Prefix, None] = {}
            for path, mount in self._by_site.get(site, ()):
                found.update(dict.fromkeys(self._through(path, mount, inside=inside | {site})))
            if inside:
                return tuple(found)[:MOST_PATHS]
            self._paths[site] = tuple(found)[:MOST_PATHS]
        return self._paths[site]

    def _through(self, path: RepoPath, mount: Mount, *, inside: frozenset[Site]) -> Iterator[_Prefix]:
        said = self._text(path, mount.scope, expr=mount.path)
        around = [
            prefix
            for outer in self._routers(path, mount.onto.scope, expr=mount.onto.router, depth=0)
            for prefix in self._prefixes(outer, inside)
        ]
        for outer in around or [_Prefix("")]:
            own = "" if outer.is_instead else mount.onto.own
            whole = _joined(_joined(outer.path, own), said or "")
            yield _Prefix(whole, is_instead=mount.is_instead, is_known=outer.is_known and said is not None)

    # What an expression leads to

    def _routers(self, path: RepoPath, scope: int, *, expr: Expr, depth: int) -> set[Site]:
        """The sites of the routers that an expression leads to, through imports, other names and functions that make one."""
        match expr:
            case _ if depth > _FURTHEST:
                return set()
            case Text(value=module):
                return self._of_module(module, path)
            case Call(function=Attribute(of=of, name="routes" | "middleware")):
                return self._routers(path, scope, expr=of, depth=depth + 1)
            case Call() | Function():
                function = expr.function if isinstance(expr, Call) else expr
                made = self._functions(path, scope, expr=function)
                return {site for symbol, _ in made for site in self._made_by(symbol, depth=depth)}
            case _:
                return self._of_name(path, scope, expr=expr, depth=depth)

    def _of_name(self, path: RepoPath, scope: int, *, expr: Expr, depth: int) -> set[Site]:
        found: set[Site] = set()
        for site in sorted(self._sites.of(path, scope, expr=expr)):
            found |= self._settled(site, depth=depth)
        if not found and isinstance(expr, Attribute) and expr.name in ("router", "urls", "routes"):
            return self._routers(path, scope, expr=expr.of, depth=depth + 1)
        if not found and expr == Name("default"):
            return {(path, 0, "default")}
        return found

    def _settled(self, site: Site, *, depth: int) -> set[Site]:
        """The router that a site stands for: a module stands for what it hands out, a name for what it was bound to."""
        path, scope, name = site
        names = self._evaluator.names(path)
        if names is None:
            return set()
        if name in ("", "default") and scope == 0:
            handed = next((e for e in names.facts.exports if e.name in ("", "default") and not e.module), None)
            if handed is None:
                return {(path, 0, "urlpatterns")} if names.facts.language == "python" else {site}
            if isinstance(handed.value, Name | Attribute | Function):
                return self._routers(path, 0, expr=handed.value, depth=depth + 1) or {(path, 0, "default")}
            return {(path, 0, "default")}
        found: set[Site] = set()
        for binding in names.bound_in(scope).get(name, ()):
            if isinstance(binding, int):
                found |= self._made_by(Symbol(path, binding), depth=depth)
            elif isinstance(value := getattr(binding, "value", None), Name | Attribute | Call):
                found |= self._routers(path, scope, expr=value, depth=depth + 1) - {site}
        return found or {site}

    def _made_by(self, function: Symbol, *, depth: int) -> set[Site]:
        """The routers a function hands out."""
        names = self._evaluator.names(function.path)
        found: set[Site] = set()
        for step in names.results.get(function.index, ()) if names else ():
            if isinstance(step.value, Name | Attribute):
                found |= self._routers(function.path, function.index, expr=step.value, depth=depth + 1)
        return found

    def _functions(self, path: RepoPath, scope: int, *, expr: Expr) -> Iterator[tuple[Symbol, FileFacts]]:
        for value in self._evaluator.evaluate(path, scope, expr=expr):
            facts = self._landscape.facts(value.path) if isinstance(value, Symbol) else None
            if facts is None or not isinstance(value, Symbol):
                continue
            if value.index:
                yield value, facts
            else:
                handed = (e.value for e in facts.exports if e.name in ("", "default") and not e.module)
                yield from ((Symbol(value.path, h.definition), facts) for h in handed if isinstance(h, Function))

    def _of_module(self, module: str, path: RepoPath) -> set[Site]:
        """The routes of a Django URL configuration that is named by a text."""
        hop = Import(0, module, "urlpatterns", "urlpatterns", 0)
        target = self._evaluator.modules.target(hop, path, facts=self._landscape.facts(path))
        return {(target.path, 0, "urlpatterns")} if isinstance(target, Symbol) else set()

    def _text(self, path: RepoPath, scope: int, *, expr: Expr) -> str | None:
        """The text an expression is known to be anywhere in the tree; None when any of it is not."""
        if not isinstance(expr, Text):
            found = {v.text for v in self._evaluator.evaluate(path, scope, expr=expr) if isinstance(v, Constant)}
            return found.pop() if len(found) == 1 else None
        said = expr.value
        for part in expr.parts:
            inner = self._text(path, scope, expr=part)
            if inner is None:
                return None
            said = said.replace("{}", inner, 1)
        return said


def _joined(outer: str, inner: str, *, framework: str = "flask") -> str:
    """One path of two; frameworks that do not tell a last slash lose it."""
    path = "/" + "/".join(part for part in (outer.strip("/"), inner.lstrip("/")) if part)
    if outer and not inner:
        path = "/" + outer.lstrip("/")
    return path if framework in _SLASH_COUNTS else path.rstrip("/") or "/"


def _holds(application: RepoPath, path: RepoPath) -> bool:
    """Whether a file lies in the folder of the file that sets an application up, or below."""
    return is_below(path, folder_of(application))
