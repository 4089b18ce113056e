"""A migration has the database refuse rows that code adds."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Place
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.mentions import words_in
from weighbridge.facts.sql.acts import AlterOther, SetDefault
from weighbridge.landscape.landscapes import Landscapes, View
from weighbridge.landscape.sql.column_types import columns_of
from weighbridge.landscape.sql.mapped_inserts import Added, added_by_knex, added_by_records, may_fill
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.names import last_part
from weighbridge.landscape.sql.not_null import is_kept_full
from weighbridge.landscape.sql.null_readers import has_code
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.sql.words import words_of
from weighbridge.landscape.table_mentions import How, table_mentions
from weighbridge.landscape.terms import WORD
from weighbridge.landscape.test_files import stands_aside

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

_ALWAYS: Final = LatePattern(r"\balter (?:column )?\"?(?P<column>\w+)\"? set generated always\b")
_MOST_BYTES: Final = 1_000_000
_MOST_FILES: Final = 200
"""Files of JavaScript that hold the table's name no more are read."""
_SCRIPTS: Final = (".js", ".ts", ".cjs", ".mjs", ".cts", ".mts")


def check(case: Case) -> Iterable[Finding]:
    """One finding for each column of which an INSERT in code gives too little or too much."""
    sql, view = case[SqlChange], case[Landscapes].head
    for step in sql.steps():
        act = step.act
        if isinstance(act, SetDefault) and act.value is None and _was_filled(sql, step, column=act.column):
            column, is_left_out = act.column, True
            what = "may not be NULL and has no default any more"
        elif (found := _generated(step)) is not None:
            column, is_left_out = found, False
            what = "takes no number but the database's own"
        else:
            continue
        place = _insert(view, step, column=column, is_left_out=is_left_out)
        if place is None and is_left_out and _insert(view, step, column=column, is_left_out=False) is None:
            yield RULE.finding(
                f"`{column}` of `{act.table}` {what}: whoever adds rows without it fails, and"
                f" {'no INSERT here says which columns it gives' if has_code(view) else 'no code is here that could be asked'}",
                step.place,
                anchor=step.anchor,
                severity=Severity.MEDIUM if has_code(view) else Severity.HIGH,
                confidence=Confidence.MEDIUM,
            )
        if place is not None:
            yield RULE.finding(
                f"`{column}` of `{act.table}` {what}: the rows are refused that {place} adds, which"
                f" {'leaves it out' if is_left_out else 'gives one'}",
                step.place,
                anchor=step.anchor,
            )


def _generated(step: Step) -> str | None:
    """The column that is numbered always from now on."""
    act = step.act
    if not isinstance(act, AlterOther) or "generated" not in act.what:
        return None
    found = _ALWAYS.search(words_of(step.deed.text))
    return found["column"] if found is not None else None


def _was_filled(sql: SqlChange, step: Step, *, column: str) -> bool:
    """Whether a column that may not be NULL had a constant or computed default; of numbers, `sql/row-numbers` tells."""
    is_set_again = any(
        isinstance(each.act, SetDefault) and (each.act.table, each.act.column) == (step.act.table, column)
        for each in step.after(SetDefault)
    )
    if is_set_again or not is_kept_full(sql, step, table=step.act.table, column=column):
        return False
    had = None
    for act in sql.acts_before(step, step.act.table, naming=column):
        if isinstance(act, SetDefault) and act.column == column:
            had = act.value
        had = next((each.default for each in columns_of(act) if each.name == column), had)
    return had is not None and "nextval" not in had.calls


def _insert(view: View, step: Step, *, column: str, is_left_out: bool) -> Place | None:
    """Where code adds rows without a column, or with it."""
    table = last_part(step.act.table)
    for path, text in _texts(view, step, table=table):
        for found in _inserts(table).finditer(text):
            given = {each.strip(" \t\r\n\"'`\\+").lower() for each in found["given"].split(",")}
            is_told = found["then"].lower() == "overriding" and not is_left_out
            if (column.lower() in given) is not is_left_out and not is_told:
                return _place(path, text, at=found.start())
        for each in _mapped(view, path, text=text, table=table) if is_left_out else ():
            if not each.given & {column, column.removesuffix("_id")} and not _may_fill(view, table, column=column):
                return _place(path, text, at=each.start)
    return None


def _texts(view: View, step: Step, *, table: str) -> Iterator[tuple[RepoPath, str]]:
    """The texts of code that may add rows of a table."""
    mentions = table_mentions(view, table, script=step.migration.path).mentions
    told = [each.place.path for each in mentions if each.how is How.SQL]
    holding = [view.landscape.files_with(WORD + word) for word in words_in(table)]
    naming = set(holding[0]).intersection(*holding[1:]) if holding else set()
    built = sorted(each for each in naming if each.endswith(_SCRIPTS) and not stands_aside(each))
    for path in dict.fromkeys((*told, *built[:_MOST_FILES])):
        blob = view.landscape.tree.blobs.get(path)
        data = view.landscape.read(blob.oid, _MOST_BYTES) if blob is not None else None
        yield path, data.decode("utf-8", "replace") if isinstance(data, bytes) else ""
    yield from view.ruby.naming(table)


def _mapped(view: View, path: RepoPath, *, text: str, table: str) -> Iterator[Added]:
    if path.endswith((".rb", ".rake")):
        return added_by_records(text, table, names=view.ruby.classes(table))
    return added_by_knex(text, table)


def _may_fill(view: View, table: str, *, column: str) -> bool:
    return any(may_fill(text, column) for text in view.ruby.class_texts(table))


def _place(path: RepoPath, text: str, *, at: int) -> Place:
    line = text.count("\n", 0, at) + 1
    return Place(path=path, line=line, end_line=line)


def _inserts(table: str) -> re.Pattern[str]:
    """An INSERT into a table that lists its columns."""
    name = rf"[\"`\\\w.]{{0,80}}?(?<!\w){re.escape(table)}[\"`\\]*"
    return re.compile(
        rf"\binsert\s+into\s+{name}\s*\((?P<given>[^()]*)\)\s*(?P<then>values|select|overriding)", re.IGNORECASE
    )
