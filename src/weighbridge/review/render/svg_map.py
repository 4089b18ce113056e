"""Draws a picture as layered SVG: dependents left, dependencies right; shape, words and colour say the same thing."""

from itertools import pairwise
from typing import Final

import graphlay

from weighbridge.domain.impact import Certainty
from weighbridge.review.picture import Arrow, Node, Picture, Role
from weighbridge.review.render.markup import Markup, element, join
from weighbridge.review.visible import columns, one_line, shortened

_CLASSES: Final = {Role.DEPENDENT: "dependent", Role.CHANGED: "changed", Role.DEPENDENCY: "dependency"}
_COLUMN, _HEIGHT, _MARGIN, _CORNER, _HEAD = 7.4, 46.0, 16.0, 6.0, 7.0
_WIDEST: Final = 1500.0
"""Up to this width a picture is scaled down to its frame; beyond it the frame scrolls."""
Point = tuple[float, float]


def draw(picture: Picture, name: str) -> Markup:
    """The picture as SVG whose ids begin with `name`; the same picture always gives the same text."""
    graph = graphlay.Graph()
    places = {node.key: index for index, node in enumerate(picture.nodes)}
    for node in picture.nodes:
        graph.node(places[node.key], width=_width(node), height=_HEIGHT, label="")
    for arrow in picture.arrows:
        graph.edge(places[arrow.source], places[arrow.target])
    layout = graphlay.layout(graph, preset="layered", options={"spacing": {"layer_gap": 64.0, "node_gap": 22.0}})
    low, high = layout.bounds["min"], layout.bounds["max"]
    left, top = low["x"] - _MARGIN, low["y"] - _MARGIN
    width, height = high["x"] - low["x"] + 2 * _MARGIN, high["y"] - low["y"] + 2 * _MARGIN
    routes = [[(p["x"], p["y"]) for p in edge["points"]] for edge in layout.edges]
    centres = [(node["center"]["x"], node["center"]["y"]) for node in layout.nodes]
    return element(
        "svg",
        element("title", picture.described, id=f"{name}-title"),
        [_arrow(a, points) for a, points in zip(picture.arrows, routes, strict=True) if len(points) > 1],
        [_node(node, centre) for node, centre in zip(picture.nodes, centres, strict=True)],
        role="img",
        aria_labelledby=f"{name}-title",
        viewBox=f"{left:g} {top:g} {width:g} {height:g}",
        width=round(width),
        height=round(height),
        class_=f"map{fitting(width, most=_WIDEST)}",
    )


def fitting(width: float, *, most: float) -> str:
    """The classes of a picture that is scaled to its frame: only one that is wide to begin with keeps a least width."""
    if width >= most:
        return ""
    return " fits wide" if width > 704 else " fits"


def _label(node: Node) -> str:
    return shortened(one_line(node.name), 30) or "?"


def _second(node: Node) -> str:
    tier = f"tier {node.tier}" if node.tier else ""
    return shortened(" · ".join(filter(None, (tier, one_line(node.detail)))), 34)


def _width(node: Node) -> float:
    return max(96.0, columns(_label(node)) * _COLUMN + 28, columns(_second(node)) * _COLUMN * 0.82 + 28)


def _node(node: Node, centre: Point) -> Markup:
    x, y, width = *centre, _width(node)
    classes = f"node {_CLASSES[node.role]}{' tier-one' if node.tier == 1 else ''}"
    second = _second(node)
    return element(
        "g",
        element("title", f"{node.name} ({node.role})" + (f", {second}" if second else "")),
        element("path", d=_outline(x - width / 2, y - _HEIGHT / 2, width=width, cut=node.tier == 1), class_="box"),
        element("path", d=f"M{x - width / 2 + 5:g} {y - 13:g}v26", class_="changed-bar")
        if node.role is Role.CHANGED
        else None,
        element("text", _label(node), x=round(x, 1), y=round(y - (3 if second else -5), 1), class_="name"),
        element("text", second, x=round(x, 1), y=round(y + 14, 1), class_="detail") if second else None,
        class_=classes,
    )


