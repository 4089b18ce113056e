"""Git's C quoting of paths, both ways."""

import re

_ESCAPES = {b"a": 7, b"b": 8, b"t": 9, b"n": 10, b"v": 11, b"f": 12, b"r": 13, b'"': 34, b"\\": 92}
_ESCAPE = re.compile(rb'\\([0-7]{3}|[abtnvfr"\\])')
_QUOTED = [
    bytes([byte]) if 32 <= byte < 127 and byte not in b'"\\' else b"\\%03o" % byte  # octal is always understood
    for byte in range(256)
]


def quote(raw: bytes) -> bytes:
    """A path as git reads it back, always in quotes."""
    return b'"' + b"".join(_QUOTED[byte] for byte in raw) + b'"'


def unquote(text: bytes) -> bytes:
    """The path git wrote, which it puts in quotes only when it must."""
    if len(text) < 2 or text[:1] != b'"' or text[-1:] != b'"':
        return text
    return _ESCAPE.sub(lambda found: bytes([_byte(found.group(1))]), text[1:-1])


def _byte(escape: bytes) -> int:
    return _ESCAPES[escape] if escape in _ESCAPES else int(escape, 8) & 0xFF
