"""How much the system can carry changes, and no load test shows what it carries now."""

from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.inputs import Input, Inputs
from weighbridge.domain.outcomes import CouldNotLook, NotRead, Reason
from weighbridge.domain.places import Place
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.arguments import counted
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.criticality import words_of
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.sharing import entry_points_through
from weighbridge.landscape.surfaces.resources import AmountChange, amount_changes, holder
from weighbridge.landscape.test_files import is_test, stands_aside
from weighbridge.landscape.trials.load_tests import UnknownMeasureError, read_measured

RULE = Rule(
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    reads=(CodeChange, Inputs, Landscapes),
    roles=("python", "javascript", "typescript", "tsx", "go", "java", "input:load-test"),
    weaknesses=(400, 770),
    tags=("tests", "resources"),
)

KIND: Final = "load-test"
_CAPACITY: Final = frozenset(
    (
        "pool",
        "worker",
        "workers",
        "thread",
        "threads",
        "connection",
        "connections",
        "conns",
        "concurrency",
        "replicas",
        "parallelism",
        "permits",
    )
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """What the load tests that are given did not hold; where none is, one finding for the first capacity that changes."""
    found = [
        (file, change)
        for path, file in case[CodeChange].files.items()
        if not is_test(path) and not stands_aside(path)
        for change in amount_changes(file)
        if change.before and change.after and _is_capacity(change)
    ]
    given = case[Inputs].of(KIND)
    for each in given:
        yield from _judged(each, found, case=case)
    if found and not given:
        file, change = found[0]
        more = f", and {len(found) - 1} more of its kind" if found[1:] else ""
        yield RULE.finding(
            f"`{change.slot.label}` goes from {change.before} to {change.after}{more}: no load test of it was given"
            " (`--input load-test=FILE`)",
            file.at(change.line, symbol=holder(file, change)),
            anchor=f"load {change.slot.label}",
        )


def _is_capacity(change: AmountChange) -> bool:
    words = {word.lower() for word in words_of(change.slot.label)}
    return bool(words & _CAPACITY) and "timeout" not in words


def _judged(each: Input, found: list[tuple[FileCode, AmountChange]], *, case: Case) -> Iterator[Finding | CouldNotLook]:
    if isinstance(each.data, CouldNotLook):
        yield each.data
        return
    try:
        measured = read_measured(each.data)
    except UnknownMeasureError as error:
        yield NotRead(reason=Reason.UNPARSED, detail=f"{each.path}: {error}", path=each.path)
        return
    for words in measured.broken:
        yield RULE.finding(
            f"the load test by {measured.tool} did not hold: {words}",
            Place(path=each.path),
            anchor=words,
            severity=Severity.HIGH,
            confidence=Confidence.HIGH,
        )
    for file, change in found[:3] if measured.routes else ():
        yield from _elsewhere(each, file, change=change, routes=measured.routes, case=case)


def _elsewhere(
    each: Input, file: FileCode, *, change: AmountChange, routes: frozenset[str], case: Case
) -> Iterator[Finding]:
    """A load test that asks for nothing of what leans on the capacity."""
    leaning = entry_points_through(case[Landscapes], file, symbol=holder(file, change))
    paths = [name for reached in leaning if (name := reached.name.rpartition(" ")[2]).startswith("/")]
    if paths and not any(_is_route(route, path) for route in routes for path in paths):
        yield RULE.finding(
            f"the load test asks for none of the routes that lean on `{change.slot.label}`: `{paths[0]}`"
            + (f" and {counted(len(paths) - 1, 'other')}" if paths[1:] else ""),
            Place(path=each.path),
            anchor=f"elsewhere {change.slot.label}",
            severity=Severity.MEDIUM,
        )


def _is_route(asked: str, path: str) -> bool:
    """Whether an address is one of a route: part by part, what is in braces or behind a colon standing for anything."""
    one, other = asked.strip("/").split("/"), path.strip("/").split("/")
    if len(one) != len(other):
        return False
    pairs = zip(one, other, strict=True)
    return all(a == b or b[:1] in ("{", "<", ":") or a[:1] in ("{", "<", ":", "[", "$") for a, b in pairs)
