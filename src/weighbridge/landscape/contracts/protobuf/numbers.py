"""Numbers and names that were kept free, for nobody or for extensions, and are not any more."""

from collections.abc import Iterable, Iterator, Sequence

from weighbridge.landscape.contracts.breaks import Break, Level
from weighbridge.landscape.contracts.protobuf.model import Declared, Span
from weighbridge.landscape.contracts.protobuf.told import broken


def no_longer_reserved(old: Declared, new: Declared) -> Iterator[Break]:
    """What a message or an enumeration may use again."""
    check = f"RESERVED_{old.kind.upper()}_NO_DELETE"
    kind = "field-removed" if old.kind == "message" else "enum-value-removed"
    lost = _lost(old.reserved.ranges, new.reserved.ranges)
    line = new.reserved.line or new.line
    if lost:
        words = f"{_spoken(lost)} of `{new.name}` may be used again: old messages that hold what was there are misread"
        yield broken(kind, check, level=Level.ERROR, words=words, at=(new.path, line))
    names = sorted(old.reserved.names - new.reserved.names)
    if names and not lost:
        listed = ", ".join(f"`{each}`" for each in names[:4])
        words = f"{listed} of `{new.name}` may be used again: what is kept as JSON under that name is misread"
        yield broken(kind, check, level=Level.WARNING, words=words, at=(new.path, line))


def no_longer_extended(old: Declared, new: Declared) -> Iterator[Break]:
    """The numbers that others gave to extensions of a message, and may not any more."""
    lost = _lost(old.extensible, new.extensible)
    if not lost:
        return
    is_safe = not _lost(lost, [*new.extensible, *new.reserved.ranges])
    rest = "" if is_safe else ", and a field that gets such a number is misread by them"
    words = (
        f"{_spoken(lost)} of `{new.name}` are no longer for extensions: files that extend it there do not compile{rest}"
    )
    level = Level.WARNING if is_safe else Level.ERROR
    yield broken("field-removed", "EXTENSION_MESSAGE_NO_DELETE", level=level, words=words, at=(new.path, new.line))


def _lost(before: Iterable[Span], after: Sequence[Span]) -> list[Span]:
    """What is left of the first when the second is taken away."""
    lost: list[Span] = []
    for first, last in before:
        at = first
        for begin, end in sorted(after):
            if begin <= last and end >= at:
                if begin > at:
                    lost.append((at, begin - 1))
                at = end + 1
        if at <= last:
            lost.append((at, last))
    return lost


def _spoken(spans: Iterable[Span]) -> str:
    return ", ".join(f"{first}" if first == last else f"{first} to {last}" for first, last in spans)
