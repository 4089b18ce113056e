"""Which packages of Java a tree holds, told by its folders: a class may be named by its package without any import."""

from collections.abc import Sequence
from functools import cached_property

from weighbridge.facts.model import Attribute, Expr, Name
from weighbridge.landscape.tree import Tree
from weighbridge.landscape.values import NOTHING, External, Package, Value, Values


class JavaPackages:
    """Answers for one tree."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree

    def spelled(self, of: Expr, name: str) -> Package | None:
        """The package that `of.name` spells whole, where a folder of code is called so: `shop.pay` of `shop.pay.Rate`."""
        folders = self._by_last_name.get(name)
        before = _dotted(of) if folders else None
        if not folders or before is None:
            return None
        ending = "/" + "/".join([*before, name])
        return Package(ending[1:].replace("/", "."), "java") if any(f.endswith(ending) for f in folders) else None

    @cached_property
    def _by_last_name(self) -> dict[str, list[str]]:
        """The folders that hold Java, each behind a stroke, by the last part of their path."""
        found: dict[str, list[str]] = {}
        for folder, paths in self._tree.code_folders.items():
            if any(path.endswith(".java") for path in paths):
                found.setdefault(folder.rpartition("/")[2], []).append("/" + folder)
        return found


def is_called(value: External, package: Package) -> bool:
    """Whether something outside is called by nothing but the name of a package, as what no variable begins is."""
    return f".{value.name}".endswith(f".{package.name}")


def below(value: Value, name: str) -> Values:
    """What a package has below it that is no class of this tree: a further part of a name, or what a build makes."""
    match value:
        case Package(name=dotted, language="java"):
            return Values({External(f"{dotted}.{name}")})
        case _:
            return NOTHING


def _dotted(expr: Expr) -> Sequence[str] | None:
    """The names that an expression is made of with dots alone; None for any other."""
    names: list[str] = []
    while type(expr) is Attribute:
        names.append(expr.name)
        expr = expr.of
    return [expr.id, *reversed(names)] if type(expr) is Name else None
