"""Code that takes every value of a list apart and fails on any other: a value more in answers stops it."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Place
from weighbridge.facts.mentions import words_in
from weighbridge.landscape.contracts.breaks import Break
from weighbridge.landscape.contracts.uses import Consumer
from weighbridge.landscape.terms import WORD
from weighbridge.landscape.test_files import is_test

if TYPE_CHECKING:
    from weighbridge.landscape.landscape import Landscape

_MOST_FILES: Final = 60
_MOST_BYTES: Final = 400_000
_MOST_CHARACTERS: Final = 6_000
"""Of a switch from its first case to what is done with the rest."""
_FEW: Final = 2
_REST: Final = LatePattern(
    r"\b(?:default|case\s+_)\s*:\s*(?:\{\s*)?(?:throw\b|raise\b|panic\(|return\s+(?:assertNever|assertUnreachable|exhaustive)\w*\(|assertNever\()"
    r"|\bdefault\s*->\s*(?:\{\s*)?throw\b"
)


def failing_on(found: Break, landscape: "Landscape", *, changed: frozenset[RepoPath]) -> Sequence[Consumer]:
    """Code that has a case for each value that a list had, none for one that came, and throws for the rest; tests left out."""
    old, new = found.values
    if len(old) < _FEW or not found.operations:
        return ()
    named = [part.lower() for part in re.findall(r"`([^`]+)`", found.words)[:1] for part in part.split(".")]
    words = sorted((word for value in old for word in words_in(value)), key=len)[-1:]
    terms = [WORD + word for word in words]
    consumers = []
    for path in dict.fromkeys(path for term in terms for path in landscape.files_with(term)[:_MOST_FILES]):
        line = 0 if is_test(path) else _failing(_text(path, landscape), named, old=old, new=new)
        if line:
            place = Place(path=path, line=line, end_line=line)
            consumers.append(Consumer(place, found.operations[0], is_left=path not in changed))
    return consumers


def _text(path: RepoPath, landscape: "Landscape") -> str:
    return (landscape.bytes_of(path, _MOST_BYTES) or b"").decode("utf-8", "replace")


def _failing(text: str, named: Sequence[str], *, old: Sequence[str], new: Sequence[str]) -> int:
    """The line of what is done with the rest; 0 where a text does not switch so, or names other things."""
    if not all(name in text.lower() for name in named):
        return 0
    for match in _REST.finditer(text):
        before = text[max(0, match.start() - _MOST_CHARACTERS) : match.start()]
        begins = max(before.rfind("switch"), before.rfind("match "))
        cases = before[begins:] if begins >= 0 else ""
        if all(_has_case(cases, value) for value in old) and not any(_has_case(cases, value) for value in new):
            return text.count("\n", 0, match.start()) + 1
    return 0


def _has_case(cases: str, value: str) -> bool:
    quoted = re.escape(value)
    return re.search(rf"\bcase\b[^:\n]*?[\"'`]{quoted}[\"'`]", cases) is not None
