"""A SQL script as it is run, statement by statement, with what is true where each stands.

What takes a migration back (a file or a part of one that its tool runs only then) is kept apart.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.change import FileChange, LineRange
from weighbridge.domain.ids import ObjectId, RepoPath, digest
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.places import Place
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import (
    Act,
    AddColumn,
    Column,
    Create,
    CreateIndex,
    CreateTable,
    Delete,
    DropColumn,
    DropIndex,
    DropTable,
    Remark,
    RenameTable,
    SetParameter,
    Transaction,
    Truncate,
    Update,
)
from weighbridge.facts.sql.lexemes import Unread
from weighbridge.facts.sql.reading import Deed, Deeds, read_deeds
from weighbridge.facts.sql.routines import Call, Routine
from weighbridge.landscape.sql.conventions import has_marks, in_change_sets, is_migration, is_repeated, runs_together
from weighbridge.landscape.sql.dialects import BY_CONDITION, Spoken
from weighbridge.landscape.sql.known_types import series_of
from weighbridge.landscape.sql.moved import Whole, keeps_version, no_folder
from weighbridge.landscape.sql.names import last_part
from weighbridge.landscape.sql.postgres import Level, locks_of
from weighbridge.landscape.sql.rendered import Rendered
from weighbridge.landscape.sql.undoing import Beside, is_within, undoes, undoing_lines
from weighbridge.landscape.sql.written import may_migrate, sets_up


class Together(StrEnum):
    """Whether a script's statements are done in one transaction."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Stay(Struct, frozen=True, kw_only=True):
    """For how many days a migration that comes back was there before, and the commit by which it went, None where a branch alone is without it."""

    days: int
    gone_by: ObjectId | None


