"""Classes among themselves: which a class inherits from, in which order, and which inherit from it."""

from collections.abc import Iterable, Iterator
from typing import Final, Protocol

from weighbridge.domain.ids import RepoPath
from weighbridge.facts.model import Expr, Item
from weighbridge.landscape import fitting
from weighbridge.landscape.conventions import instance_of
from weighbridge.landscape.resolution_order import MOST_ANCESTORS, resolution_order
from weighbridge.landscape.terms import base_name
from weighbridge.landscape.values import ANYWHERE, External, Instance, Symbol, Value, Values

MOST_HEIRS: Final = 60
"""Files in which the subclasses of one class are looked for, and subclasses that are looked at: where more override a
member, naming some of them says nothing."""


class Evaluates(fitting.Evaluates, Protocol):
    """What a hierarchy needs of an evaluator."""

    def evaluate(self, path: RepoPath, scope: int, *, expr: Expr, at: int) -> Values:
        """Everything an expression can stand for."""


class Hierarchy:
    """Answers for one landscape; answers are remembered."""

    def __init__(self, evaluator: Evaluates) -> None:
        self._evaluator = evaluator
        self._orders: dict[Symbol, tuple[Symbol, ...]] = {}
        self._ordering: set[Symbol] = set()
        self._outside: dict[Symbol, frozenset[str]] = {}
        self._descendants: dict[Symbol, tuple[Symbol, ...]] = {}
        self._by_base: dict[RepoPath, dict[str, list[int]]] = {}
        self._heirs: dict[Symbol, tuple[Symbol, ...]] = {}
        self._bases: dict[Symbol, tuple[Value, ...]] = {}
        self.fit = fitting.Fitting(evaluator, self)
        """What fits without saying so."""

    def order(self, owner: Symbol) -> tuple[Symbol, ...]:
        """The classes in which a member of `owner` is looked for, nearest first."""
        if owner in self._orders:
            return self._orders[owner]
        if owner in self._ordering:
            return (owner,)  # what a class gets whose bases are found only through itself
        self._ordering.add(owner)
        try:
            order = resolution_order(owner, self.parents, known=self._orders)
            if len(order) == MOST_ANCESTORS:
                self._evaluator.work.cut(owner.path, f"a class of it inherits from {MOST_ANCESTORS} others or more")
            return order
        finally:
            self._ordering.discard(owner)

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
        return Values(instance_of(v) for v in after if not isinstance(v, Symbol) or v.index)

    def outside(self, owner: Symbol) -> frozenset[str]:
        """The names of the classes outside the repository that `owner` inherits from, `object` excepted."""
        if owner not in self._outside:
            values = (value for each in self.order(owner) for value in self._base_values(each))
            names = (v.name for v in values if isinstance(v, External) and v.name != "builtins.object")
            self._outside[owner] = frozenset(names)
        return self._outside[owner]

    def descendants(self, owner: Symbol) -> tuple[Symbol, ...]:
        """The classes that inherit from `owner` through any number of others, nearest first, as far as `MOST_HEIRS`."""
        if owner not in self._descendants:
            found: dict[Symbol, None] = {}
            pending = [owner]
            position = 0
            while position < len(pending) and len(found) < MOST_HEIRS:
                new = [heir for heir in self.heirs(pending[position]) if heir not in found]
                found.update(dict.fromkeys(new))
                pending += new
                position += 1
            self._descendants[owner] = tuple(found)
        return self._descendants[owner]

    def heirs(self, owner: Symbol) -> tuple[Symbol, ...]:
        """The classes that name `owner` as a base, looked for in a bounded number of files."""
        if owner not in self._heirs:
            self._heirs[owner] = ()  # what is known while it is being found out
            names = self._evaluator.names(owner.path)
            name = names.facts.definitions[owner.index].name if names else ""
            files = self._evaluator.landscape.files_with("b:" + name)
            self._heirs[owner] = tuple(h for path in files[:MOST_HEIRS] for h in self._heirs_in(path, owner, name=name))
        return self._heirs[owner]

    def files_below(self, classes: Iterable[Symbol]) -> frozenset[RepoPath]:
        """The files that name one of the classes as a base: told by the index alone, to count classes by."""
        named: set[str] = set()
        for each in classes:
            names = self._evaluator.names(each.path)
            if names is not None:
                named.add(names.facts.definitions[each.index].name)
        return frozenset(file for name in named for file in self._evaluator.landscape.files_with("b:" + name))

    def definers_below(self, owner: Symbol, name: str) -> frozenset[RepoPath]:
        """The files that define a member of this name and have a class that inherits from what `owner` inherits from."""
        return self.files_below(self.order(owner)[1:]).intersection(self._evaluator.landscape.files_with("d:" + name))

    def _heirs_in(self, path: RepoPath, owner: Symbol, *, name: str) -> Iterator[Symbol]:
        for index in self._named_as_base(path).get(name, ()):
            if owner in self.parents(Symbol(path, index)):
                yield Symbol(path, index)

    def _named_as_base(self, path: RepoPath) -> dict[str, list[int]]:
        """The classes of a file by the names of their bases."""
        if path not in self._by_base:
            found = self._by_base[path] = {}
            names = self._evaluator.names(path)
            for index, definition in enumerate(names.facts.definitions if names else ()):
                for base in definition.bases:
                    found.setdefault(base_name(base), []).append(index)
        return self._by_base[path]

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
