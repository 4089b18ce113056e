"""Code changes or deletes every row of a table."""

import re
from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import FileFacts, Text
from weighbridge.facts.recognise.sql_text import sql_in
from weighbridge.facts.roles import CODE
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.sql.names import last_part
from weighbridge.landscape.sql.queries import Asked, Queries

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(
        CodeChange,
        Queries,
    ),
    roles=tuple(sorted(CODE)),
    tags=("sql", "data-loss"),
)


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each statement; less grave where its name says that all are meant, or the table is filled anew."""
    yield from case[Queries].unread
    for asked in case[Queries].added:
        said = asked.question
        if said.verb not in ("delete", "update") or said.has_where or said.is_limited or len(said.tables) != 1:
            continue
        file = case[CodeChange].files.get(asked.path)
        if file is None or file.head is None or not (asked.is_mapped or _is_whole(asked, file.head)):
            continue
        table = said.tables[0]
        done = "deleted" if said.verb == "delete" else "changed"
        was = file.base is not None and _was_narrowed(file.base, verb=said.verb, table=table)
        before = "; before, a condition said which" if was else ""
        yield RULE.finding(
            f"nothing says which rows of `{table}` are {done}: all of them are{before}",
            asked.place,
            anchor=asked.text,
            severity=_severity(asked, file.head, was_narrowed=was),
        )


def _severity(asked: Asked, facts: FileFacts, *, was_narrowed: bool) -> Severity:
    if was_narrowed:
        return Severity.HIGH
    table = asked.question.tables[0]
    is_meant = _MEANS_ALL.search(f"{asked.path} {asked.symbol}") is not None or _PASSING.search(table) is not None
    if is_meant or asked.question.verb == "update" or _fills(facts, table):
        return Severity.MEDIUM
    return Severity.HIGH


_CAPITAL: Final = r"(?=[A-Z_.\W\d]|$)"
_MEANS_ALL: Final = LatePattern(
    rf"(?:[Aa]ll|[Rr]eset\w*?|[Cc]lear|[Ww]ipe|[Pp]urge|[Tt]runcate|[Ff]lush|[Ee]mpty|[Ss]eed\w*?|[Ff]ixtures?|[Dd]emo|[Rr]eload|[Rr]ebuild"
    rf"|[Rr]efresh|[Rr]eplace|[Rr]eindex|[Ss]ync|[Tt]ear[Dd]own|[Ii]mport\w*?){_CAPITAL}"
)
"""What is called so is meant to leave nothing as it was."""
_PASSING: Final = LatePattern(
    r"(?i)(?:^|_)(?:te?mp|stag(?:e|ing)|cache[sd]?|scratch|buffer|import(?:s|ed)?|work|queue|locks?|snapshot)(?:$|_)"
)
"""How tables are called whose rows can be had again."""
_WHOLE: Final = LatePattern(
    r"(?is)\s*(?:delete\s+from\s+(?:only\s+)?[\w.\"`]+|update\s+(?:only\s+)?[\w.\"`]+\s+set\s+.*(?:[\w')\"]|[=(,+*/-]\s*\{\}\)*))\s*;?\s*"
)
"""A statement to which nothing is added at a hole that stands for more than a value."""
_GOES_ON: Final = LatePattern(r"(?i)\s*(?:\{\}\s*)?(?:where|and|limit|join|using)\b")


def _is_whole(asked: Asked, facts: FileFacts) -> bool:
    """Whether a text is all that is asked: no other text of the file goes on where it ends."""
    return _WHOLE.fullmatch(asked.text) is not None and not any(
        _GOES_ON.match(text) is not None for text in _texts(facts)
    )


def _texts(facts: FileFacts) -> Iterable[str]:
    return (each.value for step in facts.steps for each in walk(step.value) if type(each) is Text)


def _was_narrowed(facts: FileFacts, *, verb: str, table: str) -> bool:
    """Whether the file did the same, before, to some rows of the table."""
    name = re.escape(last_part(table))
    begun = rf"delete\s+from\s+[^;]*?\b{name}\b" if verb == "delete" else rf"update\s+[^;]*?\b{name}\b"
    pattern = re.compile(rf"\s*{begun}.*\bwhere\b", re.IGNORECASE | re.DOTALL)
    return any(pattern.match(text.value) is not None for _, text, _ in sql_in(facts))


def _fills(facts: FileFacts, table: str) -> bool:
    """Whether the same file adds rows to the table."""
    name = re.escape(last_part(table))
    pattern = re.compile(rf"\s*(?:insert\s+into|copy)\s+[^(;]*?\b{name}\b", re.IGNORECASE)
    return any(pattern.match(text.value) is not None for _, text, _ in sql_in(facts))
