"""A migration gives a column another type."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import ChangeType, Constraint, ConstraintKind, CreateIndex, DropIndex, Type
from weighbridge.landscape.sql.by_table import by_statement, by_table
from weighbridge.landscape.sql.causes import cause_of
from weighbridge.landscape.sql.column_types import is_caseless, is_same_in_utc, is_widening, keys_of
from weighbridge.landscape.sql.enums import refused_in_words
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.names import last_part
from weighbridge.landscape.sql.postgres import Extent, Held, Level
from weighbridge.landscape.sql.remade import is_remade
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.sql.weights import told

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(SqlChange,),
    roles=("sql",),
    tags=(
        "sql",
        "lock",
        "schema",
        "postgresql",
    ),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each statement, less grave where it may be no more than a wider text. Many of one table are told as one."""
    sql = case[SqlChange]
    if unknown := [step for step in sql.steps(Dialect.POSTGRES) if _is_unknown(sql, step)]:
        yield _not_known(unknown)
    statements: dict[int, list[tuple[str, Finding]]] = {}
    for step, finding in _each(case):
        statements.setdefault(id(step.deed), []).append((step.act.table, finding))
    yield from by_table(
        (table, each) for told in statements.values() for table, _ in told[:1] for each in by_statement(told)
    )


def _is_unknown(sql: SqlChange, step: Step) -> bool:
    """Whether neither what a column was nor what it becomes is known, as where one class of fields takes another's place."""
    act = step.act
    return (
        isinstance(act, ChangeType) and not act.to.name and sql.type_before(step, act.table, column=act.column) is None
    )


def _not_known(steps: Sequence[Step]) -> CouldNotLook:
    more = f" and {len(steps) - 1} more" if len(steps) > 1 else ""
    return CouldNotLook(
        reason=Reason.UNSUPPORTED,
        detail=f"{steps[0].place}{more}: what type the column was, and what it becomes, is up to classes that are not in the repository",
        remedy="read what the database is told (`sqlmigrate`): it may be nothing, or every row written anew",
    )


def _each(case: Case) -> Iterator[tuple[Step, Finding]]:
    """The same, each with its step."""
    sql = case[SqlChange]
    for step in sql.steps(Dialect.POSTGRES):
        act = step.act
        before = sql.type_before(step, act.table, column=act.column) if isinstance(act, ChangeType) else None
        if not isinstance(act, ChangeType) or is_remade(step, act, before=before) or _is_unknown(sql, step):
            continue  # of what is remade `sql/column-remade` tells
        if before is not None and is_widening(before, act.to) and not act.collation and not _is_computed(act):
            continue
        is_text = act.to.name in ("text", "varchar", "character varying") and not act.to.given
        rewrite = Held(table=act.table, level=Level.ACCESS_EXCLUSIVE, extent=Extent.REWRITE)
        held = told(sql, step, held=rewrite)
        was = f" (it was {before})" if before is not None else " (what it was is in no script)"
        severity = (
            Severity.MEDIUM if is_text and before is None and act.using is None and not act.collation else Severity.HIGH
        )
        ordered = (
            f" in the order of {act.collation}, for which each of its indexes is built anew" if act.collation else ""
        )
        to = act.to if act.to.name else "what its class says, which is not known here,"
        becomes = f"becomes {to}{ordered}{was}{_lost(before, act.to)}"
        if before is not None and is_caseless(before, act.to) and not act.collation and not _is_computed(act):
            yield (
                step,
                RULE.finding(
                    f"`{act.column}` becomes {act.to} (it was {before}): no row of `{act.table}` is written anew, but each index over it is built anew"
                    " under a lock against reads and writes, and values that differ in case alone are one from then on",
                    step.place,
                    anchor=step.anchor,
                    severity=held.severity if _is_indexed(sql, step, act=act) else Severity.MEDIUM,
                ),
            )
            continue
        if before is not None and is_same_in_utc(before, act.to) and _is_in_utc(step) and not _is_computed(act):
            yield (
                step,
                RULE.finding(
                    f"`{act.column}` {becomes}: no row of `{act.table}` is written anew, as the session's time zone is UTC (before version 12 all"
                    f" are, under a lock against reads and writes); {_MEETS}",
                    step.place,
                    anchor=step.anchor,
                    severity=Severity.MEDIUM,
                ),
            )
            continue
        name = _of_other_values(before, act.to) if before is not None else ""
        if name:
            becomes = f"stays of the type {name}, whose values become others"
        meets = _met(sql, step, act=act, before=before, is_exchanged=bool(name))
        yield (
            step,
            RULE.finding(
                f"`{act.column}` {becomes}: {held.words}; {meets}",
                step.place,
                anchor=step.anchor,
                severity=max(severity, held.severity, key=lambda each: each.rank),
                causes=cause_of(step, rewrite, is_more=not sql.is_new_column(step, act.column)),
            ),
        )


