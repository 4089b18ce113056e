"""Go's errors that are let go of: answered with `nil`, or never asked about."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.model import Call, Conditional, FileFacts, Name
from weighbridge.landscape.conditions import form_of
from weighbridge.landscape.functions import named_around
from weighbridge.landscape.observability.handlers import Handlers
from weighbridge.landscape.observability.signals import spoken

_ASKS: Final = LatePattern(r"(?i)^not [a-z_]*err == nil$")
_NIL: Final = LatePattern(r"^[ \t]*return(?: [\w.\"{}()&]+,){0,4} ?nil[ \t]*(?://.*)?$")
_BLANK: Final = LatePattern(r"^[ \t]*(?:[A-Za-z_]\w*, *)?_ *:?= *[\w.]")
_ANSWERS_ERROR: Final = LatePattern(r"(?:\berror\)?|\berr error\))$")
_FORGIVEN: Final = LatePattern(
    r"(?i)(?:close|remove|removeall|unlock|rollback|write|writestring|fprint(?:f|ln)?|fprintln|print\w*|flush|sync|kill|shutdown|setdeadline|set\w*deadline|encode"
    r"|copy|markflagrequired|bindpflag|bindenv|release|stop|wait|cancel|setenv|unsetenv|signal|chmod|scan\w*|register\w*|markhidden|markdeprecated|drain|discard|sethidden)$"
)


class Dropped(Struct, frozen=True, kw_only=True):
    """A call whose error changes nothing; `is_answered` where `nil` is given back instead of it."""

    symbol: str
    called: str
    line: int
    is_answered: bool


class GoErrors:
    """The errors of one side of a file in Go."""

    def __init__(self, facts: FileFacts, text: str) -> None:
        self._facts = facts
        self._handlers = Handlers(facts, text)

    @cached_property
    def _asked(self) -> Sequence[Conditional]:
        return [each for each in self._facts.conditionals if _ASKS.match(str(form_of(each.condition)))]

    def answered_with_nil(self) -> Iterator[Dropped]:
        """`if err != nil { return nil }` in what answers with an error, and nothing else is done."""
        for each in self._asked:
            written = [
                self._handlers.line(number).strip() for number in range(each.first + 1, min(each.last, each.first + 6))
            ]
            lines = [line for line in written if line and not line.startswith("//")]
            if each.leaves != "return" or len(lines) != 1 or not _NIL.match(lines[0]):
                continue
            steps = self._handlers.between(each.line - 3, each.line)
            made = [s for s in steps if s.kind == "bind" and isinstance(s.value, Call)]
            if not made or len(written) > len(lines):
                continue
            scope = self._facts.definitions[made[-1].scope]
            if _ANSWERS_ERROR.search(scope.signature):
                yield self._dropped(made[-1].scope, made[-1].value, line=each.line + 1, is_answered=True)

    def blank(self) -> Iterator[Dropped]:
        """`_ = save(order)` and `n, _ := save(order)`, where the last thing that is given has no name."""
        for step in self._facts.steps:
            if isinstance(step.value, Call) and _BLANK.match(self._handlers.line(step.line)):
                called = spoken(step.value.function)
                if called and not _FORGIVEN.search(called.rpartition(".")[2]):
                    yield self._dropped(step.scope, step.value, line=step.line, is_answered=False)

    def asked_about(self) -> Counter[tuple[str, str]]:
        """The calls in each function whose error is asked about."""
        found: Counter[tuple[str, str]] = Counter()
        for each in self._asked:
            made = [
                step
                for step in self._handlers.between(each.line - 3, each.line)
                if step.kind == "bind" and isinstance(step.value, Call) and isinstance(step.target, Name)
            ]
            for step in made[-1:]:
                if isinstance(step.value, Call):
                    found[named_around(self._facts, step.scope), spoken(step.value.function)] += 1
        return found

    def _dropped(self, scope: int, call: object, *, line: int, is_answered: bool) -> Dropped:
        called = spoken(call.function) if isinstance(call, Call) else ""
        return Dropped(symbol=named_around(self._facts, scope), called=called, line=line, is_answered=is_answered)
