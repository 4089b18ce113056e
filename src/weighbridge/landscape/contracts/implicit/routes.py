"""Routes that a change takes away while code of the repository goes on requesting them."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.places import Place, Side
from weighbridge.facts.model import FileFacts, Request
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.contracts.implicit.answers import handler_name
from weighbridge.landscape.landscapes import Landscapes, View
from weighbridge.landscape.references import Reference
from weighbridge.landscape.route_handlers import Routed
from weighbridge.landscape.test_files import is_test

_MOST_ROUTES: Final = 30
"""Routes that are gone and are asked after: where more are, a server is taken down on purpose."""


class LostRoute(Struct, frozen=True, kw_only=True):
    """A route that nothing answers any more: `askers` still request it; `now` is what came in its place."""

    route: str
    place: Place
    askers: tuple[Place, ...]
    now: str = ""


def may_lose(code: CodeChange) -> bool:
    """Whether any changed file answered a route and does no longer."""
    return any(_gone(file) for path, file in code.files.items() if not is_test(path))


def lost_routes(code: CodeChange, landscapes: Landscapes) -> Iterator[LostRoute]:
    """Every route that went and is still requested."""
    changed = [file for path, file in code.files.items() if not is_test(path)]
    kept = {_called(routed) for file in changed for routed in _routes(landscapes.head, file, side=Side.HEAD)}
    stood = {_called(routed) for file in changed for routed in _routes(landscapes.base, file, side=Side.BASE)}
    left = _MOST_ROUTES
    for file in changed:
        gone = [
            each for each in _routes(landscapes.base, file, side=Side.BASE) if _gone(file) and _called(each) not in kept
        ]
        come = [each for each in _routes(landscapes.head, file, side=Side.HEAD) if _called(each) not in stood]
        for routed in gone:
            left -= 1
            if left < 0:
                return
            references = landscapes.base.requests.requesting(routed)
            askers = tuple(dict.fromkeys(place for each in references for place in _still(each, landscapes.head)))
            if askers:
                now = f"{come[0].route.method} {come[0].route.path}" if len(gone) == len(come) == 1 else ""
                yield _told(file, routed, askers=askers, now=now)


def _gone(file: FileCode) -> bool:
    kept = _entries(file.head)
    return any(each not in kept for each in _entries(file.base))


def _entries(facts: FileFacts | None) -> set[str]:
    return {entry.key for entry in facts.entry_points if entry.kind == "http"} if facts else set()


def _routes(view: View, file: FileCode, *, side: Side) -> tuple[Routed, ...]:
    blob = file.change.on(side)
    return view.requests.routes_of(blob.path) if blob and file.on(side) is not None else ()


def _called(routed: Routed) -> tuple[str, tuple[str, ...]]:
    """What a route is requested by, whatever its open segments are called."""
    return routed.route.method, tuple("{}" if "{" in each else each for each in routed.route.segments)


def _still(reference: Reference, head: View) -> Iterator[Place]:
    """Where code requests in head what it requested, and no route of head is meant."""
    path = reference.source.path
    facts = None if is_test(path) else head.landscape.facts(path)
    for request in facts.requests if facts and reference.what else ():
        if _is_of(request, reference, facts=facts) and not head.requests.is_answered(path, request):
            yield Place(path=path, line=request.line, end_line=request.line)


def _is_of(request: Request, reference: Reference, *, facts: FileFacts | None) -> bool:
    """Whether it may be the request that was there: of the same route, as far as one may tell, from any line."""
    method, _, address = reference.what.partition(" ")
    if request.method not in (method, "ANY") and method != "ANY":
        return False
    asked, fixed = (
        request.path.strip("/").split("/"),
        [each for each in address.strip("/").split("/") if "{" not in each],
    )
    return facts is not None and bool(fixed) and fixed[-1] in asked


def _told(file: FileCode, routed: Routed, *, askers: tuple[Place, ...], now: str) -> LostRoute:
    route = f"{routed.route.method} {routed.route.path}"
    base = file.base
    entry = (
        next((e for e in base.entry_points if e.kind == "http" and e.handler == routed.handler), None) if base else None
    )
    symbol = handler_name(entry, base) if entry else ""
    line = max(entry.line if entry else 1, 1)
    blob = file.change.base
    path = blob.path if blob else RepoPath(file.change.path)
    place = Place(path=path, line=line, end_line=line, symbol=symbol if symbol.isidentifier() else "", side=Side.BASE)
    return LostRoute(route=route, place=place, askers=askers, now=now)
