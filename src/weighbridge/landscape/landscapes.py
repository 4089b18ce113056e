"""The two landscapes of a change, with the answers that rules and impact ask of each."""

from dataclasses import dataclass, field

from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Side
from weighbridge.landscape.components.model import ComponentMap
from weighbridge.landscape.evaluate import Evaluator
from weighbridge.landscape.landscape import Landscape
from weighbridge.landscape.references import References


@dataclass(frozen=True)
class View:
    """One side: its landscape, what names stand for there, who refers to what."""

    landscape: Landscape
    evaluator: Evaluator = field(init=False)
    references: References = field(init=False)

    def __post_init__(self) -> None:
        evaluator = Evaluator(self.landscape)
        object.__setattr__(self, "evaluator", evaluator)
        object.__setattr__(self, "references", References(evaluator))


@dataclass(frozen=True)
class Landscapes:
    """Base and head, and the components that paths of either belong to."""

    base: View
    head: View
    components: ComponentMap
    unread: CouldNotLook | None = None
    """Why some of the code could not be read in this run: what its files would have told is missing from every answer."""

    def on(self, side: Side) -> View:
        """One side."""
        return self.head if side is Side.HEAD else self.base
