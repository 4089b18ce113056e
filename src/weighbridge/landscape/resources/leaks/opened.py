"""Where a file opens things that somebody has to close."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final

from msgspec import Struct

from weighbridge.facts.model import Attribute, Call, Either, Expr, FileFacts, Item, Name, Number, Step
from weighbridge.facts.names import last_name
from weighbridge.facts.recognise._origins import Origins
from weighbridge.landscape.criticality import words_of
from weighbridge.landscape.resources.leaks.table import GIVEN, SOMETHING, Opener, openers

_TRYING: Final = re.compile(r"\btry\s*\(")
_FURTHEST_UP: Final = 12
_LONGEST_LINE: Final = 2000
_MADE_UP: Final = "@"
_DEEPEST: Final = 12
_FUNCTIONS: Final = ("function", "method", "lambda")
_ENDS_WITH_IT: Final = frozenset({"main", "Main", "init", "TestMain"})
"""Functions whose end is the end of the process, or whose things live as long as it does."""


Closed = Mapping[tuple[str, str, str], frozenset[str]]
"""What is closed somewhere, by the function that opens it, the call and its name: with all that it is given to besides."""


class Opened(Struct, frozen=True, kw_only=True):
    """One thing that a statement opens; `name` is what it goes by, empty where it has no name of its own."""

    opener: Opener
    call: str
    name: str
    step: int
    scope: int
    line: int
    through: str = ""
    """The method that is called on it in the same breath, or what it is given to."""
    error: str = ""
    """Go: the error that says it was not opened."""
    is_dropped: bool = False
    """Whether what would have to be closed is thrown away at once."""


class Reading:
    """One file, read for what it opens."""

    def __init__(self, facts: FileFacts, lines: Sequence[str], *, closed: Closed | None = None) -> None:
        self.closed: Closed = closed if closed is not None else {}
        self.facts = facts
        self.lines = lines
        self.table = openers(facts.language)

    @cached_property
    def origins(self) -> Origins:
        """Where its values come from: asked only where a name may open something."""
        return Origins(self.facts)

    @cached_property
    def opened(self) -> tuple[Opened, ...]:
        """All that is opened in its functions, in the order of the text."""
        return tuple(
            found
            for at, step in enumerate(self.facts.steps)
            if step.kind in ("bind", "use", "return", "iterate") and self._is_in_function(step.scope)
            for found in self._opens(at, step)
        )

    def _is_in_function(self, scope: int) -> bool:
        """Whether what is opened there may be opened more than once."""
        definition = self.facts.definitions[scope]
        return definition.kind in _FUNCTIONS and definition.name not in _ENDS_WITH_IT

    @cached_property
    def _telling(self) -> frozenset[str]:
        """Last names of calls that may open something, under the names that this file knows them by."""
        known = {origin.rpartition(".")[2] for origin in self.table.by_origin} | self.table.by_name.keys()
        aliases = {each.alias for each in self.facts.imports if each.name in known}
        return frozenset(known | aliases)

    def _opens(self, at: int, step: Step) -> Iterator[Opened]:
        found = self._opening(step.value, step.scope, deep=0) or self._closed_before(at, step)
        if found is None:
            return
        opener, call, through = found
        if opener.kind == "lock":
            yield from self._locks(at, step, opener=opener, call=call)
            return
        made = Opened(
            opener=opener,
            call=spelled(call.function),
            name="",
            step=at,
            scope=step.scope,
            line=step.line,
            through=through,
        )
        if through or step.kind != "bind":
            if through and (step.kind != "return" or through != "*"):
                yield made
            return
        yield from self._bound(made, step)

    def _closed_before(self, at: int, step: Step) -> tuple[Opener, Call, str] | None:
        """What the table does not know, and is known to be closed somewhere under the same name."""
        if not self.closed or step.kind != "bind" or type(step.value) is not Call or type(step.target) is not Name:
            return None
        name = self._parts(step.target.id, at).get(0, "") if _MADE_UP in step.target.id else step.target.id
        key = self.facts.qualified_name(step.scope), spelled(step.value.function), name
        if key not in self.closed:
            return None
        return (GIVEN if _MADE_UP in step.target.id else SOMETHING), step.value, ""

    def _bound(self, made: Opened, step: Step) -> Iterator[Opened]:
        """What is given to a name, the parts of what is taken apart included."""
        match step.target:
            case Name(id=name) if _MADE_UP not in name:
                if not self.is_known_outside(name, step):
                    yield _named(made, name)
            case Name(id=name):
                parts = self._parts(name, made.step)
                place = max(made.opener.place, 0)
                taken = parts.get(place, "")
                if taken and not self.is_known_outside(taken, step):
                    yield _named(made, taken, error=parts.get(place + 1, "") if made.opener.place >= 0 else "")
                elif not taken and made.opener.place >= 0 and place not in self._given_elsewhere(name, made.step):
                    yield _dropped(made, error=parts.get(place + 1, ""))
            case _:
                return

    def _parts(self, made_up: str, at: int) -> dict[int, str]:
        return {key: target.id for key, target in self._taken(made_up, at) if isinstance(target, Name)}

    def _given_elsewhere(self, made_up: str, at: int) -> set[int]:
        return {key for key, target in self._taken(made_up, at) if not isinstance(target, Name)}

    def _taken(self, made_up: str, at: int) -> Iterator[tuple[int, Expr]]:
        for step in self.facts.steps[at + 1 : at + 8]:
            match step.value:
                case Item(of=Name(id=of), key=Number(value=key)) if of == made_up and step.target is not None:
                    yield int(key) if key.isdecimal() else 0, step.target
                case _:
                    return

    def is_known_outside(self, name: str, step: Step) -> bool:
        """Whether a name is that of a variable that others see: of an outer function, of the file, a named result."""
        scope, definitions = step.scope, self.facts.definitions
        if (scope, name) in self._declared_global or any(p.name == name for p in definitions[scope].parameters):
            return True
        if self.facts.language == "python":
            return False
        if self.facts.language == "go" and ((scope, name) in self._results or self._is_of_the_package(name, step)):
            return True
        at = definitions[scope].parent
        while at >= 0:
            if (at, name) in self._binders:
                return True
            at = definitions[at].parent if at else -1
        return False

    def _is_of_the_package(self, name: str, step: Step) -> bool:
        """Go: whether a name is given a value where it is not declared, nor anywhere before in the function."""
        line = self.lines[step.line - 1] if step.line <= len(self.lines) else ":="
        if ":=" in line or "var " in line:
            return False
        return self._first_bound.get((step.scope, name), step.line) >= step.line

    @cached_property
    def _first_bound(self) -> dict[tuple[int, str], int]:
        """The line on which each name of a scope is first given a value."""
        found: dict[tuple[int, str], int] = {}
        for step in self.facts.steps:
            if type(step.target) is Name:
                found.setdefault((step.scope, step.target.id), step.line)
        return found

    @cached_property
    def _binders(self) -> frozenset[tuple[int, str]]:
        return frozenset(
            (step.scope, step.target.id)
            for step in self.facts.steps
            if step.kind == "bind" and isinstance(step.target, Name)
        )

    @cached_property
    def _results(self) -> frozenset[tuple[int, str]]:
        """Go's named results are bound on the lines of the function's head, to nothing."""
        heads = {index: each.line for index, each in enumerate(self.facts.definitions)}
        return frozenset(
            (step.scope, step.target.id)
            for step in self.facts.steps
            if isinstance(step.target, Name) and step.annotation is not None and step.line == heads[step.scope]
        )

    @cached_property
    def _declared_global(self) -> frozenset[tuple[int, str]]:
        return frozenset(
            (step.scope, last_name(step.target))
            for step in self.facts.steps
            if step.kind == "declare-global" and step.target is not None
        )

    def _opening(self, expr: Expr, scope: int, *, deep: int) -> tuple[Opener, Call, str] | None:
        """What a value opens, and what is done with it in the same breath: nothing, a method, or being given away."""
        if type(expr) is Either and len(expr.options) == 1:
            return self._opening(expr.options[0], scope, deep=deep + 1)
        if type(expr) is Attribute and deep < _DEEPEST:
            inner = self._opening(expr.of, scope, deep=deep + 1)
            return (inner[0], inner[1], expr.name) if inner and inner[0].kind == "file" else None
        if type(expr) is not Call or deep > _DEEPEST:
            return None
        opener = self.opener_of(expr, scope)
        if opener is not None:
            return opener, expr, ""
        return self._opening_within(expr, scope, deep=deep)

    def _opening_within(self, call: Call, scope: int, *, deep: int) -> tuple[Opener, Call, str] | None:
        """Of a call that opens nothing itself: `open(p).read()`, `json.load(open(p))`, `new Scanner(new FileReader(p))`."""
        function = call.function
        if type(function) is Attribute and type(function.of) is Call:
            inner = self._opening(function.of, scope, deep=deep + 1)
            if inner is not None and inner[0].kind in ("file", "response"):
                is_closing = function.name in inner[0].closed_by or inner[2] in inner[0].closed_by
                return None if is_closing else (inner[0], inner[1], inner[2] or function.name)
        for given in call.arguments:
            inner = self._opening(given.value, scope, deep=deep + 1) if type(given.value) is Call else None
            if inner is None or inner[0].kind not in ("file", "response"):
                continue
            if self.wraps(call, scope):
                return inner
            if inner[2] or self.borrows(call, scope):
                return inner[0], inner[1], inner[2] or spelled(function)
        return None

    def opener_of(self, call: Call, scope: int) -> Opener | None:
        """The way that a call opens something, if it does."""
        name = last_name(call.function)
        if name not in self._telling:
            return None
        for each in self.table.by_name.get(name, ()):
            if self._is_named_so(call, each):
                return each
        return self.table.by_origin.get(self.origin(call, scope))

    def origin(self, call: Call, scope: int) -> str:
        """Where a function comes from; how a module of JavaScript is imported makes no difference."""
        return self.origins.of(call.function, scope).replace(".default.", ".").replace(".*.", ".")

    def _is_named_so(self, call: Call, opener: Opener) -> bool:
        if opener.needs and not any(each.module in opener.needs for each in self.facts.imports):
            return False
        match call.function:
            case Attribute(of=of) if opener.kind == "lock":
                return bool(self.table.locks & set(words_of(last_name(of)))) and not call.arguments
            case Attribute(of=of) if opener.on:
                return last_name(of) in opener.on
            case Attribute():
                return not opener.on and not name_of_class(call.function)
            case Name():
                return not opener.on and opener.kind != "lock"
        return False

    def borrows(self, call: Call, scope: int) -> bool:
        """Whether a call only uses what it is given."""
        function = call.function
        if type(function) is Attribute and function.name in self.table.methods:
            return True
        return self.origin(call, scope) in self.table.borrowing

    def wraps(self, call: Call, scope: int) -> bool:
        """Whether closing what a call makes closes what it is given."""
        if last_name(call.function) in self.table.wrapping:
            return True
        return self.facts.language == "python" and self.origin(call, scope) in self.table.wrapping

    def _locks(self, at: int, step: Step, *, opener: Opener, call: Call) -> Iterator[Opened]:
        """A lock that is taken; one whose taking may fail is asked about by who takes it."""
        match call.function:
            case Attribute(of=of) if step.kind == "use" and step.value == call and spelled(of):
                yield Opened(
                    opener=opener,
                    call=spelled(call.function),
                    name=spelled(of),
                    step=at,
                    scope=step.scope,
                    line=step.line,
                )
            case _:
                return


def name_of_class(expr: Expr) -> bool:
    """Whether a name is that of a class, which a member of something else is not."""
    return last_name(expr)[:1].isupper()


def spelled(expr: Expr) -> str:
    """A name or a path of members as it is written; empty for anything else, `()` for a call within."""
    match expr:
        case Name(id=name):
            return name
        case Attribute(of=of, name=name):
            inner = spelled(of)
            return f"{inner}.{name}" if inner else ""
        case Call(function=function):
            inner = spelled(function)
            return f"{inner}()" if inner else ""
    return ""


def _named(made: Opened, name: str, *, error: str = "") -> Opened:
    return Opened(
        opener=made.opener, call=made.call, name=name, step=made.step, scope=made.scope, line=made.line, error=error
    )


def _dropped(made: Opened, *, error: str) -> Opened:
    return Opened(
        opener=made.opener,
        call=made.call,
        name="",
        step=made.step,
        scope=made.scope,
        line=made.line,
        error=error,
        is_dropped=True,
    )


def is_tried_with(reading: Reading, at: int, *, call: str) -> bool:
    """Java: whether it is opened in the head of a `try`, which closes it."""
    if reading.facts.language != "java":
        return False
    lines = [line[:_LONGEST_LINE] for line in reading.lines[:at]]
    for number in range(at, max(at - _FURTHEST_UP, 0), -1):
        found = _TRYING.search(lines[number - 1]) if number <= len(lines) else None
        if found is None:
            continue
        head = "\n".join([lines[number - 1][found.end() - 1 :], *lines[number:at]])
        before = head.rpartition(call.rpartition(".")[2])[0]
        return _is_open(before or head)
    return False


def _is_open(text: str) -> bool:
    depth = 0
    for sign in text:
        depth += (sign == "(") - (sign == ")")
        if depth == 0:
            return False
    return depth > 0
