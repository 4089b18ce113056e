"""What the commands say in sentences: folded where people read it at a terminal, whole where a program looks for words."""

import os
from typing import Final, TextIO

from weighbridge.review.folding import folded
from weighbridge.review.render.text.blocks import WIDEST

_NARROWEST: Final = 30
_USUAL: Final = 80


def fold_for(text: str, stream: TextIO) -> str:
    """`text` as `stream` shows it best."""
    return folded(text, max(_NARROWEST, min(_width(stream) - 1, WIDEST))) if stream.isatty() else text


def write_folded(text: str, stream: TextIO) -> None:
    """Write `text` to `stream`, as it shows it best."""
    stream.write(fold_for(text, stream))


def _width(stream: TextIO) -> int:
    """Columns of the terminal behind `stream`, which is not always that of the standard output."""
    wanted = os.environ.get("COLUMNS", "")
    if wanted.isdecimal() and int(wanted):
        return int(wanted)
    try:
        return os.get_terminal_size(stream.fileno()).columns or _USUAL
    except OSError:
        return _USUAL
