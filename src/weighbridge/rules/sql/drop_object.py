"""A migration drops what queries, columns or other parts of the schema lean on."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import ChangeType, Create, Drop, DropColumn, DropTable, Rename
from weighbridge.landscape.arguments import counted
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.names import last_part
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.table_mentions import MOST_FILES, TableMention, table_mentions

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
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
    """One finding for each statement, of what the script neither made itself nor makes anew."""
    sql = case[SqlChange]
    dropped: dict[tuple[str, int], list[Step]] = {}
    for step in sql.steps():
        if isinstance(step.act, Drop) and step.act.kind in (*_LEANT_ON, *_UNASKED) and not _is_own(step, step.act):
            dropped.setdefault((step.migration.path, step.order), []).append(step)
    for steps in dropped.values():
        yield _told(case, steps)


def _told(case: Case, steps: Sequence[Step]) -> Finding:
    acts = [step.act for step in steps if isinstance(step.act, Drop)]
    first = acts[0]
    names = ", ".join(f"`{last_part(act.name)}`" for act in acts[:_MOST_NAMED])
    more = f" and {counted(len(acts) - _MOST_NAMED, 'other')}" if len(acts) > _MOST_NAMED else ""
    words = f"the {first.kind} {names}{more} {'is' if len(acts) == 1 else 'are'} dropped"
    is_made_anew = all(_is_made_anew(steps[0], act) for act in acts)
    if is_made_anew:
        words += " and made anew for other values"
    is_called = first.kind not in _UNASKED and not all(_is_of_triggers(case[SqlChange], act) for act in acts)
    is_left = first.kind in _OF_TABLES and _drops_its_users(steps[0])
    is_lost = first.kind in _WORKS_UNASKED and not _has_heir(steps[0], first)
    is_grave = first.is_cascading or (is_called and not is_left) or is_lost
    severity = Severity.HIGH if is_grave else Severity.MEDIUM
    if first.is_cascading and first.kind in _OF_COLUMNS:
        words += ", and with it every column, view and function that leans on it"
        severity = Severity.CRITICAL
    elif first.is_cascading:
        words += ", and with it whatever leans on it, unnamed"
    mentions = next((found for act in acts if (found := _mentions(case, act))), ())
    is_unnamed = first.kind == "sequence" and not mentions and _is_searched(case)
    if mentions:
        words += f", while SQL in {mentions[0].place} still names it"
        severity = Severity.CRITICAL
    elif first.kind in _WORKS_UNASKED:
        words += f": {_WORKS_UNASKED[first.kind]}"
    elif is_unnamed and not first.is_cascading:
        words += ": nothing in this repository names it; queries elsewhere that do fail at once"
        severity = Severity.MEDIUM
    elif is_made_anew and not first.is_cascading and _is_searched(case):
        words += ": nothing in this repository names it; calls from elsewhere fail at once"
        severity = Severity.MEDIUM
    elif not first.is_cascading:
        words += ": code that uses it fails at once"
    return RULE.finding(words, steps[0].place, anchor=f"{first.kind} {first.name}", severity=severity)


def _mentions(case: Case, act: Drop) -> Sequence[TableMention]:
    """Where code asks for it."""
    if act.kind not in _IN_QUERIES:
        return ()
    return table_mentions(case[Landscapes].head, last_part(act.name)).sure


def _is_searched(case: Case) -> bool:
    """Whether there is code here, and all of it was searched."""
    paths = case[Landscapes].head.landscape.tree.code_paths
    return 0 < len(paths) <= MOST_FILES


def _is_of_triggers(sql: SqlChange, act: Drop) -> bool:
    """Whether only triggers call a function: no query can."""
    return act.kind == "function" and sql.known.is_of_triggers(act.name)


def _has_heir(step: Step, act: Drop) -> bool:
    """Whether the script gives the table another of the kind, which may do the same."""
    return any(
        isinstance(each.act, Create) and (each.act.kind, each.act.table) == (act.kind, act.table)
        for each in step.after(Create)
    )


def _drops_its_users(step: Step) -> bool:
    """Whether the script drops tables or columns too: PostgreSQL refuses to drop a type that one still has."""
    return any(True for _ in step.migration.doing(DropTable, DropColumn, ChangeType))


_OF_TABLES: Final = ("type", "domain", "sequence")
_MOST_NAMED: Final = 3
_LEANT_ON: Final = (
    "view", "materialized view", "type", "domain", "function", "procedure", "routine", "aggregate", "sequence", "extension",
    "operator", "role", "user", "publication", "subscription", "foreign table", "server", "attribute", "group", "text search",
    "foreign data wrapper", "cast",
)  # fmt: skip
"""What code asks for by its name, or uses unnamed."""
_WORKS_UNASKED: Final = {
    "trigger": "what it did, or refused, with every write is done no more, and no write fails of it",
    "rule": "what it made of every query or write is done no more, and none fails of it",
    "event trigger": "what it watched, or refused, of the schema's changes goes on unseen",
}
"""What nobody calls and works all the same: what is lost with it."""
_UNASKED: Final = (*_WORKS_UNASKED, "event", "synonym", "collation", "language", "operator class", "operator family")
"""What no code asks for."""
_OF_COLUMNS: Final = ("type", "domain", "extension", "attribute")
_IN_QUERIES: Final = ("view", "materialized view", "function", "foreign table", "sequence")


def _is_before_in_one(each: Step, step: Step) -> bool:
    """Whether it comes before within one statement."""
    return each.order == step.order and step.deed.acts.index(each.act) < step.deed.acts.index(step.act)


def _is_own(step: Step, act: Drop) -> bool:
    """Whether the script made it before, or makes one of that name after it; or put it aside under that name to replace it."""
    name = last_part(act.name)
    return any(
        (
            isinstance(each.act, Create)
            and last_part(each.act.name) == name
            and not _is_before_in_one(each, step)
            and not _takes_others(step, each, name=name)
        )
        or (each.order < step.order and isinstance(each.act, Rename) and last_part(each.act.to) == name)
        for each in step.migration.doing(Create, Rename)
    )


def _is_made_anew(step: Step, act: Drop) -> bool:
    """Whether the script makes another routine of that name after it."""
    made = (each.act for each in step.after(Create))
    return act.kind in _CALLED and any(
        isinstance(each, Create) and each.kind in _CALLED and last_part(each.name) == last_part(act.name)
        for each in made
    )


def _takes_others(drop: Step, made: Step, *, name: str) -> bool:
    """Whether a routine is dropped and made anew that takes more values than it was given so far, or fewer."""
    if made.order < drop.order or not isinstance(drop.act, Drop) or drop.act.kind not in _CALLED:
        return False
    given, taken = _values(drop.deed.text, name), _values(made.deed.text, name)
    return given is not None and taken is not None and not taken[0] <= given[1] <= taken[1]


def _values(text: str, name: str) -> tuple[int, int] | None:
    """How many values a routine takes at least, and at most; None where the statement does not say."""
    found = re.search(rf"\b{re.escape(name)}\"?\s*\(((?:[^()]|\([^()]*\))*)\)", text, re.IGNORECASE)
    if found is None:
        return None
    listed = [each for each in re.sub(r"\([^()]*\)", "", found[1]).split(",") if each.strip()]
    taken = [each for each in listed if _ONLY_GIVEN_BACK.match(each) is None]
    if any(_ALL_THAT_COME.match(each) for each in taken):
        return len(taken) - 1, _MOST_VALUES
    return sum(_MAY_BE_LEFT.search(each) is None for each in taken), len(taken)


_CALLED: Final = ("function", "procedure", "routine")
_ONLY_GIVEN_BACK: Final = LatePattern(r"\s*out\s", re.IGNORECASE)
_ALL_THAT_COME: Final = LatePattern(r"\s*variadic\s", re.IGNORECASE)
_MAY_BE_LEFT: Final = LatePattern(r"\bdefault\b|=", re.IGNORECASE)
_MOST_VALUES: Final = 100
