"""Strings as `Text`, whatever language they stand in."""

from typing import Final

from weighbridge.facts.model import Expr, Text

TEXT_LIMIT: Final = 2_000
"""Characters of a string that are kept."""


def joined(pieces: list[Expr]) -> Text:
    """Texts and other values one after the other, as one text with a hole for each other value."""
    values: list[str] = []
    parts: list[Expr] = []
    for piece in pieces:
        if type(piece) is Text:
            values.append(piece.value)
            parts += piece.parts
        else:
            values.append("{}")
            parts.append(piece)
    return Text("".join(values)[:TEXT_LIMIT], tuple(parts))
