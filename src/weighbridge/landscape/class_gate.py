"""Which test files ever get hold of a class, or of a function: no other can notice what it does.

This is rapid type analysis (Bacon and Sweeney, OOPSLA 1996) turned round: from the class outwards to who mentions it, and
asked of test files only. What a class's member makes, only they get hold of who hold that class (`Walk` with `is_of_holders`).
"""

from collections.abc import Callable, Iterable

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.impact import Certainty
from weighbridge.landscape.file_names import CLASS_KINDS
from weighbridge.landscape.hierarchy import MOST_HEIRS
from weighbridge.landscape.landscapes import View
from weighbridge.landscape.sites import Site
from weighbridge.landscape.values import Symbol

Reaches = Callable[[Iterable[Symbol]], frozenset[RepoPath] | None]
"""The files in which anything notices these classes; None where that was not followed to its end."""


class ClassGate:
    """Tells which files can hold an instance of the classes whose methods changed, or a changed function of a module."""

    def __init__(self, view: View, changed: Iterable[Site], *, reaches: Reaches) -> None:
        self._view = view
        self._changed = tuple(changed)
        self._reaches = reaches

    def files(self) -> frozenset[RepoPath] | None:
        """The files that get hold of any of them; None when something else changed, or that was not followed to its end."""
        found: set[RepoPath] = set()
        functions: dict[Symbol, None] = {}
        classes: dict[Symbol, None] = {}
        for site in self._changed:
            path, owner, name = site
            if self._is_class(path, owner):
                classes[Symbol(path, owner)] = None
                # a static import of Java's names the member alone
                found |= {r.source.path for r in self._view.references.to(site) if r.certainty is Certainty.SEEN}
                continue
            names = self._view.evaluator.names(path)
            indexes = names.defined.get((owner, name), ()) if names and owner == 0 else ()
            if not indexes:
                return None
            functions.update((Symbol(path, index), None) for index in indexes)
        if functions:
            reached = self._reaches(functions)
            if reached is None:
                return None
            found |= reached | {each.path for each in functions}
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
