"""A migration gives others personal or payment data to read."""

import re
from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import AddColumn, Create, CreateTable, DropColumn, Grant
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.names import is_one, last_part
from weighbridge.landscape.sql.personal import protected, readable
from weighbridge.landscape.sql.sql_change import SqlChange

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(SqlChange,),
    roles=("sql",),
    weaknesses=(359,),
    tags=(
        "sql",
        "privacy",
        "access",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each grant over such columns, and for each view that shows them."""
    sql = case[SqlChange]
    for step in sql.all_steps():
        act = step.act
        readers: tuple[str, ...] = ()
        if isinstance(act, Grant) and act.is_given and act.table and _may_read(act):
            shown = _columns(sql, step, table=act.table)
            named = _NAMED.search(" ".join(act.rights))
            if named:
                shown = [name for name in shown if re.search(rf"\\b{re.escape(name)}\\b", named.group(), re.IGNORECASE)]
            to, how = ", ".join(act.to), "may read"
        elif isinstance(act, Create) and act.kind in ("view", "materialized view") and act.value is not None:
            shown = _newly_shown_by(sql, step, act=act, query=act.value.text)
            readers = _readers(sql, step, view=act.name) if shown else ()
            listed = ", ".join(f"`{each}`" for each in readers)
            whom = f"{listed} and whoever else may read" if readers else "whoever may read"
            to, how = f"{whom} the {act.kind} `{act.name}`", "see" if readers else "sees"
        else:
            continue
        found = [(name, held) for name in shown if (held := protected(name)) is not None]
        if found:
            what = ", ".join(f"`{name}` ({held.what})" for name, held in found)
            yield RULE.finding(
                f"{to} {how} {what}",
                step.place,
                anchor=step.anchor,
                severity=Severity.HIGH
                if readers and len({held.what for _, held in found}) >= _WHOLE_PERSON
                else min((held.severity for _, held in found), key=lambda each: each.rank),
            )


_NAMED: Final = LatePattern(r"select\s*\([^)]*\)", re.IGNORECASE)
_LIST: Final = LatePattern(r"\bselect\b(?P<list>.*?)\bfrom\b", re.IGNORECASE | re.DOTALL)
_FROM: Final = LatePattern(r"\b(?:from|join)\s+(?P<table>[\w.\"]+)", re.IGNORECASE)
_SOURCES: Final = LatePattern(
    r"\bfrom\b(?P<list>(?:(?!\b(?:where|group|order|union|having|limit|select)\b)[^;])*)", re.IGNORECASE
)
_PARTED: Final = LatePattern(r",|\bjoin\b", re.IGNORECASE)
_NAME: Final = LatePattern(r"[\w.\"]+")
_WRAPPED: Final = LatePattern(r"\w+\s*\([^()]*\)")
_WORD: Final = LatePattern(r"[A-Za-z_]\w*")


_WHOLE_PERSON: Final = 3
"""So many things together, a name and how to reach somebody among them, tell a person from all others."""
_OF_SCHEMA: Final = LatePattern(
    r"\balter default privileges\b.*?\bin schema \"?(?P<schema>\w+)", re.IGNORECASE | re.DOTALL
)


def _readers(sql: SqlChange, step: Step, *, view: str) -> tuple[str, ...]:
    """The roles that read a view, and nothing but read: by the script that makes it, or by what is made in its schema."""
    own = [
        act for each in step.migration.doing(Grant) if isinstance(act := each.act, Grant) and is_one(act.table, view)
    ]
    schema = view.rpartition(".")[0] or "public"
    for deed in sql.known.saying("alter default privileges", dialect=step.migration.dialect):
        found = _OF_SCHEMA.search(deed.text)
        if found is not None and found["schema"].lower() == schema:
            own += (act for act in deed.acts if isinstance(act, Grant) and act.on.lower() == "tables")
    readers = (
        role for act in own if act.is_given and {each.lower() for each in act.rights} == {"select"} for role in act.to
    )
    return tuple(dict.fromkeys(readers))


def _may_read(act: Grant) -> bool:
    return any(right.lower().startswith(("select", "all")) for right in act.rights)


def _columns(sql: SqlChange, step: Step, *, table: str) -> list[str]:
    """The columns of a table, as far as scripts say, that hold something readable."""
    found: dict[str, bool] = {}
    for act in sql.acts_before(step, table):
        if isinstance(act, CreateTable):
            found |= {column.name: readable(column) is not None for column in act.columns}
        elif isinstance(act, AddColumn):
            found[act.column.name] = readable(act.column) is not None
        elif isinstance(act, DropColumn):
            found.pop(act.column, None)
    return [name for name, is_readable in found.items() if is_readable]


def _newly_shown_by(sql: SqlChange, step: Step, *, act: Create, query: str) -> list[str]:
    """The columns that a view shows from now on: not those that it showed before, of the same tables."""
    shown = _shown_by(sql, step, query=query)
    if not any(protected(name) is not None for name in shown):
        return []
    before = sql.known.view_before(act.name, at=step.migration.path)
    if before is None or before.value is None or not _tables(query) <= _tables(before.value.text):
        return shown
    listed = _LIST.search(before.value.text)
    named = _WORD.findall(_WRAPPED.sub("", listed["list"])) if listed is not None else []
    return [name for name in shown if name not in named]


def _tables(query: str) -> set[str]:
    """The tables that a query asks, those of a list too."""
    listed = (part for found in _SOURCES.finditer(query) for part in _PARTED.split(found["list"]))
    return {last_part(name[0].replace('"', "").lower()) for part in listed if (name := _NAME.search(part)) is not None}


def _shown_by(sql: SqlChange, step: Step, *, query: str) -> list[str]:
    """The columns that a query shows as they are: those that something is computed of aside."""
    listed = _LIST.search(query)
    if listed is None:
        return []
    text = _WRAPPED.sub("", listed["list"])
    names = [found.group() for found in _WORD.finditer(text)]
    if "*" in text:
        names += [
            name
            for found in _FROM.finditer(query)
            for name in _columns(sql, step, table=found["table"].replace('"', "").lower())
        ]
    return list(dict.fromkeys(name for name in names if protected(name) is not None))
