"""The metrics that a query in PromQL asks for, with the labels it asks of them, and the bounds that it ends with.

No grammar: names and what stands around them tell enough, and every text is gone through once.
"""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern

MOST_CHARACTERS: Final = 20_000
"""A longer query is not read."""

_TOKEN: Final = LatePattern(
    r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|`[^`]*`|#[^\n]*|\[\[[\w:]+\]\]|\$\{[\w:]+\}|\$[A-Za-z_]\w*|[A-Za-z_:][\w:]*|\d[\w.]*"
    r"|=~|!~|!=|==|>=|<=|[-+*/%^(){}\[\],=<>@:]"
)
_WORDS: Final = frozenset(
    {
        "and",
        "or",
        "unless",
        "by",
        "without",
        "on",
        "ignoring",
        "group_left",
        "group_right",
        "offset",
        "bool",
        "start",
        "end",
        "inf",
        "nan",
        "atan2",
    }
)
_LISTS: Final = frozenset({"by", "without", "on", "ignoring", "group_left", "group_right"})
_NO_METRIC: Final = frozenset({"(", "by", "without"})
"""What follows the name of a function."""
_MATCHES: Final = frozenset({"=", "!=", "=~", "!~"})
_BOUND: Final = LatePattern(r"(>=|<=|==|!=|>|<)\s*(?:bool\s*)?(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)(?![\w.\[])")
_NAME: Final = LatePattern(r"[A-Za-z_:][\w:]*")


class Asked(Struct, frozen=True, kw_only=True):
    """A metric that a query asks for, and the labels that the query speaks of."""

    metric: str
    labels: frozenset[str] = frozenset()


def asked_in(query: str) -> tuple[Asked, ...]:
    """The metrics of a query, each once; none of one that is too long."""
    tokens = [each.group() for each in _TOKEN.finditer(query)] if len(query) <= MOST_CHARACTERS else []
    found: dict[str, set[str]] = {}
    shared: set[str] = set()
    place = 0
    while place < len(tokens):
        word = tokens[place]
        following = tokens[place + 1] if place + 1 < len(tokens) else ""
        if word in _LISTS and following == "(":
            end = _end(tokens, place + 1, closing=")")
            if word in ("by", "on"):
                shared.update(each for each in tokens[place + 2 : end] if _NAME.fullmatch(each))
            place = end
        elif word == "{":
            end = _end(tokens, place, closing="}")
            name, labels = _matchers(tokens[place + 1 : end])
            before = tokens[place - 1] if place else ""
            name = name or (before if _is_metric(before) else "")
            if name:
                found.setdefault(name, set()).update(labels)
            place = end
        elif word == "[":
            place = _end(tokens, place, closing="]")
        elif _is_metric(word) and following not in _NO_METRIC:
            found.setdefault(word, set())
        place += 1
    return tuple(Asked(metric=name, labels=frozenset(labels | shared)) for name, labels in found.items())


def bounds_in(query: str) -> tuple[tuple[str, float], ...]:
    """The comparisons with numbers, in their order: `> 0.5`."""
    if len(query) > MOST_CHARACTERS:
        return ()
    return tuple((each.group(1), float(each.group(2))) for each in _BOUND.finditer(query))


def without_bounds(query: str) -> str:
    """The query with all numbers that something is compared with left out, and its white space made plain."""
    return " ".join(_BOUND.sub(r"\1 #", query).split())


def _end(tokens: list[str], start: int, *, closing: str) -> int:
    opening = tokens[start]
    depth = 0
    for place in range(start, len(tokens)):
        depth += (tokens[place] == opening) - (tokens[place] == closing)
        if not depth:
            return place
    return len(tokens)


def _is_metric(word: str) -> bool:
    return bool(_NAME.fullmatch(word)) and word.lower() not in _WORDS and word != ":"


def _matchers(tokens: list[str]) -> tuple[str, set[str]]:
    """What stands between braces: the metric's name, if it is said there, and the labels."""
    name, labels = "", set[str]()
    for label, sign, value in _triples(tokens):
        if label == "__name__" and sign == "=":
            name = value[1:-1]
        elif label != "__name__":
            labels.add(label)
    return name, labels


def _triples(tokens: list[str]) -> Iterator[tuple[str, str, str]]:
    for place, word in enumerate(tokens):
        if word in _MATCHES and 0 < place < len(tokens) - 1 and _NAME.fullmatch(tokens[place - 1]):
            yield tokens[place - 1], word, tokens[place + 1]
