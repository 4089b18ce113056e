"""Values that are made at random and made anew under another name: what stays takes the new one, and others were handed the old one."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from weighbridge.domain.places import Side
from weighbridge.landscape.infrastructure.companions import blocks_named
from weighbridge.landscape.infrastructure.kinds import Holds, Kind, kind_of
from weighbridge.landscape.infrastructure.source_files import Declared, Folder

_READERS: Final = ("resource", "data", "module", "output")
_SECRETS: Final = ("random_string",)
"""Types of random values that are no secrets by their type, and often are used as such."""
_NAMES: Final = ("random_id", "random_uuid", "random_pet", "random_integer")
"""Those that make names: another one matters where what holds data is called by it."""
_LOCAL: Final = "local."
_MOST: Final = 4


def is_random_value(resource_type: str) -> bool:
    """Whether one of this type makes a value at random that is lost with it, and matters by what takes it."""
    return resource_type in (*_SECRETS, *_NAMES)


def random_value(resource_type: str, taken_by: Iterable[str]) -> Kind | None:
    """What such a value is known to hold, by what takes another; None where that matters to nobody."""
    holding = [kind for each in taken_by if (kind := kind_of(each.partition(".")[0])) is not None and kind.is_grave]
    matters = bool(holding) or (resource_type in _SECRETS and any(taken_by))
    return Kind(type=resource_type, holds=Holds.GENERATED, source="") if matters else None


def takers(old: Declared, folder: Folder) -> tuple[str, ...]:
    """What is there before and after, and takes from another of the type that is made now what it took from the one that is gone."""
    kind = old.block.labels[0]
    made = {
        new.block.name
        for key, new in folder.changed[1].items()
        if key[0] == "resource" and key not in folder.changed[0] and new.block.labels[0] == kind
    }
    return tuple(_takers(old.block.name, made, folder=folder))[:_MOST] if made else ()


def _takers(old: str, made: set[str], *, folder: Folder) -> Iterator[str]:
    before, after = (locals_of(folder, side) for side in (Side.BASE, Side.HEAD))
    for key, was in folder.declared(Side.BASE).items():
        now = folder.declared(Side.HEAD).get(key)
        if key[0] not in _READERS or now is None or not made & reached(now.block.values, after):
            continue
        if old in reached(was.block.values, before):
            yield was.block.name if key[0] == "resource" else f"{key[0]}.{was.block.name}"


def locals_of(folder: Folder, side: Side) -> dict[str, Any]:
    """What the locals of a folder are said to be on one side."""
    return {name: value for each in folder.of("locals", side) for name, value in each.block.values.items()}


def reached(values: Mapping[str, Any], local: Mapping[str, Any]) -> set[str]:
    """What the values refer to, by themselves or by way of locals."""
    seen: set[str] = set()
    waiting = list(blocks_named(values))
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            if name.startswith(_LOCAL):
                waiting += blocks_named({"": local.get(name.removeprefix(_LOCAL))})
    return seen
