"""A function answers otherwise by whose old answers an index or a stored column was built."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.rule import Case, Rule
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import Act, Create, CreateIndex, DropColumn, DropIndex, DropTable, Reindex
from weighbridge.landscape.sql.column_types import columns_of
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.names import is_one, last_part
from weighbridge.landscape.sql.sql_change import SqlChange

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(SqlChange,),
    roles=("sql",),
    tags=(
        "sql",
        "data",
        "postgresql",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each function that is replaced by another of its name."""
    sql = case[SqlChange]
    for step in sql.all_steps(Dialect.POSTGRES):
        act = step.act
        if not isinstance(act, Create) or act.kind != "function" or not act.is_replacing:
            continue
        name = last_part(act.name).lower()
        if not _is_otherwise(sql, step, name=name):
            continue
        built = [each for each in _built_by(sql, name) if not _is_rebuilt(step, each)]
        if built:
            what = ", ".join(each.words for each in built[:_MOST_NAMED])
            yield RULE.finding(
                f"`{name}` is otherwise from now on, and what {what} holds of rows that are there is what it answered before: they are not found"
                " by what it answers now, and no longer kept apart by it",
                step.place,
                anchor=f"function {name}",
            )


_MOST_NAMED: Final = 3
_AS: Final = LatePattern(r"\bas\s+(?=\$|')|\breturn\b|\bbegin\s+atomic\b", re.IGNORECASE)


def _is_otherwise(sql: SqlChange, step: Step, *, name: str) -> bool:
    """Whether a function of the name was there, with other words in its body."""
    before = ""
    for deed in sql.known.saying("function", name, dialect=Dialect.POSTGRES):
        for act in deed.acts:
            if isinstance(act, Create) and act.kind == "function" and last_part(act.name).lower() == name:
                before = deed.text
    return bool(before) and _body(before) != _body(step.deed.text)


def _body(text: str) -> str:
    """What a function does, without its language and what else is said of it; blanks do not count."""
    begun = _AS.search(text)
    return "".join(text[begun.end() if begun is not None else 0 :].split()).lower().rstrip(";")


class _Built(Struct, frozen=True, kw_only=True):
    """An index, or a stored column, that is computed by a function."""

    table: str
    index: str = ""
    column: str = ""

    @property
    def words(self) -> str:
        """As a finding names it."""
        if self.column:
            return f"`{self.column}` of `{self.table}`"
        return f"the index `{self.index}` of `{self.table}`" if self.index else f"an index of `{self.table}`"

    @property
    def names(self) -> tuple[str, ...]:
        """By what it is built anew: its own name, or its table's."""
        return tuple(each for each in (self.index, self.table) if each)

    def goes_with(self, act: Act) -> bool:
        """Whether it is there no more after an act."""
        match act:
            case DropIndex(name=name):
                return bool(self.index) and is_one(name, self.index)
            case DropColumn(column=column, table=table):
                return column == self.column and is_one(table, self.table)
            case DropTable(table=table):
                return is_one(table, self.table)
        return False


def _built_by(sql: SqlChange, name: str) -> list[_Built]:
    """The indexes and stored columns that earlier scripts compute by a function, those aside that went since."""
    called = re.compile(rf"(?<!\w){re.escape(name)}\"?\s*\(")
    found = [
        each
        for deed in sql.known.saying(name, dialect=Dialect.POSTGRES)
        for act in deed.acts
        for each in _built(act, deed.text.lower(), called=called)
    ]
    return [each for each in found if _is_there(sql, each, called=called)]


def _is_there(sql: SqlChange, built: _Built, *, called: re.Pattern[str]) -> bool:
    """Whether it is there after all that earlier scripts did, in their order."""
    is_there = True
    word = (built.index or built.column or built.table).lower()
    for deed in sql.known.saying(last_part(word), dialect=Dialect.POSTGRES):
        for act in deed.acts:
            if built.goes_with(act):
                is_there = False
            elif built in _built(act, deed.text.lower(), called=called):
                is_there = True
    return is_there


def _built(act: Act, text: str, *, called: re.Pattern[str]) -> Iterator[_Built]:
    if isinstance(act, CreateIndex):
        asked = (*act.columns, act.where.text if act.where is not None else "")
        if any(called.search(each.lower()) for each in asked):
            yield _Built(table=act.table, index=act.name)
    for column in columns_of(act):
        if column.generated == "stored" and any(called.search(each) for each in _stored_as(column.name, text)):
            yield _Built(table=act.table, column=column.name)


def _stored_as(column: str, text: str) -> list[str]:
    """How a statement has a column computed."""
    return re.findall(rf"\b{re.escape(column.lower())}\b\"?\s[^,;]*?\bgenerated\s+always\s+as\s*({_EXPRESSION})", text)


_EXPRESSION: Final = r"\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)"


def _is_rebuilt(step: Step, built: _Built) -> bool:
    """Whether the script builds it anew behind the function, or drops it before or after."""
    rebuilt = (each.act for each in step.after(Reindex))
    if any(isinstance(act, Reindex) and act.name and is_one(act.name, each) for act in rebuilt for each in built.names):
        return True
    return any(built.goes_with(each.act) for each in step.migration.doing(DropIndex, DropColumn, DropTable))
