"""Takes passwords out of words that are shown: what a change says is quoted where people and programs beyond its readers look."""

import re
from typing import Final

from weighbridge.domain.late_pattern import LatePattern

_LIKELY: Final = ("://", "pass", "pwd", "secret", "token", "key", "identified", "-u ", "--user")
_WORDS: Final = r"(?:identified\s+by(?:\s+password)?|\w{0,60}(?:password|passwd|pwd|passphrase|requirepass|secret|token|api[_-]?key|access[_-]?key))"
_NO_REFERENCE: Final = r"(?![$%<{*]|true\b|false\b|null\b|none\b)"
_IN_ADDRESS: Final = LatePattern(rf"(://[^\s/:@'\"`]{{0,200}}:){_NO_REFERENCE}[^\s/@'\"`]{{1,500}}(?=@)")
_OF_USER: Final = LatePattern(
    rf"((?:^|\s)(?:-u|--user)[ =]['\"]?(?!\d+:\d+\b)[^\s:'\"$]{{1,200}}:){_NO_REFERENCE}[^\s'\"`]{{1,500}}"
)
_IN_QUOTES: Final = LatePattern(
    rf"(\b{_WORDS}['\"]?\s{{0,9}}[=:]?\s{{0,9}}){_NO_REFERENCE}(['\"])(?![$%<{{])[^'\"]{{1,500}}\2", re.IGNORECASE
)
_GIVEN: Final = LatePattern(
    rf"(\b{_WORDS}=){_NO_REFERENCE}[^\s'\"`&;,)]{{6,500}}|(--{_WORDS}\s){_NO_REFERENCE}[^\s'\"`-][^\s'\"`]{{5,500}}",
    re.IGNORECASE,
)
HIDDEN: Final = "***"


def without_credentials(words: str) -> str:
    """Words with `***` where a password, token or key stands; what only refers to one stays."""
    lowered = words.lower()
    if not any(each in lowered for each in _LIKELY):
        return words
    words = _IN_ADDRESS.sub(rf"\1{HIDDEN}", words)
    words = _OF_USER.sub(rf"\1{HIDDEN}", words)
    words = _IN_QUOTES.sub(rf"\1\2{HIDDEN}\2", words)
    return _GIVEN.sub(lambda match: f"{match[1] or match[2]}{HIDDEN}", words)
