"""Drift: the dependencies between components that a change adds, seen against those that were there.

Only changed files are asked what they import; whether a dependency is new to its component is then looked up in the
component's other files as they stood on the base. What would take more files than `MOST_FILES` to answer is not answered.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.places import Side
from weighbridge.domain.system import Component, ComponentKind
from weighbridge.landscape.circles import circles
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.landscapes import Landscapes, View
from weighbridge.landscape.uses import Use, added_uses, uses_of

MOST_FILES: Final = 3_000
"""Files that one question may read."""
FEW: Final = 50
"""So many uses are followed back one by one."""
SEVERAL: Final = 3
"""Files that lean one way before that way is a direction."""


class NewUse(Struct, frozen=True, kw_only=True):
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
        self._files: dict[int, Mapping[str, Sequence[RepoPath]]] = {}
        self._reached: dict[str, Mapping[str, tuple[Use, ...]] | CouldNotLook] = {}

    @cached_property
    def new_uses(self) -> tuple[NewUse, ...] | CouldNotLook:
        """Every import of another component that changed files have in head and had not on the base."""
        found = []
        for path, file in self._code.files.items():
            if file.head is None or self._landscapes.is_test(path):
                continue
            for use in added_uses(self._landscapes, path, file=file):
                source, target = self._component(path), self._component(use.target)
                if source.name == target.name:
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
        found = self.uses_by_target(component, view)
        return found if isinstance(found, CouldNotLook) else frozenset(found)

    def uses_by_target(self, component: str, view: View) -> Mapping[str, tuple[Use, ...]] | CouldNotLook:
        """The uses that the files of one component make of others, tests aside, by the other's name."""
        key = f"{component}@{id(view)}"
        if key not in self._reached:
            self._reached[key] = self._uses_by_target(component, view)
        return self._reached[key]

    def _uses_by_target(self, component: str, view: View) -> Mapping[str, tuple[Use, ...]] | CouldNotLook:
        mine = self._files_of(component, view)
        if len(mine) > MOST_FILES:
            return CouldNotLook(
                reason=Reason.LIMIT,
                detail=f"component {component} has {len(mine):,} files, more than the {MOST_FILES:,} one question may read",
                remedy="describe its parts as components in .weighbridge/system.yaml",
            )
        view.landscape.load(mine)
        found: dict[str, list[Use]] = {}
        for use in (use for path in mine for use in uses_of(view, path)):
            target = self._component(use.target).name
            if target != component:
                found.setdefault(target, []).append(use)
        return {target: tuple(uses) for target, uses in found.items()}

    def _files_of(self, component: str, view: View) -> Sequence[RepoPath]:
        """The code files of a component, tests aside; all components' are found in one pass."""
        if id(view) not in self._files:
            found: dict[str, list[RepoPath]] = {}
            for path in view.landscape.tree.code_paths:
                if not self._landscapes.is_test(path):
                    found.setdefault(self._component(path).name, []).append(path)
            self._files[id(view)] = found
        return self._files[id(view)].get(component, ())

    def files_using(self, source: str, target: str, *, side: Side = Side.BASE) -> tuple[Use, ...]:
        """The first use of `target` in each file of `source` that has one; none where that is too much to read."""
        found = self.uses_by_target(source, self._landscapes.on(side))
        if isinstance(found, CouldNotLook):
            return ()
        return tuple({use.source: use for use in reversed(found.get(target, ()))}.values())

    def example(self, source: str, target: str) -> Use | None:
        """A place in head where one component leans on another."""
        return next(iter(self.files_using(source, target, side=Side.HEAD)), None)

    def path_between(self, start: str, goal: str, *, side: Side = Side.HEAD) -> tuple[str, ...] | CouldNotLook:
        """A shortest chain of components from `start` to `goal`, both included; empty when there is none."""
        came_from: dict[str, str] = {start: ""}
        pending = [start]
        while pending:
            current = pending.pop(0)
            if current == goal:
                return tuple(reversed(list(_back(came_from, goal))))
            targets = self.targets_of(current, self._landscapes.on(side))
            if isinstance(targets, CouldNotLook):
                return targets
            for target in sorted(targets - came_from.keys()):
                came_from[target] = current
                pending.append(target)
        return ()

    def leading_back(self, uses: Collection[NewUse]) -> tuple[NewUse, ...]:
        """The uses whose target may lead back to their source in head: of many it is told in one pass which do."""
        if len(uses) <= FEW:
            return tuple(uses)
        view = self._landscapes.head

        def onward(component: str) -> Iterable[str]:
            targets = self.targets_of(component, view)
            return () if isinstance(targets, CouldNotLook) else sorted(targets)

        circle = circles((use.source for use in uses), onward)
        if any(isinstance(self.targets_of(component, view), CouldNotLook) for component in circle):
            return tuple(uses)  # each is searched for by itself, and what could not be read is told
        return tuple(use for use in uses if circle[use.source] == circle[use.target])

    def _component(self, path: RepoPath) -> Component:
        return self._landscapes.components.component_of(path)


def _back(came_from: dict[str, str], goal: str) -> Iterator[str]:
    current = goal
    while current:
        yield current
        current = came_from[current]
