"""A Markdown text as a reader sees it: its shown lines, and the headings with what stands under each.

What is between comment marks, in front matter or in a link's definition is shown to nobody, and headings in code are
none. Each character is gone over a fixed number of times.
"""

import re
from collections.abc import Sequence
from functools import cached_property
from typing import Final

from msgspec import Struct

from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.policy.documents.words import shown, words_of

MOST_CHARACTERS: Final = 500_000
"""A thick book: the longest of 1,500 public proposals that were measured has a third of it."""
MOST_HEADINGS: Final = 5_000
_LONGEST_TITLE: Final = 300
_MOST_FRONT: Final = 200
_FENCE: Final = re.compile(r"[ \t>]*(`{3,}|~{3,})(.*)")
_UNDERLINE: Final = re.compile(r" {0,3}(=+|-+)[ \t]*")
_HIDDEN_LINE: Final = re.compile(r" {0,3}\[[^\]\n]{1,300}\]:\s")
_TAG: Final = re.compile(r"</?[A-Za-z][^<>]*>")
_NUMBERING: Final = re.compile(r"\W*(?:(?:\d{1,3}|[ivx]{1,4})[.):]\s*)*", re.IGNORECASE)
_LIST_OR_ROW: Final = re.compile(r"\s*(?:[-*+>|]|\d{1,9}[.)])(?:\s|$)")


class Line(Struct, frozen=True, kw_only=True):
    """One line as it is shown: its number in the text, and whether it is code."""

    number: int
    text: str
    is_code: bool = False


class Section(Struct, frozen=True, kw_only=True):
    """A heading: its depth, title and line, and the places in `Outline.lines` of what stands under it, parts included."""

    level: int
    title: str
    line: int
    start: int
    end: int

    @property
    def key(self) -> str:
        """The title without numbering, marks and case."""
        return title_key(self.title)


class Outline(Struct, frozen=True, kw_only=True, dict=True):
    """The shown lines of a text, headings left out, and its headings in order."""

    lines: tuple[Line, ...]
    sections: tuple[Section, ...]

    def under(self, section: Section) -> Sequence[Line]:
        """The lines under a heading."""
        return self.lines[section.start : section.end]

    @cached_property
    def words(self) -> list[str]:
        """All words under the headings."""
        return words_of("\n".join(line.text for line in self.lines))


def title_key(title: str) -> str:
    """A title to compare others with: `## 2) **Risks:**` is `risks`."""
    plain = shown(title)
    numbered = _NUMBERING.match(plain)
    return " ".join(words_of(plain[numbered.end() if numbered else 0 :]) or words_of(plain))


def read_outline(text: str) -> Outline | CouldNotLook:
    """The text's lines and headings, or that it is longer than what is read."""
    if len(text) > MOST_CHARACTERS:
        return _too_long(f"it has {len(text):,} characters, and {MOST_CHARACTERS:,} are read")
    reading = _Reading()
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for number, line in enumerate(lines[_front_matter(lines) :], 1 + _front_matter(lines)):
        reading.take(number, line)
    if len(reading.titles) > MOST_HEADINGS:
        return _too_long(f"it has {len(reading.titles):,} headings, and {MOST_HEADINGS:,} are read")
    return reading.outline()


def _too_long(detail: str) -> CouldNotLook:
    return CouldNotLook(
        reason=Reason.LIMIT, detail=f"the document is too long: {detail}", remedy="shorten or divide it"
    )


def _front_matter(lines: Sequence[str]) -> int:
    """How many lines at the beginning hold settings and not text."""
    if lines[0].rstrip() != "---":
        return 0
    ends = (at for at, line in enumerate(lines[1 : _MOST_FRONT + 1], 2) if line.rstrip() in ("---", "..."))
    return next(ends, 0)


