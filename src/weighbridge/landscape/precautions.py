"""Precautions that a change takes away: secrets that are taken out of what is passed on, limits that stop, locks that are let go,
sessions and transactions that are ended, paths that are kept inside a folder, settings that protect.

What a function did on the base and does not in head is gone, unless any changed function does it now and did not, or the
function calls something that it did not call before and that may see to it.
"""

from collections.abc import Container, Iterator, Mapping
from enum import StrEnum
from typing import Final

from msgspec import Struct, field

from weighbridge.domain.ids import RepoPath, symbol_name
from weighbridge.domain.places import Place, Side
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import (
    Attribute,
    Call,
    Collection,
    Conditional,
    Either,
    Expr,
    FileFacts,
    Item,
    Name,
    Number,
    Step,
    Text,
)
from weighbridge.facts.names import last_name
from weighbridge.landscape.clearings import cleared_by
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.conditions import asked_in, form_of
from weighbridge.landscape.criticality import words_of
from weighbridge.landscape.file_names import calls_in
from weighbridge.landscape.functions import named_around
from weighbridge.landscape.guards import is_unreachable, spoken
from weighbridge.landscape.held import LETTING_GO, is_done_without, synchronized_methods
from weighbridge.landscape.protections import lost_settings, protections, root_of
from weighbridge.landscape.safe_paths import asked_of_path, may_ask
from weighbridge.landscape.surfaces.names import speaks_of_limits
from weighbridge.landscape.transactions import is_open_yet, kept_by, taken_back_by

_TAKING_OUT: Final = frozenset(
    {"pop", "remove", "delete", "del", "discard", "unset", "removeheader", "deletecookie", "clearcookie"}
)
_SECRET: Final = frozenset(
    {"authorization", "cookie", "cookies", "password", "passwd", "secret", "token", "apikey", "credentials", "session"}
)
_ORDER: Final = (" > ", " < ", " >= ", " <= ")
_TOO_MUCH: Final = frozenset({"413", "429", "400", "403", "404"})
"""Answers that it is too much, or not to be had."""
_OF_ERRORS: Final = frozenset({"err", "error", "errors", "errorf", "exceeded", "toolarge", "toomany"})
_HOLDING: Final = frozenset({"lock", "acquire", "obtain"})
_SHARED: Final = frozenset({"r", "w", "try", "read", "write"})
"""Words that say how much of a lock is held."""
_LOCKS: Final = frozenset({"lock", "rlock", "mutex", "mu", "semaphore", "sem", "latch"})


_OWN: Final = ("self", "this", "cls", "")
"""What is left of a secret in these is there for whoever has them."""
_TELLING: Final = frozenset(
    {
        "log",
        "info",
        "warn",
        "warning",
        "error",
        "debug",
        "exception",
        "print",
        "Print",
        "Printf",
        "Println",
        "Errorf",
        "Infof",
    }
    | {"Debugf", "Warnf", "Error", "Info", "Warn", "Debug"}
)
"""What is told to those who run the program sees to nothing."""


class Kind(StrEnum):
    """What a precaution was for."""

    TAKES_OUT = "takes-out"
    STOPS = "stops"
    LETS_GO = "lets-go"
    ALWAYS = "always"
    HOLDS = "holds"
    CLEARS = "clears"
    KEEPS = "keeps"
    TAKES_BACK = "takes-back"
    CONFINES = "confines"
    SETS = "sets"


_BY_ITSELF: Final = (Kind.HOLDS, Kind.LETS_GO, Kind.ALWAYS)
"""What a lock that is entered, or held by a whole method, sees to."""


_ENDED: Final = ((Kind.KEEPS, kept_by), (Kind.TAKES_BACK, taken_back_by))


class Precaution(Struct, frozen=True):
    """One precaution of a function: what it is about, and its line."""

    kind: Kind
    symbol: str
    about: str
    line: int
    of: str = ""
    """What a secret is taken out of."""
    at: int = -1
    """The statement that takes it, among the file's; negative where a whole function does."""


