"""Path patterns as gitignore writes them, turned into expressions that cannot blow up.

A run of text after a wildcard is matched at the first place it fits and never again elsewhere (an atomic group): for
globs the first place is always good enough, and so the time stays proportional to path times pattern.
"""

import re
from typing import Final

from msgspec import Struct

ANY_DEPTH: Final = "**"
"""A segment that stands for any number of folders, none included."""


class Literal(Struct, frozen=True):
    """Text that stands for itself."""

    text: str


class Star(Struct, frozen=True):
    """Any run of characters within a segment, none included."""


class One(Struct, frozen=True):
    """Any one character within a segment."""


Piece = Literal | Star | One


def pieces(segment: str) -> tuple[Piece, ...]:
    """A segment's pieces: a backslash takes the next character for itself; stars in a row are one."""
    found: list[Piece] = []
    text = ""
    characters = iter(segment)
    for character in characters:
        if character in "*?":
            if text:
                found.append(Literal(text))
                text = ""
            piece: Piece = Star() if character == "*" else One()
            if not (found and piece == found[-1] == Star()):
                found.append(piece)
        else:
            text += next(characters, "\\") if character == "\\" else character
    return (*found, Literal(text)) if text else tuple(found)


def literal_of(segment: str) -> str | None:
    """The text a segment without wildcards stands for, None when it has any."""
    match pieces(segment):
        case (Literal(text),):
            return text
        case ():
            return ""
        case _:
            return None


def literal_tail(segment: str) -> str:
    """The text that every match of a segment ends with; empty when it ends in a wildcard."""
    last = pieces(segment)[-1:]
    return last[0].text if last and isinstance(last[0], Literal) else ""


def segment_expression(segment: str) -> str:
    """The expression of one segment; a lone star asks for at least one character."""
    parts = pieces(segment)
    if parts == (Star(),):
        return "[^/]+"
    last_star = max((n for n, part in enumerate(parts) if part == Star()), default=-1)
    written = ""
    group = ""
    for number, part in enumerate(parts):
        match part:
            case Star():
                written += f"(?>{group})" if group else ""
                group = "[^/]*" if number == last_star else "[^/]*?"
            case One():
                group += "[^/]"
            case Literal(text):
                group += re.escape(text)
    return written + group


def expression(segments: list[str]) -> str:
    """The expression of whole segments, `**` among them; what may stand before or after is the caller's to add."""
    chunks: list[list[str]] = [[]]
    for segment in segments:
        if segment == ANY_DEPTH:
            chunks.append([])
        else:
            chunks[-1].append(segment_expression(segment))
    written = "/".join(chunks[0])
    for number, chunk in enumerate(chunks[1:], start=1):
        is_last = number == len(chunks) - 1
        before = "/" if written and number == 1 and chunks[0] else ""
        if not chunk:
            written += before + (".+" if is_last else "")
        elif is_last:
            written += before + "(?:[^/]+/)*" + "/".join(chunk)
        else:
            written += before + "(?>(?:[^/]+/)*?" + "/".join(chunk) + "/)"
    return written
