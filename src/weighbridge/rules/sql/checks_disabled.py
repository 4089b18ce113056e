"""A migration switches off what keeps rows consistent."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import AlterOther, Delete, DropTable, Insert, Remark, SetParameter, Update
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.names import last_part
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.sql.sqlite import is_rebuilt
from weighbridge.landscape.sql.words import words_of

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    reads=(SqlChange,),
    roles=("sql",),
    tags=(
        "sql",
        "data",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each switch; less grave where the script switches it on again and it is the session's alone."""
    for step in case[SqlChange].steps():
        act = step.act
        words, severity = "", Severity.HIGH
        if isinstance(act, AlterOther) and act.what.startswith(_SILENCED):
            words, severity = (
                f"`{act.table or 'the database'}` does without what it was watched by ({act.what})",
                Severity.MEDIUM,
            )
        elif isinstance(act, AlterOther) and act.what.startswith(("disable trigger", "enable replica trigger")):
            words = f"triggers of `{act.table}` are off ({act.what}), those of foreign keys too where all are: rows of anybody go unchecked"
        elif isinstance(act, Update | Delete | Insert) and act.table.startswith(("pg_catalog.", *_CATALOGUE)):
            words = (
                f"`{act.table}` is written by hand: what the database knows of its tables is then what the script says"
            )
        elif isinstance(act, SetParameter):
            words = _of_setting(act)
            severity = (
                Severity.MEDIUM if _is_set_back(step, act) and act.name != "session_replication_role" else Severity.HIGH
            )
        elif isinstance(act, Remark) and act.kind == "pragma":
            words, severity = _of_pragma(step)
        if words:
            yield RULE.finding(words, step.place, anchor=step.anchor, severity=severity)


_SILENCED: Final = ("disable rule", "enable replica rule", "alter event trigger disable", "alter event disable")
_PRAGMAS: Final = (
    (
        LatePattern(r"^pragma (?:\w+\.)?ignore_check_constraints ?[=(] ?(?:on|1|true|yes)\b"),
        "checks are off: rows written meanwhile may break them, and nothing tells it later",
        Severity.HIGH,
    ),
    (
        LatePattern(r"^pragma (?:\w+\.)?writable_schema ?[=(] ?(?:on|1|true|yes)\b"),
        "the schema itself may be written over like a table: what is wrong in it makes the file unreadable",
        Severity.HIGH,
    ),
    (
        LatePattern(r"^pragma (?:\w+\.)?journal_mode ?[=(] ?'?off\b"),
        "nothing can be rolled back any more, and a crash in the middle leaves the file broken",
        Severity.HIGH,
    ),
    (
        LatePattern(r"^pragma (?:\w+\.)?(?:journal_mode ?[=(] ?'?memory|synchronous ?[=(] ?(?:off|0))\b"),
        "a crash or a loss of power in the middle leaves the file broken",
        Severity.MEDIUM,
    ),
)
_KEYS_OFF: Final = LatePattern(r"^pragma (?:\w+\.)?foreign_keys ?[=(] ?(?:off|0|false|no)\b")
_KEYS_ON: Final = LatePattern(r"^pragma (?:\w+\.)?foreign_keys ?[=(] ?(?:on|1|true|yes)\b")
_CATALOGUE: Final = (
    "pg_index",
    "pg_trigger",
    "pg_constraint",
    "pg_class",
    "pg_attribute",
    "pg_proc",
    "pg_enum",
    "pg_type",
    "sqlite_master",
    "sqlite_schema",
)
_CHECKS: Final = ("foreign_key_checks", "unique_checks", "check_constraint_checks")
_OFF: Final = ("0", "off", "false")


def _of_setting(act: SetParameter) -> str:
    name, value = last_part(act.name), act.value.lower()
    if name == "session_replication_role" and value not in ("default", "origin"):
        return "session_replication_role is not origin: no trigger fires and no foreign key is checked for what follows"
    if name in _CHECKS and value in _OFF:
        return f"{name} is off: rows written meanwhile are not checked, nor when it is on again"
    return ""


def _of_pragma(step: Step) -> tuple[str, Severity]:
    """What a setting of SQLite leaves unwatched."""
    said = words_of(step.deed.text)
    if _KEYS_OFF.match(said) and not _rebuilds(step):
        is_on_again = any(_KEYS_ON.match(words_of(each.deed.text)) for each in step.after(Remark))
        is_written = not is_on_again and any(True for _ in step.after(Delete, Update, DropTable))
        words = (
            "foreign keys are off: rows written meanwhile may refer to what is not there, and nothing tells it later"
        )
        return words, Severity.HIGH if is_written else Severity.MEDIUM
    return next(((words, severity) for pattern, words, severity in _PRAGMAS if pattern.match(said)), ("", Severity.LOW))


def _is_set_back(step: Step, act: SetParameter) -> bool:
    return any(
        isinstance(each.act, SetParameter)
        and last_part(each.act.name) == last_part(act.name)
        and not _of_setting(each.act)
        for each in step.after(SetParameter)
    )


def _rebuilds(step: Step) -> bool:
    """Whether the script builds a table anew as SQLite's documentation says, where keys must be off."""
    return any(is_rebuilt(each) for each in step.after(DropTable))
