"""Reads a rendered page back, so that tests ask about its structure rather than its text."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from weighbridge.review.render.markup import VOID

SHAPES = frozenset({"path", "rect"})


@dataclass
class Page(HTMLParser):
    """Every element with its attributes, the text, the headings, and whether the tags match."""

    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    unmatched: list[str] = field(default_factory=list)
    titled: set[int] = field(default_factory=set)
    _open: list[tuple[str, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        index = len(self.elements)
        self.elements.append((tag, {key: value or "" for key, value in attrs}))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "title" and self._open:
            self.titled.add(self._open[-1][1])
        if tag not in VOID:
            self._open.append((tag, index))

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1][0] == tag:
            self._open.pop()
        else:
            self.unmatched.append(tag)

    def handle_data(self, data: str) -> None:
        if not any(tag == "style" for tag, _ in self._open):
            self.texts.append(data)

    @property
    def text(self) -> str:
        """All text, in order."""
        return "".join(self.texts)

    def all(self, tag: str) -> list[dict[str, str]]:
        """The attributes of every element of this kind."""
        return [attributes for name, attributes in self.elements if name == tag]

    def pictures_without_words(self) -> list[dict[str, str]]:
        """Pictures that neither have a title nor are hidden from whoever cannot see them."""
        return [
            attributes
            for index, (tag, attributes) in enumerate(self.elements)
            if tag in {"svg", "img"} and index not in self.titled and attributes.get("aria-hidden") != "true"
        ]


def read(text: str) -> Page:
    """The page as parsed."""
    page = Page()
    page.feed(text)
    page.close()
    page.unmatched += [tag for tag, _ in page._open]
    return page
