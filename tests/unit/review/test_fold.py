"""A large picture is folded: the change is one group, and who has to do with it stands on its side of it."""

from tests.samples.tangled import CHANGED, LEANED, SIDE, tangled

from weighbridge.domain.impact import Certainty
from weighbridge.review.fold import MOST_DIRECT, fold
from weighbridge.review.picture import Arrow, Node, Picture, Role, component_picture


def picture(*arrows: tuple[str, str], dependents: str = "", changed: str = "c", leaned: str = "") -> Picture:
    sides = ((dependents, Role.DEPENDENT), (changed, Role.CHANGED), (leaned, Role.DEPENDENCY))
    return Picture(
        title="Components",
        nodes=tuple(Node(key=name, name=name, role=role) for names, role in sides for name in names),
        arrows=tuple(Arrow(source=a, target=b, words="leans on", certainty=Certainty.SEEN) for a, b in arrows),
    )


def test_everything_is_shown_or_counted_on_its_side() -> None:
    folded = fold(component_picture(tangled().decision))
    assert folded.changed.number == len(CHANGED)
    assert folded.noticing.number + folded.noticing_further.number == len(SIDE)
    assert folded.leaned.number + folded.leaned_further.number == len(LEANED)
    assert len(folded.noticing.shown) == MOST_DIRECT


def test_who_uses_the_change_through_others_stands_apart() -> None:
    folded = fold(picture(("a", "c"), ("b", "a"), dependents="ab"))
    assert [b.node.name for b in folded.noticing.shown] == ["a"]
    assert [b.node.name for b in folded.noticing_further.shown] == ["b"]


def test_what_uses_the_change_and_is_used_by_it_has_one_arrow_both_ways() -> None:
    folded = fold(picture(("a", "c"), ("c", "a"), dependents="a"))
    assert [(b.node.name, b.is_used_too) for b in folded.noticing.shown] == [("a", True)]


def test_a_new_use_comes_first() -> None:
    folded = fold(component_picture(tangled().decision))
    assert [b.node.name for b in folded.leaned.shown if b.is_new] == [folded.leaned.shown[0].node.name]


def test_one_box_too_many_is_shown_rather_than_counted() -> None:
    names = "abdefghijkl"[: MOST_DIRECT + 1]
    folded = fold(picture(*((name, "c") for name in names), dependents=names))
    assert len(folded.noticing.shown) == MOST_DIRECT + 1
    assert folded.noticing.hidden == ()
