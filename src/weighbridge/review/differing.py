"""Which parts of two decisions differ, each by its path in the package's JSON."""

import json
from collections.abc import Iterator
from typing import Final

from weighbridge.domain.package import Decision
from weighbridge.review.canonical import plain

_LONGEST: Final = 40
"""Characters of a value that are shown."""


def differing_parts(old: Decision, new: Decision) -> tuple[str, ...]:
    """One line for each value that differs, such as `components[0].name: "shop" -> "store"`; arrays of two lengths are one."""
    return tuple(_parts(plain(old), plain(new), path=""))


def _parts(old: object, new: object, *, path: str) -> Iterator[str]:
    if old == new:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old.keys() | new.keys()):
            yield from _parts(old.get(key), new.get(key), path=f"{path}.{key}" if path else key)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, (before, after) in enumerate(zip(old, new, strict=True)):
            yield from _parts(before, after, path=f"{path}[{number}]")
    else:
        yield f"{path}: {_short(old)} -> {_short(new)}"


def _short(value: object) -> str:
    """The value as JSON; of an array only how long it is."""
    if isinstance(value, list):
        return f"{len(value):,} of them"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
