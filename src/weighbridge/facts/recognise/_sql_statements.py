"""SQL in a text: whether it is any, and the tables it reads and writes.

This is a reader of shapes, not a parser: it must tell SQL from prose in every dialect and with holes where code puts
names and values, and it must never be slow. What it cannot read it leaves alone.
"""

import re
from collections.abc import Iterator
from enum import IntEnum
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern

_NAME: Final = r"(?:[A-Za-z_][\w$]*|\"[^\"]+\"|`[^`]+`|\[[A-Za-z_][^\]]*\])"
_TABLE: Final = rf"(?P<table>{_NAME}(?:\s?\.\s?{_NAME}){{0,3}})(?![\w$(.{{%]|\s\()"
_ANY_TABLE: Final = rf"(?P<table>{_NAME}(?:\s?\.\s?{_NAME}){{0,3}})(?![\w$.{{%])"
_ALIAS: Final = r"(?:\s(?:AS\s)?(?!SET\b|WHERE\b|USING\b|ON\b|ORDER\b|GROUP\b|LEFT\b|JOIN\b)[A-Za-z_]\w*)?"

BEGINNING: Final = re.compile(
    r"[\s(]*(?:--[^\n]*\n\s*|/\*.{0,500}?\*/\s*)*(?:EXPLAIN\s+)?"
    r"(SELECT|INSERT|UPDATE|DELETE|WITH|MERGE|REPLACE|TRUNCATE|CREATE|ALTER|DROP|COPY|UPSERT)\s",
    re.IGNORECASE | re.DOTALL,
)
"""How SQL begins; most texts are told from it by this alone."""

_NOISE: Final = LatePattern(r"--[^\n]*|/\*.*?(?:\*/|\Z)|'(?:[^']|'')*'", re.DOTALL)
_NOT_A_SOURCE: Final = LatePattern(
    r"\b(?:EXTRACT|TRIM|SUBSTRING|OVERLAY|POSITION)\s?\([^()]*\)|\bDISTINCT FROM\b", re.IGNORECASE
)

_SHAPES: Final = {
    "insert": r"(?:INSERT|REPLACE|UPSERT)\s(?:OR \w+ |IGNORE |LOW_PRIORITY )?(INTO)\s(?:TABLE )?" + _ANY_TABLE + _ALIAS
    + r"\s?(?:\(|VALUES\b|SELECT\b|DEFAULT\b|SET\b|WITH\b|OVERRIDING\b|\{|\Z)",
    "update": r"UPDATE\s(?:ONLY )?" + _TABLE + _ALIAS + r"\s(SET)\s(?:[\w.\"`\[\]{}]+\s?=|\(|\{|%s|:\w)",
    "delete": r"DELETE\s(FROM)\s(?:ONLY )?" + _TABLE + _ALIAS + r"\s?(?:;|WHERE\b|USING\b|RETURNING\b|LIMIT\b|ORDER\b|\{|\Z)",
    "merge": r"MERGE\s(INTO)\s" + _TABLE,
    "truncate": r"TRUNCATE\s(TABLE)\s(?:ONLY )?" + _TABLE,
    "table": r"(?:CREATE|ALTER|DROP)\s(?:GLOBAL |LOCAL |TEMP |TEMPORARY |UNLOGGED |FOREIGN |EXTERNAL )*(TABLE)\s"
    r"(?:IF NOT EXISTS |IF EXISTS |ONLY )?" + _ANY_TABLE,
    "index": r"CREATE\s(?:UNIQUE )?(INDEX)\s(?:CONCURRENTLY )?(?:IF NOT EXISTS )?(?:[\w.\"`]+\s)?ON\s(?:ONLY )?" + _ANY_TABLE,
    "copy": r"COPY\s" + _TABLE + r"\s?(?:\([^()]*\)\s?)?(FROM)\b",
}  # fmt: skip
_WRITES: Final = tuple(LatePattern(r"(?:\A|(?<=[\s(;]))" + shape, re.IGNORECASE) for shape in _SHAPES.values())
_READS: Final = LatePattern(
    rf"(?<!\w)(?P<verb>DELETE\s)?(?P<key>FROM|JOIN|USING)\s(?:ONLY |LATERAL )?{_TABLE}", re.IGNORECASE
)
_NEXT_SOURCE: Final = LatePattern(rf"(?:\s(?:AS\s)?[A-Za-z_]\w*)?\s?,\s?(?:LATERAL )?{_TABLE}", re.IGNORECASE)
_COMMON_TABLE: Final = LatePattern(
    rf"(?:\bWITH\s(?:RECURSIVE )?|,\s?)({_NAME})\s?(?:\([^()]*\)\s?)?AS\s(?:NOT )?(?:MATERIALIZED )?\(", re.IGNORECASE
)
_DEPTH_OR_FROM: Final = LatePattern(r"[()]|\bFROM\b", re.IGNORECASE)

_COLUMN: Final = LatePattern(
    rf"(?:\*|(?:{_NAME}\.)*(?:{_NAME}|\*)|[\w.]+\s?\(.*\)[^()]*|\(.*\).*|[\d.]+|''|\{{\}}|%s|\?|:\w+|\$\d+|CASE\b.*|.*\s?[-+*/|]+\s?.*)"
    rf"(?:\sAS\s{_NAME}|\s{_NAME})?",
    re.IGNORECASE | re.DOTALL,
)
_PROSE: Final = frozenset(
    {
        "a",
        "an",
        "the",
        "this",
        "that",
        "these",
        "those",
        "your",
        "our",
        "my",
        "its",
        "their",
        "his",
        "her",
        "one",
        "any",
        "all",
    }
    | {"some", "each", "which", "every", "it", "them", "and", "or", "of"}
)
"""Words that no column or table goes by, and prose does."""

