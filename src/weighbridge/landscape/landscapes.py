"""The two landscapes of a change, with the answers that rules and impact ask of each."""

from dataclasses import dataclass, field

from weighbridge.domain.places import Side
from weighbridge.landscape.components.model import ComponentMap
from weighbridge.landscape.evaluate import Evaluator
from weighbridge.landscape.landscape import Landscape
from weighbridge.landscape.mounts import Mounts
from weighbridge.landscape.references import References


@dataclass(frozen=True)
class View:
    """One side: its landscape, what names stand for there, who refers to what, what entry points are called."""

    landscape: Landscape
    evaluator: Evaluator = field(init=False)
    references: References = field(init=False)
    mounts: Mounts = field(init=False)

    def __post_init__(self) -> None:
        evaluator = Evaluator(self.landscape)
        object.__setattr__(self, "evaluator", evaluator)
        references = References(evaluator)
        object.__setattr__(self, "references", references)
        object.__setattr__(self, "mounts", Mounts(evaluator, references))


@dataclass(frozen=True)
class Landscapes:
    """Base and head, and the components that paths of either belong to."""

    base: View
    head: View
    components: ComponentMap

    def on(self, side: Side) -> View:
        """One side."""
        return self.head if side is Side.HEAD else self.base
