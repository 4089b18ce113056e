"""The changed definitions of one file, on both sides, with the expressions that are theirs alone."""

from collections import defaultdict
from collections.abc import Iterator

from msgspec import Struct

from weighbridge.domain.impact import ChangeDepth, ChangedSymbol
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Expr, FileFacts
from weighbridge.landscape.code_change import FileCode
from weighbridge.landscape.terms import expressions


class OneSide(Struct, frozen=True, kw_only=True):
    """A file's definitions by qualified name, and every expression that stands in each."""

    facts: FileFacts
    index_of: dict[str, int]
    inside: dict[int, list[Expr]]

    @classmethod
    def of(cls, facts: FileFacts) -> "OneSide":
        """One side of a file; of equal names the first counts."""
        index_of: dict[str, int] = {}
        for index in range(len(facts.definitions)):
            index_of.setdefault(facts.qualified_name(index), index)
        inside: defaultdict[int, list[Expr]] = defaultdict(list)
        for scope, _, expr in expressions(facts):
            inside[scope].append(expr)
        return cls(facts=facts, index_of=index_of, inside=inside)

    def expressions_of(self, name: str) -> Iterator[Expr]:
        """Every expression in the definition called `name`, those inside others included, not those of inner ones."""
        index = self.index_of.get(name)
        for outer in self.inside.get(index, ()) if index is not None else ():
            yield from walk(outer)


def noticeable(file: FileCode) -> tuple[ChangedSymbol, ...]:
    """The changed symbols that whoever runs the code could notice: comments and layout are not among them."""
    return tuple(symbol for symbol in file.symbols if symbol.depth is not ChangeDepth.TEXT)
