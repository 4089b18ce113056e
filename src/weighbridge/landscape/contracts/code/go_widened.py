"""Whether a function of Go takes more than it did, or gives something where it gave nothing: then every call compiles as before."""

from collections.abc import Sequence
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.paths import folder_of
from weighbridge.facts.model import Attribute, Definition, Expr, FileFacts, Name
from weighbridge.landscape.contracts.code.go_forms import form_of
from weighbridge.landscape.landscapes import View
from weighbridge.landscape.unmet import shape
from weighbridge.landscape.values import Package, Symbol

_INNER: Final = "internal"


class Side:
    """One side of a change, as seen from one file."""

    def __init__(self, view: View, path: RepoPath, *, facts: FileFacts) -> None:
        self._view = view
        self._path = path
        self._facts = facts

    def interface(self, stated: Expr | None) -> dict[str, tuple[str, ...]] | None:
        """What the interface that a type is asks for, each method with what it takes and gives; None where it is none known here."""
        symbol = self._symbol(stated)
        if symbol is None or self._definition(symbol).kind != "interface":
            return None
        asked = self._view.evaluator.hierarchy.fit.asked_by(symbol)
        return {name: shape(method) for name, method in asked.items()} or None

    def is_inner(self, stated: Expr | None) -> bool:
        """Whether a type is of a package that others cannot import: then nobody else can write it."""
        package = self._package(stated)
        return package is not None and _INNER in package.name.split("/")

    def _symbol(self, stated: Expr | None) -> Symbol | None:
        package = self._package(stated)
        name = stated.name if isinstance(stated, Attribute) else stated.id if isinstance(stated, Name) else ""
        found = self._view.evaluator.modules.package_member(package, name) if package else ()
        symbols = [each for each in found if isinstance(each, Symbol)]
        return symbols[0] if len(symbols) == 1 else None

    def _package(self, stated: Expr | None) -> Package | None:
        match stated:
            case Name():
                return Package(RepoPath(folder_of(self._path)), "go")
            case Attribute(of=Name(id=alias)):
                modules = self._view.evaluator.modules
                for each in self._facts.imports:
                    if each.alias == alias:
                        target = modules.target(each, self._path, facts=self._facts)
                        return target if isinstance(target, Package) else None
        return None

    def _definition(self, symbol: Symbol) -> Definition:
        names = self._view.evaluator.names(symbol.path)
        assert names is not None, "it was found there"
        return names.facts.definitions[symbol.index]


def widened(before: Definition, after: Definition, *, called: tuple[str, str], sides: tuple[Side, Side]) -> str:
    """What is more than it was, in words, where every call compiles as before; empty where that is not so, or cannot be told.

    `called` are both signatures from the function's name on.
    """
    old, new = (form_of(each, before.name) for each in called)
    if old is None or new is None or old[0] != new[0]:
        return ""
    if old[1] == new[1] and not old[2] and new[2]:
        return f"it gives `{', '.join(new[2])}` now, and gave nothing"
    return (
        "it asks for less of what it is given"
        if old[2] == new[2] and _take_more(before, after, differing=_differing(old[1], new[1]), sides=sides)
        else ""
    )


def _differing(old: Sequence[str], new: Sequence[str]) -> list[int]:
    return (
        [at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one != other]
        if len(old) == len(new)
        else []
    )


def _take_more(before: Definition, after: Definition, *, differing: Sequence[int], sides: tuple[Side, Side]) -> bool:
    """Whether all that is otherwise are parameters of an interface, which ask for less."""
    base, head = sides
    if not len(before.parameters) == len(after.parameters) > max(differing, default=0):
        return False
    for at in differing:
        had, asked = base.interface(before.parameters[at].annotation), head.interface(after.parameters[at].annotation)
        if had is None or asked is None or not asked.items() <= had.items():
            return False
    return bool(differing)


def is_nobody_elses(method: Definition, side: Side) -> bool:
    """Whether only code of the module itself can write a method like it: it takes what others cannot name."""
    return any(side.is_inner(each.annotation) for each in method.parameters)
