"""What is told as one, because whoever reads it decides once."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import Final, TypeVar

Told = TypeVar("Told")

MOST_ALONE: Final = 7
"""Breaks of one kind in one file, each told by itself; more of them come of one decision, and are one finding."""


def folded(told: Iterable[Told], alike: Callable[[Told], Hashable | None]) -> Iterator[Sequence[Told]]:
    """What is told together: all that `alike` gives the same answer of, if it is much; each by itself of which it gives none."""
    groups: dict[Hashable, list[Told]] = {}
    for number, each in enumerate(told):
        key = alike(each)
        groups.setdefault((number,) if key is None else key, []).append(each)
    for group in groups.values():
        yield from [group] if len(group) > MOST_ALONE else ([each] for each in group)
