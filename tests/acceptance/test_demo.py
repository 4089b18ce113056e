"""The demonstration is a believable repository: it has a past, it works, and one change that says less than it does."""

import subprocess
import sys
from pathlib import Path

import pytest
from examples.build_demo import ROOT, SOURCES, Edit, HistoricCommit, StoryError, build, git, read_history, versions
from examples.say_outcome import outcome

PYTHON_PARTS = ("libs/commerce", "services/checkout", "services/cost_report")


@pytest.fixture(scope="module")
def storefront(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("demo") / "store front"
    assert build(target) == "main..fix-rounding"
    return target


def run_tests(repository: Path, part: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "unittest", "discover", "-s", f"{part}/tests"],
        cwd=repository,
        env={"PYTHONPATH": f"libs/commerce/src:{part}/src", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def at_change(storefront: Path, folder: Path) -> Path:
    git(storefront, "worktree", "add", "--quiet", "--detach", str(folder), "fix-rounding")
    return folder


def test_the_repository_has_a_past_by_several_people(storefront: Path) -> None:
    authors = git(storefront, "log", "--format=%an", "main").splitlines()

    assert len(authors) >= 35
    assert len(set(authors)) >= 6


def test_the_tip_of_main_is_the_sources_as_they_lie_here(storefront: Path) -> None:
    files = git(storefront, "ls-tree", "-r", "--name-only", "main").splitlines()

    assert all((SOURCES / "main" / name).read_text() == git(storefront, "show", f"main:{name}") for name in files)


@pytest.mark.parametrize("part", PYTHON_PARTS)
def test_the_storefront_passes_its_own_tests(storefront: Path, part: str) -> None:
    done = run_tests(storefront, part)

    assert done.returncode == 0, done.stderr


def test_the_change_passes_the_tests_its_author_ran(storefront: Path, tmp_path: Path) -> None:
    done = run_tests(at_change(storefront, tmp_path / "change"), "services/cost_report")

    assert done.returncode == 0, done.stderr


def test_the_change_breaks_a_service_its_author_never_opened(storefront: Path, tmp_path: Path) -> None:
    done = run_tests(at_change(storefront, tmp_path / "change"), "services/checkout")

    assert "missing 1 required positional argument" in done.stderr


def test_the_change_is_one_commit_that_an_agent_signed(storefront: Path) -> None:
    messages = git(storefront, "log", "--format=%B", "main..fix-rounding")

    assert messages.startswith("Fix a rounding bug in the cost report\n")
    assert messages.count("Co-Authored-By:") == 1


def test_two_builds_are_the_same_to_the_byte(storefront: Path, tmp_path: Path) -> None:
    build(tmp_path / "again")

    assert git(tmp_path / "again", "rev-parse", "main", "fix-rounding") == git(
        storefront, "rev-parse", "main", "fix-rounding"
    )


def test_a_story_that_does_not_fit_its_files_is_refused() -> None:
    history = read_history()
    files = {path: "" for commit in history.commits for path in commit.adds}

    with pytest.raises(StoryError, match="not exactly once"):
        list(versions(history, files))


def test_earlier_versions_follow_from_undoing_later_edits() -> None:
    history = read_history()
    first, second = (
        HistoricCommit(by="ines", at=history.commits[0].at, says="one", adds=("a.txt",)),
        HistoricCommit(
            by="ines", at=history.commits[1].at, says="two", edits=(Edit(file="a.txt", was="old", now="new"),)
        ),
    )
    story = type(history)(people=history.people, commits=(first, second), change=history.change, mended=history.mended)

    assert [dict(written) for _, written in versions(story, {"a.txt": "the new text"})] == [
        {"a.txt": "the old text"},
        {"a.txt": "the new text"},
    ]


def test_a_change_is_approved_by_two_people_admitted_and_refused_once_a_bit_is_changed(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "examples.approve_demo", "--target", str(tmp_path / "a demo")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    admitted, refused = done.stdout.split("Now somebody changes one bit")
    assert "Admitted: origin/fix-shares" in admitted
    assert "Admitted" not in refused
    assert "is not the one that was appended" in refused


def test_the_demonstration_ends_with_what_came_of_it_in_lines_that_fit(tmp_path: Path) -> None:
    module = [sys.executable, "-m", "examples.build_demo", "--review", "--target", str(tmp_path / "storefront")]
    subprocess.run(module, cwd=ROOT, capture_output=True, check=True)

    told = outcome(tmp_path, is_approved=True).splitlines()

    assert told[1] == "What came of it"
    assert "main..fix-rounding: not satisfied" in told[2]
    assert "critical  sql/drop-column  migrations/0007_regions.sql:12" in told[4]
    assert told[-1].strip() == (tmp_path / "review.html").as_uri()
    assert len(told) <= 12
    assert all(len(line) < 80 for line in told[:-1])
    assert "ssh-keygen is not installed" in outcome(tmp_path, is_approved=False)


def test_without_a_review_nothing_came_of_it(tmp_path: Path) -> None:
    assert outcome(tmp_path, is_approved=True) == ""
