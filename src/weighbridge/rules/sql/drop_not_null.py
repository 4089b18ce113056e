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
from weighbridge.landscape.sql.names import last_part
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.table_mentions import table_mentions

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
    """One finding for each column that the script does not also drop; less grave where the code is here and never asks for it, or is changed with it. Many of one table are told as one."""
    return by_table(_each(case))


def _each(case: Case) -> Iterator[tuple[str, Finding]]:
    """The same, each with its table."""
    changed = frozenset(file.path for file in case[Change].files)
    for step in case[SqlChange].steps():
        act = step.act
        if not isinstance(act, DropNotNull):
            continue
        is_dropped = any(
            isinstance(each.act, DropColumn) and each.act.column == act.column
            for each in step.migration.doing(DropColumn)
        )
        if not is_dropped:
            view = case[Landscapes].head
            mentions = table_mentions(view, last_part(act.table), column=act.column, script=step.migration.path)
            is_here = bool(view.landscape.tree.code_paths) or view.ruby.is_unread(last_part(act.table), act.column)
            is_unread = mentions.is_whole and is_here and not mentions.sure
            readers = [each for each in mentions.sure if not _only_writes(view, each.place, column=act.column)]
            left = [each for each in readers if each.place.path not in changed]
            is_met = bool(mentions.sure) and not left
            if is_met and not readers:
                words = f"the code that names it only writes it ({mentions.sure[0].place.path}), and copies of the old one may read it"
            elif is_met:
                words = f"code that reads it ({readers[0].place.path}) changes with it, and copies of the old one that still run have never met that"
            else:
                words = f"code that reads it{f' ({left[0].place.path})' if left else ''} has never met that"
            yield (
                act.table,
                RULE.finding(
                    f"`{act.column}` of `{act.table}` may be empty from then on: {words}",
                    step.place,
                    anchor=step.anchor,
                    related=mentions.related(),
                    severity=Severity.MEDIUM if is_unread or is_met else Severity.HIGH,
                ),
            )


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
