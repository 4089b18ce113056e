"""Queries that stand in files of their own, for reports or for code that loads them, and that ask for a table or a column of it."""

import re
from collections.abc import Iterator
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Place
from weighbridge.landscape.landscape import Landscape
from weighbridge.landscape.test_files import is_test

_MOST_FILES: Final = 3_000
_MOST_BYTES: Final = 200_000
_NUMBERED: Final = LatePattern(r"(?i)(?:[vur]?[\d._]*\d[_.-]|[ur]__|down[._-]|up[._-])|.*\.(?:up|down|undo|rollback)\.")
"""How scripts are called that run once, in an order: what they ask was asked when they ran."""
_MAKES: Final = LatePattern(
    r"(?i)\s*(?:create\s+(?:unlogged\s+|or\s+replace\s+)*table|alter\s+(?!session|system)|drop|rename)\b"
)
_READS: Final = LatePattern(
    r"(?i)[\s(]*(?:select|with|insert|update|delete|merge|copy|refresh|create\s+(?:or\s+replace\s+)?(?:materialized\s+)?view)\b"
)
_SET_ASIDE: Final = LatePattern(r"--[^\n]*|/\*.*?(?:\*/|\Z)|'(?:[^']|'')*+'?+", re.DOTALL)
"""What a statement says to people, and the values that it holds."""
_TABLES: Final = LatePattern(
    r"(?i)\b(?:from|join)\s+(?:\"?\w+\"?\.)?[\"`\[]?(\w+)[\"`\]]?(?:\s+(?:as\s+)?(?!where\b|on\b|join\b|left\b|group\b|order\b)(\w+))?"
)


def asked_in_files(landscape: Landscape, table: str, *, column: str = "") -> Iterator[Place]:
    """The first line of each query in a file of SQL that asks for a table, or for a column of it; migrations and schemas left out."""
    paths = [path for path in landscape.tree.blobs if _may_ask(path)][:_MOST_FILES]
    for path, data in landscape.bytes_of_each(sorted(paths), _MOST_BYTES):
        if table.lower().encode() in data.lower():
            for line in _lines(data.decode("utf-8", "replace"), table, column=column):
                yield Place(path=path, line=line, end_line=line)


def _may_ask(path: RepoPath) -> bool:
    name = path.rpartition("/")[2]
    return path.endswith((".sql", ".psql")) and not is_test(path) and _NUMBERED.match(name) is None


def _lines(text: str, table: str, *, column: str) -> Iterator[int]:
    said = _SET_ASIDE.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
    statements = said.split(";")
    if any(_MAKES.match(each) for each in statements):
        return
    named = re.compile(
        rf"\b(?:from|join|into|update|using|only|copy|from\b[^();]*?,)\s*(?:\"?\w+\"?\.)?[\"`\[]?{re.escape(table)}\b[\"`\]]?(?:\s+(?:as\s+)?(\w+))?",
        re.IGNORECASE,
    )
    start = 0
    for each in statements:
        of_table = [*named.finditer(each)] if _READS.match(each) else []
        at = _asked_at(each, of_table, column=column or table, table=table) if of_table else -1
        if at >= 0:
            yield said.count("\n", 0, start + at) + 1
        start += len(each) + 1


def _asked_at(statement: str, of_table: list[re.Match[str]], *, column: str, table: str) -> int:
    """Where a statement asks for a name; -1 where it does not, or asks only another table for it."""
    if column == table:
        return of_table[0].start()
    own = {table.lower(), *(found[1].lower() for found in of_table if found[1])}
    others = {name.lower() for found in _TABLES.finditer(statement) for name in found.groups("")} - own
    for found in re.finditer(rf"(?:\b(\w+)[\"`\]]?\.)?(?<!\w)[\"`\[]?{re.escape(column)}\b", statement, re.IGNORECASE):
        if found[1] is None or found[1].lower() not in others:
            return found.start()
    return -1
