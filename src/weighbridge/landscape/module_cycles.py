"""Imports that close a cycle among the modules of one component, at the moment they are loaded."""

from collections.abc import Collection, Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.paths import folder_of
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.landscapes import Landscapes, View
from weighbridge.landscape.test_files import is_test
from weighbridge.landscape.uses import Use, uses_of

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
        for use in _added(landscapes, path, file=file):
            if not _are_together(landscapes, use):
                continue
            back = _way(landscapes.head, use.target, goal=path)
            was_there = (
                old and _way(landscapes.base, use.target, goal=old) and _way(landscapes.base, old, goal=use.target)
            )
            if back and not was_there:
                yield ModuleCycle(closing=use, back=back)
                break


def _added(landscapes: Landscapes, path: RepoPath, *, file: FileCode) -> Iterator[Use]:
    """What a module newly loads; an import that stood in the same file, as heavy, means what it meant."""
    old = file.change.base.path if file.change.base else None
    stood = file.base.imports if file.base and old == path else ()
    written = {(i.module, i.name) for i in stood if i.scope == 0 and not i.is_type_only}
    added = tuple(_loading(landscapes.head, path, besides=written))
    before = {use.target for use in _loading(landscapes.base, old)} if added and old else set()
    return (use for use in added if use.target not in before)


def _loading(view: View, path: RepoPath, *, besides: Collection[tuple[str, str]] = ()) -> Iterator[Use]:
    """What a module loads as it is loaded; a package it lies in is on the way already."""
    for use in uses_of(view, path, only_loading=True, besides=besides):
        name = use.target.rpartition("/")[2]
        if not (name == "__init__.py" and f"{path}/".startswith(f"{folder_of(use.target)}/")):
            yield use


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
        for use in _loading(view, current):
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