class Migration(Struct, frozen=True, kw_only=True, dict=True):
    """One script as it is run: `deeds` in order, `undoing` those that take it back."""

    path: RepoPath
    spoken: Spoken
    is_new: bool
    """Whether the file was not there before the change."""
    done_before: frozenset[Act]
    """What it did before the change, wherever that stood."""
    deeds: tuple[Deed, ...]
    undoing: tuple[Deed, ...]
    added: tuple[LineRange, ...]
    together: Together
    has_parts: bool
    """Whether its tool tells by marks in it what does and what undoes."""
    is_migration: bool
    """Whether its name or folder says that a tool runs it once on databases that are in use."""
    is_code: bool = False
    """Whether it is written in another language than SQL."""
    unsupported: str = ""
    """The tool whose migration it is, where nobody here reads them."""
    unread: tuple[Unread, ...] = ()
    """The lines that could not be read."""
    is_for_work: bool = False
    """Whether by the settings only environments for development and tests run it."""
    routines: tuple[Routine, ...] = ()
    """The routines that it makes, where it is written in SQL."""
    calls: tuple[Call, ...] = ()
    """The routines that it newly calls, and does not make."""
    told_elsewhere: frozenset[Act] = frozenset()
    """What it does in every database, where it is read once more for those of one kind: that is told of the other reading."""
    is_as_well: bool = False
    """Whether it may run in a database of that kind as well, so that what means something there alone is told here too."""
    is_branch: bool = False
    """Whether it is read once more, for what it does in a database of another kind."""
    returned: Stay | None = None
    """How it was there before, where it comes back word for word and ran."""

    @cached_property
    def steps(self) -> "tuple[Step, ...]":
        """Everything that is done, in order."""
        return tuple(_steps(self))

    def doing(self, *kinds: type[Act]) -> "Iterator[Step]":
        """The steps whose acts are of these kinds, those of a kind in order."""
        for kind in kinds:
            yield from self._by_kind.get(kind, ())

    @cached_property
    def _by_kind(self) -> "Mapping[type[Act], list[Step]]":
        found: dict[type[Act], list[Step]] = {}
        for step in self.steps:
            found.setdefault(type(step.act), []).append(step)
        return found

    def on(self, table: str, *kinds: type[Act]) -> "Iterator[Step]":
        """The steps of these kinds that do something to a table, by the name that they call it."""
        for kind in kinds:
            yield from self._by_table.get((kind, table), ())

    @cached_property
    def _by_table(self) -> "Mapping[tuple[type[Act], str], list[Step]]":
        found: dict[tuple[type[Act], str], list[Step]] = {}
        for step in self.steps:
            found.setdefault((type(step.act), step.act.table), []).append(step)
        return found

    @cached_property
    def made(self) -> "Mapping[str, tuple[Made, ...]]":
        """The tables it makes, or renames something to, by the last part of their names; what is rolled back is none."""
        found: dict[str, tuple[Made, ...]] = {}
        for each in _made(step for step in self.steps if not self.is_log or self.is_new or step.is_added):
            last = each.table.rpartition(".")[2]
            found[last] = (*found.get(last, ()), each)
        return found

    def is_elsewhere(self, order: int, *, until: int) -> bool:
        """Whether a name without a schema may stand for another table by a statement than by an earlier one."""
        return any(order < each < until for each in self._moves)

    @cached_property
    def _moves(self) -> tuple[int, ...]:
        """The statements by which the session goes on in another schema or database."""
        steps = self.doing(SetParameter, Remark)
        return tuple(
            step.order
            for step in steps
            if (isinstance(step.act, SetParameter) and step.act.name in _OF_SCHEMAS)
            or (isinstance(step.act, Remark) and step.act.kind == "use")
        )

    @cached_property
    def locked_whole(self) -> "Mapping[tuple[int, str], tuple[int, int]]":
        """By transaction and table, the first statement that locks it against reads and writes: its number and its line."""
        found: dict[tuple[int, str], tuple[int, int]] = {}
        for step in self.steps:
            for lock in locks_of(step.act) if step.is_uncommitted else ():
                if lock.level is Level.ACCESS_EXCLUSIVE:
                    found.setdefault((step.transaction, lock.table), (step.order, step.act.line))
        return found

    @cached_property
    def unnamed_index_drops(self) -> "tuple[Step, ...]":
        """The indexes that it drops without naming their tables, while others wait, within a transaction."""
        found = ((each, each.act) for each in self.doing(DropIndex) if each.is_uncommitted)
        return tuple(
            each for each, act in found if isinstance(act, DropIndex) and not act.table and not act.is_concurrent
        )

    @property
    def is_seed(self) -> bool:
        """Whether it fills databases for work and for tests: not run where data is in use, unless by mistake."""
        return not self.is_migration and sets_up(self.path)

    @property
    def runs_once(self) -> bool:
        """Whether its tool does not run it again where it ran, however it is changed."""
        return self.is_migration and not is_repeated(self.path)

    @cached_property
    def is_log(self) -> bool:
        """Whether it is a log of change sets, each of which its tool runs once by itself, however many come behind it."""
        return not self.path.endswith(".py") and any(deed.part for deed in self.deeds)

    @property
    def dialect(self) -> Dialect:
        """Which database it speaks to."""
        return self.spoken.dialect

    @property
    def missing(self) -> CouldNotLook | None:
        """Why what the change wrote in code could not be read, in part or at all; None where it could: of scripts, the coverage tells."""
        if self.unsupported:
            return CouldNotLook(
                reason=Reason.UNSUPPORTED,
                detail=f"what it does to the database: migrations of {self.unsupported} are not read yet",
                remedy="say by hand what it does to the database",
            )
        unread = self.unread if self.is_code else ()
        found = [each for each in unread if any(a.touches(each.line, each.end_line) for a in self.added)]
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
        """Whether it is done from the change on, and was not before: written, or uncovered by what was taken away around it.

        Of what its tool does not run again it is none for whether it is done only where needed, or for the schema that it names.
        """
        if (is_as := bare(act)) in self.done_before or is_as in self.told_elsewhere:
            return False
        return not (self.done_before and self.runs_once and alike(act) in self._alike_before)

    @cached_property
    def _alike_before(self) -> frozenset[Act]:
        return frozenset(alike(act) for act in self.done_before)


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
    def is_told_twice(self) -> bool:
        """Whether it is told of another reading of the script, and of this one where it means something in this dialect alone."""
        migration = self.migration
        return migration.is_as_well and bare(self.act) not in migration.done_before

    def is_asked_for(self, dialects: Sequence[Dialect]) -> bool:
        """Whether it is among what is done in these dialects, or in any where none is named."""
        if dialects and self.migration.dialect not in dialects:
            return False
        return len(dialects) == 1 or self.is_added

    @property
    def is_loss(self) -> bool:
        """Whether rows are written over or gone by it."""
        return isinstance(self.act, DropTable | DropColumn | Truncate | Delete | Update)

    @property
    def is_uncommitted(self) -> bool:
        """Whether it is surely done within a transaction."""
        return self.transaction > 0

    @property
    def place(self) -> Place:
        """Where it stands."""
        return Place(path=self.migration.path, line=self.act.line, end_line=self.act.end_line)

    @property
    def rest(self) -> "Iterator[Step]":
        """What the script does after it."""
        steps = self.migration.steps
        return iter(steps[bisect_right(steps, self.order, key=lambda each: each.order) :])

    def after(self, *kinds: type[Act]) -> "Iterator[Step]":
        """What the script does after it whose acts are of these kinds."""
        return (each for each in self.migration.doing(*kinds) if each.order > self.order)

    @property
    def anchor(self) -> str:
        """What stays the same when lines move: the statement, spaces made one."""
        text = self.deed.text
        return text if len(text) <= _LONGEST_ANCHOR else _shortened(text)


