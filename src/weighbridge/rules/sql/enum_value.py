"""A migration renames a value of an enumeration, or adds one in a transaction."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import AlterEnum
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.sql_change import SqlChange

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(SqlChange,),
    roles=("sql",),
    tags=(
        "sql",
        "schema",
        "postgresql",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each value."""
    for step in case[SqlChange].steps(Dialect.POSTGRES):
        act = step.act
        if not isinstance(act, AlterEnum):
            continue
        if act.old:
            words = (
                f"`{act.old}` of `{act.name}` becomes `{act.value}` at once: code that still says the old word fails"
            )
            severity = Severity.HIGH
        elif step.is_uncommitted and (used := _use(step, act)) is not None:
            words = (
                f"line {used.act.line} uses `{act.value}` in the transaction that adds it to `{act.name}`: that fails"
            )
            severity = Severity.HIGH
        elif step.is_uncommitted:
            is_known = step.migration.spoken.version is not None
            words = (
                f"`{act.value}` of `{act.name}` cannot be used before this transaction ends"
                + ("" if is_known else ", and before version 12 not be added in one")
                + "; it can never be taken away"
            )
            severity = Severity.MEDIUM
        elif _PRISMA.search(step.migration.path):
            words = f"the Prisma client of the release before fails at whatever row says `{act.value}`: let it be written one release later"
            severity = Severity.MEDIUM
        else:
            continue
        yield RULE.finding(words, step.place, anchor=step.anchor, severity=severity)


_PRISMA: Final = LatePattern(r"(?:^|/)migrations/\d{8,}_[^/]*/migration\.sql$")
"""Its client knows the values of an enum by name, and takes no other."""


def _use(step: Step, act: AlterEnum) -> Step | None:
    """The first statement of the same transaction that says the new word."""
    word = f"'{act.value}'"
    return next(
        (
            each
            for each in step.rest
            if each.transaction == step.transaction and word in each.deed.text and not isinstance(each.act, AlterEnum)
        ),
        None,
    )
