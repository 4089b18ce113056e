"""What an expression can stand for, once the whole tree is known."""

from collections.abc import Iterator
from itertools import islice
from typing import Final, NamedTuple

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Attribute, Expr, Name, Number, Text

ANYWHERE: Final = -1
"""In the place of a turn: whatever is bound anywhere in the scope may hold."""


_TOLD_APART_BY: Final = 24
"""Words of a literal by which it is put in order among others that stand in one place."""

Rank = tuple[str | int, ...]
"""The place of a value in the order in which values are gone through."""


class Spot(NamedTuple):
    """Where an expression is evaluated: in a scope of a file, at a turn (see `landscape.flow`)."""

    path: RepoPath
    scope: int
    at: int = ANYWHERE


class Symbol(Struct, frozen=True):
    """A definition: the file and its index there; index 0 is the file's own top level, that is, the module."""

    path: RepoPath
    index: int

    def rank(self) -> Rank:
        """Its place among others."""
        return "Symbol", self.path, self.index


class Instance(Struct, frozen=True):
    """An object of the class with this path and index."""

    path: RepoPath
    index: int

    def rank(self) -> Rank:
        """Its place among others."""
        return "Instance", self.path, self.index


class Package(Struct, frozen=True):
    """A folder (Python namespace, Go package) or a Java package name: its members lie in several files."""

    name: str
    language: str

    def rank(self) -> Rank:
        """Its place among others."""
        return "Package", self.name, self.language


class External(Struct, frozen=True):
    """Something outside the repository, by its dotted name; `str`, `list` and the like are `builtins.…`."""

    name: str

    def rank(self) -> Rank:
        """Its place among others."""
        return "External", self.name


class Constant(Struct, frozen=True):
    """A string or a number that the code states: what selects an element; `kind` is `str` or `int`."""

    kind: str
    text: str

    def rank(self) -> Rank:
        """Its place among others."""
        return "Constant", self.kind, self.text


class Literal(Struct, frozen=True, eq=False):
    """A collection literal where it stands, or (`is_type`) a container type whose elements are of `expr`.

    Two are the same when they are the same piece of text: comparing what they hold could take long.
    """

    spot: Spot
    expr: Expr
    is_type: bool = False

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Literal) and self._identity() == other._identity()

    def __hash__(self) -> int:
        return hash(self._identity())

    def _identity(self) -> tuple[Spot, int, bool]:
        return self.spot, id(self.expr), self.is_type

    def rank(self) -> Rank:
        """Its place among others."""
        return "Literal", *self.spot, self.is_type, *islice(map(_word, walk(self.expr)), _TOLD_APART_BY)


Value = Symbol | Instance | Package | External | Constant | Literal


class Values(frozenset[Value]):
    """Everything that an expression can stand for, gone through in the same order on every run.

    Where looking ends at a limit, what was looked at before decides what is found; and texts have other hashes every time.
    """

    __slots__ = ()

    def __iter__(self) -> Iterator[Value]:
        """In order."""
        if len(self) < 2:
            return super().__iter__()
        return iter(sorted(super().__iter__(), key=_rank))


NOTHING: Final = Values()


def _rank(value: Value) -> Rank:
    return value.rank()


def _word(expr: Expr) -> str:
    match expr:
        case Name(id=word) | Attribute(name=word) | Text(value=word) | Number(value=word):
            return word
        case _:
            return type(expr).__name__
