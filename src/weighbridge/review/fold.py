"""Folds a picture that is too large to be drawn whole: the change is one group, and every other box has one arrow to it."""

from collections.abc import Iterable
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.impact import Certainty
from weighbridge.review.picture import CHANGED, Arrow, Node, Picture, Role

MOST_WHOLE: Final = 24
"""Nobody follows the arrows among more boxes than these: a larger picture is folded."""
MOST_DIRECT: Final = 10
MOST_FURTHER: Final = 4
"""The boxes of one side that use the change, or are used by it, themselves; and those that do through others."""


class Beside(Struct, frozen=True, kw_only=True):
    """A box beside the change with the uses between the two; none where it has to do with the change through others."""

    node: Node
    uses: tuple[Arrow, ...] = ()
    is_used_too: bool = False

    @property
    def certainty(self) -> Certainty:
        """Seen when any of its uses was."""
        return Certainty.SEEN if any(a.certainty is Certainty.SEEN for a in self.uses) else Certainty.INFERRED

    @property
    def is_new(self) -> bool:
        """Whether a use is new."""
        return any(a.is_new for a in self.uses)


class Boxes(Struct, frozen=True, kw_only=True):
    """The boxes of one side that are shown, and the names of those that are not, the most important first."""

    shown: tuple[Beside, ...] = ()
    hidden: tuple[str, ...] = ()

    @property
    def number(self) -> int:
        """How many there are, shown or not."""
        return len(self.shown) + len(self.hidden)


class Fold(Struct, frozen=True, kw_only=True):
    """What is drawn of a large picture: uses inside one of its parts are not."""

    changed: Boxes
    noticing: Boxes
    noticing_further: Boxes
    leaned: Boxes
    leaned_further: Boxes


def fold(picture: Picture) -> Fold:
    """The picture folded: every box stays on its side of the change."""
    changed = {n.key for n in picture.nodes if n.role is Role.CHANGED}
    into, out = _by_box(picture.arrows, changed, towards=True), _by_box(picture.arrows, changed, towards=False)
    dependents = [n for n in picture.nodes if n.role is Role.DEPENDENT]
    leaned = [n for n in picture.nodes if n.role is Role.DEPENDENCY]
    noticing = [Beside(node=n, uses=into.get(n.key, ()), is_used_too=n.key in out) for n in dependents]
    leaning = [Beside(node=n, uses=out.get(n.key, ())) for n in leaned]
    return Fold(
        changed=_boxes((Beside(node=_bare(n)) for n in picture.nodes if n.key in changed), most=MOST_DIRECT),
        noticing=_boxes((b for b in noticing if b.uses), most=MOST_DIRECT),
        noticing_further=_boxes((b for b in noticing if not b.uses), most=MOST_FURTHER),
        leaned=_boxes((b for b in leaning if b.uses), most=MOST_DIRECT),
        leaned_further=_boxes((b for b in leaning if not b.uses), most=MOST_FURTHER),
    )


def _bare(node: Node) -> Node:
    """A changed node without the word that stands over its whole group."""
    parts = (part.removesuffix(CHANGED).rstrip() for part in node.detail.split(", "))
    return replace(node, detail=", ".join(filter(None, parts)))


def _by_box(arrows: Iterable[Arrow], changed: set[str], *, towards: bool) -> dict[str, tuple[Arrow, ...]]:
    """The uses that cross from or to the change, by the box that stands outside it."""
    found: dict[str, tuple[Arrow, ...]] = {}
    for arrow in arrows:
        outside, inside = (arrow.source, arrow.target) if towards else (arrow.target, arrow.source)
        if inside in changed and outside not in changed:
            found[outside] = (*found.get(outside, ()), arrow)
    return found


def _boxes(boxes: Iterable[Beside], *, most: int) -> Boxes:
    ordered = sorted(boxes, key=_weight)
    kept = most if len(ordered) > most + 1 else len(ordered)
    return Boxes(shown=tuple(ordered[:kept]), hidden=tuple(b.node.name for b in ordered[kept:]))


def _weight(box: Beside) -> tuple[bool, bool, int, bool, int, str]:
    """New uses first, then entry points, tier 1, what was seen, and the most uses."""
    node, uses = box.node, sum(a.count for a in box.uses)
    return not box.is_new, not node.is_entry, node.tier or 9, box.certainty is Certainty.INFERRED, -uses, node.name