_LONGEST_ANCHOR: Final = 4_000


@lru_cache(16)
def _shortened(text: str) -> str:
    return f"{text[:_LONGEST_ANCHOR]} {digest(text.encode())}"


class Made(Struct, frozen=True, kw_only=True, gc=False):
    """A table that a script makes by its statement number `order`."""

    table: str
    order: int
    is_sure: bool = True
    """Whether it is made in any case, and not only where none of that name is there."""
    is_temporary: bool = False
    until: int = 1 << 62
    """The number of the statement that drops it, where one does."""


def _made(steps: Iterable[Step]) -> list[Made]:
    found: list[Made] = []
    kept = 0
    for step in steps:
        act = step.act
        match act:
            case Transaction(kind="begin") if not step.deed.inside:
                kept = len(found)
            case Transaction(kind="rollback") if not step.deed.inside:
                del found[kept:]
            case CreateTable(table=table):
                is_sure = not act.is_conditional
                found.append(Made(table=table, order=step.order, is_sure=is_sure, is_temporary=act.is_temporary))
            case Create(kind="materialized view", name=name, is_replacing=False):
                found.append(Made(table=name, order=step.order))
            case RenameTable(table=table, name=name):  # what it renames goes by another name, and is no newer for it
                found += [
                    replace(each, table=name, order=step.order) for each in _ended(found, table, order=step.order)
                ]
            case DropTable(table=table):
                _ended(found, table, order=step.order)
    return found


def _ended(found: list[Made], table: str, *, order: int) -> list[Made]:
    """Notes that a table is there no longer by its name; what was known of it."""
    gone = [at for at, each in enumerate(found) if each.table == table and each.until > order]
    were = [found[at] for at in gone]
    for at in gone:
        found[at] = replace(found[at], until=order)
    return were


class Surroundings(Struct, frozen=True, kw_only=True):
    """What lies with a SQL file: what another file `says` of how it is run, the `scripts` that are numbered as it is, and what moved with it."""

    says: str = ""
    scripts: Beside = tuple
    is_whole: Whole = no_folder
    is_for_work: bool = False


