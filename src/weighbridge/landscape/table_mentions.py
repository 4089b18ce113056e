"""Where code still speaks of a table or a column: in SQL it holds as text or makes by calls, by a member of that name, or in a file of queries."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Place, RelatedPlace
from weighbridge.facts.expressions import walk
from weighbridge.facts.mentions import words_in
from weighbridge.facts.model import Attribute, FileFacts, Text
from weighbridge.landscape.built_queries import built_lines, said_texts
from weighbridge.landscape.landscape import Landscape
from weighbridge.landscape.landscapes import View
from weighbridge.landscape.model_columns import ModelClasses, asked_lines, model_classes
from weighbridge.landscape.query_files import asked_in_files
from weighbridge.landscape.terms import WORD, expressions
from weighbridge.landscape.test_files import is_test

MOST_FILES: Final = 3_000
"""Of the files that hold the words no more are read."""
MOST_MENTIONS: Final = 25
_AT_ONCE: Final = 100

_MIGRATIONS: Final = LatePattern(
    r"(^|/)(migrations?(?:[_-](?:old|archived?|legacy|backup|squashed))?|alembic|versions|changelogs?|flyway)/",
    re.IGNORECASE,
)
_OTHER_STORES: Final = LatePattern(
    r"clickhouse|bigquery|snowflake|databricks|redshift|duckdb|cassandra|scylla|elasticsearch|opensearch|athena|trino|presto|druid|influx"
    r"|kusto|neo4j",
    re.IGNORECASE,
)
"""Databases that are asked beside the one whose schema a migration changes, in SQL too."""
_SAID_LOUD: Final = LatePattern(
    r"\b(SELECT|INSERT|UPDATE|DELETE|FROM|JOIN|WHERE|ORDER BY|GROUP BY|RETURNING|SET|INTO|TRUNCATE|COPY)\b"
)
_SAID_LOW: Final = LatePattern(r"\b(join|where|order by|group by|returning)\b", re.IGNORECASE)
_BEGINS: Final = LatePattern(
    r"[\s(]*(?:select|insert\s+into|update\s+\S+\s+set|delete\s+from|with\s+\w+\s+as|truncate|from|join|where|order\s+by)\s"
)
_OF_TABLE: Final = (
    r"(?s)\b(?:(?:select|delete)\b.{{0,2000}}?\bfrom|join|insert\s+into|table|only)\s+(?:\"?\w+\"?\.)?[\"`\[]?{0}\b"
    r"|\bupdate\s+(?:\"?\w+\"?\.)?[\"`\[]?{0}\b.{{0,2000}}?\bset\b"
)
"""What is done to a table, with all the words that it takes: "failed to update orders" and "made from orders" are sentences."""
_SIGN: Final = LatePattern(r"[*=<>;%$?]|\w\.\w|\(\s*['\"`\w]+\s*[,)]|:\w")
"""What a sentence for people, which may say the same words, hardly ever has, beside a full stop."""


class How(StrEnum):
    """How a line speaks of a table or a column."""

    SQL = "its SQL still names it"
    BUILT = "a query that is made here by calls still names it"
    MODEL = "a class that stands for the table still has it"
    ASKED = "it is still asked of a class that stands for the table"
    MAY = "its SQL names one so, and its file speaks to another database"
    MEMBER = "a member of that name is used here"
    SAID = "a log or an error says its name here"


class TableMention(Struct, frozen=True, kw_only=True):
    """A line of code that speaks of a table or a column of it."""

    place: Place
    how: How

    @property
    def is_sure(self) -> bool:
        """Whether it surely means what is looked for."""
        return self.how not in (How.MAY, How.MEMBER, How.SAID)


class TableMentions(Struct, frozen=True, kw_only=True):
    """What was found, what surely asks for it first and what only says its name last.

    `is_whole` when every file that may hold one was read for it, `is_all` when none that was found is left out.
    """

    mentions: tuple[TableMention, ...]
    is_whole: bool
    is_all: bool = True

    @property
    def sure(self) -> tuple[TableMention, ...]:
        """Those that surely mean it."""
        return tuple(mention for mention in self.mentions if mention.is_sure)

    def related(self) -> tuple[RelatedPlace, ...]:
        """The places as a finding shows them, in their order."""
        return tuple(RelatedPlace(place=m.place, message=m.how) for m in self.mentions)


def table_mentions(
    view: View, table: str, *, column: str = "", among: Collection[RepoPath] | None = None, script: str = ""
) -> TableMentions:
    """Where code that runs, not its tests or its migrations, speaks of a table, or of one of its columns; `among` limits the files.

    `script` is the path of what changes it: code that by its name or its imports speaks to another database than that may mean another.
    """
    landscape = view.landscape
    classes = model_classes(view, table) if column else ModelClasses({}, frozenset())
    asking = {*classes.defined, *(path for term in classes.terms for path in landscape.files_with(term))}
    asking.update(landscape.files_with(f"k:table:{table}"))
    paths = sorted(asking | _naming(landscape, table, column=column)) if among is None else among
    wanted = [p for p in paths if p in landscape.tree and not is_test(p) and not _MIGRATIONS.search(p)]
    found: list[TableMention] = []
    for start in range(0, min(len(wanted), MOST_FILES), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        landscape.load(part)
        for path in part:
            facts = landscape.facts(path)
            if facts is not None and _asking(found) < MOST_MENTIONS:
                of = classes if column and path in asking else None
                told = _in_file(path, facts, table=table, column=column, classes=of)
                is_other = script and _speaks_to_another(path, facts, script=script)
                found += [replace(each, how=How.MAY) if is_other and each.how is How.SQL else each for each in told]
        if _asking(found) >= MOST_MENTIONS:
            break
    found += _of_ruby(view, table, column=column, among=among)
    if among is None:
        asked = asked_in_files(landscape, table, column=column)
        found += (TableMention(place=place, how=How.SQL) for place in asked if not _MIGRATIONS.search(place.path))
    found.sort(key=lambda each: _RANKS[each.how])
    return TableMentions(
        mentions=tuple(found[:MOST_MENTIONS]), is_whole=len(wanted) <= MOST_FILES, is_all=len(found) < MOST_MENTIONS
    )


_RANKS: Final = {How.SQL: 0, How.BUILT: 1, How.MODEL: 2, How.ASKED: 2, How.MAY: 3, How.MEMBER: 4, How.SAID: 5}
"""What tells most of who asks first."""


def _asking(found: Sequence[TableMention]) -> int:
    """How many do more than say its name."""
    return sum(each.how is not How.SAID for each in found)


def _naming(landscape: Landscape, table: str, *, column: str) -> set[RepoPath]:
    """The files in which a text speaks of a table, or a member or a text of a column."""
    tables = _holding(landscape, table)
    if not column:
        return tables
    users = tables.union(landscape.files_with(f"k:table:{table}"))
    members = {path for name in (column, camel(column)) for path in landscape.files_with("m:" + name)}
    named = members | _holding(landscape, column)
    return named if _is_telling(column) else named & users


def _holding(landscape: Landscape, name: str) -> set[RepoPath]:
    """The files whose texts hold each word of a name; all of code where it has none."""
    found = [landscape.files_with(WORD + word) for word in words_in(name)]
    return set(found[0]).intersection(*found[1:]) if found else set(landscape.tree.code_paths)


def _of_ruby(
    view: View, table: str, *, column: str, among: Collection[RepoPath] | None = None
) -> Iterator[TableMention]:
    """What Ruby asks of it through ActiveRecord."""
    for each in view.ruby.readers(table, column):
        if among is None or each.path in among:
            place = Place(path=each.path, line=each.line, end_line=each.line)
            yield TableMention(place=place, how=How.MODEL if each.is_own else How.ASKED)


def is_named(view: View, name: str) -> bool:
    """Whether code that runs has a member, a field or a value of a name, of whatever."""
    terms = [f"{tag}:{each}" for tag in ("m", "d") for each in {name, camel(name)}]
    paths = (path for term in terms for path in view.landscape.files_with(term))
    return any(not is_test(path) and not _MIGRATIONS.search(path) for path in paths)


def camel(name: str) -> str:
    """`shipping_region` as code in camel case writes it."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def _in_file(
    path: RepoPath, facts: FileFacts, *, table: str, column: str, classes: ModelClasses | None
) -> Iterator[TableMention]:
    """What a file says, each line once, as the surest that it is."""
    found: dict[int, How] = {}
    if classes is not None:
        asked = asked_lines(facts, path, classes=classes, table=table, column=column)
        found |= {line: How.MODEL if is_said else How.ASKED for line, is_said in sorted(asked.items())}
    told = _of_column(facts, table, column=column) if column else _of_table(facts, table)
    for line, how in sorted(told, key=lambda each: (_RANKS[each[1]], each[0])):
        found.setdefault(line, how)
    for line, how in found.items():
        yield _mention(path, facts, line=line, how=how)


