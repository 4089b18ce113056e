"""Scripts of SQL without the statements that say nothing of a table: reading a statement costs more than looking for a name in it."""

import re
from collections.abc import Collection, Iterator
from typing import Final

from weighbridge.domain.late_pattern import LatePattern

_WORTH_IT: Final = 2_000
"""Characters of a script from which on it is cut."""

_PIECE: Final = LatePattern(
    r"""'[^']*+'|"[^"]*+"|--[^\n]*+|/\*(?:(?!/\*).)*?\*/|`[^`]*+`|\$((?:[a-z_]\w*)?)\$.*?\$\1\$|(;)|(['"`]|/\*|\$\$)""",
    re.DOTALL | re.IGNORECASE,
)
"""What a semicolon in it ends no statement of; a statement's end; what begins and never ends."""
_OF_ONE_TABLE: Final = LatePattern(
    r"(?:\s|--[^\n]*\n|/\*(?:(?!\*/).)*\*/)*(?:create\s+(?:unique\s+)?(?:index|table)|alter\s+table|insert|update|delete|comment|do)\b",
    re.DOTALL | re.IGNORECASE,
)
"""How a statement begins that names every table to which it does something."""
_OF_OTHERS: Final = LatePattern(r"\b(?:execute|perform|call|drop|rename|function|procedure)\b", re.IGNORECASE)
"""What does something to a table that goes by no name here, or to what goes by a name of its own."""


def naming(text: str, names: Collection[str]) -> str:
    """A script without the statements that name none of these, in lower case: empty lines stand for them, so that the rest stays on
    its lines. The whole script where it cannot be told for sure where statements end.
    """
    if len(text) < _WORTH_IT or "\\" in text or "#" in text.replace("#>", ""):
        return text  # as MySQL writes, where texts and remarks end otherwise
    ends = list(_ends(text))
    if not ends or ends[-1] < 0:
        return text
    lowered = text.lower()
    if len(lowered) != len(text):
        return text
    found: list[str] = []
    start = 0
    for end in (*ends, len(text)):
        piece = text[start:end]
        is_asked = any(lowered.find(name, start, end) >= 0 for name in names)
        is_left = is_asked or _OF_ONE_TABLE.match(piece) is None or _OF_OTHERS.search(piece) is not None
        found.append(piece if is_left else "\n" * piece.count("\n"))
        start = end
    return "".join(found)


def _ends(text: str) -> Iterator[int]:
    """Where each statement ends; -1 last where a text or a remark does not."""
    for each in _PIECE.finditer(text):
        if each[3]:
            yield -1
            return
        if each[2]:
            yield each.end()
