"""What a rule's page says to a reader of a finding: why, and what to do instead; not its cases."""

import re
from typing import Final

from msgspec import Struct

_HEADING: Final = re.compile(r"^(#{1,6})\s+(.*?)\s*#*\s*$")
_CASES: Final = frozenset({"caught", "let through"})


class RuleHelp(Struct, frozen=True, kw_only=True):
    """The two parts of a page that explain a finding, as Markdown."""

    why: str
    instead: str

    @property
    def markdown(self) -> str:
        """Both parts as one text."""
        return f"{self.why}\n\n## Do instead\n\n{self.instead}" if self.instead else self.why


def rule_help(page: str) -> RuleHelp:
    """The explaining parts of a page; headings inside fenced blocks do not count."""
    sections: dict[str, list[str]] = {"": []}
    current, fence = "", ""
    for line in page.splitlines():
        opening = re.match(r"\s*(`{3,}|~{3,})", line)
        if opening and (not fence or line.strip().startswith(fence)):
            fence = "" if fence else opening.group(1)
        heading = None if fence else _HEADING.match(line)
        if heading:
            current = current if len(heading.group(1)) == 1 else heading.group(2).lower()
            if current in _CASES:
                break
            sections.setdefault(current, [])
        else:
            sections[current].append(line)
    return RuleHelp(why=_text(sections[""]), instead=_text(sections.get("do instead", [])))


def _text(lines: list[str]) -> str:
    return "\n".join(lines).strip()
