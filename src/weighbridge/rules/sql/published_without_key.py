"""A published table has nothing by which a subscriber tells its rows apart."""

from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import Act, ConstraintKind, CreateTable, RenameTable
from weighbridge.landscape.sql.column_types import keys_of
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.names import is_one, last_part
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.sql.words import words_of

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(SqlChange,),
    roles=("sql",),
    tags=(
        "sql",
        "deployment",
        "postgresql",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each table that is made where all are published."""
    sql = case[SqlChange]
    made = [step for step in sql.all_steps(Dialect.POSTGRES) if _may_be_published(step)]
    if not made or not _publishes_all(sql):
        return
    steps = list(sql.all_steps(Dialect.POSTGRES))
    for step in made:
        names = {step.act.table, *_names_after(steps, step.act.table)}
        if not any(_tells_apart(each, step.act) for each in steps if any(is_one(each.act.table, n) for n in names)):
            yield RULE.finding(
                f"every table is published, and `{step.act.table}` has neither a primary key nor another replica identity: UPDATE and DELETE"
                " of it fail from the moment on at which it is",
                step.place,
                anchor=step.act.table,
            )


_ALL: Final = LatePattern(r"^create publication \S+ for all tables\b")
_FEW: Final = LatePattern(r"\bpublish ?= ?'(?![^']*(?:update|delete))")
_ASIDE: Final = LatePattern(r"^create (?:(?:global|local) )?(?:unlogged|temp|temporary)\b")
_DROPPED: Final = LatePattern(r"^drop publication\b")
_IDENTITY: Final = LatePattern(r"\breplica identity (?!nothing|default)")


def _may_be_published(step: Step) -> bool:
    """Whether a step makes a table of its own, with columns that are said: a partition has its parent's keys."""
    act = step.act
    return (
        isinstance(act, CreateTable)
        and bool(act.columns)
        and not (act.is_temporary or act.parent or act.like or act.has_query)
        and _ASIDE.match(words_of(step.deed.text)) is None
    )


def _publishes_all(sql: SqlChange) -> bool:
    """Whether the last that is said of publications publishes whatever is made, changes and deletions too."""
    before = (each.text for each in sql.known.saying("publication", dialect=Dialect.POSTGRES))
    own = (each.deed.text for each in sql.all_steps(Dialect.POSTGRES))
    publishes = False
    for text in (*before, *own):
        words = words_of(text)
        if _ALL.match(words) is not None:
            publishes = _FEW.search(text.lower()) is None
        elif _DROPPED.match(words) is not None:
            publishes = False
    return publishes


def _names_after(steps: Iterable[Step], table: str) -> Iterator[str]:
    for step in steps:
        if isinstance(step.act, RenameTable) and is_one(step.act.table, table):
            yield last_part(step.act.name)


def _tells_apart(step: Step, made: Act) -> bool:
    """Whether a step gives a table that by which rows are told apart; one that makes it anew is another's."""
    if isinstance(step.act, CreateTable) and step.act is not made:
        return False
    if any(key.kind is ConstraintKind.PRIMARY_KEY for key in keys_of(step.act)):
        return True
    return _IDENTITY.search(words_of(step.deed.text)) is not None
