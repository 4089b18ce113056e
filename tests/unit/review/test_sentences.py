"""The sentences that every rendering shares."""

from tests.samples.parts import dependent, edge, reached

from weighbridge.domain.impact import Impact, ReachedKind
from weighbridge.review.sentences import blast_radius

SEEN, GUESSED = edge("a.go#Ring", "b.go#Get", line=3), edge("c.go#Sell", "b.go#Get", line=4, inferred=True)
ENTRY = reached(ReachedKind.ENTRY_POINT, "GET /", path=(SEEN,))


def impact(*users: tuple[str, bool]) -> Impact:
    """Users by their component, and whether each is only inferred."""
    paths = (dependent(f"u{n}.go#f", where, path=(GUESSED if g else SEEN,)) for n, (where, g) in enumerate(users))
    return Impact(dependents=tuple(paths), reached=(ENTRY,))


def test_what_is_only_inferred_is_counted_beside_all() -> None:
    words = blast_radius(impact(("till", False), ("till", True), ("shop", True)))

    assert words == "3 dependents (2 inferred) in 2 components (1 inferred); 1 entry point"


def test_where_all_is_seen_nothing_is_said_of_it() -> None:
    assert blast_radius(impact(("till", False))) == "1 dependent in 1 component; 1 entry point"


def test_where_there_is_no_room_how_many_are_inferred_is_left_out_first() -> None:
    words = blast_radius(impact(("till", False), ("till", True)), room=45)

    assert words == "2 dependents in 1 component; 1 entry point"
