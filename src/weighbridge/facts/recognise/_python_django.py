"""Django's URL configurations, and the routers of its REST framework."""

from collections.abc import Iterator
from typing import Final

from weighbridge.facts.model import (
    Attribute,
    Call,
    Collection,
    Either,
    EntryPoint,
    Expr,
    Mount,
    Name,
    RoutePlace,
    Text,
)
from weighbridge.facts.recognise._python_reading import FURTHEST, Reading, Site, argument, positionals
from weighbridge.facts.recognise._python_routes import path_of, path_of_regex

_PATHS: Final = {
    "django.urls.path": path_of,
    "django.urls.conf.path": path_of,
    "django.urls.re_path": path_of_regex,
    "django.urls.conf.re_path": path_of_regex,
    "django.conf.urls.url": path_of_regex,
    "django.conf.urls.defaults.url": path_of_regex,
}
_INCLUDES: Final = frozenset({"django.urls.include", "django.urls.conf.include", "django.conf.urls.include"})
_ROUTERS: Final = ("rest_framework.routers.", "rest_framework_nested.routers.", "rest_framework_extensions.routers.")
_ROUTES: Final = Name("urlpatterns")
_HANDLED: Final = ("get", "post", "put", "patch", "delete", "head", "options")


def django_mounts(reading: Reading) -> Iterator[Mount]:
    """`path("api/", include("shop.urls"))` and `include(router.urls)`: what another file, or a router, holds."""
    for site in reading.sites:
        if site.origin not in _PATHS:
            continue
        view = argument(site.call, "view", position=1)
        route = reading.text(argument(site.call, "route", "regex", position=0), site.scope)
        if route is None or not isinstance(view, Call) or reading.origin(view.function, site.scope) not in _INCLUDES:
            continue
        included = next(iter(positionals(view)), None)
        if isinstance(included, Collection) and included.elements:
            included = included.elements[0].value
        if isinstance(included, Attribute) and included.name == "urls":
            included = included.of
        if isinstance(included, Name | Attribute | Text):
            # The path as people write it: what a regular expression of it means is known here only.
            yield Mount(included, Text(_PATHS[site.origin](route)), RoutePlace(_ROUTES, 0, ""), 0, site.line)


def django_entry_points(reading: Reading) -> Iterator[EntryPoint]:
    """Every `path`, `re_path` and `url`, with what an enclosing `include([…])` of this file puts in front."""
    nested: set[int] = set()
    outermost: list[tuple[Site, list[EntryPoint]]] = []
    for site in reading.sites:
        if site.origin in _PATHS:
            outermost.append((site, list(_path(reading, site, before=(), nested=nested, depth=0))))
        elif site.method == "register" and site.origin.startswith(_ROUTERS):
            yield from _registered(reading, site)
    for site, found in outermost:
        if id(site.call) not in nested:
            yield from found


def _path(
    reading: Reading, site: Site, *, before: tuple[str, ...], nested: set[int], depth: int
) -> Iterator[EntryPoint]:
    call = site.call
    route = reading.text(argument(call, "route", "regex", position=0), site.scope)
    view = argument(call, "view", position=1)
    if route is None or view is None or depth > FURTHEST:
        return
    parts = (*before, route)
    included = _included(reading, view, scope=site.scope)
    if included is not None:
        for inner in included:
            nested.add(id(inner))
            origin = reading.origin(inner.function, site.scope)
            if origin in _PATHS:
                found = Site(inner, site.scope, origin)
                yield from _path(reading, found, before=parts, nested=nested, depth=depth + 1)
        return
    path = _PATHS[site.origin](*parts)
    for method, handler in _handlers(reading, view):
        place = RoutePlace(_ROUTES, 0, path)
        yield EntryPoint("http", f"{method} {path}", handler, site.scope, site.line, "django", place=place)


def _included(reading: Reading, view: Expr, *, scope: int) -> list[Call] | None:
    """The routes an `include` brings in from this file; None when the view is no `include`."""
    if not isinstance(view, Call) or reading.origin(view.function, scope) not in _INCLUDES:
        return None
    given = positionals(view)
    return list(_listed(reading, given[0], scope=scope)) if given else []


def _listed(reading: Reading, expr: Expr, *, scope: int) -> Iterator[Call]:
    """The calls in a list of routes, named or written out, alone or first of a pair with its namespace."""
    waiting = [(expr, 0)]
    while waiting:
        current, depth = waiting.pop()
        if depth > FURTHEST:
            continue
        match reading.value(current, scope):
            case Collection(elements=elements):
                waiting += [(element.value, depth + 1) for element in reversed(elements)]
            case Either(options=options):
                waiting += [(option, depth + 1) for option in reversed(options)]
            case Call() as call:
                yield call


def _handlers(reading: Reading, view: Expr) -> Iterator[tuple[str, Expr]]:
    """A view with its methods: those of its class when that stands in this file, else any."""
    match view:
        case Call(function=Attribute(of=of, name="as_view")):
            methods = class_methods(reading, of)
            if methods:
                yield from ((name.upper(), Attribute(of, name)) for name in methods)
            else:
                yield "ANY", of
        case Call() as call if positionals(call):
            yield from _handlers(reading, positionals(call)[0])
        case _:
            yield "ANY", view


def class_methods(reading: Reading, of: Expr) -> list[str]:
    """The methods of HTTP that a class of this file answers."""
    definitions = reading.facts.definitions
    owners = [i for i, d in enumerate(definitions) if d.kind == "class" and d.parent == 0 and of == Name(d.name)]
    return [d.name for d in definitions if d.parent in owners and d.kind == "method" and d.name in _HANDLED]


def _registered(reading: Reading, site: Site) -> Iterator[EntryPoint]:
    """A view set's collection and its single items."""
    prefix = reading.text(argument(site.call, "prefix", position=0), site.scope)
    view = argument(site.call, "viewset", position=1)
    if prefix is not None and view is not None:
        for path in (path_of_regex(prefix), path_of_regex(prefix, "{pk}")):
            function = site.call.function
            place = RoutePlace(function.of, site.scope, path) if isinstance(function, Attribute) else None
            yield EntryPoint("http", f"ANY {path}", view, site.scope, site.line, "django-rest-framework", place=place)
