"""A SQL script as it is run, statement by statement, with what is true where each stands.

What takes a migration back (a file or a part of one that its tool runs only then) is kept apart.
"""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cached_property
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.change import FileChange, LineRange
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Place
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import Act, AddColumn, Create, CreateTable, RenameTable, SetParameter, Transaction
from weighbridge.facts.sql.reading import Deed, read_deeds
from weighbridge.landscape.sql.dialects import Spoken
from weighbridge.landscape.sql.undoing import is_within, undoing_lines

_TOOL_MARKS: Final = LatePattern(r"^\s*--\s*(?:\+goose|migrate:|\+migrate|\+micrate)\b", re.IGNORECASE | re.MULTILINE)
_NO_TRANSACTION: Final = LatePattern(
    r"^\s*--\s*(?:\+goose\s+NO\s+TRANSACTION|migrate:up\s+transaction:false|\+migrate\s+.*notransaction|no-transaction"
    r"|atlas:txmode\s+none|flyway:executeInTransaction=false|disable_ddl_transaction)|^executeInTransaction\s*=\s*false|^run_in_transaction\s*=\s*false",
    re.IGNORECASE | re.MULTILINE,
)
_FLYWAY: Final = LatePattern(r"(?:^|/)[VR][\d_.]*__[^/]+\.sql$")
_MIGRATIONS: Final = LatePattern(
    r"(?:^|/)(?:migrations?|migrate|db/migrate|alembic|flyway|changelogs?|schema_changes)/", re.IGNORECASE
)


_ONE_QUERY: Final = (".up.sql", "/up.sql", "/migration.sql")
"""Files of golang-migrate, Diesel, Hasura and Prisma: sent as one query, or run in one transaction, which comes to the same."""


class Together(StrEnum):
    """Whether a script's statements are done in one transaction."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


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
            elif (
                isinstance(step.act, Create) and step.act.kind == "materialized view" and not step.act.is_replacing
            ) or isinstance(step.act, RenameTable):
                found.setdefault(step.act.name, step.order)
        return found

    @cached_property
    def made_under(self) -> Mapping[str, tuple[tuple[str, int], ...]]:
        """The same by the last part of the table's name, as one may leave the schema out."""
        found: dict[str, tuple[tuple[str, int], ...]] = {}
        for name, order in self.made.items():
            last = name.rpartition(".")[2]
            found[last] = (*found.get(last, ()), (name, order))
        return found

    @property
    def dialect(self) -> Dialect:
        """Which database it speaks to."""
        return self.spoken.dialect

    def is_added(self, act: Act) -> bool:
        """Whether the change wrote it, and not only moved it."""
        return any(lines.touches(act.line, act.end_line) for lines in self.added) and bare(act) not in self.done_before


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
    def rest(self) -> "Iterator[Step]":
        """What the script does after it."""
        return (each for each in self.migration.steps if each.order > self.order)

    @property
    def anchor(self) -> str:
        """What stays the same when lines move: the statement, spaces made one."""
        return self.deed.text


def migration_of(file: FileChange, text: str, *, spoken: Spoken, before: str = "", beside: str = "") -> Migration:
    """A SQL file as it is run; `before` is what it said before the change, `beside` what a file says that is about it."""
    found = read_deeds(text)
    undoing = undoing_lines(text)
    taken_back = [is_within(deed.line, undoing) for deed in found.statements]
    known = read_deeds(before).statements if before else ()
    return Migration(
        path=file.path,
        spoken=spoken,
        is_new=file.base is None,
        done_before=frozenset(bare(act) for deed in known for act in deed.acts),
        deeds=tuple(deed for deed, is_back in zip(found.statements, taken_back, strict=True) if not is_back),
        undoing=tuple(deed for deed, is_back in zip(found.statements, taken_back, strict=True) if is_back),
        added=file.added,
        together=_together(file.path, f"{beside}\n{text}", count=len(found.statements) - sum(taken_back)),
        has_parts=bool(_TOOL_MARKS.search(text)),
        is_migration=bool(_MIGRATIONS.search(file.path) or _FLYWAY.search(file.path) or _TOOL_MARKS.search(text)),
    )


def bare(act: Act) -> Act:
    """An act without where it stands, to be compared."""
    if isinstance(act, AddColumn):
        act = replace(act, column=replace(act.column, line=0))
    elif isinstance(act, CreateTable):
        act = replace(act, columns=tuple(replace(each, line=0) for each in act.columns))
    return replace(act, line=0, end_line=0)


def _together(path: RepoPath, text: str, *, count: int) -> Together:
    if _NO_TRANSACTION.search(text):
        return Together.NO
    if count > 1 and path.endswith(_ONE_QUERY):
        return Together.YES
    return Together.YES if _TOOL_MARKS.search(text) or _FLYWAY.search(path) else Together.UNKNOWN


_MOST_PARAMETERS: Final = 64


def _steps(migration: Migration) -> Iterator[Step]:
    number, count = (1, 1) if migration.together is Together.YES else (0, 1)
    outside = number if migration.together is not Together.NO else -1
    number = outside
    parameters: dict[str, str] = {}
    for order, deed in enumerate(migration.deeds):
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
