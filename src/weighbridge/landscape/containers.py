"""What collections hold: their elements as written, what is put into them later, what is taken out again."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Protocol

from weighbridge.domain.ids import RepoPath
from weighbridge.facts.model import OPAQUE, Attribute, Call, Collection, Either, Element, Expr, Item, Step
from weighbridge.landscape import stated_types
from weighbridge.landscape.answers import Answers
from weighbridge.landscape.fillings import Filling, Fillings, Keeper
from weighbridge.landscape.flow import AT_END, Flow
from weighbridge.landscape.spelled_out import FUNCTIONS, METHODS
from weighbridge.landscape.values import (
    ANYWHERE,
    NOTHING,
    Constant,
    External,
    Instance,
    Literal,
    Spot,
    Symbol,
    Value,
    Values,
)

_ANY: Final = ""
"""In the place of a key: whatever it is."""

_PROTOCOL: Final = ("__getitem__", "__next__", "__iter__")


class Evaluates(stated_types.Evaluates, Protocol):
    """What this needs of an evaluator."""

    def declared(self, path: RepoPath, scope: int, *, annotation: Expr) -> Values:
        """What a value of a declared type stands for."""

    def member(self, value: Value, name: str) -> Values:
        """The member `name` of a value."""

    def is_class(self, symbol: Symbol) -> bool:
        """Whether a definition is a class."""

    def stands_for(self, made: Instance) -> Values:
        """What a value of a type that is another one's name is."""

    def flow(self, path: RepoPath) -> Flow | None:
        """Which bindings hold where, in one file."""

    def fillings(self, path: RepoPath) -> Fillings | None:
        """What is put into the collections of one file."""


