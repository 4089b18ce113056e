"""What the scripts of a change do, in order, found by what it is done to: a script may have thousands of statements."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cached_property
from heapq import merge
from typing import Final

from weighbridge.facts.sql import acts
from weighbridge.facts.sql.acts import Act
from weighbridge.landscape.sql.known_types import in_order, is_nowhere, is_type_renamed, series_of
from weighbridge.landscape.sql.migrations import Migration, Step, may_meet
from weighbridge.landscape.sql.names import is_one, last_part
from weighbridge.landscape.sql.script_index import words_of

_When = tuple[tuple[tuple[int, str], ...], int]
"""The order of a script among others, and of a statement in it."""
_MOST_FOLLOWED: Final = 30_000
"""Views, each with something for the length of its query, that are looked at for all drops of a change together."""
_Entry = tuple[_When, int, Act]


class _OfTable:
    """What is done to tables of one name: to one column, to one constraint, or to what may be any of them."""

    def __init__(self) -> None:
        self.whole: list[_Entry] = []
        self.columns: dict[str, list[_Entry]] = {}
        self.constraints: dict[str, list[_Entry]] = {}

    def note(self, entry: _Entry) -> None:
        """Take an entry in."""
        columns, constraint = _abouts(entry[2])
        for each in columns:
            self.columns.setdefault(each, []).append(entry)
        if constraint:
            self.constraints.setdefault(constraint, []).append(entry)
        if not columns and not constraint:
            self.whole.append(entry)


class Done:
    """Answers what is done before or after a step; entries are kept in the order in which they run."""

    def __init__(self, migrations: Iterable[Migration]) -> None:
        self._to: dict[str, _OfTable] = {}
        self._given: dict[str, list[tuple[_When, Migration, Act]]] = {}
        self._indexes: dict[str, str] = {}
        self._room = _MOST_FOLLOWED
        self._steps: list[tuple[Migration, Step]] = []
        self._by: list[Migration] = []
        """The script of each statement, by its number."""
        for migration in sorted(migrations, key=lambda each: in_order(each.path)):
            key = in_order(migration.path)
            self._steps += [(migration, step) for step in sorted(migration.steps, key=lambda each: each.order)]
            for step in migration.steps:
                self._by.append(migration)
                if isinstance(step.act, acts.CreateIndex):
                    self._indexes.setdefault(last_part(step.act.name), step.act.table)
                self._note((key, step.order), len(self._by), act=step.act)
                for name in _names_given(step.act):
                    self._given.setdefault(name, []).append(((key, step.order), migration, step.act))

    def _note(self, when: _When, number: int, *, act: Act) -> None:
        if act.table or is_nowhere(act) or is_type_renamed(act):
            self._to.setdefault(last_part(act.table), _OfTable()).note((when, number, act))

    def before(self, step: Step, table: str, *, column: str = "", constraint: str = "") -> Iterator[Act]:
        """What is done to a table before a step in the same database; what concerns other columns, or other constraints, alone is passed over."""
        until = (in_order(step.migration.path), step.order)
        last = last_part(table)
        wanted = ("", last) if last else ("",)
        lists: list[list[_Entry]] = []
        for each in (self._to[name] for name in wanted if name in self._to):
            lists.append(each.whole)
            lists += [each.constraints.get(constraint, [])] if constraint else each.constraints.values()
            if column:
                lists.append(each.columns.get(column, []))
            elif not constraint:
                lists += each.columns.values()
        parts = (entries[: bisect_left(entries, (until,))] for entries in lists if entries)
        seen = 0
        for _, number, act in merge(*parts, key=lambda each: each[:2]):
            is_meant = number != seen and (not act.table or is_one(act.table, table))
            if is_meant and _may_come_before(self._by[number - 1], step.migration):
                seen = number
                yield act

    def table_of_index(self, index: str) -> str:
        """The table that an index is made on; empty where none of that name is."""
        return self._indexes.get(last_part(index), "")

    def given_after(self, step: Step, name: str) -> Iterator[Act]:
        """What makes, or calls something by, a name after a step, on the same kind of database."""
        at = (in_order(step.migration.path), step.order)
        for when, migration, act in self._given.get(last_part(name), ()):
            if when > at and migration.dialect is step.migration.dialect:
                yield act

    def has_room(self, amount: int) -> bool:
        """Takes so much of what all that leans on one another may cost; whether it was left."""
        self._room -= amount
        return self._room >= 0

    def views_before(self, step: Step, word: str) -> Iterator[tuple[tuple[int, int, int], Act]]:
        """What is done before a step to views, or to what may be one, by statements that say a word: in order, each with its place."""
        at = (in_order(step.migration.path), step.order)
        for number, (when, act) in self._views.get(word, {}).items():
            if when >= at:
                return
            yield (1, 0, number), act

    @cached_property
    def _views(self) -> dict[str, dict[int, tuple[_When, Act]]]:
        found: dict[str, dict[int, tuple[_When, Act]]] = {}
        kinds = (acts.Create, acts.Drop, acts.Rename, acts.RenameTable)
        for number, (migration, step) in enumerate(self._steps):
            if isinstance(step.act, kinds):
                for word in words_of(step.act):
                    found.setdefault(word, {})[number] = ((in_order(migration.path), step.order), step.act)
        return found


def _may_come_before(other: Migration, migration: Migration) -> bool:
    """Whether what another script of the change does may have been done in a database when a script comes: not what nobody runs
    in turn with it, as a description of the schema in another folder.
    """
    if other.is_migration is not migration.is_migration and series_of(other.path) != series_of(migration.path):
        return False
    return may_meet(other, migration)


def _abouts(act: Act) -> tuple[tuple[str, ...], str]:
    """The columns, or the constraint, that an act is about alone; none where it may be about any."""
    match act:
        case acts.RenameColumn(column=old, name=new):
            return (old, new), ""
        case acts.DropColumn(column=name) | acts.ChangeType(column=name) | acts.SetNotNull(column=name):
            return (name,), ""
        case acts.DropNotNull(column=name) | acts.SetDefault(column=name):
            return (name,), ""
        case acts.DropConstraint(name=name) | acts.ValidateConstraint(name=name):
            return (), name
        case acts.AddColumn(column=column) if not column.constraints:
            return (column.name,), ""
    return (), ""


def _names_given(act: Act) -> tuple[str, ...]:
    match act:
        case acts.CreateTable(table=table):
            return (last_part(table),)
        case acts.RenameTable(name=name) | acts.Create(name=name):
            return (last_part(name),)
    return ()
