"""A migration runs outside of a transaction without needing to."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import (
    AddColumn,
    AddConstraint,
    Create,
    CreateTable,
    Delete,
    DropColumn,
    DropConstraint,
    DropTable,
    RenameColumn,
    RenameTable,
    Transaction,
    Update,
)
from weighbridge.landscape.sql.migrations import Together
from weighbridge.landscape.sql.postgres import outside_only
from weighbridge.landscape.sql.sql_change import SqlChange

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    reads=(SqlChange,),
    roles=("sql",),
    tags=(
        "sql",
        "deployment",
        "postgresql",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each script, at its second statement that changes something."""
    for migration in case[SqlChange].migrations:
        if migration.dialect is not Dialect.POSTGRES or migration.together is not Together.NO or not migration.is_new:
            continue
        done = [step for step in migration.steps if isinstance(step.act, _CHANGING)]
        is_needed = any(outside_only(step.act) for step in migration.steps)
        is_opened = any(isinstance(step.act, Transaction) and step.act.kind == "begin" for step in migration.steps)
        is_batch = any(isinstance(step.act, Update | Delete) for step in migration.steps)
        if len({step.order for step in done}) > 1 and not (is_needed or is_opened or is_batch):
            yield RULE.finding(
                "its tool runs this file outside of a transaction: where this statement fails, those before it stay done, and"
                " the migration can neither go on nor be tried again",
                done[1].place,
                anchor=migration.path,
            )


_CHANGING: Final = (
    AddColumn,
    DropColumn,
    AddConstraint,
    DropConstraint,
    RenameColumn,
    RenameTable,
    CreateTable,
    DropTable,
    Create,
)
