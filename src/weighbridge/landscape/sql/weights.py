"""How locks are told: what waits, for how long, and how grave that is where the table's size is known."""

from typing import Final

from msgspec import Struct

from weighbridge.domain.findings import Severity
from weighbridge.domain.system import Dialect
from weighbridge.landscape.sql.causes import Causes, cause_of
from weighbridge.landscape.sql.migrations import Migration, Step
from weighbridge.landscape.sql.postgres import Extent, Held, Level, locks_of
from weighbridge.landscape.sql.sql_change import SqlChange


class Told(Struct, frozen=True, kw_only=True):
    """What a lock means for those who use the table, and how grave that is."""

    words: str
    severity: Severity
    causes: Causes = ()


def told(sql: SqlChange, step: Step, *, held: Held) -> Told:
    """What a lock means, in words."""
    blocked = (
        (held.level.blocks or "other changes of its schema")
        if not (line := locked_by(sql, step, table=held.table))
        else (f"reads and writes, as line {line} locked it until the transaction ends,")
    )
    name = f"`{held.table}`" if held.table else "the table"
    if held.extent is Extent.MOMENT:
        words = f"{name} is locked against {blocked} for a moment, and whatever it waits for makes everybody wait"
    else:
        words = f"{name} is locked against {blocked} {held.extent.value}: {how_long(sql, held.table)}"
    severity = weighed(sql, held.table)
    return Told(words=words + taken_for(step), severity=severity, causes=cause_of(step, held))


def locked_by(sql: SqlChange, step: Step, *, table: str) -> int:
    """The line before it that locked a table against reads and writes, where that lasts on; 0 where none did."""
    if not step.is_uncommitted:
        return 0
    order, line = step.migration.locked_whole.get((step.transaction, table), (step.order, 0))
    if order < step.order:
        return line
    for act in step.deed.acts if len(step.deed.acts) > 1 else ():
        if act is step.act:
            break
        if any(lock.table == table and lock.level is Level.ACCESS_EXCLUSIVE for lock in locks_of(act)):
            return act.line  # a call of a tool may be several statements
    return sql.index_drop_before(step, table)


def how_long(sql: SqlChange, table: str) -> str:
    """For how long something goes on that is done to a whole table."""
    size = sql.sizes.of(table)
    if size.is_small:
        return f"a moment, it is small ({size.words})"
    if size.is_large and size.is_doubtful:
        return (
            f"long, it is large by one of its figures ({size.words}: these do not fit each other, and one may be old)"
        )
    if size.is_large:
        return f"long, it is large ({size.words})"
    if size.rows is not None or size.bytes is not None:
        return f"some time, it is neither small nor large ({size.words})"
    why = sql.likely_small(table)
    return f"how long grows with the table ({size.words}{f', {why}' if why else ''})"


def weighed(sql: SqlChange, table: str, *, most: Severity = Severity.HIGH) -> Severity:
    """How grave it is to hold up a table: hardly where it is known to be small, less where it likely is."""
    size = sql.sizes.of(table)
    if size.is_small:
        return Severity.LOW
    is_unknown = size.rows is None and size.bytes is None
    if is_unknown and most.rank < Severity.MEDIUM.rank and sql.likely_small(table):
        return Severity.MEDIUM
    return most


def is_lock_bounded(step: Step) -> bool:
    """Whether what it waits for a lock is limited."""
    return step.parameters.get("lock_timeout", "0") not in ("0", "0s", "0ms", "default")


def taken_for(step: Step) -> str:
    """That a script is taken for one of PostgreSQL's, where nothing says so: told of the first thing in it that makes others wait;
    and of what another kind of database does as well.
    """
    spoken = step.migration.spoken
    is_twice = spoken.also is not None and step.migration.is_branch
    if not is_twice and (spoken.told_by or _first_lock(step.migration) != step.order):
        return ""
    if spoken.also is not None:
        return f" (on {_CALLED[spoken.dialect]}; `{spoken.named_by}` names {_CALLED[spoken.also]} too)"
    return " (taken for PostgreSQL: nothing says otherwise)"


_CALLED: Final = {Dialect.POSTGRES: "PostgreSQL", Dialect.MYSQL: "MySQL"}


def _first_lock(migration: Migration) -> int:
    """Where a script first does something new for which others wait; negative where it does no such thing."""
    waited_for = (
        step.order
        for step in migration.steps
        if step.is_added and any(lock.level.blocks for lock in locks_of(step.act))
    )
    return next(waited_for, -1)
