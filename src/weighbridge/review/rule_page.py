"""What a rule's page says to a reader: of a finding why, and what to do instead; of the rule, a case of each kind too."""

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

_HEADING: Final = re.compile(r"^(#{1,6})\s+(.*?)\s*#*\s*$")
_SECTION: Final = 2
"""The level of a section's heading; a case's is below it."""
_CASES: Final = frozenset({"caught", "let through"})


class RuleHelp(Struct, frozen=True, kw_only=True):
    """The two parts of a page that explain a finding, as Markdown."""

    why: str
    instead: str

    @property
    def markdown(self) -> str:
        """Both parts as one text."""
        return f"{self.why}\n\n## Do instead\n\n{self.instead}" if self.instead else self.why


class ShortPage(Struct, frozen=True, kw_only=True):
    """A page as Markdown with the first case of each section of cases, and how many cases were left out."""

    markdown: str
    left_out: int


def rule_help(page: str) -> RuleHelp:
    """The explaining parts of a page; headings inside fenced blocks do not count."""
    sections: dict[str, list[str]] = {"": []}
    current = ""
    for line, heading in _lines(page):
        if heading:
            current = current if len(heading.group(1)) == 1 else heading.group(2).lower()
            if current in _CASES:
                break
            sections.setdefault(current, [])
        else:
            sections[current].append(line)
    return RuleHelp(why=_text(sections[""]), instead=_text(sections.get("do instead", [])))


def short_page(page: str) -> ShortPage:
    """A page without the cases after the first of those that are caught, and of those that are let through."""
    kept: list[str] = []
    section, cases, left_out = "", 0, 0
    for line, heading in _lines(page):
        if heading and len(heading.group(1)) <= _SECTION:
            section, cases = heading.group(2).lower(), 0
        elif heading and section in _CASES:
            cases += 1
            left_out += cases > 1
        if cases <= 1:
            kept.append(line)
    return ShortPage(markdown="\n".join(kept).rstrip() + "\n", left_out=left_out)


def _lines(page: str) -> Iterator[tuple[str, re.Match[str] | None]]:
    """Each line with the heading that it is; none is one inside a fenced block."""
    fence = ""
    for line in page.splitlines():
        opening = re.match(r"\s*(`{3,}|~{3,})", line)
        if opening and (not fence or line.strip().startswith(fence)):
            fence = "" if fence else opening.group(1)
        yield line, None if fence else _HEADING.match(line)


def _text(lines: list[str]) -> str:
    return "\n".join(lines).strip()
