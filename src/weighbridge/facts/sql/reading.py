"""Reads each statement of a script for what it does, with what runs when it does.

What defines, grants, locks and maintains is read here, word by word, for PostgreSQL, MySQL and SQLite alike where they mean
the same: of what PostgreSQL knows, the library that reads queries keeps half as an opaque command. A statement whose first words
nobody knows is `Unclear`; nothing is ever left out. What runs and cannot be known is unread.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.system import Dialect
from weighbridge.facts.sql import acts
from weighbridge.facts.sql.acts import Act
from weighbridge.facts.sql.blocks import Step, in_turn, is_left_open, steps_of
from weighbridge.facts.sql.cursor import Cursor, plain, spelled
from weighbridge.facts.sql.executed import (
    Body,
    Executed,
    block_of,
    executed_by,
    handed_over,
    may_hand_over,
    runs_program,
)
from weighbridge.facts.sql.lexemes import Statement, Token, Unread
from weighbridge.facts.sql.routines import (
    Call,
    Routine,
    called,
    calls_anything,
    is_definition,
    is_surely_called,
    name_alone,
    names_by_mention,
    routine_of,
    rule_of,
    trigger_function,
)
from weighbridge.facts.sql.statements import acts_of
from weighbridge.facts.sql.tokens import read_sql

_BLOCKS: Final = ("do", "function", "routine")
"""What is written in a block's language, with its words around statements."""
_LONGEST_SHOWN: Final = 20
MOST_DEEDS: Final = 20_000
"""A script that does more things is no migration anybody reads; rows that are added or asked for do not count."""
_LIGHT: Final = (acts.Insert, acts.Query, acts.Remark)
MOST_NESTED: Final = 4
"""How deep blocks within blocks are read."""
_MOST_CALLS: Final = 200


class Deed(Struct, frozen=True, kw_only=True, gc=False):
    """One statement with what it does; `text` is as written. `inside` says in what block it stands, empty where in none."""

    acts: tuple[Act, ...]
    text: str
    line: int
    end_line: int
    inside: str = ""
    part: int = 0
    """The part of its script that it is committed with; negative where it is committed for itself."""
    dialects: frozenset[Dialect] | None = None
    """The databases in which it may be done, where a condition around it says so."""


class Deeds(Struct, frozen=True, kw_only=True):
    """A script's statements, in order, and the lines that could not be read."""

    statements: tuple[Deed, ...] = ()
    unread: tuple[Unread, ...] = ()
    routines: tuple[Routine, ...] = ()
    """The routines that it makes."""
    calls: tuple[Call, ...] = ()
    """The routines that it calls, and does not make."""


@lru_cache(256)
def read_deeds(text: str, first_line: int = 1, *, dialect: Dialect | None = None) -> Deeds:
    """What a script does, those blocks included that run when it does."""
    reader = _Reader(dialect)
    found = reader.read(text, first_line)
    return replace(found, routines=tuple(reader.made), calls=tuple(reader.calls.values()))


def read_routine(routine: Routine, call: Call, *, dialect: Dialect | None) -> Deeds:
    """What a routine does that another script makes, on the lines of what calls it."""
    reader = _Reader(dialect)
    body = Body(text=routine.body, line=1, end_line=1, how=_how(routine))
    found = on_lines(reader.read_body(body, depth=0), call.line, end_line=call.end_line)
    calls = (replace(each, line=call.line, end_line=call.end_line) for each in reader.calls.values())
    return replace(found, calls=tuple(calls))


def on_lines(deeds: Deeds, line: int, *, end_line: int) -> Deeds:
    """The same as if it stood on these lines."""
    return replace(
        deeds,
        statements=tuple(placed(deed, line, end_line=end_line) for deed in deeds.statements),
        unread=tuple(Unread(line, end_line, each.why) for each in deeds.unread),
    )


def placed(deed: Deed, line: int, *, end_line: int) -> Deed:
    """A statement as if it stood on these lines."""
    moved = tuple(replace(act, line=line, end_line=end_line) for act in deed.acts)
    return replace(deed, acts=moved, line=line, end_line=end_line)


def _how(routine: Routine) -> str:
    return "routine" if routine.is_own else "function"