class LostPrecaution(Struct, frozen=True, kw_only=True):
    """A precaution that a function took on the base and does not in head."""

    path: RepoPath
    file: FileCode
    precaution: Precaution

    @property
    def place(self) -> Place:
        """The function that does without."""
        facts, symbol = self.file.head, self.precaution.symbol
        named = ((facts.qualified_name(i), d.line) for i, d in enumerate(facts.definitions)) if facts else iter(())
        line = next((line for name, line in named if name == symbol), 1)
        return Place(path=self.path, line=line, end_line=line, symbol=symbol)

    @property
    def stood(self) -> Place:
        """Where it was taken."""
        base, line = self.file.change.base, self.precaution.line
        return Place(path=base.path if base else self.path, line=line, end_line=line, side=Side.BASE)


class _Side(Struct, frozen=True):
    """The precautions of one side of a file, and what its functions call."""

    taken: dict[tuple[str, Kind, str], Precaution] = field(default_factory=dict)
    calls: dict[str, set[str]] = field(default_factory=dict)
    handed: dict[str, set[str]] = field(default_factory=dict)
    """The names that each function hands on as a whole."""


def lost_precautions(code: CodeChange, of_tests: Container[RepoPath]) -> Iterator[LostPrecaution]:
    """The precautions that are gone from functions that are still there."""
    sides: list[tuple[RepoPath, FileCode, _Side, _Side]] = []
    for path, file in code.files.items():
        if path not in of_tests and file.base is not None and file.head is not None and file.change.removed:
            changed = {symbol_name(symbol.symbol) for symbol in file.symbols}
            sides.append((path, file, _side(file.base, changed), _side(file.head, changed)))
    gained = {(k, about) for _, _, old, new in sides for (_, k, about) in new.taken.keys() - old.taken.keys()}
    for path, file, old, new in sides:
        symbols = {file.head.qualified_name(i) for i in range(len(file.head.definitions))} if file.head else set()
        for (symbol, kind, about), precaution in old.taken.items():
            is_there = (symbol, kind, about) in new.taken or (kind, about) in gained or symbol not in symbols
            if not is_there and _is_lost(precaution, old, new=new) and _is_needed(precaution, file):
                yield LostPrecaution(path=path, file=file, precaution=precaution)
    yield from _unset(sides)


def _unset(sides: list[tuple[RepoPath, FileCode, _Side, _Side]]) -> Iterator[LostPrecaution]:
    """The settings that protected and are set no more, unless that is done anywhere else now."""
    before, after = (protections(file.on(side) for _, file, _, _ in sides) for side in (Side.BASE, Side.HEAD))
    gone = before - after
    for path, file, old, new in sides if gone else ():
        changed = {symbol_name(symbol.symbol) for symbol in file.symbols} | {""}
        if file.base is None or file.head is None:
            continue
        for each in lost_settings(file.base, file.head, of=changed):
            precaution = Precaution(Kind.SETS, each.symbol, each.name, each.line)
            if each.name in gone and _is_lost(precaution, old, new=new):
                yield LostPrecaution(path=path, file=file, precaution=precaution)


def _is_lost(precaution: Precaution, old: _Side, *, new: _Side) -> bool:
    symbol, about, kind = precaution.symbol, precaution.about, precaution.kind
    lets_go, holds = (symbol, Kind.LETS_GO, about), (symbol, Kind.HOLDS, about)
    if kind is Kind.ALWAYS:
        return lets_go in new.taken  # else that it lets go at all is what is lost
    if new.calls.get(symbol, set()) - old.calls.get(symbol, set()) - _TELLING:
        return False
    if kind is Kind.TAKES_OUT and precaution.of not in _OWN:
        return precaution.of in new.handed.get(symbol, set())
    if kind is Kind.HOLDS:
        return lets_go in old.taken and not _is_taken_otherwise(precaution, old, new=new)
    if kind is Kind.LETS_GO:
        was_held = holds in old.taken or (symbol, Kind.ALWAYS, about) in old.taken or bool(_lock(about))
        return was_held and (holds in new.taken or holds not in old.taken)
    # it may stop at the same limit by another name, or end the session by other means
    return not _is_taken_otherwise(precaution, old, new=new)


