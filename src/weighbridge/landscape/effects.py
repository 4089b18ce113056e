"""What running a function does to the world, and by which calls: its own effects and those of what it calls.

Only calls that lead to one function of this repository are followed, so that an effect is never claimed by guess; what
a call through an unknown object does is therefore missing, and `unknown_calls` says which calls those are.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Final

from msgspec import Struct

from weighbridge.domain.places import Place, RelatedPlace, Side
from weighbridge.facts.model import Attribute, Call, Effect, EffectKind, FileFacts, Name
from weighbridge.facts.names import dotted, imported_names, last_name
from weighbridge.landscape.call_sites import callees
from weighbridge.landscape.file_names import FUNCTION_KINDS, calls_in
from weighbridge.landscape.landscapes import View
from weighbridge.landscape.plain_names import METHODS, is_plain
from weighbridge.landscape.values import Constant, External, Literal, Symbol

MOST_FUNCTIONS: Final = 300
"""Functions that one question may visit."""
DEEP: Final = 4
DEEPER: Final = 7
"""How many calls deep a side is searched: deeper on the side whose lack of an effect is to be stated."""


class Link(Struct, frozen=True):
    """A function on the way to an effect, and the line in it that goes on."""

    function: Symbol
    name: str
    line: int


class Chain(Struct, frozen=True):
    """How a function comes by an effect: itself first, the function that has it last."""

    kind: EffectKind
    links: tuple[Link, ...]
    via: str

    @property
    def where(self) -> tuple[str, int]:
        """The line that has the effect."""
        return self.links[-1].function.path, self.links[-1].line

    def flow(self, side: Side) -> tuple[RelatedPlace, ...]:
        """The chain as a finding shows it."""
        return tuple(
            RelatedPlace(
                place=Place(path=k.function.path, line=k.line, end_line=k.line, symbol=k.name, side=side),
                message=f"calls `{after.name}`" if after else f"`{self.via}`: {self.kind}",
            )
            for k, after in zip(self.links, (*self.links[1:], None), strict=True)
        )


class Doings(Struct, frozen=True, dict=True):
    """What one function does by itself: its effects, and its calls with what each leads to."""

    view: View
    function: Symbol
    facts: FileFacts

    @cached_property
    def effects(self) -> tuple[Effect, ...]:
        """Its own effects, those of functions inside it included."""
        return tuple(effect for effect in self.facts.effects if effect.scope in self._own)

    @cached_property
    def called_names(self) -> frozenset[str]:
        """The last names of everything it calls."""
        return frozenset(last_name(call.function) for _, call in self._calls)

    @cached_property
    def leads_to(self) -> tuple[tuple[Symbol, int], ...]:
        """The functions of this repository that its calls certainly run, each with the line of its first call."""
        return tuple((function, call.line) for function, call in self._run.items())

    def called_as(self, function: Symbol) -> str:
        """The last name in the text of the first call that certainly runs a function."""
        return last_name(self._run[function].function)

    @cached_property
    def _run(self) -> Mapping[Symbol, Call]:
        found: dict[Symbol, Call] = {}
        for scope, call in self._calls:
            values = self.view.evaluator.evaluate(self.function.path, scope, expr=call.function)
            run = [v for value in values for v in callees(self.view.evaluator, value)] if len(values) == 1 else []
            if len(run) == 1 and isinstance(run[0], Symbol) and run[0].index:
                found.setdefault(run[0], call)
        return found

    @cached_property
    def hands_on(self) -> tuple[tuple[Symbol, int], ...]:
        """The functions of this repository that it passes to what it calls, which may or may not run them."""
        found: dict[Symbol, int] = {}
        for scope, call in self._calls:
            for argument in call.arguments:
                if isinstance(argument.value, Name | Attribute):
                    values = self.view.evaluator.evaluate(self.function.path, scope, expr=argument.value)
                    functions = (v for v in values if isinstance(v, Symbol) and self._is_function(v))
                    found.update((function, call.line) for function in functions if function not in found)
        return tuple(found.items())

    def _is_function(self, symbol: Symbol) -> bool:
        facts = self.view.landscape.facts(symbol.path)
        return facts is not None and facts.definitions[symbol.index].kind in FUNCTION_KINDS

    @cached_property
    def unknown_calls(self) -> frozenset[str]:
        """The last names of calls whose effect nothing here can tell: unknown objects, packages from outside, overridden methods.

        Methods that texts and containers have are taken for theirs.
        """
        found = (last_name(call.function) for scope, call in self._calls if self._is_unknown(scope, call))
        return frozenset(found) - METHODS.get(self.facts.language, frozenset())

    def _is_unknown(self, scope: int, call: Call) -> bool:
        values = self.view.evaluator.evaluate(self.function.path, scope, expr=call.function)
        if not values or any(isinstance(v, Symbol) and self._is_overridden(v) for v in values):
            return True
        written = dotted(call.function, imported_names(self.facts))
        return any(
            isinstance(v, External) and not is_plain(v.name, written, language=self.facts.language) for v in values
        ) or (len(values) > 1 and not all(isinstance(v, External | Constant | Literal) for v in values))

    def _is_overridden(self, method: Symbol) -> bool:
        """Whether a method may turn out to be another one: its class has heirs, or it is left to them."""
        facts = self.view.landscape.facts(method.path)
        definition = facts.definitions[method.index] if facts else None
        if definition is None or definition.kind != "method":
            return False
        return definition.is_abstract or bool(
            self.view.evaluator.hierarchy.heirs(Symbol(method.path, definition.parent))
        )

    @cached_property
    def _own(self) -> frozenset[int]:
        names = self.view.evaluator.names(self.function.path)
        return names.own_scopes(self.function.index) if names else frozenset()

    @cached_property
    def _calls(self) -> tuple[tuple[int, Call], ...]:
        names = self.view.evaluator.names(self.function.path)
        own = names.steps_in(self._own) if names else ()
        return tuple((step.scope, call) for step in own for call in calls_in(step.value))


class Effects:
    """Answers for one side of a change; answers are remembered."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._doings: dict[Symbol, Doings | None] = {}

    def doings(self, function: Symbol) -> Doings | None:
        """What a function does by itself; None when nothing could read it."""
        if function not in self._doings:
            facts = self._view.landscape.facts(function.path)
            self._doings[function] = Doings(self._view, function, facts) if facts else None
        return self._doings[function]

    def certain(self, function: Symbol) -> Mapping[EffectKind, Chain]:
        """The effects that running a function has, each by a shortest chain of calls."""
        return self._of(function, depth=DEEP)

    def possible(self, function: Symbol) -> Mapping[EffectKind, Chain]:
        """The effects it may have: searched deeper, and through functions that are only passed on."""
        return self._of(function, depth=DEEPER, is_wide=True)

    def is_known(self, function: Symbol) -> bool:
        """Whether everything that runs when the function does can be followed: only then is it known what it does not."""
        seen = {function}
        pending = [function]
        for current in pending:
            doings = self.doings(current)
            if doings is None or doings.unknown_calls or len(seen) > MOST_FUNCTIONS:
                return False
            onward = [callee for callee, _ in (*doings.leads_to, *doings.hands_on) if callee not in seen]
            seen.update(onward)
            pending += onward
        return True

    def _of(self, function: Symbol, *, depth: int, is_wide: bool = False) -> Mapping[EffectKind, Chain]:
        found: dict[EffectKind, Chain] = {}
        seen = {function}
        pending: list[tuple[Symbol, tuple[Link, ...]]] = [(function, ())]
        for current, way in pending:
            doings = self.doings(current)
            if doings is None:
                continue
            name = doings.facts.qualified_name(current.index)
            for effect in doings.effects:
                chain = Chain(effect.kind, (*way, Link(current, name, effect.line)), effect.via)
                found.setdefault(effect.kind, chain)
            onward = (*doings.leads_to, *(doings.hands_on if is_wide else ())) if len(way) < depth else ()
            for callee, line in onward:
                if callee not in seen and len(seen) < MOST_FUNCTIONS:
                    seen.add(callee)
                    pending.append((callee, (*way, Link(current, name, line))))
        return found
