"""What one script does, found by the words that its statements say: a script may have thousands, and each may be asked for."""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Final

from weighbridge.facts.sql import acts
from weighbridge.facts.sql.acts import Act
from weighbridge.facts.sql.reading import Deed
from weighbridge.landscape.sql.column_types import keys_of
from weighbridge.landscape.sql.names import last_part

_WORD: Final = re.compile(r"\w+")
_SIGN: Final = re.compile(r"\\[ntr]")
"""How the ends of lines stand where a value is shown."""


def words_of(*done: Act) -> set[str]:
    """All words of names and texts in what is done, in lower case."""
    return set(_WORD.findall(_SIGN.sub(" ", repr(done)).lower()))


class ScriptIndex:
    """The statements of a script, in order; each of its lists of names is made when the first name is asked for."""

    def __init__(self, deeds: Iterable[Deed]) -> None:
        self.deeds = tuple(deeds)

    def saying(self, name: str) -> Iterator[tuple[int, Deed]]:
        """The statements that say a name, each with its number; what is no word is looked for by its first word."""
        word = _WORD.search(name.lower())
        numbers = self._by_word.get(word[0], ()) if word is not None else range(len(self.deeds))
        return ((number, self.deeds[number]) for number in numbers)

    def view(self, name: str) -> acts.Create | acts.Drop | None:
        """What was last done to a view of this name, without its schema and in lower case: made, or dropped."""
        return self._views.get(name)

    def referring_to(self, table: str) -> tuple[Act, ...]:
        """What gives another table a foreign key to one of this name, without its schema."""
        return tuple(self._referring.get(table, ()))

    def done_to(self, tables: Iterable[str]) -> tuple[Act, ...]:
        """What is done to tables of these names, without their schemas, or may be done to any, in order."""
        found = {number: act for each in (*tables, "") for number, act in self._done.get(each, ())}
        return tuple(found[number] for number in sorted(found))

    @cached_property
    def _done(self) -> dict[str, list[tuple[int, Act]]]:
        found: dict[str, list[tuple[int, Act]]] = {}
        for number, act in enumerate(act for deed in self.deeds for act in deed.acts):
            found.setdefault(last_part(act.table), []).append((number, act))
        return found

    @cached_property
    def _by_word(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for number, deed in enumerate(self.deeds):
            for word in {*_WORD.findall(deed.text.lower()), *words_of(*deed.acts)}:
                found.setdefault(word, []).append(number)
        return found

    @cached_property
    def _views(self) -> dict[str, acts.Create | acts.Drop]:
        return {
            last_part(act.name).lower(): act
            for deed in self.deeds
            for act in deed.acts
            if isinstance(act, acts.Create | acts.Drop) and "view" in act.kind
        }

    @cached_property
    def _referring(self) -> dict[str, list[Act]]:
        found: dict[str, list[Act]] = {}
        for act in (act for deed in self.deeds for act in deed.acts if act.table):
            for table in dict.fromkeys(last_part(each.reference.table) for each in keys_of(act) if each.reference):
                found.setdefault(table, []).append(act)
        return found
