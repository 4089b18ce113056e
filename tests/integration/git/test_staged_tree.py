"""The tree told from the index's difference is the one git writes, whatever was staged."""

import random
import shutil
from pathlib import Path

import pytest
from tests.integration.git.scratch import Scratch

from weighbridge.adapters.git import staged_tree, staging
from weighbridge.app.ports import RepositoryError

FOLDERS = ("a", "a/b", "a/b/c", "d", "d-e", "d.x", "z")
FILES: dict[str, bytes | str] = {f"{folder}/f{n}.py": f"x = {n}\n" for folder in FOLDERS for n in range(4)}


@pytest.fixture(params=["sha1", "sha256"])
def scratch(request: pytest.FixtureRequest, tmp_path: Path) -> Scratch:
    made = Scratch.make(tmp_path / "made", f"--object-format={request.param}")
    made.write_all(FILES | {"top.py": "1\n"})
    made.commit()
    return made


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Git may not write the tree itself."""

    def refuse(*_: object) -> None:
        raise AssertionError("git was asked for the tree")

    monkeypatch.setattr(staging, "_write_tree", refuse)


def assert_alike(scratch: Scratch) -> None:
    change = scratch.change(staged=True)
    assert change.head_tree == scratch.git("write-tree")
    listed = scratch.git(
        "diff-index", "--cached", "--name-only", "--no-renames", "--ita-invisible-in-index", "HEAD"
    ).split()
    assert {blob.path for f in change.files for blob in (f.base, f.head) if blob} == set(listed)


@pytest.mark.usefixtures("alone")
def test_files_changed_added_removed_and_made_executable(scratch: Scratch) -> None:
    scratch.write_all({"a/b/f1.py": "y\n", "new/deep/er/f.py": "z\n", "d.x/f0.py": "w\n"})
    (scratch.folder / "z/f2.py").unlink()
    (scratch.folder / "top.py").chmod(0o755)
    (scratch.folder / "d/link").symlink_to("f1.py")
    scratch.git("add", "-A")

    assert_alike(scratch)


@pytest.mark.usefixtures("alone")
def test_a_folder_that_becomes_a_file_and_a_file_that_becomes_a_folder(scratch: Scratch) -> None:
    shutil.rmtree(scratch.folder / "a/b")
    scratch.write("a/b", "now a file\n")
    (scratch.folder / "top.py").unlink()
    scratch.write("top.py/inside.py", "now a folder\n")
    scratch.git("add", "-A")

    assert_alike(scratch)


@pytest.mark.usefixtures("alone")
def test_a_folder_of_which_nothing_is_left(scratch: Scratch) -> None:
    scratch.git("rm", "-rq", "a", "z/f0.py")

    assert_alike(scratch)


@pytest.mark.usefixtures("alone")
def test_nothing_staged_is_the_commits_own_tree(scratch: Scratch) -> None:
    scratch.write("a/f0.py", "not staged\n")

    assert scratch.change(staged=True).files == ()
    assert_alike(scratch)


@pytest.mark.usefixtures("alone")
def test_a_submodule_and_names_that_are_no_plain_text(scratch: Scratch) -> None:
    scratch.git("update-index", "--add", "--cacheinfo", f"160000,{scratch.git('rev-parse', 'HEAD')},sub/module")
    scratch.write_all({'q"uo\ttes.py': "1\n", "new\nline.py": "2\n", "ünï.py": "3\n"})
    (scratch.folder / "a").joinpath("b").joinpath("\udcff.py").write_bytes(b"4\n")
    scratch.git("add", "a", ":/*.py")

    assert scratch.change(staged=True).head_tree == scratch.git("write-tree")


@pytest.mark.usefixtures("alone")
def test_a_file_that_is_only_intended_to_be_added_is_not_in_it(scratch: Scratch) -> None:
    scratch.write_all({"later.py": "1\n", "a/f0.py": "2\n"})
    scratch.git("add", "-N", "later.py")
    scratch.git("add", "a/f0.py")

    assert_alike(scratch)


@pytest.mark.usefixtures("alone")
def test_thirty_random_stagings(scratch: Scratch) -> None:
    chance = random.Random(20261128)
    paths = [*FILES, "top.py", *(f"{folder}/new{n}.py" for folder in (*FOLDERS, "n", "n/m") for n in range(2))]
    for _ in range(30):
        for path in chance.sample(paths, 6):
            if chance.random() < 0.4:
                (scratch.folder / path).unlink(missing_ok=True)
            else:
                scratch.write(path, f"x = {chance.random()}\n")
        scratch.git("add", "-A")
        assert_alike(scratch)


def test_conflicts_are_told(scratch: Scratch) -> None:
    scratch.git("checkout", "-q", "-b", "other")
    scratch.commit(**{"top.py": "2\n"})
    scratch.git("checkout", "-q", "main")
    scratch.commit(**{"top.py": "3\n"})
    with pytest.raises(AssertionError):
        scratch.git("merge", "-q", "other")

    with pytest.raises(RepositoryError, match="unresolved conflicts"):
        scratch.change(staged=True)


def test_more_than_is_reckoned_with_is_written_by_git(scratch: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staged_tree, "MOST_STAGED", 3)
    scratch.write_all({f"a/f{n}.py": "y\n" for n in range(4)})
    scratch.git("add", "-A")

    assert_alike(scratch)


def test_a_sparse_index_is_written_by_git(scratch: Scratch) -> None:
    scratch.git("sparse-checkout", "set", "--cone", "--sparse-index", "a")
    scratch.write("a/f0.py", "y\n")
    scratch.git("add", "a/f0.py")

    assert_alike(scratch)


def test_everything_removed_is_the_empty_tree(scratch: Scratch) -> None:
    scratch.git("rm", "-rq", ".")

    assert_alike(scratch)
