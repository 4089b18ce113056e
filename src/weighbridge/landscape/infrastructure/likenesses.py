"""Which of the blocks that a folder declares anew says what one said that is gone."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final

from weighbridge.landscape.infrastructure.source_files import Declared, Folder

META: Final = frozenset(
    {"count", "for_each", "lifecycle", "provider", "depends_on", "provisioner", "connection", "timeouts"}
)
"""Arguments that are Terraform's own and no provider's."""
_FEW: Final = 40
"""So many blocks made anew are compared one by one with one that is gone."""


class Likenesses:
    """What a folder declares anew, to be found by what it says."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder

    @cached_property
    def _made(self) -> dict[str, list[tuple[str, dict[str, Any]]]]:
        found: dict[str, list[tuple[str, dict[str, Any]]]] = {}
        for old, new in self._folder.pairs("resource"):
            if old is None and new is not None and len(new.block.labels) == 2:
                found.setdefault(new.block.labels[0], []).append((new.block.name, _settled(new.block.values)))
        return found

    @cached_property
    def _same(self) -> dict[str, str]:
        made = ((kind, each) for kind, many in self._made.items() for each in many)
        return {f"{kind} {values}": name for kind, (name, values) in made}

    def of(self, old: Declared) -> str | None:
        """The name under which the same is declared now, or nearly the same where few are made."""
        kind, mine = old.block.labels[0], _settled(old.block.values)
        if (same := self._same.get(f"{kind} {mine}")) is not None:
            return same
        many = self._made.get(kind, [])
        for name, other in many if len(many) <= _FEW and len(mine) > 2 else ():
            if sum(mine.get(k) == v for k, v in other.items()) * 10 >= 8 * len(other):
                return name
        return None


def _settled(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in META}