def _is_taken_otherwise(precaution: Precaution, old: _Side, *, new: _Side) -> bool:
    """Whether a function takes a precaution of the same kind that it did not take: by another name, or about something else."""
    gained = (key for key in new.taken if key not in old.taken)
    return any(symbol == precaution.symbol and kind is precaution.kind for symbol, kind, _ in gained)


def _is_needed(precaution: Precaution, file: FileCode) -> bool:
    """Whether what a lock was held for, or what stands in a transaction, is still done."""
    if file.base is None or file.head is None:
        return True
    if precaution.kind in (Kind.KEEPS, Kind.TAKES_BACK):
        return is_open_yet(precaution.symbol, precaution.about, at=precaution.at, base=file.base, head=file.head)
    if precaution.kind is not Kind.HOLDS:
        return True
    return is_done_without(precaution.symbol, precaution.at, base=file.base, head=file.head)


def _side(facts: FileFacts, of: Container[str]) -> _Side:
    """What the functions named by `of` see to."""
    side = _Side()
    always = [range(a.always_first, a.always_last + 1) for a in facts.attempts if a.always_first]
    for at, step in enumerate(facts.steps):
        symbol = named_around(facts, step.scope)
        if symbol not in of or is_unreachable(facts, step.line, scope=step.scope):
            continue
        calls = list(calls_in(step.value))
        side.calls.setdefault(symbol, set()).update(spoken(call).rpartition(".")[2] for call in calls)
        side.handed.setdefault(symbol, set()).update(_handed(step))
        ended = ((kind, what) for call in calls for kind, tell in _ENDED for what in (tell(call),) if what)
        cleared = ((Kind.CLEARS, what) for call in calls if (what := cleared_by(call, symbol=symbol, facts=facts)))
        for kind, about in (*_taken(step, calls, is_java=facts.language == "java"), *cleared, *ended):
            holder = root_of(step.value) if kind is Kind.TAKES_OUT else ""
            side.taken.setdefault((symbol, kind, about), Precaution(kind, symbol, about, step.line, holder, at))
            if kind is Kind.LETS_GO and any(step.line in lines for lines in always):
                side.taken.setdefault((symbol, Kind.ALWAYS, about), Precaution(Kind.ALWAYS, symbol, about, step.line))
    for index, about in synchronized_methods(facts):
        symbol, line = facts.qualified_name(index), facts.definitions[index].line
        for kind in _BY_ITSELF if symbol in of else ():
            side.taken.setdefault((symbol, kind, about), Precaution(kind, symbol, about, line))
    _take_limits(side, facts, of=of)
    return side


def _taken(step: Step, calls: list[Call], *, is_java: bool) -> Iterator[tuple[Kind, str]]:
    if step.kind == "enter" and (about := _synchronized(step.value) if is_java else _lock(spoken(step.value))):
        yield from ((kind, about) for kind in _BY_ITSELF)
    if step.kind == "use" and isinstance(step.value, Either) and step.value.operator == "del":
        yield from ((Kind.TAKES_OUT, said) for each in step.value.options if (said := _secret_of(each)))
    for call in calls:
        last = last_name(call.function)
        if "".join(words_of(last)) in _TAKING_OUT and step.kind == "use" and call is step.value:
            first = call.arguments[0].value if call.arguments else None
            if isinstance(first, Text) and (said := _secret(first.value)):
                yield Kind.TAKES_OUT, said
        words = tuple(word for word in words_of(last) if word not in _SHARED)
        if set(words) & LETTING_GO and (about := _released(call, words)):
            yield Kind.LETS_GO, about
        elif set(words) & _HOLDING and len(words) <= 3 and (about := _released(call, words)):
            yield Kind.HOLDS, about


