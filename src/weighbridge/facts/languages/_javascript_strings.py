"""JavaScript's string and template literals as `Text`."""

import re
from typing import Final

from tree_sitter import Node

from weighbridge.facts.languages._javascript_draft import Draft, only_child
from weighbridge.facts.languages._texts import TEXT_LIMIT, joined
from weighbridge.facts.model import OPAQUE, Expr, Text

_ESCAPE: Final = re.compile(r"\\(?:(\r?\n)|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}|(.))", re.DOTALL)
_SIMPLE_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}


def string(draft: Draft, node: Node) -> Expr:
    """The value of a string literal."""
    raw = draft.source[node.start_byte + 1 : node.end_byte - 1]
    return Text(_unescape(raw[: 4 * TEXT_LIMIT].decode("utf-8", "replace"))[:TEXT_LIMIT])


def template(draft: Draft, node: Node) -> Expr:
    """A template literal: a hole for each substitution."""
    pieces: list[Expr] = []
    at = node.start_byte + 1
    for child in node.named_children:
        if child.type == "template_substitution":
            pieces.append(_text_between(draft, at, end=child.start_byte))
            inner = only_child(child)
            pieces.append(draft.value(inner) if inner is not None else OPAQUE)
            at = child.end_byte
    pieces.append(_text_between(draft, at, end=node.end_byte - 1))
    return joined(pieces)


def _text_between(draft: Draft, start: int, *, end: int) -> Text:
    raw = draft.source[start : min(end, start + 4 * TEXT_LIMIT)]
    return Text(_unescape(raw.decode("utf-8", "replace"))[:TEXT_LIMIT])


def _unescape(value: str) -> str:
    """`value` with its escape sequences replaced; what stands for no character becomes a replacement character."""
    return _ESCAPE.sub(_unescaped, value) if "\\" in value else value


def _unescaped(found: re.Match[str]) -> str:
    newline, short, middle, long, other = found.groups()
    if newline:
        return ""
    if other:
        return _SIMPLE_ESCAPES.get(other, other)
    code = int(short or middle or long, 16)
    return chr(code) if code < 0xD800 or 0xDFFF < code <= 0x10FFFF else "\ufffd"
