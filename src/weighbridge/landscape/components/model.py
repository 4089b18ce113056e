"""The components of one tree, and which of them a path belongs to."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.system import AreaLevel, Component, Stated
from weighbridge.landscape.areas import AreaMap


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestDependency:
    """The component `source` leans on the component `target`, because line `line` of `path` says so."""

    source: str
    target: str
    path: RepoPath
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadManifest:
    """A manifest that could not be read, so that what it declares is missing here."""

    path: RepoPath
    missing: CouldNotLook


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentMap:
    """Every component of a tree; `fallback` holds what no other does and is always among `components`."""

    components: tuple[Component, ...]
    fallback: Component
    dependencies: tuple[ManifestDependency, ...] = ()
    unread: tuple[UnreadManifest, ...] = ()
    areas: AreaMap = field(default_factory=AreaMap)
    _by_root: Mapping[RepoPath, Component] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the roots once."""
        by_root = {root: component for component in self.components for root in component.roots}
        object.__setattr__(self, "_by_root", by_root)

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

    def named(self, name: str) -> Component | None:
        """The component called `name`, if any."""
        return next((c for c in self.components if c.name == name), None)
