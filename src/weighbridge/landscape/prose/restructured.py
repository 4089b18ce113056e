"""The blocks of a reStructuredText document: text, literal blocks, directives that hold code, and what tells of versions."""

from typing import Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.prose.blocks import Block, Gathering, numbered

_DIRECTIVE: Final = LatePattern(r"(\s*)\.\.\s+([\w:-]+?)::(?:\s+(.*))?")
_COMMENT: Final = LatePattern(r"(\s*)\.\.(?:\s+[^_|\[].*)?")
_UNDERLINE: Final = LatePattern(r"([=\-~^\"'#*+`.:_])\1{2,}\s*")
_ITEM: Final = LatePattern(r"\s*(?:[-*+]|\(?(?:\d{1,3}|#)[.)])\s+\S")
_OPTION: Final = LatePattern(r"\s+:[\w-]+:.*")
_CODE: Final = frozenset(
    {"code-block", "code", "sourcecode", "parsed-literal", "console", "prompt", "highlight", "testcode"}
)
_UNREAD: Final = frozenset({"toctree", "raw", "graphviz", "math", "testsetup", "csv-table"})
_PAST: Final = frozenset(
    {"versionchanged", "versionadded", "versionremoved", "deprecated", "deprecated-removed", "changelog"}
)


def read_restructured(text: str) -> list[Block]:
    """The blocks; comments are left out, and so are tables of contents."""
    return _Reader().read(text)


class _Reader:
    """Goes through the lines once; what is indented below a directive is of its kind."""

    def __init__(self) -> None:
        self._found = Gathering()
        self._below = -1
        """The indent below which the present directive or literal block ends; -1 where there is none."""
        self._kind = "text"
        self._language = ""
        self._starts_literal = False

    def read(self, text: str) -> list[Block]:
        for number, line in numbered(text):
            self._take(number, line)
        return self._found.blocks

    def _take(self, number: int, line: str) -> None:
        if not line.strip():
            if self._kind != "code":
                self._found.close()
            return
        indent = len(line) - len(line.lstrip())
        if self._starts_literal:
            self._starts_literal = False
            if indent > self._below:
                self._kind, self._language = "code", ""
        if self._below >= 0 and indent <= self._below:
            self._below, self._kind = -1, "text"
            self._found.close()
        if self._kind in ("code", "none"):
            if self._kind == "code" and not _OPTION.fullmatch(line):
                self._found.add(number, line, is_code=True, language=self._language)
        elif not self._opens(number, line):
            self._text(number, line, indent=indent)

    def _opens(self, number: int, line: str) -> bool:
        """Whether a line begins a directive or a comment."""
        if (found := _DIRECTIVE.fullmatch(line)) is not None:
            self._found.close()
            name, given = found[2].rpartition(":")[2], found[3] or ""
            self._below = len(found[1])
            self._kind = "code" if name in _CODE else "none" if name in _UNREAD else "past" if name in _PAST else "text"
            self._language = given.strip().lower() if self._kind == "code" else ""
            if given and self._kind in ("text", "past") and not name.startswith("auto"):
                self._found.add(number, given, is_past=self._kind == "past")
            return True
        if (comment := _COMMENT.fullmatch(line)) is not None:
            self._found.close()
            self._below, self._kind = len(comment[1]), "none"
            return True
        return False

    def _text(self, number: int, line: str, *, indent: int) -> None:
        if _UNDERLINE.fullmatch(line):
            if (above := self._found.pop_line()) is not None:
                self._found.heading(above[0], above[1].strip(), level=1)
            return
        if _ITEM.match(line) is not None or line.lstrip().startswith("|"):
            self._found.close()
        self._found.add(number, line, is_past=self._kind == "past")
        if line.rstrip().endswith("::"):
            self._found.close()
            self._starts_literal, self._below = True, indent
