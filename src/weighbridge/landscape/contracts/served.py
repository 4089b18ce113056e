"""Whether code of the repository still answers what a description no longer has: then it was hidden, and nobody is refused."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Place
from weighbridge.facts.addresses import segments_of
from weighbridge.facts.model import Request
from weighbridge.landscape.contracts.breaks import Operation
from weighbridge.landscape.landscapes import View
from weighbridge.landscape.route_fit import fit
from weighbridge.landscape.terms import ENTRIES, route_keys
from weighbridge.landscape.test_files import is_test

_UNREAD: Final = (".rs", ".cs", ".kt", ".php", ".ex", ".scala", ".swift", ".rb")
"""Files of servers in languages whose routes are not known as such."""

_REGISTERED: Final = LatePattern(
    r"(?P<how>\.\w*route\w*|\.(?:nest|scope|resource|map_?\w*|get|post|put|patch|delete)|(?:#|\$\w+->|Route::)\[?\w+"
    r"|@\w+Mapping|\[Http\w+|\b(?:get|post|put|patch|delete))\s*[(\s]\s*[\"'](?P<path>/?[\w{}:<>./*?-]+)[\"']"
    r"(?P<then>[^;]{0,200})",
    re.IGNORECASE,
)
_OPEN: Final = LatePattern(r"\A(?::\w+|\{[^}]*\}|<[^>]*>)\Z")
_MOST_FILES: Final = 1_500
_MOST_BYTES: Final = 400_000


def still_served(operations: Sequence[Operation], view: View) -> Place | None:
    """Where the first of some operations is answered; None where any is not, as far as can be told."""
    texts: dict[RepoPath, str] | None = None
    found: list[Place] = []
    for operation in operations:
        place = next(_in_routes(operation, view), None)
        if place is None:
            texts = _texts(view) if texts is None else texts
            place = next(_in_texts(operation, texts), None)
        if place is None:
            return None
        found.append(place)
    return found[0] if found else None


def _in_routes(operation: Operation, view: View) -> Iterator[Place]:
    request = Request(operation.method, re.sub(r"\{[^{}/]*\}", "{}", operation.path), 0, 1)
    for key in route_keys(operation.path)[-1:]:
        for path in view.landscape.files_with(ENTRIES + key):
            facts = None if is_test(path) else view.landscape.facts(path)
            for routed in view.requests.routes_of(path) if facts else ():
                is_rest = any("*" in each for each in routed.route.segments)  # which answers whatever nothing else does
                if routed.route.fixed and not is_rest and fit(request, routed.route):
                    lines = (e.line for e in facts.entry_points if e.handler == routed.handler) if facts else ()
                    line = max(next(iter(lines), 1), 1)
                    yield Place(path=path, line=line, end_line=line)


def _texts(view: View) -> dict[RepoPath, str]:
    blobs = view.landscape.tree.blobs
    likely = [path for path in blobs if path.endswith(_UNREAD) and not is_test(path)]
    if len(likely) > _MOST_FILES:
        return {}
    read = ((path, view.landscape.read(blobs[path].oid, _MOST_BYTES)) for path in likely)
    return {path: data.decode("utf-8", "replace") for path, data in read if isinstance(data, bytes)}


def _in_texts(operation: Operation, texts: dict[RepoPath, str]) -> Iterator[Place]:
    """Where a route is registered whose segments end the operation's path, with its method beside it."""
    wanted = ["{}" if "{" in each else each for each in segments_of(operation.path)]
    word = next((each for each in reversed(wanted) if each != "{}"), "")
    for path, text in texts.items() if word else ():
        if word not in text:
            continue
        for each in _REGISTERED.finditer(text):
            written = ["{}" if _OPEN.match(part) else part for part in each["path"].strip("/").split("/")]
            is_it = word in written and written == wanted[-len(written) :]
            if is_it and re.search(rf"(?i)(?<![a-z]){operation.method}", each["how"] + each["then"]):
                line = text.count("\n", 0, each.start("path")) + 1
                yield Place(path=path, line=line, end_line=line)
