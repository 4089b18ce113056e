"""A migration builds an index while nobody may write to the table."""

from collections.abc import Iterable, Iterator

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import CreateIndex, CreateTable
from weighbridge.landscape.sql.alike_rows import alike_in_words, is_one_value
from weighbridge.landscape.sql.by_table import by_script
from weighbridge.landscape.sql.migrations import Step
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
    """One finding for each index; many of one script are one."""
    return by_script(_each(case), things="indexes")


def _has_parts(sql: SqlChange, step: Step) -> bool:
    """Whether the rows of a table are in parts of it, as far as scripts say: `ON ONLY` a table without any leaves nothing out."""
    made = [act for act in sql.acts_before(step, step.act.table) if isinstance(act, CreateTable)]
    return not made or made[-1].is_partitioned


def _each(case: Case) -> Iterator[Finding]:
    sql = case[SqlChange]
    for step in sql.steps(Dialect.POSTGRES):
        act = step.act
        if isinstance(act, CreateIndex) and not act.is_concurrent and not (act.is_only and _has_parts(sql, step)):
            held = told(sql, step, held=Held(table=act.table, level=Level.SHARE, extent=Extent.BUILD))
            words, severity = held.words, held.severity
            if act.is_unique and act.where is None:
                words += alike_in_words(sql, step, columns=act.columns, empty_is_alike=act.empty_is_alike)
                severity = Severity.HIGH if is_one_value(step, act.columns) else severity
            yield RULE.finding(words, step.place, anchor=step.anchor, severity=severity, causes=held.causes)
