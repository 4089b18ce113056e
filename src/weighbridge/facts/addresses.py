"""Addresses as code writes them in one form: a path of segments, in which what is not known is `{}`."""

import re
from typing import Final

UNKNOWN: Final = "{}"
"""A part that is not known. In front of a path: whatever stands before it, a host perhaps, and a path."""

NAMED: Final = "@"
"""In front of the name of a route, which stands in the place of a path."""

OTHER: Final = "{}"
"""The host of an address that is absolute, and whose host is not known."""

_LONGEST: Final = 500
_MOST_SEGMENTS: Final = 30
_LONGEST_SEGMENT: Final = 80
_SCHEMES: Final = frozenset({"http", "https", "ws", "wss", UNKNOWN})
_BRACED: Final = re.compile(r"\{[^{}]*\}")
_FORMATTED: Final = re.compile(r"%[-+ #0-9.]*[a-zA-Z]")
_ENDS: Final = re.compile(r"[?#]")


def may_be_address(text: str) -> bool:
    """Whether a text begins as an address does, or stands for that of a route by its name."""
    return text[:1] in ("/", NAMED) or "://" in text or text.startswith("{}/")


def named_route(name: str) -> str:
    """In the place of an address: that of the route of this name."""
    return NAMED + name


def formatted(text: str) -> str:
    """A text for `printf` and its like with `{}` in the place of what is put in."""
    return _FORMATTED.sub(UNKNOWN, text)


def address_of(text: str) -> tuple[str, str] | None:
    """(host, path) of an address without query and fragment; None when the text is no address.

    The host is empty where none is named, or where what stands before the path is not known; then the path begins with
    `{}`. What a template leaves open (`/owners/{id}`) is not known either. The name of a route stands for its path: `@blog.index`.
    """
    if len(text) > _LONGEST or not may_be_address(text):
        return None
    if text.startswith(NAMED):
        return ("", text) if all(part.isidentifier() for part in text.removeprefix(NAMED).split(".")) else None
    address = _BRACED.sub(UNKNOWN, _ENDS.split(text, maxsplit=1)[0].strip())
    host = ""
    scheme, is_absolute, rest = address.partition("://")
    if is_absolute:
        if scheme.lower() not in _SCHEMES:
            return None
        host, slash, rest = rest.partition("/")
        host, address = _host(host), slash + rest or "/"
    if address.startswith("//") or address == UNKNOWN or any(map(str.isspace, address)):
        return None
    before, _, after = address.partition("/")
    segments = segments_of(after)
    if (
        before not in ("", UNKNOWN)
        or len(segments) > _MOST_SEGMENTS
        or max(map(len, segments), default=0) > _LONGEST_SEGMENT
    ):
        return None
    return host, "/".join((before, *segments)) or "/"


def segments_of(path: str) -> list[str]:
    """What stands between the slashes of a path."""
    return [segment for segment in path.split("/") if segment]


def _host(written: str) -> str:
    name = written.rpartition("@")[2].rpartition(":")[0] if ":" in written else written
    return OTHER if UNKNOWN in name or not name else name.lower()
