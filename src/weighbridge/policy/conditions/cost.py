"""How much work an expression is, before it is done: so many steps, and so many for each element of so many lists."""

from collections.abc import Callable
from typing import Final

from msgspec import Struct

MOST_STEPS: Final = 800_000
"""What one condition may take; a step is 20 to 55 ns."""

MOST_ROUNDS: Final = 10_000
"""How often the loops of one condition may turn in all; the library ends it there."""


class Size(Struct, frozen=True, gc=False):
    """How long a list or text is: a number, and the lengths of what lies at these paths of the view."""

    number: int = 0
    paths: tuple[str, ...] = ()

    def __add__(self, other: "Size") -> "Size":
        return Size(self.number + other.number, self.paths + other.paths)

    def measured(self, length: Callable[[str], int]) -> int:
        """The length, where `length` tells that of a path."""
        return self.number + sum(length(path) for path in self.paths)


class Cost(Struct, frozen=True, gc=False):
    """`steps` once, and each of `rounds` as often as its size says, divided by its share."""

    steps: int = 0
    rounds: tuple[tuple[Size, int, "Cost"], ...] = ()

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.steps + other.steps, self.rounds + other.rounds)

    def measured(self, length: Callable[[str], int]) -> int:
        """The steps in all, where `length` tells the length of what lies at a path."""
        if not self.rounds:
            return self.steps
        return self.steps + sum(
            -(-size.measured(length) // share) * inner.measured(length) for size, share, inner in self.rounds
        )


def each(size: Size, inner: Cost, *, share: int = 1) -> Cost:
    """The cost of doing `inner` for each of so many, or for each `share` of them."""
    return Cost(0, ((size, share, inner),))
