"""HTTP routes of Go: net/http (with the patterns of 1.22), gorilla/mux, gin, chi, echo and fiber.

A group's prefix is followed through the variables and closures of the same file. A receiver whose type the file does
not tell counts, uncertain, when the file imports a framework and the first argument is a path.
"""

import re
from collections.abc import Iterator
from typing import Final

from weighbridge.facts.extractor import Recognised, Recogniser
from weighbridge.facts.model import (
    Argument,
    Attribute,
    Call,
    EntryPoint,
    Expr,
    FileFacts,
    Function,
    Mount,
    Name,
    RoutePlace,
    Text,
)
from weighbridge.facts.recognise._origins import Called, Origins, argument, calls
from weighbridge.facts.recognise._route_paths import route_path

_FRAMEWORKS: Final = {
    "github.com/gin-gonic/gin": "gin",
    "github.com/labstack/echo": "echo",
    "github.com/gofiber/fiber": "fiber",
    "github.com/go-chi/chi": "chi",
    "github.com/gorilla/mux": "gorilla",
    "net/http": "net/http",
}
_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "CONNECT", "TRACE")
_VERBS: Final = {
    "gin": {**{method: method for method in _METHODS}, "Any": "ANY"},
    "echo": {**{method: method for method in _METHODS}, "Any": "ANY"},
    "fiber": {**{method.capitalize(): method for method in _METHODS}, "All": "ANY"},
    "chi": {**{method.capitalize(): method for method in _METHODS}, "Handle": "ANY", "HandleFunc": "ANY"},
    "gorilla": {"Handle": "ANY", "HandleFunc": "ANY"},
    "net/http": {"Handle": "ANY", "HandleFunc": "ANY"},
}
_WITH_METHOD: Final = {"gin": ("Handle",), "echo": ("Add",), "fiber": ("Add",), "chi": ("Method", "MethodFunc")}
_ROUTERS: Final = frozenset(
    (
        "Default",
        "New",
        "Engine",
        "RouterGroup",
        "IRouter",
        "IRoutes",
        "Router",
        "NewRouter",
        "Mux",
        "Echo",
        "Group",
        "App",
    )
)
"""The last words of the origins of what takes routes; a request's context is none."""
_BELOW: Final = frozenset({"Group", "PathPrefix", "Route", "With", "Subrouter"})
_NESTING: Final = frozenset({"Group", "Route"})
_PATTERN: Final = re.compile(r"(?:([A-Z]+)[ \t]+)?([^/\s]*)(/\S*)")
_CAPITALS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ "
_DEEPEST: Final = 20


