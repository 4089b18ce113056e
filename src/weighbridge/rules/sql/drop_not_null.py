"""A migration lets a column be empty."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.change import Change
from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.places import Place
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.sql.acts import DropColumn, DropNotNull
from weighbridge.landscape.landscapes import Landscapes, View
from weighbridge.landscape.sql.by_table import by_table
from weighbridge.landscape.sql.migrations import Step
from weighbridge.landscape.sql.names import last_part
from weighbridge.landscape.sql.null_readers import has_code, null_reader
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.table_mentions import TableMentions, table_mentions

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(
        SqlChange,
        Change,
        Landscapes,
    ),
    roles=("sql",),
    tags=(
        "sql",
        "schema",
    ),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each column that the script does not also drop; grave where code is found that cannot bear it, or none is here. Many of one table are told as one."""
    return by_table(_each(case))


def _each(case: Case) -> Iterator[tuple[str, Finding]]:
    """The same, each with its table."""
    for step in case[SqlChange].steps():
        act = step.act
        if isinstance(act, DropNotNull) and not _is_dropped(step, act):
            mentions = table_mentions(
                case[Landscapes].head, last_part(act.table), column=act.column, script=step.migration.path
            )
            words, severity = _weighed(case, act, mentions=mentions)
            finding = RULE.finding(
                f"`{act.column}` of `{act.table}` may be NULL from then on: {words}",
                step.place,
                anchor=step.anchor,
                related=mentions.related(),
                severity=severity,
            )
            yield act.table, finding


def _is_dropped(step: Step, act: DropNotNull) -> bool:
    """Whether the script drops the column too."""
    dropped = (each.act for each in step.migration.doing(DropColumn))
    return any(isinstance(each, DropColumn) and each.column == act.column for each in dropped)


def _weighed(case: Case, act: DropNotNull, *, mentions: TableMentions) -> tuple[str, Severity]:
    """What it means for the code, and how grave that is: grave where some of it cannot bear what is empty, or none is here to be asked."""
    table, view = last_part(act.table), case[Landscapes].head
    changed = frozenset(file.path for file in case[Change].files)
    readers = [each for each in mentions.sure if not _only_writes(view, each.place, column=act.column)]
    left = [each for each in readers if each.place.path not in changed]
    if (found := null_reader(view, table, column=act.column, asking=[each.place for each in readers])) is not None:
        return f"{found.path}:{found.line} does not handle NULL", Severity.HIGH
    if (found := null_reader(case[Landscapes].base, table, column=act.column, asking=())) is not None:
        return f"the previous release does not handle NULL ({found.path}:{found.line} as it was)", Severity.HIGH
    if left:
        return f"code that reads it ({left[0].place.path}) has never had to handle NULL", Severity.MEDIUM
    if readers:
        first = readers[0].place.path
        return (
            f"code that reads it ({first}) changes with it, and instances of the old one that still run have never had to handle NULL",
            Severity.MEDIUM,
        )
    if mentions.sure:
        first = mentions.sure[0].place.path
        return (
            f"the code that names it only writes it ({first}), and copies of the old one may read it",
            Severity.MEDIUM,
        )
    is_unread = mentions.is_whole and has_code(view)
    return "code that reads it has never had to handle NULL", Severity.MEDIUM if is_unread else Severity.HIGH


def _only_writes(view: View, place: Place, *, column: str) -> bool:
    """Whether a statement gives the column a value by its name, and says nothing else of it."""
    blob = view.landscape.tree.blobs.get(place.path)
    data = view.landscape.read(blob.oid, _MOST_BYTES) if blob is not None else None
    if not isinstance(data, bytes):
        return False
    text = ""
    for line in data.decode("utf-8", "replace").split("\n")[place.line - 1 : place.line - 1 + _MOST_LINES]:
        text += f"{line}\n"
        if text.count("(") <= text.count(")"):
            break
    word = re.escape(column)
    given = re.findall(rf"(?<![\w.]){word}\s*=(?![=~])\s*[^\s,)][^,)]*", text)
    return bool(given) and len(re.findall(rf"\b{word}\b", text)) == len(given)


_MOST_BYTES: Final = 1_000_000
_MOST_LINES: Final = 60
