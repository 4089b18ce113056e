"""Classes among themselves: which a class inherits from, in which order, and which inherit from it."""

from collections.abc import Iterable, Iterator
from typing import Final, Protocol

from weighbridge.domain.ids import RepoPath
from weighbridge.facts.model import Expr, Item
from weighbridge.landscape.conventions import instance_of
from weighbridge.landscape.file_names import FileNames, last_name
from weighbridge.landscape.landscape import Landscape
from weighbridge.landscape.resolution_order import resolution_order
from weighbridge.landscape.values import ANYWHERE, External, Instance, Symbol, Value, Values

MOST_HEIRS: Final = 60
"""Files in which subclasses are looked for."""


class Evaluates(Protocol):
    """What a hierarchy needs of an evaluator."""

    @property
    def landscape(self) -> Landscape:
        """The tree."""

    def names(self, path: RepoPath) -> FileNames | None:
        """The names of one file."""

    def evaluate(self, path: RepoPath, scope: int, *, expr: Expr, at: int) -> Values:
        """Everything an expression can stand for."""


class Hierarchy:
    """Answers for one landscape; answers are remembered."""

    def __init__(self, evaluator: Evaluates) -> None:
        self._evaluator = evaluator
        self._orders: dict[Symbol, tuple[Symbol, ...]] = {}
        self._heirs: dict[Symbol, tuple[Symbol, ...]] = {}
        self._bases: dict[Symbol, tuple[Value, ...]] = {}

    def order(self, owner: Symbol) -> tuple[Symbol, ...]:
        """The classes in which a member of `owner` is looked for, nearest first."""
        if owner not in self._orders:
            self._orders[owner] = (owner,)  # what a class that inherits from itself gets
            self._orders[owner] = resolution_order(owner, self.parents)
        return self._orders[owner]

    def parents(self, owner: Symbol) -> tuple[Symbol, ...]:
        """The classes of this repository that `owner` names as its bases."""
        return tuple(dict.fromkeys(v for v in self._base_values(owner) if isinstance(v, Symbol) and v.index))

    def beyond(self, owner: Symbol) -> Values:
        """The object of a method of `owner` as `super()` shows it: as one of the classes that come after `owner`.

        Those are its bases; for a class that is mixed into others, whatever comes after it in their orders.
        """
        values = self._base_values(owner)
        after: Iterable[Value] = values
        if not [v for v in values if v != External("builtins.object")]:
            orders = [self.order(heir) for heir in self.descendants(owner)]
            after = [c for order in orders if owner in order for c in order[order.index(owner) + 1 :][:1]]
        return frozenset(instance_of(v) for v in after if not isinstance(v, Symbol) or v.index)

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
            files = self._evaluator.landscape.files_with("m:" + name)
            self._heirs[owner] = tuple(h for path in files[:MOST_HEIRS] for h in self._heirs_in(path, owner, name=name))
        return self._heirs[owner]

    def _heirs_in(self, path: RepoPath, owner: Symbol, *, name: str) -> Iterator[Symbol]:
        names = self._evaluator.names(path)
        for index, definition in enumerate(names.facts.definitions if names else ()):
            bases = (base.of if isinstance(base, Item) else base for base in definition.bases)
            if any(last_name(base) == name for base in bases) and owner in self.parents(Symbol(path, index)):
                yield Symbol(path, index)

    def _base_values(self, owner: Symbol) -> tuple[Value, ...]:
        """What the bases stand for, in the order in which they are written: it is that in which members are found."""
        if owner not in self._bases:
            names = self._evaluator.names(owner.path)
            definition = names.facts.definitions[owner.index] if names else None
            found: dict[Value, None] = {}
            for base in definition.bases if definition else ():
                inner = base.of if isinstance(base, Item) else base
                scope, turn = (max(definition.parent, 0), definition.turn) if definition else (0, ANYWHERE)
                values = self._evaluator.evaluate(owner.path, scope, expr=inner, at=turn)
                found |= dict.fromkeys(sorted(values, key=_place))
            self._bases[owner] = tuple(found)
        return self._bases[owner]


def _place(value: Value) -> tuple[str, int]:
    """Where a value stands, so that what one name can mean has an order that is always the same."""
    match value:
        case Symbol(path=path, index=index) | Instance(path=path, index=index):
            return path, index
        case External(name=name):
            return name, 0
        case _:
            return "", 0