def _of_table(facts: FileFacts, table: str) -> Iterator[tuple[int, How]]:
    """Lines that speak of a table."""
    table_word, said = _word(table), said_texts(facts)
    for line, text in _texts(facts):
        if table_word.search(text.value) and _speaks_sql(text.value, table):
            yield line, How.SAID if id(text) in said else How.SQL
    yield from ((access.line, How.SQL) for access in facts.accesses if access.key == table)


def _of_column(facts: FileFacts, table: str, *, column: str) -> Iterator[tuple[int, How]]:
    """Lines that speak of a column of a table, or of something of its name."""
    table_word, column_word, said = _word(table), _word(column), said_texts(facts)
    texts = [*_texts(facts)]
    of_table = [(line, text) for line, text in texts if table_word.search(text.value)]
    for line, text in of_table:
        if column_word.search(text.value) and _speaks_sql(text.value, table):
            yield line, How.SAID if id(text) in said else How.SQL
    if of_table:
        yield from ((line, How.BUILT) for line in built_lines(facts, table=table, column=column))
    if of_table or _is_telling(column) or any(access.key == table for access in facts.accesses):
        yield from _members(facts, column, said=said)


def _speaks_sql(text: str, table: str) -> bool:
    """Whether a text says words of SQL as SQL says them, and not as help for people does ("List artifacts from a provider")."""
    if _SAID_LOUD.search(text) is not None or _BEGINS.match(text) is not None:
        return True
    if re.search(_OF_TABLE.format(re.escape(table)), text, re.IGNORECASE) is not None:
        return True
    return _SAID_LOW.search(text) is not None and _SIGN.search(text) is not None


