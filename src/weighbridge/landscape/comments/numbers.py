"""The numbers that a definition gives to names, and the sentences that quote one beside words of its name."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Attribute, Call, Expr, Name, Number, Parameter, Step
from weighbridge.landscape.file_names import calls_in

_WORDS: Final = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "twice": 2, "thrice": 3, "half": 0.5,
}  # fmt: skip
_QUOTED: Final = LatePattern(
    r"(?<![\w.#/:-])(\d{1,3}(?:,\d{3})+|\d+(?:_\d{3})*(?:\.\d+)?)(?: ?(ms|milliseconds?|msec|s|secs?|seconds?|m|mins?|minutes?|h|hours?|d|days?|kb|kib|mb|mib|gb|gib|%|percent)\b|(?![\w.]*\w))"
)
_PART: Final = LatePattern(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_UNITS: Final = {
    "ms": 0.001, "milli": 0.001, "msec": 0.001, "s": 1, "sec": 1, "secs": 1, "second": 1, "seconds": 1, "m": 60, "min": 60, "mins": 60, "minute": 60,
    "minutes": 60, "h": 3600, "hour": 3600, "hours": 3600, "d": 86400, "day": 86400, "days": 86400,
}  # fmt: skip
_PLAIN: Final = frozenset(
    {
        "max",
        "min",
        "default",
        "value",
        "number",
        "num",
        "count",
        "size",
        "time",
        "the",
        "total",
        "limit",
        "of",
        "in",
        "per",
        "and",
        "is",
        "to",
        "n",
    }
)
"""Words that any sentence about numbers holds: one of these alone says nothing of which is meant."""
_TOKEN: Final = LatePattern(r"\d[\d_,.]*|[A-Za-z]+")
_NEAR_WORD: Final = 3
_NEAR_DIGITS: Final = 8
"""So many words apart a number and what it is of may stand: `two` is said of many things."""
_SHORTEST: Final = 4


def numbers_given(steps: Sequence[Step], parameters: Sequence[Parameter] = ()) -> Mapping[str, frozenset[float]]:
    """The numbers in what each name is given: variables, fields, keyword arguments, parameters that have a default."""
    found: dict[str, set[float]] = {}
    for name, value in _given(steps, parameters):
        said = product(value)
        if said is not None:
            found.setdefault(name, set()).add(said)
    return {name: frozenset(each) for name, each in found.items()}


def _given(steps: Sequence[Step], parameters: Sequence[Parameter]) -> Iterator[tuple[str, Expr]]:
    for each in parameters:
        if each.default is not None:
            yield each.name, each.default
    for step in steps:
        if step.kind == "bind" and isinstance(step.target, (Name, Attribute)):
            yield (step.target.id if isinstance(step.target, Name) else step.target.name), step.value
        for call in calls_in(step.value):
            yield from ((given.name, given.value) for given in call.arguments if given.name.strip("*"))
            if len(call.arguments) == 1 and isinstance(call.arguments[0].value, Number):
                name = call.function.name if isinstance(call.function, Attribute) else ""
                if name:
                    yield name, call.arguments[0].value


def product(expr: Expr) -> float | None:
    """The one number that an expression is made of; None where it is made of more than one, or of calls."""
    found: list[float] = []
    for each in walk(expr):
        if isinstance(each, Call):
            return None
        if isinstance(each, Number):
            number = as_number(each.value)
            if number is None:
                return None
            found.append(number)
    return found[0] if len(found) == 1 else None


def as_number(written: str) -> float | None:
    """A literal's value; None for one of another base, or with letters behind it."""
    try:
        return float(written.replace("_", "").rstrip("LlFfdD"))
    except ValueError:
        return None


def quotes(sentence: str, number: float, *, of: str) -> bool:
    """Whether a sentence says a number near a word of a name: `retries` is spoken of by "retried three times"."""
    places: list[tuple[int, int]] = []
    spoken: list[int] = []
    parts = [each.group().lower() for each in _PART.finditer(of)]
    telling = [part for part in parts if len(part) >= _SHORTEST and part not in _PLAIN and part not in _UNITS]
    for words, each in enumerate(_TOKEN.finditer(sentence)):
        word = each.group().lower()
        if any(_alike(part, word) for part in telling):
            spoken.append(words)
        if _WORDS.get(word) == number:
            places.append((words, _NEAR_WORD))
        elif word[0].isdigit() and _digits(sentence, each.start()) == number:
            places.append((words, _NEAR_DIGITS))
    return any(abs(at - place) <= near for place, near in places for at in spoken)


def _digits(sentence: str, place: int) -> float | None:
    """The number that stands at a place by itself; None for a part of a version, a reference or a word."""
    found = _QUOTED.match(sentence, place)
    return float(found.group(1).replace(",", "").replace("_", "")) if found else None


def _alike(part: str, word: str) -> bool:
    if part == word:
        return True
    stem = max(_SHORTEST, min(len(part), len(word)) - 3)
    return len(word) >= _SHORTEST and part[:stem] == word[:stem] and abs(len(part) - len(word)) <= 3
