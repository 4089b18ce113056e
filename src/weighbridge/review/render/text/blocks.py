"""Blocks of words laid out for a terminal: headings, paragraphs, items, code and tables."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct, field

from weighbridge.review.visible import block, columns, inert, one_line, shortened, wrapped

WIDEST: Final = 100
"""Columns; longer lines are hard to read."""
_STYLES: Final = {"bold": "1", "code": "36", "dim": "2", "bad": "1;31", "warn": "33", "good": "32"}


class Heading(Struct, frozen=True, kw_only=True):
    """A title of a level, 1 the highest."""

    text: str
    level: int = 2


class Paragraph(Struct, frozen=True, kw_only=True):
    """Words that are wrapped; `label` stands before them, `style` paints them, `styles` single words by number."""

    text: str
    label: str = ""
    style: str = ""
    styles: Mapping[int, str] = field(default_factory=dict)


class Item(Struct, frozen=True, kw_only=True):
    """One point of a list; `style` paints its words and its mark."""

    text: str
    mark: str = "-"
    style: str = ""
    styles: Mapping[int, str] = field(default_factory=dict)


class Code(Struct, frozen=True, kw_only=True):
    """Lines that keep their form; `title` says what they are."""

    text: str
    title: str = ""


class Table(Struct, frozen=True, kw_only=True):
    """Rows under a head; the last column takes what room is left."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Heading | Paragraph | Item | Code | Table


class Look(Struct, frozen=True, kw_only=True):
    """What the terminal can show."""

    width: int = 80
    colour: bool = False
    unicode: bool = True

    @property
    def room(self) -> int:
        """Columns to write in."""
        return max(40, min(self.width - 1, WIDEST))

    def paint(self, text: str, style: str) -> str:
        """`text` in a style, where there is colour."""
        code = _STYLES.get(style, "")
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and code and text else text

    def safe(self, text: str) -> str:
        """`text` on one line, in characters that this terminal shows and that cannot act on it."""
        return self._shown(one_line(text))

    def lines(self, text: str) -> list[str]:
        """The lines of `text`, safe the same way."""
        return [self._shown(line) for line in block(text).split("\n")]

    def _shown(self, text: str) -> str:
        return text if self.unicode else text.encode("ascii", "backslashreplace").decode("ascii")

    @property
    def ellipsis(self) -> str:
        """What stands for words left out."""
        return "…" if self.unicode else "..."


def lay_out(blocks: Iterable[Block], look: Look) -> str:
    """The blocks one below the other, a blank line between them but for items and labelled words in a row."""
    lines: list[str] = []
    before: Block | None = None
    for each in blocks:
        if before is not None and not _is_close(before, each):
            lines.append("")
        lines += _lines(each, look)
        before = each
    return inert("".join(f"{line.rstrip()}\n" for line in lines))


def _is_close(one: Block, other: Block) -> bool:
    if isinstance(one, Item) and isinstance(other, Item):
        return True
    return isinstance(one, Paragraph) and isinstance(other, Paragraph) and bool(one.label) and bool(other.label)


def _lines(each: Block, look: Look) -> Iterator[str]:
    match each:
        case Heading(text=text, level=level):
            yield look.paint(look.safe(text.upper() if level == 1 and not look.colour else text), "bold")
        case Paragraph(text=text, label=label, style=style, styles=styles):
            yield from _hanging(text, look, label=f"{label}  " if label else "", style=style, styles=styles)
        case Item(text=text, mark=mark, style=style, styles=styles):
            yield from _hanging(text, look, label=f"  {mark} ", style=style, styles=styles)
        case Code(text=text, title=title):
            if title:
                yield look.paint(f"    {look.safe(title)}", "dim")
            yield from (look.paint(f"    {line}", "code") for line in look.lines(text.rstrip("\n")))
        case Table():
            yield from _table(each, look)


def _hanging(
    text: str, look: Look, *, label: str, style: str = "", styles: Mapping[int, str] | None = None
) -> Iterator[str]:
    indent = columns(label)
    shown = look.safe(text)
    lines = wrapped(shown, max(20, look.room - indent))
    # a word too long for a line is broken, and then the numbers of words no longer tell
    by_word = styles if styles and " ".join(lines) == shown else {}
    number = 0
    for index, line in enumerate(lines):
        head = look.paint(label, "bold") if index == 0 else " " * indent
        words = line.split(" ")
        painted = " ".join(look.paint(w, by_word.get(n, "")) for n, w in enumerate(words, number)) if by_word else line
        number += len(words)
        yield head + look.paint(painted, style)


def _table(table: Table, look: Look) -> Iterator[str]:
    rows = [[look.safe(cell) for cell in row] for row in (table.head, *table.rows)]
    widths = [max(columns(row[at]) for row in rows) for at in range(len(table.head))]
    fixed = _fitted(widths[:-1], look.room - 2 * (len(widths) - 1) - min(widths[-1], 24))
    last = max(20, look.room - sum(fixed) - 2 * len(fixed))
    for number, row in enumerate(rows):
        cells = [_cell(c, w, look=look) for c, w in zip(row, fixed, strict=False)]
        parts = wrapped(row[-1], last) or [""]
        yield look.paint("  ".join([*cells, parts[0]]), "bold" if number == 0 else "")
        yield from (" " * (sum(fixed) + 2 * len(fixed)) + part for part in parts[1:])


def _fitted(widths: Sequence[int], room: int) -> list[int]:
    """The widths, the widest cut until all fit in."""
    fitted = list(widths)
    while fitted and sum(fitted) > room and max(fitted) > 8:
        fitted[fitted.index(max(fitted))] -= 1
    return fitted


def _cell(text: str, width: int, *, look: Look) -> str:
    shown = shortened(text, width, ellipsis=look.ellipsis)
    return shown + " " * (width - columns(shown))
