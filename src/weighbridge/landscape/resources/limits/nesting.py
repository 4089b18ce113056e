"""Waits within waits: whether who waits outside gives up before what is waited for inside can."""

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.ids import RepoPath, symbol_id
from weighbridge.domain.places import Place, Side
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Attribute, Call, Collection, Either, Expr, FileFacts, Name, Number
from weighbridge.facts.names import last_name
from weighbridge.landscape.callers import Callers
from weighbridge.landscape.code_change import FileCode
from weighbridge.landscape.functions import function_around
from weighbridge.landscape.landscapes import Landscapes, View
from weighbridge.landscape.resources.limits.reading import Reading, Use, root_of
from weighbridge.landscape.resources.limits.seen import Limits
from weighbridge.landscape.resources.limits.timeouts import bound_of
from weighbridge.landscape.values import Symbol

_WAIT_FOR: Final = ("asyncio.wait_for",)
_WITHIN: Final = ("asyncio.timeout", "async_timeout.timeout", "anyio.fail_after", "anyio.move_on_after")
_OF_GO: Final = "context.WithTimeout"
_UNITS: Final = {
    "Nanosecond": 1e-9,
    "Microsecond": 1e-6,
    "Millisecond": 1e-3,
    "Second": 1.0,
    "Minute": 60.0,
    "Hour": 3600.0,
}
_MOST: Final = 100


class Wait(Struct, frozen=True, kw_only=True):
    """How long something is waited for, in seconds, and how often that is done one after the other."""

    what: str
    seconds: float
    tries: int
    path: RepoPath
    line: int
    symbol: str

    @property
    def total(self) -> float:
        """All of it."""
        return self.seconds * self.tries

    @property
    def place(self) -> Place:
        """Where it is said."""
        return Place(path=self.path, line=self.line, end_line=self.line, symbol=self.symbol)


class Nested(Struct, frozen=True, kw_only=True):
    """A wait outside, and the one inside that is as long or longer."""

    outer: Wait
    inner: Wait

    @property
    def key(self) -> tuple[str, float, str, float, int]:
        """What it is the same by on either side."""
        return self.outer.symbol, self.outer.seconds, self.inner.symbol, self.inner.seconds, self.inner.tries


class _Region(Struct, frozen=True, kw_only=True):
    """What is done while somebody waits for it: some calls of one function."""

    wait: Wait
    uses: Sequence[Use]


def crossed(limits: Limits) -> Iterator[Nested]:
    """The waits that a change lets cross: those of head that base had not."""
    files = [file for file in limits.files.values() if file.role in ("python", "go")]
    if not any(_may_wait(limits.reading(file, Side.HEAD)) for file in files):
        return
    landscapes = limits.landscapes()
    if not isinstance(landscapes, Landscapes):
        return
    found = [each for file in files for each in _of_file(limits, file, landscapes=landscapes, side=Side.HEAD)]
    if found:
        old = {each.key for file in files for each in _of_file(limits, file, landscapes=landscapes, side=Side.BASE)}
        yield from {each.key: each for each in found if each.key not in old}.values()


def _may_wait(reading: Reading | None) -> bool:
    return reading is not None and (
        "imeout" in reading.text or "wait_for" in reading.text or "fail_after" in reading.text
    )


def _of_file(limits: Limits, file: FileCode, *, landscapes: Landscapes, side: Side) -> Iterator[Nested]:
    reading, view = limits.reading(file, side), landscapes.on(side)
    blob = file.change.on(side)
    if reading is None or blob is None or not _may_wait(reading):
        return
    for region in _regions(reading, blob.path):
        yield from _crossing(view, region, path=blob.path)
    yield from _from_outside(limits, view, reading=reading, path=blob.path)


