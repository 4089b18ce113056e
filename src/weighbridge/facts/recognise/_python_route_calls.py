"""Routes that Python code gives to an application, blueprint or router, by decorator or by call."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from weighbridge.facts.model import Attribute, Call, EntryPoint, Expr, Function, Mount, Name, RoutePlace, Text
from weighbridge.facts.names import last_name
from weighbridge.facts.recognise._python_django import class_methods
from weighbridge.facts.recognise._python_reading import Reading, Site, argument, positionals, texts
from weighbridge.facts.recognise._python_routes import path_of

_METHODS: Final = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "trace"})
_ROUTE_DECORATORS: Final = frozenset({"route", "api_route", "websocket", "websocket_route", *_METHODS})
_PREFIXES: Final = ("url_prefix", "prefix", "root_path")

MOUNTING: Final = frozenset({"include_router", "register_blueprint", "add_namespace", "blueprint", "mount"})
"""The methods that put routes below a path."""
_NOWHERE: Final = Text("")

_ADDS_HANDLER: Final = frozenset({"add_api_route", "add_route", "add_websocket_route", "add_api_websocket_route"})
_TAKES_ROUTES: Final = re.compile(
    r"app|api|rout|blueprint|\bbp|bp$|server|site|web|namespace|\bns$|endpoint", re.IGNORECASE
)
"""Names that objects which take routes go by, for those made in another file."""

_ROUTERS: Final = {
    "flask.Flask": "flask",
    "flask.Blueprint": "flask",
    "flask.app.Flask": "flask",
    "flask.blueprints.Blueprint": "flask",
    "flask_restx.Namespace": "flask",
    "flask_restful.Api": "flask",
    "flask_restx.Api": "flask",
    "quart.Quart": "quart",
    "quart.Blueprint": "quart",
    "fastapi.FastAPI": "fastapi",
    "fastapi.APIRouter": "fastapi",
    "fastapi.applications.FastAPI": "fastapi",
    "fastapi.routing.APIRouter": "fastapi",
    "starlette.applications.Starlette": "starlette",
    "starlette.routing.Router": "starlette",
    "sanic.Sanic": "sanic",
    "sanic.Blueprint": "sanic",
    "bottle.Bottle": "bottle",
    "aiohttp.web.RouteTableDef": "aiohttp",
    "aiohttp.web.Application": "aiohttp",
}
"""Classes whose instances take routes."""

_DEFAULT_METHODS: Final = {"flask": ["GET"], "quart": ["GET"], "bottle": ["GET"], "sanic": ["GET"]}
_ROUTE_CLASSES: Final = {
    "starlette.routing.Route": "starlette",
    "starlette.routing.WebSocketRoute": "starlette",
    "fastapi.routing.APIRoute": "fastapi",
    "fastapi.routing.APIWebSocketRoute": "fastapi",
}
_MOUNTS: Final = frozenset({"starlette.routing.Mount", "starlette.routing.Host"})
_AIOHTTP_ROUTES: Final = frozenset(f"aiohttp.web.{name}" for name in (*_METHODS, "view", "route"))


def decorated_routes(reading: Reading) -> Iterator[EntryPoint]:
    """`@app.route("/x")`, `@router.get("/x")`; certain when the application or router is made in this file."""
    included = _included(reading)
    for index, definition in enumerate(reading.facts.definitions):
        for decorator in definition.decorators:
            match decorator:
                case Call(function=Attribute(of=of, name=name)) if name in _ROUTE_DECORATORS:
                    prefix = _prefix(reading, of, scope=definition.parent, included=included)
                    yield from _decorated(reading, decorator, of=of, name=name, handler=index, prefix=prefix)
                case Call(function=Name()):
                    origin = reading.origin(decorator.function, definition.parent)
                    library, _, name = origin.partition(".")
                    if library == "bottle" and name in _ROUTE_DECORATORS:
                        yield from _decorated(
                            reading, decorator, of=Name("bottle"), name=name, handler=index, prefix=""
                        )


def registered_routes(reading: Reading) -> Iterator[EntryPoint]:
    """`app.add_url_rule("/x", …)`, `Route("/x", …)`, `api.add_resource(…, "/x")` and their like."""
    mounted, included = _mounted(reading), _included(reading)
    for site in reading.sites:
        if site.origin in _ROUTE_CLASSES:
            yield from _route_object(reading, site, prefix=mounted.get(id(site.call), ""))
        elif site.origin in _AIOHTTP_ROUTES:
            yield from _aiohttp_route(reading, site)
        elif isinstance(site.call.function, Attribute):
            yield from _added(reading, site, function=site.call.function, included=included)


def is_mounting(value: Expr) -> bool:
    """Whether a value is a call that by its name puts routes below a path."""
    return type(value) is Call and type(value.function) is Attribute and value.function.name in MOUNTING


def mounts(reading: Reading) -> Iterator[Mount]:
    """`app.include_router(items.router, prefix="/items")`, `app.register_blueprint(bp, url_prefix="/x")` and their like."""
    for site in reading.sites:
        match site.call.function:
            case Attribute(of=of, name=name) if name in MOUNTING:
                given = positionals(site.call)
                router = argument(site.call, "router", "blueprint", "app", position=1 if name == "mount" else 0)
                path = argument(site.call, *_PREFIXES, "path")
                if name == "mount" and given:
                    path = given[0]
                if isinstance(router, Name | Attribute | Call):
                    yield Mount(
                        router,
                        path or _NOWHERE,
                        RoutePlace(of, site.scope, "", _own_prefix(reading, of, scope=site.scope)),
                        site.scope,
                        site.line,
                        is_instead=name == "register_blueprint" and path is not None,
                    )


def _decorated(reading: Reading, call: Call, *, of: Expr, name: str, handler: int, prefix: str) -> Iterator[EntryPoint]:
    definition = reading.facts.definitions[handler]
    scope = definition.parent
    path = reading.text(argument(call, "rule", "path", "uri", position=0), scope)
    framework = _framework(reading, of, scope=scope)
    is_certain = bool(framework)
    if path is None or not (path.startswith("/") or (is_certain and path == "")):
        return
    if not is_certain and not _TAKES_ROUTES.search(last_name(of)):
        return
    place = _place(reading, of, scope=scope, path=path)
    for method in _methods(call, name, framework=framework or "flask"):
        key = f"{method} {path_of(prefix, path)}"
        yield EntryPoint(
            "http", key, Function(handler), scope, definition.line, framework or "unknown", is_certain, place
        )


def _methods(call: Call, name: str, *, framework: str) -> list[str]:
    if name in _METHODS:
        return [name.upper()]
    if name.startswith("websocket"):
        return ["WEBSOCKET"]
    stated = argument(call, "methods", "method")
    if stated is not None:
        return [text.upper() for text in texts(stated)] or ["ANY"]
    return _DEFAULT_METHODS.get(framework, ["ANY"])


def _framework(reading: Reading, of: Expr, *, scope: int) -> str:
    """The framework of an object that takes routes; empty when it is not known to be one."""
    if of == Name("bottle"):
        return "bottle"
    made_by, _, rest = reading.origin(of, scope).partition("()")
    return _ROUTERS.get(made_by, "") if rest in ("", ".router") else ""


def _included(reading: Reading) -> dict[Expr, Site]:
    """What is included in something else, by the call that first does so."""
    found: dict[Expr, Site] = {}
    for site in reading.sites:
        match site.call.function:
            case Attribute(name="include_router" | "register_blueprint" | "add_namespace" | "blueprint"):
                for router in positionals(site.call)[:1]:
                    found.setdefault(router, site)
    return found


def _prefix(reading: Reading, of: Expr, *, scope: int, included: Mapping[Expr, Site]) -> str:
    """What stands in front of an object's paths: its own prefix, and the one it is included with in this file."""
    own = _own_prefix(reading, of, scope=scope)
    site = included.get(of)
    if site is None:
        return own
    given = reading.text(argument(site.call, *_PREFIXES, "path"), site.scope)
    return given if given and last_name(site.call.function) == "register_blueprint" else (given or "") + own


