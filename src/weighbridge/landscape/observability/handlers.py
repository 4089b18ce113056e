"""Handlers of errors that let go of whatever they catch: nothing is logged, raised, counted, handed on or kept."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import cached_property
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.model import (
    Attempt,
    Call,
    Caught,
    Collection,
    FileFacts,
    Function,
    Name,
    Number,
    Opaque,
    Step,
    Text,
)
from weighbridge.facts.names import last_name
from weighbridge.landscape.file_names import calls_in
from weighbridge.landscape.functions import named_around
from weighbridge.landscape.observability.signals import names_along, spoken

MOST_HANDLERS: Final = 5_000
"""So many handlers of a file are looked at."""

LONGEST_LINE: Final = 1_000
"""Characters of a line that is read as written."""

_EMPTY: Final = LatePattern(r"\bcatch ?(?:\([^()]*\) ?)?\{ *\}")
_COMMENT: Final = LatePattern(
    r"(?:#|//|/\*) *(?!noqa|pragma|pylint|type:|nolint|eslint|biome|NOSONAR)[A-Za-z][\w'-]*[ ,]+[\w'`-]+[ ,]+[\w'`-]+"
)
_TYPE: Final = LatePattern(r"[\w.]+")
_BROAD: Final = frozenset(
    {"Exception", "BaseException", "StandardError", "Throwable", "RuntimeException", "Error", "builtins.Exception"}
)
_TIDYING: Final = LatePattern(
    r"(?i)^(?:close|aclose|unlink|remove|rmtree|rm|rmdir|delete|disconnect|kill|terminate|cancel|destroy|dispose|release|unlock|shutdown|stop|abort"
    r"|unsubscribe|removelistener|removeeventlistener|clearinterval|cleartimeout|flush|cleanup|clean_up|teardown|quit|exit|wait|join|end|detach)"
    r"(?:$|[A-Z_].*)"
)
_TRYING: Final = LatePattern(
    r"(?i)^(?:parse|json|loads|decode|atob|require|import_module|getitem|setitem|removeitem|localstorage|sessionstorage|int|float|str|repr|bool|list|dict|tuple|set"
    r"|url|valueof|parseint|parse_.*|decode.*|getattr|hasattr|isinstance|vibrate|focus|play|pause|scroll\w*|writetext|reload|matches|compile|new|len"
    r"|format|tostring|stringify|append|push|split|strip|trim|lower|upper|replace|startswith|endswith|includes|encode|items|keys|values|slice|isarray)$"
)
"""What is tried to see whether it can be done at all: that it cannot is an answer."""


_PARSING: Final = LatePattern(
    r"(?i)^(?:parse|loads|decode\w*|atob|url|regexp|parse_?\w+|b64decode|literal_eval|fromisoformat|strptime|compile)$"
)


_TELLING: Final = LatePattern(
    r"(?i)(?:^|[._])(?:\w*(?:metrics?|telemetry|analytics|observab\w*|sentry|posthog|datadog|statsd|tracer|tracing|logger|logging|collector))(?:$|[._])"
    r"|(?:^|[._])_?(?:sync_|async_)?(?:record|log|observe|track|telemetry|debug|warn)(?:_\w+)?$|(?:^|\.)console\."
)
"""What tells of other things: that it must never break what it tells of is why such handlers are there."""


class Silence(StrEnum):
    """What a handler does instead of telling."""

    NOTHING = "nothing"
    ANSWERS = "answers"
    """It gives back a value that says nothing of the error."""


class Handler(Struct, frozen=True, kw_only=True):
    """A handler that tells nobody; `tried` are the calls whose errors it takes, as a reader would say them, as far as they are worth it."""

    symbol: str
    types: str
    tried: tuple[str, ...]
    line: int
    first: int
    last: int
    silence: Silence
    parses: bool = False
    """Whether a text is read there, which may be none."""
    called: tuple[str, ...] = ()
    """All that is called there."""
    is_broad: bool = True

    @property
    def is_alarming(self) -> bool:
        """Whether it is told whatever was there before: any fault may be lost, and of something that matters."""
        return self.is_broad and bool(self.tried) and not (self.parses and self.leaves)

    leaves: bool = False
    """Whether the function ends there."""

    @property
    def key(self) -> tuple[str, str]:
        """What it is told apart by within a file."""
        return self.symbol, self.types


def is_broad(types: str, *, language: str) -> bool:
    """Whether what is caught may be any fault: in JavaScript everything always is."""
    if language in ("javascript", "typescript", "tsx"):
        return True
    named = types.partition(" as ")[0].strip(" ()")
    return not named or any(each.group() in _BROAD for each in _TYPE.finditer(named))


class Handlers:
    """The handlers of one side of a file."""

    def __init__(self, facts: FileFacts, text: str = "") -> None:
        self._facts = facts
        self._text = text

    @cached_property
    def _steps(self) -> Sequence[Step]:
        return sorted(self._facts.steps, key=lambda step: step.line)

    @cached_property
    def _lines(self) -> Sequence[int]:
        return [step.line for step in self._steps]

    def between(self, first: int, last: int) -> Sequence[Step]:
        """The statements of some lines."""
        return self._steps[bisect_left(self._lines, first) : bisect_right(self._lines, last)]

    def all(self) -> Iterator[tuple[Attempt, Caught]]:
        """Every handler that has lines of its own."""
        count = 0
        for attempt in self._facts.attempts:
            for caught in attempt.caught:
                count += 1
                if count > MOST_HANDLERS:
                    return
                yield attempt, caught

    @cached_property
    def _written(self) -> Sequence[str]:
        return self._text.splitlines()

    def line(self, number: int) -> str:
        """A line as written; empty where the text was not given, or the line is long."""
        found = self._written[number - 1] if 0 < number <= len(self._written) else ""
        return found if len(found) <= LONGEST_LINE else ""

    def says_why(self, handler: Handler) -> bool:
        """Whether a comment of a few words stands in a handler: somebody meant it."""
        lines = (self.line(number) for number in range(handler.first - 1, min(handler.last, handler.first + 10) + 1))
        return any(_COMMENT.search(line) for line in lines)

    @property
    def is_cut(self) -> bool:
        """Whether there are more than are looked at."""
        return sum(len(each.caught) for each in self._facts.attempts) > MOST_HANDLERS

    def silent(self) -> Iterator[Handler]:
        """The handlers that tell nobody."""
        for attempt, caught in self.all():
            found = self._silent(attempt, caught)
            if found is not None:
                yield found
        yield from self._by_method()

    def _silent(self, attempt: Attempt, caught: Caught) -> Handler | None:
        is_suppressed = caught.first < attempt.first
        is_apart = caught.first >= attempt.last and caught.last > attempt.last
        if is_apart or is_suppressed:
            silence = Silence.NOTHING if is_suppressed else self.silence(caught.first, caught.last)
        else:
            silence = Silence.NOTHING if _EMPTY.search(self.line(caught.last)) else None
        steps = self.between(attempt.first, attempt.last)
        if silence is None or not steps or caught.leaves == "raise":
            return None
        calls = [call for step in steps for call in calls_in(step.value)]
        return Handler(
            symbol=named_around(self._facts, steps[0].scope),
            types=" ".join(caught.types.split()),
            tried=worth_telling(calls),
            called=tuple(dict.fromkeys(spoken(call.function) for call in calls)),
            line=caught.first,
            first=caught.first,
            last=caught.last,
            silence=silence,
            parses=any(_parses(call) for call in calls),
            is_broad=is_broad(caught.types, language=self._facts.language),
            leaves=caught.leaves == "return",
        )

    def silence(self, first: int, last: int) -> Silence | None:
        """How the lines of a handler keep quiet; None where they do anything."""
        answers = False
        for step in self.between(first, last):
            if step.kind == "return":
                if not _says_nothing(step):
                    return None
                answers = answers or not isinstance(step.value, Opaque)
            elif step.kind == "bind" and isinstance(step.value, Opaque) and isinstance(step.target, Name):
                if not _names_error(step, first=first):
                    return None
            elif step.kind != "use" or not isinstance(step.value, (Name, Opaque, Text)):
                return None
        return Silence.ANSWERS if answers else Silence.NOTHING

    def _by_method(self) -> Iterator[Handler]:
        """`save(order).catch(() => {})`."""
        if self._facts.language not in ("javascript", "typescript", "tsx"):
            return
        for step in self._facts.steps:
            for call in calls_in(step.value):
                given = call.arguments[0].value if call.arguments and last_name(call.function) == "catch" else None
                is_empty = isinstance(given, Function) and self._does_nothing(given.definition)
                is_named = isinstance(given, Name) and given.id.lower() in ("noop", "_noop")
                if is_empty or is_named:
                    tried = worth_telling(list(calls_in(call.function)))
                    if tried:
                        line = call.line
                        symbol = named_around(self._facts, step.scope)
                        yield Handler(
                            symbol=symbol,
                            types=".catch",
                            tried=tried,
                            line=line,
                            first=line,
                            last=line,
                            silence=Silence.NOTHING if step.kind == "use" else Silence.ANSWERS,
                        )

    def _does_nothing(self, index: int) -> bool:
        definition = self._facts.definitions[index]
        inside = [s for s in self.between(definition.line, definition.end_line) if s.scope == index]
        return all(
            step.kind in ("return", "use") and isinstance(step.value, (Opaque, Name)) for step in inside
        ) and not any(isinstance(step.value, Name) and step.value.id != "undefined" for step in inside)


def _parses(call: Call) -> bool:
    return any(_PARSING.match(name) for name in names_along(call.function))


def _says_nothing(step: Step) -> bool:
    match step.value:
        case Opaque() | Number() | Text(parts=()):
            return True
        case Collection(elements=()):
            return True
        case Name(id=name):
            return name in ("undefined", "null", "nil", "None", "False", "false")
    return False


def _names_error(step: Step, *, first: int) -> bool:
    """`except E as error`, `catch (error)`: the binding of what is caught, above its body or where it begins."""
    return step.line <= first


def worth_telling(calls: Sequence[Call]) -> tuple[str, ...]:
    """What is called, each once, without what only tidies up, tells of other things, or tries whether something can be done."""
    names: dict[str, str] = {}
    for call in calls:
        said = spoken(call.function)
        last = names_along(call.function)[-1:] or [""]
        names.setdefault(said, last[0].lstrip("_$"))
    return tuple(
        said
        for said, last in names.items()
        if last and not _TIDYING.match(last) and not _TRYING.match(last) and not _TELLING.search(said)
    )
