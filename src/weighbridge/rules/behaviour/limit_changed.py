"""Code gives a pool, a timeout or another limit a different value."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.ids import symbol_id
from weighbridge.domain.impact import Reached
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Place, RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.arguments import counted
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.sharing import entry_points_through
from weighbridge.landscape.surfaces.resources import AmountChange, amount_changes, holder

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(CodeChange, ChangedBytes, Landscapes),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    weaknesses=(400, 770),
    tags=("behaviour", "resources"),
)

BIG_SHRINK: Final = 0.5
"""A limit that falls to this share of what it was, or below, is grave: load that fitted yesterday does not today."""
MOST_SHOWN: Final = 10
_NUMBER: Final = LatePattern(r"([+-]?\d[\d_]*(?:\.\d+)?)\s*([A-Za-zµ%]*)")

_LONGEST_NUMBER: Final = 30
_MOST_SHIFTED: Final = 62
_SECONDS: Final = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
"""Go's units of time, which no size of memory is written with."""


def check(case: Case) -> Iterable[Finding]:
    """One finding for each value that was one number and is another now."""
    for path, file in case[CodeChange].files.items():
        for change in amount_changes(file) if not case[Landscapes].is_test(path) else ():
            share = _share(change)
            if share is not None and share != 1:
                yield _finding(file, change, share=share, case=case)


def _finding(file: FileCode, change: AmountChange, *, share: float, case: Case) -> Finding:
    line = _line(file, change, text=case[ChangedBytes].text(file.change.path))
    place = Place(path=file.change.path, line=line, end_line=line, symbol=holder(file, change))
    sharing = entry_points_through(case[Landscapes], file, symbol=place.symbol)
    shared = (
        f", and {counted(len(sharing), 'entry point')} share{'s' if len(sharing) == 1 else ''} it" if sharing else ""
    )
    verb = "shrinks" if share < 1 else "grows"
    return RULE.finding(
        f"`{change.slot.label}` {verb} from {change.before} to {change.after}{shared}",
        place,
        anchor=f"{change.slot.label} {change.before} {change.after}",
        related=tuple(
            RelatedPlace(place=_handler(one, place), message=f"shares it: {one.name}") for one in sharing[:MOST_SHOWN]
        ),
        severity=Severity.HIGH if share <= BIG_SHRINK else Severity.MEDIUM,
    )


def _share(change: AmountChange) -> float | None:
    """How much of the old value the new one is; None where they are not two numbers of one unit."""
    before, after = _measured(change.before or ""), _measured(change.after or "")
    if before is None or after is None or before[1] != after[1]:
        return None
    return after[0] / before[0] if before[0] > 0 and after[0] >= 0 else None


def _measured(text: str) -> tuple[float, str] | None:
    """An amount and its unit, times in seconds; None where the text is no single number, a product or a shift of some."""
    number, unit = 1.0, ""
    for part in text.replace("<<", "*<<").split("*"):
        is_shift = part.startswith("<<")
        found = _NUMBER.fullmatch(part.removeprefix("<<").strip())
        if found is None or unit or len(found.group(1)) > _LONGEST_NUMBER:
            return None
        value, unit = float(found.group(1).replace("_", "")), found.group(2)
        if is_shift and not 0 <= value <= _MOST_SHIFTED:
            return None
        number *= 2.0**value if is_shift else value
    return (number * _SECONDS[unit], "s") if unit in _SECONDS else (number, unit)


def _line(file: FileCode, change: AmountChange, *, text: str) -> int:
    """The added line that holds the name and the value: a call may have begun lines above."""
    lines = text.splitlines()
    after = change.after or ""
    for added in file.change.added:
        for number in range(max(added.start, change.line), min(added.end, len(lines)) + 1):
            if after in lines[number - 1] and change.slot.name in lines[number - 1]:
                return number
    return change.line


def _handler(one: Reached, place: Place) -> Place:
    source = one.path[0].source if one.path else symbol_id(place.path, place.symbol)
    path, _, name = source.rpartition("#")
    return Place(path=type(place.path)(path), line=one.path[0].line if one.path else place.line, symbol=name)
