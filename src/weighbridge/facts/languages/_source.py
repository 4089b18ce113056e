"""What a file's bytes say before any of its meaning: where they cannot be read, and which comment stands above a line."""

import re
from typing import Final

from tree_sitter import Node

from weighbridge.facts.languages._line_ranges import merged

_DEEPEST_LOOK_BACK: Final = 20_000
_DOCUMENTATION: Final = 2_000
_STARS: Final = re.compile(r"^[ \t]*\*?[ \t]?", re.MULTILINE)


def unread_lines(root: Node, data: bytes) -> tuple[tuple[int, int], ...]:
    """Line ranges that the grammar could not read or that are not UTF-8, sorted and merged."""
    found = _lines_of_bad_bytes(data)
    waiting = [root] if root.has_error else []
    while waiting:
        node = waiting.pop()
        if node.is_error or node.is_missing:
            found.append((node.start_point[0] + 1, node.end_point[0] + 1))
        else:
            waiting.extend(child for child in node.children if child.has_error)
    return merged(found)


def _lines_of_bad_bytes(data: bytes) -> list[tuple[int, int]]:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        lines = data.split(b"\n")
        return [(number, number) for number, line in enumerate(lines, 1) if not _is_utf8(line)]
    return []


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def comment_above(data: bytes, start: int) -> str:
    """The comment that ends on the line above the one of byte `start`, without its marks, cut at 2,000 characters."""
    end = data.rfind(b"\n", 0, start)
    if end < 0:
        return ""
    above = data[max(0, end - _DEEPEST_LOOK_BACK) : end].rstrip(b" \t\r")
    if above.endswith(b"*/"):
        opening = above.rfind(b"/*")
        return _without_stars(above[opening + 2 : -2]) if opening >= 0 else ""
    lines: list[bytes] = []
    while (line := above[above.rfind(b"\n") + 1 :].strip()).startswith(b"//"):
        lines.append(line[2:])
        cut = above.rfind(b"\n")
        if cut < 0:
            break
        above = above[:cut]
    words = [line.decode("utf-8", "replace").strip() for line in reversed(lines) if not line.startswith(b"go:")]
    return "\n".join(words).strip()[:_DOCUMENTATION]


def _without_stars(comment: bytes) -> str:
    return _STARS.sub("", comment.decode("utf-8", "replace").replace("\r", "")).strip("* \n")[:_DOCUMENTATION]
