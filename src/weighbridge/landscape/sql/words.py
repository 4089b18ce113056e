"""What a statement says apart from the texts in it."""

import re
from functools import lru_cache
from typing import Final

from weighbridge.domain.late_pattern import LatePattern

_TEXTS: Final = LatePattern(r"\$(\w*)\$.*?\$\1\$|'(?:[^']|'')*'", re.DOTALL)


@lru_cache(256)
def words_of(text: str) -> str:
    """A statement in lower case, each text in it empty, each run of blanks made one."""
    return " ".join(_TEXTS.sub("''", text).lower().split())
