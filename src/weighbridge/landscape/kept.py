"""The definitions that a change alters and does not remove: the same name on both sides."""

from collections.abc import Iterator

from msgspec import Struct

from weighbridge.domain.ids import RepoPath, symbol_name
from weighbridge.domain.impact import ChangeDepth, ChangedSymbol
from weighbridge.domain.places import Place
from weighbridge.facts.model import Definition, FileFacts
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.values import Symbol

FUNCTIONS = ("function", "method")


class KeptFunction(Struct, frozen=True, kw_only=True):
    """A function that stands on both sides and does, or takes, something else now.

    `before` and `after` are all definitions of that name: overloads share one.
    """

    name: str
    file: FileCode
    symbol: ChangedSymbol
    before: tuple[int, ...]
    after: tuple[int, ...]

    @property
    def path(self) -> RepoPath:
        """Where it stands in head."""
        return self.file.change.path

    @property
    def base(self) -> Symbol:
        """The last of its definitions on the base: the one that counts where each replaces the one above."""
        assert self.file.change.base is not None, "a kept function stands on the base"
        return Symbol(self.file.change.base.path, self.before[-1])

    @property
    def head(self) -> Symbol:
        """The last of its definitions in head."""
        return Symbol(self.path, self.after[-1])

    @property
    def definition(self) -> Definition:
        """Its definition in head."""
        assert self.file.head is not None, "a kept function stands in head"
        return self.file.head.definitions[self.after[-1]]

    def at(self, line: int = 0) -> Place:
        """A place in it: its first line unless told otherwise."""
        first = line or self.definition.line
        return Place(path=self.path, line=first, end_line=first, symbol=self.name)


def kept_functions(code: CodeChange, *depths: ChangeDepth) -> Iterator[KeptFunction]:
    """The functions and methods that changed this deep and stand on both sides, each name once."""
    for file in code.files.values():
        if file.base is None or file.head is None:
            continue
        before, after = indexes_by_name(file.base), indexes_by_name(file.head)
        seen: set[str] = set()
        for symbol in file.symbols:
            name = symbol_name(symbol.symbol).partition("@")[0]
            if symbol.depth not in depths or symbol.kind not in FUNCTIONS or name in seen:
                continue
            if name in before and name in after:
                seen.add(name)
                yield KeptFunction(
                    name=name, file=file, symbol=symbol, before=tuple(before[name]), after=tuple(after[name])
                )


def indexes_by_name(facts: FileFacts) -> dict[str, list[int]]:
    """Each qualified name of a file's functions with its definitions, in the order of the text."""
    found: dict[str, list[int]] = {}
    for index, definition in enumerate(facts.definitions):
        if definition.kind in FUNCTIONS:
            found.setdefault(facts.qualified_name(index), []).append(index)
    return found
