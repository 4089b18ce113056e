"""Whether a condition picks one row, or a part of a table small enough to be done at once."""

import re
from typing import Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.sql.acts import Value

_LONGEST: Final = 60
_KEY: Final = r"(?:\"?\w+\"?\.)?[\"`]?(?:\w*_)?(?:id|uuid|key|slug|code|name|email|handle|token|version)[\"`]?"
_ONE_ROW: Final = LatePattern(rf"\b{_KEY}\s*=\s*(?:'[^']*'|\d+|\$\d+|:\w+|\?|%s)", re.IGNORECASE)
_FEW: Final = LatePattern(rf"\b{_KEY}\s+in\s*\(\s*(?:'[^']*'|\d+)(?:\s*,\s*(?:'[^']*'|\d+))*\s*\)", re.IGNORECASE)
_PART: Final = LatePattern(
    r"\blimit\b|\bfetch\s+first\b|\bctid\b|\bid\s+between\b|\bid\s*(?:>|>=)\s*\S+\s+and\s+\S*id\s*(?:<|<=)",
    re.IGNORECASE,
)


def is_narrow(where: Value) -> bool:
    """Whether a condition picks one row by what is likely a key, a few that are listed, or a part by a range or a limit."""
    text = where.text
    return any(pattern.search(text) for pattern in (_ONE_ROW, _FEW, _PART))


def shown(text: str) -> str:
    """A condition, cut short."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
