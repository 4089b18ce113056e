"""A migration renames a schema, a database, a routine or a type."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import Create, Rename
from weighbridge.landscape.sql.migrations import Migration, Step
from weighbridge.landscape.sql.names import last_part
from weighbridge.landscape.sql.sql_change import SqlChange

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(SqlChange,),
    roles=("sql",),
    tags=(
        "sql",
        "schema",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each that the script did not make itself; less grave where its old name is given on at once."""
    heirs: dict[RepoPath, Mapping[str, Sequence[Step]]] = {}
    for step in case[SqlChange].steps():
        act = step.act
        if not isinstance(act, Rename) or act.kind not in _ASKED_FOR or _is_own(step, act):
            continue
        words, severity = _ASKED_FOR[act.kind]
        if step.migration.path not in heirs:
            heirs[step.migration.path] = _heirs(step.migration)
        heir = _heir(step, act, given=heirs[step.migration.path].get(last_part(act.name), ()))
        if heir is not None:
            words, severity = f"the old name stands for what line {heir.act.line} gives it", Severity.MEDIUM
        yield RULE.finding(
            f"the {act.kind} `{act.name}` is renamed to `{act.to}` at once: {words}",
            step.place,
            anchor=step.anchor,
            severity=severity,
        )


_FAILS: Final = "while old and new code both run, one of them asks for a name that does not exist"
_CASTS: Final = "whatever casts to it by its old name fails, as many drivers and mappers do with every value"
_ASKED_FOR: Final = {
    "schema": ("every query that names a table in it, or finds one by its search_path, fails", Severity.HIGH),
    "database": (
        "whoever connects to it by name is refused, and it cannot be done while anybody is connected",
        Severity.HIGH,
    ),
    "role": ("whoever logs in by the old name is refused", Severity.HIGH),
    "user": ("whoever logs in by the old name is refused", Severity.HIGH),
    "attribute": (_FAILS, Severity.HIGH),
    "function": (_FAILS, Severity.HIGH),
    "procedure": (_FAILS, Severity.HIGH),
    "routine": (_FAILS, Severity.HIGH),
    "aggregate": (_FAILS, Severity.HIGH),
    "extension": ("queries find what it brings only by the new schema", Severity.HIGH),
    "type": (_CASTS, Severity.HIGH),
    "domain": (_CASTS, Severity.HIGH),
    "sequence": ("whoever asks it by name for the next number fails", Severity.MEDIUM),
}
"""What is asked for by its name, and by whom."""


def _is_own(step: Step, act: Rename) -> bool:
    """Whether the script made it before."""
    return any(
        isinstance(each.act, Create) and last_part(each.act.name) == last_part(act.name) and each.order < step.order
        for each in step.migration.doing(Create)
    )


def _heirs(migration: Migration) -> Mapping[str, Sequence[Step]]:
    """By each name, what gives it to something."""
    found: dict[str, list[Step]] = {}
    for step in migration.doing(Create, Rename):
        act = step.act
        name = act.to if isinstance(act, Rename) else act.name if isinstance(act, Create) else ""
        found.setdefault(last_part(name), []).append(step)
    return found


def _heir(step: Step, act: Rename, *, given: Sequence[Step]) -> Step | None:
    """What takes the old name after it."""
    for each in given:
        other = each.act
        is_alike = isinstance(other, Create) or (
            isinstance(other, Rename) and other.kind == act.kind and each.transaction == step.transaction > 0
        )
        if each.order > step.order and is_alike:
            return each
    return None
