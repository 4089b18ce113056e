"""Whether all of a repository's code was read that speaks SQL to a table, and names that table's columns one by one, none of them the one that goes."""

import re
from collections.abc import Iterator
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Place
from weighbridge.facts.expressions import walk
from weighbridge.facts.mentions import words_in
from weighbridge.facts.model import Text
from weighbridge.facts.roles import CODE, role_of
from weighbridge.facts.sql.acts import Create
from weighbridge.landscape.arguments import counted
from weighbridge.landscape.landscape import Landscape
from weighbridge.landscape.landscapes import View
from weighbridge.landscape.model_columns import model_classes
from weighbridge.landscape.sql.conventions import is_migration
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.names import last_part
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.sql.undoing import undoes
from weighbridge.landscape.table_mentions import How, camel, table_mentions
from weighbridge.landscape.terms import WORD, expressions
from weighbridge.landscape.test_files import is_test

_MOST_FILES: Final = 400
"""In a repository that holds more besides code nothing is proven."""
_CUT: Final = 2_000
"""A text of so many characters may be longer."""
_OTHER_CODE: Final = (
    ".rb", ".rake", ".erb", ".php", ".rs", ".cs", ".fs", ".vb", ".kt", ".kts", ".scala", ".groovy", ".clj", ".ex", ".exs", ".erl", ".swift", ".dart",
    ".c", ".cc", ".cpp", ".h", ".pl", ".pm", ".lua", ".hs", ".r", ".jl", ".ipynb", ".vue", ".svelte", ".prisma",
)  # fmt: skip
"""Code that nothing here reads for what it asks of a table."""
_NO_TEXT: Final = (
    ".png",
    ".jpg",
    ".jpeg",
    ".gif",
    ".svg",
    ".ico",
    ".woff",
    ".woff2",
    ".ttf",
    ".pdf",
    ".zip",
    ".gz",
    ".jar",
    ".sum",
)
_COUNTED: Final = LatePattern(r"\bcount\s*\(\s*\*\s*\)", re.IGNORECASE)
_WHOLE: Final = LatePattern(r"\s*(?:select|insert\s+into|update|delete\s+from|with)\s", re.IGNORECASE)
_ROWS: Final = LatePattern(r"\binsert\s+into\s+[\w.\"`]++(?!\s*\()", re.IGNORECASE)
_FILLED_IN: Final = LatePattern(r"\b(?:select|returning)\b(?:(?!\bfrom\b).)*%[svq]", re.IGNORECASE | re.DOTALL)
_WHOLE_ROW: Final = LatePattern(
    r"\b(?:row_to_json|to_jsonb?|jsonb?_agg|array_agg|hstore)\s*\(\s*\w+\s*[,)]", re.IGNORECASE
)
_MADE: Final = ("function", "procedure", "view", "materialized view", "trigger", "policy", "rule")


def listed_at(view: View, sql: SqlChange, *, step: Step, column: str) -> tuple[Place, int] | None:
    """Where code asks for other columns of a step's table by their names, and how many more places do; None where any may ask for this one.

    Any may where a statement asks for all columns or is put together, where a class or calls stand for the table, where a routine, a
    view or a file that is no code says the column's name, and where code of a language lies that is not read here.
    """
    table = last_part(step.act.table)
    classes = model_classes(view, table)
    found = table_mentions(view, table, script=step.migration.path)
    if (
        classes.defined
        or not found.is_whole
        or not found.is_all
        or any(each.how is not How.SQL for each in found.mentions)
    ):
        return None
    places = [each.place for each in found.mentions]
    if not places or not all(_is_listed(text, table) for text in _texts(view.landscape, table)):
        return None
    return None if _may_be_asked_elsewhere(sql, step, table=table, column=column) else (places[0], len(places) - 1)


def _texts(landscape: Landscape, table: str) -> Iterator[str]:
    """What code that runs says in which the table's name stands as a word."""
    holding = [set(landscape.files_with(WORD + word)) for word in words_in(table)]
    paths = [path for path in sorted(set.intersection(*holding)) if not is_test(path)] if holding else []
    landscape.load(paths)
    word = _word(table)
    for path in paths:
        facts = landscape.facts(path)
        for _, _, outer in expressions(facts) if facts is not None else ():
            for expr in walk(outer):
                if isinstance(expr, Text) and word.search(expr.value) is not None:
                    yield expr.value


def _is_listed(text: str, table: str) -> bool:
    """Whether a text is no question to the table, or one that names its columns; its name alone is one that calls may ask with."""
    if text.strip("\"'` ").rpartition(".")[2].lower() == table.lower():
        return False
    asks = re.search(
        rf"\b(?:from|join|into|update|table|only|copy)\s+(?:\"?\w+\"?\.)?\"?{re.escape(table)}\b", text, re.IGNORECASE
    )
    if asks is None:
        return True
    bare = _COUNTED.sub("", text)
    if "*" in bare or "{" in bare or len(text) >= _CUT or _WHOLE.match(text) is None:
        return False
    return not any(pattern.search(bare) for pattern in (_ROWS, _FILLED_IN, _WHOLE_ROW))


def _may_be_asked_elsewhere(sql: SqlChange, step: Step, *, table: str, column: str) -> bool:
    """Whether a file that is no code may ask for the column, or code that is not read here."""
    others = [path for path in sql.known.tree.blobs if role_of(path) not in (*CODE, "prose")]
    if len(others) > _MOST_FILES or any(path.lower().endswith(_OTHER_CODE) for path in others):
        return True
    named = re.compile(rf"(?<!\w)(?:{re.escape(column)}|{re.escape(camel(column))})(?!\w)", re.IGNORECASE)
    read = [path for path in others if not path.lower().endswith(_NO_TEXT)]
    sql.known.read_ahead(read)
    if any(_says(sql.known.text(path), path, table=_word(table), named=named) for path in read):
        return True
    return any(
        isinstance(act, Create) and act.kind in _MADE and named.search(deed.text) is not None
        for deed in sql.known.saying(column.lower(), dialect=step.migration.dialect)
        for act in deed.acts
    )


def _says(text: str, path: RepoPath, *, table: re.Pattern[str], named: re.Pattern[str]) -> bool:
    """Whether a file says the column's name, or asks for all columns; migrations aside, which were run."""
    if role_of(path) == "sql":
        is_run = is_migration(path, text) or undoes(path)
        return not is_run and (named.search(text) is not None or (table.search(text) is not None and "*" in text))
    return named.search(text) is not None


def _word(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)


def listed_in_words(what: str, place: Place, *, more: int) -> str:
    """What a drop means of a column for which nothing here can ask."""
    others = f" and {counted(more, 'more place')}" if more else ""
    return (
        f"{what} is dropped for good, with what is in it: the code here was read in full, its SQL names other columns of the table"
        f" one by one ({place}{others}), and nothing names this one"
    )
