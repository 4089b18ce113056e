"""What names mean where an expression stands, and files that it reads: asked of whoever knows the folder."""

from collections.abc import Mapping
from typing import Any, Protocol

from weighbridge.facts.terraform.blocks import Expression
from weighbridge.facts.terraform.functions import MissingValueError, UnknownValueError, known


class Names(Protocol):
    """What names mean where an expression stands."""

    def value(self, root: str, name: str) -> object:
        """What `var.name`, `local.name` and the like are. Raises `UnknownValueError`."""

    def standing(self, root: str, name: str) -> Expression | None:
        """The expression that a name stands for which only running tells; None where it stands for none."""

    def text(self, path: str) -> str:
        """What a file of the tree holds, by its path from the folder. Raises `UnknownValueError`."""

    def paths(self, folder: str, pattern: str) -> list[str]:
        """The files below a folder of the tree that a pattern means, by their paths from it, in order. Raises `UnknownValueError`."""

    def of_yaml(self, text: str) -> object:
        """What a text says that is YAML. Raises `UnknownValueError`."""

    def spend(self, amount: int) -> None:
        """Counts values that are made. Raises `UnknownValueError` where these are too many."""


class With:
    """Names with a few more, as a `dynamic` block and `for` have them."""

    def __init__(self, names: Names, more: Mapping[str, Any]) -> None:
        self._names = names
        self._more = more

    def value(self, root: str, name: str) -> object:
        """What a name is, these few first. Raises `UnknownValueError`."""
        if root in self._more:
            held = self._more[root]
            if not name:
                return known(held)
            if isinstance(held, dict):
                if name in held:
                    return known(held[name])
                raise MissingValueError
            raise UnknownValueError
        return self._names.value(root, name)

    def standing(self, root: str, name: str) -> Expression | None:
        """The expression that a name stands for which only running tells; None where it stands for none."""
        if root not in self._more:
            return self._names.standing(root, name)
        table = self._more[root]
        held = table.get(name) if isinstance(table, dict) else None
        return held if isinstance(held, Expression) else None

    def text(self, path: str) -> str:
        """What a file holds, by its path from the folder. Raises `UnknownValueError`."""
        return self._names.text(path)

    def paths(self, folder: str, pattern: str) -> list[str]:
        """The files below a folder of the tree that a pattern means, by their paths from it. Raises `UnknownValueError`."""
        return self._names.paths(folder, pattern)

    def of_yaml(self, text: str) -> object:
        """What a text says that is YAML. Raises `UnknownValueError`."""
        return self._names.of_yaml(text)

    def spend(self, amount: int) -> None:
        """Counts values that are made. Raises `UnknownValueError` where these are too many."""
        self._names.spend(amount)
