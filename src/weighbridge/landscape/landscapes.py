"""The two landscapes of a change, with the answers that rules and impact ask of each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Side
from weighbridge.landscape.components.model import ComponentMap
from weighbridge.landscape.evaluate import Evaluator
from weighbridge.landscape.importers import Importers
from weighbridge.landscape.landscape import Landscape
from weighbridge.landscape.mounts import Mounts
from weighbridge.landscape.references import References


@dataclass(frozen=True)
class View:
    """One side: its landscape, what names stand for, who imports and refers to what, what entry points are called."""

    landscape: Landscape
    evaluator: Evaluator = field(init=False)
    importers: Importers = field(init=False)
    references: References = field(init=False)
    mounts: Mounts = field(init=False)

    def __post_init__(self) -> None:
        evaluator = Evaluator(self.landscape)
        object.__setattr__(self, "evaluator", evaluator)
        importers = Importers(self.landscape)
        object.__setattr__(self, "importers", importers)
        references = References(evaluator, importers)
        object.__setattr__(self, "references", references)
        object.__setattr__(self, "mounts", Mounts(evaluator, references.sites))


@dataclass(frozen=True)
class Landscapes:
    """Base and head."""

    base: View
    head: View
    find_components: Callable[[], ComponentMap]
    unread: CouldNotLook | None = None
    """Why some of the code could not be read in this run: what its files would have told is missing from every answer."""

    @cached_property
    def components(self) -> ComponentMap:
        """What the paths of either side belong to, found when it is first asked for."""
        return self.find_components()

    def cut_short(self) -> Mapping[RepoPath, CouldNotLook]:
        """The files in which names were not followed to their ends, so far; of either side."""
        return {**self.base.evaluator.work.missing(), **self.head.evaluator.work.missing()}

    def on(self, side: Side) -> View:
        """One side."""
        return self.head if side is Side.HEAD else self.base
