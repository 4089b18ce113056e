"""The comments of a source file: what stands in texts is none."""

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

_TEXTS_OF_C: Final = r'"(?:\\.|[^"\\\n])*+"?|' + r"'(?:\\.|[^'\\\n])*+'?"
_OF_C: Final = r"(?P<c>//[^\n]*+|/\*(?:[^*]|\*(?!/))*+(?:\*/|\Z))"
_PATTERNS: Final = {
    "python": re.compile(
        r'(?P<c>\#[^\n]*+)|"""(?:\\.|(?!""").)*+(?:"""|\Z)|' + r"'''(?:\\.|(?!''').)*+(?:'''|\Z)|" + _TEXTS_OF_C,
        re.DOTALL,
    ),
    "go": re.compile(_OF_C + r"|`[^`]*+(?:`|\Z)|" + _TEXTS_OF_C, re.DOTALL),
    "java": re.compile(_OF_C + r'|"""(?:\\.|(?!""").)*+(?:"""|\Z)|' + _TEXTS_OF_C, re.DOTALL),
    "javascript": re.compile(_OF_C + r"|`(?:\\.|[^`\\])*+(?:`|\Z)|" + _TEXTS_OF_C, re.DOTALL),
}
"""One pass each: whatever is opened and never closed runs to the end, so that nothing is read twice."""
_SHAPES: Final = {"typescript": "javascript", "tsx": "javascript"}


class Comment(Struct, frozen=True, gc=False):
    """A comment as written, the line it begins on, and whether nothing stands before it there."""

    line: int
    text: str
    is_alone: bool


def comments_of(text: str, language: str) -> Iterator[Comment]:
    """Every comment of a file, in its order; none of a language whose comments are not known here."""
    pattern = _PATTERNS.get(_SHAPES.get(language, language))
    if pattern is None:
        return
    line, at = 1, 0
    for found in pattern.finditer(text):
        if found.lastgroup != "c":
            continue
        start = found.start()
        line += text.count("\n", at, start)
        at = start
        before = text[text.rfind("\n", 0, start) + 1 : start]
        yield Comment(line, found.group(), not before.strip())


def uncommented(text: str, language: str) -> str:
    """The file with its comments blanked, lines and columns kept."""
    pattern = _PATTERNS.get(_SHAPES.get(language, language))
    if pattern is None:
        return text
    return pattern.sub(lambda found: _blank(found.group()) if found.lastgroup == "c" else found.group(), text)


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)
