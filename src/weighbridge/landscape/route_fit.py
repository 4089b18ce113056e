"""Whether an address that is requested fits a route, and which of several routes it fits best.

What an address leaves open stands for something that the route leaves open too: `/owners/{}` means `/owners/{id}`, and not
`/owners/find`. Both are taken segment by segment, in time that grows with the product of their lengths.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Final

from msgspec import Struct

from weighbridge.facts.addresses import NAMED, UNKNOWN, segments_of
from weighbridge.facts.model import Request

_REST: Final = "{*}"
_METHODS: Final = {"HEAD": ("HEAD", "GET")}
_ANY: Final = "ANY"
_MOST_SEGMENTS: Final = 40
"""Nobody writes a longer route."""


class Route(Struct, frozen=True, kw_only=True, dict=True):
    """A method and a path as a server answers them; not `is_whole` where something unknown may stand before the path."""

    method: str
    path: str
    is_whole: bool = True
    name: str = ""
    """What its framework calls it, where that is the handler's name: `index`, or `blog.index`."""

    @cached_property
    def segments(self) -> list[str]:
        """The path's segments, parameters as `{name}`, a rest as `{*}`."""
        return segments_of(self.path)

    @cached_property
    def fixed(self) -> list[str]:
        """The segments that are not left open."""
        return [segment for segment in self.segments if "{" not in segment]

    @cached_property
    def precedence(self) -> tuple[int, ...]:
        """The greater, the sooner a request that fits several routes is answered by this one."""
        return tuple([2 if "{" not in each else 0 if each == _REST else 1 for each in self.segments])


class Fit(Struct, frozen=True, order=True):
    """How well an address fits a route: the whole of both before a part of one, the greater part, then what is fixed."""

    is_whole: bool
    left_out: int
    """Minus the number of segments of the route that the address leaves out."""
    precedence: tuple[int, ...]


def fit(request: Request, route: Route) -> Fit | None:
    """How a request fits a route; None when it does not. A route that is nothing but a rest fits whatever is asked: nothing is told by it."""
    wanted = route.segments
    if request.path.startswith(NAMED):
        is_it = _same_method(request.method, route.method) and _same_name(request.path.removeprefix(NAMED), route.name)
        return Fit(is_whole=True, left_out=0, precedence=()) if is_it else None
    if not _same_method(request.method, route.method) or wanted == [_REST] or len(wanted) > _MOST_SEGMENTS:
        return None
    asked = segments_of(request.path.partition("/")[2])
    if not request.path.startswith(UNKNOWN) and _leads(asked, wanted):
        return Fit(is_whole=True, left_out=0, precedence=route.precedence)
    for start in _behind_prefix(asked, wanted):
        if _leads(asked, wanted, start=start):
            return Fit(is_whole=False, left_out=-start, precedence=route.precedence)
    if not route.is_whole and route.fixed and _leads(asked, wanted, may_begin_later=True):
        return Fit(is_whole=False, left_out=0, precedence=route.precedence)
    return None


def _behind_prefix(asked: list[str], wanted: list[str]) -> Iterator[int]:
    """Where an address can begin that leaves the beginning of a route out: what it begins with is fixed, and all before it.

    A client has a base address, and a test may mount a router below another path.
    """
    for at, segment in enumerate(wanted):
        if "{" in segment:
            return
        if asked and asked[0] == segment:
            yield at


def _same_method(asked: str, answered: str) -> bool:
    return _ANY in (asked, answered) or answered in _METHODS.get(asked, (asked,))


def _same_name(asked: str, name: str) -> bool:
    """Whether a name means a route: where it is not known what holds the route, any such word may stand before."""
    return bool(name) and (asked == name or ("." not in name and asked.rpartition(".")[2] == name))


def _leads(asked: list[str], wanted: list[str], *, start: int = 0, may_begin_later: bool = False) -> bool:
    """Whether the asked segments lead from a start to the end of those wanted."""
    reached = {start}
    for number, segment in enumerate(asked):
        if may_begin_later:
            reached.add(0)
        reached = _after(reached, segment, wanted=wanted, is_last=number == len(asked) - 1)
        if not reached and not may_begin_later:
            return False
    return len(wanted) in reached or (len(wanted) - 1 in reached and wanted[-1] == _REST)


def _after(reached: set[int], segment: str, *, wanted: list[str], is_last: bool) -> set[int]:
    """Where one more segment leads."""
    found: set[int] = set()
    is_within = False
    for at, each in enumerate(wanted):
        if each == _REST:
            found.update((at, at + 1) if at in reached else ())
        elif segment == UNKNOWN:  # a part that is not known may have slashes of its own
            is_within = (is_within or at in reached) and _is_open(each)
            found.update((at + 1,) if is_within else ())
        elif at in reached and _fits(segment, each, is_last=is_last):
            found.add(at + 1)
    return found


def _fits(segment: str, wanted: str, *, is_last: bool) -> bool:
    """Whether a segment that is known at least in part fits one of a route."""
    if "{" not in wanted:
        # What follows the last segment directly may be a query.
        return segment == wanted or (is_last and segment == wanted + UNKNOWN)
    first, last = wanted.partition("{")[0], wanted.rpartition("}")[2]
    if UNKNOWN in segment:
        known, ending = segment.partition(UNKNOWN)[0], segment.rpartition(UNKNOWN)[2]
        return (known.startswith(first) or first.startswith(known)) and (ending.endswith(last) or last.endswith(ending))
    return len(segment) > len(first) + len(last) and segment.startswith(first) and segment.endswith(last)


def _is_open(wanted: str) -> bool:
    return wanted.startswith("{") and wanted.endswith("}")
