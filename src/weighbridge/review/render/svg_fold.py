"""Draws a folded picture: who can notice, the change as one group, what it leans on; side by side, or one below the other."""

from typing import Final

from msgspec import Struct

from weighbridge.domain.impact import Certainty
from weighbridge.review.fold import Beside, Boxes, Fold
from weighbridge.review.render.markup import Content, Markup, element
from weighbridge.review.render.svg_box import HEAD, Box, Point, boxed, draw_box, head, new_badge
from weighbridge.review.sentences import count

WIDE: Final = 760.0
"""The width of the widest map: in the narrowest frame that shows it, its letters are still 11 pixels high."""
_NARROW: Final = 340.0
_COLUMN, _ARROW, _GAP, _EDGE, _INSET = 208.0, 58.0, 10.0, 8.0, 10.0
_TOP, _HEADING, _LINE = 6.0, 26.0, 20.0
_TRUNK, _STUB = 14.0, 46.0
_MOST_NAMED: Final = 40
_MOST_USES: Final = 6


class _Words(Struct, frozen=True, kw_only=True):
    """Words at a height, with the names that they stand for."""

    top: float
    text: str
    names: str = ""

    @property
    def end(self) -> float:
        """Where the next row may begin."""
        return self.top + _LINE + _GAP


class _Placed(Struct, frozen=True, kw_only=True):
    """A box at a height."""

    top: float
    box: Box
    beside: Beside

    @property
    def middle(self) -> float:
        """The height at which an arrow meets it."""
        return round(self.top + self.box.height / 2, 1)

    @property
    def end(self) -> float:
        """Where the next row may begin."""
        return self.top + self.box.height + _GAP


class _Column(Struct, frozen=True, kw_only=True):
    """Rows from the left edge `x` on, `broad` units broad, down to `end`; no rows where nothing stands on this side."""

    x: float
    broad: float
    rows: tuple[_Words | _Placed, ...]
    end: float

    @property
    def touching(self) -> tuple[_Placed, ...]:
        """The boxes that use the change, or are used by it, themselves."""
        return tuple(row for row in self.rows if isinstance(row, _Placed) and row.beside.uses)


def draw_fold(folded: Fold, name: str, *, described: str) -> Markup:
    """Three columns; a side that nothing stands on takes no room."""
    left = _side(folded.noticing, folded.noticing_further, title="Can notice", x=_EDGE, broad=_COLUMN)
    start = _EDGE + (_COLUMN + _ARROW) * bool(left.rows)
    middle = _change(folded, x=start + _INSET, broad=_COLUMN - 2 * _INSET)
    beyond = start + _COLUMN + _ARROW
    right = _side(folded.leaned, folded.leaned_further, title="Leaned on", x=beyond, broad=_COLUMN)
    lowest = max((row.end - _GAP for side in (left, right) for row in side.touching), default=0.0)
    low = max(middle.end + _INSET, lowest)
    middle = _change(folded, x=middle.x, broad=middle.broad, inset=_INSET + (low - _INSET - middle.end) / 2)
    frame = _frame(start, _TOP + _HEADING, width=_COLUMN, height=low - _TOP - _HEADING)
    arrows = [_across(row, start=_EDGE + _COLUMN, end=start) for row in left.touching]
    arrows += [_across(row, start=start + _COLUMN, end=beyond) for row in right.touching]
    width = start + _COLUMN + _EDGE + (_ARROW + _COLUMN) * bool(right.rows)
    size = width, max(left.end, low, right.end) + _EDGE
    return _picture(name, [frame, arrows, *map(_drawn, (left, middle, right))], described=described, size=size)


def draw_narrow_fold(folded: Fold, name: str, *, described: str) -> Markup:
    """One column, with a line along its left side that the uses run on."""
    indent, broad = _TRUNK + _STUB, _NARROW - _TRUNK - _STUB - _EDGE
    left = _side(folded.noticing, folded.noticing_further, title="Can notice", x=indent, broad=broad)
    above = left.end + _GAP if left.rows else _TOP
    aside = _TRUNK + 12
    middle = _change(folded, x=aside, broad=_NARROW - 2 * aside, top=above)
    below = middle.end + _INSET
    right = _side(folded.leaned, folded.leaned_further, title="Leaned on", x=indent, broad=broad, top=below + _GAP)
    frame = _frame(_EDGE, above + _HEADING, width=_NARROW - 2 * _EDGE, height=below - above - _HEADING)
    arrows = [_along(left, above + _HEADING, inward=True), _along(right, below, inward=False)]
    size = _NARROW, (right.end if right.rows else below) + _EDGE
    drawn = [frame, arrows, *map(_drawn, (left, middle, right))]
    return _picture(name, drawn, described=described, size=size, kind="narrow")


def _picture(name: str, drawn: Content, *, described: str, size: Point, kind: str = "wide") -> Markup:
    return element(
        "svg",
        element("title", described, id=f"{name}-title"),
        drawn,
        role="img",
        aria_labelledby=f"{name}-title",
        viewBox=f"0 0 {size[0]:g} {size[1]:g}",
        width=round(size[0]),
        height=round(size[1]),
        class_=f"map {kind}",
    )


