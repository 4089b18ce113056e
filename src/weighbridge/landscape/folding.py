"""What is told as one, because whoever reads it decides once."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import TypeVar

Told = TypeVar("Told")


def folded(told: Iterable[Told], alike: Callable[[Told], Hashable | None], *, alone: int) -> Iterator[Sequence[Told]]:
    """What is told together: all that `alike` gives the same answer of, if it is more than `alone`; each by itself of which it gives none."""
    groups: dict[Hashable, list[Told]] = {}
    for number, each in enumerate(told):
        key = alike(each)
        groups.setdefault((number,) if key is None else key, []).append(each)
    for group in groups.values():
        yield from [group] if len(group) > alone else ([each] for each in group)
