"""The git command that the page names prints the lines that the page counts, whatever git itself is set to."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.integration.git.scratch import Scratch

from weighbridge.domain.change import Change
from weighbridge.review.compose import count_lines

BEFORE = "def c():\n    y = 1\ndef b():\ndef b():\ndef b():\ndef a():\ndef c():\n"
AFTER = "def c():\ndef b():\ndef b():\n}\n    y = 1\ndef b():\ndef a():\ndef c():\n"


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    made = Scratch.make(tmp_path / "repository")
    made.write_all({"a.py": BEFORE, "old.py": "one\n" * 30, "picture.png": b"\x89PNG\x00\x01", "gone.py": "x\n"})
    made.commit("Begin")
    return made


def edit(scratch: Scratch) -> None:
    scratch.git("mv", "old.py", "new.py")
    scratch.git("rm", "-q", "gone.py")
    scratch.write_all({"a.py": AFTER, "new.py": "one\n" * 29 + "two\n", "picture.png": b"\x89PNG\x00\x02"})
    scratch.git("add", "-A")


def commit(scratch: Scratch) -> Change:
    edit(scratch)
    scratch.commit("Change it")
    return scratch.change("HEAD~1..HEAD")


def stage(scratch: Scratch) -> Change:
    edit(scratch)
    return scratch.change(staged=True)


def only_write(scratch: Scratch) -> Change:
    edit(scratch)
    return scratch.change(worktree=True)


def counted(scratch: Scratch, command: str) -> str:
    return scratch.git(*command.split()[1:]).strip()


def words(change: Change) -> str:
    files = f"{len(change.files)} files changed"
    return f"{files}, {change.lines_added} insertions(+), {change.lines_removed} deletions(-)"


@pytest.mark.parametrize("make", [commit, stage, only_write])
def test_the_command_prints_what_is_counted(scratch: Scratch, make: Callable[[Scratch], Change]) -> None:
    scratch.git("config", "diff.algorithm", "minimal")
    scratch.git("config", "diff.renames", "false")
    change = make(scratch)
    assert counted(scratch, count_lines(change)) == words(change)


def test_git_by_itself_may_count_otherwise(scratch: Scratch) -> None:
    change = commit(scratch)
    assert counted(scratch, "git diff --shortstat HEAD~1 HEAD") != words(change)


def test_a_first_commit_is_counted_against_the_empty_tree(scratch: Scratch) -> None:
    change = scratch.change("HEAD")
    assert change.base_commit is None
    assert counted(scratch, count_lines(change)) == f"4 files changed, {change.lines_added} insertions(+)"


def test_attributes_hide_lines_from_git_alone(scratch: Scratch) -> None:
    scratch.commit("Hide", **{".gitattributes": "*.py binary\n"})
    change = commit(scratch)
    assert change.lines_added > 0
    assert counted(scratch, count_lines(change)).endswith("0 insertions(+), 0 deletions(-)")
