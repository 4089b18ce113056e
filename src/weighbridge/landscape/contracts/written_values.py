"""Values of documents as they are told from one another: the text `"1"` is not the number `1`."""

from typing import Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.documents.nodes import Scalar

_NO_TEXT: Final = LatePattern(r"^(?:-?\d[\d.eE+-]*|true|false)$")
_STARTS: Final = frozenset("-0123456789tf")


def written(value: Scalar) -> str:
    """A value; a text that looks like a number keeps its quotes."""
    return value.value if value.is_plain else as_text(value.value)


def as_text(word: str) -> str:
    """A word that is a text, whatever it looks like."""
    return f'"{word}"' if word[:1] in _STARTS and _NO_TEXT.search(word) is not None else word
