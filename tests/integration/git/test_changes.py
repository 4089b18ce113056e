"""Every way to name a change gives the right ends, files and lines."""

import time
from pathlib import Path

import pytest
from tests.integration.git.scratch import Scratch

from weighbridge.adapters.git import open_repository
from weighbridge.app.ports import ChangeRequest, NoMergeBaseError, RepositoryError, UnknownRevisionError
from weighbridge.domain.change import ChangeKind, FileStatus, LineRange


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    made = Scratch.make(tmp_path / "shop")
    made.commit("Begin", **{"a.py": "one\ntwo\nthree\n", "b.py": "b\n"})
    return made


def test_a_range_gives_the_lines_that_changed_on_both_sides(scratch: Scratch) -> None:
    scratch.commit("Change the middle", **{"a.py": "one\nTWO\nTWO AGAIN\nthree\n"})

    change = scratch.change("HEAD~1..HEAD")

    (file,) = change.files
    assert (file.status, file.added, file.removed) == (
        FileStatus.MODIFIED,
        (LineRange(start=2, end=3),),
        (LineRange(start=2, end=2),),
    )
    assert (change.kind, change.title, change.repository) == (ChangeKind.RANGE, "Change the middle", "shop")


def test_a_pure_deletion_leaves_an_empty_range_between_the_lines_that_stay(scratch: Scratch) -> None:
    scratch.commit("Drop the middle", **{"a.py": "one\nthree\n"})

    (file,) = scratch.change("HEAD~1..HEAD").files

    assert file.added == (LineRange(start=2, end=1),)
    assert (file.lines_added, file.lines_removed) == (0, 1)
    assert file.added[0].touches(1, 2)
    assert not file.added[0].touches(2, 2)


def test_a_root_commit_is_weighed_against_the_empty_tree(scratch: Scratch) -> None:
    change = scratch.change("HEAD")

    assert change.base_commit is None
    assert {file.status for file in change.files} == {FileStatus.ADDED}
    assert [commit.subject for commit in change.commits] == ["Begin"]


def test_a_branch_is_weighed_from_where_it_left_the_target(scratch: Scratch) -> None:
    scratch.git("checkout", "-q", "-b", "topic")
    scratch.commit("On the branch", **{"topic.py": "x\n"})
    scratch.git("checkout", "-q", "main")
    scratch.commit("Meanwhile", **{"main.py": "y\n"})

    change = scratch.change("topic")

    assert [file.path for file in change.files] == ["topic.py"]
    assert change.kind is ChangeKind.RANGE


def test_three_dots_mean_the_merge_base_and_two_dots_the_two_trees(scratch: Scratch) -> None:
    scratch.git("checkout", "-q", "-b", "topic")
    scratch.commit("On the branch", **{"topic.py": "x\n"})
    scratch.git("checkout", "-q", "main")
    scratch.commit("Meanwhile", **{"main.py": "y\n"})

    shared, exact = scratch.change("main...topic"), scratch.change("main..topic")

    assert [file.path for file in shared.files] == ["topic.py"]
    assert [file.path for file in exact.files] == ["main.py", "topic.py"]
    assert not shared.limitations
    assert "main has commits that topic lacks" in exact.limitations[0].detail


def test_a_merge_is_weighed_against_its_first_parent(scratch: Scratch) -> None:
    scratch.git("checkout", "-q", "-b", "topic")
    scratch.commit("On the branch", **{"topic.py": "x\n"})
    scratch.git("checkout", "-q", "main")
    scratch.commit("Meanwhile", **{"main.py": "y\n"})
    scratch.git("merge", "-q", "--no-ff", "-m", "Merge the topic", "topic")

    change = scratch.change("HEAD~0")

    assert change.kind is ChangeKind.MERGE
    assert [file.path for file in change.files] == ["topic.py"]
    assert change.title == "Merge the topic"
    assert {commit.subject for commit in change.commits} == {"Merge the topic", "On the branch"}


def test_the_staged_change_is_the_index_against_head(scratch: Scratch) -> None:
    scratch.write("a.py", "one\n")
    scratch.git("add", "a.py")
    scratch.write("b.py", "not staged\n")

    change = scratch.change(staged=True)

    assert [file.path for file in change.files] == ["a.py"]
    assert (change.kind, change.head_commit) == (ChangeKind.STAGED, None)


