"""Builds HTML and SVG from elements: text is escaped because it is text, and only what this module made is markup."""

import html
from collections.abc import Iterable
from typing import Final, TypeAlias

from weighbridge.review.visible import block, one_line

VOID: Final = frozenset({"meta", "br", "hr", "col", "wbr", "link", "img"})


class Markup(str):
    """Markup that was built here; any other string is text."""

    __slots__ = ()


Content: TypeAlias = "str | Markup | int | Iterable[Content] | None"
NOTHING: Final = Markup("")


def _content(child: Content) -> str:
    if child is None:
        return ""
    if isinstance(child, Markup):
        return child
    if isinstance(child, str):
        return html.escape(_spaced(child))
    return str(child) if isinstance(child, int) else "".join(_content(item) for item in child)


def _spaced(text: str) -> str:
    """One line, but with the spaces at its ends, which separate it from its neighbours."""
    inner = one_line(text)
    before, after = text[:1].isspace(), text[-1:].isspace()
    return f"{' ' if before else ''}{inner}{' ' if after and inner else ''}"


def element(name: str, /, *children: Content, **attributes: str | float | None) -> Markup:
    """An element; a trailing `_` of an attribute's name is dropped, other `_` become `-`; None leaves it out."""
    written = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in VOID:
        return Markup(f"<{name}{written}>")
    return Markup(f"<{name}{written}>{_content(children)}</{name}>")


def _attribute(key: str, value: str | float | None) -> str:
    name = key.rstrip("_").replace("_", "-")
    if value is None:
        return ""
    text = one_line(value) if isinstance(value, str) else f"{value:g}"
    return f' {name}="{html.escape(text)}"'


def join(*children: Content) -> Markup:
    """The children after one another."""
    return Markup(_content(children))


def verbatim(text: str) -> Markup:
    """Text whose lines and spaces count, as in code."""
    return Markup(html.escape(block(text)))