def _crossing(view: View, region: _Region, *, path: RepoPath) -> Iterator[Nested]:
    for use in region.uses[:_MOST]:
        for value in view.evaluator.evaluate(path, use.scope, expr=use.call.function):
            facts = view.landscape.facts(value.path) if isinstance(value, Symbol) else None
            if isinstance(value, Symbol) and facts is not None:
                for inner in _waits(Reading(facts, ""), value):
                    if inner.total >= region.wait.seconds:
                        yield Nested(outer=region.wait, inner=inner)


def _from_outside(limits: Limits, view: View, *, reading: Reading, path: RepoPath) -> Iterator[Nested]:
    """What waits from other files for the functions of a changed one that wait themselves."""
    changed = {str(each) for each in limits.files}
    callers = Callers(view)
    for index, definition in list(enumerate(reading.facts.definitions))[: 20 * _MOST]:
        inner = list(_waits(reading, Symbol(path, index))) if definition.kind in ("function", "method") else []
        if not inner:
            continue
        for caller in callers.of(Symbol(path, index)):
            facts = view.landscape.facts(caller.path) if str(caller.path) not in changed else None
            for region in _regions(Reading(facts, ""), caller.path) if facts is not None else ():
                if any(use.call == caller.call for use in region.uses):
                    yield from (
                        Nested(outer=region.wait, inner=each) for each in inner if each.total >= region.wait.seconds
                    )


def _regions(reading: Reading, path: RepoPath) -> Iterator[_Region]:
    """The waits of a file that are said around calls."""
    for use in reading.uses:
        given = use.call.arguments
        if use.origin in _WAIT_FOR and given:
            seconds = _seconds(reading, _argument(use.call, "timeout", position=1), scope=use.scope)
            inner = given[0].value
            uses = [
                each
                for each in reading.by_function.get(function_around(reading.facts, use.scope), ())
                if each.call is inner
            ]
            if seconds and uses:
                yield _Region(wait=_wait(reading, use, seconds=seconds, path=path), uses=uses)
        elif use.origin == _OF_GO and len(given) > 1:
            seconds = _seconds(reading, given[1].value, scope=use.scope)
            behind = [
                u for u in reading.by_function.get(function_around(reading.facts, use.scope), ()) if u.line > use.line
            ]
            context = _context_of(reading, use)
            uses = [u for u in behind if u.call.arguments and context and u.call.arguments[0].value == Name(context)]
            if seconds and uses:
                yield _Region(wait=_wait(reading, use, seconds=seconds, path=path), uses=uses)
    yield from _blocks(reading, path)


def _blocks(reading: Reading, path: RepoPath) -> Iterator[_Region]:
    """Python's `async with timeout(…):`, whose end the text tells."""
    if not reading.lines:
        return
    for step in reading.facts.steps:
        if step.kind != "enter" or not isinstance(step.value, Call):
            continue
        use = next((u for u in reading.uses_between(step.value.line, step.value.line) if u.call == step.value), None)
        if use is None or use.origin not in _WITHIN or not use.call.arguments:
            continue
        seconds = _seconds(reading, use.call.arguments[0].value, scope=use.scope)
        uses = reading.uses_between(step.line + 1, _end(reading, step.line))
        if seconds and uses:
            yield _Region(wait=_wait(reading, use, seconds=seconds, path=path), uses=uses)


def _end(reading: Reading, line: int) -> int:
    head = reading.lines[line - 1]
    depth = len(head) - len(head.lstrip())
    last = line
    for number in range(line, min(len(reading.lines), line + 10 * _MOST)):
        text = reading.lines[number]
        if text.strip() and len(text) - len(text.lstrip()) <= depth:
            break
        last = number + 1
    return last


def _context_of(reading: Reading, use: Use) -> str:
    """What the context with an end is called: `ctx, cancel := context.WithTimeout(…)`."""
    made = next((s.target for s in reading.facts.steps if s.kind == "bind" and s.value is use.call), None)
    for step in reading.steps_by_scope.get(use.scope, ()):
        is_part = step.kind == "bind" and made is not None and any(part == made for part in walk(step.value))
        if is_part and isinstance(step.target, Name):
            return step.target.id
    return ""


