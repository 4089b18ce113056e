"""An alert, an objective or a receiver of alerts is gone: nobody is told of that any more."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import NotRead
from weighbridge.domain.places import Place, Side
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.observability.asked_metrics import AskedMetrics
from weighbridge.landscape.observability.watch_changes import Placed, WatchChanges

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(WatchChanges, AskedMetrics),
    weaknesses=(778,),
    tags=("observability", "alerts"),
)
MOST_SINGLY: Final = 5
"""More that go from one file are told in one sentence."""
_NAMED: Final = 4
_GRAVE: Final = frozenset({"critical", "page", "p1", "sev1", "high", "disaster", "emergency"})
_SAYS: Final = {
    "alert": "nobody is told of what it watched",
    "objective": "nobody is told when it is missed",
    "receiver": "whom it told is told no longer",
    "dashboard": "what it showed is nowhere to be seen",
}


def check(case: Case) -> Iterator[Finding | NotRead]:
    """One finding for each that goes, or for all of a file where it takes many."""
    changes = case[WatchChanges]
    yield from changes.unread
    gone = sorted(
        (each for each in changes.gone if each.watch.kind in _SAYS), key=lambda each: (each.path, each.watch.kind)
    )
    for _, group in groupby(gone, key=lambda each: (each.path, each.watch.kind)):
        placed = list(group)
        if len(placed) > MOST_SINGLY:
            yield _of_many(placed)
        else:
            yield from (_of_one(each, elsewhere=_elsewhere(each, case[AskedMetrics])) for each in placed)


def _elsewhere(placed: Placed, watched: AskedMetrics) -> str:
    """Another file of head that has an alert of the same name: a copy for another environment, or what it was moved to."""
    return watched.stands_in(placed.watch.name) or "" if placed.watch.kind == "alert" else ""


def _of_one(placed: Placed, *, elsewhere: str) -> Finding:
    watch = placed.watch
    grave = f" ({watch.severity})" if watch.severity else ""
    return RULE.finding(
        f"the {watch.kind} `{watch.name}`{grave} is removed: {_SAYS[watch.kind]}"
        if not elsewhere
        else f"the {watch.kind} `{watch.name}`{grave} is removed here; one of that name stands in {elsewhere}",
        placed.at(Side.BASE),
        anchor=f"{watch.kind} {watch.name}",
        severity=Severity.LOW if elsewhere else _severity([placed]),
    )


def _of_many(placed: Sequence[Placed]) -> Finding:
    names = ", ".join(f"`{each.watch.name}`" for each in placed[:_NAMED])
    first = placed[0]
    kind = first.watch.kind
    place = Place(path=first.path, line=first.watch.line, end_line=first.watch.line, side=Side.BASE)
    return RULE.finding(
        f"{len(placed)} {kind}s are removed ({names} and {len(placed) - _NAMED} more): {_SAYS[kind].replace(' it ', ' they ')}",
        place,
        anchor=f"{kind}s of {first.path}",
        severity=_severity(placed),
    )


def _severity(placed: Sequence[Placed]) -> Severity:
    if placed[0].watch.kind == "dashboard":
        return Severity.LOW
    return Severity.HIGH if any(each.watch.severity in _GRAVE for each in placed) else Severity.MEDIUM
