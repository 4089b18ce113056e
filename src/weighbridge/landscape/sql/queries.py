"""The queries that stand as text in changed code, and in files of queries: what each asks, whether a loop asks it again and again, and where."""

import re
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.places import Place
from weighbridge.domain.system import Dialect
from weighbridge.facts.model import EntryPoint, FileFacts, Function, Step, Text
from weighbridge.facts.recognise._sql_statements import Evidence, table_uses
from weighbridge.facts.recognise.sql_text import sql_in
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.sql.dialects import said_by
from weighbridge.landscape.sql.mappers.signs import may_ask, may_run, unread_builder
from weighbridge.landscape.sql.questions import Question
from weighbridge.landscape.sql.reading import question
from weighbridge.landscape.test_files import stands_aside

if TYPE_CHECKING:
    from weighbridge.landscape.sql.built import Built
    from weighbridge.landscape.sql.models import Models

Relations = Callable[[FileFacts, str], frozenset[str]]

_ASKS: Final = LatePattern(r"\s*SELECT\s", re.IGNORECASE)
_SAYS_SQL: Final = LatePattern(r"\bFROM\b|\w\(|[*=]|::|\$\d|%s")
"""What prose for people, which may begin with the same word, has nowhere."""
_CATALOG: Final = LatePattern(r"(?:information_schema|pg_catalog)\.", re.IGNORECASE)
"""Tables in which a database describes itself."""
_CUT: Final = LatePattern(r"[\w)\]]\[[^\[\]\n]*:[^\[\]\n]*\]")
_GOES_ON: Final = ("WHERE", "AND", "OR", "IN", "BY", "FROM", "JOIN", "ON", "(", ",", "=")
"""How a text ends to which code adds something."""
_ONCE: Final = LatePattern(r"(?:^|/)(?:migrations|versions|seeds?|seeders|fixtures)(?:/|\.\w+$)")
"""Code that is run once, or where no data is in use."""
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
    is_mapped: bool = False
    """Whether an object mapper asks it, and `text` is how it is told to."""
    end_line: int = 0

    @property
    def place(self) -> Place:
        """Where it stands."""
        return Place(path=self.path, line=self.line, end_line=self.line, symbol=self.symbol)


class Queries:
    """The queries of a change's code, its tests aside."""

    def __init__(
        self,
        code: CodeChange,
        *,
        models: "Callable[[], Models] | None" = None,
        text: Callable[[RepoPath], str] | None = None,
        scripts: "Callable[[], tuple[Asked, ...]]" = tuple,
    ) -> None:
        self._code = code
        self._scripts = scripts
        self._models = models
        self._text = text

    @cached_property
    def added(self) -> tuple[Asked, ...]:
        """Those that stand in head and not, word by word, in the base's file."""
        return tuple(asked for asked in self._found if isinstance(asked, Asked))

    @cached_property
    def built(self) -> "tuple[tuple[RepoPath, str, Built], ...]":
        """Those that are put together from what a function is given, each with its file and where in it."""
        return tuple(found for path in self._with_sql for found in _built(path, self._code.files[path]))

    @cached_property
    def unread(self) -> tuple[CouldNotLook, ...]:
        """Why some of them could not be read."""
        return tuple(missing for missing in self._found if isinstance(missing, CouldNotLook))

    @cached_property
    def _with_sql(self) -> tuple[RepoPath, ...]:
        """The files of head that hold any SQL: most do not, and each is looked through once for it."""
        heads = ((path, file.head) for path, file in self._code.files.items())
        return tuple(path for path, head in heads if head is not None and next(sql_in(head), None) is not None)

    @cached_property
    def _found(self) -> tuple[Asked | CouldNotLook, ...]:
        in_code = (found for path, file in self._code.files.items() for found in self._added(path, file))
        return (*in_code, *self._scripts())

    def _added(self, path: RepoPath, file: FileCode) -> Iterator[Asked | CouldNotLook]:
        def relations(facts: FileFacts, name: str) -> frozenset[str]:
            return self._models().relations(path, facts, name=name) if self._models is not None else frozenset()

        for found in _added(path, file, has_sql=path in self._with_sql, relations=relations):
            if not (isinstance(found, Asked) and found.is_mapped and self._is_cut(found)):
                yield found

    def _is_cut(self, asked: Asked) -> bool:
        """Whether a query by a mapper that seems to ask for everything is cut off (`[:20]`), which facts do not tell."""
        said = asked.question
        if said.has_where or said.is_limited or said.is_counted or self._text is None or not asked.path.endswith(".py"):
            return False
        lines = self._text(asked.path).splitlines()[asked.line - 1 : asked.end_line]
        return _CUT.search("\n".join(lines)) is not None


