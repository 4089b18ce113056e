"""A migration disturbs what numbers new rows."""

from collections.abc import Iterable, Mapping
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import AlterOther, Create, CreateTable, Query, Run, SetDefault, Truncate
from weighbridge.landscape.sql.column_types import columns_of
from weighbridge.landscape.sql.migrations import Migration, Step
from weighbridge.landscape.sql.names import last_part
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.sql.words import words_of

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(SqlChange,),
    roles=("sql",),
    tags=(
        "sql",
        "schema",
        "postgresql",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each statement; less grave where the number that it goes on with is large, and may be right."""
    sql = case[SqlChange]
    own: dict[RepoPath, Mapping[str, int]] = {}
    for step in sql.steps(Dialect.POSTGRES):
        act = step.act
        if isinstance(act, SetDefault) and act.value is None and _counts(sql, step, column=act.column):
            yield RULE.finding(_NONE_ANY_MORE.format(f"`{act.table}`"), step.place, anchor=step.anchor)
        if not isinstance(act, AlterOther | Query | Run):
            continue
        if step.migration.path not in own:
            own[step.migration.path] = _own(step.migration)
        if _is_own(step, own[step.migration.path]):
            continue
        words = words_of(step.deed.text) if not isinstance(act, Query | Run) else step.deed.text.lower()
        for pattern, what in _DISTURBED:
            if found := pattern.search(words):
                number = int((found.groupdict().get("number") or "1")[:_LONGEST])
                severity = Severity.HIGH if number < _SMALL else Severity.MEDIUM
                said = found.groupdict()
                name = (said.get("name") or said.get("of") or act.table).replace('"', "")
                yield RULE.finding(what.format(f"`{name}`"), step.place, anchor=step.anchor, severity=severity)
                break


_SMALL: Final = 1_000
"""A number from which on nobody counts who has rows already."""
_LONGEST: Final = 18
_AGAIN: Final = (
    "{} counts from a number again that rows may have: what is added then fails as a duplicate, or is mixed up with it"
)
_NONE_ANY_MORE: Final = "nothing numbers new rows of {} any more: whoever adds one without a number fails"
_COUNTING: Final = ("serial", "bigserial", "smallserial", "serial2", "serial4", "serial8")
_DISTURBED: Final = (
    (LatePattern(r"^alter sequence (?:if exists )?(?P<name>\S+) .*\brestart\b(?: (?:with )?(?P<number>\d+))?"), _AGAIN),
    (
        LatePattern(r"^alter table\b.*\balter (?:column )?\S+ (?:set .*)?restart\b(?: (?:with )?(?P<number>\d+))?"),
        _AGAIN,
    ),
    (
        LatePattern(
            r"\bsetval ?\( ?(?:'(?P<name>[^']+)'(?: ?:: ?regclass)?|pg_get_serial_sequence ?\( ?'(?P<of>[^']+)'[^()]*\)) ?, ?(?P<number>\d+) ?[,)]"
        ),
        _AGAIN,
    ),
    (
        LatePattern(r"^alter sequence (?:if exists )?(?P<name>\S+) .*(?<!no )\bcycle\b"),
        "{} begins anew when it is at its end: numbers that rows have are given again",
    ),
    (
        LatePattern(r"^alter sequence (?:if exists )?(?P<name>\S+) as (?:smallint|integer|int[24]?)\b"),
        "{} counts in a type of fewer numbers: where it is past them this fails, and later whoever asks it for the next",
    ),
    (
        LatePattern(r"^alter table\b.*\balter (?:column )?\S+ drop identity\b"),
        _NONE_ANY_MORE,
    ),
)


def _counts(sql: SqlChange, step: Step, *, column: str) -> bool:
    """Whether the default that goes takes its numbers of a sequence, and none comes in its place."""
    if any(isinstance(each.act, SetDefault | AlterOther) and each.act.table == step.act.table for each in step.rest):
        return False
    found = False
    for act in sql.acts_before(step, step.act.table, naming=column):
        if isinstance(act, SetDefault) and act.column == column:
            found = act.value is not None and "nextval" in act.value.calls
        for each in columns_of(act):
            if each.name == column:
                found = each.type.name in _COUNTING or (each.default is not None and "nextval" in each.default.calls)
    return found


def _own(migration: Migration) -> Mapping[str, int]:
    """The sequences that a script makes, also with a table, and the tables that it empties, by the number of the first statement that does."""
    found: dict[str, int] = {}
    for step in migration.doing(Create, CreateTable, Truncate):
        match step.act:
            case CreateTable(table=name, columns=columns, is_conditional=False):
                counted = {"id", *(each.name for each in columns)}
                found |= {f"{last_part(name)}_{each}_seq": step.order for each in counted}
            case Create(kind="sequence", name=name) | Truncate(table=name):
                last = name.rpartition(".")[2]
                found[last] = min(step.order, found.get(last, step.order))
            case _:
                pass
    return found


def _is_own(step: Step, own: Mapping[str, int]) -> bool:
    """Whether the script made what counts, or emptied what is counted."""
    if not own:
        return False
    text = step.deed.text
    words = {
        "_".join(word.split("_")[:count]) for word in _WORD.findall(text) for count in range(1, word.count("_") + 2)
    }
    return any(own[word] < step.order for word in words & own.keys()) or any(
        order < step.order for name, order in own.items() if not _WORD.fullmatch(name) and name in text
    )


_WORD: Final = LatePattern(r"\w+")
