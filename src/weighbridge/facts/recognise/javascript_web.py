"""HTTP routes of JavaScript: Express, Koa's router, Fastify, Hono, hapi, NestJS, Next.js, and plain Node servers.

What Next.js and its like serve is told by a file's path, which is not known here: a module that hands out functions
named like HTTP methods is `GET {file}`, uncertain; whoever knows the path completes it.
"""

import re
from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from weighbridge.facts.extractor import Recognised, Recogniser
from weighbridge.facts.model import (
    NEST,
    Attribute,
    Call,
    Definition,
    EntryPoint,
    Expr,
    FileFacts,
    Function,
    Mount,
    Name,
    RoutePlace,
    Text,
)
from weighbridge.facts.recognise._javascript_origins import ROLES, Reading, each_of, option, read
from weighbridge.facts.recognise._javascript_routers import Routers, Surface
from weighbridge.facts.recognise._origins import Called, Origins, argument
from weighbridge.facts.recognise._route_paths import route_path

_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
_VERBS: Final = {**{method.lower(): method for method in _METHODS}, "del": "DELETE", "all": "ANY", "any": "ANY"}
_ROUTING: Final = frozenset({*_VERBS, "route", "on"})
_NEST: Final = "@nestjs/common."
_NEST_VERBS: Final = {**{f"{_NEST}{method.capitalize()}": method for method in _METHODS}, f"{_NEST}All": "ANY"}
_CONSTRAINT: Final = re.compile(r"(?<=\w)\{[^{}]+\}")
"""Hono's `:id{[0-9]+}`."""

_SERVERS: Final = frozenset({"http.createServer", "https.createServer", "http2.createSecureServer", "Bun.serve"})
_NEXT_TYPES: Final = frozenset({"next.NextApiRequest", "next.NextApiResponse", "next.NextApiHandler"})


def _recognise(facts: FileFacts) -> Recognised:
    reading = read(facts)
    origins = reading.origins
    routers = Routers(reading)
    found: list[EntryPoint] = []
    for called, origin in reading.called:
        found += _routes(called, routers, origins=origins)
        if origin in _SERVERS:
            found += _server(called)
    found += _controllers(origins)
    found += _file_routes(origins)
    mounts = (*routers.mounts(), *_global_prefixes(reading))
    return Recognised(entry_points=tuple(dict.fromkeys(found)), mounts=mounts)


def _routes(called: Called, routers: Routers, *, origins: Origins) -> Iterator[EntryPoint]:
    """`app.get("/path", …, handler)`, `app.route("/path").get(handler)`, `app.route({ method, url, handler })`."""
    function = called.call.function
    if not isinstance(function, Attribute) or function.name not in _ROUTING:
        return
    given = [each.value for each in called.call.arguments]
    surface = routers.surface(function.of, called.scope) if given else None
    if surface is None:
        return
    if function.name == "route":
        yield from _described(called, surface, origins=origins)
        return
    methods = [_VERBS[function.name]] if function.name in _VERBS else _texts(given.pop(0), called, origins=origins)
    paths = [""] if surface.has_path else _texts(given.pop(0) if given else None, called, origins=origins)
    if not given or not _may_handle(given[-1], surface):
        return
    for method in methods:
        for path in paths:
            yield from _route(called, surface, method=method, path=path, handler=given[-1])


def _may_handle(handler: Expr, surface: Surface) -> bool:
    """Whether a last argument can be a handler: `app.get("setting")` and `router.get("/x", {})` route nothing."""
    if surface.framework == "node":
        return isinstance(handler, Function | Name | Attribute)
    return not isinstance(handler, Text)


def _texts(expr: Expr | None, called: Called, *, origins: Origins) -> list[str]:
    found = (origins.text(each, called.scope) for each in each_of(expr))
    return [text for text in found if text is not None]


def _route(called: Called, surface: Surface, *, method: str, path: str, handler: Expr) -> Iterator[EntryPoint]:
    """The route below each path its router is mounted at."""
    for prefix in surface.prefixes:
        key = f"{method.upper()} {route_path(_CONSTRAINT.sub('', prefix), _CONSTRAINT.sub('', path))}"
        is_certain = surface.is_certain and "{}" not in key
        place = surface.place(_CONSTRAINT.sub("", path))
        if place is not None:
            place = replace(place, path=route_path(place.path))
        yield EntryPoint("http", key, handler, called.scope, called.line, surface.framework, is_certain, place)


