"""What an expression can stand for, once the whole tree is known."""

from typing import Final, NamedTuple

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.facts.model import Expr

ANYWHERE: Final = -1
"""In the place of a turn: whatever is bound anywhere in the scope may hold."""


class Spot(NamedTuple):
    """Where an expression is evaluated: in a scope of a file, at a turn (see `landscape.flow`)."""

    path: RepoPath
    scope: int
    at: int = ANYWHERE


class Symbol(Struct, frozen=True):
    """A definition: the file and its index there; index 0 is the file's own top level, that is, the module."""

    path: RepoPath
    index: int


class Instance(Struct, frozen=True):
    """An object of the class with this path and index."""

    path: RepoPath
    index: int


class Package(Struct, frozen=True):
    """A folder (Python namespace, Go package) or a Java package name: its members lie in several files."""

    name: str
    language: str


class External(Struct, frozen=True):
    """Something outside the repository, by its dotted name; `str`, `list` and the like are `builtins.…`."""

    name: str


class Constant(Struct, frozen=True):
    """A string or a number that the code states: what selects an element; `kind` is `str` or `int`."""

    kind: str
    text: str


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


Value = Symbol | Instance | Package | External | Constant | Literal
Values = frozenset[Value]

NOTHING: Values = frozenset()
