"""What opens and what closes, as the table beside this says."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.tables import read_table

Kind = Literal["file", "connection", "cursor", "response", "executor", "cancel", "timer", "lock", "thing"]

_SCRIPTS: Final = ("typescript", "tsx")


class Opener(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One way to open something; see the head of the table."""

    kind: Kind
    language: str
    opened_by: frozenset[str]
    closed_by: frozenset[str]
    named: frozenset[str] = frozenset()
    on: frozenset[str] = frozenset()
    closed_through: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    place: int = -1
    is_pooled: bool = False
    """Whether others wait for it: it is one of a few that are lent."""


class Openers(Struct, frozen=True, kw_only=True):
    """What is known of one language."""

    by_origin: Mapping[str, Opener]
    by_name: Mapping[str, tuple[Opener, ...]]
    borrowing: frozenset[str]
    methods: frozenset[str]
    wrapping: frozenset[str]
    locks: frozenset[str]


SOMETHING: Final = Opener(
    kind="thing",
    language="",
    opened_by=frozenset(),
    closed_by=frozenset({"Close", "close", "aclose", "Body.Close", "shutdown", "Shutdown", "release", "Release"}),
    closed_through=frozenset({"clearInterval", "closeQuietly", "fs.closeSync", "IOUtils.closeQuietly", "os.close"}),
)
"""What nothing is known of but that it was closed before."""


GIVEN: Final = replace(SOMETHING, place=0)
"""The same, as the first of what is handed out."""


@cache
def openers(language: str) -> Openers:
    """The table's part for a language: TypeScript's is JavaScript's."""
    spoken = "javascript" if language in _SCRIPTS else language
    table = _table()
    own = [each for each in msgspec.convert(table["opener"], type=list[Opener]) if each.language == spoken]
    named: dict[str, tuple[Opener, ...]] = {}
    for each in own:
        for name in each.named:
            named[name] = (*named.get(name, ()), each)
    return Openers(
        by_origin={origin: each for each in own for origin in each.opened_by},
        by_name=named,
        borrowing=frozenset(table["borrowing"][spoken]),
        methods=frozenset(table["methods"][spoken]),
        wrapping=frozenset(table["wrapping"][spoken]),
        locks=frozenset(table["locks"]["words"]),
    )


@cache
def _table() -> dict[str, Any]:
    return read_table(__file__, "openers.toml")
