"""The blocks of a page of HTML, such as a wiki exports: its text, with code and links marked as Markdown marks them."""

import html
from typing import Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.prose.blocks import MOST_COLUMNS, Block, Gathering

_PIECE: Final = LatePattern(r"<!--|-->|<(/?)([A-Za-z][A-Za-z0-9]*)([^<>]*)>")
_TARGET: Final = LatePattern(r"(?i)\bhref\s*=\s*[\"']([^\"'<>]{1,500})[\"']")
_BREAKING: Final = (
    "p div li ul ol tr td th table section article header footer main dl dt dd blockquote br hr title body"
)
_PARTS: Final = frozenset(_BREAKING.split())
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_UNREAD: Final = frozenset({"script", "style", "template", "svg", "nav"})
_CODE: Final = frozenset({"code", "tt", "kbd", "samp"})


def read_html(text: str) -> list[Block]:
    """The blocks; scripts, styles and comments are left out."""
    return _Reader().read(text)


class _Reader:
    """Goes from tag to tag."""

    def __init__(self) -> None:
        self._found = Gathering()
        self._line = 1
        self._words: list[str] = []
        self._begun = 1
        self._targets: list[str] = []
        self._skipped = ""
        self._in_pre = False

    def read(self, text: str) -> list[Block]:
        end = 0
        for piece in _PIECE.finditer(text):
            self._text(text[end : piece.start()])
            end = piece.end()
            self._line += piece[0].count("\n")
            self._tag(piece[0], is_end=piece[1] == "/", name=(piece[2] or "").lower(), rest=piece[3] or "")
        self._text(text[end:])
        self._end(0)
        return self._found.blocks

    def _text(self, text: str) -> None:
        if not self._skipped and text:
            if not self._words:
                lead = len(text) - len(text.lstrip())
                self._begun = self._line + text.count("\n", 0, lead)
            self._words.append(
                html.unescape(text) if self._in_pre else " ".join(html.unescape(f"·{text}·").split())[1:-1]
            )
        self._line += text.count("\n")

    def _tag(self, text: str, *, is_end: bool, name: str, rest: str) -> None:
        if self._skipped:
            over = text == "-->" if self._skipped == "<!--" else is_end and name == self._skipped
            self._skipped = "" if over else self._skipped
        elif text == "<!--" or (name in _UNREAD and not is_end):
            self._skipped = text if text == "<!--" else name
        elif name == "pre":
            self._end(0)
            self._in_pre = not is_end
        elif name in _CODE and not self._in_pre:
            self._words.append("`")
        elif name == "a" and not self._in_pre:
            self._link(is_end=is_end, rest=rest)
        elif name in _PARTS or name in _HEADINGS:
            self._end(int(name[1]) if is_end and name in _HEADINGS else 0)

    def _link(self, *, is_end: bool, rest: str) -> None:
        target = _TARGET.search(rest)
        if not is_end:
            self._targets.append(target[1] if target else "")
            self._words.append("[")
        elif self._targets:
            to = html.unescape(self._targets.pop())
            self._words.append(f"]({to})" if to else "]")

    def _end(self, level: int) -> None:
        text = "".join(self._words)
        self._words = []
        if not text.strip():
            return
        if level:
            self._found.heading(self._begun, text.strip(), level=level)
            return
        for number, line in enumerate(text.split("\n")):
            self._found.add(self._begun + number, line[:MOST_COLUMNS], is_code=self._in_pre)
        self._found.close()