def _handed(step: Step) -> Iterator[str]:
    """The bare names that a statement gives away: as an argument, an element, a result, under another name."""
    if isinstance(step.value, Name) and step.kind in ("return", "yield", "bind"):
        yield step.value.id
    for part in walk(step.value):
        given = part.arguments if isinstance(part, Call) else part.elements if isinstance(part, Collection) else ()
        yield from (each.value.id for each in given if isinstance(each.value, Name))


def _secret_of(expr: Expr) -> str:
    match expr:
        case Item(key=Text(value=key)):
            return _secret(key)
        case Attribute(name=name):
            return _secret(name)
        case _:
            return ""


def _secret(name: str) -> str:
    words = words_of(name)
    return name if set(words) & _SECRET or "".join(words[-2:]) in _SECRET else ""


def _synchronized(expr: Expr) -> str:
    """What Java holds, which may be any object: the last of its names, a class with the name of it."""
    if isinstance(expr, Call):
        return f"{spoken(expr)}()"
    return spoken(expr) if last_name(expr) == "class" else last_name(expr)


def _lock(name: str) -> str:
    """What a lock is called; empty where a name is another thing's."""
    last = name.rpartition(".")[2]
    return last if set(words_of(last)) & _LOCKS else ""


def _released(call: Call, words: tuple[str, ...]) -> str:
    """What is held or let go by a call: the object it is called on, or what else its name says; the result of a call is none,
    but for a part of a lock.
    """
    if isinstance(call.function, Attribute) and len(words) == 1:
        of = call.function.of
        if isinstance(of, Call) and not of.arguments and _lock(spoken(of)) and isinstance(of.function, Attribute):
            of = of.function.of  # Java's `locks.readLock().lock()`
        return last_name(of)
    left = "".join(word for word in words if word not in LETTING_GO | _HOLDING - {"lock"})
    return left or "".join(words)


def _take_limits(side: _Side, facts: FileFacts, *, of: Container[str]) -> None:
    """Conditions that compare with a limit, or ask where a path leads, and end what is done with an error."""
    steps: Mapping[int, list[Step]] | None = None
    for each in facts.conditionals:
        told = _stopped_for(each) if each.leaves in ("raise", "return") else ()
        if not told:
            continue
        if steps is None:
            steps = _by_line(facts)
        inside = [step for line in range(each.first, each.last + 1) for step in steps.get(line, ())]
        if each.leaves == "raise" or any(_is_error(step) for step in inside):
            symbol = named_around(facts, _scope_at(inside))
            for kind, name in told if symbol in of else ():
                side.taken.setdefault((symbol, kind, name), Precaution(kind, symbol, name, each.line))


def _stopped_for(each: Conditional) -> list[tuple[Kind, str]]:
    """The limits that a condition compares with, and what it asks about a path."""
    form = form_of(each.condition)
    text = str(form)
    named = sorted(asked_in(form)) if any(sign in text for sign in _ORDER) else ()
    found = [(Kind.STOPS, name) for name in named if speaks_of_limits(name)]
    asked = asked_of_path(form) if may_ask(text) else ""
    return [*found, (Kind.CONFINES, asked)] if asked else found


def _by_line(facts: FileFacts) -> Mapping[int, list[Step]]:
    found: dict[int, list[Step]] = {}
    for step in facts.steps:
        found.setdefault(step.line, []).append(step)
    return found


def _scope_at(steps: list[Step]) -> int:
    return next((step.scope for step in steps), 0)


def _is_error(step: Step) -> bool:
    """Whether a statement hands out an error, or answers that it is too much."""
    for part in walk(step.value):
        if isinstance(part, Number) and part.value in _TOO_MUCH:
            return True
        if step.kind == "return" and set(words_of(last_name(part))) & _OF_ERRORS:
            return True
    return False
