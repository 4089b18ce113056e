"""Imports that close a cycle among the modules of one component, at the moment they are loaded."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.circles import circles
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.landscapes import Landscapes, View
from weighbridge.landscape.test_files import is_test
from weighbridge.landscape.uses import Use, added_uses, uses_of

MOST_MODULES: Final = 400
"""Modules that one search may read; a cycle beyond is not found."""

MOST_AT_ONCE: Final = 3_000
"""Modules besides the changed ones that are read to tell which lie on a circle; a cycle through others is not found."""

FEW: Final = 50
"""So many modules are searched from one by one; of more it is told in one pass which lie on a circle at all."""

_ROLES: Final = ("python", "javascript", "typescript", "tsx")
"""Languages whose modules run as they load; Go forbids such cycles, and Java's classes load when they are used."""


class ModuleCycle(Struct, frozen=True, kw_only=True):
    """A new import, and the imports that lead back from what it loads."""

    closing: Use
    back: tuple[Use, ...]


def new_module_cycles(landscapes: Landscapes, code: CodeChange) -> Iterator[ModuleCycle]:
    """The first new import of each changed module that closes a cycle which was not there."""
    added = {path: uses for path, file in code.files.items() if (uses := _added(landscapes, path, file=file))}
    head, base = (_Modules(view, most=MOST_AT_ONCE + len(added)) for view in (landscapes.head, landscapes.base))
    circle = circles(added, head.targets) if len(added) > FEW else None
    for path, uses in added.items():
        change = code.files[path].change
        old = change.base.path if change.base else None
        for use in uses:
            if circle is not None and circle[path] != circle.get(use.target):
                continue
            back = head.way(use.target, goal=path)
            was_there = old and base.way(use.target, goal=old) and base.way(old, goal=use.target)
            if back and not was_there:
                yield ModuleCycle(closing=use, back=back)
                break


def _added(landscapes: Landscapes, path: RepoPath, *, file: FileCode) -> tuple[Use, ...]:
    """What a module newly loads of its own component."""
    if file.role not in _ROLES or file.head is None or is_test(path):
        return ()
    added = added_uses(landscapes, path, file=file, only_loading=True)
    return tuple(use for use in added if _are_together(landscapes, use))


def _are_together(landscapes: Landscapes, use: Use) -> bool:
    component_of = landscapes.components.component_of
    return component_of(use.source).name == component_of(use.target).name


class _Modules:
    """What the modules of one side load, each asked once."""

    def __init__(self, view: View, *, most: int) -> None:
        self._view = view
        self._most = most
        self._loaded: dict[RepoPath, tuple[Use, ...]] = {}

    def targets(self, path: RepoPath) -> Iterator[RepoPath]:
        """The modules that one loads, tests aside; of a module that would be one too many to read, none."""
        is_known = path in self._loaded or len(self._loaded) < self._most
        return (use.target for use in self._uses(path)) if is_known else iter(())

    def way(self, start: RepoPath, *, goal: RepoPath) -> tuple[Use, ...]:
        """A shortest chain of imports from one module to another; empty when there is none."""
        came: dict[RepoPath, Use | None] = {start: None}
        pending = [start]
        for current in pending:
            if len(came) > MOST_MODULES:
                return ()
            for use in self._uses(current):
                if use.target in came:
                    continue
                came[use.target] = use
                if use.target == goal:
                    return tuple(reversed(list(_back(came, goal))))
                pending.append(use.target)
        return ()

    def _uses(self, path: RepoPath) -> tuple[Use, ...]:
        if path not in self._loaded:
            uses = uses_of(self._view, path, only_loading=True)
            self._loaded[path] = tuple(use for use in uses if not is_test(use.target))
        return self._loaded[path]


def _back(came: dict[RepoPath, Use | None], goal: RepoPath) -> Iterator[Use]:
    use = came[goal]
    while use is not None:
        yield use
        use = came[use.source]