ALONE: Final = Surroundings()


def migration_of(
    file: FileChange, text: str, *, spoken: Spoken, before: str = "", around: Surroundings = ALONE
) -> Migration:
    """A SQL file as it is run; `before` is what it said before the change."""
    found = read_deeds(text, dialect=spoken.surely)
    undoing = undoing_lines(text, file.path, beside=around.scripts)
    taken_back = [is_within(deed.line, undoing) for deed in found.statements]
    was_run = ran_before(file, text, before=before, is_whole=around.is_whole)
    back = undoing_lines(before, file.path)
    was = read_deeds(before, dialect=spoken.surely)
    known = [deed for deed in was.statements if not is_within(deed.line, back)] if was_run else []
    deeds = tuple(deed for deed, is_back in zip(found.statements, taken_back, strict=True) if not is_back)
    return Migration(
        path=file.path,
        spoken=spoken,
        is_new=file.base is None,
        done_before=frozenset(bare(act) for deed in known for act in deed.acts),
        deeds=in_change_sets(text, deeds),
        undoing=tuple(deed for deed, is_back in zip(found.statements, taken_back, strict=True) if is_back),
        added=file.added,
        together=_TOGETHER[runs_together(file.path, f"{around.says}\n{text}", deeds=deeds)],
        has_parts=has_marks(text),
        is_migration=is_migration(file.path, text),
        unread=found.unread,
        is_for_work=around.is_for_work,
        routines=found.routines,
        calls=_new_calls(found, was=was if was_run else Deeds(), undoing=undoing),
    )


def ran_before(file: FileChange, text: str = "", *, before: str = "", is_whole: Whole = no_folder) -> bool:
    """Whether a script may have run as it was; one that came from elsewhere is run anew, or was no migration.

    One that only goes by another name in the same series did what it says already, whatever its tool takes it for; so did
    one that lies elsewhere under the version it had.
    """
    if file.base is None or file.base.path == file.path:
        return file.base is not None
    was, now = file.base.path, file.path
    if not text or undoes(was) or not (is_migration(was, before) or may_migrate(was)):
        return False
    if series_of(was) == series_of(now) and text.split() == before.split():
        return True
    return keeps_version(was, now, before=before, text=text, is_whole=is_whole)


def _new_calls(found: Deeds, *, was: Deeds, undoing: Sequence[tuple[int, int]]) -> tuple[Call, ...]:
    """The routines that a script calls and did not call before, those aside that take it back."""
    known = {call.name for call in was.calls}
    return tuple(call for call in found.calls if call.name not in known and not is_within(call.line, undoing))


def code_migrations(
    file: FileChange, found: Rendered, *, spoken: Spoken, before: Rendered | None
) -> Iterator[Migration]:
    """A migration that is written as code, as its tool runs it; `before` is what it did before the change, where it may have run.

    Where branches of it are for databases of another kind, it comes once more for each kind of these.
    """
    known = before if before is not None else Rendered()
    own = spoken.dialect
    main = _code_migration(file, _of_kind(found, own, own=own), spoken=spoken, before=_of_kind(known, own, own=own))
    yield main
    others: set[Dialect] = {
        each for deed in (*found.deeds, *known.deeds) if (each := _kind(deed, own)) not in (None, own)
    }
    others |= {spoken.also} if spoken.also is not None else set()
    for kind in sorted(others):
        is_as_well = kind is spoken.also
        is_so = other_of(spoken) if is_as_well else Spoken(dialect=kind, told_by=BY_CONDITION)
        was = _of_kind(known, kind, own=own)
        branch = _code_migration(file, _of_kind(found, kind, own=own), spoken=is_so, before=was)
        everywhere = frozenset(bare(act) for deed in found.deeds if _kind(deed, own) is None for act in deed.acts)
        read = replace(branch, told_elsewhere=everywhere, is_branch=True, unread=(), unsupported="")
        yield replace(read, is_as_well=is_as_well)


