"""HTTP routes of Java: Spring MVC and WebFlux, JAX-RS, Micronaut, servlets; and the calls that declared clients make.

A method's path stands behind its class's. An interface's mappings are routes of whatever implements it, uncertain;
a Feign client's, or one with `@HttpExchange`, are requests it sends.
"""

from collections.abc import Iterator
from typing import Final

from weighbridge.facts.extractor import Recognised, Recogniser
from weighbridge.facts.model import Access, Attribute, Definition, EntryPoint, Expr, FileFacts, Function, Name
from weighbridge.facts.recognise._annotations import annotation, annotation_name, imports_any, texts, values
from weighbridge.facts.recognise._origins import Called, Origins, argument, calls
from weighbridge.facts.recognise._route_paths import route_path

_SPRING: Final = {
    "GetMapping": "GET",
    "PostMapping": "POST",
    "PutMapping": "PUT",
    "PatchMapping": "PATCH",
    "DeleteMapping": "DELETE",
    "GetExchange": "GET",
    "PostExchange": "POST",
    "PutExchange": "PUT",
    "PatchExchange": "PATCH",
    "DeleteExchange": "DELETE",
}
_JAX_RS: Final = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
_MICRONAUT: Final = {name.capitalize(): name for name in _JAX_RS}
_SERVLET: Final = {f"do{name.capitalize()}": name for name in _JAX_RS}
_CLIENTS: Final = ("FeignClient", "HttpExchange")

Route = tuple[str, str]


class _Routes:
    """The routes of one file."""

    def __init__(self, facts: FileFacts) -> None:
        self.facts = facts
        self.origins = Origins(facts)

    def declared(self) -> Iterator[tuple[int, Route, str]]:
        """(method's definition, (HTTP method, path), framework) of each mapping in an annotation."""
        spring = imports_any(self.facts, "org.springframework")
        jax_rs = imports_any(self.facts, "javax.ws.rs", "jakarta.ws.rs")
        micronaut = imports_any(self.facts, "io.micronaut.http")
        servlet = imports_any(self.facts, "javax.servlet", "jakarta.servlet")
        for index, definition in enumerate(self.facts.definitions):
            if definition.kind != "method":
                continue
            owner = self.facts.definitions[definition.parent]
            found: list[tuple[str, Iterator[Route]]] = [
                ("spring", self._spring(definition, owner) if spring else iter(())),
                ("jax-rs", self._jax_rs(definition, owner) if jax_rs else iter(())),
                ("micronaut", self._micronaut(definition, owner) if micronaut else iter(())),
                ("servlet", self._servlet(definition, owner) if servlet else iter(())),
            ]
            for framework, routes in found:
                for route in routes:
                    yield index, route, framework

    def _spring(self, definition: Definition, owner: Definition) -> Iterator[Route]:
        for each in definition.decorators:
            name = annotation_name(each)
            if name in _SPRING:
                methods: tuple[str, ...] = (_SPRING[name],)
            elif name == "RequestMapping":
                methods = tuple(_last(value) for value in values(each, "method")) or ("ANY",)
            else:
                continue
            prefixes = texts(_mapping(owner), self.origins, "value", "path", "url", scope=definition.parent) or ("",)
            paths = texts(each, self.origins, "value", "path", "url", scope=definition.parent) or ("",)
            for method in methods:
                for prefix in prefixes:
                    yield from ((method, route_path(prefix, path)) for path in paths)

    def _jax_rs(self, definition: Definition, owner: Definition) -> Iterator[Route]:
        prefix = self._one(annotation(owner, "Path"), definition.parent)
        path = self._one(annotation(definition, "Path"), definition.parent)
        for each in definition.decorators:
            if annotation_name(each) in _JAX_RS:
                yield annotation_name(each), route_path(prefix, path)

    def _micronaut(self, definition: Definition, owner: Definition) -> Iterator[Route]:
        controller = annotation(owner, "Controller")
        for each in definition.decorators if controller is not None else ():
            method = _MICRONAUT.get(annotation_name(each))
            if method:
                yield method, route_path(self._one(controller, definition.parent), self._one(each, definition.parent))

    def _servlet(self, definition: Definition, owner: Definition) -> Iterator[Route]:
        paths = texts(annotation(owner, "WebServlet"), self.origins, "value", "urlPatterns", scope=definition.parent)
        if definition.name in _SERVLET:
            yield from ((_SERVLET[definition.name], route_path(path)) for path in paths)

    def _one(self, decorator: Expr | None, scope: int) -> str:
        return next(iter(texts(decorator, self.origins, "value", "uri", scope=scope)), "")

    def functional(self, called: Called) -> Iterator[EntryPoint]:
        """WebFlux's `route().GET("/x", handler::get)`."""
        function = called.call.function
        if not isinstance(function, Attribute) or function.name not in _JAX_RS:
            return
        path = self.origins.text(argument(called.call, 0), called.scope)
        handler = argument(called.call, 1)
        if path is None or handler is None or not path.startswith("/"):
            return
        if not isinstance(handler, Function | Attribute | Name):
            return
        yield EntryPoint("http", f"{function.name} {route_path(path)}", handler, called.scope, called.line, "webflux")

    def base_of_client(self, scope: int) -> str:
        """Where a declared client sends its requests."""
        client = annotation(self.facts.definitions[scope], "FeignClient")
        url = next(iter(texts(client, self.origins, "url", scope=scope)), "")
        name = next(iter(texts(client, self.origins, "name", "value", scope=scope)), "")
        return (url or (f"http://{name}" if name else "")).rstrip("/")


def _mapping(owner: Definition) -> Expr | None:
    return annotation(owner, "RequestMapping", "HttpExchange")


def _last(expr: Expr) -> str:
    return expr.name if isinstance(expr, Attribute) else expr.id if isinstance(expr, Name) else "ANY"


def _recognise(facts: FileFacts) -> Recognised:
    if not imports_any(facts, "org.springframework", "javax.", "jakarta.", "io.micronaut"):
        return Recognised()
    routes = _Routes(facts)
    entry_points: list[EntryPoint] = []
    accesses: list[Access] = []
    for index, (method, path), framework in routes.declared():
        definition = facts.definitions[index]
        owner = facts.definitions[definition.parent]
        if annotation(owner, *_CLIENTS) is not None:
            key = f"{method} {routes.base_of_client(definition.parent)}{path}"
            accesses.append(Access("requests", key, index, definition.line))
            continue
        is_certain = framework != "spring" or annotation(owner, "RestController", "Controller") is not None
        entry_points.append(
            EntryPoint(
                "http", f"{method} {path}", Function(index), definition.parent, definition.line, framework, is_certain
            )
        )
    if imports_any(facts, "org.springframework.web.reactive", "org.springframework.web.servlet.function"):
        for called in calls(facts):
            entry_points.extend(routes.functional(called))
    return Recognised(entry_points=tuple(entry_points), accesses=tuple(accesses))


RECOGNISER: Final = Recogniser(languages=("java",), version=1, recognise=_recognise)
