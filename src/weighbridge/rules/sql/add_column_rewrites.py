"""A migration adds a column whose default differs from row to row."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import AddColumn, AlterOther, Create
from weighbridge.landscape.sql.names import last_part
from weighbridge.landscape.sql.postgres import OLDEST, Extent, Held, Level, is_rewriting
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.sql.weights import told
from weighbridge.landscape.sql.words import words_of

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
    """One finding for each column."""
    sql = case[SqlChange]
    steps = [step for step in sql.steps(Dialect.POSTGRES) if isinstance(step.act, AddColumn)]
    domains = _checked_domains(sql) if steps else frozenset()
    for step in steps:
        act = step.act
        if not isinstance(act, AddColumn) or act.column.generated == "stored":
            continue
        version = step.migration.spoken.version or OLDEST
        why = (
            f"each row gets a value of its own for `{act.column.name}`"
            if is_rewriting(act.column)
            else f"before version 11 each row is given what is the default for `{act.column.name}`"
            if is_rewriting(act.column, version=version)
            else f"`{act.column.name}` is of the domain {act.column.type.name}, whose condition each row is held against"
            if last_part(act.column.type.name) in domains and not act.column.type.is_array
            else ""
        )
        if why:
            held = told(sql, step, held=Held(table=act.table, level=Level.ACCESS_EXCLUSIVE, extent=Extent.REWRITE))
            yield RULE.finding(
                f"{why}: {held.words}",
                step.place,
                anchor=step.anchor,
                severity=held.severity,
                causes=held.causes,
            )


def _checked_domains(sql: SqlChange) -> frozenset[str]:
    """The names of domains that ask something of their values, as scripts make them."""
    own = (each.deed.text for each in sql.all_steps(Dialect.POSTGRES) if isinstance(each.act, AlterOther | Create))
    known = (each.text for each in sql.known.saying("domain", dialect=Dialect.POSTGRES))
    said = (words_of(text) for text in (*known, *own))
    found = (_DOMAIN.match(words) for words in said if _ASKS.search(words) is not None)
    return frozenset(last_part(each["name"]) for each in found if each is not None)


_DOMAIN: Final = LatePattern(r"^(?:create|alter) domain (?P<name>[\w.]+)")
_ASKS: Final = LatePattern(r"\bcheck ?\(|\bnot null\b")
