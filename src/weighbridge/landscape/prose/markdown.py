"""The blocks of a Markdown document: as much of the format as tells text from code and one statement from the next."""

from typing import Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.prose.blocks import Block, Gathering, numbered

_FENCE: Final = LatePattern(r"[\s>]*(?:[-*+]\s+|\d{1,3}[.)]\s+)?(`{3,}|~{3,})\s*\{?\.?([\w+-]*)[^`]*")
_HEADING: Final = LatePattern(r"\s{0,3}(#{1,6})\s+(.*)")
_UNDERLINE: Final = LatePattern(r"\s{0,3}(=+|-+)\s*")
_ITEM: Final = LatePattern(r"[\s>]*(?:[-*+]|\d{1,3}[.)])\s+\S")
_CODE_INDENT: Final = 4


def read_markdown(text: str) -> list[Block]:
    """The blocks; front matter and comments are left out."""
    return _Reader().read(text)


class _Reader:
    """Goes through the lines once."""

    def __init__(self) -> None:
        self._found = Gathering()
        self._fence = ""
        self._language = ""
        self._in_comment = False
        self._in_list = False
        self._after_blank = True

    def read(self, text: str) -> list[Block]:
        in_matter = False
        for number, line in numbered(text):
            if number == 1 and line.strip() in ("---", "+++"):
                in_matter = True
            elif in_matter:
                in_matter = line.strip() not in ("---", "+++", "...")
            else:
                self._take(number, line)
        return self._found.blocks

    def _take(self, number: int, line: str) -> None:
        if self._fence:
            if _ends(line, self._fence):
                self._fence = ""
                self._found.close()
            else:
                self._found.add(number, line, is_code=True, language=self._language)
        elif (opened := _FENCE.fullmatch(line)) is not None:
            self._found.close()
            self._fence, self._language = opened[1], opened[2].lower()
        else:
            self._text(number, self._without_comment(line))

    def _text(self, number: int, line: str) -> None:
        bare = line.strip(" >")
        if not bare:
            self._found.close()
            self._after_blank = True
            return
        if (heading := _HEADING.fullmatch(line)) is not None:
            self._found.heading(number, heading[2].rstrip("# "), level=len(heading[1]))
            self._in_list = False
        elif not self._after_blank and _UNDERLINE.fullmatch(line) and (above := self._found.pop_line()):
            self._found.heading(above[0], above[1].strip(), level=1 if "=" in line else 2)
        elif self._after_blank and not self._in_list and line.startswith(" " * _CODE_INDENT):
            self._found.add(number, line, is_code=True)
            return
        else:
            if _ITEM.match(line) is not None:
                self._in_list = True
                self._found.close()
            elif bare.startswith("|"):
                self._found.close()
            elif self._after_blank and not line.startswith(" "):
                self._in_list = False
            self._found.add(number, line)
        self._after_blank = False

    def _without_comment(self, line: str) -> str:
        """What of a line stands in no comment; a comment may go on for many lines."""
        kept = ""
        while line:
            mark = "-->" if self._in_comment else "<!--"
            before, found, line = line.partition(mark)
            kept += "" if self._in_comment else before
            self._in_comment ^= bool(found)
        return kept


def _ends(line: str, fence: str) -> bool:
    bare = line.strip(" >")
    return len(bare) >= len(fence) and not bare.strip(fence[0])
