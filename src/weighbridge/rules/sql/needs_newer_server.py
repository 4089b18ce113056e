"""A migration asks for what the declared version of PostgreSQL does not know."""

from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import (
    Act,
    AddColumn,
    AddConstraint,
    AlterEnum,
    AlterOther,
    ConstraintKind,
    CreateTable,
    Partition,
    Reindex,
    Run,
)
from weighbridge.landscape.sql.column_types import columns_of
from weighbridge.landscape.sql.migrations import Step
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
    """One finding for each statement, where `system.yaml`, or an old image in a compose file, says the version."""
    for step in case[SqlChange].all_steps(Dialect.POSTGRES):
        version = step.migration.spoken.version
        if version is None:
            continue
        newest = max(_needed(step), default=None)
        if newest is not None and newest[0] > version:
            since, what = newest
            yield RULE.finding(
                f"this fails: PostgreSQL knows {what} since version {since}, and the database is declared to be of {version}",
                step.place,
                anchor=step.anchor,
            )


def _needed(step: Step) -> Iterator[tuple[int, str]]:
    """The versions that a statement needs, each with what for."""
    yield from _of_act(step.act, is_together=step.is_uncommitted)
    if step.act is step.deed.acts[0]:
        words = words_of(step.deed.text)
        yield from ((since, what) for pattern, since, what in _SINCE if pattern.search(words))


def _of_act(act: Act, *, is_together: bool) -> Iterator[tuple[int, str]]:
    match act:
        case Partition(is_concurrent=True):
            yield 14, "DETACH PARTITION … CONCURRENTLY"
        case Reindex(is_concurrent=True):
            yield 12, "REINDEX CONCURRENTLY"
        case AlterEnum(old="") if is_together:
            yield 12, "ALTER TYPE … ADD VALUE in a transaction"
        case AddConstraint(constraint=constraint) if constraint.kind is ConstraintKind.NOT_NULL:
            yield 18, "NOT NULL as a constraint that is added"
        case AlterOther(what="alter column set expression"):
            yield 17, "SET EXPRESSION"
        case Run(kind="merge"):
            yield 15, "MERGE"
        case AddColumn() | CreateTable():
            for column in columns_of(act):
                if column.generated in _COMPUTED:
                    yield _COMPUTED[column.generated], f"columns that are computed ({column.generated})"


_COMPUTED: Final = {"stored": 12, "virtual": 18}
_SINCE: Final = (
    (LatePattern(r"\bnulls not distinct\b"), 15, "NULLS NOT DISTINCT"),
    (LatePattern(r"^merge\b.*\bwhen not matched by source\b"), 17, "WHEN NOT MATCHED BY SOURCE"),
    (LatePattern(r"^create or replace (?:constraint )?trigger\b"), 14, "CREATE OR REPLACE TRIGGER"),
    (LatePattern(r"^drop database\b.*\bforce\b"), 13, "DROP DATABASE … WITH (FORCE)"),
    (LatePattern(r"^alter table\b.*\bset access method\b"), 15, "SET ACCESS METHOD"),
    (LatePattern(r"^alter table\b.*\bset compression\b"), 14, "SET COMPRESSION"),
    (
        LatePattern(r"^create (?:or replace )?view\b.*\bsecurity_invoker\b"),
        15,
        "views that ask with their reader's rights",
    ),
    (LatePattern(r"\buuidv7 ?\("), 18, "uuidv7()"),
    (LatePattern(r"\bnot enforced\b"), 18, "NOT ENFORCED"),
)
"""What is told by a statement's words, the version since which it is known, and how it is called."""