class Containers:
    """Answers for one evaluator."""

    def __init__(self, evaluator: Evaluates, answers: Answers) -> None:
        self._evaluator = evaluator
        self._answers = answers
        self._spelled: dict[int, tuple[Call, Expr | None]] = {}
        self._origin: dict[int, Expr] = {}
        self._yielded: dict[Symbol, Values] = {}
        self._said: dict[Symbol, Values] = {}

    def spelled_out(self, call: Call, name: str) -> Expr | None:
        """What a call of the function `name`, one of Python's own, comes to; None where it is not known."""
        return self._spell(call, FUNCTIONS.get(name))

    def taken_out(self, spot: Spot, call: Call) -> Values:
        """What a method of a collection gives out, if this calls one."""
        match call.function:
            case Attribute(of=of, name=name) if name in METHODS:
                held = self._evaluate(spot, of)
                spelled = self._spell(call, METHODS[name]) if any(isinstance(v, Literal) for v in held) else None
                return self._evaluate(spot, spelled) if spelled is not None else NOTHING
            case _:
                return NOTHING

    def served(self, makers: Values) -> Values:
        """What functions that a framework calls for a parameter make: what they return or, one after the other, yield."""
        made = {v for maker in makers if isinstance(maker, Symbol) for v in self._evaluator.results(maker)}
        return Values(made | {v for value in made for v in self.elements(value)})

    def yielded(self, function: Symbol, steps: Sequence[Step]) -> Values:
        """What a generator's call gives: something that holds all that its steps yield; nothing where none does."""
        if function not in self._yielded:
            elements = tuple(Element("", step.value) for step in steps if step.kind == "yield")
            made = Literal(Spot(function.path, function.index), Collection(elements))
            self._yielded[function] = Values({made}) if elements else NOTHING
        return self._yielded[function]

    def said(self, function: Symbol, stated: Expr, *, steps: Sequence[Step]) -> Values:
        """What the type of a function of Go says it gives, if that is all; of several results, else what is returned in its place.

        Nothing where it does not say all, and what is returned must be looked at.
        """
        if function not in self._said:
            made = self._evaluator.declared(function.path, function.index, annotation=stated)
            is_said = stated_types.is_all_said(self._evaluator, made)
            self._said[function] = made if is_said else self._several(function, stated, steps=steps)
        return self._said[function]

    def _several(self, function: Symbol, stated: Expr, *, steps: Sequence[Step]) -> Values:
        parts = stated.elements if isinstance(stated, Collection) else ()
        given = [step.value.elements for step in steps if isinstance(step.value, Collection)]
        if not parts or not steps or [len(each) for each in given] != [len(parts)] * len(steps):
            return NOTHING
        spot = Spot(function.path, function.index)
        results = zip(parts, *given, strict=True)
        made = Collection(tuple(self._result(spot, part, given=values) for part, *values in results))
        return Values({Literal(spot, made)})

    def _result(self, spot: Spot, part: Element, *, given: Sequence[Element]) -> Element:
        is_said = stated_types.is_all_said(
            self._evaluator, self._evaluator.declared(spot.path, spot.scope, annotation=part.value)
        )
        return part if is_said else Element(part.key, Either(tuple(each.value for each in given)))

    def _spell(self, call: Call, spelling: object) -> Expr | None:
        """Each call's once, and kept with it: what an expression comes to is remembered by which expression it is."""
        if id(call) not in self._spelled:
            made = spelling(call) if callable(spelling) else None
            self._spelled[id(call)] = call, made
            if made is not None:
                self._origin[id(made)] = call
        return self._spelled[id(call)][1]

    def item(self, spot: Spot, *, of: Expr, key: Expr) -> Values:
        """What `of[key]` stands for."""
        fillings = self._evaluator.fillings(spot.path)
        keeper, wanted = fillings.rooted(spot.scope, Item(of, key)) if fillings else (None, ())
        asked = [self._keys(spot, each) for each in wanted]
        put = [each for each in fillings.of(keeper) if len(each.keys) == len(wanted)] if keeper and fillings else []
        last = self._last_certain(spot, put, keeper=keeper, asked=asked) if put and keeper else None
        put = [each for each in put if keeper and self._is_kept(spot, each, keeper=keeper)]
        found: set[Value] = set()
        if last is None:
            keys = self._keys(spot, key)
            found = {v for value in self._evaluate(spot, of) for each in keys for v in self.elements(value, each)}
        for each in put:
            if last is None or each.step.scope != spot.scope or self._turn(spot.path, each) >= last:
                found.update(self._put(spot.path, each, asked=asked))
        return Values(found)

    def elements(self, value: Value, key: str = _ANY) -> Values:
        """What a collection holds under a key; under any key when none is given."""
        return self._answers.to((value, key), lambda: Values(self._elements(value, key)), about=_file_of(value))

    def hold_ours(self, values: Iterable[Value]) -> bool:
        """Whether any of these, or of what they hold, is of this repository; what is held is looked at until one is."""
        held = (
            v for value in values for v in (self._elements(value, _ANY) if isinstance(value, Literal) else (value,))
        )
        return any(isinstance(v, Instance | Symbol) for v in held)

    def _elements(self, value: Value, key: str) -> Iterator[Value]:
        match value:
            case Literal(spot=spot, expr=expr, is_type=True):
                yield from self._evaluator.declared(spot.path, spot.scope, annotation=expr)
            case Literal(spot=spot, expr=Collection() as collection):
                yield from self._written(spot, collection, key=key)
                yield from self._put_later(spot, self._origin.get(id(collection), collection), key=key)
            case Instance():
                yield from (v for kept in self._evaluator.stands_for(value) for v in self.elements(kept, key))
                for name in _PROTOCOL:
                    for called in self._evaluator.member(value, name):
                        if isinstance(called, Symbol):
                            made = self._evaluator.results(called)
                            yield from (v for m in made for v in self.elements(m)) if name == "__iter__" else made
            case Symbol(path=path, index=index) if self._evaluator.is_class(value):
                yield Instance(path, index)  # an enumeration's or generic class's own
            case External(name=name):
                yield External(f"{name}[]")
            case _:
                return

    def _written(self, spot: Spot, collection: Collection, *, key: str) -> Iterator[Value]:
        for element_key, expr in selected(collection, key):
            values = self._evaluate(spot, expr)
            if element_key == "*":
                yield from (v for value in values for v in self.elements(value))
            else:
                yield from values

    def _put_later(self, spot: Spot, made: Expr, *, key: str) -> Iterator[Value]:
        fillings, flow = self._evaluator.fillings(spot.path), self._evaluator.flow(spot.path)
        for each in fillings.into(made, flow) if fillings and flow else ():
            if len(each.keys) == 1:
                yield from self._put(spot.path, each, asked=[{key}])

    def _put(self, path: RepoPath, filling: Filling, *, asked: Sequence[set[str]]) -> Iterator[Value]:
        """What a filling gives to whom asks for these keys."""
        spot = Spot(path, filling.step.scope, self._turn(path, filling))
        for given, wanted in zip(filling.keys, asked, strict=True):
            keys = self._keys(spot, given)
            if _ANY not in keys and _ANY not in wanted and not keys & wanted:
                return
        for value in self._evaluate(spot, filling.value):
            if filling.is_spread:
                yield from self.elements(value)
            else:
                yield value

    def _last_certain(
        self, spot: Spot, put: Sequence[Filling], *, keeper: Keeper, asked: Sequence[set[str]]
    ) -> int | None:
        """The last turn at which exactly these keys were certainly given a value that still stands at the spot."""
        flow = self._evaluator.flow(spot.path)
        if flow is None or keeper[0] != spot.scope or any(len(keys) != 1 or _ANY in keys for keys in asked):
            return None
        found: int | None = None
        for each in put:
            turn = flow.turn_of(each.step)
            if each.step.scope == spot.scope and not each.is_spread and flow.is_certain(spot.scope, turn, at=spot.at):
                given = [self._keys(Spot(spot.path, spot.scope, turn), key) for key in each.keys]
                found = max(found or 0, turn) if given == list(asked) else found
        is_kept = found is not None and max(flow.turns(*keeper, at=spot.at), default=AT_END) < found
        return found if is_kept else None

    def _is_kept(self, spot: Spot, filling: Filling, *, keeper: Keeper) -> bool:
        """Whether a filling went into what the name stands for at the spot, and not into what it stood for before."""
        flow = self._evaluator.flow(spot.path)
        if flow is None or not keeper[0] == spot.scope == filling.step.scope:
            return True
        return flow.turn_of(filling.step) >= min(flow.turns(*keeper, at=spot.at), default=ANYWHERE)

    def _keys(self, spot: Spot, key: Expr) -> set[str]:
        """What a key can be; the empty one when only running would tell."""
        if key is OPAQUE:
            return {_ANY}
        return {v.text for v in self._evaluate(spot, key) if isinstance(v, Constant)} or {_ANY}

    def _turn(self, path: RepoPath, filling: Filling) -> int:
        flow = self._evaluator.flow(path)
        return flow.turn_of(filling.step) if flow else -1

    def _evaluate(self, spot: Spot, expr: Expr) -> Values:
        return self._evaluator.evaluate(spot.path, spot.scope, expr=expr, at=spot.at)


def selected(collection: Collection, key: str) -> Iterator[tuple[str, Expr]]:
    """The elements a key can select, each with its own key: those of that key, and all spread or computed ones.

    After a spread, nobody knows an element's place.
    """
    elements = collection.elements
    spread = next((i for i, each in enumerate(elements) if each.key == "*"), len(elements))
    is_place = key.removeprefix("-").isdecimal()
    if key.startswith("-") and is_place and spread == len(elements):
        key = str(len(elements) + int(key))
    is_before = is_place and any(each.key == key for each in elements[:spread])
    for index, each in enumerate(elements if not is_before else elements[:spread]):
        is_moved = is_place and index > spread and each.key.isdecimal()
        if not key or is_moved or each.key in (key, "", "*"):
            yield each.key, each.value


def _file_of(value: Value) -> RepoPath:
    match value:
        case Literal(spot=spot):
            return spot.path
        case Symbol(path=path) | Instance(path=path):
            return path
        case _:
            return RepoPath("")
