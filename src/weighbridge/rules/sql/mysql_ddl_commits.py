"""A migration for MySQL begins a transaction that its own statements end."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import (
    AddColumn,
    AddConstraint,
    AlterOther,
    ChangeType,
    Create,
    CreateIndex,
    CreateTable,
    Drop,
    DropColumn,
    DropConstraint,
    DropIndex,
    DropTable,
    Grant,
    RenameColumn,
    RenameTable,
    Transaction,
    Truncate,
)
from weighbridge.landscape.sql.sql_change import SqlChange

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(SqlChange,),
    roles=("sql",),
    tags=(
        "sql",
        "deployment",
        "mysql",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each transaction, at the first statement that commits it."""
    for migration in case[SqlChange].migrations:
        if migration.dialect is not Dialect.MYSQL:
            continue
        begun = 0
        for step in migration.steps:
            act = step.act
            if isinstance(act, Transaction):
                begun = act.line if act.kind == "begin" else 0
            elif begun and isinstance(act, _COMMITTING) and step.is_added and not getattr(act, "is_temporary", False):
                yield RULE.finding(
                    f"this commits the transaction of line {begun}, whatever follows: a ROLLBACK takes nothing of it back",
                    step.place,
                    anchor=step.anchor,
                )
                begun = 0


_COMMITTING: Final = (
    AddColumn, DropColumn, AddConstraint, DropConstraint, ChangeType, RenameColumn, RenameTable, AlterOther, CreateTable, DropTable,
    CreateIndex, DropIndex, Truncate, Create, Drop, Grant,
)  # fmt: skip
