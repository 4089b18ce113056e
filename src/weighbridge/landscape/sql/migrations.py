"""The migrations that a change adds or alters, SQL scripts and those written as code alike, statement by statement, with what is true where each stands.

What takes a migration back (a file or a part of one that its tool runs only then) is kept apart. A table that the change itself
makes holds no rows anybody waits for.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cached_property
from typing import Final

from msgspec import Struct

from weighbridge.domain.change import Change, FileChange, LineRange
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.places import Place
from weighbridge.facts.roles import role_of
from weighbridge.facts.sql.acts import Act, CreateTable, RenameTable, SetParameter, Transaction
from weighbridge.facts.sql.reading import Deed, Deeds, read_deeds
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.sql.conventions import dialect_of, in_change_sets, is_migration, runs_together
from weighbridge.landscape.sql.dialects import Dialect
from weighbridge.landscape.sql.rendered import Around, Script, render
from weighbridge.landscape.sql.tools import may_migrate, tool_of
from weighbridge.landscape.sql_drops import undoes, undoing_lines
from weighbridge.landscape.test_files import is_test


class Together(StrEnum):
    """Whether a script's statements are done in one transaction."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Migration(Struct, frozen=True, kw_only=True, dict=True):
    """One script as it is run: `deeds` in order, `undoing` those that take it back."""

    path: RepoPath
    dialect: Dialect
    is_dialect_said: bool
    deeds: tuple[Deed, ...]
    undoing: tuple[Deed, ...]
    unread: Deeds
    added: tuple[LineRange, ...]
    together: Together
    is_migration: bool
    """Whether its name or folder says that a tool runs it once on databases that are in use."""
    is_code: bool = False
    """Whether it is written in another language than SQL."""

    @cached_property
    def steps(self) -> "tuple[Step, ...]":
        """Everything that is done, in order."""
        return tuple(_steps(self))

    @cached_property
    def made(self) -> Mapping[str, int]:
        """The tables it makes, or renames something to, with the number of the statement that does."""
        found: dict[str, int] = {}
        for step in self.steps:
            if isinstance(step.act, CreateTable):
                found.setdefault(step.act.table, step.order)
            elif isinstance(step.act, RenameTable):
                found.setdefault(step.act.name, step.order)
        return found

    @property
    def missing(self) -> CouldNotLook | None:
        """Why what the change wrote could not be read in part; None where it could."""
        found = [each for each in self.unread.unread if any(a.touches(each.line, each.end_line) for a in self.added)]
        if not found:
            return None
        lines = ", ".join(str(each.line) for each in found)
        word = "line" if len(found) == 1 else "lines"
        return CouldNotLook(
            reason=Reason.UNPARSED,
            detail=f"{found[0].why} ({word} {lines})",
            remedy="say by hand what it does to the database, or write it as SQL that stands in the file",
        )

    def is_added(self, act: Act) -> bool:
        """Whether the change wrote it."""
        return any(lines.touches(act.line, act.end_line) for lines in self.added)


class Step(Struct, frozen=True, kw_only=True):
    """One thing that is done, with what holds by then: `together` whether what was done before it is not yet committed."""

    migration: Migration
    deed: Deed
    act: Act
    order: int
    transaction: int
    """Statements of one number are committed together; of -1, each for itself; 0 where that is not known."""
    parameters: Mapping[str, str]
    """The settings that were made before it, by name."""

    @property
    def is_added(self) -> bool:
        """Whether the change wrote it."""
        return self.migration.is_added(self.act)

    @property
    def is_uncommitted(self) -> bool:
        """Whether it is surely done within a transaction."""
        return self.transaction > 0

    @property
    def place(self) -> Place:
        """Where it stands."""
        return Place(path=self.migration.path, line=self.act.line, end_line=self.act.end_line)

    @property
    def anchor(self) -> str:
        """What stays the same when lines move: the statement, spaces made one."""
        return self.deed.text


