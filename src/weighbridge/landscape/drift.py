"""Drift: the dependencies between components that a change adds, seen against those that were there.

Only changed files are asked what they import; whether a dependency is new to its component is then looked up in the
component's other files as they stood on the base. What would take more files than `MOST_FILES` to answer is not answered.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.system import Component, ComponentKind
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.landscapes import Landscapes, View
from weighbridge.landscape.test_files import is_test
from weighbridge.landscape.uses import Use, uses_of

MOST_FILES: Final = 3_000
"""Files that one question may read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUse:
    """A use that the change adds between two components."""

    use: Use
    source: str
    target: str
    is_first: bool
    """Whether no file of the source component used the target component before."""
    is_declared: bool
    """Whether people or manifests set the two apart, and not merely folders at the top."""


class Drift:
    """What a change adds to the dependencies of one pair of landscapes."""

    def __init__(self, landscapes: Landscapes, code: CodeChange) -> None:
        self._landscapes = landscapes
        self._code = code
        self._reached: dict[str, frozenset[str] | CouldNotLook] = {}

    @cached_property
    def new_uses(self) -> tuple[NewUse, ...] | CouldNotLook:
        """Every import of another component that changed files have in head and had not on the base."""
        found = []
        for path, file in self._code.files.items():
            if file.head is None or is_test(path):
                continue
            before = (
                {u.target for u in uses_of(self._landscapes.base, file.change.base.path)} if file.change.base else set()
            )
            for use in uses_of(self._landscapes.head, path):
                source, target = self._component(path), self._component(use.target)
                if use.target in before or source.name == target.name:
                    continue
                known = self.targets_of(source.name, self._landscapes.base)
                if isinstance(known, CouldNotLook):
                    return known
                found.append(
                    NewUse(
                        use=use,
                        source=source.name,
                        target=target.name,
                        is_first=target.name not in known,
                        is_declared=ComponentKind.FOLDER not in (source.kind, target.kind),
                    )
                )
        return tuple(found)

    def targets_of(self, component: str, view: View) -> frozenset[str] | CouldNotLook:
        """The components that the files of one component import, tests aside."""
        key = f"{component}@{id(view)}"
        if key not in self._reached:
            self._reached[key] = self._targets_of(component, view)
        return self._reached[key]

    def _targets_of(self, component: str, view: View) -> frozenset[str] | CouldNotLook:
        mine = [p for p in view.landscape.code_paths if self._component(p).name == component and not is_test(p)]
        if len(mine) > MOST_FILES:
            return CouldNotLook(
                reason=Reason.LIMIT,
                detail=f"component {component} has {len(mine):,} files, more than the {MOST_FILES:,} one question may read",
                remedy="describe its parts as components in .weighbridge/system.yaml",
            )
        view.landscape.load(mine)
        found = {self._component(use.target).name for path in mine for use in uses_of(view, path)}
        return frozenset(found - {component})

    def path_between(self, start: str, goal: str) -> tuple[str, ...] | CouldNotLook:
        """A shortest chain of components of head from `start` to `goal`, both included; empty when there is none."""
        came_from: dict[str, str] = {start: ""}
        pending = [start]
        while pending:
            current = pending.pop(0)
            if current == goal:
                return tuple(reversed(list(_back(came_from, goal))))
            targets = self.targets_of(current, self._landscapes.head)
            if isinstance(targets, CouldNotLook):
                return targets
            for target in sorted(targets - came_from.keys()):
                came_from[target] = current
                pending.append(target)
        return ()

    def _component(self, path: RepoPath) -> Component:
        return self._landscapes.components.component_of(path)


def _back(came_from: dict[str, str], goal: str) -> Iterator[str]:
    current = goal
    while current:
        yield current
        current = came_from[current]