def _speaks_to_another(path: RepoPath, facts: FileFacts, *, script: str) -> bool:
    """Whether a file names a database that the script does not."""
    own = {each[0].lower() for each in _OTHER_STORES.finditer(script)}
    said = [path, *(f"{each.module} {each.name}" for each in facts.imports)]
    return any(each[0].lower() not in own for text in said for each in _OTHER_STORES.finditer(text))


def _members(facts: FileFacts, column: str, *, said: Mapping[int, Text]) -> Iterator[tuple[int, How]]:
    """Lines where a member or a key by the column's name stands; what is nothing but a text of that name is a name for something."""
    names = {column, camel(column)}
    for _, line, outer in expressions(facts):
        if isinstance(outer, Text):
            continue
        for expr in walk(outer):
            if isinstance(expr, Attribute) and expr.name in names:
                yield line, How.MEMBER
            elif isinstance(expr, Text) and expr.value == column:
                yield line, How.SAID if id(expr) in said else How.MEMBER


def _texts(facts: FileFacts) -> Iterator[tuple[int, Text]]:
    for _, line, outer in expressions(facts):
        for expr in walk(outer):
            if isinstance(expr, Text):
                yield line, expr


def _mention(path: RepoPath, facts: FileFacts, *, line: int, how: How) -> TableMention:
    inside = [i for i, d in enumerate(facts.definitions) if i and d.line <= line <= d.end_line and d.kind != "lambda"]
    symbol = facts.qualified_name(inside[-1]) if inside else ""
    return TableMention(place=Place(path=path, line=line, end_line=line, symbol=symbol), how=how)


def _word(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w]){re.escape(name)}(?![\w])", re.IGNORECASE)


def _is_telling(column: str) -> bool:
    """Whether a name is so particular that a member of it is likely the column: `expires_at` is of anything."""
    first, _, rest = column.strip("_").partition("_")
    return len(column) >= 8 and rest not in ("", *_OF_ANYTHING) and first not in _IS_ANYTHING


_OF_ANYTHING: Final = (
    "at",
    "id",
    "by",
    "on",
    "to",
    "type",
    "name",
    "count",
    "key",
    "url",
    "date",
    "time",
    "status",
    "size",
    "data",
    "value",
)
_IS_ANYTHING: Final = ("is", "has")
