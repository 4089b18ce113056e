"""Classes among themselves: which a class inherits from, in which order, and which inherit from it."""

from collections.abc import Iterator
from typing import Final, Protocol

from weighbridge.domain.ids import RepoPath
from weighbridge.facts.model import Expr, Item
from weighbridge.landscape.file_names import FileNames, last_name
from weighbridge.landscape.landscape import Landscape
from weighbridge.landscape.resolution_order import resolution_order
from weighbridge.landscape.values import External, Symbol, Values

MOST_HEIRS: Final = 60
"""Files in which subclasses are looked for."""


class Evaluates(Protocol):
    """What a hierarchy needs of an evaluator."""

    @property
    def landscape(self) -> Landscape:
        """The tree."""

    def names(self, path: RepoPath) -> FileNames | None:
        """The names of one file."""

    def evaluate(self, path: RepoPath, scope: int, *, expr: Expr) -> Values:
        """Everything an expression can stand for."""


class Hierarchy:
    """Answers for one landscape; answers are remembered."""

    def __init__(self, evaluator: Evaluates) -> None:
        self._evaluator = evaluator
        self._orders: dict[Symbol, tuple[Symbol, ...]] = {}
        self._heirs: dict[Symbol, tuple[Symbol, ...]] = {}
        self._bases: dict[Symbol, Values] = {}

    def order(self, owner: Symbol) -> tuple[Symbol, ...]:
        """The classes in which a member of `owner` is looked for, nearest first."""
        if owner not in self._orders:
            self._orders[owner] = (owner,)  # what a class that inherits from itself gets
            self._orders[owner] = resolution_order(owner, self.parents)
        return self._orders[owner]

    def parents(self, owner: Symbol) -> tuple[Symbol, ...]:
        """The classes of this repository that `owner` names as its bases."""
        return tuple(dict.fromkeys(v for v in self._base_values(owner) if isinstance(v, Symbol) and v.index))

    def outside(self, owner: Symbol) -> frozenset[str]:
        """The names of the classes outside the repository that `owner` inherits from, `object` excepted."""
        values = (value for each in self.order(owner) for value in self._base_values(each))
        return frozenset(v.name for v in values if isinstance(v, External) and v.name != "builtins.object")

    def descendants(self, owner: Symbol) -> tuple[Symbol, ...]:
        """The classes that inherit from `owner` through any number of others, nearest first."""
        found: dict[Symbol, None] = {}
        pending = [owner]
        while pending:
            for heir in self.heirs(pending.pop(0)):
                if heir not in found:
                    found[heir] = None
                    pending.append(heir)
        return tuple(found)

    def heirs(self, owner: Symbol) -> tuple[Symbol, ...]:
        """The classes that name `owner` as a base, looked for in a bounded number of files."""
        if owner not in self._heirs:
            self._heirs[owner] = ()  # what is known while it is being found out
            names = self._evaluator.names(owner.path)
            name = names.facts.definitions[owner.index].name if names else ""
            files = self._evaluator.landscape.files_with("b:" + name)
            self._heirs[owner] = tuple(h for path in files[:MOST_HEIRS] for h in self._heirs_in(path, owner, name=name))
        return self._heirs[owner]

    def _heirs_in(self, path: RepoPath, owner: Symbol, *, name: str) -> Iterator[Symbol]:
        names = self._evaluator.names(path)
        for index, definition in enumerate(names.facts.definitions if names else ()):
            bases = (base.of if isinstance(base, Item) else base for base in definition.bases)
            if any(last_name(base) == name for base in bases) and owner in self.parents(Symbol(path, index)):
                yield Symbol(path, index)

    def _base_values(self, owner: Symbol) -> Values:
        if owner not in self._bases:
            names = self._evaluator.names(owner.path)
            definition = names.facts.definitions[owner.index] if names else None
            found: Values = frozenset()
            for base in definition.bases if definition else ():
                inner = base.of if isinstance(base, Item) else base
                scope = max(definition.parent, 0) if definition else 0
                found |= self._evaluator.evaluate(owner.path, scope, expr=inner)
            self._bases[owner] = found
        return self._bases[owner]
