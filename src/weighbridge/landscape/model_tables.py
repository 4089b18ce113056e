"""Tables that code reaches through classes that stand for them: `Order.objects.filter(…)`, `session.add(Order(…))`, a repository.

A class that stands for a table says only which; whether a use reads or writes it is told by the name of what is called.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Access, Attribute, Call, Expr, Name
from weighbridge.landscape.criticality import words_of
from weighbridge.landscape.file_names import CLASS_KINDS
from weighbridge.landscape.landscapes import View
from weighbridge.landscape.values import Instance, Symbol


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_WRITES: Final = _set(
    "create save add update delete remove insert merge persist upsert destroy truncate put replace flush bulk"
)
_READS: Final = _set(
    """get find filter all first last one select query exclude count exists aggregate annotate values list scalar scalars
    fetch load read where order latest earliest in raw paginate"""
)


class ModelTables:
    """Answers for one landscape; answers are remembered."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._of_class: dict[tuple[RepoPath, int], tuple[str, ...]] = {}

    def used(self, path: RepoPath, scope: int, *, expr: Expr, line: int) -> Iterator[Access]:
        """The tables that one statement uses, each once: written where anything in it writes."""
        found: dict[str, bool] = {}
        for call in (part for part in walk(expr) if isinstance(part, Call)):
            kind = _kind(call)
            if kind is not None:
                for table in self._tables(path, scope, call=call):
                    found[table] = found.get(table, False) or kind == "writes"
        yield from (Access("writes" if writes else "reads", table, scope, line) for table, writes in found.items())

    def stands_for(self, path: RepoPath, index: int) -> tuple[str, ...]:
        """The tables that a class stands for."""
        if (path, index) not in self._of_class:
            facts = self._view.landscape.facts(path)
            is_class = facts is not None and index > 0 and facts.definitions[index].kind in CLASS_KINDS
            tables = (a.key for a in facts.accesses if a.scope == index) if facts and is_class else ()
            self._of_class[path, index] = tuple(dict.fromkeys(tables))
        return self._of_class[path, index]

    def _tables(self, path: RepoPath, scope: int, *, call: Call) -> Iterable[str]:
        found: dict[str, None] = {}
        for each in _told_by(call):
            for value in self._view.evaluator.evaluate(path, scope, expr=each):
                if isinstance(value, Symbol | Instance):
                    found.update(dict.fromkeys(self.stands_for(value.path, value.index)))
        return found


def _told_by(call: Call) -> Iterator[Expr]:
    """What could be a model in a call: what it is made on, the first name of its chain, and what it is given."""
    if isinstance(call.function, Attribute):
        yield call.function.of
    root: Expr = call.function
    while isinstance(root, Attribute | Call):
        root = root.of if isinstance(root, Attribute) else root.function
    if isinstance(root, Name) and root is not call.function:
        yield root
    for argument in call.arguments:
        if isinstance(argument.value, Name | Attribute):
            yield argument.value
        elif isinstance(argument.value, Call):
            yield argument.value.function


def _kind(call: Call) -> str | None:
    name = call.function.name if isinstance(call.function, Attribute) else ""
    name = call.function.id if isinstance(call.function, Name) else name
    words = set(words_of(name))
    if words & _WRITES:
        return "writes"
    return "reads" if words & _READS else None