def _waits(reading: Reading, symbol: Symbol) -> Iterator[Wait]:
    """The waits that one function says for what it calls."""
    for use in reading.by_function.get(symbol.index, ()):
        said = bound_of(reading, use)
        seconds, line = (_seconds(reading, said, scope=use.scope) if said is not None else 0.0), use.line
        if not seconds and isinstance(use.call.function, Attribute):
            seconds, line = _of_client(reading, use)
        if seconds:
            tries = _tries(reading.facts, symbol.index, line=use.line)
            yield replace(_wait(reading, use, seconds=seconds, path=symbol.path, tries=tries), line=line)


def _of_client(reading: Reading, use: Use) -> tuple[float, int]:
    """What the client that a call is made on was given: `client = httpx.Client(timeout=5)`."""
    made = reading.given(root_of(use.call.function), use.scope)
    made = made.options[0] if isinstance(made, Either) and len(made.options) == 1 else made
    if not isinstance(made, Call) or not use.origin:
        return 0.0, 0
    maker = next((each for each in reading.uses_between(made.line, made.line) if each.call == made), None)
    said = bound_of(reading, maker) if maker is not None else None
    return (_seconds(reading, said, scope=use.scope) if said is not None else 0.0), made.line


def _tries(facts: FileFacts, index: int, *, line: int) -> int:
    """How often it is tried: by a decorator that says so, or a loop that counts around what may fail."""
    for decorator in facts.definitions[index].decorators:
        for part in walk(decorator):
            if isinstance(part, Call) and last_name(part.function) == "stop_after_attempt" and part.arguments:
                given = part.arguments[0].value
                return _whole(given)
    tried = any(each.first <= line <= each.last and each.caught for each in facts.attempts)
    for step in facts.steps if tried else ():
        if step.kind == "iterate" and step.line < line and function_around(facts, step.scope) == index:
            value = step.value
            if isinstance(value, Call) and value.function == Name("range") and len(value.arguments) == 1:
                return _whole(value.arguments[0].value)
    return 1


def _whole(given: Expr) -> int:
    return (
        int(given.value) if isinstance(given, Number) and given.value.isdigit() and 0 < int(given.value) < 1_000 else 1
    )


def _seconds(reading: Reading, expr: Expr | None, *, scope: int) -> float:
    """How many seconds a value says; 0 where it is not known."""
    value = reading.literal(expr, scope)
    match value:
        case Number(value=text):
            try:
                return float(text.replace("_", ""))
            except ValueError:
                return 0.0
        case Either(options=(Number(value=number), Attribute(of=Name(id="time"), name=unit))) if unit in _UNITS:
            return float(number) * _UNITS[unit] if number.replace(".", "", 1).isdigit() else 0.0
        case Attribute(of=Name(id="time"), name=unit) if unit in _UNITS:
            return _UNITS[unit]
        case Call(function=function, arguments=arguments) if last_name(function) in ("Timeout", "ClientTimeout"):
            total = next((each.value for each in arguments if each.name in ("total", "")), None)
            return (
                _seconds(reading, total, scope=scope)
                if total is not None and not isinstance(total, Collection | Call)
                else 0.0
            )
        case _:
            return 0.0


def _wait(reading: Reading, use: Use, *, seconds: float, path: RepoPath, tries: int = 1) -> Wait:
    return Wait(
        what=use.origin,
        seconds=seconds,
        tries=tries,
        path=path,
        line=use.line,
        symbol=symbol_id(path, reading.symbol(use.scope)),
    )


def _argument(call: Call, name: str, *, position: int) -> Expr | None:
    named = next((each.value for each in call.arguments if each.name == name), None)
    plain = [each.value for each in call.arguments if not each.name]
    return named if named is not None else plain[position] if len(plain) > position else None
