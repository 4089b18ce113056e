"""Regular expressions and texts of others as expressions of our conditions."""

import re
from collections.abc import Iterable
from typing import Final

from weighbridge.policy.conditions.written import why_not_a_regex
from weighbridge.policy.importing.formula import one_holds

_PLAIN: Final = r"(?:[^\\.^$*+?()\[\]{}|]|\\[^\w\s])"
_SHAPES: Final = (
    (re.compile(rf"\^({_PLAIN}+)\$"), "=="),
    (re.compile(rf"\^({_PLAIN}+)(?:\.\*\$?)?"), "startsWith"),
    (re.compile(rf"(?:\^?\.\*)?({_PLAIN}+)\$"), "endsWith"),
    (re.compile(rf"({_PLAIN}+)"), "contains"),
)
"""Expressions that are no more than a comparison; `.*$` is taken to go to the end of a text of one line."""

_ANYTHING: Final = frozenset({"", ".*", "^.*", ".*$", "^.*$", "^", "$"})
ALWAYS: Final = "true"


def quoted(text: str) -> str:
    """`text` as a literal of a condition."""
    return f'"{escaped(text)}"'


def escaped(text: str) -> str:
    """`text` between double quotes of a condition or of YAML; both read these escapes."""
    return "".join(map(_escaped, text))


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if character.isprintable():
        return character
    number = ord(character)
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"


def found_in(value: str, patterns: Iterable[str]) -> list[str]:
    """What asks whether `value` has any of the regular expressions; each must have passed `why_not_a_regex`."""
    return list(dict.fromkeys(_found(value, pattern) for pattern in patterns))


def one_found(value: str, patterns: Iterable[str]) -> str:
    """What asks whether `value` has one of the regular expressions, of which there is one at least."""
    tests = found_in(value, patterns)
    return ALWAYS if ALWAYS in tests else one_holds(tests)


def refused(pattern: str) -> str:
    """Why a regular expression cannot be used in a condition; empty when it can."""
    return "" if is_comparison(pattern) else why_not_a_regex(pattern)


def is_comparison(pattern: str) -> bool:
    """Whether a regular expression is no more than a comparison, or holds of everything."""
    return pattern in _ANYTHING or _comparison(pattern) is not None


def _found(value: str, pattern: str) -> str:
    if pattern in _ANYTHING:
        return ALWAYS
    if compared := _comparison(pattern):
        word, text = compared
        return f"{value} == {quoted(text)}" if word == "==" else f"{value}.{word}({quoted(text)})"
    is_raw = '"' not in pattern and not pattern.endswith("\\") and pattern.isprintable()
    return f'{value}.matches(r"{pattern}")' if is_raw else f"{value}.matches({quoted(pattern)})"


def _comparison(pattern: str) -> tuple[str, str] | None:
    for shape, word in _SHAPES:
        if found := shape.fullmatch(pattern):
            return word, re.sub(r"\\(.)", r"\1", found[1])
    return None
