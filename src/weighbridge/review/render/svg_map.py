"""Draws a picture as layered SVG: dependents left, dependencies right; shape, words and colour say the same thing.

A picture that would not fit its frame with letters that can be read is drawn folded.
"""

from itertools import pairwise
from typing import Any, Final

import graphlay

from weighbridge.domain.impact import Certainty
from weighbridge.review.fold import MOST_WHOLE, fold
from weighbridge.review.picture import Arrow, Picture, Role
from weighbridge.review.render.markup import Markup, element
from weighbridge.review.render.svg_box import HEAD, Box, Point, boxed, draw_box, head, new_badge
from weighbridge.review.render.svg_fold import WIDE, draw_fold, draw_narrow_fold

_MARGIN, _CORNER = 8.0, 6.0
_SIZES: Final = ((210.0, 56.0), (150.0, 48.0))
"""The broadest box and the gap between two layers: where the first is too wide for the frame, the second may do."""


def draw(picture: Picture, name: str) -> Markup:
    """The picture as SVG whose ids begin with `name`; the same picture always gives the same text."""
    if len(picture.nodes) <= MOST_WHOLE:
        for broadest, gap in _SIZES:
            if layered := _layered(picture, name, broadest=broadest, gap=gap):
                return layered
    return draw_fold(fold(picture), name, described=picture.described)


def draw_narrow(picture: Picture, name: str) -> Markup:
    """The picture for a narrow page: what can notice above the change, what it leans on below."""
    return draw_narrow_fold(fold(picture), f"{name}-narrow", described=picture.described)


def _layered(picture: Picture, name: str, *, broadest: float, gap: float) -> Markup | None:
    """Every node and every arrow; None when that is wider than a frame shows at a size that can be read.

    Nor where uses in a circle would put who can notice right of the change, or what it leans on left of it.
    """
    boxes = [boxed(node, most=broadest) for node in picture.nodes]
    layout = _laid_out(picture, boxes, gap=gap)
    low, high = layout.bounds["min"], layout.bounds["max"]
    left, top = low["x"] - _MARGIN, low["y"] - _MARGIN
    width, height = high["x"] - low["x"] + 2 * _MARGIN, high["y"] - low["y"] + 2 * _MARGIN
    if width > WIDE or not _in_order(picture, [node["center"]["x"] for node in layout.nodes]):
        return None
    routes = [[(p["x"], p["y"]) for p in edge["points"]] for edge in layout.edges]
    centres = [(node["center"]["x"], node["center"]["y"]) for node in layout.nodes]
    return element(
        "svg",
        element("title", picture.described, id=f"{name}-title"),
        [_arrow(a, points) for a, points in zip(picture.arrows, routes, strict=True) if len(points) > 1],
        [draw_box(box, centre) for box, centre in zip(boxes, centres, strict=True)],
        role="img",
        aria_labelledby=f"{name}-title",
        viewBox=f"{left:g} {top:g} {width:g} {height:g}",
        width=round(width),
        height=round(height),
        class_="map wide",
    )


def _in_order(picture: Picture, middles: list[float]) -> bool:
    at = {role: [x for n, x in zip(picture.nodes, middles, strict=True) if n.role is role] for role in Role}
    changed = at[Role.CHANGED]
    left, right = at[Role.DEPENDENT], at[Role.DEPENDENCY]
    return not changed or (all(x < max(changed) for x in left) and all(x > min(changed) for x in right))


def _laid_out(picture: Picture, boxes: list[Box], *, gap: float) -> Any:  # noqa: ANN401 - the library's own, untyped
    graph = graphlay.Graph()
    places = {node.key: index for index, node in enumerate(picture.nodes)}
    for index, box in enumerate(boxes):
        graph.node(index, width=box.width, height=box.height, label="")
    for arrow in picture.arrows:
        graph.edge(places[arrow.source], places[arrow.target])
    return graphlay.layout(graph, preset="layered", options={"spacing": {"layer_gap": gap, "node_gap": 18.0}})


def _arrow(arrow: Arrow, points: list[Point]) -> Markup:
    inferred = arrow.certainty is Certainty.INFERRED
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
    start, end = max(pairwise(points), key=lambda pair: abs(pair[1][0] - pair[0][0]))
    return element(
        "g",
        element("title", words + (f" ({', '.join(notes)})" if notes else "")),
        element("path", d=_rounded(points), class_="line"),
        head(points[-2], points[-1]),
        new_badge((start[0] + end[0]) / 2, (start[1] + end[1]) / 2) if arrow.is_new else None,
        class_=f"arrow{' inferred' if inferred else ''}{' new' if arrow.is_new else ''}",
    )


def _rounded(points: list[Point]) -> str:
    """The polyline with its corners rounded, ending where the arrow's head begins."""
    *before, last = points
    end = _towards(last, before[-1], distance=HEAD - 1)
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
