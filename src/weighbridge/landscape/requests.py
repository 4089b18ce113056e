"""Who requests a route that a definition handles: code of the same repository, most often a test, that names its address.

No name leads from one to the other, so nobody sees it: the method and the address are compared with what the route is called
once its router is mounted. Of several routes that an address fits, the one a framework would choose is meant, and of
routes alike the nearest. The files are found by the segments of the path (see `landscape.terms`).
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.impact import Certainty, EdgeKind
from weighbridge.facts.addresses import NAMED, OTHER, UNKNOWN, segments_of
from weighbridge.facts.model import Request
from weighbridge.landscape.landscape import Landscape
from weighbridge.landscape.references import MOST_READ, Reference, References, shared_folders
from weighbridge.landscape.route_fit import Fit, Route, fit
from weighbridge.landscape.route_handlers import Routed, RouteHandlers
from weighbridge.landscape.sites import Site
from weighbridge.landscape.terms import ENTRIES, FEW_SEGMENTS, REQUESTED
from weighbridge.landscape.test_files import is_test
from weighbridge.landscape.values import Symbol
from weighbridge.landscape.work import Work

MOST_RIVALS: Final = 50
"""Files looked at that have a segment of an address among their routes, the nearest first."""

_PART: Final = 0.5
"""The share of a route whose beginning an address leaves out."""

_LOCAL: Final = frozenset({"localhost", "testserver", "127.0.0.1", "[::1]"})
_RESERVED: Final = (
    "example.com",
    "example.org",
    "example.net",
    ".test",
    ".example",
    ".local",
    ".localhost",
    ".invalid",
)
"""Names that nobody has (RFC 2606): tests give them to the server they test."""

_SCRIPTS: Final = frozenset({"javascript", "typescript", "tsx"})
_BASES: Final = frozenset({"api", "rest"})
_EXAMPLES: Final = frozenset({"examples", "example", "samples", "demos", "docs", "docs_src"})
_TOP: Final = 2
"""Levels of folders on which examples lie; further down a package may have such a name."""


class Requests:
    """Answers for one landscape; answers are remembered."""

    def __init__(self, landscape: Landscape, references: References, *, handlers: RouteHandlers, work: Work) -> None:
        self._landscape = landscape
        self._references = references
        self._handlers = handlers
        self._work = work
        self._found: dict[tuple[Site, bool], tuple[Reference, ...]] = {}
        self._left = 0
        """Requests and routes that may still be looked at for the route at hand."""

    def to(self, site: Site) -> tuple[Reference, ...]:
        """Who requests a route that the definition at `site` handles, by itself or as a member of the class that does."""
        return self._search(site, or_members=False)

    def to_class(self, site: Site) -> tuple[Reference, ...]:
        """Who requests a route of a class or of any of its members: whoever does gets hold of an object of it."""
        return self._search(site, or_members=True)

    def _search(self, site: Site, *, or_members: bool) -> tuple[Reference, ...]:
        key = (site, or_members)
        if key not in self._found:
            handled = dict.fromkeys(self._handlers.leading_to(site, or_members=or_members))
            self._found[key] = tuple(reference for routed in handled for reference in self._requesting(routed))
        return self._found[key]

    def _requesting(self, routed: Routed) -> Iterator[Reference]:
        may_look = self._left = self._work.mentions_left(routed.path)
        what = f"{routed.route.method} {routed.route.path}"
        for path in self._candidates(routed):
            facts = self._landscape.facts(path)
            for request in facts.requests if facts else ():
                if self._may_look() and (share := self._share(routed, request, path=path)):
                    source = Symbol(path, request.scope)
                    line = request.line
                    yield Reference(source, EdgeKind.REQUESTS, Certainty.INFERRED, line, share=share, what=what)
        if not self._left:
            self._work.cut(routed.path, "its routes are requested more often than can be looked at")
        self._work.looked(routed.path, may_look - self._left)

    def _may_look(self) -> bool:
        """Whether one more request, or route that it may mean, may be looked at."""
        self._left = max(0, self._left - 1)
        return self._left > 0

    def _candidates(self, routed: Routed) -> Sequence[RepoPath]:
        """The files that may request a route, the nearest first: those that request its last fixed segment, or its name."""
        route, fixed, count = routed.route, routed.route.fixed, len(routed.route.segments)
        terms = [fixed[-1]] if fixed else [f"/{count}"] if count <= FEW_SEGMENTS else []
        terms += [NAMED + route.name.rpartition(".")[2]] if route.name else []
        files = {path for term in terms for path in self._landscape.files_with(REQUESTED + term)}
        near = self._nearest([path for path in files if self._may_mean(routed, path)], routed.path)
        if len(near) > MOST_READ:
            self._references.unread[routed.route.path] = len(near) - MOST_READ
        self._references.read(near[:MOST_READ])
        return near[:MOST_READ]

    def _may_mean(self, routed: Routed, path: RepoPath) -> bool:
        """Whether a file can get at a route: a test's by what imports the test, an example's from beside the example too."""
        if path == routed.path:
            return True
        if is_test(routed.path):
            return self._references.is_given(routed.path, path)
        example = _example_of(routed.path)
        return not example or path.startswith(example) or path in self._references.importers.of(routed.path)

    def _share(self, routed: Routed, request: Request, *, path: RepoPath) -> float:
        """How much of what a request may mean is this route; 0 where it means another, or a server elsewhere."""
        fits = self._fit(request, routed.route, path=path)
        if fits is None or _is_elsewhere(request.host, is_tested=is_test(path)):
            return 0
        if is_test(path) and path != routed.path and self._has_own(path, request):
            return 0
        nearness = shared_folders(path, routed.path)
        alike = {(routed.path, routed.handler)}
        for rival in self._rivals(routed, request, path=path):
            other = self._fit(request, rival.route, path=path)
            if other is None or other < fits:
                continue
            near = shared_folders(path, rival.path)
            if other > fits or near > nearness:
                return 0
            if near == nearness:
                alike.add((rival.path, rival.handler))
        return (1 if fits.is_whole else _PART) / len(alike)

    def _fit(self, request: Request, route: Route, *, path: RepoPath) -> Fit | None:
        """How a request of a file fits a route; outside tests it must say enough: tables have a key `/`, servers a `/users`.

        A page's script gets the beginning of its addresses from elsewhere; what other code begins with may be any server's.
        """
        fits = fit(request, route)
        if fits is None or is_test(path):
            return fits
        facts = self._landscape.facts(path)
        if facts is not None and facts.language in _SCRIPTS:
            says_enough = all(map(_is_base, route.segments[: -fits.left_out]))
        else:
            says_enough = not fits.left_out and not request.path.startswith(UNKNOWN)
        return fits if says_enough and route.fixed else None

    def _has_own(self, path: RepoPath, request: Request) -> bool:
        """Whether a file has itself a route that is asked for: a test is about that one then."""
        return any(self._may_look() and fit(request, own.route) for own in self._handlers.routes_of(path))

    def _rivals(self, routed: Routed, request: Request, *, path: RepoPath) -> Iterator[Routed]:
        """The routes that an address may fit as well: with a segment of it fixed that this one leaves open, or like this one."""
        fixed, count = routed.route.fixed, len(routed.route.segments)
        asked = [each for each in segments_of(request.path) if UNKNOWN not in each and each not in fixed]
        files: dict[RepoPath, None] = {}
        for segment in dict.fromkeys((*asked, *(fixed[-1:] or [f"/{count}"]))):
            files |= dict.fromkeys(self._nearest(self._landscape.files_with(ENTRIES + segment), path)[:MOST_RIVALS])
        for each in files:
            if each == routed.path or not is_test(each):
                yield from (rival for rival in self._handlers.routes_of(each) if self._may_look())

    def _nearest(self, files: Iterable[RepoPath], path: RepoPath) -> list[RepoPath]:
        return sorted(files, key=lambda each: (-shared_folders(each, path), each))


def _example_of(path: RepoPath) -> str:
    """The folder of the example that a file belongs to; empty when it belongs to none."""
    folders = path.split("/")[:-1]
    at = next((i for i, folder in enumerate(folders[:_TOP]) if folder.strip("_") in _EXAMPLES), None)
    return "" if at is None else "/".join(folders[: at + 2]) + "/"


def _is_base(segment: str) -> bool:
    """Whether a segment is one that the address of an interface as a whole ends with: `api`, `v1`."""
    return segment in _BASES or (segment[:1] == "v" and segment[1:].isdigit())


def _is_elsewhere(host: str, *, is_tested: bool) -> bool:
    """Whether a host is somebody else's."""
    if not host or host in _LOCAL:
        return False
    if host == OTHER:
        return not is_tested
    return "." in host and not (is_tested and host.endswith(_RESERVED))
