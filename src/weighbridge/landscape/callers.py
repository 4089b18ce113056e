"""The calls that certainly lead to one function, each with its arguments."""

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.impact import Certainty, EdgeKind
from weighbridge.domain.places import Place, Side
from weighbridge.facts.model import Attribute, Call, Definition, Expr, FileFacts, Name
from weighbridge.landscape.arguments import called_with, has_decorator, may_spread, why_rejected
from weighbridge.landscape.call_sites import CallSites, Site
from weighbridge.landscape.file_names import CLASS_KINDS
from weighbridge.landscape.landscapes import View
from weighbridge.landscape.values import Symbol

CONSTRUCTORS: Final = ("__init__", "<init>", "constructor")


class Caller(Struct, frozen=True, kw_only=True):
    """A call where it stands; `is_bound` when the object it is made on is not among its arguments."""

    path: RepoPath
    scope: int
    call: Call
    is_bound: bool
    symbol: str

    def place(self, side: Side = Side.HEAD) -> Place:
        """Where the call begins."""
        return Place(path=self.path, line=self.call.line, end_line=self.call.line, symbol=self.symbol, side=side)


class Callers:
    """Answers for one side of a change."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._sites = CallSites(view.evaluator)

    def of(self, function: Symbol) -> Iterator[Caller]:
        """The calls that lead to `function` and to nothing else, in the order of paths and lines."""
        target = self._called_as(function)
        site = self._view.references.sites.of_definition(target)
        references = self._view.references.to(site)
        paths = {r.source.path for r in references if r.kind is EdgeKind.CALLS and r.certainty is Certainty.SEEN}
        for path in sorted(paths):
            for found in self._sites.in_file(path):
                if self._leads_to(found, target):
                    yield self._caller(found, function)

    def _called_as(self, function: Symbol) -> Symbol:
        """What is written to call it: the class, for a constructor."""
        facts = self._view.landscape.facts(function.path)
        definition = facts.definitions[function.index] if facts else None
        if definition is not None and definition.name in CONSTRUCTORS:
            return Symbol(function.path, definition.parent)
        return function

    def _leads_to(self, site: Site, target: Symbol) -> bool:
        if _through_super(site.call.function):
            return False
        values = self._view.evaluator.evaluate(site.path, site.scope, expr=site.call.function)
        if len(values) == 1:
            return target in values
        return target in values and self._are_overloads(values - {target}, target)

    def _are_overloads(self, others: frozenset[object], target: Symbol) -> bool:
        facts = self._view.landscape.facts(target.path)
        if facts is None:
            return False
        wanted = facts.qualified_name(target.index)
        return all(
            isinstance(other, Symbol) and other.path == target.path and facts.qualified_name(other.index) == wanted
            for other in others
        )

    def _caller(self, site: Site, function: Symbol) -> Caller:
        names = self._view.evaluator.names(site.path)
        return Caller(
            path=site.path,
            scope=site.scope,
            call=site.call,
            is_bound=self._is_bound(site, function),
            symbol=names.facts.qualified_name(names.named_ancestor(site.scope)) if names else "",
        )

    def _is_bound(self, site: Site, function: Symbol) -> bool:
        """A method called on its class gets its object as an argument; a class method never does."""
        facts = self._view.landscape.facts(function.path)
        definition = facts.definitions[function.index] if facts else None
        if definition is None or definition.name in CONSTRUCTORS or has_decorator(definition, "classmethod"):
            return True
        if not isinstance(site.call.function, Attribute):
            return True
        owners = self._view.evaluator.evaluate(site.path, site.scope, expr=site.call.function.of)
        return not any(isinstance(o, Symbol) and self._is_class(o) for o in owners)

    def _is_class(self, symbol: Symbol) -> bool:
        facts = self._view.landscape.facts(symbol.path)
        return facts is not None and facts.definitions[symbol.index].kind in CLASS_KINDS


def _through_super(function: Expr) -> bool:
    match function:
        case Attribute(of=Call(function=Name(id="super")) | Name(id="super")) | Name(id="super"):
            return True
        case _:
            return False


def rejected(caller: Caller, definitions: Iterable[Definition], *, facts: FileFacts) -> str:
    """Why none of the definitions takes the call."""
    reasons = []
    for definition in definitions:
        parameters = called_with(definition, is_bound=caller.is_bound, language=facts.language)
        why = why_rejected(parameters, caller.call.arguments)
        if not why or may_spread(caller.call.arguments, facts.language):
            return ""
        reasons.append(why)
    return reasons[-1] if reasons else ""
