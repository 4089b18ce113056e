"""The components of one tree, and which of them a path belongs to."""

from collections.abc import Mapping
from functools import cached_property

from msgspec import Struct, field

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.system import AreaLevel, Component, Stated
from weighbridge.landscape.areas import AreaMap


class ManifestDependency(Struct, frozen=True, kw_only=True):
    """The component `source` leans on the component `target`, because line `line` of `path` says so."""

    source: str
    target: str
    path: RepoPath
    line: int


class UnreadManifest(Struct, frozen=True, kw_only=True):
    """A manifest that could not be read, so that what it declares is missing here."""

    path: RepoPath
    missing: CouldNotLook


class ComponentMap(Struct, frozen=True, kw_only=True, dict=True):
    """Every component of a tree; `fallback` holds what no other does and is always among `components`."""

    components: tuple[Component, ...]
    fallback: Component
    dependencies: tuple[ManifestDependency, ...] = ()
    unread: tuple[UnreadManifest, ...] = ()
    areas: AreaMap = field(default_factory=AreaMap)

    def component_of(self, path: RepoPath) -> Component:
        """The component whose root is the longest that holds `path`; the fallback when none does."""
        place: str = path
        while place:
            found = self._by_root.get(RepoPath(place))
            if found is not None:
                return found
            place = place.rpartition("/")[0]
        return self._by_root.get(RepoPath(""), self.fallback)

    def area_of(self, path: RepoPath) -> Stated[AreaLevel]:
        """How delicate the code at `path` is: as declared for it, else told by its words, else its component's."""
        component = self.component_of(path)
        return self.areas.area_of(path, component.area)

    @cached_property
    def _by_root(self) -> Mapping[RepoPath, Component]:
        return {root: component for component in self.components for root in component.roots}

    def named(self, name: str) -> Component | None:
        """The component called `name`, if any."""
        return next((c for c in self.components if c.name == name), None)