class SqlChange:
    """The scripts of a change."""

    def __init__(self, change: Change, contents: ChangedBytes, *, around: Around | None = None) -> None:
        self.change = change
        self.contents = contents
        self._around = around or Around()

    @cached_property
    def migrations(self) -> tuple[Migration, ...]:
        """Each script that is there after the change and no test, and does more than take another back."""
        return tuple(_migrations(self.change, self.contents, around=self._around))

    @cached_property
    def new_tables(self) -> frozenset[str]:
        """The tables that scripts make which are new as a whole."""
        new = {file.path for file in self.change.files if file.base is None}
        return frozenset(table for each in self.migrations if each.path in new for table in each.made)

    def steps(self, *dialects: Dialect) -> Iterator[Step]:
        """What the change newly does to tables that were there before, in these dialects or in any."""
        for migration in self.migrations:
            if dialects and migration.dialect not in dialects:
                continue
            for step in migration.steps:
                if step.is_added and not self.is_new(step):
                    yield step

    def is_new(self, step: Step) -> bool:
        """Whether it is done to a table that the change itself makes."""
        table = step.act.table
        if not table:
            return False
        made = step.migration.made
        if any(_is_one(table, name) and order < step.order for name, order in made.items()):
            return True
        others = (name for name in self.new_tables if name not in made)
        return any(_is_one(table, name) for name in others)


def _is_one(one: str, other: str) -> bool:
    """Whether two names may be of one table: one may leave the schema out."""
    if one == other:
        return True
    shorter, longer = sorted((one, other), key=len)
    return "." not in shorter and longer.rpartition(".")[2] == shorter


def _migrations(change: Change, contents: ChangedBytes, *, around: Around) -> Iterator[Migration]:
    for file in change.files:
        if file.head is None or is_test(file.path):
            continue
        if role_of(file.path) == "sql":
            if not undoes(file.path):
                yield migration_of(file, contents.text(file.path), around=around)
        elif may_migrate(file.path):
            found = code_migration(file, contents.text(file.path), around=around)
            if found is not None:
                yield found


def code_migration(file: FileChange, text: str, *, around: Around) -> Migration | None:
    """A migration that is written as code, as its tool runs it; None where a file is none."""
    tool = tool_of(file.path, text)
    if tool is None:
        return None
    found = render(tool, Script(path=file.path, text=text, around=around))
    return Migration(
        path=file.path,
        dialect=found.dialect or Dialect.POSTGRES,
        is_dialect_said=found.dialect is not None,
        deeds=found.deeds,
        undoing=found.undoing,
        unread=Deeds(unread=found.unread),
        added=file.added,
        together=_TOGETHER[found.is_together],
        is_migration=True,
        is_code=True,
    )


def migration_of(file: FileChange, text: str, *, around: Around) -> Migration:
    """A SQL file as it is run."""
    found = read_deeds(text)
    undoing = undoing_lines(text)
    taken_back = [any(first <= deed.line <= last for first, last in undoing) for deed in found.statements]
    said = dialect_of(file.path, text, around=around)
    deeds = tuple(deed for deed, is_back in zip(found.statements, taken_back, strict=True) if not is_back)
    return Migration(
        path=file.path,
        dialect=said or Dialect.POSTGRES,
        is_dialect_said=said is not None,
        deeds=in_change_sets(text, deeds),
        undoing=tuple(deed for deed, is_back in zip(found.statements, taken_back, strict=True) if is_back),
        unread=found,
        added=file.added,
        together=_TOGETHER[runs_together(file.path, text, deeds=deeds)],
        is_migration=is_migration(file.path, text),
    )


_TOGETHER: Final = {True: Together.YES, False: Together.NO, None: Together.UNKNOWN}
_OUTSIDE: Final = {Together.YES: 1, Together.NO: -1, Together.UNKNOWN: 0}


def _steps(migration: Migration) -> Iterator[Step]:
    count = 1
    outside = _OUTSIDE[migration.together]
    number, part = outside, 0
    parameters: dict[str, str] = {}
    for order, deed in enumerate(migration.deeds):
        if deed.part != part:
            part, count = deed.part, count + 1
            outside = -1 if part < 0 else count if migration.together is Together.YES else _OUTSIDE[migration.together]
            number = outside
        for act in deed.acts:
            if isinstance(act, Transaction) and not deed.inside:
                if act.kind == "begin":
                    count += 1
                    number = count
                elif act.kind in ("commit", "rollback"):
                    number = outside if migration.together is not Together.UNKNOWN else 0
            yield Step(
                migration=migration,
                deed=deed,
                act=act,
                order=order,
                transaction=number,
                parameters=dict(parameters),
            )
            if isinstance(act, SetParameter):
                parameters[act.name] = act.value
