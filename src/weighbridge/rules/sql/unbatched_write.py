"""A migration changes or deletes many rows at once."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import Delete, Update
from weighbridge.landscape.arguments import counted
from weighbridge.landscape.sql.backfills import Locked
from weighbridge.landscape.sql.batches import is_narrow, shown
from weighbridge.landscape.sql.causes import cause_of_rows, causes_of_rows
from weighbridge.landscape.sql.constraints import unique_columns
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.sql.temporary import written_down_for
from weighbridge.landscape.sql.weights import how_long, weighed

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(SqlChange,),
    roles=("sql",),
    tags=(
        "sql",
        "lock",
        "performance",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for the statements of a script that have one condition, which picks neither one row nor a part of them.

    Those of one table in one transaction hold its rows together, and are one finding too, whatever each asks.
    `sql/backfill-with-schema` tells of those whose table is locked as a whole meanwhile.
    """
    sql, locked = case[SqlChange], Locked()
    alike: dict[tuple[RepoPath, str, str], list[Step]] = {}
    in_turn: set[tuple[RepoPath, str, str]] = set()
    groups: list[list[Step]] = []
    for step in sql.steps():
        act = step.act
        if not isinstance(act, Update | Delete) or not step.migration.is_migration:
            continue
        if act.is_in_turn and _is_held(step, act) and not locked.tells(step):
            one = (step.migration.path, act.table, act.where.text if act.where else "")
            if one not in in_turn and not (act.where and _is_one(sql, step, where=act.where.text)):
                in_turn.add(one)
                yield _in_turn(sql, step, act=act)
        if act.where is None or act.is_limited:
            continue
        is_few = (
            act.table.startswith("pg_")
            or is_narrow(act.where, step.deed, few=written_down_for(step))
            or locked.tells(step)
        )
        if not is_few and not _is_one(sql, step, where=act.where.text):
            keys = [(step.migration.path, type(act).__name__, _shape(act, act.where.text))]
            if step.is_uncommitted:
                keys.append((step.migration.path, type(act).__name__, f"{step.transaction} of {act.table}"))
            group = next((alike[key] for key in keys if key in alike), None)
            if group is None:
                groups.append(group := [])
            group.append(step)
            for key in keys:
                alike.setdefault(key, group)
    for steps in groups:
        yield _told(sql, steps)


def _is_one(sql: SqlChange, step: Step, *, where: str) -> bool:
    """Whether a condition asks one value, or a few, of a column that the scripts make unique."""
    asked = {found["column"] for found in _EQUAL.finditer(where)} if _EITHER.search(where) is None else set()
    return any(_tells_apart(sql, step, column=each) for each in asked)


def _tells_apart(sql: SqlChange, step: Step, *, column: str) -> bool:
    table = step.act.table
    is_known = sql.known.may_tell_apart(column, table, dialect=step.migration.dialect)
    done = sql.acts_before(step, table, naming=column) if is_known else sql.done_within(step, table)
    return column in unique_columns(done)


def _shape(act: Update | Delete, where: str) -> str:
    """A condition in which the column that is written goes by no name: `zone = ''` where `zone` is set asks as another column's does."""
    for column in act.columns if isinstance(act, Update) else ():
        where = re.sub(rf"\b{re.escape(column)}\b", "…", where)
    return where


def _is_held(step: Step, act: Update | Delete) -> bool:
    """Whether rows that are written in turn stay locked until the last of them is done."""
    if step.migration.dialect is not Dialect.POSTGRES:
        return False
    if step.deed.inside:  # a block is one transaction, however small the part that each turn takes
        return act.where is not None and (act.is_limited or is_narrow(act.where, step.deed))
    return step.is_uncommitted and (act.where is None or not is_narrow(act.where, step.deed))


def _in_turn(sql: SqlChange, step: Step, *, act: Update | Delete) -> Finding:
    rows = (
        f"every row of `{act.table}`" if act.where is None else f"rows of `{act.table}` where {shown(act.where.text)}"
    )
    done = ("is" if act.where is None else "are") + (" deleted" if isinstance(act, Delete) else " changed")
    return RULE.finding(
        f"{rows} {done} one after another in one transaction, each locked until that ends, and whoever writes one of them waits:"
        f" {how_long(sql, act.table)}",
        step.place,
        anchor=step.anchor,
        severity=weighed(sql, act.table),
        causes=cause_of_rows(step, is_more=isinstance(act, Delete)),
    )


def _told(sql: SqlChange, steps: Sequence[Step]) -> Finding:
    where = steps[0].act.where.text if isinstance(steps[0].act, Update | Delete) and steps[0].act.where else "…"
    tables = list(dict.fromkeys(step.act.table for step in steps))
    heaviest = min(tables, key=lambda each: weighed(sql, each).rank)
    names = ", ".join(f"`{each}`" for each in tables[:_MOST_NAMED])
    more = f" and {counted(len(tables) - _MOST_NAMED, 'other table')}" if len(tables) > _MOST_NAMED else ""
    others = len({getattr(step.act, "where", None) for step in steps}) - 1 if len(tables) == 1 else 0
    more_asked = f", or what {counted(others, 'other statement')} asked for," if others else ""
    done = "deleted for good" if isinstance(steps[0].act, Delete) else "changed"
    is_of_twins = all(_is_of_twins(step) for step in steps)
    until = "this one statement ends" if len(steps) == 1 else "the statement ends that does it to each"
    if all(step.is_uncommitted for step in steps):
        until = "the transaction ends that it is done in"
    return RULE.finding(
        f"all rows of {names}{more} where {shown(where)}{more_asked} are {done}, and locked until {until}, and whoever writes one of them waits:"
        f" {how_long(sql, heaviest)}",
        steps[0].place,
        anchor=steps[0].anchor,
        related=tuple(
            RelatedPlace(place=each.place, message=f"`{each.act.table}` too") for each in steps[1:_MOST_RELATED]
        ),
        severity=max(weighed(sql, heaviest), Severity.MEDIUM, key=lambda each: each.rank)
        if is_of_twins
        else weighed(sql, heaviest),
        causes=causes_of_rows(steps, is_more=isinstance(steps[0].act, Delete)),
    )


def _is_of_twins(step: Step) -> bool:
    """Whether rows are deleted of which others are there: the second, and those after it, of each."""
    act = step.act
    is_deleted = isinstance(act, Delete) and act.where is not None and _SECOND.search(act.where.text) is not None
    return is_deleted and _NUMBERED.search(step.deed.text) is not None


_EQUAL: Final = LatePattern(
    r"(?:^|\bAND\b)[\s(]*(?:\w+\.)?\"?(?P<column>\w+)\"?\s*(?:=\s*(?:'[^']*'|\d+|\$\d+|\?|%s)|IN\s*\((?:\s*(?:'[^']*'|\d+)\s*,?){1,50}\))\s*\)*\s*(?=$|AND\b)",
    re.IGNORECASE,
)
_EITHER: Final = LatePattern(r"\bOR\b|\bNOT\b", re.IGNORECASE)
_NUMBERED: Final = LatePattern(r"\brow_number\s*\(\s*\)\s*over\s*\(\s*partition\s+by\b", re.IGNORECASE)
_SECOND: Final = LatePattern(r"(?<![<>=!])>\s*1\b|>=\s*2\b")
_MOST_NAMED: Final = 3
_MOST_RELATED: Final = 50
