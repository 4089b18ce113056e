"""Who requests a route that a definition handles: code of the same repository, most often a test, that names its address.

No name leads from one to the other, so nobody sees it: the method and the address are compared with what the route is called
once its router is mounted. Of several routes that an address fits, the one a framework would choose is meant, and of
routes alike the nearest. The files are found by the segments of the path (see `landscape.terms`).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from msgspec.structs import replace

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.impact import Certainty, EdgeKind
from weighbridge.domain.paths import folder_of
from weighbridge.facts.addresses import NAMED, OTHER, UNKNOWN
from weighbridge.facts.model import Request
from weighbridge.landscape.file_names import SCRIPTS
from weighbridge.landscape.landscape import Landscape
from weighbridge.landscape.references import MOST_READ, Reference, References, shared_folders
from weighbridge.landscape.route_fit import Fit, Route, fit
from weighbridge.landscape.route_handlers import Routed, RouteHandlers
from weighbridge.landscape.sites import Site
from weighbridge.landscape.terms import ENTRIES, REQUESTED, request_keys, route_keys
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

_OWN: Final = (".internal", ".intranet", ".lan", ".corp", ".private", ".svc", ".local", ".home.arpa", ".localdomain")
"""What the names of hosts end with that are reached from within alone: whoever writes one asks a server of their own."""

_SAYS_NOTHING: Final = frozenset({"server", "service", "services", "backend", "internal", "public", "main", "routes"})
"""Words of hosts and folders that many share."""

_LEAST_LETTERS: Final = 4
_LEAST_FIXED: Final = 2
"""Segments of a path that stands behind an unknown address and can still be told from another server's."""

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
        self._by_key: dict[RepoPath, Mapping[str, Sequence[Request]]] = {}
        self._near: dict[tuple[str, RepoPath], Sequence[RepoPath]] = {}
        self._own: dict[tuple[RepoPath, str, str], bool] = {}
        self._left = 0
        """Requests and routes that may still be looked at for the route at hand."""

    def to(self, site: Site) -> tuple[Reference, ...]:
        """Who requests a route that the definition at `site` handles, by itself or as a member of the class that does."""
        return self._search(site, or_members=False)

    def to_class(self, site: Site) -> tuple[Reference, ...]:
        """Who requests a route of a class or of any of its members: whoever does gets hold of an object of it."""
        return self._search(site, or_members=True)

    def routes_of(self, path: RepoPath) -> tuple[Routed, ...]:
        """The routes of a file, each as often as it is mounted."""
        return self._handlers.routes_of(path)

    def requesting(self, routed: Routed) -> tuple[Reference, ...]:
        """Who requests one route."""
        return tuple(self._requesting(routed))

    def is_answered(self, path: RepoPath, request: Request) -> bool:
        """Whether any route may be meant by a request of a file."""
        for key in request_keys(request):
            for each in self._nearest(ENTRIES + key, path)[:MOST_RIVALS]:
                if not is_test(each) and any(fit(request, r.route) for r in self._handlers.with_key(each, key)):
                    return True
        return False

    def _search(self, site: Site, *, or_members: bool) -> tuple[Reference, ...]:
        key = (site, or_members)
        if key not in self._found:
            handled = dict.fromkeys(self._handlers.leading_to(site, or_members=or_members))
            self._found[key] = tuple(reference for routed in handled for reference in self._requesting(routed))
        return self._found[key]

    def _requesting(self, routed: Routed) -> Iterator[Reference]:
        may_look = self._left = self._work.mentions_left(routed.path)
        what = f"{routed.route.method} {routed.route.path}"
        keys = _keys(routed.route)
        for path in self._candidates(routed, keys):
            requests = dict.fromkeys(request for key in keys for request in self._with_key(path, key))
            shares: dict[tuple[str, str, str], float] = {}
            for request in requests if self._may_look() else ():
                asked = (request.method, request.path, request.host)
                if asked not in shares:
                    shares[asked] = self._share(routed, request, path=path) if self._may_look() else 0
                if shares[asked]:
                    source, kind, inferred = Symbol(path, request.scope), EdgeKind.REQUESTS, Certainty.INFERRED
                    yield Reference(source, kind, inferred, request.line, share=shares[asked], what=what)
        if not self._left:
            self._work.cut(routed.path, "its routes are requested more often than can be looked at")
        self._work.looked(routed.path, may_look - self._left)

    def _with_key(self, path: RepoPath, key: str) -> Sequence[Request]:
        """The requests of a file that are found by a key (see `landscape.terms`)."""
        if path not in self._by_key:
            facts = self._landscape.facts(path)
            found: dict[str, list[Request]] = defaultdict(list)
            for request in facts.requests if facts else ():
                for each in request_keys(request):
                    found[each].append(request)
            self._by_key[path] = found
        return self._by_key[path].get(key, ())

    def _may_look(self) -> bool:
        """Whether one more request, or route that it may mean, may be looked at."""
        self._left = max(0, self._left - 1)
        return self._left > 0

    def _candidates(self, routed: Routed, keys: Sequence[str]) -> Sequence[RepoPath]:
        """The files that may request a route, the nearest first."""
        files = dict.fromkeys(path for key in keys for path in self._nearest(REQUESTED + key, routed.path))
        near = [path for path in files if self._may_mean(routed, path)]
        if len(near) > MOST_READ:
            self._references.unread[routed.route.path] = len(near) - MOST_READ
        self._references.read(near[:MOST_READ])
        return near[:MOST_READ]

    def _may_mean(self, routed: Routed, path: RepoPath) -> bool:
        """Whether a file can get at a route: a test's by what imports the test, an example's from beside the example too.

        What a test file requests of its own routes is not asked: it notices whatever they do.
        """
        if is_test(routed.path):
            return path != routed.path and self._references.is_given(routed.path, path)
        if path == routed.path:
            return True
        example = _example_of(routed.path)
        return not example or path.startswith(example) or path in self._references.importers.of(routed.path)

    def _share(self, routed: Routed, request: Request, *, path: RepoPath) -> float:
        """How much of what a request may mean is this route; 0 where it means another, or a server elsewhere."""
        fits = self._fit(request, routed.route, path=path)
        is_guessed = _is_own(request.host, routed.path) and not is_test(path)
        if fits is None or (not is_guessed and _is_elsewhere(request.host, is_tested=is_test(path))):
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
        if len(alike) > 1 and (is_guessed or self._is_behind_unknown(request, path)):
            return 0
        return (1 if fits.is_whole and not is_guessed else _PART) / len(alike)

    def _is_behind_unknown(self, request: Request, path: RepoPath) -> bool:
        """Whether a server's code asks at an address whose beginning is a setting."""
        facts = self._landscape.facts(path)
        is_server = facts is not None and facts.language not in SCRIPTS and not is_test(path)
        return is_server and request.path.startswith(UNKNOWN)

    def _fit(self, request: Request, route: Route, *, path: RepoPath) -> Fit | None:
        """How a request of a file fits a route; outside tests it must say enough: tables have a key `/`, servers a `/users`.

        A page's script gets the beginning of its addresses from elsewhere; what other code begins with may be any server's,
        so that there more of the path must be said.
        """
        fits = fit(request, route)
        if is_test(path):
            return fits
        facts = self._landscape.facts(path)
        if fits is None:
            return _behind_proxy(request, route) if facts is not None and facts.language in SCRIPTS else None
        if facts is not None and facts.language in SCRIPTS:
            says_enough = all(map(_is_base, route.segments[: -fits.left_out]))
        else:
            telling = [each for each in route.fixed if not _is_base(each)]
            is_told = not request.path.startswith(UNKNOWN) or len(telling) >= _LEAST_FIXED
            says_enough = not fits.left_out and is_told
        return fits if says_enough and route.fixed else None

    def _has_own(self, path: RepoPath, request: Request) -> bool:
        """Whether a file has itself a route that is asked for: a test is about that one then."""
        asked = (path, request.method, request.path)
        if asked not in self._own:
            own = (each for key in request_keys(request) for each in self._handlers.with_key(path, key))
            self._own[asked] = any(self._may_look() and fit(request, each.route) for each in own)
        return self._own[asked]

    def _rivals(self, routed: Routed, request: Request, *, path: RepoPath) -> Iterator[Routed]:
        """The routes that an address may fit as well: with a segment of it fixed that this one leaves open, or like this one."""
        fixed = frozenset(routed.route.fixed)
        asked = [key for key in request_keys(request) if key not in fixed]
        for key in dict.fromkeys((*asked, *_keys(routed.route))):
            near = self._nearest(ENTRIES + key, path)[:MOST_RIVALS]
            for each in dict.fromkeys((routed.path, *near)):
                if each == routed.path or not is_test(each):
                    yield from (rival for rival in self._handlers.with_key(each, key) if self._may_look())

    def _nearest(self, term: str, path: RepoPath) -> Sequence[RepoPath]:
        """The files with a term, those first that share most folders with a file."""
        key = (term, folder_of(path))
        if key not in self._near:
            files = self._landscape.files_with(term)
            self._near[key] = sorted(files, key=lambda each: (-shared_folders(each, path), each))
        return self._near[key]