class _Reader:
    """Reads a script with the blocks in it; remembers what routines it makes, as it may call them."""

    def __init__(self, dialect: Dialect | None) -> None:
        self._dialect = dialect
        self._routines: dict[str, list[Routine]] = {}
        """Those that were made and not called yet, by name."""
        self._triggers: dict[str, list[Routine | str]] = {}
        """What writing to a table runs, by the table's name: a routine, or its name."""
        self._prepared: set[str] = set()
        self._names: set[str] = set()
        self._left = MOST_DEEDS
        self._hands_over = False
        self.made: list[Routine] = []
        self.calls: dict[tuple[str, int], Call] = {}

    def read(self, text: str, first_line: int, *, inside: str = "", depth: int = 0) -> Deeds:
        """What `text` does."""
        script = read_sql(text, first_line, dialect=self._dialect)
        self._hands_over = self._hands_over or may_hand_over(text)
        found: list[Deed] = []
        unread = list(script.unread)
        if inside in ("do", "function") and is_left_open(script.statements):
            unread.append(Unread(first_line, script.statements[-1].end_line, "a block that never ends"))
        steps = list(_steps(script.statements, inside))
        for step, is_in_turn in zip(steps, in_turn(steps), strict=True):
            if self._left <= 0:
                last = script.statements[-1].end_line
                unread.append(Unread(step.statement.line, last, f"what comes after {MOST_DEEDS:,} statements"))
                break
            deed = _deed(step, text, inside=inside)
            deed = _repeated(deed) if is_in_turn else deed
            found.append(deed)
            self._left -= sum(not isinstance(act, _LIGHT) for act in deed.acts)
            inner = self._within(step, deed, text=text, depth=depth)
            found += inner.statements
            unread += inner.unread
            unread += _unclear(deed)
        return Deeds(statements=tuple(found), unread=tuple(unread))

    def read_body(self, body: Body, *, depth: int) -> Deeds:
        """What a text does that is run."""
        found = self.read(body.text, body.line, inside=body.how, depth=depth + 1)
        return found if body.has_own_lines else on_lines(found, body.line, end_line=body.end_line)

    def _within(self, step: Step, deed: Deed, *, text: str, depth: int) -> Deeds:
        """What runs with a statement: the block that it is, the text that it executes, the routines that it calls."""
        statement = step.statement
        self._remember(statement, deed, text=text)
        executed = self._executed(statement.tokens, deed, text=text)
        run = [executed, *self._scheduled(statement, deed, text=text)]
        if step.heads:
            run.append(self._called(step.heads, deed))
        if not is_definition(deed.acts) and (calls_anything(deed.acts) or names_by_mention(deed.acts)):
            if self._hands_over:
                run.append(handed_over(statement.tokens, text))
            is_run = statement.tokens[0].says("CALL", "EXEC", "EXECUTE") and executed == Executed()
            run.append(self._called(statement.tokens, deed, is_run=is_run))
            run.append(self._fired(deed))
        bodies = [body for each in run for body in each.bodies]
        whys = [each.why for each in run if each.why]
        if bodies and depth == MOST_NESTED:
            bodies, whys = [], ["a block within too many blocks"]
        deeds = [self.read_body(body, depth=depth) for body in bodies]
        unread = [Unread(statement.line, statement.end_line, why) for why in whys]
        return Deeds(
            statements=tuple(each for inner in deeds for each in inner.statements),
            unread=(*unread, *(each for inner in deeds for each in inner.unread)),
        )

    def _executed(self, tokens: tuple[Token, ...], deed: Deed, *, text: str) -> Executed:
        first = tokens[0]
        if first.says("DO"):
            is_expression = len(tokens) > 2 and tokens[1].is_name and tokens[2].says("(", ".")  # MySQL
            return Executed() if is_expression else block_of(tokens, text)
        if first.says("EXECUTE", "EXEC") and len(tokens) > 1:
            is_given = deed.inside in ("do", "function") or tokens[1].says("(", "IMMEDIATE") or tokens[1].is_text
            if is_given and not first.says("EXEC"):
                return executed_by(tokens, text)
            return executed_by(tokens, text) if tokens[1].says("(") else Executed()
        if first.says("PREPARE") and len(tokens) > 1:
            self._prepared.add(plain(tokens[1]))
            if len(tokens) > 2 and tokens[2].says("FROM"):
                return executed_by(tokens[2:], text)
        if runs_program(tokens, deed.acts):
            return Executed(why="a program that the database runs")
        return Executed()

    def _remember(self, statement: Statement, deed: Deed, *, text: str) -> None:
        tokens = statement.tokens
        if tokens[0].says("ALTER") and len(tokens) > 3 and tokens[-3].says("RENAME"):
            for routine in self._routines.pop(plain(tokens[2]), ()):
                name = plain(tokens[-1])
                self._names.add(name)
                self._routines.setdefault(name, []).append(replace(routine, name=name))
        for act in deed.acts:
            if not isinstance(act, acts.Create):
                continue
            if act.kind in ("function", "procedure"):
                routine = routine_of(act, statement, text=text)
                self._names.add(routine.name)
                self._routines.setdefault(routine.name, []).append(routine)
                self.made.append(routine)
            elif act.kind == "trigger" and act.table:
                fired = trigger_function(statement.tokens) or routine_of(act, statement, text=text)
                self._triggers.setdefault(act.table.rpartition(".")[2], []).append(fired)
            elif act.kind == "rule" and (ruled := rule_of(statement.tokens, text, name=act.name)) is not None:
                self._triggers.setdefault(act.table.rpartition(".")[2], []).append(ruled)

    def _scheduled(self, statement: Statement, deed: Deed, *, text: str) -> Iterator[Executed]:
        """What an event of MySQL does, whenever its time comes."""
        for act in deed.acts:
            if isinstance(act, acts.Create) and act.kind == "event":
                yield self._run([routine_of(act, statement, text=text)])

    def _called(self, tokens: tuple[Token, ...], deed: Deed, *, is_run: bool = False) -> Executed:
        """The routines that a statement calls."""
        bodies: list[Body] = []
        why = ""
        alone = name_alone(tokens)
        for at in called(tokens, by_mention=names_by_mention(deed.acts), is_run=is_run):
            name = plain(tokens[at])
            if name in self._routines:
                run = self._run(self._routines.pop(name))
                bodies += run.bodies
                why = why or run.why
            elif name not in self._names and name not in self._prepared and is_surely_called(tokens, at):
                self._note_call(name, deed, is_alone=at == alone)
        return Executed(tuple(bodies), why)

    def _note_call(self, name: str, deed: Deed, *, is_alone: bool) -> None:
        key = (name, deed.line)
        if key not in self.calls and len(self.calls) <= _MOST_CALLS:
            name = name if len(self.calls) < _MOST_CALLS else ""  # too many: what they do is unknown
            self.calls[key] = Call(name=name, line=deed.line, end_line=deed.end_line, is_alone=is_alone or not name)

    def _fired(self, deed: Deed) -> Executed:
        """What triggers do that the script made before."""
        bodies: list[Body] = []
        why = ""
        for act in deed.acts if self._triggers else ():
            if not isinstance(act, acts.Insert | acts.Update | acts.Delete | acts.Truncate | acts.Run):
                continue
            for fired in self._triggers.pop(act.table.rpartition(".")[2], ()):
                run = self._run([fired] if isinstance(fired, Routine) else self._routines.pop(fired, []))
                bodies += run.bodies
                why = why or run.why
        return Executed(tuple(bodies), why)

    @staticmethod
    def _run(routines: Iterable[Routine]) -> Executed:
        bodies: list[Body] = []
        why = ""
        for each in routines:
            if each.body:
                end_line = each.line + each.body.count("\n")
                bodies.append(Body(text=each.body, line=each.line, end_line=end_line, how=_how(each)))
            else:
                written = f", which is written in {each.language}" if each.language else ""
                why = f"what `{each.name}` does, which the script makes and runs{written}"
        return Executed(tuple(bodies), why)


