"""Where code reads a property of TypeScript in a way that what it is now does not bear: told by the line that reads it."""

import re
from collections.abc import Iterator
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.impact import Certainty
from weighbridge.domain.places import Place
from weighbridge.landscape.landscapes import View
from weighbridge.landscape.test_files import is_test
from weighbridge.landscape.values import Symbol

MISSING: Final = "undefined"
"""What a property may be now that could not be missing."""

_MOST_BYTES: Final = 1_000_000
_MOST_SHOWN: Final = 10
_ARITHMETIC: Final = r"\s*(?:\*|/(?![/*])|-(?!-)|%|<=?(?![\w<])|>=?)\s*[\w(]"
_OF_NUMBERS: Final = r"\.(?:toFixed|toPrecision|toExponential)\("
_OF_TEXTS: Final = r"\.(?:trim|split|toLowerCase|toUpperCase|startsWith|endsWith|padStart|padEnd|replace|replaceAll|substring|charAt|match)\("
_FAILS: Final = {
    ("number", "string"): _OF_NUMBERS,
    ("string", "number"): _OF_TEXTS,
    ("string", "boolean"): _OF_TEXTS,
    ("number", "boolean"): _OF_NUMBERS,
}


def failing_readers(member: Symbol, was: str, *, now: str, view: View) -> tuple[Place, ...]:
    """The lines outside of the file that defines a property, tests left out, that fail by its being `now` and not `was`."""
    pattern = rf"(?:{_ARITHMETIC}|\.\w)" if now == MISSING else _FAILS.get((was, now), "")
    facts = view.landscape.facts(member.path)
    if not pattern or facts is None:
        return ()
    name = re.escape(facts.definitions[member.index].name)
    reads = re.compile(rf"[\w\])]\.{name}(?![\w(?!]){pattern}")
    asks = re.compile(rf"(?:\bif\s*\(|&&|\|\||\?\?|\?)[^;]*\.{name}\b|\.{name}\s*(?:\?|!|&&|=)")
    found: dict[Place, None] = {}
    for path, line in _readers(member, view):
        text = _lines(path, view)[line - 1 : line]
        near = _lines(path, view)[max(0, line - 4) : line]
        is_asked = now == MISSING and any(asks.search(each) for each in near)
        if text and reads.search(text[0]) and not is_asked:
            found[Place(path=path, line=line, end_line=line)] = None
    return tuple(found)[:_MOST_SHOWN]


def _readers(member: Symbol, view: View) -> Iterator[tuple[RepoPath, int]]:
    for each in view.references.to(view.references.sites.of_definition(member)):
        if each.certainty is Certainty.SEEN and each.source.path != member.path and not is_test(each.source.path):
            yield each.source.path, each.line


def _lines(path: RepoPath, view: View) -> list[str]:
    return (view.landscape.bytes_of(path, _MOST_BYTES) or b"").decode("utf-8", "replace").splitlines()
