"""Python's string literals as `Text`: prefixes, escapes, template holes, implicit concatenation."""

import re
from typing import Final

from tree_sitter import Node

from weighbridge.facts.languages._python_digests import VERBATIM, short_digest
from weighbridge.facts.languages._python_draft import Draft
from weighbridge.facts.languages._texts import TEXT_LIMIT
from weighbridge.facts.model import Expr, Text

_LITERAL: Final = re.compile(rb"""([bBrRuUfFtT]{0,3})(\"{3}|'{3}|["'`])(.*)(\2)\Z""", re.DOTALL)
_ESCAPE: Final = re.compile(
    r"\\(?:(\r?\n)|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3})|N\{[^}]*\}|(.))", re.DOTALL
)
_BEGINS_TEMPLATE: Final = frozenset({b"f", b"F", b"t", b"T"})
_PERCENT: Final = re.compile(r"%(?:\(\w*\))?[-#0 +]*[\d*]*(?:\.[\d*]+)?[sdrifgxXeEGaouc%]")
_SIMPLE_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}


def plain_text(draft: Draft, node: Node) -> str | None:
    """The value of a string literal without holes; None for a template or what is no string."""
    start, end = node.start_byte, node.end_byte
    raw = draft.source[start:end]
    quote = raw[:1]
    if quote in (b'"', b"'") and raw[1:2] != quote and b"\\" not in raw:
        content = raw[1:-1]
        if quote == b"'":
            _normalise_quotes(draft, (start, end), quote=quote, content=content)
        return _text(content)
    found = _LITERAL.match(raw) if quote not in _BEGINS_TEMPLATE else None
    if found is None or found[2] == b"`":
        return None
    prefix, quote, content, _ = found.groups()
    kind = prefix.lower()
    if b"f" in kind or b"t" in kind:
        return None
    _normalise_quotes(draft, (start, end), prefix=prefix, quote=quote, content=content)
    value = content[: 4 * TEXT_LIMIT].decode("utf-8", "replace")
    if "\\" in value and b"r" not in kind:
        value = unescape(value)
    return value[:TEXT_LIMIT]


def _text(content: bytes) -> str:
    """What stands between quotes, cut to size."""
    if len(content) <= TEXT_LIMIT:
        return content.decode("utf-8", "replace")
    return content[: 4 * TEXT_LIMIT].decode("utf-8", "replace")[:TEXT_LIMIT]


def hash_template(draft: Draft, node: Node, *, mark: int) -> None:
    """Read a template's digest instead of its bytes: its holes may hold the quotes it is written in."""
    raw = draft.source[node.start_byte : node.end_byte]
    if b'"' not in raw and b"\\" not in raw:
        raw = raw.replace(b"'", b'"')
    del draft.cuts[mark:]
    draft.cut(node.start_byte, node.end_byte, marker=VERBATIM + short_digest(raw).encode() + VERBATIM)


def filled(template: Text, values: list[Expr]) -> Text:
    """A `%`-format with its values, as a text with holes."""
    value = _PERCENT.sub(lambda found: "%" if found[0] == "%%" else "{}", template.value)
    return Text(value, (*template.parts, *values))


def unescape(value: str) -> str:
    """`value` with its escape sequences replaced; what stands for no character becomes a replacement character."""
    return _ESCAPE.sub(_unescaped, value)


def _unescaped(found: re.Match[str]) -> str:
    newline, short, middle, long, octal, other = found.groups()
    if newline:
        return ""
    if other:
        return _SIMPLE_ESCAPES.get(other, other if other in "\\'\"" else found[0])
    code = int(octal, 8) if octal else int(short or middle or long or "FFFD", 16)
    return chr(code) if code < 0xD800 or 0xDFFF < code <= 0x10FFFF else "\ufffd"


def _normalise_quotes(
    draft: Draft, span: tuple[int, int], *, quote: bytes, content: bytes, prefix: bytes = b""
) -> None:
    """Let `'x'`, `u'x'` and `"x"` have one digest where turning the quotes needs no escape."""
    start, end = span
    if prefix in (b"u", b"U"):
        draft.cut(start, start + 1)
    if quote[:1] != b"'" or b'"' in content or b"\\" in content:
        return
    first, width = start + len(prefix), len(quote)
    draft.cut(first, first + width, marker=b'"' * width)
    draft.cut(end - width, end, marker=b'"' * width)
