"""Cuts the lines of code that a reader needs to see beside a finding."""

from typing import Final

from weighbridge.domain.findings import Finding
from weighbridge.domain.package import Excerpt

AROUND: Final = 2
LONGEST: Final = 14
WIDEST: Final = 240
_SILENT: Final = ("secrets/",)
"""Families whose findings must not be quoted: the excerpt would hold what should not be kept."""


def cut_excerpt(finding: Finding, source: str) -> Excerpt | None:
    """The lines around the finding's place in `source`, the text of its file; None where there is nothing to quote."""
    place = finding.place
    lines = source.split("\n")
    if not 1 <= place.line <= len(lines) or finding.rule.startswith(_SILENT):
        return None
    first = max(1, place.line - AROUND)
    last = min(len(lines), max(place.end_line, place.line) + AROUND, first + LONGEST - 1)
    return Excerpt(
        place=place, first=first, lines=tuple(line.rstrip("\r")[:WIDEST] for line in lines[first - 1 : last])
    )
