"""The two landscapes of a change, with the answers that rules and impact ask of each."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct, field

from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Side
from weighbridge.landscape.components.model import ComponentMap
from weighbridge.landscape.evaluate import Evaluator
from weighbridge.landscape.importers import Importers
from weighbridge.landscape.in_use import InUse
from weighbridge.landscape.landscape import Landscape
from weighbridge.landscape.mounts import Mounts
from weighbridge.landscape.references import References
from weighbridge.landscape.requests import Requests
from weighbridge.landscape.route_handlers import RouteHandlers
from weighbridge.landscape.test_files import is_test

if TYPE_CHECKING:
    from weighbridge.landscape.ruby_models import RubyModels


class View(Struct, frozen=True, dict=True):
    """One side: its landscape, what names stand for, who imports and refers to what, what entry points are called."""

    landscape: Landscape
    ruby_texts: dict[ObjectId, str | None] = field(default_factory=dict)
    """What files of Ruby hold, as far as somebody read them; both sides may share it."""

    @cached_property
    def evaluator(self) -> Evaluator:
        """What names stand for."""
        return Evaluator(self.landscape)

    @cached_property
    def importers(self) -> Importers:
        """Who imports what."""
        return Importers(self.landscape, self.evaluator.work, modules=self.evaluator.modules)

    @cached_property
    def references(self) -> References:
        """Who refers to what."""
        return References(self.evaluator, self.importers)

    @cached_property
    def in_use(self) -> InUse:
        """Which files that lie among tests code imports."""
        return InUse(self.evaluator, self.importers)

    @cached_property
    def ruby(self) -> "RubyModels":
        """What Ruby asks of tables."""
        from weighbridge.landscape.ruby_models import RubyModels  # noqa: PLC0415 - only where tables change

        return RubyModels(self.landscape, texts=self.ruby_texts)

    @cached_property
    def mounts(self) -> Mounts:
        """What entry points are called from outside."""
        return Mounts(self.evaluator, self.references.sites)

    @cached_property
    def requests(self) -> Requests:
        """Who requests which route by its address."""
        handlers = RouteHandlers(self.evaluator, self.references.sites, mounts=self.mounts)
        return Requests(self.landscape, self.references, handlers=handlers, work=self.evaluator.work)


class Landscapes(Struct, frozen=True, dict=True):
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

    def serves_code(self, path: RepoPath) -> bool:
        """Whether a file that lies among tests is imported by production code, on either side."""
        return is_test(path) and any(
            path in view.landscape.tree and view.in_use.by_code(path) for view in (self.head, self.base)
        )

    def is_test(self, path: RepoPath) -> bool:
        """Whether a file holds tests or serves only them."""
        return is_test(path) and not self.serves_code(path)

    def on(self, side: Side) -> View:
        """One side."""
        return self.head if side is Side.HEAD else self.base


class OfTests(Struct, frozen=True):
    """Which files hold tests or serve only them; where the landscapes cannot be had, their names alone say."""

    find_landscapes: Callable[[], Landscapes | CouldNotLook]

    def __contains__(self, path: object) -> bool:
        """Whether a file is of tests."""
        if not isinstance(path, str) or not is_test(RepoPath(path)):
            return False
        landscapes = self.find_landscapes()
        return not isinstance(landscapes, Landscapes) or landscapes.is_test(RepoPath(path))