def other_of(spoken: Spoken) -> Spoken:
    """What a script speaks to as well."""
    assert spoken.also is not None, "asked where there is another"
    return Spoken(dialect=spoken.also, told_by=spoken.named_by, also=spoken.dialect, named_by=spoken.named_by)


def as_well(migration: Migration) -> Migration:
    """A script that is read once more for databases of another kind: what it does is told of its first reading."""
    done = frozenset(bare(act) for deed in migration.deeds for act in deed.acts)
    return replace(migration, told_elsewhere=done, is_as_well=True, is_branch=True, unread=(), calls=())


def _kind(deed: Deed, own: Dialect) -> Dialect | None:
    """The kind of database for which a statement is told; None where it is done in all, or nobody knows in which."""
    if deed.dialects is None or own in deed.dialects:
        return None if deed.dialects is None else own
    known = deed.dialects - {Dialect.OTHER}
    return next(iter(known or deed.dialects)) if len(known) <= 1 else None


def _of_kind(found: Rendered, kind: Dialect, *, own: Dialect) -> Rendered:
    """What is done in one kind of database; statements keep their numbers."""
    if all(deed.dialects is None for deed in found.deeds):
        return found
    kept = tuple(deed if _kind(deed, own) in (None, kind) else replace(deed, acts=()) for deed in found.deeds)
    return replace(found, deeds=kept)


def _code_migration(file: FileChange, found: Rendered, *, spoken: Spoken, before: Rendered) -> Migration:
    return Migration(
        path=file.path,
        spoken=spoken,
        is_new=file.base is None,
        done_before=frozenset(bare(act) for deed in before.deeds for act in deed.acts),
        deeds=found.deeds,
        undoing=found.undoing,
        added=file.added,
        together=_TOGETHER[found.is_together],
        has_parts=False,
        is_migration=True,
        is_code=True,
        unread=found.unread,
        unsupported=found.unsupported,
    )


def may_meet(one: Migration, other: Migration) -> bool:
    """Whether two scripts may run against one database, as far as what a runner chooses by says for which kind they are."""
    if one is other or one.path == other.path:
        return one is other  # else it is read for databases of two kinds
    return one.dialect is other.dialect or not (one.spoken.is_placed and other.spoken.is_placed)


def bare(act: Act) -> Act:
    """An act without where it stands, to be compared."""
    if isinstance(act, AddColumn):
        act = replace(act, column=replace(act.column, line=0))
    elif isinstance(act, CreateTable):
        act = replace(act, columns=tuple(replace(each, line=0) for each in act.columns))
    return replace(act, line=0, end_line=0)


def alike(act: Act) -> Act:
    """An act without where it stands, which schema it or its types name, and whether it is done only where it is needed."""
    act = replace(bare(act), table=last_part(act.table))
    if hasattr(act, "is_conditional"):
        act = replace(act, is_conditional=False)
    match act:
        case AddColumn(column=column):
            return replace(act, column=_without_schema(column))
        case CreateTable(columns=columns):
            return replace(act, columns=tuple(_without_schema(each) for each in columns))
        case DropIndex(name=name) | CreateIndex(name=name) | Create(name=name):
            return replace(act, name=last_part(name))
    return act


def _without_schema(column: Column) -> Column:
    constraints = tuple(
        replace(each, reference=replace(each.reference, table=last_part(each.reference.table)))
        if each.reference is not None
        else each
        for each in column.constraints
    )
    return replace(column, type=replace(column.type, name=last_part(column.type.name)), constraints=constraints)


_OF_SCHEMAS: Final = ("search_path", "schema", "current_schema")
_MOST_PARAMETERS: Final = 64


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
                parameters=parameters,
            )
            if isinstance(act, SetParameter) and len(parameters) < _MOST_PARAMETERS:
                parameters = {**parameters, act.name.rpartition(".")[2]: act.value}
