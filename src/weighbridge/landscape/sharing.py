"""The entry points that lead through one definition, whatever else the change alters on their way."""

from msgspec.structs import replace

from weighbridge.domain.ids import symbol_id
from weighbridge.domain.impact import ChangeDepth, ChangedSymbol, Reached, ReachedKind
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.impact import measure_impact
from weighbridge.landscape.landscapes import Landscapes


def entry_points_through(landscapes: Landscapes, file: FileCode, *, symbol: str) -> tuple[Reached, ...]:
    """The entry points whose code leads to `symbol` of a changed file, each with its path to it.

    Impact shows each entry point by its shortest path to anything changed, so it cannot tell how many share one
    definition. A member stands for its class here, and a class for its members.
    """
    facts = file.head
    if facts is None or not symbol:
        return ()
    own = f"{symbol}."
    alike = {
        name: definition
        for index, definition in enumerate(facts.definitions)
        if index and (name := facts.qualified_name(index)) and (own.startswith(f"{name}.") or name.startswith(own))
    }
    changed = tuple(
        ChangedSymbol(symbol=symbol_id(file.change.path, name), kind=each.kind, depth=ChangeDepth.BODY, line=each.line)
        for name, each in alike.items()
    )
    alone = CodeChange(files={file.change.path: replace(file, symbols=changed)})
    reached = measure_impact(landscapes, alone).reached
    return tuple(each for each in reached if each.kind is ReachedKind.ENTRY_POINT and each.path)