def _side(direct: Boxes, further: Boxes, *, title: str, x: float, broad: float, top: float = _TOP) -> _Column:
    """Who has to do with the change itself, below it who does through them."""
    near = _rows(direct, title, top=top, broad=broad)
    below = near[-1].end if near else top
    far = _rows(further, "Through those above" if near else title, top=below, broad=broad)
    return _column((*near, *far), x=x, broad=broad, top=top)


def _change(folded: Fold, *, x: float, broad: float, top: float = _TOP, inset: float = _INSET) -> _Column:
    rows = _rows(folded.changed, "Changed", top=top, broad=broad, inset=inset)
    return _column(rows, x=x, broad=broad, top=top)


def _column(rows: tuple[_Words | _Placed, ...], *, x: float, broad: float, top: float) -> _Column:
    return _Column(x=x, broad=broad, rows=rows, end=rows[-1].end - _GAP if rows else top)


def _rows(boxes: Boxes, title: str, *, top: float, broad: float, inset: float = 0.0) -> tuple[_Words | _Placed, ...]:
    """A heading, the boxes, and how many more there are; nothing when there are none at all."""
    if not boxes.number:
        return ()
    rows: list[_Words | _Placed] = [_Words(top=top, text=f"{title} ({boxes.number:,})")]
    at = top + _HEADING + inset
    for beside in boxes.shown:
        placed = _Placed(top=at, box=boxed(beside.node, most=broad, least=broad), beside=beside)
        rows.append(placed)
        at = placed.end
    if boxes.hidden:
        rows.append(_Words(top=at, text=f"and {len(boxes.hidden):,} more", names=", ".join(boxes.hidden[:_MOST_NAMED])))
    return tuple(rows)


def _drawn(column: _Column) -> list[Markup]:
    return [_drawn_row(row, column) for row in column.rows]


def _drawn_row(row: _Words | _Placed, column: _Column) -> Markup:
    if isinstance(row, _Placed):
        return draw_box(row.box, (column.x + column.broad / 2, row.middle), notes=_uses(row.beside))
    return element(
        "g",
        element("title", row.names) if row.names else None,
        element("text", row.text, x=round(column.x, 1), y=row.top + 15, class_="side"),
    )


def _uses(beside: Beside) -> str:
    """The uses between a box and the change in words; empty when there are none."""
    if not beside.uses:
        return ""
    words = [f"{a.source.removeprefix('entry:')} {a.words} {a.target}" for a in beside.uses[:_MOST_USES]]
    rest = len(beside.uses) - len(words)
    marks = (("new", beside.is_new), ("inferred", beside.certainty is Certainty.INFERRED))
    ends = ((f"and {count(rest, 'more use')}", rest), ("and is used by the change", beside.is_used_too))
    return "; ".join([*(w for w, holds in marks if holds), *words, *(w for w, holds in ends if holds)])


def _frame(x: float, y: float, *, width: float, height: float) -> Markup:
    return element("rect", x=round(x, 1), y=round(y, 1), width=width, height=round(height, 1), rx=8, class_="group")


def _across(row: _Placed, *, start: float, end: float) -> Markup:
    """The straight arrow between a box beside the change and the change; both ends have a head when both use the other."""
    y, back = row.middle, row.beside.is_used_too
    return element(
        "g",
        element("title", _uses(row.beside)),
        element("path", d=f"M{start + (HEAD - 1) * back:g} {y:g}H{end - HEAD + 1:g}", class_="line"),
        head((start, y), (end, y)),
        head((end, y), (start, y)) if back else None,
        new_badge((start + end) / 2, y) if row.beside.is_new else None,
        class_=_arrow_class(row.beside),
    )


def _along(column: _Column, change: float, *, inward: bool) -> list[Markup]:
    """A stub from each box to the line along the left side, and that line to the change at the height `change`."""
    if not column.touching:
        return []
    heights = [row.middle for row in column.touching]
    far = min(heights) if inward else max(heights)
    line = element(
        "g",
        element("path", d=f"M{_TRUNK:g} {far:g}V{change - (HEAD - 1) * inward:g}", class_="line"),
        head((_TRUNK, far), (_TRUNK, change)) if inward else None,
        class_="arrow",
    )
    return [line, *(_stub(row, inward=inward) for row in column.touching)]


def _stub(row: _Placed, *, inward: bool) -> Markup:
    pointed = not inward or row.beside.is_used_too
    y, end = row.middle, _TRUNK + _STUB
    return element(
        "g",
        element("title", _uses(row.beside)),
        element("path", d=f"M{_TRUNK:g} {y:g}H{end - (HEAD - 1) * pointed:g}", class_="line"),
        head((_TRUNK, y), (end, y)) if pointed else None,
        new_badge(_TRUNK + _STUB / 2, y) if row.beside.is_new else None,
        class_=_arrow_class(row.beside),
    )


def _arrow_class(beside: Beside) -> str:
    inferred = " inferred" if beside.certainty is Certainty.INFERRED else ""
    return f"arrow{inferred}{' new' if beside.is_new else ''}"
