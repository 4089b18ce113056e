"""The sentences that every rendering shares."""

import pytest
from msgspec.structs import replace
from tests.samples.packages import quiet
from tests.samples.parts import dependent, edge, reached

from weighbridge.domain.change import ChangeKind
from weighbridge.domain.ids import ObjectId
from weighbridge.domain.impact import Impact, ReachedKind
from weighbridge.domain.package import ReviewPackage
from weighbridge.review.render.html import render_html
from weighbridge.review.render.markdown import render_markdown
from weighbridge.review.render.terminal import Terminal, render_terminal
from weighbridge.review.sentences import blast_radius, weighed_line

SEEN, GUESSED = edge("a.go#Ring", "b.go#Get", line=3), edge("c.go#Sell", "b.go#Get", line=4, inferred=True)
ENTRY = reached(ReachedKind.ENTRY_POINT, "GET /", path=(SEEN,))


def impact(*users: tuple[str, bool]) -> Impact:
    """Users by their component, and whether each is only inferred."""
    paths = (dependent(f"u{n}.go#f", where, path=(GUESSED if g else SEEN,)) for n, (where, g) in enumerate(users))
    return Impact(dependents=tuple(paths), reached=(ENTRY,))


def called(asked: str, *, kind: ChangeKind, head: ObjectId | None, commits: int = 1) -> ReviewPackage:
    """A quiet change of this kind, as somebody named it."""
    calm = quiet()
    change = calm.decision.change
    change = replace(change, kind=kind, head_commit=head, commits=change.commits[:1] * commits)
    names = replace(calm.names, range_text=asked)
    return replace(
        calm,
        decision=replace(calm.decision, change=change),
        presentation=replace(calm.presentation, names=names),
    )


def test_what_is_only_inferred_is_counted_beside_all() -> None:
    words = blast_radius(impact(("till", False), ("till", True), ("shop", True)))

    assert words == "3 dependents (2 inferred) in 2 components (1 inferred); 1 entry point"


def test_where_all_is_seen_nothing_is_said_of_it() -> None:
    assert blast_radius(impact(("till", False))) == "1 dependent in 1 component; 1 entry point"


def test_where_there_is_no_room_how_many_are_inferred_is_left_out_first() -> None:
    words = blast_radius(impact(("till", False), ("till", True)), room=45)

    assert words == "2 dependents in 1 component; 1 entry point"


@pytest.mark.parametrize(
    ("asked", "kind", "commits", "words"),
    [
        ("main", ChangeKind.COMMIT, 1, "main, its newest commit alone ({base}..{head})"),
        ("main", ChangeKind.RANGE, 1, "main, its newest commit alone ({base}..{head})"),
        ("main", ChangeKind.MERGE, 2, "main, its newest commit alone ({base}..{head})"),
        ("fix", ChangeKind.RANGE, 2, "fix, what it adds ({base}..{head})"),
        ("main...fix", ChangeKind.RANGE, 1, "main...fix ({base}..{head})"),
        ("", ChangeKind.RANGE, 1, "{base}..{head}"),
        ("", ChangeKind.STAGED, 0, "what is staged, on {base}"),
    ],
)
def test_what_was_weighed_is_said_as_it_was_named_and_by_commits(
    asked: str, kind: ChangeKind, commits: int, words: str
) -> None:
    change = quiet().decision.change
    assert change.base_commit is not None
    assert change.head_commit is not None
    expected = words.format(base=change.base_commit[:10], head=change.head_commit[:10])
    head = None if kind is ChangeKind.STAGED else change.head_commit

    package = called(asked, kind=kind, head=head, commits=commits)

    assert weighed_line(package) == expected


def test_every_rendering_says_what_a_branch_alone_stood_for() -> None:
    package = called("main", kind=ChangeKind.COMMIT, head=quiet().decision.change.head_commit)

    for shown in (render_terminal(package, {}, terminal=Terminal()), render_markdown(package), render_html(package)):
        assert "main, its newest commit alone" in shown