def _steps(statements: Sequence[Statement], inside: str) -> Iterator[Step]:
    if inside in _BLOCKS:
        return steps_of(statements, declares_each=inside == "routine")
    return (Step(tokens=each.tokens) for each in statements)


def _unclear(deed: Deed) -> list[Unread]:
    return [
        Unread(act.line, act.end_line, f"a statement that nobody here knows (`{act.words}`)")
        for act in deed.acts
        if isinstance(act, acts.Unclear)
    ]


def _deed(step: Step, text: str, *, inside: str) -> Deed:
    statement = step.statement
    tokens = statement.tokens
    if step.is_silent:
        done: tuple[Act, ...] = (_placed(acts.Remark(kind="block"), statement),)
    elif step.is_unread:
        done = ()
    else:
        done = tuple(_placed(act, statement) for act in acts_of(tokens, text))
    if not done:
        done = (_placed(acts.Unclear(words=_first_words(tokens, text)), statement),)
    return Deed(acts=done, text=spelled(tokens, text), line=statement.line, end_line=statement.end_line, inside=inside)


def _repeated(deed: Deed) -> Deed:
    """What a loop does again and again."""
    return replace(
        deed,
        acts=tuple(
            replace(act, is_in_turn=True) if isinstance(act, acts.Update | acts.Delete) else act for act in deed.acts
        ),
    )


def _first_words(tokens: tuple[Token, ...], text: str) -> str:
    return Cursor(tokens, text).first_words(3) or tokens[0].text[:_LONGEST_SHOWN]


def _placed(act: Act, statement: Statement) -> Act:
    return act if act.line else replace(act, line=statement.line, end_line=statement.end_line)
