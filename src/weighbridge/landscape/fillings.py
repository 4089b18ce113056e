"""What is put into collections after they were made: `d[k] = v`, `xs.append(v)`, `d.setdefault(k, []).append(v)`.

A collection is known by where it is kept: a name of a scope, or a member that a class's methods give their object.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Final

from msgspec import Struct

from weighbridge.facts.model import OPAQUE, Argument, Attribute, Call, Collection, Either, Expr, Item, Name, Step, Text
from weighbridge.landscape.file_names import CLASS_KINDS, FUNCTION_KINDS, FileNames
from weighbridge.landscape.flow import Flow

Keeper = tuple[int, str]
"""Where a collection is kept: the scope, or for a member the class, and the name."""

_BY_ONE: Final = frozenset({"append", "appendleft", "add", "insert", "push", "put", "put_nowait"})
_BY_MANY: Final = frozenset({"extend", "extendleft", "update"})
_STEPS_IN: Final = frozenset({"setdefault", "get"})


class Filling(Struct, frozen=True):
    """A step that puts `value`, or with `is_spread` all that it holds, under `keys`, the outermost first."""

    step: Step
    keys: tuple[Expr, ...]
    value: Expr
    is_spread: bool = False


class Fillings:
    """The collections of one file, with what is put into each."""

    def __init__(self, names: FileNames) -> None:
        self._names = names

    def of(self, keeper: Keeper) -> Sequence[Filling]:
        """What is put into the collection kept there."""
        return self._by_keeper.get(keeper, ())

    def into(self, made: Expr, flow: Flow) -> Iterator[Filling]:
        """What is put into the collection that an expression makes, wherever a step keeps it."""
        for keeper, kept in self._keepers.get(id(made), ()):
            for filling in self.of(keeper):
                is_here = filling.step.scope == kept.scope == keeper[0]
                if not is_here or any(b is kept for b in flow.holding(*keeper, at=flow.turn_of(filling.step))):
                    yield filling

    def rooted(self, scope: int, expr: Expr) -> tuple[Keeper | None, tuple[Expr, ...]]:
        """Where the collection is kept that `expr` leads into, seen from `scope`, and by which keys; None if nowhere."""
        keys: list[Expr] = []
        while True:
            match expr:
                case Item(of=of, key=key):
                    keys.append(key)
                    expr = of
                case Call(function=Attribute(of=of, name=name), arguments=(first, *_)) if name in _STEPS_IN:
                    keys.append(first.value)
                    expr = of
                case _:
                    return self._keeper(scope, expr), tuple(reversed(keys))

    def _keeper(self, scope: int, expr: Expr) -> Keeper | None:
        definitions = self._names.facts.definitions
        match expr:
            case Name(id=name):
                for home in self._names.enclosing(scope):
                    is_seen = home == scope or definitions[home].kind not in CLASS_KINDS
                    if is_seen and name in self._names.bound_in(home):
                        return home, name
            case Attribute(of=Name(id=receiver), name=name):
                for home in self._names.enclosing(scope):
                    if definitions[home].kind in FUNCTION_KINDS and receiver == self._names.receiver_of(home):
                        owner = self._names.enclosing_class(home)
                        return None if owner is None else (owner, name)
        return None

    @cached_property
    def _by_keeper(self) -> dict[Keeper, list[Filling]]:
        found: dict[Keeper, list[Filling]] = {}
        for step in self._names.facts.steps:
            for target, filling in _filled(step):
                keeper, keys = self.rooted(step.scope, target)
                if keeper is not None:
                    whole = Filling(step, (*keys, *filling.keys), filling.value, filling.is_spread)
                    found.setdefault(keeper, []).append(whole)
        return found

    @cached_property
    def _keepers(self) -> dict[int, list[tuple[Keeper, Step]]]:
        """The steps that keep what an expression makes, by which expression it is."""
        found: dict[int, list[tuple[Keeper, Step]]] = {}
        for step in self._names.facts.steps:
            if step.kind == "bind" and isinstance(step.target, Name | Attribute):
                for made in step.value.options if isinstance(step.value, Either) else (step.value,):
                    keeper = self._keeper(step.scope, step.target) if isinstance(made, Collection | Call) else None
                    if keeper is not None:
                        found.setdefault(id(made), []).append((keeper, step))
        return found


def _filled(step: Step) -> Iterator[tuple[Expr, Filling]]:
    """What a step fills, each as (the collection, what is put into it)."""
    match step.kind, step.target, step.value:
        case "bind", Item(), value:
            yield step.target, Filling(step, (), value)
        case "use", _, Call(function=Attribute(of=of, name=name), arguments=arguments) if arguments:
            if name in _BY_ONE:
                yield of, Filling(step, (OPAQUE,), arguments[-1].value)
            elif name == "setdefault":
                yield of, Filling(step, (arguments[0].value,), arguments[-1].value)
            elif name in _BY_MANY:
                for argument in arguments:
                    yield from ((of, each) for each in _by_many(step, argument))


def _by_many(step: Step, argument: Argument) -> Iterator[Filling]:
    """`update` and `extend`: the elements of a literal one by one, all that any other value holds."""
    name, value = argument.name, argument.value
    if name and "*" not in name:
        yield Filling(step, (Text(name),), value)
    elif not isinstance(value, Collection):
        yield Filling(step, (OPAQUE,), value, is_spread=True)
    else:
        for element in value.elements:
            is_index = element.key.isdecimal()
            key = OPAQUE if is_index or element.key in ("", "*") else Text(element.key)
            yield Filling(step, (key,), element.value, is_spread=element.key == "*")
