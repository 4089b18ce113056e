"""What is noted while an expression is checked: what is wrong with it, what it reads, what it asks."""

from collections.abc import Callable
from operator import is_

from msgspec import Struct, field

from weighbridge.policy.conditions.asks import Ask
from weighbridge.policy.conditions.flaws import Flaw
from weighbridge.policy.conditions.guards import Guard
from weighbridge.policy.conditions.nodes import Call, Node
from weighbridge.policy.conditions.seen import Seen
from weighbridge.policy.conditions.shapes import Unclear


class Notes(Struct, frozen=True, eq=False):
    """The notes on one expression; `places` are the offsets of its nodes.

    `reads` are the paths that are read, in order; false for those of which only the presence is asked.
    """

    text: str
    places: Callable[[], dict[int, int]]
    flaws: list[Flaw] = field(default_factory=list)
    reads: dict[str, bool] = field(default_factory=dict)
    asks: dict[Ask, None] = field(default_factory=dict)
    guards: list[Guard] = field(default_factory=list)

    def flaw(self, node: Node, message: str) -> Seen:
        """Note what is wrong with `node`, which from then on fits everywhere."""
        self.flaws.append(Flaw(offset=self.places().get(node.id, 0), message=message))
        return Seen(node=node, shape=Unclear())


class Called(Struct, frozen=True, eq=False):
    """A call whose parts were checked: `target` is what a method is called on."""

    node: Call
    target: Seen | None
    parts: tuple[Seen, ...]

    @property
    def all(self) -> tuple[Seen, ...]:
        """Target and arguments."""
        return self.parts if self.target is None else (self.target, *self.parts)

    @property
    def made(self) -> Call:
        """The call with what is run for its parts."""
        node = self.node
        args = tuple([part.node for part in self.parts])
        target = self.target.node if self.target else None
        if target is node.target and all(map(is_, args, node.args)):
            return node
        return Call(id=node.id, target=target, function=node.function, args=args)
