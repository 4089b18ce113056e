"""Patterns as `.gitignore` has them, as regular expressions on paths."""

import re
from typing import Final

from weighbridge.policy.importing.expressions import refused

_PIECES: Final = re.compile(r"/\*\*/|^\*\*/|/\*\*$|\*+|\?|\[[!^]?[^\[\]\\!^]+\]|[^*?\[/]+|.", re.DOTALL)
_RANGE: Final = re.compile(r"(.)-(.)")
_BETWEEN: Final = "/([^/]+/)*"
"""Some folders, or none; names of folders may hold line ends, which a dot does not."""


def takes_out(line: str) -> bool:
    """Whether it takes out what other lines have found."""
    return line.startswith("!")


def expression_of(line: str) -> str:
    """What finds the paths of a line, and those below them; empty where that cannot be told for sure."""
    text = line.rstrip(" ")
    plain = text.removeprefix("/").removesuffix("/")
    if not plain or "\\" in text or "//" in text:
        return ""
    pieces = [_meaning(found.group()) for found in _PIECES.finditer(plain)]
    is_anywhere = "/" not in text.removesuffix("/")
    ending = "/" if text.endswith("/") else "(/|$)"
    expression = f"^{'([^/]+/)*' if is_anywhere else ''}{''.join(pieces)}{ending}"
    return "" if "" in pieces or refused(expression) else expression


def bracket(piece: str) -> str:
    """A set of characters, which never holds what separates folders; empty where that cannot be written."""
    if piece[1] in "!^":
        return f"[^/{piece[2:]}"
    holds = any(first <= "/" <= last for first, last in _RANGE.findall(piece[1:-1]))
    return "" if holds or "/" in piece else piece


def _meaning(piece: str) -> str:
    if piece in ("/**/", "**/"):
        return _BETWEEN if piece.startswith("/") else _BETWEEN[1:]
    if piece == "/**":
        return "/[^/]+"
    if piece.startswith("["):
        return bracket(piece) if len(piece) > 1 else ""
    if piece.strip("*") == "":
        return "[^/]*"
    return "[^/]" if piece == "?" else re.escape(piece)