def _is_indexed(sql: SqlChange, step: Step, *, act: ChangeType) -> bool:
    """Whether an index over the column is known, which is built anew with it."""
    names: set[str] = set()
    for each in sql.acts_before(step, act.table, naming=act.column):
        if isinstance(each, CreateIndex) and act.column in each.columns:
            names.add(last_part(each.name))
        elif isinstance(each, DropIndex):
            names.discard(last_part(each.name))
        names.update(key.name or act.column for key in keys_of(each) if _is_key(key) and act.column in key.columns)
    return bool(names)


def _is_key(key: Constraint) -> bool:
    return key.kind in (ConstraintKind.PRIMARY_KEY, ConstraintKind.UNIQUE)


_MEETS: Final = "code that expects the old type gets the new one at once"


def _met(sql: SqlChange, step: Step, *, act: ChangeType, before: Type | None, is_exchanged: bool) -> str:
    """What code meets from then on, and which rows the new type refuses, in words."""
    if sql.is_new_column(step, act.column):
        return "no running code uses the column yet, but the table is locked all the same"
    met = "code gets values that it does not know" if is_exchanged else _MEETS
    return met + refused_in_words(sql, step, act=act, before=before)


def _is_in_utc(step: Step) -> bool:
    """Whether the script put its session into UTC, on a server that can be of version 12."""
    said = step.parameters.get("timezone") or step.parameters.get("time", "").rpartition("'")[2]
    version = step.migration.spoken.version
    return said.strip("'\" ").upper() in _UTC and (version is None or version >= _ALIKE_IN_UTC)


_UTC: Final = frozenset({"UTC", "ETC/UTC", "GMT", "ETC/GMT", "UCT", "ZULU"})
_ALIKE_IN_UTC: Final = 12


def _of_other_values(before: Type, after: Type) -> str:
    """The name of a type that is exchanged for another which then goes by it, as enums are (`state` for `state_new`)."""
    names = [each.name.removesuffix("_new").removesuffix("_old").removesuffix("_tmp") for each in (before, after)]
    return names[0] if names[0] == names[1] and before.name != after.name else ""


def _lost(before: Type | None, to: Type) -> str:
    """What becomes of values that the new type has no room for, where both are of one kind."""
    if before is None or before.name != to.name or not to.given or to.given == before.given:
        return ""
    if to.name in ("numeric", "decimal"):
        return _lost_digits(before, to)
    return ", and a value that is longer ends the migration"


def _lost_digits(before: Type, to: Type) -> str:
    """The same of numbers, by their digits before and behind the point; a number that had no bounds may have had any."""
    whole, behind = _digits(before)
    new_whole, new_behind = _digits(to)
    rounded = "digits beyond are rounded away" if new_behind < behind else ""
    ended = "a number that is too large ends the migration" if new_whole < whole else ""
    return f", {' and '.join(each for each in (rounded, ended) if each)}" if rounded or ended else ""


def _digits(kind: Type) -> tuple[int, int]:
    given = [int(each) for each in kind.given if each.isdigit()]
    if not given or len(given) != len(kind.given):
        return (_ANY, _ANY)
    behind = given[1] if len(given) > 1 else 0
    return given[0] - behind, behind


_ANY: Final = 1_000


def _is_computed(act: ChangeType) -> bool:
    """Whether values are computed anew, and not only read as the other type."""
    if act.using is None:
        return False
    text = act.using.text.lower().replace('"', "").replace(" ", "")
    return not text.startswith(f"{act.column.lower()}::") and text != act.column.lower()
