r"""Makes text from a repository safe to look at: what cannot be seen, or changes how other text is seen, is spelled out.

Controls, escape sequences, bidirectional overrides, zero-width and other invisible characters become `\x1b`, `\u202e`,
`\U000e0041`. Every rendering passes repository text through here before its own escaping.
"""

import re
import unicodedata
from typing import Final

from weighbridge.domain.late_pattern import LatePattern

_HIDDEN: Final = (
    "\x00-\x1f\x7f-\x9f"  # C0, DEL, C1
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5"  # soft hyphen, joiners and fillers that draw nothing
    "\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2"  # signs that enclose what follows
    "\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164"
    "\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\ud800-\udfff"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
HIDDEN: Final = LatePattern(f"[{_HIDDEN}]")
"""One character that must never reach a reader as it is."""
_SPACING: Final = LatePattern(r"[ \t\n\r\f\v]+")
_COMMAND: Final = LatePattern(r"^([ \t]*)(::)|(#)(#(?:vso\[|\[|teamcity\[))", re.MULTILINE)
_STACKED: Final = LatePattern(
    "([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe2f]{4})[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe2f]+"
)


def _spelled(found: re.Match[str]) -> str:
    code = ord(found.group())
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def one_line(text: str) -> str:
    """`text` on one line: runs of white space become one space, hidden characters are spelled out."""
    return HIDDEN.sub(_spelled, _STACKED.sub(r"\1", _SPACING.sub(" ", text))).strip()


def inert(text: str) -> str:
    """Lines ready to be printed, with whatever a build server would take for a command to itself taken apart.

    Runners act on a printed `::stop-commands::`, `##[group]` or `##vso[…]`, and a file may be called so.
    """
    return _COMMAND.sub(_taken_apart, text)


def _taken_apart(found: re.Match[str]) -> str:
    indent, opening, hash_sign, command = found.groups()
    return f"{hash_sign}\\{command}" if hash_sign else f"{indent}\\{opening}"


def block(text: str) -> str:
    """`text` with its lines kept, tabs as four spaces, and hidden characters spelled out."""
    lines = text.replace("\r\n", "\n").expandtabs(4).split("\n")
    return "\n".join(HIDDEN.sub(_spelled, _STACKED.sub(r"\1", line)) for line in lines)


def columns(text: str) -> int:
    """How many terminal columns `text` takes; it must already be visible."""
    if text.isascii():
        return len(text)
    return sum(_width(character) for character in text)


def _width(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def shortened(text: str, width: int, *, ellipsis: str = "…") -> str:
    """`text` cut to `width` columns, with an ellipsis where something was cut."""
    if columns(text) <= width:
        return text
    room, kept = width - columns(ellipsis), 0
    for index, character in enumerate(text):
        kept += _width(character)
        if kept > room:
            return text[:index].rstrip() + ellipsis
    return text


def shortened_path(path: str, width: int, *, ellipsis: str = "…") -> str:
    """`path` cut to `width` columns from the left, where it says least."""
    if columns(path) <= width:
        return path
    room, kept = width - columns(ellipsis), 0
    for index in range(len(path) - 1, -1, -1):
        kept += _width(path[index])
        if kept > room:
            return ellipsis + path[index + 1 :]
    return path


def shortened_middle(text: str, width: int, *, ellipsis: str = "…") -> str:
    """`text` cut to `width` columns in its middle: names of code differ at both ends."""
    if columns(text) <= width:
        return text
    room = max(0, width - columns(ellipsis))
    return shortened(text, room - room // 2, ellipsis="") + ellipsis + shortened_path(text, room // 2, ellipsis="")


def wrapped(text: str, width: int) -> list[str]:
    """`text` broken at spaces into lines of at most `width` columns; a longer word after a `/` of it, else where it must be."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        rest = word
        joined = f"{line} {rest}" if line else rest
        if columns(joined) <= width:
            line = joined
            continue
        if line:
            lines.append(line)
        while columns(rest) > width:
            head = shortened(rest, width, ellipsis="") or rest[:1]
            folder = head.rfind("/") + 1
            head = head[:folder] if folder > len(head) // 3 else head
            lines.append(head)
            rest = rest[len(head) :]
        line = rest
    return [*lines, line] if line or not lines else lines
