"""The comments of a file as they stand, by their lines."""

from collections.abc import Mapping
from typing import Final

from weighbridge.domain.late_pattern import LatePattern

LONGEST_LINE: Final = 1_000
"""Characters of a line that is read."""

_WHOLE: Final = {
    "python": LatePattern(r"^\s*#\s?(.*)$"),
    "": LatePattern(r"^\s*(?://+|/\*+|\*(?!/))\s?(.*?)(?:\*/)?\s*$"),
}
_BEHIND: Final = {"python": LatePattern(r"^(.*\S)\s+# (.*)$"), "": LatePattern(r"^(.*\S)\s+// (.*)$")}
_FOR_TOOLS: Final = LatePattern(
    r"(?i)^!?\s*(?:noqa|type:|pragma|pylint|mypy|ruff|flake8|fmt:|isort|nosec|nolint|go:|\+build|eslint|prettier|@ts-|ts-|tslint|biome|istanbul|c8|noinspection|nosonar|region|endregion|spdx|copyright)"
)


def comments_of(text: str, *, language: str) -> Mapping[int, str]:
    """The words of the comments by line, without those that tools read; lines that are very long are left out."""
    key = "python" if language == "python" else ""
    whole, behind = _WHOLE[key], _BEHIND[key]
    mark = "#" if key else "/"
    found: dict[int, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > LONGEST_LINE or (mark not in line and "*" not in line):
            continue
        said = whole.match(line)
        words = said.group(1).strip() if said else ""
        if said is None:
            trailing = behind.match(line) if mark in line and _quotes_end(line, mark=mark) else None
            words = trailing.group(2).strip() if trailing else ""
        if words and not _FOR_TOOLS.match(words):
            found[number] = words
    return found


def _quotes_end(line: str, *, mark: str) -> bool:
    """Whether the last mark of a comment stands outside of texts, as far as quotes that are even tell."""
    before = line[: line.rfind("# " if mark == "#" else "// ")]
    return all(before.count(quote) % 2 == 0 for quote in "\"'`")