_AFTER_NAME: Final = LatePattern(
    r"\W|(?:as|where|join|inner|left|right|full|cross|natural|order|group|having|limit|union|for|on|set|using|values)\b"
)
_SIGN: Final = LatePattern(
    r"[*=<>;?]|%s|%\(|\$\d|:\w|\{\}|''|\b(?:JOIN|ORDER BY|GROUP BY|LIMIT \d|IS NULL|IN \(|COUNT\()|,", re.IGNORECASE
)


class Evidence(IntEnum):
    """How much speaks for a text being SQL, apart from its shape."""

    NONE = 0
    """Its place speaks against it: a log message, an error, a help text."""
    PLACE = 1
    """It is given to some call or name."""
    STRONG = 2
    """It is given to something that runs SQL, or to a name that says so."""


class TableUse(Struct, frozen=True):
    """A table that a statement `reads` or `writes`."""

    kind: str
    table: str
    is_certain: bool


def table_uses(text: str, evidence: Evidence) -> tuple[TableUse, ...]:
    """The tables SQL in `text` uses; empty when it is no SQL, or not surely enough."""
    begun = BEGINNING.match(text)
    if evidence is Evidence.NONE or begun is None:
        return ()
    sql = " ".join(_NOISE.sub(lambda found: "''" if found[0][0] == "'" else " ", text[begun.start(1) :]).split())
    is_sure = _is_statement(sql, evidence)
    if is_sure is None:
        return ()
    sql = _NOT_A_SOURCE.sub(" ", sql)
    common = {normal_name(found[1]) for found in _COMMON_TABLE.finditer(sql)}
    found = {("writes", name) for name in _written(sql)} | {("reads", name) for name in _read(sql)}
    return tuple(TableUse(kind, name, is_sure) for kind, name in sorted(found) if _is_told(name, common))


def _is_told(name: str, common: set[str]) -> bool:
    """Whether a name is a whole table's: no hole in it, and not given by the statement itself."""
    return bool(name) and name not in common and "{" not in name and "%" not in name


def normal_name(name: str) -> str:
    """A table's name without quotes; unquoted parts in lower case, as most databases fold them."""
    parts = re.findall(_NAME, name)
    return ".".join(part[1:-1] if part[0] in '"`[' else part.lower() for part in parts)


def _is_statement(sql: str, evidence: Evidence) -> bool | None:
    """Whether this is surely SQL (True), probably (False), or not at all (None)."""
    verb = sql.partition(" ")[0]
    if verb.upper() == "WITH":
        shape = _COMMON_TABLE.match(sql)
        return (verb.isupper() or evidence is Evidence.STRONG) if shape else None
    if verb.upper() == "SELECT":
        partner, is_plausible = _selection(sql)
    else:
        partner, is_plausible = _modification(sql)
    if not partner:
        return None
    is_shouted = verb.isupper() and partner.isupper()
    is_titled = verb[0].isupper() and not verb.isupper()
    if is_shouted:
        return is_plausible if is_plausible or evidence is Evidence.STRONG else None
    if evidence is Evidence.STRONG:
        return is_plausible or None
    return False if is_plausible and not is_titled and _SIGN.search(sql) else None


def _selection(sql: str) -> tuple[str, bool]:
    """The word FROM as written, and whether columns and table look like such; empty when there is none."""
    depth = 0
    for found in _DEPTH_OR_FROM.finditer(sql):
        depth += {"(": 1, ")": -1}.get(found[0], 0)
        if len(found[0]) == 4 and depth == 0:
            columns = re.sub(
                r"^SELECT (?:ALL |DISTINCT (?:ON \([^()]*\) )?|TOP \d+ )?", "", sql[: found.start()], flags=re.I
            )
            return found[0], _are_columns(columns.strip()) and not _is_prose(sql[found.end() :].strip())
    return "", False


def _are_columns(columns: str) -> bool:
    parts = _split(columns)
    return all(part and not _is_prose(part) and _COLUMN.fullmatch(part) for part in parts)


def _split(columns: str) -> list[str]:
    """Columns split at the commas outside of parentheses."""
    depth, parts = 0, [""]
    for piece in re.split(r"([(),])", columns):
        depth += {"(": 1, ")": -1}.get(piece, 0)
        if piece == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += piece
    return [part.strip() for part in parts]


def _modification(sql: str) -> tuple[str, bool]:
    """The second key word of a statement that writes, as written, and whether its table looks like one."""
    for shape in _WRITES:
        found = shape.match(sql)
        if found:
            word = next(group for group in found.groups() if group and group != found["table"])
            return word, not _is_prose(found["table"])
    return "", False


def _is_prose(rest: str) -> bool:
    """Whether a column's or table's place is taken by a word of prose; a lone `a` may well be a name."""
    words = rest.lower().split(None, 2)
    if not words:
        return True
    if words[0] == "a":
        return len(words) > 1 and not _AFTER_NAME.match(words[1])
    return words[0] in _PROSE


def _written(sql: str) -> Iterator[str]:
    for shape in _WRITES:
        for found in shape.finditer(sql):
            yield normal_name(found["table"])


def _read(sql: str) -> Iterator[str]:
    is_delete = sql[:6].upper() in ("DELETE", "MERGE ")
    for found in _READS.finditer(sql):
        if found["verb"] or (found["key"].upper() == "USING" and not is_delete):
            continue
        at: re.Match[str] | None = found
        while at is not None:
            yield normal_name(at["table"])
            at = _NEXT_SOURCE.match(sql, at.end()) if found["key"].upper() == "FROM" else None
