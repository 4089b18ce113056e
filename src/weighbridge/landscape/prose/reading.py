"""Reads a document of any format into what it names: Markdown, reStructuredText, AsciiDoc, pages of HTML and plain text."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.prose.asciidoc import read_asciidoc
from weighbridge.landscape.prose.blocks import MOST_BYTES, Block
from weighbridge.landscape.prose.html_pages import read_html
from weighbridge.landscape.prose.markdown import read_markdown
from weighbridge.landscape.prose.mentions import Marking, Mention, MentionKind, Prose
from weighbridge.landscape.prose.names import ENDINGS, Named, commanded, file_named, named, symbol_named
from weighbridge.landscape.prose.restructured import read_restructured
from weighbridge.landscape.prose.tense import is_made_by_reader, is_of_another_time, titles_another_time

MOST_MENTIONS: Final = 4_000
"""Of one document; one that names more is a list that a program wrote."""
_LONGEST_STATEMENT: Final = 320

_SPAN: Final = LatePattern(r"(:(?:[\w-]+:)?([\w-]+):)?(?<!`)(`{1,2})(?!`)([^`]{1,400})\3(?!`)(_{0,2})")
_LINK: Final = LatePattern(
    r"\]\(\s*<?([^()<>\s]{1,400})>?[^()\n]{0,200}\)|^\[[^\[\]\n]{1,200}\]:\s+<?([^\s<>]{1,400})"
    r"|(?:link|xref|include|image):{1,2}([^\s\[\]]{1,400})\[",
    re.MULTILINE,
)
_ADDRESS: Final = LatePattern(r"https?://[^\s<>()\"'`\[\]]{1,400}")
_HOST: Final = LatePattern(r"https?://(?:[^/@\s]*@)?([\w.-]+)")
_SCHEME: Final = LatePattern(r"[A-Za-z][\w+.-]*:|#|/|\{|\$")
_TARGET: Final = LatePattern(r"[^<>]*<([^<>\s]+)>")
_IN_PROSE: Final = LatePattern(
    r"(?<![\w/.:@~$`-])(?:\.{1,2}/)?(?:[\w.-]{1,80}/){1,12}[\w.-]{1,80}\.([A-Za-z0-9]{1,10})(?![\w/-])"
)
_END: Final = LatePattern(r"(?<=[.!?:])[\"')\]*_]*\s+(?=[A-Z0-9`*\[(\"'_<])|\n(?=\s*\|)")
_ITEM: Final = LatePattern(r"\A(?:>\s)*(?:[-*+]|\d{1,3}[.)])\s+")
_BEFORE_TABLE: Final = LatePattern(r"(?i)\btables?:?\s*$")
_AFTER_TABLE: Final = LatePattern(r"(?i)\s*(?:database\s+)?table\b")
_TABLE: Final = LatePattern(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
_SHELLS: Final = frozenset({"", "sh", "bash", "shell", "console", "zsh", "shell-session", "terminal", "text", "plain"})
_ROLES: Final = {
    "file": MentionKind.PATH,
    "func": MentionKind.SYMBOL,
    "meth": MentionKind.SYMBOL,
    "class": MentionKind.SYMBOL,
    "attr": MentionKind.SYMBOL,
    "exc": MentionKind.SYMBOL,
    "envvar": MentionKind.SETTING,
    "option": MentionKind.FLAG,
}

_READERS: Final[dict[str, Callable[[str], list[Block]]]] = {
    "rst": read_restructured,
    "adoc": read_asciidoc,
    "asciidoc": read_asciidoc,
    "html": read_html,
    "htm": read_html,
}


def read_prose(path: str, data: bytes) -> Prose:
    """What the document at `path` names, in the order of its lines."""
    text = data[:MOST_BYTES].decode("utf-8", "replace")
    read = _READERS.get(path.rpartition(".")[2].lower(), read_markdown)
    found: list[Mention] = []
    titles: list[tuple[int, str]] = []
    for block in read(text):
        if block.level:
            titles = [(level, title) for level, title in titles if level < block.level]
            titles.append((block.level, block.text))
        elif not (block.is_past and block.is_code):
            is_past = block.is_past or any(titles_another_time(title) for _, title in titles)
            found += _in_block(block, is_past=is_past)
        if len(found) > MOST_MENTIONS:
            return Prose(mentions=tuple(found[:MOST_MENTIONS]), is_cut=True)
    return Prose(mentions=tuple(found), is_cut=len(data) > MOST_BYTES)


class _Piece(Struct, frozen=True, kw_only=True, gc=False):
    """Something named between two places of a block's text."""

    kind: MentionKind
    name: str
    start: int
    marking: Marking