def _outline(x: float, y: float, *, width: float, cut: bool) -> str:
    """A rounded box; one with its corners cut off for tier 1, so that colour is not needed to see it."""
    c = 10.0 if cut else _CORNER
    across, down = width - 2 * c, _HEIGHT - 2 * c
    if cut:
        return f"M{x + c:g} {y:g}h{across:g}l{c:g} {c:g}v{down:g}l{-c:g} {c:g}h{-across:g}l{-c:g} {-c:g}v{-down:g}z"
    turn = f"{c:g} {c:g} 0 0 1"
    return (
        f"M{x + c:g} {y:g}h{across:g}a{turn} {c:g} {c:g}v{down:g}a{turn} {-c:g} {c:g}"
        f"h{-across:g}a{turn} {-c:g} {-c:g}v{-down:g}a{turn} {c:g} {-c:g}z"
    )


def _arrow(arrow: Arrow, points: list[Point]) -> Markup:
    inferred = arrow.certainty is Certainty.INFERRED
    classes = f"arrow{' inferred' if inferred else ''}{' new' if arrow.is_new else ''}"
    words = f"{arrow.source.removeprefix('entry:')} {arrow.words} {arrow.target}"
    notes = [
        n
        for n in (
            f"{arrow.count} uses" if arrow.count > 1 else "",
            "inferred" if inferred else "",
            "new" if arrow.is_new else "",
        )
        if n
    ]
    return element(
        "g",
        element("title", words + (f" ({', '.join(notes)})" if notes else "")),
        element("path", d=_rounded(points), class_="line"),
        element("path", d=_head(points[-2], points[-1]), class_="head"),
        _new_badge(points) if arrow.is_new else None,
        class_=classes,
    )


def _rounded(points: list[Point]) -> str:
    """The polyline with its corners rounded, ending where the arrow's head begins."""
    *before, last = points
    end = _towards(last, before[-1], distance=_HEAD - 1)
    steps = [f"M{points[0][0]:g} {points[0][1]:g}"]
    for previous, corner, following in zip(points, points[1:], [*points[2:-1], end], strict=False):
        one, two = _towards(corner, previous, distance=_CORNER), _towards(corner, following, distance=_CORNER)
        steps.append(f"L{one[0]:g} {one[1]:g}Q{corner[0]:g} {corner[1]:g} {two[0]:g} {two[1]:g}")
    return "".join([*steps, f"L{end[0]:g} {end[1]:g}"])


def _towards(start: Point, goal: Point, *, distance: float) -> Point:
    across, down = goal[0] - start[0], goal[1] - start[1]
    length = max((across**2 + down**2) ** 0.5, 1e-6)
    share = min(distance / length, 0.5)
    return round(start[0] + across * share, 1), round(start[1] + down * share, 1)


def _head(before: Point, tip: Point) -> str:
    across, down = tip[0] - before[0], tip[1] - before[1]
    length = max((across**2 + down**2) ** 0.5, 1e-6)
    ux, uy = across / length * _HEAD, down / length * _HEAD
    one = round(tip[0] - ux - uy / 2, 1), round(tip[1] - uy + ux / 2, 1)
    two = round(tip[0] - ux + uy / 2, 1), round(tip[1] - uy - ux / 2, 1)
    return f"M{tip[0]:g} {tip[1]:g}L{one[0]:g} {one[1]:g}L{two[0]:g} {two[1]:g}z"


def _new_badge(points: list[Point]) -> Markup:
    """The word `new` on the arrow's first straight piece that has room for it."""
    pairs = list(pairwise(points))
    start, end = max(pairs, key=lambda pair: abs(pair[1][0] - pair[0][0]))
    x, y = round((start[0] + end[0]) / 2, 1), round((start[1] + end[1]) / 2, 1)
    return join(
        element("rect", x=x - 15, y=y - 8, width=30, height=16, rx=8, class_="badge"),
        element("text", "new", x=x, y=y + 4, class_="badge-text"),
    )
