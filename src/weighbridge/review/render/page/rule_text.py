"""A rule's page as HTML: paragraphs, lists, code and nothing else, so that no page can bring markup of its own."""

import re
from collections.abc import Iterator
from typing import Final

from weighbridge.review.render.markup import Markup, element, join, verbatim

_FENCE: Final = re.compile(r"^\s*(`{3,}|~{3,})")
_INLINE: Final = re.compile(r"(`+)(.+?)\1|\*\*(.+?)\*\*|\*(\S.*?)\*|\[([^\]]+)\]\([^)]*\)")
_BULLET: Final = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+")


def rule_text(markdown: str) -> Markup:
    """The text's blocks one after another."""
    return join(*_blocks(markdown.splitlines()))


def _blocks(lines: list[str]) -> Iterator[Markup]:
    gathered: list[str] = []
    fence, code = "", list[str]()
    for line in [*lines, ""]:
        mark = _FENCE.match(line)
        if fence:
            if mark and line.strip() == fence:
                yield element("pre", element("code", verbatim("\n".join(code))), tabindex="0")
                fence, code = "", []
            else:
                code.append(line)
        elif mark:
            yield from _prose(gathered)
            gathered, fence = [], mark.group(1)
        elif line.strip():
            gathered.append(line)
        else:
            yield from _prose(gathered)
            gathered = []
    if code:
        yield element("pre", element("code", verbatim("\n".join(code))), tabindex="0")


def _prose(lines: list[str]) -> Iterator[Markup]:
    if not lines:
        return
    if _BULLET.match(lines[0]):
        items: list[str] = []
        for line in lines:
            if _BULLET.match(line):
                items.append(_BULLET.sub("", line))
            else:
                items[-1] += f" {line.strip()}"
        yield element("ul", [element("li", _inline(item)) for item in items])
    else:
        yield element("p", _inline(" ".join(line.strip().lstrip("#> ") for line in lines)))


def _inline(text: str) -> Markup:
    parts: list[Markup | str] = []
    end = 0
    for found in _INLINE.finditer(text):
        parts.append(text[end : found.start()])
        _, code, strong, stressed, link = found.groups()
        if code:
            parts.append(element("code", code.strip()))
        else:
            parts.append(element("strong", strong) if strong else element("em", stressed) if stressed else link)
        end = found.end()
    return join(*parts, text[end:])
