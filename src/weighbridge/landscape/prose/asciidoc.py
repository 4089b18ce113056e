"""The blocks of an AsciiDoc document: text, listings, headings; comments are left out."""

from typing import Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.prose.blocks import Block, Gathering, numbered

_LISTING: Final = LatePattern(r"(-{4,}|\.{4,}|`{3,}|/{4,}|\+{4,})\s*\w*\s*")
_HEADING: Final = LatePattern(r"(={1,6})\s+(.*)")
_ITEM: Final = LatePattern(r"\s*(?:[*\-.]{1,5}|\d{1,3}\.)\s+\S")
_ATTRIBUTES: Final = LatePattern(r"\[[^\[\]]*\]\s*|:[\w!-]+:.*|={4,}|\*{4,}|_{4,}|\|={3,}|\+")
_SOURCE: Final = LatePattern(r"\[(?:source)?,\s*(?:language=)?\"?([\w+-]+).*\]\s*")


def read_asciidoc(text: str) -> list[Block]:
    """The blocks."""
    found = Gathering()
    opened, language = "", ""
    for number, line in numbered(text):
        if opened:
            if line.rstrip() == opened:
                opened = ""
                found.close()
            elif not opened.startswith("/"):
                found.add(number, line, is_code=True, language=language)
        elif (listing := _LISTING.fullmatch(line)) is not None:
            found.close()
            opened = listing[1]
        elif (heading := _HEADING.fullmatch(line)) is not None:
            found.heading(number, heading[2], level=len(heading[1]))
        elif not line.strip() or line.startswith("//"):
            found.close()
        elif _ATTRIBUTES.fullmatch(line):
            found.close()
            source = _SOURCE.fullmatch(line)
            language = source[1].lower() if source else ""
        else:
            if _ITEM.match(line) is not None or line.startswith("|"):
                found.close()
            found.add(number, line)
    return found.blocks
