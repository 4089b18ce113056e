"""The SQL scripts that a change adds or alters: what they newly do to tables that were there before.

This module is imported by every run; what reads SQL is imported when a rule asks for it.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final

from weighbridge.domain.change import Change, FileChange
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.inputs import NO_INPUTS, Inputs
from weighbridge.domain.places import Side
from weighbridge.domain.system import Dialect
from weighbridge.facts.roles import role_of
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.description import DeclaredDatabase
from weighbridge.landscape.source import Blobs
from weighbridge.landscape.sql.before import Before
from weighbridge.landscape.sql.flyway import FlywaySettings
from weighbridge.landscape.sql.likely_small import DAYS, days_since, holds_few, made_on
from weighbridge.landscape.sql.names import is_one, last_part
from weighbridge.landscape.sql.written import MARK, is_set_aside, may_be_change_log, may_migrate, serves_tests

if TYPE_CHECKING:
    from weighbridge.facts.sql.acts import Act, Type
    from weighbridge.facts.sql.lexemes import Unread
    from weighbridge.landscape.sql.applied import Altered
    from weighbridge.landscape.sql.done import Done
    from weighbridge.landscape.sql.known_types import KnownScripts
    from weighbridge.landscape.sql.migrations import Made, Migration, Step
    from weighbridge.landscape.sql.rendered import Around
    from weighbridge.landscape.sql.sizes import TableSizes
    from weighbridge.landscape.sql.speakers import Speakers
    from weighbridge.landscape.sql.unmerged import Unmerged
    from weighbridge.landscape.sql.versions import Clash

_USUAL: Final = ("public", "dbo", "main")
"""Where tables of names without a schema are."""


class SqlChange:
    """The scripts of a change, and what is known of the tables they speak of."""

    def __init__(
        self,
        change: Change,
        contents: ChangedBytes,
        *,
        before: Before,
        blobs: Blobs,
        inputs: Inputs = NO_INPUTS,
        declared: Sequence[DeclaredDatabase] = (),
    ) -> None:
        self._change = change
        self._contents = contents
        self._tree = before.tree
        self._before = before
        self._blobs = blobs
        self._inputs = inputs
        self._declared = declared
        self._whole: dict[tuple[str, str], bool] = {}
        self._small: dict[str, str] = {}
        self._dropped: dict[RepoPath, Mapping[tuple[int, str], tuple[int, int]]] = {}
        self._were_there: dict[tuple[str, Dialect, RepoPath, bool], bool] = {}

    @cached_property
    def migrations(self) -> "tuple[Migration, ...]":
        """Each script that is there after the change and no test, does more than take another back, and is run where data is in use."""
        return tuple(each for each in self._every if not each.is_for_work)

    @cached_property
    def _every(self) -> "tuple[Migration, ...]":
        found = tuple(self._migrations())
        if any(self._tree().blobs.get(each.path) is None for each in found):
            from weighbridge.landscape.sql.returning import Returning  # noqa: PLC0415 - only where one comes

            found = tuple(Returning(self._change, self._before, text=self._contents.text).seen(found))
        if not any(each.calls for each in found):
            return found
        from weighbridge.landscape.sql.called import with_routines  # noqa: PLC0415 - only where routines are called

        return with_routines(found, self.known)

    @cached_property
    def altered(self) -> "tuple[Altered, ...]":
        """The migrations that were there before and may have run, and are edited, gone or called otherwise."""
        if all(file.base is None for file in self._change.files):
            return ()
        from weighbridge.landscape.sql.applied import Texts, altered  # noqa: PLC0415 - only where a rule asks

        before = partial(self._contents.text, side=Side.BASE)
        texts = Texts(
            before=before,
            after=self._contents.text,
            known=self.known.text,
            paths=lambda: self.known.paths,
            is_only_here=self._before.is_only_here,
            is_put_back=self._before.is_put_back,
            is_flyway=self._flyway.is_script,
        )
        return tuple(altered(self._change.files, self._every, texts=texts))

    @cached_property
    def clashes(self) -> "tuple[Clash, ...]":
        """The versions of migrations that no tool can go on with from the change on."""
        may_be = (file for file in self._change.files if file.path.endswith((".sql", ".py", ".rb", ".java", ".go")))
        if not any(role_of(file.path) == "sql" or may_migrate(file.path) for file in may_be):
            return ()
        from weighbridge.landscape.sql.versions import Trees, clashes  # noqa: PLC0415 - only where a rule asks

        after = self._tree().after(self._change.files).blobs
        changed = frozenset(file.path for file in self._change.files)

        def text(path: RepoPath) -> str:
            return self._contents.text(path) if path in changed else self.known.text(path)

        trees = Trees(
            paths_before=self._tree().blobs,
            paths_after=after,
            before=self.known.text,
            after=text,
            read_ahead=self.known.read_ahead,
            is_only_here=self._before.is_only_here,
        )
        return tuple(clashes(self._change.files, trees))

    def unread(self, file: FileChange) -> "tuple[Unread, ...]":
        """The lines of a script that could not be read."""
        from weighbridge.facts.sql.reading import read_deeds  # noqa: PLC0415 - only where SQL is changed

        for migration in self.migrations:
            if migration.path == file.path:
                return migration.unread
        text = self._contents.text(file.path)
        return read_deeds(text, dialect=self._speakers.of(file.path, text).surely).unread

    def is_of_another_database(self, file: FileChange) -> bool:
        """Whether a script speaks to a database whose locks and losses nothing here knows."""
        return any(each.path == file.path and each.dialect is Dialect.OTHER for each in self.migrations)

    def is_dump(self, file: FileChange) -> bool:
        """Whether a script describes a schema, and is run by no deployment."""
        return file.path in self._dumps

    @cached_property
    def _dumps(self) -> frozenset[RepoPath]:
        """The scripts of the change that are what is left of a database's schema."""
        scripts = (f.path for f in self._change.files if f.head is not None and role_of(f.path) == "sql")
        paths = [path for path in scripts if not serves_tests(path)]
        if not paths:
            return frozenset()
        from weighbridge.landscape.sql.dumps import is_dump  # noqa: PLC0415 - only where SQL is changed

        return frozenset(path for path in paths if is_dump(path, self._contents.text(path)))

    @cached_property
    def known(self) -> "KnownScripts":
        """What the scripts say that were there before; those that the change alters aside."""
        from weighbridge.landscape.sql.known_types import KnownScripts  # noqa: PLC0415 - only where a rule asks

        files = self._change.files
        heads = frozenset(file.path for file in files if file.head is not None) - self._dumps
        bases = (file.base.path for file in files if file.base is not None)
        return KnownScripts(self._tree, self._blobs, apart=heads, gone=(path for path in bases if path not in heads))

    @cached_property
    def schemas_before(self) -> tuple[RepoPath, ...]:
        """The files that say before the change which columns a mapper knows: Prisma's schemas, and classes of Rails'."""
        return tuple(path for path in self._tree().blobs if path.endswith((".prisma", ".rb")))

    def text_of(self, path: RepoPath) -> str:
        """A file of the change as it is after it."""
        return self._contents.text(path)

    def text_before(self, path: RepoPath) -> str:
        """A file as it was before the change; empty where it was not there."""
        return self.known.text(path)

    def likely_small(self, table: str) -> str:
        """Why a table that nobody measured likely holds few rows, in words; empty where nothing says so."""
        if table not in self._small:
            self._small[table] = self._find_why_small(table) if self.migrations else ""
        return self._small[table]

    def _find_why_small(self, table: str) -> str:
        from weighbridge.landscape.sql.seeds import has_row_for_each, why_written_down  # noqa: PLC0415 - only where a rule asks

        if holds_few(table) and not has_row_for_each(self.known, table, dialect=self.migrations[0].dialect):
            return "by its name it holds few rows"
        why = why_written_down(self.known, table, dialect=self.migrations[0].dialect)
        if why and not self._is_filled(table):
            return why
        makers = self.known.young_makers(table, self.migrations[0].dialect)
        if not makers or self._is_filled(table):
            return ""
        own = (made_on(each.path, self._contents.text(each.path)) for each in self.migrations)
        newest = max((each for each in (*own, self.known.newest) if each is not None), default=None)
        made = [made_on(path, self.known.text(path)) for path in makers]
        days = days_since(made, newest)
        if days is not None and self.known.begin_at(max(each for each in made if each is not None)):
            return ""
        if days is None:
            ages = [self._before.age_of(path) for path in makers]
            days = max((each for each in ages if each is not None), default=None) if None not in ages else None
        return f"made {days} days before" if days is not None and 0 <= days <= DAYS else ""

    def _is_filled(self, table: str) -> bool:
        """Whether the change itself fills a table from others."""
        from weighbridge.facts.sql.acts import Insert  # noqa: PLC0415 - only where a rule asks

        done = (step.act for migration in self.migrations for step in migration.doing(Insert))
        return any(isinstance(act, Insert) and act.has_query and is_one(act.table, table) for act in done)

    @cached_property
    def sizes(self) -> "TableSizes":
        """How large tables are, as far as somebody measured it."""
        from weighbridge.landscape.sql.sizes import TableSizes  # noqa: PLC0415 - the same

        return TableSizes(self._inputs)

    @cached_property
    def _made_under(self) -> "Mapping[str, list[tuple[Migration, Made]]]":
        """What scripts make that are new as a whole, by the last part of the tables' names."""
        found: dict[str, list[tuple[Migration, Made]]] = {}
        for each in self.migrations:
            for last, made in each.made.items() if each.is_new else ():
                found.setdefault(last, []).extend((each, one) for one in made if not one.is_temporary)
        return found

    @cached_property
    def _added(self) -> "tuple[tuple[Step, bool], ...]":
        """What the change newly does, each with whether it is done to a table that the change makes."""
        from weighbridge.landscape.sql.no_effect import has_no_effect  # noqa: PLC0415 - only where a rule asks
        from weighbridge.landscape.sql.twins import told_by_twins  # noqa: PLC0415 - the same

        told = told_by_twins(self.migrations)
        added = (
            step
            for migration in self.migrations
            for step in migration.steps
            if (step.is_added or step.is_told_twice) and not told.says(step)
        )
        return tuple(
            (step, self.is_new(step))
            for step in added
            if not has_no_effect(step, self.acts_before)
            and not self._unmerged.undoes(step)
            and (step.is_loss or not self._ran_long_ago(step.migration))
        )

    def _ran_long_ago(self, migration: "Migration") -> bool:
        """Whether a migration has been there for so long that it likely ran wherever data is, so that what is put in it runs there no more.

        Whoever runs old releases may come to it yet: what loses or writes rows is told all the same.
        """
        if migration.is_new or migration.is_log or not migration.runs_once:
            return False
        if migration.path not in self.known.tree.blobs:
            return False
        age = self._before.age_of(migration.path)
        return age is not None and age > DAYS

    @cached_property
    def _unmerged(self) -> "Unmerged":
        """What came with the change's own branch, and with no other."""
        from weighbridge.landscape.sql.unmerged import Unmerged  # noqa: PLC0415 - only where a rule asks

        return Unmerged(self._before, self.known, blobs=self._blobs, files=self._change.files)

    def steps(self, *dialects: Dialect) -> "Iterator[Step]":
        """What the change newly does to tables that were there before, in these dialects or in any."""
        for step, is_new in self._added:
            if not is_new and step.is_asked_for(dialects):
                yield step

    def all_steps(self, *dialects: Dialect) -> "Iterator[Step]":
        """What the change newly does, also to tables that it makes."""
        for step, _ in self._added:
            if step.is_asked_for(dialects):
                yield step

    def is_new(self, step: "Step") -> bool:
        """Whether it is done to a table that the change itself makes."""
        return self.is_made_before(step, step.act.table)

    def is_new_column(self, step: "Step", column: str) -> bool:
        """Whether the change, or its unmerged branch, gave the step's table a column."""
        from weighbridge.landscape.sql.column_types import columns_of  # noqa: PLC0415 - only where a rule asks

        done = self._done.before(step, step.act.table, column=column)
        if any(each.name == column for act in done for each in columns_of(act)):
            return True
        return self._unmerged.made(step.act.table, step.migration.dialect, column=column)

    def is_made_before(self, step: "Step", table: str) -> bool:
        """Whether a table is one that the change itself makes before this step; one that was there is not, whatever is said."""
        if not table:
            return False
        if table.startswith("pg_temp."):  # the session's own, whoever made it
            return True
        last = table.rpartition(".")[2]
        own = [each for each in step.migration.made.get(last, ()) if each.order < step.order <= each.until]
        if any(self._is_made_by(each, step, table=table) for each in own):
            return True
        if any(
            is_one(table, made.table) and self._runs_before(other, step, made=made, table=table)
            for other, made in self._made_under.get(last, ())
            if other is not step.migration
        ):
            return True
        return self._unmerged.made(table, step.migration.dialect)

    def _is_made_by(self, made: "Made", step: "Step", *, table: str) -> bool:
        """Whether what the script made by then is the table that is meant."""
        if made.is_temporary:
            is_meant = "." not in table or table.startswith("pg_temp.")
            return (
                is_meant
                and is_one(last_part(table), last_part(made.table))
                and not self._was_there(step, last_part(table))
            )
        if not is_one(table, made.table):
            return False
        if made.is_sure and not self._may_be_another(made, step, table=table):
            return not (
                step.is_loss and self.known.makes(table, step.migration.dialect)
            )  # a client may go on after an error
        is_known = bool(self.known.paths) or not step.is_loss
        return is_known and not self._was_there(step, table)

    def _may_be_another(self, made: "Made", step: "Step", *, table: str) -> bool:
        """Whether what is meant may be a table of that name in another schema than the one in which it was made."""
        if table != made.table:
            schema = (table if "." in table else made.table).rpartition(".")[0]
            return schema not in _USUAL
        return "." not in table and step.migration.is_elsewhere(made.order, until=step.order)

    def _runs_before(self, other: "Migration", step: "Step", *, made: "Made", table: str) -> bool:
        """Whether another script of the change made the table by then, where it was not there."""
        from weighbridge.landscape.sql.known_types import in_order, series_of  # noqa: PLC0415 - only where a rule asks
        from weighbridge.landscape.sql.migrations import may_meet  # noqa: PLC0415 - the same

        if not may_meet(other, step.migration):
            return False
        if series_of(other.path) == series_of(step.migration.path):
            is_before = in_order(other.path) < in_order(step.migration.path)
            is_sure = made.is_sure and not step.is_loss and not self._may_be_another(made, step, table=table)
            return is_before and (is_sure or not self._was_there(step, table))
        return not self._was_there(step, made.table)

    def _was_there(self, step: "Step", table: str) -> bool:
        """Whether another script that was there before, and stays, made a table; or this one did, and is one that runs again and again.

        Where rows would be lost, what this one made before, and scripts that go, may have run too.
        """
        key = (table, step.migration.dialect, step.migration.path, step.is_loss)
        if key not in self._were_there:
            self._were_there[key] = self._find_whether_there(step.migration, table, is_loss=step.is_loss)
        return self._were_there[key]

    def _find_whether_there(self, migration: "Migration", table: str, *, is_loss: bool) -> bool:
        from weighbridge.facts.sql.acts import CreateTable  # noqa: PLC0415 - only where a rule asks

        others = (each for each in self.migrations if is_loss or each is not migration or not each.runs_once)
        changed = (act for each in others for act in each.done_before)
        if any(isinstance(act, CreateTable) and is_one(act.table, table) for act in changed):
            return True
        return self.known.makes(table, migration.dialect, is_loss=is_loss)

    def table_of_index(self, index: str) -> str:
        """The table that an index is of, as the scripts say that were there, or those of the change; empty where none does."""
        return self.known.table_of_index(index) or self._done.table_of_index(index)

    def index_drop_before(self, step: "Step", table: str) -> int:
        """The line that dropped an index of a table in the same transaction without naming the table; 0 where none did."""
        order, line = self._index_drops(step.migration).get((step.transaction, last_part(table)), (step.order, 0))
        return line if order < step.order else 0

    def _index_drops(self, migration: "Migration") -> "Mapping[tuple[int, str], tuple[int, int]]":
        if migration.path not in self._dropped:
            found: dict[tuple[int, str], tuple[int, int]] = {}
            for each in migration.unnamed_index_drops:
                table = last_part(self.table_of_index(getattr(each.act, "name", "")))
                found.setdefault((each.transaction, table), (each.order, each.act.line))
            self._dropped[migration.path] = found
        return self._dropped[migration.path]

    def acts_before(self, step: "Step", table: str, *, naming: str = "", constraint: str = "") -> "Iterator[Act]":
        """What was done to a table before this step: by scripts that were there, by others of the change, by this one.

        With `naming`, a column's name, scripts that were there and do not say it are passed over, and so is what the change does
        to other columns alone; with `constraint`, what it does to other constraints or to columns alone.
        """
        yield from self.known.acts_on(table, step.migration.dialect, naming=naming)
        yield from self._done.before(step, table, column=naming, constraint=constraint)

    def done_within(self, step: "Step", table: str) -> "Iterator[Act]":
        """What the change itself does to a table before this step."""
        return self._done.before(step, table)

    @cached_property
    def _done(self) -> "Done":
        """What the change's scripts do, by what it is done to."""
        from weighbridge.landscape.sql.done import Done  # noqa: PLC0415 - only where a rule asks

        return Done(self.migrations)

    def given_after(self, step: "Step", name: str) -> "Iterator[Act]":
        """What makes, or calls something by, a name after this step: in the rest of its script, and in those that run after it."""
        return self._done.given_after(step, name)

    def may_follow(self, amount: int) -> bool:
        """Whether there is room to follow so much more of what leans on what is dropped."""
        return self._done.has_room(amount)

    def views_done(self, step: "Step", word: str) -> "Iterator[tuple[tuple[int, int, int], Act]]":
        """What the change did by then to views, or to what may be one, by statements that say a word."""
        return self._done.views_before(step, word)

    def type_before(self, step: "Step", table: str, *, column: str) -> "Type | None":
        """The type that a column has when this step comes; None where no script says. One that is renamed with it is meant."""
        from weighbridge.landscape.sql.column_types import type_of  # noqa: PLC0415 - the same

        was: Type | None = getattr(step.act, "was", None)
        if was is not None:
            return was
        renamed = (each for each in step.deed.acts if getattr(each, "name", "") == column and each.table == table)
        old = next((getattr(each, "column", "") for each in renamed), "") or column
        return type_of(self.acts_before(step, table, naming=old), old)

    def _migrations(self) -> "Iterator[Migration]":
        from weighbridge.landscape.sql.migrations import Surroundings, as_well, migration_of, other_of  # noqa: PLC0415 - the same
        from weighbridge.landscape.sql.undoing import undoes  # noqa: PLC0415 - the same

        for file in self._change.files:
            if file.head is None or serves_tests(file.path) or is_set_aside(file.path, self._paths()):
                continue
            if self.may_be_written(file):
                yield from self._written(file)
            if role_of(file.path) != "sql" or undoes(file.path, self._paths) or self.is_dump(file):
                continue
            text = self._contents.text(file.path)
            before = self._contents.text(file.base.path, Side.BASE) if file.base is not None else ""
            spoken = self._speakers.of(file.path, text)
            beside = partial(self.known.beside, file.path)
            around = Surroundings(
                says=self._beside(file.path),
                scripts=beside,
                is_whole=self._is_whole,
                is_for_work=self._flyway.is_for_work(file.path),
            )
            yield migration_of(file, text, spoken=spoken, before=before, around=around)
            if spoken.also is not None:
                yield as_well(migration_of(file, text, spoken=other_of(spoken), before=before, around=around))

    @cached_property
    def _speakers(self) -> "Speakers":
        """Which databases scripts speak to."""
        from weighbridge.landscape.sql.speakers import Speakers  # noqa: PLC0415 - only where a rule asks

        return Speakers(self._declared, paths=self._paths, tree=self._tree, text=self.known.text)

    @cached_property
    def _flyway(self) -> FlywaySettings:
        after = self._tree().after(self._change.files)
        changed = frozenset(file.path for file in self._change.files)
        return FlywaySettings(
            lambda: after.blobs, lambda path: self._contents.text(path) if path in changed else self.known.text(path)
        )

    def may_be_written(self, file: FileChange) -> bool:
        """Whether a file that is there after the change may be a migration that is written as code."""
        if may_migrate(file.path):
            return True
        return file.head is not None and may_be_change_log(file.path) and MARK in self._contents.text(file.path)

    def _written(self, file: FileChange) -> "Iterator[Migration]":
        """A migration that is written as code, where a file is one."""
        from weighbridge.landscape.sql.migrations import code_migrations, ran_before  # noqa: PLC0415 - the same
        from weighbridge.landscape.sql.rendered import Script, render  # noqa: PLC0415 - the same
        from weighbridge.landscape.sql.tools import tool_of  # noqa: PLC0415 - the same

        text = self._contents.text(file.path)
        tool = tool_of(file.path, text)
        if tool is None:
            return
        found = render(tool, Script(path=file.path, text=text, around=self._around))
        old = self._contents.text(file.base.path, Side.BASE) if file.base is not None else ""
        was_run = bool(old) and ran_before(file, text, before=old, is_whole=self._is_whole)
        before = render(tool, Script(path=file.path, text=old, around=self._around)) if was_run else None
        yield from code_migrations(file, found, spoken=self._speakers.by_code(file.path, found.dialect), before=before)

    def _is_whole(self, was: str, now: str) -> bool:
        """Whether the files of a folder all went to another one, which held none."""
        if (was, now) not in self._whole:
            tree = self._tree()
            is_empty = not any(path.startswith(f"{was}/") for path in tree.after(self._change.files).blobs)
            self._whole[was, now] = is_empty and not any(path.startswith(f"{now}/") for path in tree.blobs)
        return self._whole[was, now]

    def _paths(self) -> "Iterator[RepoPath]":
        yield from self._tree().blobs
        yield from (file.path for file in self._change.files if file.head is not None)

    @cached_property
    def _around(self) -> "Around":
        from weighbridge.landscape.sql.rendered import Around  # noqa: PLC0415 - the same

        return Around(lambda: self._tree().after(self._change.files), self._blobs.read, before=self._tree)

    def _beside(self, path: RepoPath) -> str:
        """What a file that comes with a script says of how it is run: Flyway's, or Diesel's."""
        folder, slash, _ = path.rpartition("/")
        return self._contents.text(RepoPath(f"{path}.conf")) + self._contents.text(
            RepoPath(f"{folder}{slash}metadata.toml")
        )