def test_looking_at_the_staged_change_writes_nothing_to_the_repository(scratch: Scratch) -> None:
    scratch.write("new/deep/file.py", "x\n")
    scratch.git("add", "-A")
    before = {p: p.stat().st_mtime_ns for p in (scratch.folder / ".git").rglob("*")}

    scratch.change(staged=True)
    scratch.change(worktree=True)

    assert {p: p.stat().st_mtime_ns for p in (scratch.folder / ".git").rglob("*")} == before


def test_the_work_tree_counts_untracked_files_and_leaves_ignored_ones(scratch: Scratch) -> None:
    scratch.write_all({".gitignore": "*.log\n", "new.py": "x\n", "noise.log": "x\n", "a.py": "changed\n"})
    (scratch.folder / "b.py").unlink()
    (scratch.folder / "link").symlink_to("/etc/passwd")

    change = scratch.change(worktree=True)

    assert {(file.path, file.status.value) for file in change.files} == {
        (".gitignore", "added"),
        ("a.py", "modified"),
        ("b.py", "deleted"),
        ("link", "added"),
        ("new.py", "added"),
    }
    link = next(file for file in change.files if file.path == "link")
    assert link.head is not None
    assert (link.head.mode.value, link.head.size) == ("120000", len("/etc/passwd"))


def test_the_first_staged_change_of_an_empty_repository_has_the_empty_tree_as_its_base(tmp_path: Path) -> None:
    scratch = Scratch.make(tmp_path / "new")
    scratch.write("a.py", "x\n")
    scratch.git("add", "-A")

    change = scratch.change(staged=True)

    assert (change.base_commit, [file.path for file in change.files]) == (None, ["a.py"])


def test_a_range_in_a_repository_without_commits_says_so(tmp_path: Path) -> None:
    scratch = Scratch.make(tmp_path / "new")

    with pytest.raises(UnknownRevisionError, match="no branch with a commit yet"):
        scratch.change("HEAD")


def test_an_unknown_revision_names_the_branches_that_sound_like_it(scratch: Scratch) -> None:
    scratch.git("branch", "feature/checkout")

    with pytest.raises(UnknownRevisionError, match="feature/checkout"):
        scratch.change("main..feature/chekout")


def test_sides_without_a_shared_history_are_an_error_with_a_way_out(scratch: Scratch) -> None:
    scratch.git("checkout", "-q", "--orphan", "other")
    scratch.commit("Elsewhere", **{"z.py": "z\n"})

    with pytest.raises(NoMergeBaseError, match=r"say main\.\.other"):
        scratch.change("main...other")


@pytest.mark.parametrize(
    "text", ["--output=/tmp/pwned", "-p..HEAD", "main\nHEAD", "main\0HEAD", "HEAD..--upload-pack=x", "x" * 5000]
)
def test_a_text_that_is_no_revision_is_refused_before_git_sees_it(scratch: Scratch, text: str) -> None:
    with pytest.raises(RepositoryError):
        scratch.change(text)


def test_a_bare_clone_is_read_like_any_other_repository(tmp_path: Path) -> None:
    scratch = Scratch.make(tmp_path / "work")
    scratch.commit("First", **{"a.py": "x = 1\n"})
    scratch.commit("Second", **{"a.py": "x = 2\n"})
    scratch.git("clone", "-q", "--bare", ".", str(tmp_path / "bare"))

    with open_repository(tmp_path / "bare") as repository:
        change = repository.change(ChangeRequest(range_text="HEAD"))

    assert [file.path for file in change.files] == ["a.py"]


def test_a_file_changed_in_the_moment_the_index_was_written_is_seen(scratch: Scratch) -> None:
    """Git remembers whole seconds of a file: one of the same second and size it must look into."""
    file = scratch.folder / "racy.py"
    is_in_one_second = False
    while not is_in_one_second:
        scratch.commit("Go on", **{"racy.py": "one\n"})
        before = file.stat().st_mtime
        scratch.write("racy.py", "two\n")
        is_in_one_second = int(before) == int(file.stat().st_mtime)
    time.sleep(1.1)

    assert [f.path for f in scratch.change(worktree=True).files] == ["racy.py"]
