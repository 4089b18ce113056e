"""The pieces that every map is drawn of: boxes, arrow heads, and the mark of what is new."""

from typing import Final

from msgspec import Struct

from weighbridge.review.picture import Node, Role
from weighbridge.review.render.markup import Markup, element, join
from weighbridge.review.render.svg_text import breadth, fitted
from weighbridge.review.visible import one_line

NAME, DETAIL = 14.0, 12.5
"""The sizes of letters; scaled down to its frame a map must still show 11 pixels."""
_LIGHT: Final = 0.88
"""How broad letters are that are not bold."""
_CLASSES: Final = {Role.DEPENDENT: "dependent", Role.CHANGED: "changed", Role.DEPENDENCY: "dependency"}
_LINE, _PADDING, _CORNER, HEAD = 17.0, 12.0, 6.0, 7.0
Point = tuple[float, float]


class Box(Struct, frozen=True, kw_only=True):
    """A node with the lines that it shows, and how large that makes it."""

    node: Node
    lines: tuple[str, ...]
    detail: str
    width: float
    height: float


def boxed(node: Node, *, most: float, least: float = 96.0) -> Box:
    """The box of a node, at most `most` units wide: a long name takes two lines."""
    room = most - 2 * _PADDING
    lines, detail = fitted(node.name, room, size=NAME, most=2), _detail(node, room)
    longest = max(*(breadth(line, NAME) for line in lines), breadth(detail, _size(node)))
    return Box(
        node=node,
        lines=lines,
        detail=detail,
        width=round(min(max(least, longest + 2 * _PADDING), most), 1),
        height=12 + _LINE * (len(lines) + bool(detail)),
    )


def _detail(node: Node, room: float) -> str:
    """The second line: the tier first; the kind of thing is left out where there is no room for all."""
    parts = [part for part in one_line(node.detail).split(", ") if part]
    tier = [f"tier {node.tier}"] if node.tier else []
    for about in (parts, parts[1:], []):
        words = " · ".join([*tier, *([", ".join(about)] if about else [])])
        if words and breadth(words, _size(node)) <= room:
            return words
    whole = " · ".join([*tier, *parts])
    return fitted(whole, room, size=_size(node))[0] if whole else ""


def _size(node: Node) -> float:
    """How large the letters of a second line count: those of tier 1 are bold."""
    return DETAIL if node.tier == 1 else DETAIL * _LIGHT


def draw_box(box: Box, centre: Point, *, notes: str = "") -> Markup:
    """The box around its centre; whoever points at it is told the whole name, its side, and `notes`."""
    x, y = centre
    node = box.node
    top, left = y - box.height / 2, x - box.width / 2
    about = ", ".join(filter(None, (f"tier {node.tier}" if node.tier else "", node.detail, notes)))
    rows = [*((line, "name") for line in box.lines), *([(box.detail, "detail")] if box.detail else [])]
    return element(
        "g",
        element("title", f"{node.name} ({node.role})" + (f": {about}" if about else "")),
        element("path", d=_outline(left, top, box=box), class_="box"),
        element("path", d=f"M{left + 5:g} {top + 9:g}v{box.height - 18:g}", class_="changed-bar")
        if node.role is Role.CHANGED
        else None,
        [
            element("text", text, x=round(x, 1), y=round(top + 6 + _LINE * (row + 0.75), 1), class_=kind)
            for row, (text, kind) in enumerate(rows)
        ],
        class_=f"node {_CLASSES[node.role]}{' tier-one' if node.tier == 1 else ''}",
    )


def _outline(x: float, y: float, *, box: Box) -> str:
    """A rounded box; one with its corners cut off for tier 1, so that colour is not needed to see it."""
    cut = box.node.tier == 1
    c = 10.0 if cut else _CORNER
    across, down = box.width - 2 * c, box.height - 2 * c
    if cut:
        return f"M{x + c:g} {y:g}h{across:g}l{c:g} {c:g}v{down:g}l{-c:g} {c:g}h{-across:g}l{-c:g} {-c:g}v{-down:g}z"
    turn = f"{c:g} {c:g} 0 0 1"
    return (
        f"M{x + c:g} {y:g}h{across:g}a{turn} {c:g} {c:g}v{down:g}a{turn} {-c:g} {c:g}"
        f"h{-across:g}a{turn} {-c:g} {-c:g}v{-down:g}a{turn} {c:g} {-c:g}z"
    )


def head(before: Point, tip: Point) -> Markup:
    """The arrow's head at `tip`, coming from `before`."""
    across, down = tip[0] - before[0], tip[1] - before[1]
    length = max((across**2 + down**2) ** 0.5, 1e-6)
    ux, uy = across / length * HEAD, down / length * HEAD
    one = round(tip[0] - ux - uy / 2, 1), round(tip[1] - uy + ux / 2, 1)
    two = round(tip[0] - ux + uy / 2, 1), round(tip[1] - uy - ux / 2, 1)
    return element("path", d=f"M{tip[0]:g} {tip[1]:g}L{one[0]:g} {one[1]:g}L{two[0]:g} {two[1]:g}z", class_="head")


def new_badge(x: float, y: float) -> Markup:
    """The word `new` around a point."""
    return join(
        element("rect", x=round(x - 18, 1), y=round(y - 9, 1), width=36, height=18, rx=9, class_="badge"),
        element("text", "new", x=round(x, 1), y=round(y + 4.5, 1), class_="badge-text"),
    )
