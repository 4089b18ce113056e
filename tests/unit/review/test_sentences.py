"""The sentences that every rendering shares."""

import pytest
from msgspec.structs import replace
from tests.samples.packages import quiet, usual
from tests.samples.parts import dependent, edge, reached

from weighbridge.domain.change import ChangeKind
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.impact import Impact, ReachedKind
from weighbridge.domain.outcomes import CouldNotLook, Coverage, FileCoverage, Reason
from weighbridge.domain.package import ReviewPackage
from weighbridge.domain.risk import Risk
from weighbridge.review.render.html import render_html
from weighbridge.review.render.markdown import render_markdown
from weighbridge.review.render.terminal import Terminal, render_terminal
from weighbridge.review.sentences import blast_radius, risk_line, weighed_line

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


def covered(read: int, *, unread: int) -> Coverage:
    """A change of so many files that were read, and that were not."""
    files = [(RepoPath(f"f{n}.py"), n < read) for n in range(read + unread)]
    return Coverage(files=tuple(FileCoverage(path=path, language="python", examined=seen) for path, seen in files))


def test_that_nothing_notices_is_said_as_far_as_was_read() -> None:
    unread = CouldNotLook(reason=Reason.NO_HISTORY, detail="2 code files of this tree could not be read")

    assert blast_radius(Impact(), covered(2, unread=0)) == "no code depends on it"
    assert blast_radius(Impact(), covered(0, unread=1)) == (
        "no code depends on it, as far as could be read: 1 of 1 file was not"
    )
    assert blast_radius(Impact(), covered(1, unread=2)) == (
        "no code depends on it, as far as could be read: 2 of 3 files were not"
    )
    assert blast_radius(Impact(truncated=unread.detail), covered(1, unread=2)) == f"unknown: {unread.detail}"


def test_that_tests_alone_notice_is_said_as_far_as_was_read() -> None:
    tested = Impact(dependents=(dependent("test_f.py#f", "till", path=(SEEN,), is_test=True),))

    assert blast_radius(tested, covered(1, unread=0)) == "no code depends on it but 1 test file"
    assert blast_radius(tested, covered(0, unread=2)) == (
        "no code depends on it but 1 test file, as far as could be read: 2 of 2 files were not"
    )
    assert blast_radius(tested, covered(0, unread=2), room=66) == (
        "only 1 test file seen to depend on it; 2 of 2 files were not read"
    )


def test_what_depends_on_files_of_other_kinds_is_said_to_be_unknown_and_not_nothing() -> None:
    code, notes = covered(2, unread=0).files, FileCoverage(path=RepoPath("a.md"), language="prose", examined=True)
    network = FileCoverage(path=RepoPath("main.tf"), language="terraform", examined=True)
    font = FileCoverage(path=RepoPath("a.woff"), language="woff", examined=False)

    assert blast_radius(Impact(), Coverage(files=(network,))) == (
        "no code is seen to use it; what else depends on 1 of 1 changed file (Terraform) is not traced"
    )
    assert blast_radius(Impact(), Coverage(files=(*code, network, font)), room=60) == (
        "no code is seen to use it; 2 of 4 changed files not traced"
    )
    assert blast_radius(Impact(), Coverage(files=(*code, notes))) == "no code depends on it"


def stands(percentile: float, *, is_without_past: bool) -> Risk:
    return Risk(
        percentile=percentile,
        baseline_percentile=10.0,
        sample=1_000,
        window="all",
        model="m",
        is_without_past=is_without_past,
    )


def test_files_without_a_past_are_given_no_low_percentile() -> None:
    assert risk_line(stands(0.0, is_without_past=True)) == (
        "its files are new here, with no past to place it by; added lines alone: 10th percentile of 1,000 changes"
    )
    assert risk_line(stands(0.0, is_without_past=False)) == "0th percentile of 1,000 changes; added lines alone: 10th"


def test_what_stands_out_although_its_files_have_no_past_is_placed() -> None:
    assert risk_line(stands(93.0, is_without_past=True)) == "93rd percentile of 1,000 changes; added lines alone: 10th"


def test_the_page_of_a_change_of_new_files_draws_no_risk() -> None:
    package = usual()
    shown, new = (
        render_html(
            replace(
                package,
                presentation=replace(package.presentation, risk=stands(0.0, is_without_past=is_new)),
            )
        )
        for is_new in (False, True)
    )

    assert "Risk: 0th percentile" in shown
    assert "0th percentile of" in shown
    assert "Risk: 0th percentile" not in new
    assert "no past to place it by" in new


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_that_some_files_were_not_read_is_beside_it_in_a_narrow_terminal_too(width: int) -> None:
    package = usual()
    decision = replace(package.decision, impact=Impact(), coverage=covered(1, unread=2))

    shown = render_terminal(replace(package, decision=decision), {}, terminal=Terminal(width=width))

    line = next(line for line in shown.splitlines() if line.startswith("Blast radius"))
    assert "depends on it" in line or "nothing seen" in line
    assert "2 of 3 files were not" in line or "2 unread" in line


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