def _in_block(block: Block, *, is_past: bool) -> Iterator[Mention]:
    if block.is_code:
        for number, line in enumerate(block.text.split("\n") if block.language in _SHELLS else ()):
            for kind, name in commanded(line):
                yield Mention(
                    kind=kind,
                    name=name,
                    line=block.line + number,
                    statement=line.strip()[:_LONGEST_STATEMENT],
                    marking=Marking.BLOCK,
                    is_past=is_past,
                )
        return
    text = block.text
    pieces = sorted(_pieces(text), key=lambda piece: piece.start)
    ends = [found.end() for found in _END.finditer(text)] if pieces else []
    breaks = [found for found, sign in enumerate(text) if sign == "\n"] if pieces else []
    for piece in pieces:
        at = bisect_right(ends, piece.start)
        first, last = ends[at - 1] if at else 0, ends[at] if at < len(ends) else len(text)
        statement = _ITEM.sub("", " ".join(text[first:last].split()))
        yield Mention(
            kind=piece.kind,
            name=piece.name,
            line=block.line + bisect_right(breaks, piece.start),
            statement=statement[:_LONGEST_STATEMENT],
            marking=piece.marking,
            is_past=is_past or is_of_another_time(statement),
            is_made=is_made_by_reader(statement),
        )


def _pieces(text: str) -> Iterator[_Piece]:
    taken = bytearray(len(text))
    for span in _SPAN.finditer(text):
        taken[span.start() : span.end()] = b"\1" * (span.end() - span.start())
        for kind, name, marking in _in_span(text, span):
            yield _Piece(kind=kind, name=name, start=span.start(4), marking=marking)
    for link in _LINK.finditer(text):
        group = link.lastindex or 1
        if not taken[link.start(group)]:
            yield from (
                _Piece(kind=kind, name=name, start=link.start(group), marking=Marking.LINK)
                for kind, name in _linked(link[group])
            )
            taken[link.start() : link.end()] = b"\1" * (link.end() - link.start())
    for address in _ADDRESS.finditer(text):
        if not taken[address.start()]:
            yield from (
                _Piece(kind=kind, name=name, start=address.start(), marking=Marking.PROSE)
                for kind, name in _linked(address[0])
            )
            taken[address.start() : address.end()] = b"\1" * (address.end() - address.start())
    for path in _IN_PROSE.finditer(text):
        if path[1].lower() in ENDINGS and not taken[path.start()] and file_named(path[0]) is not None:
            yield _Piece(kind=MentionKind.PATH, name=path[0], start=path.start(), marking=Marking.PROSE)


def _in_span(text: str, span: re.Match[str]) -> Iterator[tuple[MentionKind, str, Marking]]:
    inner = span[4].strip()
    target = _TARGET.fullmatch(inner)
    if span[3] == "`" and span[5] and target is not None:
        yield from ((kind, name, Marking.LINK) for kind, name in _linked(target[1]))
        return
    if span[2]:
        inner = (target[1] if target is not None else inner).lstrip("~!.")
        kind = _ROLES.get(span[2].lower())
        if kind is MentionKind.SYMBOL and (symbol := symbol_named(inner.removesuffix("()"))):
            yield kind, symbol, Marking.SPAN
        elif kind is not None and kind is not MentionKind.SYMBOL:
            yield from ((its, name, Marking.SPAN) for its, name in named(inner) if its is kind)
        return
    is_table = _TABLE.fullmatch(inner) is not None and (
        _AFTER_TABLE.match(text, span.end()) is not None
        or _BEFORE_TABLE.search(text[max(0, span.start() - 20) : span.start()]) is not None
    )
    if is_table:
        yield MentionKind.TABLE, inner, Marking.SPAN
        return
    yield from ((kind, name, Marking.SPAN) for kind, name in named(inner))


def _linked(target: str) -> Iterator[Named]:
    """What a link leads to: a file beside the document, or a host."""
    if (host := _HOST.match(target)) is not None:
        yield MentionKind.HOST, host[1].lower().rstrip(".")
    elif _SCHEME.match(target) is None:
        path = target.partition("#")[0].partition("?")[0]
        if path and file_named(path) is not None:
            yield MentionKind.PATH, path
