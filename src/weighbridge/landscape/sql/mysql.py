"""How MySQL's InnoDB does what alters a table, by the chapter "Online DDL Operations" of the manual of version 8.

A statement is done in the cheapest way there is: at once, in place, in place with every row written anew, or by a copy of the
table, during which nobody may write. Whoever asks for a way (`ALGORITHM=INPLACE`, `LOCK=NONE`) that there is not gets an error.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.sql import acts
from weighbridge.facts.sql.acts import Act, ConstraintKind, Type


class Way(StrEnum):
    """How a table is altered."""

    REBUILT = "written anew in place, while reads and writes go on; replicas do the same after it, and lag as long"
    FROZEN = "written anew or read in place, and nobody may write until it is done"
    COPIED = "copied row by row, and nobody may write until it is done"

    @property
    def blocks(self) -> bool:
        """Whether writes wait."""
        return self is not Way.REBUILT


class Work(Struct, frozen=True, kw_only=True):
    """What a statement costs, and what of it does."""

    way: Way
    why: str


_ALGORITHM: Final = LatePattern(r"\balgorithm\s*=?\s*(?P<way>copy|inplace|instant|nocopy)\b", re.IGNORECASE)
_LOCK: Final = LatePattern(r"\block\s*=\s*(?P<lock>none|shared|exclusive)\b", re.IGNORECASE)
_INTEGERS: Final = ("tinyint", "smallint", "mediumint", "int", "integer", "bigint")
_BOOLEANS: Final = {"bool", "boolean", "tinyint"}
"""One type: the first two are other words for the third."""
_ONE_LENGTH_BYTE: Final = 63
"""The most characters of which, at four bytes each, the length still fits into one byte."""
_WHOLE_TABLE: Final = (
    "partition by", "reorganize partition", "coalesce partition", "remove partitioning", "order by", "upgrade partitioning",
)  # fmt: skip


def work_of(act: Act, *, together: Iterable[Act], before: Type | None, checks_keys: bool = True) -> Work | None:
    """What an act costs that a statement does, `together` with others; None where it is done at once or goes unnoticed.

    `before` is the type that a column had, where it is known; `checks_keys` whether foreign keys are checked meanwhile.
    """
    if isinstance(act, acts.ChangeType):
        return _of_type(act, together, before=before)
    if isinstance(act, acts.AddConstraint):
        return _of_constraint(act.constraint, checks_keys=checks_keys)
    return _of_column(act.column) if isinstance(act, acts.AddColumn) else _of_rest(act, together)


def _of_rest(act: Act, together: Iterable[Act]) -> Work | None:
    match act:
        case acts.DropConstraint(name="primary key"):
            is_replaced = any(
                isinstance(each, acts.AddConstraint) and each.constraint.kind is ConstraintKind.PRIMARY_KEY
                for each in together
            )
            return Work(way=Way.REBUILT if is_replaced else Way.COPIED, why="its primary key is dropped")
        case acts.CreateIndex(method=("fulltext" | "spatial") as method):
            return Work(way=Way.FROZEN, why=f"a {method} index is built")
        case acts.AlterOther(what=what, rewrites=rewrites):
            return _of_other(what, rewrites=rewrites)
        case acts.Maintain(how="optimize"):
            return Work(way=Way.REBUILT, why="it is optimised")
    return None


def kept_out(act: Act, *, algorithm: str, lock: str) -> Work | None:
    """What a statement costs that would be done while everybody writes, and asks that nobody does."""
    if not isinstance(act, _ALTERING):
        return None
    if algorithm == "copy":
        return Work(way=Way.COPIED, why="a copy is asked for")
    return Work(way=Way.FROZEN, why=f"lock={lock} is asked for") if lock in ("shared", "exclusive") else None


_ALTERING: Final = (acts.AddColumn, acts.DropColumn, acts.CreateIndex, acts.DropIndex, acts.AlterOther, acts.SetDefault)


def asked_for(text: str) -> tuple[str, str]:
    """The algorithm and the lock that a statement asks for, in lower case; empty where it leaves the choice."""
    way, lock = _ALGORITHM.search(text), _LOCK.search(text)
    return (way["way"].lower() if way else ""), (lock["lock"].lower() if lock else "")


def _of_column(column: acts.Column) -> Work | None:
    if column.generated == "stored":
        return Work(way=Way.COPIED, why=f"`{column.name}` is computed for every row and stored")
    if column.generated == "identity":
        return Work(way=Way.FROZEN, why=f"`{column.name}` counts the rows that are there")
    return None


def _of_type(act: acts.ChangeType, together: Iterable[Act], *, before: Type | None) -> Work | None:
    if before is not None and is_cheap(before, act.to):
        if any(isinstance(each, acts.SetNotNull) and each.column == act.column for each in together):
            return Work(way=Way.REBUILT, why=f"`{act.column}` may not be NULL any more")
        return None
    if before is None or not before.name:
        why = f"`{act.column}` is stated anew as {act.to.name}, and what it was is in no script"
    else:
        why = f"`{act.column}` becomes {in_words(act.to)}, and was {in_words(before)}"
    return Work(way=Way.COPIED, why=why)


def is_cheap(before: Type, after: Type) -> bool:
    """Whether values stay as they are stored."""
    if before == after or {before.name, after.name} <= _BOOLEANS:
        return True
    if before.name in _INTEGERS and _plain(before.name) == _plain(after.name):
        return True  # only how many digits are shown
    if before.name == after.name == "varchar":
        old, new = _number(before), _number(after)
        return new >= old and (old <= _ONE_LENGTH_BYTE) == (new <= _ONE_LENGTH_BYTE)
    return (
        before.name == after.name and after.name in ("enum", "set") and after.given[: len(before.given)] == before.given
    )


def _of_constraint(constraint: acts.Constraint, *, checks_keys: bool) -> Work | None:
    if constraint.kind is ConstraintKind.FOREIGN_KEY and checks_keys:
        return Work(way=Way.COPIED, why="a foreign key is added while foreign_key_checks is on")
    if constraint.kind is ConstraintKind.CHECK:
        return Work(way=Way.COPIED, why="a check is added")
    if constraint.kind is ConstraintKind.PRIMARY_KEY:
        return Work(way=Way.REBUILT, why="it gets a primary key")
    return None


def _of_other(what: str, *, rewrites: bool) -> Work | None:
    if what.startswith(_WHOLE_TABLE):
        return Work(way=Way.COPIED, why=what)
    if not rewrites:
        return None
    is_in_place = what.startswith(("force", "row_format", "key_block_size")) or what == "engine innodb"
    return Work(way=Way.REBUILT if is_in_place else Way.COPIED, why=what)


def in_words(kind: Type) -> str:
    """A type as it is written."""
    return f"{kind.name}({', '.join(kind.given)})" if kind.given else kind.name


def _plain(name: str) -> str:
    return "int" if name == "integer" else name


def _number(kind: Type) -> int:
    return int(kind.given[0]) if kind.given and kind.given[0].isdigit() else 0
