"""A migration drops something with all that leans on it, and names none of that."""

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec.structs import replace

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook, NotRead, Reason
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import Act, Drop, DropColumn, DropConstraint, DropTable
from weighbridge.landscape.arguments import counted
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.sql.names import last_part
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.table_mentions import TableMention, table_mentions

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
        "data-loss",
        "postgresql",
    ),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each drop, of what is known to go with it; critical where code reads that, or rows are in it."""
    sql = case[SqlChange]
    gone: set[tuple[RepoPath, str]] = set()
    for step in sql.steps(Dialect.POSTGRES):
        if not isinstance(step.act, Drop | DropTable | DropColumn | DropConstraint) or not step.act.is_cascading:
            continue
        from weighbridge.landscape.sql.leaning import lost_with  # noqa: PLC0415 - only where something cascades

        path = step.migration.path
        if isinstance(step.act, Drop) and (path, step.act.name) in gone:
            continue  # it went with another
        lost = lost_with(sql, step)
        gone.update((path, each.name) for each in lost if each.kind == "view")
        if not sql.may_follow(0):
            yield replace(_TOO_MUCH, path=path)
        if not lost:
            continue
        read = next(((each.name, found) for each in lost if (found := _readers(case, each.kind, name=each.name))), None)
        named = ", ".join(each.words for each in lost[:_MOST_NAMED])
        more = f" and {counted(len(lost) - _MOST_NAMED, 'other')}" if len(lost) > _MOST_NAMED else ""
        words = f"{_called(step.act)} is dropped with `CASCADE`, and with it goes {named}{more}"
        severity = _severity(step.act, [each.kind for each in lost])
        if read is not None:
            words += f", while SQL in {read[1][0].place} still names `{last_part(read[0])}`"
            severity = Severity.CRITICAL
        yield RULE.finding(words, step.place, anchor=f"{step.anchor} {lost[0].name}", severity=severity)


_MOST_NAMED: Final = 5
_TOO_MUCH: Final = NotRead(
    path=RepoPath(""),
    reason=Reason.LIMIT,
    detail="so many views lean on what is dropped with `CASCADE` that not all of them were followed",
    remedy="drop what leans on it by name, or in a migration of its own",
)
_HOLDS_ROWS: Final = ("column", "table")


def _severity(act: Act, kinds: Sequence[str]) -> Severity:
    """How grave it is: keys alone that lead to what is gone hold nothing any more that could be held."""
    if any(kind in _HOLDS_ROWS for kind in kinds):
        return Severity.CRITICAL
    is_of_keys = all(kind == "foreign key" for kind in kinds)
    return Severity.MEDIUM if is_of_keys and not isinstance(act, DropConstraint) else Severity.HIGH


def _called(act: Act) -> str:
    match act:
        case Drop(kind=kind, name=name):
            return f"the {kind} `{last_part(name)}`"
        case DropColumn(column=column, table=table):
            return f"column `{column}` of `{last_part(table)}`"
        case DropConstraint(name=name, table=table):
            return f"`{name}` of `{last_part(table)}`"
    return f"table `{last_part(act.table)}`"


def _readers(case: Case, kind: str, *, name: str) -> Sequence[TableMention]:
    """Where code asks for a view that goes; a table goes with its schema alone, and others may be called as it is in theirs."""
    return table_mentions(case[Landscapes].head, last_part(name)).sure if kind == "view" else ()
