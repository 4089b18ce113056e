"""Migrations in Go (goose, gormigrate, xormigrate, go-pg's): the SQL that stands in them is read, what else they do is not."""

import re
from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.calls.forms import Text
from weighbridge.facts.sql.acts import Act
from weighbridge.landscape.sql.rendered import Rendered, Script, Sheet, Tool

_MARKS: Final = LatePattern(r"\bgoose\.Add\w*Migration|\bgormigrate\.|\bxormigrate\.Migration\b|\bmigrations\.Register")
_SKIPPED: Final = r"//[^\n]*|/\*[\s\S]*?\*/|'(?:[^'\\\n]|\\.)'"
_TEXTS: Final = LatePattern(rf"{_SKIPPED}|`(?P<raw>[^`]*)`|\"(?P<plain>(?:[^\"\\\n]|\\.)*)\"")
_STATEMENT: Final = LatePattern(
    r"\s*(?:(?:create|alter|drop)\s+(?:or\s+replace\s+)?(?:unique\s+|materialized\s+|temp(?:orary)?\s+)?"
    r"(?:table|index|type|view|extension|trigger|function|procedure|schema|sequence|domain|policy|role|user|database)\s"
    r"|truncate\s+(?:table\s+)?[\w\"`]|update\s+\S+\s+(?:\w+\s+)?set\s|delete\s+from\s|insert\s+into\s|rename\s+table\s|lock\s+table\s"
    r"|set\s+(?:local\s+)?lock_timeout\b)",
    re.IGNORECASE,
)
_BACK: Final = LatePattern(r"\bRollback\s*:|\bfunc\s+(?:[dD]own|[rR]ollback|[rR]evert)\w*\s*\(")
_FORWARD: Final = LatePattern(r"\bMigrate\s*:|\bfunc\s+(?!(?:[dD]own|[rR]ollback|[rR]evert))\w+\s*\(|\bID\s*:")
_ESCAPES: Final = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}


def claims(path: RepoPath, text: str) -> bool:
    """Whether a file holds migrations of one of these tools."""
    return path.endswith(".go") and _MARKS.search(text) is not None


def render(script: Script) -> Rendered:
    """The statements that stand in it as texts, those of one kind that is done by condition once; and that the rest is not known."""
    sheet = Sheet(script.text)
    told: set[tuple[bool, object]] = set()
    for text, is_back in _statements(script.text):
        alone = Sheet(script.text)
        alone.runs_script(text)
        done = alone.rendered(is_together=None).deeds
        acts = [(is_back, _bare(act)) for deed in done for act in deed.acts]
        if done and not told.issuperset(acts):
            sheet.is_undoing = is_back
            sheet.runs_script(text)
        told.update(acts)
    sheet.is_undoing = False
    last = script.text.count("\n") + 1
    sheet.misses(1, last, why="what its Go code does besides the SQL that stands in it is not read")
    return sheet.rendered(is_together=None)


def _bare(act: Act) -> Act:
    """An act without where it stands, and whether it is done only where it is needed."""
    act = replace(act, line=0, end_line=0)
    return replace(act, is_conditional=False) if hasattr(act, "is_conditional") else act


def _statements(source: str) -> Iterator[tuple[Text, bool]]:
    """The texts that are SQL, each with whether it is run only to take the migration back."""
    for found in _TEXTS.finditer(source):
        said = found["raw"] if found["raw"] is not None else found["plain"]
        if said is None or _STATEMENT.match(said) is None:
            continue
        if found["raw"] is None:
            said = re.sub(r"\\(.)", lambda each: _ESCAPES.get(each[1], each[0]), said)
        line = source.count("\n", 0, found.start()) + 1
        text = Text(said, line, line + found[0].count("\n"), is_as_laid_out=found["raw"] is not None)
        yield text, _is_back(source, found.start())


def _is_back(source: str, at: int) -> bool:
    """Whether what stands at a place is of the function that takes back, by what is named last before it."""
    before = source[:at]
    back = max((each.start() for each in _BACK.finditer(before)), default=-1)
    forward = max((each.start() for each in _FORWARD.finditer(before)), default=-1)
    return back > forward


TOOL: Final = Tool(claims=claims, render=render)
