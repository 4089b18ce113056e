"""Reads TOML that may be hostile: a key of many parts costs the standard reader the square of their number."""

import re
from typing import Final

from weighbridge.domain.late_pattern import LatePattern

MOST_PARTS: Final = 40
"""Parts of one dotted key; 200 kB of `a.a.a.` would take tens of gigabytes."""

MOST_PARTS_IN_ALL: Final = 100_000
_MOST_DOTS: Final = 3_000
_QUOTED: Final = LatePattern(r'"(?:[^"\\]|\\.)*+"|' + r"'[^']*+'")
_BETWEEN_KEYS: Final = re.compile(r"""[^\w\-"'.\s]++""")


def load_toml(text: str) -> dict[str, object]:
    """The table that `text` holds.

    Raises:
        ValueError: it is not TOML, or its keys have more parts than anybody writes.
        RecursionError: it nests too deep.
    """
    if text.count(".") > MOST_PARTS and not _is_flat(text):
        raise ValueError(
            f"a key has more than {MOST_PARTS} parts, or all keys together more than {MOST_PARTS_IN_ALL:,}"
        )
    import tomllib  # noqa: PLC0415 - a thirtieth of what a hook imports, and few hooks read any

    return tomllib.loads(text)


def _is_flat(text: str) -> bool:
    total = 0
    for line in text.split("\n"):
        dots = line.count(".")
        if dots > _MOST_DOTS:
            return False
        if dots:
            parts = max(map(_parts, _BETWEEN_KEYS.split(_QUOTED.sub("q", line))))
            total += parts
            if parts > MOST_PARTS or total > MOST_PARTS_IN_ALL:
                return False
    return True


def _parts(piece: str) -> int:
    """How many names a dotted key has; an ellipsis is none."""
    return sum(1 for part in piece.split(".") if part.strip())