def _described(called: Called, surface: Surface, *, origins: Origins) -> Iterator[EntryPoint]:
    """A route that an object describes, as Fastify and hapi have it."""
    described = argument(called.call, 0)
    handler = option(described, "handler")
    for each in each_of(option(described, "method")):
        method = origins.text(each, called.scope)
        path = origins.text(option(described, "url", "path"), called.scope)
        if method and path is not None and handler is not None:
            method = "ANY" if method == "*" else method
            yield from _route(called, surface, method=method, path=path, handler=handler)


def _server(called: Called) -> Iterator[EntryPoint]:
    """`http.createServer(handler)`: a server that answers everything itself."""
    handler = argument(called.call, 0)
    if isinstance(handler, Function):
        yield EntryPoint("http", "ANY /{*}", handler, called.scope, called.line, "node")


def _controllers(origins: Origins) -> Iterator[EntryPoint]:
    """NestJS: methods of a class with `@Controller("path")`, each with its verb."""
    definitions = origins.facts.definitions
    for index, method in enumerate(definitions):
        owner = definitions[method.parent]
        if method.kind != "method" or not method.decorators:
            continue
        controller = _decorator(owner, f"{_NEST}Controller", origins=origins)
        if controller is None:
            continue
        for decorator in method.decorators:
            verb = _NEST_VERBS.get(origins.of(decorator, 0))
            if verb is None or not isinstance(decorator, Call):
                continue
            for prefix in _paths(controller, origins):
                for path in _paths(decorator, origins):
                    key = f"{verb} {route_path(prefix, path)}"
                    is_certain = "{}" not in key
                    place = RoutePlace(NEST, 0, route_path(prefix, path))
                    yield EntryPoint("http", key, Function(index), index, method.line, "nestjs", is_certain, place)


def _global_prefixes(reading: Reading) -> Iterator[Mount]:
    """NestJS: `app.setGlobalPrefix("api")` stands before every controller of the application."""
    for called, _ in reading.called:
        path = argument(called.call, 0)
        function = called.call.function
        if path is not None and isinstance(function, Attribute) and function.name == "setGlobalPrefix":
            yield Mount(NEST, path, RoutePlace(NEST, 0, ""), called.scope, called.line)


def _decorator(definition: Definition, origin: str, *, origins: Origins) -> Call | None:
    for decorator in definition.decorators:
        if isinstance(decorator, Call) and origins.of(decorator, 0) == origin:
            return decorator
    return None


def _paths(decorator: Call, origins: Origins) -> list[str]:
    """The paths a decorator names: a text, several, an object's `path`; one that is computed is a hole."""
    first = argument(decorator, 0)
    if first is None:
        return [""]
    named = option(first, "path")
    is_options = option(first, "path", "host", "version", "scope") is not None
    if is_options and named is None:
        return [""]
    found = [origins.text(each, 0) for each in each_of(named if named is not None else first)]
    return ["{}" if text is None else text for text in found]


def _file_routes(origins: Origins) -> Iterator[EntryPoint]:
    """What a framework serves by the file's path: handed-out `GET`, and Next.js's handlers by their types."""
    facts = origins.facts
    handed_out = {each.name for each in facts.exports}
    is_module = bool(facts.imports or facts.exports)
    for index, each in enumerate(facts.definitions):
        if each.kind not in ("function", "variable") or each.parent or not each.is_exported:
            continue
        if each.name in _METHODS and (is_module or each.signature.startswith("export ")):
            key = f"{each.name} {{file}}"
            yield EntryPoint("http", key, Function(index), index, each.line, "file-route", is_certain=False)
        elif "default" in handed_out and any(origins.of(p.annotation, 0) in _NEXT_TYPES for p in each.parameters):
            yield EntryPoint("http", "ANY {file}", Function(index), index, each.line, "next", is_certain=False)


RECOGNISER: Final = Recogniser(languages=ROLES, version=3, recognise=_recognise)
