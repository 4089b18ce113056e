"""A tree held in memory, for tests that need no git: path to text."""

from collections.abc import Mapping

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.landscape.components.find import find_components
from weighbridge.landscape.components.model import ComponentMap
from weighbridge.landscape.description import SystemDescription


class Tree:
    """Files by path; a path whose content is None exists and cannot be read."""

    def __init__(self, files: Mapping[str, str | bytes | None]) -> None:
        self.files = files

    @property
    def paths(self) -> list[RepoPath]:
        return [RepoPath(path) for path in sorted(self.files)]

    def read(self, path: RepoPath) -> bytes | CouldNotLook:
        content = self.files[path]
        if content is None:
            return CouldNotLook(reason=Reason.NO_HISTORY, detail="not at hand")
        return content.encode() if isinstance(content, str) else content

    def components(self, declared: SystemDescription | None = None) -> ComponentMap:
        return find_components(self.paths, self.read, declared=declared)


def names_by_root(found: ComponentMap) -> dict[str, str]:
    """Root to component name."""
    return {root: component.name for component in found.components for root in component.roots}
