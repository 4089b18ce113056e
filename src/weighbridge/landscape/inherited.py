"""Members that are gone from a class which has them from above all the same: whoever used them uses that one now."""

from msgspec.structs import replace

from weighbridge.domain.ids import symbol_name, symbol_path
from weighbridge.domain.impact import ChangeDepth, ChangedSymbol
from weighbridge.facts.model import Attribute
from weighbridge.landscape.conventions import is_super
from weighbridge.landscape.file_names import CLASS_KINDS
from weighbridge.landscape.landscapes import Landscapes, View
from weighbridge.landscape.values import Symbol


def told_inherited(landscapes: Landscapes, changed: tuple[ChangedSymbol, ...]) -> tuple[ChangedSymbol, ...]:
    """The changed definitions, with what is inherited now told from what is gone."""
    return tuple(replace(each, is_inherited=True) if _is_inherited(landscapes, each) else each for each in changed)


def _is_inherited(landscapes: Landscapes, symbol: ChangedSymbol) -> bool:
    """Whether a class above has the removed member; of one outside the repository, whether the member itself called it."""
    owner_name, _, member = symbol_name(symbol.symbol).rpartition(".")
    names = landscapes.head.evaluator.names(symbol_path(symbol.symbol)) if owner_name else None
    if symbol.depth is not ChangeDepth.REMOVED or names is None:
        return False
    evaluator, sites = landscapes.head.evaluator, landscapes.head.references.sites
    for index in names.indexes.get(owner_name, ()):
        owner = Symbol(symbol_path(symbol.symbol), index)
        if names.facts.definitions[index].kind not in CLASS_KINDS:
            continue
        if sites.holder(evaluator.order(owner)[1:], member) is not None:
            return True
        if evaluator.hierarchy.outside(owner) and _called_above(landscapes.base, symbol, member=member):
            return True
    return False


def _called_above(base: View, symbol: ChangedSymbol, *, member: str) -> bool:
    """Whether a method of the base called what it overrides."""
    path = symbol_path(symbol.symbol)
    names = base.evaluator.names(path)
    own = names.indexes.get(symbol_name(symbol.symbol), ()) if names else ()
    mentions = base.references.mentions_of(path, member)
    return any(m.scope in own and isinstance(m.expr, Attribute) and is_super(m.expr.of) for m in mentions)
