"""What is known of one part of an expression once it was checked."""

from msgspec import Struct

from weighbridge.policy.conditions.cost import Cost, Size
from weighbridge.policy.conditions.nodes import Literal, Node
from weighbridge.policy.conditions.shapes import Flag, Listing, Shape, Unclear


class Gathering(Struct, frozen=True, kw_only=True, gc=False):
    """How a list was gathered: `value` of each element of `over` that `condition` holds for; `turn` is what one costs."""

    variable: str
    over: "Seen"
    condition: Node | None
    value: Node
    turn: Cost


class Seen(Struct, frozen=True, kw_only=True, gc=False):
    """One part: the `node` to run, its shape, and where its value lies.

    `path` is its place in the view, `of` that of a list's elements (`change.files[]`), `literals` what was written
    outright. `gathering` tells how a list was made that need not be.
    """

    node: Node
    shape: Shape
    path: str = ""
    of: str = ""
    size: Size = Size()
    cost: Cost = Cost(1)
    literals: tuple[Literal, ...] = ()
    gathering: Gathering | None = None

    @property
    def is_flag(self) -> bool:
        """Whether it is true or false, or was said to be wrong already."""
        return isinstance(self.shape, Flag | Unclear)

    @property
    def is_list(self) -> bool:
        """Whether it is a list."""
        return isinstance(self.shape, Listing)


def plain(node: Node, shape: Shape, *parts: Seen) -> Seen:
    """A value made of others: doing it costs a step beside theirs."""
    return Seen(node=node, shape=shape, cost=cost_of(parts))


def cost_of(parts: tuple[Seen, ...], own: int = 1) -> Cost:
    """The cost of parts that are all done, and a few steps for what joins them."""
    steps, rounds = own, Cost().rounds
    for part in parts:
        steps += part.cost.steps
        rounds += part.cost.rounds
    return Cost(steps, rounds)
