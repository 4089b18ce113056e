"""The queries that stand as text in changed code: what each asks, whether a loop asks it again and again, and where."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.places import Place
from weighbridge.domain.system import Dialect
from weighbridge.facts.model import Branch, EntryPoint, FileFacts, Function, Step, Text
from weighbridge.facts.recognise._sql_statements import Evidence
from weighbridge.facts.recognise.sql_text import sql_in
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.file_names import FileNames
from weighbridge.landscape.flow import Flow
from weighbridge.landscape.sql.dialects import said_by
from weighbridge.landscape.sql.questions import Question
from weighbridge.landscape.sql.reading import question
from weighbridge.landscape.test_files import stands_aside

_ASKS: Final = LatePattern(r"\s*SELECT\s", re.IGNORECASE)
_GOES_ON: Final = ("WHERE", "AND", "OR", "IN", "BY", "FROM", "JOIN", "ON", "(", ",", "=")
"""How a text ends to which code adds something."""
_UNWATCHED: Final = ("job", "consumer", "cli", "main")


class Asked(Struct, frozen=True, kw_only=True):
    """A query that the change adds or alters, and where it stands."""

    path: RepoPath
    line: int
    symbol: str
    text: str
    question: Question
    loop: int = 0
    """The line of the loop that asks it once a turn; 0 where it stands in none, or nobody can tell."""
    is_job: bool = False
    """Whether nobody waits for it: it is asked by a job, a consumer or a command."""

    @property
    def place(self) -> Place:
        """Where it stands."""
        return Place(path=self.path, line=self.line, end_line=self.line, symbol=self.symbol)


class Queries:
    """The queries of a change's code, its tests aside."""

    def __init__(self, code: CodeChange) -> None:
        self._code = code

    @cached_property
    def added(self) -> tuple[Asked, ...]:
        """Those that stand in head and not, word by word, in the base's file."""
        return tuple(asked for asked in self._found if isinstance(asked, Asked))

    @cached_property
    def unread(self) -> tuple[CouldNotLook, ...]:
        """Why some of them could not be read."""
        return tuple(missing for missing in self._found if isinstance(missing, CouldNotLook))

    @cached_property
    def _found(self) -> tuple[Asked | CouldNotLook, ...]:
        return tuple(found for path, file in self._code.files.items() for found in _added(path, file))


def _added(path: RepoPath, file: FileCode) -> Iterator[Asked | CouldNotLook]:
    if file.head is None or file.head.is_generated or stands_aside(path):
        return
    found = _texts(file.head)
    before = (
        {(text.value, bool(loop)) for _, text, loop in _texts(file.base)} if found and file.base is not None else set()
    )
    jobs = {each.handler.definition for each in _unwatched(file.head) if isinstance(each.handler, Function)}
    for step, text, loop in found:
        if (text.value, bool(loop)) in before:
            continue
        asked = question(text.value, said_by(text.value) or Dialect.POSTGRES)
        if asked is None and _ASKS.match(text.value) and not text.parts and not text.value.rstrip().endswith(_GOES_ON):
            detail = f"the query in {path}:{step.line} is not read"
            yield CouldNotLook(reason=Reason.UNSUPPORTED, detail=detail, remedy="look at it by hand")
        elif asked is not None:
            yield Asked(
                path=path,
                line=step.line,
                symbol=file.head.qualified_name(step.scope),
                text=text.value,
                question=asked,
                loop=loop,
                is_job=step.scope in jobs,
            )


def _unwatched(facts: FileFacts) -> Iterator[EntryPoint]:
    return (entry for entry in facts.entry_points if entry.kind in _UNWATCHED)


def _texts(facts: FileFacts) -> list[tuple[Step, Text, int]]:
    """Every text that is SQL, with its statement and the line of the loop around that."""
    found = [(step, text) for step, text, evidence in sql_in(facts) if evidence is not Evidence.NONE]
    if not found:
        return []
    flow = Flow(FileNames(facts))
    loops = [branch for branch in facts.branches if branch.is_loop]
    lines = {flow.turn_of(step): step.line for step in facts.steps if step.kind == "iterate"} if loops else {}
    return [(step, text, _loop(step, loops, turn=flow.turn_of(step), lines=lines)) for step, text in found]


def _loop(step: Step, loops: Sequence[Branch], *, turn: int, lines: Mapping[int, int]) -> int:
    """The line of the innermost loop that does a statement again and again, 0 where none does.

    A loop's branch begins with the statement that gives out its elements, which is itself done once. One without such goes on until
    something holds, and may well take a part of the rows at each turn.
    """
    around = sorted(loop.first for loop in loops if loop.scope == step.scope and loop.first <= turn < loop.end)
    if around and step.kind == "iterate":
        around.pop()
    return lines.get(around[-1], 0) if around else 0