class _Routes:
    """The routes of one file."""

    def __init__(self, facts: FileFacts) -> None:
        self.origins = Origins(facts)
        self.imported = _imported_frameworks(facts)
        self.calls = list(calls(facts))
        self.nested: dict[int, tuple[Expr, int, str]] = {}
        self.limited = {id(of): methods for of, methods in self._limits()}

    def entry_points(self) -> Iterator[EntryPoint]:
        """The routes in the order of the text."""
        for called in self.calls:
            if isinstance(called.call.function, Attribute):
                self._note_nested(called, called.call.function)
        for called in self.calls:
            if isinstance(called.call.function, Attribute):
                yield from self._route(called, called.call.function)

    def mounts(self) -> Iterator[Mount]:
        """`r.Mount("/users", users.Routes())`, and groups that are handed to functions which put routes on them."""
        for called in self.calls:
            function, framework = called.call.function, ""
            if isinstance(function, Attribute) and function.name == "Mount":
                framework, _ = self._framework(function.of, called.scope)
            path, given = self._path(called, 0), argument(called.call, 1)
            if framework == "chi" and path is not None and given is not None and isinstance(function, Attribute):
                onto = self._base(function.of, called.scope, depth=0)
                whole = Text(route_path(self._prefix(function.of, called.scope, depth=0), path))
                if onto is not None:
                    yield Mount(given, whole, onto, called.scope, called.line)
            elif not self._is_frameworks(function, called.scope):
                yield from self._given_to(called)

    def _given_to(self, called: Called) -> Iterator[Mount]:
        for position, each in enumerate(called.call.arguments):
            if not isinstance(each.value, Name | Call) or not self._is_router(each.value, called.scope):
                continue
            onto = self._base(each.value, called.scope, depth=0)
            if onto is not None:
                path = Text(self._prefix(each.value, called.scope, depth=0))
                yield Mount(called.call.function, path, onto, called.scope, called.line, position=position)

    def _is_frameworks(self, expr: Expr, scope: int) -> bool:
        origin = self.origins.of(expr, scope)
        return any(origin.startswith((f"{module}.", f"{module}/")) for module in _FRAMEWORKS)

    def _is_router(self, expr: Expr, scope: int) -> bool:
        """Whether an argument takes routes: by where it comes from, or because it is a group below a path."""
        if self._is_frameworks(expr, scope) and self.origins.of(expr, scope).rpartition(".")[2] in _ROUTERS:
            return True
        value = (self.origins.bound(expr.id, scope) or (0, None))[1] if isinstance(expr, Name) else expr
        return value is not None and _is_group(value)

    def _base(self, router: Expr, scope: int, *, depth: int) -> RoutePlace | None:
        """The variable or parameter that a router, or a group of one, comes from in this file."""
        if depth > _DEEPEST:
            return None
        match router:
            case Call(function=Attribute(of=of, name=name)) if name in _BELOW:
                return self._base(of, scope, depth=depth + 1)
            case Name(id=name):
                at, value = self.origins.bound(name, scope) or (0, None)
                if isinstance(value, Call) and isinstance(value.function, Attribute) and value.function.name in _BELOW:
                    return self._base(value, at, depth=depth + 1)
                if value is None and at in self.nested:
                    outer, outer_scope, _ = self.nested[at]
                    return self._base(outer, outer_scope, depth=depth + 1)
                return RoutePlace(router, at, "")
        return None

    def _limits(self) -> Iterator[tuple[Call, list[str]]]:
        """Gorilla's `.HandleFunc(…).Methods("GET")`: the call that is limited, and to what."""
        for called in self.calls:
            match called.call.function:
                case Attribute(of=Call() as of, name="Methods"):
                    yield of, [self._method(each.value, called.scope) for each in called.call.arguments]
                case _:
                    pass

    def _note_nested(self, called: Called, function: Attribute) -> None:
        """`r.Route("/x", func(r chi.Router) {…})` and `r.Group(func…)`: what is inside has the prefix."""
        if function.name not in _NESTING:
            return
        for each in called.call.arguments:
            if isinstance(each.value, Function):
                prefix = self.origins.text(argument(called.call, 0), called.scope) or ""
                self.nested[each.value.definition] = (function.of, called.scope, prefix)

    def _route(self, called: Called, function: Attribute) -> Iterator[EntryPoint]:
        framework, is_certain = self._framework(function.of, called.scope)
        if not framework:
            return
        if function.name in _WITH_METHOD.get(framework, ()) and argument(called.call, 2) is not None:
            method = self._method(argument(called.call, 0), called.scope)
            path, handler = self._path(called, 1), argument(called.call, 2)
        elif function.name in _VERBS[framework]:
            method = _VERBS[framework][function.name]
            path, handler = self._path(called, 0), self._handler(called.call, framework)
        elif framework == "chi" and function.name == "Mount":
            method, path, handler = "ANY", self._path(called, 0), argument(called.call, 1)
            path = f"{path.rstrip('/')}/*" if path is not None else None
        else:
            return
        if path is None or handler is None or not (is_certain or path.lstrip(_CAPITALS).startswith("/")):
            return
        methods = self.limited.get(id(called.call), [method])
        if framework == "net/http":
            written, path = _pattern_of(path)
            methods = [written or method]
        full = route_path(self._prefix(function.of, called.scope, depth=0), path)
        place = self._base(function.of, called.scope, depth=0)
        place = RoutePlace(place.router, place.scope, full) if place is not None else None
        for each in methods:
            yield EntryPoint("http", f"{each} {full}", handler, called.scope, called.line, framework, is_certain, place)

    def _framework(self, router: Expr, scope: int) -> tuple[str, bool]:
        """(framework, whether the file says so) of a router; empty when it can be none."""
        origin = self.origins.of(router, scope)
        for module, framework in _FRAMEWORKS.items():
            if origin == module or origin.startswith((f"{module}.", f"{module}/")):
                return framework, True
        if not origin or "/" not in origin:
            others = [each for each in self.imported if each != "net/http"]
            return (others[0] if others else "net/http" if self.imported else ""), False
        return "", False

    def _path(self, called: Called, index: int) -> str | None:
        return self.origins.text(argument(called.call, index), called.scope)

    def _handler(self, call: Call, framework: str) -> Expr | None:
        given = [each.value for each in call.arguments if not each.name][1:]
        if not given:
            return None
        return given[-1] if framework in ("gin", "fiber") else given[0]

    def _method(self, expr: Expr | None, scope: int) -> str:
        """`"get"`, `http.MethodGet`, else unknown."""
        text = self.origins.text(expr, scope)
        if text is not None:
            return text.upper()
        name = self.origins.of(expr, scope).rpartition(".")[2]
        return name.removeprefix("Method").upper() if name.startswith("Method") else "ANY"

    def _prefix(self, router: Expr, scope: int, *, depth: int) -> str:
        """What stands before the paths of `router`."""
        if depth > _DEEPEST:
            return ""
        match router:
            case Call(function=Attribute(of=of, name="Group" | "PathPrefix" | "Route")):
                prefix = self.origins.text(argument(router, 0), scope) or ""
                return route_path(self._prefix(of, scope, depth=depth + 1), prefix)
            case Call(function=Attribute(of=of, name="With" | "Subrouter")):
                return self._prefix(of, scope, depth=depth + 1)
            case Name(id=name):
                return self._prefix_of_name(name, scope, depth=depth)
        return ""

    def _prefix_of_name(self, name: str, scope: int, *, depth: int) -> str:
        """What stands before the paths of the router in a variable, or in the parameter of a nested closure."""
        at, value = self.origins.bound(name, scope) or (0, None)
        if value is not None:
            return self._prefix(value, at, depth=depth + 1)
        if at not in self.nested:
            return ""
        outer, outer_scope, prefix = self.nested[at]
        return route_path(self._prefix(outer, outer_scope, depth=depth + 1), prefix)


def _is_group(expr: Expr) -> bool:
    match expr:
        case Call(function=Attribute(name="Group"), arguments=(Argument(value=Text(value=path)), *_)):
            return path.startswith("/")
        case _:
            return False


def _imported_frameworks(facts: FileFacts) -> list[str]:
    modules = [each.module for each in facts.imports]
    return [
        framework
        for module, framework in _FRAMEWORKS.items()
        if any(each == module or each.startswith(f"{module}/") for each in modules)
    ]


def _pattern_of(pattern: str) -> tuple[str, str]:
    """(method, path) of a pattern like `GET example.com/orders/{id}`."""
    found = _PATTERN.fullmatch(pattern.strip())
    return (found[1] or "", found[3]) if found else ("", pattern)


def _recognise(facts: FileFacts) -> Recognised:
    if not _imported_frameworks(facts) and not any(_is_group(step.value) for step in facts.steps):
        return Recognised()
    routes = _Routes(facts)
    return Recognised(entry_points=tuple(routes.entry_points()), mounts=tuple(routes.mounts()))


RECOGNISER: Final = Recogniser(languages=("go",), version=2, recognise=_recognise)