def _own_prefix(reading: Reading, of: Expr, *, scope: int) -> str:
    """The prefix that an object which takes routes was made with."""
    made = reading.value(of, scope)
    return (reading.text(argument(made, *_PREFIXES), scope) or "") if isinstance(made, Call) else ""


def _place(reading: Reading, of: Expr, *, scope: int, path: str) -> RoutePlace:
    own = _own_prefix(reading, of, scope=scope)
    return RoutePlace(of, scope, path_of(own, path) if own or path else "", path_of(own) if own else "")


def _route_object(reading: Reading, site: Site, *, prefix: str) -> Iterator[EntryPoint]:
    path = reading.text(argument(site.call, "path", position=0), site.scope)
    handler = argument(site.call, "endpoint", position=1)
    if path is None or handler is None:
        return
    name = "websocket" if "WebSocket" in site.origin else "route"
    for method in _methods(site.call, name, framework=""):
        key = f"{method} {path_of(prefix, path)}"
        yield EntryPoint("http", key, handler, site.scope, site.line, _ROUTE_CLASSES[site.origin])


def _mounted(reading: Reading) -> dict[int, str]:
    """The prefixes of routes listed in a `Mount`, by the identity of their calls."""
    found: dict[int, str] = {}
    for site in reading.sites:
        if site.origin in _MOUNTS:
            prefix = found.get(id(site.call), "") + (
                reading.text(argument(site.call, "path", position=0), site.scope) or ""
            )
            listed = argument(site.call, "routes", position=1)
            value = reading.value(listed, site.scope) if listed is not None else None
            for element in getattr(value, "elements", ()):
                if isinstance(element.value, Call):
                    found[id(element.value)] = prefix
    return found


