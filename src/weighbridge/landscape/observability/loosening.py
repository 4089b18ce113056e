"""By what a watch sees less than before, or tells fewer, in words."""

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from weighbridge.landscape.observability.promql import bounds_in, without_bounds
from weighbridge.landscape.observability.watches import Watch, WatchKind

_RANKS: Final = {
    **dict.fromkeys(("critical", "page", "p1", "sev1", "high", "disaster", "emergency", "fatal"), 3),
    **dict.fromkeys(("error", "major", "p2", "sev2", "average"), 2),
    **dict.fromkeys(("warning", "warn", "minor", "ticket", "p3", "sev3", "medium"), 1),
    **dict.fromkeys(("info", "information", "informational", "none", "low", "p4", "p5", "debug", "notice"), 0),
}
GRAVE: Final = 3
_LONG: Final = 2.0


class Loosening(Struct, frozen=True, kw_only=True):
    """One way in which a watch is looser, and whether it is much."""

    words: str
    is_much: bool


def rank(severity: str) -> int | None:
    """How grave an alert says it is; None for a word that says nothing here."""
    return _RANKS.get(severity)


def loosenings(before: Watch, after: Watch, *, telling: frozenset[str]) -> Iterator[Loosening]:
    """By what `after` sees or tells less; `telling` are the receivers of its file that tell somebody."""
    if before.kind is WatchKind.ALERT:
        yield from _of_alert(before, after)
    if before.target is not None and after.target is not None and after.target < before.target:
        yield Loosening(words=f"aims at {after.target:g} where it aimed at {before.target:g}", is_much=True)
    is_sent = before.kind is WatchKind.ROUTE and before.receiver != after.receiver
    if is_sent and telling and after.receiver not in telling:
        yield Loosening(
            words=f"goes to `{after.receiver}`, which tells nobody, and not to `{before.receiver}`", is_much=True
        )


def _of_alert(before: Watch, after: Watch) -> Iterator[Loosening]:
    if (words := _bound(before.queries, after.queries)) is not None:
        yield Loosening(words=words, is_much=True)
    was, held = before.held or 0.0, after.held or 0.0
    if held > was and before.held is not None:
        yield Loosening(
            words=f"waits {_time(held)} where it waited {_time(was)}", is_much=held >= _LONG * was and held - was >= 60
        )
    old, new = rank(before.severity), rank(after.severity)
    if old is not None and new is not None and new < old:
        yield Loosening(
            words=f"is `{after.severity}` where it was `{before.severity}`", is_much=old == GRAVE or new == 0
        )


def _bound(before: Sequence[str], after: Sequence[str]) -> str | None:
    """The first number that lets more pass, where that is all that the queries differ in."""
    if len(before) != len(after):
        return None
    for old, new in zip(before, after, strict=True):
        if old == new:
            continue
        if without_bounds(old) != without_bounds(new):
            joined = _joined(" ".join(old.split()), " ".join(new.split()))
            return f"is asked only `{joined}`" if joined else None
        for (sign, was), (_, now) in zip(bounds_in(old), bounds_in(new), strict=True):
            if (sign[0] == ">" and now > was) or (sign[0] == "<" and now < was):
                return f"tells of `{sign} {now:g}` where it told of `{sign} {was:g}`"
    return None


def _joined(old: str, new: str) -> str:
    """What is joined to a query so that it holds less often: `… and on() x`, `… unless y`."""
    rest = new.removeprefix(old).removeprefix(")").strip() if new.startswith(old) else ""
    return rest[:80] if rest.startswith(("and ", "unless ")) else ""


def _time(seconds: float) -> str:
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:g}{unit}"
    return f"{seconds:g}s"
