"""A commit message as lines with their place: which paragraph, and whether in the block of trailers at its end.

Git's own reader takes trailers from the last paragraph only. Squashes put them in the middle, and some harnesses
append paragraphs of their own below them, so every paragraph is read here and the place is kept instead.
"""

import re
from typing import Final

from msgspec import Struct

MOST_CHARACTERS: Final = 262_144
MOST_LINES: Final = 4_000
_TRAILER: Final = re.compile(r"([A-Za-z][A-Za-z0-9-]{0,63})[ \t]{0,8}:[ \t]{0,8}(\S.*)\Z")
_LIST_MARKS: Final = "-*>|│┃• \t"
_ESCAPED: Final = re.compile(r"\\n(?:\\n|[A-Z][A-Za-z-]{2,63}: )")
"""A line break that a shell handed over as two characters, before an empty line or a trailer."""
_DECORATION: Final = re.compile(r"\A[^\w\[(*`\"']+", re.ASCII)


class Line(Struct, frozen=True, kw_only=True):
    """One line of a message: `key` and `value` when it reads as a trailer; paragraphs count from 1."""

    text: str
    paragraph: int
    in_block: bool = False
    key: str = ""
    value: str = ""

    @property
    def bare(self) -> str:
        """The line without leading emoji, bullets and quotes, and without a final full stop."""
        return _DECORATION.sub("", self.text.lstrip(_LIST_MARKS)).rstrip(" .")


class Message(Struct, frozen=True, kw_only=True):
    """A message taken apart; `cut` says that it was longer than what is read."""

    subject: str
    lines: tuple[Line, ...]
    paragraphs: int
    cut: bool

    def keys_of(self, paragraph: int) -> frozenset[str]:
        """The case-folded trailer keys that stand in a paragraph."""
        return frozenset(line.key.casefold() for line in self.lines if line.paragraph == paragraph and line.key)

    def place(self, line: Line) -> str:
        """Where a line stands, in words."""
        if line.in_block:
            return "in the trailer block"
        return f"in paragraph {line.paragraph} of {self.paragraphs}, outside the trailer block"


def _line(text: str, paragraph: int, *, is_subject: bool) -> Line:
    bare = text.strip()
    found = None if is_subject else _TRAILER.match(bare.lstrip(_LIST_MARKS))
    if found is None:
        return Line(text=bare, paragraph=paragraph)
    return Line(text=bare, paragraph=paragraph, key=found[1], value=found[2].rstrip())


def _is_block_line(line: Line) -> bool:
    return bool(line.key) or line.text.startswith("(cherry picked from commit ")


def take_apart(message: str) -> Message:
    r"""The message's lines with their places; never raises, whatever the text.

    A message whose first line spells its breaks out (`Fix it\n\nCo-authored-by: …`) is read as it was meant; git sees no
    block of trailers in it, and neither does this.
    """
    read = message[:MOST_CHARACTERS].strip()
    first, line_break, rest = read.partition("\n")
    is_spelled_out = _ESCAPED.search(first) is not None
    if is_spelled_out:
        read = first.replace("\\n", "\n") + line_break + rest
    raw = read.split("\n", MOST_LINES)
    cut = len(message) > MOST_CHARACTERS or len(raw) > MOST_LINES
    lines: list[Line] = []
    paragraph, after_blank = 0, True
    for text in raw[:MOST_LINES]:
        if not text.strip():
            after_blank = True
            continue
        paragraph += after_blank
        lines.append(_line(text, paragraph, is_subject=not lines))
        after_blank = False
    last = [line for line in lines if line.paragraph == paragraph]
    if paragraph > 1 and all(map(_is_block_line, last)) and not (is_spelled_out and not rest):
        lines[-len(last) :] = [
            Line(text=x.text, paragraph=x.paragraph, in_block=True, key=x.key, value=x.value) for x in last
        ]
    return Message(subject=lines[0].text if lines else "", lines=tuple(lines), paragraphs=paragraph, cut=cut)
