"""JSON as YAML reads it: the one thing that differs is how a character beyond the first 65,536 is escaped."""

import re
from typing import Final

_ESCAPE: Final = re.compile(rb"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|\\.", re.DOTALL)


def is_json(data: bytes) -> bool:
    """Whether it begins as JSON does."""
    return data.lstrip()[:1] in (b"{", b"[")


def as_yaml(data: bytes) -> bytes:
    """The same document with characters that JSON escapes as two halves written out."""
    return _ESCAPE.sub(_character, data)


def _character(found: re.Match[bytes]) -> bytes:
    if found[1] is None:
        return found[0]
    high, low = int(found[1], 16), int(found[2], 16)
    return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)).encode()
