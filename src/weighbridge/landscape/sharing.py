"""The entry points that lead through one definition, whatever else the change alters on their way."""

from msgspec.structs import replace

from weighbridge.domain.ids import symbol_id
from weighbridge.domain.impact import ChangeDepth, ChangedSymbol, Reached, ReachedKind
from weighbridge.landscape.callers import CONSTRUCTORS
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.file_names import CLASS_KINDS, FUNCTION_KINDS
from weighbridge.landscape.impact import measure_impact
from weighbridge.landscape.landscapes import Landscapes


def entry_points_through(
    landscapes: Landscapes, file: FileCode, *, symbol: str, with_own: bool = False
) -> tuple[Reached, ...]:
    """The entry points whose code leads to `symbol` of a changed file, each with its path to it.

    Impact shows each entry point by its shortest path to anything changed, so it cannot tell how many share one
    definition. What a class holds and what builds it stand for the class here, another method for itself alone, and a class
    for its members. An entry point whose own code `symbol` is counts where it is asked for `with_own`.
    """
    facts = file.head
    if facts is None or not symbol:
        return ()
    own = f"{symbol}."
    named = {name: d for i, d in enumerate(facts.definitions) if i and (name := facts.qualified_name(i))}
    here = named.get(symbol)
    is_method = here is not None and here.kind in FUNCTION_KINDS and here.name not in CONSTRUCTORS
    alike = {
        name: definition
        for name, definition in named.items()
        if name.startswith(own)
        or (own.startswith(f"{name}.") and (name == symbol or not is_method or definition.kind not in CLASS_KINDS))
    }
    changed = tuple(
        ChangedSymbol(symbol=symbol_id(file.change.path, name), kind=each.kind, depth=ChangeDepth.BODY, line=each.line)
        for name, each in alike.items()
    )
    alone = CodeChange(files={file.change.path: replace(file, symbols=changed)})
    reached = measure_impact(landscapes, alone).reached
    return tuple(each for each in reached if each.kind is ReachedKind.ENTRY_POINT and (each.path or with_own))
