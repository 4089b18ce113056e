"""A readable table of which calls have an effect on the world, kept as TOML beside the recogniser that reads it.

Each `[[effect]]` has a `kind`, a `package` (Java: the class) and `members`: what follows the package in a call's
origin, with `*` for anything. `[anywhere]` lists method names telling enough to count whatever they are called on.
"""

import re
from functools import cached_property
from typing import cast, get_args

from msgspec import Struct

from weighbridge.domain.tables import read_table
from weighbridge.facts.model import EffectKind


class EffectTable(Struct, frozen=True, kw_only=True, dict=True):
    """The table in the file `name`; read when it is first asked."""

    name: str

    @cached_property
    def _content(self) -> tuple[dict[str, list[tuple[re.Pattern[str], EffectKind]]], dict[str, EffectKind]]:
        table = read_table(__file__, self.name)
        packages: dict[str, list[tuple[re.Pattern[str], EffectKind]]] = {}
        for effect in table["effect"]:
            packages.setdefault(effect["package"], []).append((_pattern(effect["members"]), _kind(effect["kind"])))
        anywhere = {name: _kind(kind) for kind, names in table.get("anywhere", {}).items() for name in names}
        return packages, anywhere

    def packages(self) -> frozenset[str]:
        """What the table knows."""
        return frozenset(self._content[0])

    def kind(self, package: str, member: str) -> EffectKind | None:
        """The effect of calling `member` of `package`; None when the table knows none."""
        for pattern, kind in self._content[0].get(package, ()):
            if pattern.fullmatch(member):
                return kind
        return None

    def kind_anywhere(self, method: str) -> EffectKind | None:
        """The effect of calling a method of this name on whatever."""
        return self._content[1].get(method)


def _pattern(members: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(member).replace(r"\*", ".*") for member in members))


def _kind(word: str) -> EffectKind:
    if word not in get_args(EffectKind):
        raise ValueError(f"{word!r} is no kind of effect")
    return cast("EffectKind", word)
