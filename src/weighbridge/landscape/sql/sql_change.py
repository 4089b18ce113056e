"""The SQL scripts that a change adds or alters: what they newly do to tables that were there before.

This module is imported by every run; what reads SQL is imported when a rule asks for it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from weighbridge.domain.change import Change, FileChange
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.inputs import NO_INPUTS, Inputs
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Side
from weighbridge.domain.system import Dialect
from weighbridge.facts.roles import role_of
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.description import DeclaredDatabase
from weighbridge.landscape.sql.written import MARK, may_be_change_log, may_migrate
from weighbridge.landscape.test_files import is_test
from weighbridge.landscape.tree import Tree

if TYPE_CHECKING:
    from weighbridge.facts.sql.acts import Act, Type
    from weighbridge.landscape.sql.dialects import Spoken
    from weighbridge.landscape.sql.known_types import KnownScripts
    from weighbridge.landscape.sql.migrations import Migration, Step
    from weighbridge.landscape.sql.rendered import Around
    from weighbridge.landscape.sql.sizes import TableSizes


class SqlChange:
    """The scripts of a change, and what is known of the tables they speak of."""

    def __init__(
        self,
        change: Change,
        contents: ChangedBytes,
        *,
        tree: Callable[[], Tree],
        read: Callable[[ObjectId, int], bytes | CouldNotLook],
        inputs: Inputs = NO_INPUTS,
        declared: Sequence[DeclaredDatabase] = (),
    ) -> None:
        self._change = change
        self._contents = contents
        self._tree = tree
        self._read = read
        self._inputs = inputs
        self._declared = declared

    @cached_property
    def migrations(self) -> "tuple[Migration, ...]":
        """Each script that is there after the change and no test, and does more than take another back."""
        return tuple(self._migrations())

    @cached_property
    def known(self) -> "KnownScripts":
        """What the scripts say that were there before; those that the change alters aside."""
        from weighbridge.landscape.sql.known_types import KnownScripts  # noqa: PLC0415 - only where a rule asks

        return KnownScripts(
            self._tree, self._read, apart=(file.path for file in self._change.files if file.head is not None)
        )

    @cached_property
    def sizes(self) -> "TableSizes":
        """How large tables are, as far as somebody measured it."""
        from weighbridge.landscape.sql.sizes import TableSizes  # noqa: PLC0415 - the same

        return TableSizes(self._inputs)

    @cached_property
    def _new_under(self) -> Mapping[str, frozenset[str]]:
        """The tables that scripts make which are new as a whole, by the last part of their names."""
        found: dict[str, frozenset[str]] = {}
        for table in (table for each in self.migrations if each.is_new for table in each.made):
            last = table.rpartition(".")[2]
            found[last] = found.get(last, frozenset()) | {table}
        return found

    @cached_property
    def _added(self) -> "tuple[tuple[Step, bool], ...]":
        """What the change newly does, each with whether it is done to a table that the change makes."""
        added = (step for migration in self.migrations for step in migration.steps if step.is_added)
        return tuple((step, self.is_new(step)) for step in added)

    def steps(self, *dialects: Dialect) -> "Iterator[Step]":
        """What the change newly does to tables that were there before, in these dialects or in any."""
        for step, is_new in self._added:
            if not is_new and (not dialects or step.migration.dialect in dialects):
                yield step

    def all_steps(self, *dialects: Dialect) -> "Iterator[Step]":
        """What the change newly does, also to tables that it makes."""
        for step, _ in self._added:
            if not dialects or step.migration.dialect in dialects:
                yield step

    def is_new(self, step: "Step") -> bool:
        """Whether it is done to a table that the change itself makes."""
        return self.is_made_before(step, step.act.table)

    def is_made_before(self, step: "Step", table: str) -> bool:
        """Whether a table is one that the change itself makes before this step."""
        if not table:
            return False
        last = table.rpartition(".")[2]
        own = step.migration.made_under.get(last, ())
        if any(_is_one(table, name) and order < step.order for name, order in own):
            return True
        made = step.migration.made
        return any(name not in made and _is_one(table, name) for name in self._new_under.get(last, ()))

    def acts_before(self, step: "Step", table: str, *, naming: str = "") -> "Iterator[Act]":
        """What was done to a table before this step: by scripts that were there, by others of the change, by this one.

        With `naming`, scripts that were there and do not say that word are passed over.
        """
        from weighbridge.landscape.sql.known_types import in_order  # noqa: PLC0415 - only where a rule asks

        yield from self.known.acts_on(table, step.migration.dialect, naming=naming)
        until = (in_order(step.migration.path), step.order)
        own = (*self._done_to.get(table.rpartition(".")[2], ()), *self._done_to.get("", ()))
        for at, act in sorted(own, key=lambda each: each[0]):
            if at >= until:
                break
            if not act.table or _is_one(act.table, table):
                yield act

    @cached_property
    def _done_to(self) -> "Mapping[str, list[tuple[tuple[tuple[tuple[int, str], ...], int], Act]]]":
        """What the change's scripts do to tables, by the last part of their names, and where; what may be of any by no name."""
        from weighbridge.landscape.sql.known_types import in_order, is_nowhere  # noqa: PLC0415 - the same

        found: dict[str, list[tuple[tuple[tuple[tuple[int, str], ...], int], Act]]] = {}
        for migration in self.migrations:
            key = in_order(migration.path)
            for step in migration.steps:
                if step.act.table or is_nowhere(step.act):
                    found.setdefault(step.act.table.rpartition(".")[2], []).append(((key, step.order), step.act))
        return found

    def type_before(self, step: "Step", table: str, *, column: str) -> "Type | None":
        """The type that a column has when this step comes; None where no script says. One that is renamed with it is meant."""
        from weighbridge.landscape.sql.known_types import type_of  # noqa: PLC0415 - the same

        was: Type | None = getattr(step.act, "was", None)
        if was is not None:
            return was
        renamed = (each for each in step.deed.acts if getattr(each, "name", "") == column and each.table == table)
        old = next((getattr(each, "column", "") for each in renamed), "") or column
        return type_of(self.acts_before(step, table, naming=old), old)

    def acts_after(self, step: "Step") -> "Iterator[Act]":
        """What the rest of its script does, and the scripts of the change that run after it."""
        from weighbridge.landscape.sql.known_types import in_order  # noqa: PLC0415 - the same

        yield from (each.act for each in step.rest)
        own = in_order(step.migration.path)
        for migration in self.migrations:
            if migration.dialect is step.migration.dialect and in_order(migration.path) > own:
                yield from (each.act for each in migration.steps)

    def _migrations(self) -> "Iterator[Migration]":
        from weighbridge.landscape.sql.migrations import migration_of  # noqa: PLC0415 - the same
        from weighbridge.landscape.sql.undoing import undoes  # noqa: PLC0415 - the same

        for file in self._change.files:
            if file.head is None or is_test(file.path):
                continue
            if self.may_be_written(file):
                yield from self._written(file)
            if role_of(file.path) != "sql" or undoes(file.path):
                continue
            text = self._contents.text(file.path)
            before = self._contents.text(file.base.path, Side.BASE) if file.base is not None else ""
            spoken = self._spoken(file.path, text)
            yield migration_of(file, text, spoken=spoken, before=before, beside=self._beside(file.path))

    def may_be_written(self, file: FileChange) -> bool:
        """Whether a file that is there after the change may be a migration that is written as code."""
        if may_migrate(file.path):
            return True
        return file.head is not None and may_be_change_log(file.path) and MARK in self._contents.text(file.path)

    def _written(self, file: FileChange) -> "Iterator[Migration]":
        """A migration that is written as code, where a file is one."""
        from weighbridge.landscape.sql.migrations import code_migration  # noqa: PLC0415 - the same
        from weighbridge.landscape.sql.rendered import Script, render  # noqa: PLC0415 - the same
        from weighbridge.landscape.sql.tools import tool_of  # noqa: PLC0415 - the same

        text = self._contents.text(file.path)
        tool = tool_of(file.path, text)
        if tool is None:
            return
        found = render(tool, Script(path=file.path, text=text, around=self._around))
        old = self._contents.text(file.base.path, Side.BASE) if file.base is not None else ""
        before = render(tool, Script(path=file.path, text=old, around=self._around)) if old else None
        yield code_migration(file, found, spoken=self._spoken_by_code(file.path, found.dialect), before=before)

    @cached_property
    def _around(self) -> "Around":
        from weighbridge.landscape.sql.rendered import Around  # noqa: PLC0415 - the same

        return Around(lambda: self._tree().after(self._change.files), self._read, before=self._tree)

    def _spoken_by_code(self, path: RepoPath, said: Dialect | None) -> "Spoken":
        """Which database a migration written as code speaks to: as is declared, as its tool says, as its path or what is needed says."""
        from weighbridge.landscape.sql.dialects import Spoken  # noqa: PLC0415 - the same

        spoken = self._spoken(path, "")
        if said is None or spoken.told_by == "system.yaml":
            return spoken
        return Spoken(dialect=said, told_by="its own words")

    def _beside(self, path: RepoPath) -> str:
        """What a file that comes with a script says of how it is run: Flyway's, or Diesel's."""
        folder, slash, _ = path.rpartition("/")
        return self._contents.text(RepoPath(f"{path}.conf")) + self._contents.text(
            RepoPath(f"{folder}{slash}metadata.toml")
        )

    def _spoken(self, path: RepoPath, text: str) -> "Spoken":
        """Which database a script speaks to: as is declared, as it says itself, as its path says, as what is needed says."""
        from weighbridge.landscape.globs import PathGlobs  # noqa: PLC0415 - the same
        from weighbridge.landscape.sql.dialects import Spoken, said_by, said_by_path  # noqa: PLC0415 - the same

        for database in self._declared:
            if not database.paths or PathGlobs(database.paths).matches(path):
                return Spoken(dialect=database.dialect, told_by="system.yaml", version=database.version)
        if (said := said_by(text)) is not None:
            return Spoken(dialect=said, told_by="its own words")
        if (said := said_by_path(path)) is not None:
            return Spoken(dialect=said, told_by="its path")
        return self._needed

    @cached_property
    def _needed(self) -> "Spoken":
        from weighbridge.landscape.sql.dialects import MANIFESTS, Spoken, needed_by  # noqa: PLC0415 - the same

        tree = self._tree()
        manifests = [path for path in tree.blobs if path.rpartition("/")[2].lower() in MANIFESTS]
        found: dict[Dialect, RepoPath] = {}
        depth = 0
        for path in sorted(manifests, key=lambda each: (each.count("/"), each))[:_MOST_MANIFESTS]:
            if found and path.count("/") > depth:
                break  # what lies further up speaks for more
            depth = path.count("/")
            needed = None if is_test(path) else needed_by(self.known.text(path))
            if needed is not None:
                found.setdefault(needed, path)
        if len(found) > 1:
            found.pop(Dialect.SQLITE, None)
        if len(found) == 1:
            dialect, path = next(iter(found.items()))
            return Spoken(dialect=dialect, told_by=path)
        return Spoken(dialect=Dialect.POSTGRES)


_MOST_MANIFESTS = 24


def _is_one(one: str, other: str) -> bool:
    """Whether two names may be of one table: one may leave the schema out."""
    if one == other:
        return True
    shorter, longer = sorted((one, other), key=len)
    return bool(shorter) and "." not in shorter and longer.rpartition(".")[2] == shorter
