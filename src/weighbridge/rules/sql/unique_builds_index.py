"""A migration adds a key whose index is built while nobody may use the table."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import AddColumn, AddConstraint, ConstraintKind
from weighbridge.landscape.sql.alike_rows import alike_in_words, is_one_value
from weighbridge.landscape.sql.column_types import keys_of
from weighbridge.landscape.sql.new_columns import are_empty
from weighbridge.landscape.sql.postgres import Extent, Held, Level
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
        "postgresql",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each primary or unique key that is not made of an index that was built before."""
    sql = case[SqlChange]
    for step in sql.steps(Dialect.POSTGRES):
        act = step.act
        if not isinstance(act, AddConstraint | AddColumn):
            continue
        for each in keys_of(act):
            if each.kind in (ConstraintKind.UNIQUE, ConstraintKind.PRIMARY_KEY) and not each.index:
                held = told(sql, step, held=Held(table=act.table, level=Level.ACCESS_EXCLUSIVE, extent=Extent.BUILD))
                is_empty = each.kind is ConstraintKind.UNIQUE and are_empty(step, each.columns)
                more = (
                    ", though the new column is empty: an index is built over its rows all the same" if is_empty else ""
                )
                more += alike_in_words(sql, step, columns=each.columns, empty_is_alike=each.empty_is_alike)
                severity = Severity.HIGH if is_one_value(step, each.columns) else held.severity
                yield RULE.finding(
                    held.words + more, step.place, anchor=step.anchor, severity=severity, causes=held.causes
                )
