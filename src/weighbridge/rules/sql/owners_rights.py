"""A migration makes a routine or a view that runs with its owner's rights."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import AlterOther, Create, Grant
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.names import last_part
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.sql.words import words_of

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(SqlChange,),
    roles=("sql",),
    weaknesses=(269,),
    tags=(
        "sql",
        "access",
        "postgresql",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each, less grave where its search_path is fixed, or nobody but triggers may call it."""
    for step in case[SqlChange].steps(Dialect.POSTGRES):
        act = step.act
        is_made = isinstance(act, Create) and act.kind in _ROUTINES
        if not is_made and not (isinstance(act, AlterOther) and act.what.startswith(_ALTERED)):
            continue
        words = words_of(step.deed.text)
        if _OPENED.search(words):
            yield RULE.finding(
                "the view asks with its owner's rights: row-level security of the tables under it no longer holds for who reads it",
                step.place,
                anchor=step.anchor,
            )
        if not _DEFINER.search(words):
            continue
        is_fixed = "set search_path" in words or _is_fixed(step, act)
        is_inner = " returns trigger" in words or _is_withheld(step, act)
        more = (
            ""
            if is_fixed
            else ", and finds what it names by the caller's search_path, who may put something else there"
        )
        yield RULE.finding(
            f"whoever may call it does what its owner may{more}",
            step.place,
            anchor=step.anchor,
            severity=Severity.MEDIUM if is_fixed or is_inner else Severity.HIGH,
        )


_ROUTINES: Final = ("function", "procedure")
_ALTERED: Final = ("alter function", "alter procedure", "alter routine", "alter view")
_DEFINER: Final = LatePattern(r"\bsecurity definer\b")
_OPENED: Final = LatePattern(
    r"^alter view\b.*\bset \( ?security_invoker ?= ?(?:false|off|0)\b|\breset \( ?security_invoker"
)


def _named(act: object) -> str:
    return last_part(act.name) if isinstance(act, Create) else ""


def _is_fixed(step: Step, act: object) -> bool:
    """Whether the script fixes its search_path after it."""
    name = _named(act)
    return bool(name) and any(
        name in each.deed.text and "search_path" in each.deed.text.lower() for each in step.after(AlterOther)
    )


def _is_withheld(step: Step, act: object) -> bool:
    """Whether the script takes from everybody the right to call it."""
    name = _named(act)
    return bool(name) and any(
        isinstance(each.act, Grant)
        and not each.act.is_given
        and name in each.act.on
        and any(to.lower() == "public" for to in each.act.to)
        for each in step.after(Grant)
    )
