"""Characters that make text look other than it is: direction controls, invisible ones, and line ends nobody sees."""

import unicodedata
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath

_OPEN_EMBEDDINGS: Final = "\u202a\u202b\u202d\u202e"
_CLOSE_EMBEDDING: Final = "\u202c"
_OPEN_ISOLATES: Final = "\u2066\u2067\u2068"
_CLOSE_ISOLATE: Final = "\u2069"
DIRECTION_CONTROLS: Final = frozenset(_OPEN_EMBEDDINGS + _CLOSE_EMBEDDING + _OPEN_ISOLATES + _CLOSE_ISOLATE)
"""The controls of CVE-2021-42574: they reorder what is shown and leave what is run."""

_OVERRIDES: Final = frozenset("\u202d\u202e")
_JOINERS: Final = frozenset("\u200c\u200d")
_VARIATION_SELECTORS: Final = frozenset(map(chr, range(0xFE00, 0xFE10)))
_INVISIBLE: Final = frozenset(
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u200b\u200c\u200d\u200e\u200f"
    "\u2060\u2061\u2062\u2063\u2064\u206a\u206b\u206c\u206d\u206e\u206f\u3164\ufeff\uffa0"
)
_JOINING_SCRIPTS: Final = frozenset(
    (
        "ARABIC",
        "BENGALI",
        "DEVANAGARI",
        "GUJARATI",
        "GURMUKHI",
        "KANNADA",
        "KHMER",
        "MALAYALAM",
        "MONGOLIAN",
        "MYANMAR",
        "ORIYA",
        "SINHALA",
        "SYRIAC",
        "TAMIL",
        "TELUGU",
        "TIBETAN",
    )
)
_PROSE: Final = frozenset(
    (
        ".md",
        ".rst",
        ".txt",
        ".adoc",
        ".po",
        ".pot",
        ".html",
        ".htm",
        ".xlf",
        ".xliff",
        ".arb",
        ".strings",
        ".properties",
        ".json",
        ".csv",
        ".tsv",
        ".xml",
        ".ftl",
        ".resx",
        ".vtt",
        ".srt",
    )
)


class Oddity(Struct, frozen=True, kw_only=True):
    """A character that does not show: where in the line (from 1), and its name."""

    column: int
    name: str


def is_prose(path: RepoPath) -> bool:
    """Whether a file holds text for people or data to translate, where every script's own controls belong."""
    return PurePosixPath(path).suffix.lower() in _PROSE


def name_of(character: str) -> str:
    """`U+202E RIGHT-TO-LEFT OVERRIDE`."""
    return f"U+{ord(character):04X} {unicodedata.name(character, 'without a name')}"


def direction_controls(text: str) -> list[Oddity]:
    """The direction controls of a line."""
    if text.isascii():
        return []
    return [Oddity(column=at, name=name_of(c)) for at, c in enumerate(text, 1) if c in DIRECTION_CONTROLS]


def is_settled(text: str) -> bool:
    """Whether a line's direction controls are all closed on it, and none overrides the characters' own direction."""
    embeddings = isolates = 0
    for character in text:
        if character in _OVERRIDES:
            return False
        embeddings += (character in _OPEN_EMBEDDINGS) - (character == _CLOSE_EMBEDDING)
        isolates += (character in _OPEN_ISOLATES) - (character == _CLOSE_ISOLATE)
        if embeddings < 0 or isolates < 0:
            return False
    return not embeddings and not isolates


def invisible_characters(text: str, *, is_first_line: bool) -> list[Oddity]:
    """The characters of a line that show nothing and are no usual part of an emoji, a script, or a file's beginning."""
    return [] if text.isascii() else list(_invisible(text, is_first_line=is_first_line))


def _invisible(text: str, *, is_first_line: bool) -> Iterator[Oddity]:
    for at, character in enumerate(text):
        before, after = text[at - 1 : at], text[at + 1 : at + 2]
        if character in _VARIATION_SELECTORS:
            is_usual = (bool(before) and not before.isascii()) or before in tuple("#*0123456789")
            is_usual = is_usual and before not in _VARIATION_SELECTORS
        elif character in _INVISIBLE:
            is_usual = (character == "\ufeff" and at == 0 and is_first_line) or (
                character in _JOINERS and _joins(before, after)
            )
        else:
            is_usual = not _is_tag(character)
        if not is_usual:
            yield Oddity(column=at + 1, name=name_of(character))


def _is_tag(character: str) -> bool:
    """Tag characters and the further variation selectors: whole texts have been smuggled in them."""
    return 0xE0000 <= ord(character) <= 0xE01EF


def _joins(before: str, after: str) -> bool:
    """Whether a joiner stands where writing needs one: between emoji, or within a script that has joined letters."""
    return all(_can_join(c) for c in (before, after) if c) and bool(before)


def _can_join(character: str) -> bool:
    if unicodedata.category(character) in ("So", "Sk", "Mn", "Mc") or character in _VARIATION_SELECTORS:
        return True
    return unicodedata.name(character, "").partition(" ")[0] in _JOINING_SCRIPTS


_LINE_ENDS: Final = {"\r": "a carriage return", "\u2028": "a line separator", "\u2029": "a paragraph separator"}
_TERMINAL: Final = {"\x1b": "an escape", "\b": "a backspace", "\x9b": "a control sequence", "\x7f": "a delete"}


def hidden_line_ends(text: str) -> list[Oddity]:
    """The characters within a line at which an interpreter, a browser or an editor begins a new one."""
    return [Oddity(column=at, name=_LINE_ENDS[c]) for at, c in enumerate(text, 1) if c in _LINE_ENDS]


def terminal_controls(text: str) -> list[Oddity]:
    """The characters with which a line rewrites what a terminal shows of it."""
    return [Oddity(column=at, name=_TERMINAL[c]) for at, c in enumerate(text, 1) if c in _TERMINAL]
