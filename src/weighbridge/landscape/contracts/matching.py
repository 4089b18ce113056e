"""Which operation of one description is which of another: by method and path, names of parameters left aside, else by content."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from msgspec import Struct

from weighbridge.landscape.contracts.descriptions import Call
from weighbridge.landscape.contracts.schemas import Schemas


class Matched(Struct, frozen=True, kw_only=True):
    """One operation before and after."""

    old: Call
    new: Call


class Matches(Struct, frozen=True, kw_only=True):
    """What is still there, what is there under another path, what is gone and what came."""

    kept: Sequence[Matched]
    moved: Sequence[Matched]
    gone: Sequence[Call]
    added: Sequence[Call]


def match(
    old: Iterable[Call], new: Iterable[Call], *, same: Callable[[Call, Call], bool], bases: tuple[str, str] = ("", "")
) -> Matches:
    """The operations of two descriptions, put together; `same` tells whether two say the same of what they do, `bases` are
    what stands before the paths of each where part of one stands in the paths of the other.
    """
    left: dict[tuple[bool, str, str], list[Call]] = {}
    for call in new:
        left.setdefault((call.is_webhook, call.operation.method, whole_shape(call, bases[1])), []).append(call)
    kept: list[Matched] = []
    gone: list[Call] = []
    for call in old:
        others = left.get((call.is_webhook, call.operation.method, whole_shape(call, bases[0])))
        if not others:
            gone.append(call)
        else:
            same_path = [each for each in others if each.operation.path == call.operation.path]
            kept.append(Matched(old=call, new=(same_path or others)[0]))
            others.remove(kept[-1].new)
    added = [call for calls in left.values() for call in calls]
    moved: list[Matched] = []
    for call in list(gone) if added else ():
        other = next((each for each in added if _is_moved(call, each, same=same)), None)
        if other is not None:
            moved.append(Matched(old=call, new=other))
            gone.remove(call)
            added.remove(other)
    return Matches(kept=kept, moved=moved, gone=gone, added=added)


def whole_shape(call: Call, base: str) -> str:
    """The path that is called, with what stands before it; nothing stands before what is sent."""
    return call.shape if call.is_webhook else (base + call.shape).rstrip("/") or "/"


def _is_moved(old: Call, new: Call, *, same: Callable[[Call, Call], bool]) -> bool:
    if old.operation.method != new.operation.method or old.is_webhook != new.is_webhook:
        return False
    return (bool(old.id) and old.id == new.id) or same(old, new)


def is_sent_alike(old: Call, new: Call, *, schemas: tuple[Schemas, Schemas]) -> bool:
    """Whether two webhooks are one: their messages say of themselves, by a field with one value, what either is called."""
    if not (old.is_webhook and new.is_webhook):
        return False
    before, after = (_says(call, each) for call, each in zip((old, new), schemas, strict=True))
    return not (before & after).isdisjoint((field, name.operation.path) for field, _ in before for name in (old, new))


def _says(call: Call, schemas: Schemas) -> set[tuple[str, str]]:
    """The fields of a webhook's messages that always have one value, with it."""
    body = call.body()
    found: set[tuple[str, str]] = set()
    for spot in body.content.values() if body else ():
        schema = schemas.of((spot,)) if spot is not None else None
        for name in schema.properties if schema else ():
            values = schemas.of(schema.properties[name]).values if schema else None
            found.update((name, value) for value in (values or ()) if values and len(values) == 1)
    return found


def is_gone_as_announced(is_deprecated: bool, sunset: str, *, today: date | None) -> bool:  # noqa: FBT001 - a fact of the thing, given by place
    """Whether something may be gone by now: it was deprecated, and the day that was named has come."""
    if not is_deprecated:
        return False
    if not sunset:
        return True
    named = _day(sunset)
    return named is not None and today is not None and named <= today


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written[:10])
    except ValueError:
        return None
