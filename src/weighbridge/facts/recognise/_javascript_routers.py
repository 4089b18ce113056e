"""Routers of Express and its like in one file: which values are routers, and below which path each is mounted.

A router is known by the origin of its value. The prefix of one that is mounted in the same file
(`app.use("/orders", orders)`, Hono's `route`, Fastify's `register(plugin, { prefix })`) is followed; one that the file
leaves to others to mount has routes that are right only below a path not known here, so they are uncertain. What is
mounted on what is also handed on, for whoever knows the other files.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.facts.model import Attribute, Call, Expr, Function, Mount, Name, RoutePlace, Text
from weighbridge.facts.names import last_name
from weighbridge.facts.recognise._javascript_origins import Reading, option, package_of
from weighbridge.facts.recognise._javascript_rows import Rows
from weighbridge.facts.recognise._origins import Called, argument

APPLICATIONS: Final = {
    "express": "express",
    "express.Application": "express",
    "express.Express": "express",
    "fastify": "fastify",
    "fastify.Fastify": "fastify",
    "fastify.fastify": "fastify",
    "fastify.FastifyInstance": "fastify",
    "hono.Hono": "hono",
    "hono/quick.Hono": "hono",
    "hono/tiny.Hono": "hono",
    "@hono/zod-openapi.OpenAPIHono": "hono",
    "restify.createServer": "restify",
    "polka": "polka",
    "@hapi/hapi.server": "hapi",
    "@hapi/hapi.Server": "hapi",
}
ROUTERS: Final = {
    "express.Router": "express",
    "express.IRouter": "express",
    "express-promise-router": "express",
    "koa-router": "koa",
    "@koa/router": "koa",
    "@koa/router.Router": "koa",
}
_KNOWN: Final = APPLICATIONS | ROUTERS
_CUSTOMARY: Final = re.compile(r"(?:app|fastify|router|routes?|server)\Z|.*(?:Router|App)\Z")
"""Names that routers are given by custom, where a file is handed one and does not say what it is."""

_MOUNTING: Final = frozenset({"use", "route", "register"})
_MOST_PREFIXES: Final = 20
_FURTHEST: Final = 20

Place = tuple[int, str]
"""A variable: its scope and name."""


class Surface(Struct, frozen=True, kw_only=True):
    """Something routes are put on: whose, below which prefixes, and whether that is all of the path for sure."""

    framework: str
    prefixes: tuple[str, ...]
    is_certain: bool
    has_path: bool = False
    """A chain begun by `.route("/path")`: its verbs take no path."""
    base: tuple[Expr, int] | None = None
    """The name it goes by where it is made, and the scope of that name."""
    own: str = ""
    """The path below `base`."""

    def place(self, path: str) -> RoutePlace | None:
        """Where a route at `path` below it is put."""
        if self.base is None:
            return None
        return RoutePlace(*self.base, f"{self.own}/{path}")


_NOWHERE: Final = Text("")
_CUSTOM: Final = Surface(framework="node", prefixes=("",), is_certain=False)


class Routers:
    """The routers of one file."""

    def __init__(self, reading: Reading) -> None:
        self._origins = reading.origins
        self._packages = reading.packages
        self._depth = 0
        self._known: dict[Place, Surface | None] = {}
        self._mounts: defaultdict[Place, list[tuple[Expr, int, str]]] = defaultdict(list)
        self._called = [each for each, _ in reading.called]
        self._rows = Rows(reading.facts, self._called, origins=reading.origins)
        self._chains = _named_chains(reading)
        for each in self._called:
            self._add_mount(each)

    def mounts(self) -> Iterator[Mount]:
        """What is put on what in this file, whoever made it."""
        for called in self._unrolled():
            function = called.call.function
            if not isinstance(function, Attribute) or function.name not in _MOUNTING:
                yield from self._given_to(called)
                continue
            surface = self.surface(function.of, called.scope)
            if surface is None or surface.base is None:
                continue
            onto = RoutePlace(*surface.base, "", surface.own)
            position = 0 if function.name == "register" else -1
            path = self._mounted_at(called)
            for each in called.call.arguments:
                if isinstance(each.value, Name | Attribute | Call | Function):
                    place = self._place(each.value, called.scope)
                    router = each.value if place is None or place[0] < 0 else _router_of(each.value)
                    yield Mount(router, path, onto, called.scope, called.line, position=position)

    def _unrolled(self) -> Iterator[Called]:
        """The calls, those that mount for each row of a table once for each."""
        for called in self._called:
            function = called.call.function
            is_mounting = isinstance(function, Attribute) and function.name in _MOUNTING
            yield from self._rows.unrolled(called) if is_mounting else (called,)

    def _given_to(self, called: Called) -> Iterator[Mount]:
        """`require("./routes")(app)`, `addRoutes(app)`: another file's function puts its routes on what it is given."""
        function = called.call.function
        if not isinstance(function, Name) or not self._origins.imported.get(function.id, "").startswith("."):
            return
        for position, each in enumerate(called.call.arguments):
            surface = self.surface(each.value, called.scope) if isinstance(each.value, Name) else None
            if surface is not None:
                onto = RoutePlace(each.value, called.scope, "", surface.own)
                yield Mount(function, _NOWHERE, onto, called.scope, called.line, position=position)

    def _mounted_at(self, called: Called) -> Expr:
        """The path that a mounting call names, as written."""
        if isinstance(called.call.function, Attribute) and called.call.function.name == "register":
            return option(argument(called.call, 1), "prefix") or _NOWHERE
        first = argument(called.call, 0)
        if isinstance(first, Text):
            return first
        text = self._origins.text(first, called.scope)
        return Text(text) if text is not None else _NOWHERE

    def surface(self, expr: Expr, scope: int) -> Surface | None:
        """What routes are put on when they are put on `expr`; None when it is no router, or is one too far away."""
        if self._depth > _FURTHEST:
            return None
        self._depth += 1
        found = self._surface(expr, scope)
        self._depth -= 1
        return found

    def _surface(self, expr: Expr, scope: int) -> Surface | None:
        chain: list[Call] = []
        base = expr
        known = self._stated(base, scope)
        while known is None and isinstance(base, Call) and isinstance(base.function, Attribute):
            chain.append(base)
            base = base.function.of
            known = self._stated(base, scope)
        if known is not None and known.base is None:
            known = self._with_base(known, expr if not chain else chain[-1])
        for call in reversed(chain):
            known = self._after(known, call, scope=scope) if known is not None else None
        return known

    def _with_base(self, known: Surface, expr: Expr) -> Surface:
        """A router made in a chain of calls goes by the name that the chain is bound to, or handed out by."""
        found = self._chains.get(id(expr))
        return replace(known, base=found) if found is not None else known

    def _stated(self, expr: Expr, scope: int) -> Surface | None:
        """The router that an expression other than a chain of calls is."""
        return self._named(expr.id, scope) if isinstance(expr, Name) else self._of_origin(expr, scope)

    def _after(self, inner: Surface, call: Call, *, scope: int) -> Surface:
        """What a call on a router gives back: the router, or one below a further path."""
        name = last_name(call.function)
        path = self._origins.text(argument(call, 0), scope)
        is_group = name in ("basePath", "prefix") or (name == "route" and len(call.arguments) == 1)
        if path is None or not is_group:
            return inner
        return Surface(
            framework=inner.framework,
            prefixes=tuple(f"{prefix}/{path}" for prefix in inner.prefixes),
            is_certain=inner.is_certain,
            has_path=name == "route",
            base=inner.base,
            own=f"{inner.own}/{path}",
        )

    def _named(self, name: str, scope: int) -> Surface | None:
        """The router a name stands for; one that is mounted on itself, around corners, is none."""
        found = self._origins.bound(name, scope)
        if found is None:
            is_own = self._origins.imported.get(name, "").startswith(".") and _CUSTOMARY.match(name)
            return replace(_CUSTOM, base=(Name(name), scope)) if is_own else None
        place = (found[0], name)
        if place not in self._known:
            self._known[place] = None
            self._known[place] = self._bound(place, found[1])
        return self._known[place]

    def _bound(self, place: Place, value: Expr | None) -> Surface | None:
        scope, name = place
        if value is None:
            return self._parameter(name, scope)
        made = self.surface(value, scope)
        prefixes = self._mounted(place) if made is not None else ()
        if made is None:
            return made
        made = replace(made, base=made.base or (Name(name), scope))
        if not prefixes:
            return made
        both = tuple(f"{outer}/{inner}" for outer in prefixes for inner in made.prefixes)[:_MOST_PREFIXES]
        return Surface(framework=made.framework, prefixes=both, is_certain=True, base=made.base, own=made.own)

    def _parameter(self, name: str, scope: int) -> Surface | None:
        """A parameter of a router's type, one that a plugin is handed by what registers it, or one named by custom."""
        base = (Name(name), scope)
        prefixes = self._registered(scope, name)
        if prefixes:
            return Surface(framework="fastify", prefixes=prefixes, is_certain=True, base=base)
        known = self._of_origin(Name(name), scope) or (_CUSTOM if _CUSTOMARY.match(name) else None)
        return replace(known, base=base) if known is not None else None

    def _registered(self, scope: int, name: str) -> tuple[str, ...]:
        """The prefixes a plugin is registered below in this file, if `name` is what it is handed."""
        definition = self._origins.facts.definitions[scope]
        if not definition.parameters or definition.parameters[0].name != name:
            return ()
        return self._mounted((-1, f"#{scope}")) or self._mounted((definition.parent, definition.name))

    def _mounted(self, place: Place) -> tuple[str, ...]:
        """The prefixes of whatever this file mounts the router on."""
        found: list[str] = []
        for parent, scope, path in self._mounts.get(place, ()):
            surface = self.surface(parent, scope)
            if surface is not None:
                found += [f"{prefix}/{path}" for prefix in surface.prefixes]
            if len(found) >= _MOST_PREFIXES:
                break
        return tuple(found[:_MOST_PREFIXES])

    def _of_origin(self, expr: Expr, scope: int) -> Surface | None:
        origin = self._origins.of(expr, scope)
        framework = _KNOWN.get(origin)
        if framework is None or package_of(origin) not in self._packages:
            return None
        own = self._origins.text(option(argument(expr, 0), "prefix"), scope) if isinstance(expr, Call) else None
        is_certain = origin in APPLICATIONS and not origin.endswith("Instance")
        return Surface(framework=framework, prefixes=(own or "",), is_certain=is_certain, own=own or "")

    def _add_mount(self, called: Called) -> None:
        """`app.use("/path", router)`, `app.route("/path", router)`, `app.register(plugin, { prefix: "/path" })`."""
        function = called.call.function
        if not isinstance(function, Attribute) or function.name not in _MOUNTING:
            return
        given = [each.value for each in called.call.arguments]
        named = option(argument(called.call, 1), "prefix") if function.name == "register" else argument(called.call, 0)
        path = self._origins.text(named, called.scope) or ""
        for each in given:
            place = self._place(each, called.scope)
            if place is not None:
                self._mounts[place].append((function.of, called.scope, path))

    def _place(self, expr: Expr, scope: int) -> Place | None:
        match expr:
            case Name(id=name):
                found = self._origins.bound(name, scope)
                return (found[0] if found is not None else 0, name)
            case Function(definition=index):
                return (-1, f"#{index}")
            case Call(function=Attribute(of=Name(id=name), name="routes")):
                return self._place(Name(name), scope)
        return None


def _named_chains(reading: Reading) -> dict[int, tuple[Expr, int]]:
    """The calls of chains like `Router().use(a).use(b)`, by identity, with the name that the whole chain is given."""
    facts = reading.facts
    handed = [each.value for each in facts.exports if each.name == "default" and isinstance(each.value, Call)]
    found: dict[int, tuple[Expr, int]] = {}
    for step in facts.steps:
        name: Expr | None = step.target if step.kind == "bind" else None
        if step.kind == "use" and isinstance(step.value, Call) and step.value in handed:
            name = Name("default")
        call: Expr = step.value
        while name is not None and isinstance(name, Name) and isinstance(call, Call):
            found[id(call)] = (name, step.scope)
            call = call.function.of if isinstance(call.function, Attribute) else name
    return found


def _router_of(expr: Expr) -> Expr:
    """The router that `router.routes()` hands to what mounts it."""
    match expr:
        case Call(function=Attribute(of=Name() as of, name="routes")):
            return of
        case _:
            return expr
