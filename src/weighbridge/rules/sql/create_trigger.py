"""A migration adds a trigger to a table that is in use."""

from collections.abc import Iterable, Mapping

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import Create, Drop
from weighbridge.landscape.sql.causes import cause_of
from weighbridge.landscape.sql.migrations import Migration
from weighbridge.landscape.sql.postgres import Extent, Held, Level
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.sql.weights import told, weighed

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(SqlChange,),
    roles=("sql",),
    tags=(
        "sql",
        "lock",
        "postgresql",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each trigger; less grave where it takes the place of another, or waits only so long for its lock."""
    sql = case[SqlChange]
    dropped: dict[RepoPath, Mapping[str, int]] = {}
    for step in sql.steps(Dialect.POSTGRES):
        act = step.act
        if not isinstance(act, Create) or act.kind != "trigger" or not act.table:
            continue
        if step.migration.path not in dropped:
            dropped[step.migration.path] = _dropped(step.migration)
        is_replacing = act.is_replacing or dropped[step.migration.path].get(act.name, step.order) < step.order
        is_bounded = step.parameters.get("lock_timeout", "0") not in ("0", "0s", "0ms", "default")
        most = Severity.MEDIUM if is_replacing or is_bounded else Severity.HIGH
        lock = Held(table=act.table, level=Level.SHARE_ROW_EXCLUSIVE, extent=Extent.MOMENT)
        held = told(sql, step, held=lock)
        yield RULE.finding(
            f"{held.words}; from then on `{act.name}` runs within every write that fires it, and fails it where it fails",
            step.place,
            anchor=step.anchor,
            severity=weighed(sql, act.table, most=most),
            causes=cause_of(step, lock, is_more=True),
        )


def _dropped(migration: Migration) -> Mapping[str, int]:
    """The triggers that a script drops, by the number of the first statement that does."""
    found: dict[str, int] = {}
    for step in migration.doing(Drop):
        if isinstance(step.act, Drop) and step.act.kind == "trigger":
            found.setdefault(step.act.name, step.order)
    return found