class _Reading:
    """Goes over the lines once: knows whether it is in a fence, in a comment, or in a paragraph."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.titles: list[tuple[int, str, int, int]] = []
        self._fence = ""
        self._is_comment = False
        self._paragraph = 0  # how many of the last lines are one paragraph

    def take(self, number: int, raw: str) -> None:
        if self._fence:
            self._in_fence(number, raw)
            return
        was_comment = self._is_comment
        text = self._without_comments(raw)
        fence = None if was_comment else _FENCE.fullmatch(text)
        if fence and not (fence[1][0] == "`" and "`" in fence[2]):
            self._fence = fence[1]
            self._paragraph = 0
        elif (heading := _heading(text)) is not None:
            self._add_title(*heading, line=number)
        elif self._paragraph and (under := _UNDERLINE.fullmatch(text)):
            self._underlined(1 if under[1][0] == "=" else 2)
        elif text.strip() and not _HIDDEN_LINE.match(text):
            starts_other = _LIST_OR_ROW.match(text) is not None
            self.lines.append(Line(number=number, text=shown(_TAG.sub(" ", text))))
            self._paragraph = 0 if starts_other else self._paragraph + 1
        else:
            self._blank(number, is_break=not text.strip() and not was_comment)

    def _blank(self, number: int, *, is_break: bool) -> None:
        if is_break and self.lines and self.lines[-1].text:
            self.lines.append(Line(number=number, text=""))
        self._paragraph = 0

    def _in_fence(self, number: int, raw: str) -> None:
        bare = raw.strip(" \t>")
        if bare.startswith(self._fence) and not bare.strip(self._fence[0]):
            self._fence = ""
        else:
            self.lines.append(Line(number=number, text=shown(raw), is_code=True))

    def _underlined(self, level: int) -> None:
        above = self.lines[-self._paragraph :]
        del self.lines[-self._paragraph :]
        title = " ".join(line.text.strip() for line in above)
        self._add_title(level, title, line=above[0].number)

    def _add_title(self, level: int, title: str, *, line: int) -> None:
        self.titles.append((level, shown(title[:_LONGEST_TITLE]), line, len(self.lines)))
        self._paragraph = 0

    def _without_comments(self, raw: str) -> str:
        """The line without what stands between comment marks; marks within a code span are text."""
        if not self._is_comment and "<!--" not in raw:
            return raw
        pieces, at = [], 0
        while at < len(raw):
            if self._is_comment:
                end = raw.find("-->", at)
                self._is_comment, at = end < 0, len(raw) if end < 0 else end + 3
                continue
            start = raw.find("<!--", at)
            while start >= 0 and raw.count("`", at, start) % 2:
                close = raw.find("`", start)
                pieces.append(raw[at : close + 1] if close >= 0 else raw[at:])
                at = close + 1 if close >= 0 else len(raw)
                start = raw.find("<!--", at)
            pieces.append(raw[at:] if start < 0 else raw[at:start])
            self._is_comment, at = start >= 0, len(raw) if start < 0 else start + 4
        return "".join(pieces)

    def outline(self) -> Outline:
        sections: list[Section] = []
        ends = [len(self.lines)] * 7  # by level: where the next heading of at most that depth begins
        for level, title, line, start in reversed(self.titles):
            end = min(ends[1 : level + 1])
            sections.append(Section(level=level, title=title, line=line, start=start, end=end))
            ends[level] = start
        return Outline(lines=tuple(self.lines), sections=tuple(reversed(sections)))


def _heading(text: str) -> tuple[int, str] | None:
    """The depth and title of a line that begins with number signs."""
    bare = text.strip()
    level = len(bare) - len(bare.lstrip("#"))
    if not 1 <= level <= 6 or len(text) - len(text.lstrip(" ")) > 3 or bare[level : level + 1] not in ("", " ", "\t"):
        return None
    title = bare[level:].strip()
    closed = title.rstrip("#")
    return level, (closed.rstrip() if not closed or closed[-1] in " \t" else title)