def _aiohttp_route(reading: Reading, site: Site) -> Iterator[EntryPoint]:
    name = site.method
    given = positionals(site.call)
    if name == "route" and given:
        name, given = (reading.text(given[0], site.scope) or "any").lower(), given[1:]
    path = reading.text(given[0], site.scope) if given else None
    if path is not None and len(given) > 1:
        method = "ANY" if name in ("view", "*") else name.upper()
        yield EntryPoint("http", f"{method} {path_of(path)}", given[1], site.scope, site.line, "aiohttp")


def _added(reading: Reading, site: Site, *, function: Attribute, included: Mapping[Expr, Site]) -> Iterator[EntryPoint]:
    """Calls of an application's own methods that take a path and a handler."""
    framework = _framework(reading, function.of, scope=site.scope)
    if not framework and not _TAKES_ROUTES.search(last_name(function.of)):
        return
    handler, paths = _handler_and_paths(reading, site, name=function.name)
    prefix = _prefix(reading, function.of, scope=site.scope, included=included)
    label = "websocket" if "websocket" in function.name else function.name.removeprefix("add_")
    for path in paths:
        if handler is None or not path.startswith("/"):
            continue
        place = _place(reading, function.of, scope=site.scope, path=path)
        for method in _answered(reading, handler) or _methods(
            site.call, label, framework="flask" if label == "url_rule" else ""
        ):
            key = f"{method} {path_of(prefix, path)}"
            yield EntryPoint(
                "http", key, handler, site.scope, site.line, framework or "unknown", bool(framework), place
            )


def _answered(reading: Reading, handler: Expr) -> list[str]:
    """The methods that a view class of this file answers: those it has."""
    match handler:
        case Call(function=Attribute(of=of, name="as_view")) | (Name() as of):
            return [name.upper() for name in class_methods(reading, of)]
        case _:
            return []


def _handler_and_paths(reading: Reading, site: Site, *, name: str) -> tuple[Expr | None, list[str]]:
    """What a registering call hands requests to, and for which paths; nothing when it registers nothing."""
    given = positionals(site.call)
    if name == "add_resource" and given:
        return given[0], [text for each in given[1:] for text in texts(each)]
    path = reading.text(argument(site.call, "rule", "path", "uri", position=0), site.scope)
    paths = [path] if path is not None else []
    if name == "add_url_rule":
        return argument(site.call, "view_func", position=2), paths
    if name in _ADDS_HANDLER or (name.startswith("add_") and name.removeprefix("add_") in _METHODS):
        return argument(site.call, "endpoint", "route", "handler", position=1), paths
    return None, []
