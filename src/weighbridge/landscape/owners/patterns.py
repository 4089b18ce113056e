"""Path patterns as gitignore writes them, turned into expressions that cannot blow up.

A run of text after a wildcard is matched at the first place it fits and never again elsewhere (an atomic group): for
globs the first place is always good enough, and so the time stays proportional to path times pattern.
"""

import re
from collections.abc import Sequence
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


class Among(Struct, frozen=True):
    """One character within a segment out of a class; `source` is the class's expression."""

    source: str


Piece = Literal | Star | One | Among
Segment = tuple[Piece, ...] | None
"""What one segment consists of; None stands for `**`."""

_ONE: Final = "(?>%[0-9A-F]{2}|[^/])"
"""One character as paths are written down here: what is no text, and a `%` before two digits, take three."""
_NOTHING: Final = Among("(?!)")
"""What a class that is never closed matches."""


def segments_of(text: str, *, with_classes: bool = False) -> list[Segment]:
    """The segments of a pattern; only `with_classes` does a bracket begin a class of characters."""
    written = _split(text) if with_classes and "[" in text else text.split("/")
    return [
        None if segment == ANY_DEPTH else pieces(segment, with_classes=with_classes) for segment in written if segment
    ]


def _split(text: str) -> list[str]:
    """The segments as written, where a class may hold a slash; a class that is never closed spoils the whole pattern."""
    found: list[str] = []
    began = at = 0
    while at < len(text):
        character = text[at]
        at += 1
        if character == "/":
            found.append(text[began : at - 1])
            began = at
        elif character == "\\":
            at += 1
        elif character == "[":
            _, at = _class_at(text, at)
            if text[at - 1] != "]":
                return ["["]
    return [*found, text[began:]]


def pieces(segment: str, *, with_classes: bool = False) -> tuple[Piece, ...]:
    """A segment's pieces: a backslash takes the next character for itself; stars in a row are one."""
    found: list[Piece] = []
    text, at = "", 0
    while at < len(segment):
        character = segment[at]
        at += 1
        if character not in "*?" and not (character == "[" and with_classes):
            if character == "\\" and at < len(segment):
                character = segment[at]
                at += 1
            text += character
            continue
        if text:
            found.append(Literal(text))
            text = ""
        piece: Piece = Star() if character == "*" else One()
        if character == "[":
            piece, at = _class_at(segment, at)
        if not (found and piece == found[-1] == Star()):
            found.append(piece)
    return (*found, Literal(text)) if text else tuple(found)


def _class_at(segment: str, at: int) -> tuple[Among, int]:
    """The class whose bracket stands before `at`, and where the rest begins; its first `]` closes it, as in fnmatch."""
    is_negated = segment[at : at + 1] in ("!", "^")
    at += is_negated
    ranges: list[tuple[str, str]] = []
    while at < len(segment) and segment[at] != "]":
        first, at = _member(segment, at)
        last = first
        if segment[at : at + 1] == "-" and segment[at + 1 : at + 2] not in ("", "]"):
            last, at = _member(segment, at + 1)
        if first <= last:
            ranges.append((first, last))
    if at >= len(segment):
        return _NOTHING, at
    inside = "".join(f"{re.escape(first)}-{re.escape(last)}" for first, last in ranges)
    if is_negated:
        return Among(f"[^/{inside}]"), at + 1
    return (Among(f"(?!/)[{inside}]") if inside else _NOTHING), at + 1


def _member(segment: str, at: int) -> tuple[str, int]:
    """One character of a class, and where the rest begins."""
    if segment[at] == "\\" and at + 1 < len(segment):
        at += 1
    return segment[at], at + 1


def literal_of(segment: Segment) -> str | None:
    """The text a segment without wildcards stands for, None when it has any."""
    match segment:
        case (Literal(text),):
            return text
        case ():
            return ""
        case _:
            return None


def literal_tail(segment: Segment) -> str:
    """The text that every match of a segment ends with; empty when it ends in a wildcard."""
    last = segment[-1] if segment else None
    return last.text if isinstance(last, Literal) else ""


def segment_expression(parts: tuple[Piece, ...]) -> str:
    """The expression of one segment; a lone star asks for at least one character."""
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
                group += _ONE
            case Among(source):
                group += source
            case Literal(text):
                group += re.escape(text)
    return written + group


def expression(segments: Sequence[Segment]) -> str:
    """The expression of whole segments, `**` among them; what may stand before or after is the caller's to add."""
    chunks: list[list[str]] = [[]]
    for segment in segments:
        if segment is None:
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
