"""Tables that code reaches through classes that stand for them: `Order.objects.filter(…)`, `session.add(Order(…))`, a repository.

A class that stands for a table says only which; whether a use reads or writes it is told by the name of what is called. A file
that names the class alone (a repository, a query for an object mapper) guesses the table, and the class may say otherwise.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec.structs import replace

from weighbridge.domain.ids import RepoPath
from weighbridge.facts.model import Access, Attribute, Call, Expr, Name
from weighbridge.landscape.criticality import words_of
from weighbridge.landscape.file_names import CLASS_KINDS, calls_in
from weighbridge.landscape.landscapes import View
from weighbridge.landscape.references import shared_folders
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


_TABLES: Final = frozenset({"reads", "writes"})

MOST_ALIKE: Final = 20
"""Files looked at that define a class of one name, the nearest first."""


class ModelTables:
    """Answers for one landscape; answers are remembered."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._of_class: dict[tuple[RepoPath, int], tuple[str, ...]] = {}
        self._declared: dict[tuple[RepoPath, str], str] = {}

    def used(self, path: RepoPath, scope: int, *, expr: Expr, line: int) -> Iterator[Access]:
        """The tables that one statement uses, each once: written where anything in it writes."""
        found: dict[str, bool] = {}
        for call in calls_in(expr):
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
            own = (self.declared(path, a) for a in facts.accesses if a.scope == index) if facts and is_class else ()
            self._of_class[path, index] = tuple(dict.fromkeys(access.key for access in own))
        return self._of_class[path, index]

    def declared(self, path: RepoPath, access: Access) -> Access:
        """The access with the table that a class says it stands for, where the table was guessed from the class's name."""
        facts = self._view.landscape.facts(path)
        if access.is_certain or access.kind not in _TABLES or facts is None:
            return access
        name = "".join(part.capitalize() for part in access.key.split("_"))
        if facts.definitions[access.scope].name == name:
            return access  # it is the class itself, and says nothing
        if (path, name) not in self._declared:
            self._declared[path, name] = self._declared_by(name, path, language=facts.language)
        table = self._declared[path, name]
        return replace(access, key=table) if table else access

    def _declared_by(self, name: str, path: RepoPath, *, language: str) -> str:
        """The table that the nearest class of this name says it stands for; empty where none says so, or several differ."""
        files = sorted(self._view.landscape.files_with("d:" + name), key=lambda each: -shared_folders(each, path))
        said: dict[int, set[str]] = {}
        for each in files[:MOST_ALIKE]:
            there = self._view.landscape.facts(each)
            for access in there.accesses if there and there.language == language else ():
                definition = there.definitions[access.scope] if there else None
                if definition and definition.name == name and definition.kind in CLASS_KINDS and access.kind in _TABLES:
                    table = access.key if access.is_certain else ""
                    said.setdefault(shared_folders(each, path), set()).add(table)
        nearest = said[max(said)] if said else set()
        return nearest.pop() if len(nearest) == 1 else ""

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
