"""Who leans on what a definition answers: the entry points that lead through it, and who requests its route here."""

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from weighbridge.domain.findings import Severity
from weighbridge.domain.impact import Reached
from weighbridge.domain.places import Place, RelatedPlace
from weighbridge.facts.model import EntryPoint, Function
from weighbridge.facts.names import last_name
from weighbridge.landscape.arguments import counted
from weighbridge.landscape.code_change import FileCode
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.sharing import entry_points_through

_MOST_SHOWN: Final = 10


class Leaning(Struct, frozen=True):
    """The entry points through one definition, by name, with where they begin."""

    names: Sequence[str]
    places: Sequence[Place]

    def words(self) -> str:
        """Who they are, as the end of a sentence."""
        if not self.names:
            return "no known entry point leads here"
        more = f" and {counted(len(self.names) - 1, 'more entry point')}" if len(self.names) > 1 else ""
        return f"`{self.names[0]}`{more} {'lead' if more else 'leads'} here"

    def weighed(self, *, chooses: bool) -> Severity:
        """How bad another order is for them: worse where one of many is taken by it."""
        if chooses:
            return Severity.HIGH if self.names else Severity.MEDIUM
        return Severity.MEDIUM if self.names else Severity.LOW

    def related(self) -> tuple[RelatedPlace, ...]:
        """The same, as places."""
        shown = zip(self.places, self.names, strict=True)
        return tuple(RelatedPlace(place=place, message=f"leads here: {name}") for place, name in [*shown][:_MOST_SHOWN])


def who_leans(landscapes: Landscapes, file: FileCode, *, symbol: str) -> Leaning:
    """Who leans on a definition of head; the definition itself where the outside world comes in there."""
    own = [*_own(file, symbol)]
    reached = entry_points_through(landscapes, file, symbol=symbol)
    found = {each.name: _begins(each, file) for each in reached}
    for entry in own:
        place = Place(path=file.change.path, line=entry.line, end_line=entry.line, symbol=symbol)
        found.setdefault(entry.key, place)
    return Leaning([*found], [*found.values()])


def _begins(reached: Reached, file: FileCode) -> Place:
    path, _, name = reached.path[0].source.rpartition("#")
    return Place(path=type(file.change.path)(path), line=reached.path[0].line, symbol=name)


def _own(file: FileCode, symbol: str) -> Iterator[EntryPoint]:
    facts = file.head
    for entry in facts.entry_points if facts else ():
        handler = entry.handler
        if facts is not None and type(handler) is Function:
            if facts.qualified_name(handler.definition) == symbol:
                yield entry
        elif symbol and last_name(handler) == symbol.rpartition(".")[2]:
            yield entry
