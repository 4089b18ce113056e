"""Who in the repository calls what a description describes: code that requests its methods and paths."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.places import Place
from weighbridge.facts.addresses import OTHER, UNKNOWN, segments_of
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import FileFacts, Request, Text
from weighbridge.landscape.contracts.breaks import Operation
from weighbridge.landscape.contracts.uses import Consumer, UsesOfNames
from weighbridge.landscape.file_names import SCRIPTS
from weighbridge.landscape.landscape import Landscape
from weighbridge.landscape.route_fit import Route, fit
from weighbridge.landscape.terms import REQUESTED, expressions, request_keys, route_keys
from weighbridge.landscape.test_files import is_test

_MOST_FILES: Final = 200
"""Files with a segment of a path among their requests that are looked at for one operation."""

_MOST_OPERATIONS: Final = 400
_LOCAL: Final = ("localhost", "127.0.0.1", "[::1]")


class Consumers:
    """Answers for one tree: `bases` are what stands before the paths of a description, `hosts` the servers it names,
    `ids` what clients that are generated call its operations.
    """

    def __init__(
        self,
        landscape: Landscape,
        *,
        bases: Sequence[str],
        hosts: frozenset[str],
        changed: frozenset[RepoPath],
        ids: Mapping[Operation, str],
    ) -> None:
        self._landscape = landscape
        self._ids = ids
        self._by_name = UsesOfNames(landscape, changed=changed)
        self._bases = bases
        self._hosts = hosts
        self._changed = changed
        self._known: dict[Operation, tuple[Consumer, ...]] = {}

    def of(self, operations: Sequence[Operation]) -> list[Consumer]:
        """Who requests any of some operations, tests left out; who is only supposed to says nothing by being changed too."""
        found = (consumer for operation in operations[:_MOST_OPERATIONS] for consumer in self._requesting(operation))
        return list({each.place: each for each in found if each.is_left or not each.is_supposed}.values())

    def any_of(self, operations: Sequence[Operation]) -> bool:
        """Whether anybody requests any of some operations, as their own address says: then those who call this description's are here."""
        return any(
            not each.is_supposed for operation in operations[:_MOST_OPERATIONS] for each in self._requesting(operation)
        )

    def _requesting(self, operation: Operation) -> tuple[Consumer, ...]:
        if operation not in self._known:
            called = self._by_name.calls_of(operation, self._ids.get(operation, ""))
            self._known[operation] = (*self._search(operation), *called)
        return self._known[operation]

    def _search(self, operation: Operation) -> Iterator[Consumer]:
        base = next((base for base in self._bases if "{" not in base), "")
        own = len(segments_of(base))
        route = Route(method=operation.method, path=base + operation.path)
        nearer: list[Route] | None = None
        keys = route_keys(operation.path)[-1:]
        for path in [each for key in keys for each in self._landscape.files_with(REQUESTED + key)][:_MOST_FILES]:
            facts = None if is_test(path) else self._landscape.facts(path)
            for request in facts.requests if facts else ():
                if keys[0] not in request_keys(request) or facts is None:
                    continue
                fits = self._fits(request, route, own=own, facts=facts)
                if not fits and (fits is None or not self._is_client(facts)):
                    continue
                if nearer is None:
                    nearer = list(self._nearer(route, base=base))
                if not any(fit(request, each) for each in nearer):
                    name = facts.definitions[request.scope].name if request.scope < len(facts.definitions) else ""
                    place = Place(path=path, line=request.line, end_line=request.line, symbol=name)
                    yield Consumer(place, operation, path not in self._changed, not fits)

    def _nearer(self, route: Route, *, base: str) -> Iterator[Route]:
        """The routes of the same description that have fixed words where one is open: what is asked of them is not asked of it."""
        for operation in self._ids if "{" in route.path else ():
            if operation.method != route.method or operation.path.count("{") >= route.path.count("{"):
                continue
            other = Route(method=operation.method, path=base + operation.path)
            if len(other.segments) == len(route.segments) and all(
                one == each or "{" in each for one, each in zip(other.segments, route.segments, strict=True)
            ):
                yield other

    def _fits(self, request: Request, route: Route, *, own: int, facts: FileFacts) -> bool | None:
        """Whether a request means a route; what it leaves out at the beginning may be no more than what stands before all paths.

        None where it cannot, False where it may mean one of another API just as well.
        """
        found = fit(request, route)
        if found is None or -found.left_out > own or not self._is_here(request.host):
            return None
        if found.is_whole:
            return True
        fixed = len(route.fixed) + found.left_out
        return fixed > 1 or facts.language in SCRIPTS or not request.path.startswith(UNKNOWN)

    def _is_client(self, facts: FileFacts) -> bool:
        """Whether a file that asks an address which is not known asks this API: it names its server, or asks for longer paths of it."""
        if any(_names(facts, host) for host in self._hosts if host):
            return True
        unknown = [request for request in facts.requests if request.path.startswith(UNKNOWN)]
        longer = [Route(method=each.method, path=each.path) for each in self._ids]
        return any(
            len(route.fixed) > 1 and (found := fit(request, route)) is not None and found.left_out == 0
            for route in longer
            for request in unknown
        )

    def _is_here(self, host: str) -> bool:
        name = host.partition(":")[0]
        return not host or host == OTHER or name in self._hosts or name in _LOCAL or "." not in name


def _names(facts: FileFacts, host: str) -> bool:
    """Whether a file says the address of a server."""
    return any(
        type(part) is Text and f"//{host}" in part.value for _, _, expr in expressions(facts) for part in walk(expr)
    )
