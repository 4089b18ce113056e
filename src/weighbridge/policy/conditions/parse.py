"""Takes an expression apart, within limits; its text alone decides, no document."""

import re
from typing import Final

from cel_expr_python import cel
from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.policy.conditions.flaws import Flaw, Flawed, shown
from weighbridge.policy.conditions.language import language
from weighbridge.policy.conditions.nodes import Node
from weighbridge.policy.conditions.wire import TooDeepError, places, read

MOST_CHARACTERS: Final = 4_000
"""How long an expression may be."""

_ERROR: Final = LatePattern(r"^(?:\S+: )?ERROR: <input>:(\d+):(\d+): (.*)$", re.MULTILINE)
_NO_TEXT: Final = re.compile("[\ud800-\udfff\0]")
_NESTED: Final = LatePattern("recursion limit|recursion depth")
_WORDS: Final = (
    (LatePattern(r"Syntax error: mismatched input '<EOF>'"), "the expression ends too early"),
    (LatePattern(r"Syntax error: no viable alternative at input '(.*)'"), "`{0}` is not understood here"),
    (LatePattern(r"Syntax error: mismatched input '(.*)' expecting '([^']*)'"), "here must stand `{1}`, not `{0}`"),
    (
        LatePattern(r"Syntax error: mismatched input '(.*)' expecting <EOF>"),
        "`{0}` does not follow what stands before it",
    ),
    (
        LatePattern(r"Syntax error: extraneous input '(.*)' expecting <EOF>"),
        "`{0}` does not follow what stands before it",
    ),
    (LatePattern(r"Syntax error: (?:mismatched|extraneous) input '(.*)' expecting"), "`{0}` is not understood here"),
    (LatePattern(r"Syntax error: missing '(.*)' at"), "`{0}` is missing here"),
    (LatePattern(r"Syntax error: token recognition error at: '(.*)'"), "`{0}` is not understood here"),
    (LatePattern(r"invalid (?:hex )?int literal"), "this whole number is too large"),
    (
        LatePattern(r"invalid argument to has\(\) macro|has\(\) argument must be", re.IGNORECASE),
        "has() asks for a field, as in has(risk.percentile)",
    ),
)


class Parsed(Struct, frozen=True, kw_only=True):
    """An expression as the library made it of a text: `program`, and `message`, its form in bytes."""

    text: str
    program: cel.Expression
    message: bytes

    def places(self) -> dict[int, int]:
        """Where each node stands in the text, by id."""
        return places(self.message)


def parse(text: str) -> Parsed | Flawed:
    """The expression in `text`."""
    if wrong := _unfit(text):
        return Flawed((wrong,))
    try:
        program = language().compile(text, disable_check=True)
        return Parsed(text=text, program=program, message=program.serialize())
    except (RuntimeError, ValueError, LookupError, TypeError) as error:
        return Flawed(_flaws(text, str(error)))


def take_apart(parsed: Parsed) -> Node | Flawed:
    """The nodes of an expression."""
    try:
        return read(parsed.message)
    except TooDeepError:
        return Flawed((too_deep(),))
    except (ValueError, LookupError, TypeError) as error:
        return Flawed(_flaws(parsed.text, str(error)))


def _unfit(text: str) -> Flaw | None:
    """What keeps a text from being handed to the library, if anything does."""
    if not text.strip():
        return Flaw(offset=0, message="a condition must not be empty; `true` always holds")
    if len(text) > MOST_CHARACTERS:
        words = f"a condition has at most {MOST_CHARACTERS:,} characters; this one has {len(text):,}"
        return Flaw(offset=0, message=words)
    if found := _NO_TEXT.search(text):
        return Flaw(offset=found.start(), message="this character cannot stand in a text")
    return None


def too_deep() -> Flaw:
    """What is said of an expression that is nested too deep."""
    return Flaw(offset=0, message="the condition is nested too deep: split it into several")


def _flaws(text: str, error: str) -> tuple[Flaw, ...]:
    if _NESTED.search(error):
        return (too_deep(),)
    starts = [0, *(found.end() for found in re.finditer("\n", text))]
    flaws: dict[int, Flaw] = {}
    for found in _ERROR.finditer(error):
        line, column = int(found[1]), int(found[2])
        offset = min(starts[line - 1] + column - 1, len(text)) if 0 < line <= len(starts) else 0
        flaws.setdefault(offset, Flaw(offset=offset, message=_in_words(found[3])))
    return tuple(flaws.values()) or (Flaw(offset=0, message="the condition is not understood"),)


def _in_words(message: str) -> str:
    for pattern, words in _WORDS:
        if found := pattern.search(message):
            return words.format(*(shown(part) for part in found.groups()))
    return shown(message.removeprefix("Syntax error: "))
