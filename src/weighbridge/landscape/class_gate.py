"""Which test files ever get hold of a class: no other can notice what its methods do.

This is rapid type analysis (Bacon and Sweeney, OOPSLA 1996) turned round: from the class outwards to who mentions it, and
asked of test files only. Over six packages it took a tenth of the wrongly named test files away and hardly any right one.
"""

from collections.abc import Callable, Iterable

from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.file_names import CLASS_KINDS
from weighbridge.landscape.hierarchy import MOST_HEIRS
from weighbridge.landscape.landscapes import View
from weighbridge.landscape.sites import Site
from weighbridge.landscape.values import Symbol

Reaches = Callable[[Iterable[Symbol]], frozenset[RepoPath] | None]
"""The files in which anything notices these classes; None where that was not followed to its end."""


class ClassGate:
    """Tells which files can hold an instance of the classes whose methods changed; without a limit where one did not."""

    def __init__(self, view: View, changed: Iterable[Site], *, reaches: Reaches) -> None:
        self._view = view
        self._changed = tuple(changed)
        self._reaches = reaches

    def files(self) -> frozenset[RepoPath] | None:
        """The files that get hold of any of the classes; None when the change is not of methods alone."""
        found: set[RepoPath] = set()
        classes: dict[Symbol, None] = {}
        for path, owner, _ in self._changed:
            if not self._is_class(path, owner):
                return None
            classes[Symbol(path, owner)] = None
        for each in classes:
            heirs = self._view.evaluator.hierarchy.descendants(each)
            reached = self._reaches((each, *heirs)) if len(heirs) < MOST_HEIRS else None
            if reached is None:
                return None
            found |= reached | {each.path, *(heir.path for heir in heirs)}
        return frozenset(found)

    def _is_class(self, path: RepoPath, owner: int) -> bool:
        names = self._view.evaluator.names(path)
        return names is not None and owner > 0 and names.facts.definitions[owner].kind in CLASS_KINDS
