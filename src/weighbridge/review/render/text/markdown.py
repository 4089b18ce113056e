"""Reads Markdown, as rule pages are written, into blocks for a terminal; what it does not know stays as it is written."""

import re
from collections.abc import Iterator
from typing import Final

from weighbridge.review.render.text.blocks import Block, Code, Heading, Item, Paragraph, Table

_FENCE: Final = re.compile(r"^\s*(`{3,}|~{3,})\s*(.*)$")
_HEADING: Final = re.compile(r"^(#{1,6})\s+(.+?)\s*#*\s*$")
_BULLET: Final = re.compile(r"^\s*([-*+]|\d{1,4}[.)])\s+(.*)$")
_INLINE: Final = re.compile(r"`([^`]+)`|\*\*([^*]+)\*\*|\*([^\s*][^*]*)\*|\[([^\]]+)\]\(([^)\s]*)\)")
_RULE: Final = re.compile(r"^\s*\|?[\s:|-]+\|[\s:|-]*$")


def markdown_blocks(text: str) -> Iterator[Block]:
    """The blocks of `text`, in order."""
    gathered: list[str] = []
    fence, title, code = "", "", list[str]()
    for line in text.splitlines():
        mark = _FENCE.match(line)
        if fence:
            if mark and mark[1].startswith(fence) and not mark[2]:
                yield Code(text="\n".join(code), title=title)
                fence, code = "", []
            else:
                code.append(line)
            continue
        heading = _HEADING.match(line)
        if mark or heading or not line.strip():
            yield from _prose(gathered)
            gathered = []
        elif gathered and (_BULLET.match(line) or line.lstrip().startswith("|")):
            if _BULLET.match(line) or not gathered[-1].lstrip().startswith("|"):
                yield from _prose(gathered)
                gathered = []
            gathered.append(line)
        else:
            gathered.append(line)
        if mark:
            fence, title = mark[1], mark[2].strip()
        elif heading:
            yield Heading(text=_inline(heading[2])[0], level=len(heading[1]))
    yield from _prose(gathered)
    if code:
        yield Code(text="\n".join(code), title=title)


def _prose(lines: list[str]) -> Iterator[Block]:
    if not lines:
        return
    if len(lines) > 1 and _RULE.match(lines[1]) and "|" in lines[0]:
        head, *rows = (_cells(line) for line in [lines[0], *lines[2:]])
        yield Table(head=head, rows=tuple((*row, *[""] * len(head))[: len(head)] for row in rows))
        return
    bullet = _BULLET.match(lines[0])
    words, styles = _inline(" ".join([bullet[2] if bullet else lines[0].lstrip("> "), *(x.strip() for x in lines[1:])]))
    if bullet:
        yield Item(text=words, mark=bullet[1] if bullet[1][0].isdigit() else "-", styles=styles)
    else:
        yield Paragraph(text=words, styles=styles)


def _cells(line: str) -> tuple[str, ...]:
    return tuple(_inline(cell.strip())[0] for cell in line.strip().strip("|").split("|"))


def _inline(text: str) -> tuple[str, dict[int, str]]:
    """The words without their markup, and the style of each that had one, by its number."""
    words: list[str] = []
    styles: dict[int, str] = {}
    end, glued = 0, False
    for found in [*_INLINE.finditer(text), None]:
        plain = text[end : found.start()] if found else text[end:]
        glued = _add(words, plain, glued=glued)
        if found is None:
            break
        code, strong, stressed, link, target = found.groups()
        shown = code or strong or stressed or (link if "://" not in target else f"{link} ({target})")
        first = len(words) - 1 if glued else len(words)
        glued = _add(words, shown, glued=glued)
        style = "code" if code else "bold" if strong or stressed else ""
        styles.update({n: style for n in range(max(first, 0), len(words)) if style})
        end = found.end()
    return " ".join(words), styles


def _add(words: list[str], text: str, *, glued: bool) -> bool:
    """Adds the words of `text`, the first to the last one there is when `glued`; whether the next is glued to its last."""
    parts = text.split()
    if parts and glued and words and not text[0].isspace():
        words[-1] += parts.pop(0)
    words += parts
    return bool(words) and bool(text) and not text[-1].isspace() if text else glued
