"""A migration renames a table or a view."""

from collections.abc import Iterable, Mapping, Sequence

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import Act, Create, CreateTable, Insert, Lock, RenameTable
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.sql.migrations import Migration, Step
from weighbridge.landscape.sql.names import last_part
from weighbridge.landscape.sql.set_aside import is_set_aside
from weighbridge.landscape.sql.sql_change import SqlChange

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(
        SqlChange,
        Landscapes,
    ),
    roles=("sql",),
    tags=(
        "sql",
        "schema",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each table; less grave where the script gives its old name to something else at once."""
    givers: dict[RepoPath, Mapping[str, Sequence[Step]]] = {}
    for step in case[SqlChange].steps():
        act = step.act
        if not isinstance(act, RenameTable):
            continue
        if step.migration.path not in givers:
            givers[step.migration.path] = _givers(step.migration)
        later = (each for each in givers[step.migration.path].get(last_part(act.table), ()) if each.order > step.order)
        heir, copied = next(later, None), None
        is_aside = heir is None and is_set_aside(case[Landscapes].head, act.table, name=act.name)
        if is_aside:
            words = "it is set aside, and nothing in this repository names it; queries elsewhere that do fail until it is renamed back"
        elif heir is None:
            words = "while old and new code both run, one of them asks for a name that does not exist"
        elif (copied := _copied(step, act, heir=heir)) is not None:
            words = (
                f"line {heir.act.line} gives its name to the copy of line {copied.act.line}, which has none of what is written in"
                " between, nor the rights, triggers and keys of others that the table has"
            )
        else:
            words = (
                f"the old name stands for what line {heir.act.line} gives it, which code that runs must be content with"
            )
        yield RULE.finding(
            f"`{act.table}` is renamed to `{act.name}` at once: {words}",
            step.place,
            anchor=step.anchor,
            severity=Severity.HIGH if (heir is None and not is_aside) or copied is not None else Severity.MEDIUM,
        )


def _givers(migration: Migration) -> Mapping[str, Sequence[Step]]:
    """By each name, what gives it to a table or a view."""
    found: dict[str, list[Step]] = {}
    for step in migration.doing(RenameTable, Create, CreateTable):
        found.setdefault(_gives(step.act), []).append(step)
    return found


def _copied(step: Step, act: RenameTable, *, heir: Step) -> Step | None:
    """Where the script copies the rows to what takes the name, unless it keeps others from writing meanwhile."""
    if not isinstance(heir.act, RenameTable) or step.migration.dialect is Dialect.SQLITE:
        return None
    if any(each.order < step.order for each in step.migration.on(act.table, Lock, Create)):
        return None
    return next(
        (
            each
            for each in step.migration.on(heir.act.table, Insert, CreateTable)
            if getattr(each.act, "has_query", False) and each.order < step.order
        ),
        None,
    )


def _gives(act: Act) -> str:
    """The name of a table or view that an act makes."""
    if isinstance(act, RenameTable) or (isinstance(act, Create) and act.kind == "view"):
        return last_part(act.name)
    return last_part(act.table) if isinstance(act, CreateTable) else ""
