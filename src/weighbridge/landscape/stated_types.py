"""What values of a stated type stand for: instances, or containers of instances."""

from typing import Final, Protocol

from weighbridge.domain.ids import RepoPath
from weighbridge.facts.model import Collection, Either, Expr, Item
from weighbridge.facts.names import last_name
from weighbridge.landscape.conventions import CONTAINERS, CONTAINERS_OF_GO, instance_of
from weighbridge.landscape.dependencies import annotated
from weighbridge.landscape.file_names import FileNames
from weighbridge.landscape.values import (
    ANYWHERE,
    NOTHING,
    External,
    Instance,
    Literal,
    Spot,
    Symbol,
    Value,
    Values,
)

_PLAIN: Final = frozenset(
    f"builtins.{name}"
    for name in [
        "bool",
        "string",
        "byte",
        "rune",
        "int",
        "int8",
        "int16",
        "int32",
        "int64",
        "uint",
        "uint8",
        "uint16",
        "uint32",
        "uint64",
        "uintptr",
        "float32",
        "float64",
    ]
)
"""Types of Go's own whose values are nothing else: `error` and `any` are interfaces, and a function gives something when called."""


class Evaluates(Protocol):
    """What this needs of an evaluator."""

    def names(self, path: RepoPath) -> FileNames | None:
        """The names of one file."""

    def evaluate(self, path: RepoPath, scope: int, *, expr: Expr, at: int = ANYWHERE) -> Values:
        """Everything an expression can stand for."""

    def results(self, callee: Symbol | Instance) -> Values:
        """What calling a value gives."""


def values_of(evaluator: Evaluates, annotation: Expr, *, path: RepoPath, scope: int) -> Values:
    """What a value of a type that is written in a scope stands for."""
    match annotation:
        case Item() if stated := annotated(annotation):
            return values_of(evaluator, stated[0], path=path, scope=scope)
        case Item(of=of, key=key):
            inner = [element.value for element in key.elements] if isinstance(key, Collection) else []
            if is_container(annotation, path):
                return Values({Literal(Spot(path, scope), inner[-1] if inner else key, is_type=True)})
            parts = [*(inner or [key]), of]
            return Values(v for part in parts for v in values_of(evaluator, part, path=path, scope=scope))
        case Either(options=options):
            return Values(v for option in options for v in values_of(evaluator, option, path=path, scope=scope))
        case _:
            return Values(instance_of(v) for v in evaluator.evaluate(path, scope, expr=annotation))


def named_by(evaluator: Evaluates, made: Instance) -> Values:
    """What a value of a type that is another one's name is: a row of prices, of Go's `type Prices []Price`."""
    names = evaluator.names(made.path)
    definition = names.facts.definitions[made.index] if names else None
    if definition is None or definition.kind != "type" or not made.path.endswith(".go"):
        return NOTHING
    scope = max(definition.parent, 0)
    of = (values_of(evaluator, base, path=made.path, scope=scope) for base in definition.bases)
    return Values(value for values in of for value in values if value != made)


def made_of(evaluator: Evaluates, stated: Expr, *, spot: Spot) -> Values:
    """What a call of something generic of Go's makes: `[]T{}`, `make(map[K]T)`, `Cache[T]{}`, `NewCache[T]()`; else nothing."""
    if not isinstance(stated, Item):
        return NOTHING
    if is_container(stated, spot.path):
        return values_of(evaluator, stated, path=spot.path, scope=spot.scope)
    types = evaluator.evaluate(spot.path, spot.scope, expr=stated.of, at=spot.at)
    return Values(made for v in types if isinstance(v, Symbol) and v.index for made in evaluator.results(v))


def is_all_said(evaluator: Evaluates, stated: Values) -> bool:
    """Whether the stated result of a function of Go says all that it can be: where nothing of it is an interface."""
    return bool(stated) and all(_is_said(evaluator, each) for each in stated)


def _is_said(evaluator: Evaluates, value: Value) -> bool:
    match value:
        case Literal(spot=spot, expr=Collection(elements=several), is_type=False):
            parts = [part.value for part in several]
        case Literal(spot=spot, expr=expr, is_type=True):
            parts = [expr]
        case Instance(path=path, index=index) | Symbol(path=path, index=index):
            names = evaluator.names(path)
            return names is not None and names.facts.definitions[index].kind == "class"
        case External(name=name):
            return name in _PLAIN
        case _:
            return False
    return all(is_all_said(evaluator, values_of(evaluator, part, path=spot.path, scope=spot.scope)) for part in parts)


def is_container(stated: Item, path: RepoPath) -> bool:
    """Whether a generic type that a file states is one whose values hold others."""
    return last_name(stated.of) in (CONTAINERS_OF_GO if path.endswith(".go") else CONTAINERS)