def _added(path: RepoPath, file: FileCode, *, has_sql: bool, relations: Relations) -> Iterator[Asked | CouldNotLook]:
    if file.head is None or file.head.is_generated or stands_aside(path):
        return
    jobs = {each.handler.definition for each in _unwatched(file.head) if isinstance(each.handler, Function)}
    if has_sql:
        yield from _texts_added(path, file.head, base=file.base, jobs=jobs)
    yield from _not_read(path, file.head, base=file.base)
    if not _ONCE.search(path):
        yield from _mapped_added(path, file.head, base=file.base, jobs=jobs, relations=relations)


def _texts_added(
    path: RepoPath, head: FileFacts, *, base: FileFacts | None, jobs: set[int]
) -> Iterator[Asked | CouldNotLook]:
    found = _texts(head)
    was = _texts(base) if found and base is not None else []
    before = {(text.value, bool(loop)) for _, text, loop, _ in was}
    for step, text, loop, evidence in found:
        if (text.value, bool(loop)) in before:
            continue
        asked = question(text.value, said_by(text.value) or Dialect.POSTGRES)
        if asked is None and _is_whole_query(text, evidence):
            detail = f"the query in {path}:{step.line} is not read"
            yield CouldNotLook(reason=Reason.UNSUPPORTED, detail=detail, remedy="look at it by hand")
        elif asked is not None and not (asked.tables and all(_CATALOG.match(each) for each in asked.tables)):
            yield Asked(
                path=path,
                line=step.line,
                symbol=head.qualified_name(step.scope),
                text=text.value,
                question=asked,
                loop=loop,
                is_job=step.scope in jobs,
            )


def _is_whole_query(text: Text, evidence: Evidence) -> bool:
    """Whether a text is a query from beginning to end, and no prose: it is given to what runs queries, asks a table, or has signs of SQL."""
    said = text.value
    if not _ASKS.match(said) or text.parts or said.rstrip().endswith(_GOES_ON):
        return False
    return evidence is Evidence.STRONG or _SAYS_SQL.search(said) is not None or bool(table_uses(said, evidence))


def _not_read(path: RepoPath, head: FileFacts, *, base: FileFacts | None) -> Iterator[CouldNotLook]:
    """That what the change does in a file asks a database by what nothing here reads, if it does; once a file."""
    builder = unread_builder(head)
    if not builder:
        return
    known = {each.body for each in base.definitions if each.body} if base is not None else set()
    first = next((step for step in may_run(head) if _is_touched(head, step.scope, known=known)), None)
    if first is not None:
        detail = f"queries by {builder} are not read ({path}:{first.line})"
        yield CouldNotLook(reason=Reason.UNSUPPORTED, detail=detail, remedy="look at them by hand")


def _mapped_added(
    path: RepoPath, head: FileFacts, *, base: FileFacts | None, jobs: set[int], relations: Relations
) -> Iterator[Asked]:
    known = {each.body for each in base.definitions if each.body} if base is not None else set()
    if not any(_is_touched(head, step.scope, known=known) for step in may_ask(head)):
        return
    from weighbridge.landscape.sql.mapped import mapped_in  # noqa: PLC0415 - most changes ask no mapper

    found = mapped_in(head, relations)
    was = mapped_in(base, relations) if found and base is not None else []
    before = {(each.text, bool(each.loop)) for each in was}
    for each in found:
        if (each.text, bool(each.loop)) not in before:
            yield Asked(
                path=path,
                line=each.step.line,
                symbol=head.qualified_name(each.step.scope),
                text=each.text,
                question=each.question,
                loop=each.loop,
                is_job=each.step.scope in jobs,
                is_mapped=True,
                end_line=each.end_line,
            )


def _is_touched(facts: FileFacts, scope: int, *, known: set[str]) -> bool:
    """Whether what does a statement, and what holds that where it has no name, does other than anything in the base's file."""
    definition = facts.definitions[scope]
    while definition.body in known and definition.kind == "lambda":
        definition = facts.definitions[max(definition.parent, 0)]
    return definition.body not in known


def _built(path: RepoPath, file: FileCode) -> "Iterator[tuple[RepoPath, str, Built]]":
    if file.head is None or file.head.is_generated or stands_aside(path):
        return
    from weighbridge.landscape.sql.built import built_in  # noqa: PLC0415 - few changes hold SQL

    before = {(each.text, each.name) for each in built_in(file.base)} if file.base is not None else set()
    for each in built_in(file.head):
        if (each.text, each.name) not in before:
            yield path, file.head.qualified_name(each.step.scope), each


def _unwatched(facts: FileFacts) -> Iterator[EntryPoint]:
    return (entry for entry in facts.entry_points if entry.kind in _UNWATCHED)


def _texts(facts: FileFacts) -> list[tuple[Step, Text, int, Evidence]]:
    """Every text that is SQL, with its statement, the line of the loop around that, and how much its place speaks for it."""
    found = [each for each in sql_in(facts) if each[2] is not Evidence.NONE]
    if not found:
        return []
    from weighbridge.landscape.sql.loops import Loops  # noqa: PLC0415 - few files hold SQL

    loops = Loops(facts)
    return [
        (step, text, around.line if (around := loops.around(step)) else 0, evidence) for step, text, evidence in found
    ]
