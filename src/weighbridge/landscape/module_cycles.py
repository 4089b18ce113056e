"""Imports that close a cycle among the modules of one component, at the moment they are loaded."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.landscapes import Landscapes, View
from weighbridge.landscape.test_files import is_test
from weighbridge.landscape.uses import Use, added_uses, uses_of

MOST_MODULES: Final = 400
"""Modules that one search may read; a cycle beyond is not found."""

_ROLES: Final = ("python", "javascript", "typescript", "tsx")
"""Languages whose modules run as they load; Go forbids such cycles, and Java's classes load when they are used."""


class ModuleCycle(Struct, frozen=True, kw_only=True):
    """A new import, and the imports that lead back from what it loads."""

    closing: Use
    back: tuple[Use, ...]


def new_module_cycles(landscapes: Landscapes, code: CodeChange) -> Iterator[ModuleCycle]:
    """The first new import of each changed module that closes a cycle which was not there."""
    for path, file in code.files.items():
        if file.role not in _ROLES or file.head is None or is_test(path):
            continue
        old = file.change.base.path if file.change.base else None
        for use in added_uses(landscapes, path, file=file, only_loading=True):
            if not _are_together(landscapes, use):
                continue
            back = _way(landscapes.head, use.target, goal=path)
            was_there = (
                old and _way(landscapes.base, use.target, goal=old) and _way(landscapes.base, old, goal=use.target)
            )
            if back and not was_there:
                yield ModuleCycle(closing=use, back=back)
                break


def _are_together(landscapes: Landscapes, use: Use) -> bool:
    component_of = landscapes.components.component_of
    return component_of(use.source).name == component_of(use.target).name


def _way(view: View, start: RepoPath, *, goal: RepoPath) -> tuple[Use, ...]:
    """A shortest chain of imports from one module to another; empty when there is none."""
    came: dict[RepoPath, Use | None] = {start: None}
    pending = [start]
    for current in pending:
        if len(came) > MOST_MODULES:
            return ()
        for use in uses_of(view, current, only_loading=True):
            if use.target in came or is_test(use.target):
                continue
            came[use.target] = use
            if use.target == goal:
                return tuple(reversed(list(_back(came, goal))))
            pending.append(use.target)
    return ()


def _back(came: dict[RepoPath, Use | None], goal: RepoPath) -> Iterator[Use]:
    use = came[goal]
    while use is not None:
        yield use
        use = came[use.source]
