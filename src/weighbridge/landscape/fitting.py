"""Which types fit which of the repository's interfaces without saying so: of Go all, of Python a `Protocol`.

A method that an interface asks for is called through it on every type that fits. Types are compared by the names of the methods
and, in Go, by how much these take; not by the types of what they take.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Final, Protocol

from weighbridge.domain.ids import RepoPath
from weighbridge.facts.model import Definition
from weighbridge.landscape.file_names import FileNames
from weighbridge.landscape.landscape import Landscape
from weighbridge.landscape.terms import ASKED, is_asking
from weighbridge.landscape.values import Symbol, Value, Values
from weighbridge.landscape.work import Work

MOST_FILES: Final = 200
"""Files that ask for or define a method of one name which are looked through."""
MOST_ALIKE: Final = 200
"""Interfaces that ask for a method of one name, and types that have it, which are compared."""

_LANGUAGES: Final = (".go", ".py", ".pyi")

_MOST_HEIRS: Final = 20
"""Types that take a type in, and with it its methods, of which it is asked whether they fit."""


class Evaluates(Protocol):
    """What this needs of an evaluator."""

    @property
    def landscape(self) -> Landscape:
        """The tree."""

    @property
    def work(self) -> Work:
        """What looking takes, and where it was cut short."""

    def names(self, path: RepoPath) -> FileNames | None:
        """The names of one file."""

    def member(self, value: Value, name: str) -> Values:
        """The member `name` of a value."""

    def lookup(self, path: RepoPath, scope: int, *, name: str) -> Values:
        """What a bare name stands for in a scope."""


class Orders(Protocol):
    """What this needs to know of how types take each other in."""

    def order(self, owner: Symbol) -> tuple[Symbol, ...]:
        """A type with those it takes in."""

    def outside(self, owner: Symbol) -> frozenset[str]:
        """The types outside the repository that a type takes in."""

    def descendants(self, owner: Symbol) -> tuple[Symbol, ...]:
        """The types that take one in."""


class Fitting:
    """Answers for one landscape; answers are remembered."""

    def __init__(self, evaluator: Evaluates, orders: Orders) -> None:
        self._evaluator = evaluator
        self._orders = orders
        self._asking: dict[str, tuple[Symbol, ...]] = {}
        self._types: dict[Symbol, tuple[Symbol, ...]] = {}
        self._having: dict[tuple[str, tuple[str, ...]], tuple[Symbol, ...]] = {}
        self._asked: dict[Symbol, Mapping[str, Definition]] = {}
        self._fits: dict[tuple[Symbol, Symbol], bool] = {}

    def interfaces(self, owner: Symbol, name: str) -> Iterator[Symbol]:
        """The interfaces that ask for the method `name` and that a type, or one that takes it in, fits."""
        if not owner.path.endswith(_LANGUAGES) or self._is_interface(owner):
            return
        for interface in self._asking_for(name):
            types = (owner, *self._orders.descendants(owner)[:_MOST_HEIRS])
            if any(self._is_fit(each, interface) for each in types):
                yield interface

    def types(self, interface: Symbol) -> tuple[Symbol, ...]:
        """The types that fit an interface, as far as the files go in which its rarest method is defined."""
        if interface not in self._types:
            self._types[interface] = ()
            asked = self.asked_by(interface)
            if asked:
                landscape = self._evaluator.landscape
                rarest = min(asked, key=lambda name: len(landscape.files_with("d:" + name)))
                self._types[interface] = tuple(
                    each for each in self.with_method(rarest, like=interface.path) if self._is_fit(each, interface)
                )
        return self._types[interface]

    def asked_by(self, interface: Symbol) -> Mapping[str, Definition]:
        """What an interface asks for, by name, those of the interfaces that it takes in included."""
        if interface not in self._asked:
            found: dict[str, Definition] = {}
            for each in self._orders.order(interface):
                names = self._evaluator.names(each.path)
                for definition in names.facts.definitions if names else ():
                    if definition.parent == each.index and definition.kind == "method":
                        found.setdefault(definition.name, definition)
            self._asked[interface] = found
        return self._asked[interface]

    def _asking_for(self, name: str) -> tuple[Symbol, ...]:
        if name not in self._asking:
            files = self._evaluator.landscape.files_with(ASKED + name)
            if len(files) > MOST_FILES:
                self._evaluator.work.cut(files[0], f"more than {MOST_FILES} interfaces ask for the method `{name}`")
            asking = (each for path in files[:MOST_FILES] for each in self._asking_in(path, name))
            self._asking[name] = self._first(asking, what=f"interfaces ask for the method `{name}`")
        return self._asking[name]

    def _asking_in(self, path: RepoPath, name: str) -> Iterator[Symbol]:
        names = self._evaluator.names(path)
        definitions = names.facts.definitions if names else ()
        for each in definitions:
            if each.name == name and each.kind == "method" and is_asking(definitions[each.parent]):
                yield Symbol(path, each.parent)

    def with_method(self, name: str, *, like: RepoPath) -> tuple[Symbol, ...]:
        """The types that have a method of this name themselves, of the language of `like`: no others can fit what stands there.

        That there are more than are looked through is said.
        """
        endings = _endings(like)
        key = (name, endings)
        if key not in self._having:
            files = [path for path in self._evaluator.landscape.files_with("d:" + name) if path.endswith(endings)]
            if len(files) > MOST_FILES:
                self._evaluator.work.cut(files[0], f"more than {MOST_FILES} files define a method `{name}`")
            having = dict.fromkeys(each for path in files[:MOST_FILES] for each in self.having_in(path, name))
            self._having[key] = self._first(having, what=f"types have the method `{name}`")
        return self._having[key]

    def having_in(self, path: RepoPath, name: str) -> Iterator[Symbol]:
        """The types of which a file has a method of this name."""
        names = self._evaluator.names(path)
        for each in names.facts.definitions if names else ():
            if each.name == name and each.receiver:
                values = self._evaluator.lookup(path, 0, name=each.receiver)
                yield from (v for v in values if isinstance(v, Symbol) and v.index)
            elif each.name == name and each.kind == "method" and not self._is_interface(Symbol(path, each.parent)):
                yield Symbol(path, each.parent)

    def _first(self, found: Iterable[Symbol], *, what: str) -> tuple[Symbol, ...]:
        """As many as are compared with each other; that there are more is said."""
        first = tuple(islice(found, MOST_ALIKE + 1))
        if len(first) > MOST_ALIKE:
            self._evaluator.work.cut(first[0].path, f"more than {MOST_ALIKE} {what}")
        return first[:MOST_ALIKE]

    def _is_fit(self, owner: Symbol, interface: Symbol) -> bool:
        key = (owner, interface)
        if key not in self._fits:
            asked = self.asked_by(interface)
            lacking = [name for name, method in asked.items() if not self._has(owner, name, like=method)]
            is_taken_in = len(lacking) < len(asked) and self._orders.outside(owner)  # what is outside may have them
            self._fits[key] = bool(asked) and bool(not lacking or is_taken_in)
        return self._fits[key]

    def _has(self, owner: Symbol, name: str, *, like: Definition) -> bool:
        for member in self._evaluator.member(owner, name):
            facts = self._evaluator.landscape.facts(member.path) if isinstance(member, Symbol) else None
            if isinstance(member, Symbol) and facts is not None:
                may_be_left_out = not member.path.endswith(".go")
                taken = len(facts.definitions[member.index].parameters)
                return may_be_left_out or taken == len(like.parameters)
        return False

    def _is_interface(self, owner: Symbol) -> bool:
        names = self._evaluator.names(owner.path)
        return names is not None and is_asking(names.facts.definitions[owner.index])


def _endings(path: RepoPath) -> tuple[str, ...]:
    return (".go",) if path.endswith(".go") else (".py", ".pyi")