def _behind_proxy(request: Request, route: Route) -> Fit | None:
    """How an address of a page fits a route where what stands before the page's server takes `/api` away."""
    segments = request.path.split("/")[1:]
    at = next((i for i, each in enumerate(segments) if not _is_base(each)), 0)
    if not at or request.host or request.path.startswith(UNKNOWN) or not route.fixed:
        return None
    fits = fit(replace(request, path="/" + "/".join(segments[at:])), route)
    return replace(fits, is_whole=False, left_out=-len(route.segments)) if fits is not None and fits.is_whole else None


def _keys(route: Route) -> list[str]:
    """What the requests of a route are found by: its last fixed segment, or how many are left open; and its name."""
    name = [NAMED + route.name.rpartition(".")[2]] if route.name else []
    return [*route_keys(route.path)[-1:], *name]


def _example_of(path: RepoPath) -> str:
    """The folder of the example that a file belongs to; empty when it belongs to none."""
    folders = path.split("/")[:-1]
    at = next((i for i, folder in enumerate(folders[:_TOP]) if folder.strip("_") in _EXAMPLES), None)
    return "" if at is None else "/".join(folders[: at + 2]) + "/"


def _is_base(segment: str) -> bool:
    """Whether a segment is one that the address of an interface as a whole ends with: `api`, `v1`."""
    return segment in _BASES or (segment[:1] == "v" and segment[1:].isdigit())


def _is_own(host: str, route: RepoPath) -> bool:
    """Whether the name of a host says that it may be the server of a route: it is reached from within, or called as the route's folder."""
    if "." not in host or host == OTHER or host in _LOCAL:
        return False
    folders = {word for folder in route.split("/")[:-1] for word in _words(folder)}
    return host.endswith(_OWN) or not folders.isdisjoint(_words(host.partition(".")[0]))


def _words(name: str) -> set[str]:
    return {
        word
        for word in name.lower().replace("_", "-").split("-")
        if len(word) >= _LEAST_LETTERS and word not in _SAYS_NOTHING
    }


def _is_elsewhere(host: str, *, is_tested: bool) -> bool:
    """Whether a host is somebody else's."""
    if not host or host in _LOCAL:
        return False
    if host == OTHER:
        return not is_tested
    return "." in host and not (is_tested and host.endswith(_RESERVED))
