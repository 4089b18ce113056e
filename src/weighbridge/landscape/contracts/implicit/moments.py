"""What moment a call gives, by the clock that it reads: one with a time zone, the world's, or this machine's."""

from collections.abc import Iterator
from enum import Enum
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Attribute, Call, Expr, Name, Text
from weighbridge.facts.names import last_name
from weighbridge.landscape.contracts.implicit.rewritten import Rewrite, Rewritten, form


class Clock(Enum):
    """What a moment says about its time zone."""

    AWARE = "in a time zone that it says"
    WORLD = "in UTC, without saying so"
    LOCAL = "in the time zone of the machine"
    PLACE = "in the time zone of a place"
    NAMED = "in UTC"


class ClockChange(Struct, frozen=True, kw_only=True):
    """One moment that is told otherwise."""

    rewrite: Rewrite
    before: Clock
    after: Clock
    says_utc: bool = False
    """Whether what is put behind it says that it is UTC."""
    is_text: bool = False
    """Whether Python makes a text of it, which says no time zone where the moment has none."""


_TELLS: Final = frozenset({"isoformat", "strftime", "str"})
_DATES: Final = frozenset({"datetime", "dt", "DateTime"})
_AWARE: Final = frozenset({"Instant", "OffsetDateTime", "ZonedDateTime", "timezone"})
_OF_NUMBER: Final = 2
_BROUGHT: Final = frozenset({"astimezone", "setZone", "tz", "atZone", "withZone", "withZoneSameInstant", "In"})
"""Calls that tell a moment in a time zone that they are given."""
_ZONES: Final = frozenset({"ZoneInfo", "gettz", "LoadLocation", "of", "timezone"})
_IS_UTC: Final = LatePattern(r"(?i)\A(?:(?:Etc/)?(?:UTC|GMT|Zulu|UCT)|Z)\Z")
_IS_PLACE: Final = LatePattern(r"\A[A-Z]\w+/[A-Z][\w/+-]+\Z")
_SAYS_UTC: Final = LatePattern(r"\A(?:Z|\+00:?00| ?UTC| ?GMT)\b")


def clock_changes(rewritten: Rewritten) -> Iterator[ClockChange]:
    """Every moment that was told by one clock and is told by another."""
    for each in rewritten:
        if each.after is None:
            continue
        before, after = _clock(each.before), _clock(each.after)
        if before is None and after is None:
            before, after = _converted(each.before, each.after)
        if before is None and after is None:
            before, after = _brought(each)
        if before is not None and after is not None and before != after:
            yield ClockChange(
                rewrite=each, before=before, after=after, says_utc=_is_called_utc(each), is_text=_is_text(each)
            )


def _is_text(each: Rewrite) -> bool:
    """Whether Python makes a text of a moment that it takes from a clock."""
    is_taken = each.after is not None and each.file.role == "python" and _clock(each.after) is not None
    parts = walk(each.then.value) if each.then and is_taken else ()
    return any(type(part) is Call and last_name(part.function) in _TELLS for part in parts)


def _is_called_utc(each: Rewrite) -> bool:
    """Whether a moment stands in a text that says UTC behind it: `moment.isoformat() + "Z"`."""
    texts = (part for part in walk(each.then.value) if type(part) is Text) if each.then and each.after else ()
    return any(
        any(inner is each.after for inner in walk(part)) and _SAYS_UTC.search(text.value.split("{}")[at + 1])
        for text in texts
        for at, part in enumerate(text.parts)
        if text.value.count("{}") == len(text.parts)
    )


def _clock(expr: Expr) -> Clock | None:
    if type(expr) is not Call or type(expr.function) is not Attribute:
        return None
    name, of = expr.function.name, last_name(expr.function.of)
    if name in ("utcnow", "utcfromtimestamp") and of in _DATES:
        return Clock.WORLD
    if name == "now" and of in _AWARE:
        return Clock.AWARE
    if name == "now" and of == "LocalDateTime":
        return Clock.LOCAL
    if of not in _DATES or name not in ("now", "fromtimestamp", "today"):
        return None
    least = _OF_NUMBER if name == "fromtimestamp" else 1
    is_aware = len(expr.arguments) >= least or any(each.name in ("tz", "**", "*") for each in expr.arguments)
    return Clock.AWARE if is_aware and name != "today" else Clock.LOCAL


def _brought(each: Rewrite) -> tuple[Clock | None, Clock | None]:
    """A moment that is told in another time zone: `.astimezone(timezone.utc)` and `.astimezone(ZoneInfo("Europe/Berlin"))`."""
    around = {last_name(slot.of.function) for slot in each.slots[-2:] if type(slot.of) is Call}
    if not around.isdisjoint(_BROUGHT):
        before, after = _zone(each.before), _zone(each.after)
    else:
        before, after = _zone_of_call(each.before), _zone_of_call(each.after)
    return (before, after) if before is not None and after is not None else (None, None)


def _zone_of_call(expr: Expr | None) -> Clock | None:
    if type(expr) is not Call or last_name(expr.function) != "astimezone":
        return None
    return _zone(expr.arguments[0].value) if expr.arguments else Clock.LOCAL


def _zone(expr: Expr | None) -> Clock | None:
    """The time zone that an expression names."""
    if type(expr) is Call and last_name(expr.function) in _ZONES and len(expr.arguments) == 1:
        return _zone(expr.arguments[0].value)
    if type(expr) is Text and not expr.parts:
        return Clock.NAMED if _IS_UTC.search(expr.value) else Clock.PLACE if _IS_PLACE.search(expr.value) else None
    is_named = (type(expr) is Attribute or type(expr) is Name) and last_name(expr).upper() in ("UTC", "TZUTC")
    return Clock.NAMED if is_named else None


def _converted(before: Expr, after: Expr) -> tuple[Clock | None, Clock | None]:
    """What is no longer brought into a time zone: `time.Now().UTC()`, `moment.utc()`, `.astimezone(…)`, `.toISOString()`."""
    if type(before) is not Call or type(before.function) is not Attribute:
        return None, None
    name, of = before.function.name, before.function.of
    if name in ("UTC", "utc") and form(of) == form(after) and type(of) is not Name:
        return Clock.AWARE, Clock.LOCAL
    if name == "astimezone" and form(of) == form(after):
        return Clock.AWARE, Clock.LOCAL
    is_shown = type(after) is Call and type(after.function) is Attribute and form(after.function.of) == form(of)
    if name == "toISOString" and is_shown and type(after) is Call:
        shown = last_name(after.function)
        return (
            (Clock.AWARE, Clock.LOCAL)
            if shown in ("toString", "toLocaleString", "toLocaleDateString")
            else (None, None)
        )
    return None, None
