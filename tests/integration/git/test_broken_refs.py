"""What a clone lacks or has broken is never taken for what is not there: no other branch steps in, no commit reads as none."""

from pathlib import Path

import pytest
from tests.integration.git.scratch import Scratch

from weighbridge.app.build_trust import UnreadableTrustError, build_trust
from weighbridge.app.ports import ChangeRequest, NotARepositoryError, UnknownRevisionError, UnreadableObjectError
from weighbridge.domain.trust import Trust


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    made = Scratch.make(tmp_path / "shop")
    made.commit("Begin", **{"a.py": "one\n"})
    made.commit("Go on", **{"a.py": "two\n"})
    return made


def trusted(scratch: Scratch, target: str = "") -> Trust:
    with scratch.open() as repository:
        request = ChangeRequest(range_text="HEAD", target=target)
        return build_trust(repository, repository.change(request), request=request)


def lose(scratch: Scratch, oid: str) -> None:
    (scratch.folder / ".git/objects" / oid[:2] / oid[2:]).unlink()


def test_one_branch_without_its_commit_keeps_nobody_from_the_others(scratch: Scratch) -> None:
    scratch.write(".git/refs/heads/broken", "1" * 40 + "\n")

    assert [f.path for f in scratch.change("HEAD").files] == ["a.py"]
    assert [f.path for f in scratch.change("main").files] == ["a.py"]
    assert trusted(scratch).target_name == "refs/heads/main"


@pytest.mark.parametrize("target", ["", "main"])
def test_a_protected_branch_without_its_commit_is_not_replaced_by_a_local_one(scratch: Scratch, target: str) -> None:
    scratch.write(".git/refs/remotes/origin/main", "1" * 40 + "\n")

    with pytest.raises(UnreadableObjectError, match="refs/remotes/origin/main leads to 111111111111"):
        trusted(scratch, target)


def test_a_branch_that_is_checked_out_and_lost_its_commit_is_not_an_empty_repository(scratch: Scratch) -> None:
    scratch.write("a.py", "three\n")
    scratch.git("add", "-A")
    lose(scratch, scratch.git("rev-parse", "HEAD"))

    for staged in (True, False):
        with pytest.raises(UnreadableObjectError, match="HEAD leads to"):
            scratch.change(staged=staged, worktree=not staged)


def test_a_named_branch_that_lost_its_commit_is_unreadable_and_not_unknown(scratch: Scratch) -> None:
    scratch.write(".git/refs/heads/topic", "1" * 40 + "\n")

    with pytest.raises(UnreadableObjectError, match="git fsck"):
        scratch.change("topic")


def test_a_branch_that_has_no_commit_yet_is_no_broken_one(tmp_path: Path) -> None:
    empty = Scratch.make(tmp_path / "empty")
    empty.write("a.py", "one\n")
    empty.git("add", "-A")

    assert [f.path for f in empty.change(staged=True).files] == ["a.py"]


def test_a_shallow_clone_says_that_an_older_commit_may_lie_beyond(scratch: Scratch, tmp_path: Path) -> None:
    scratch.git("clone", "-q", "--depth", "1", scratch.folder.as_uri(), str(tmp_path / "clone"))

    with pytest.raises(UnknownRevisionError, match="git fetch --unshallow"):
        Scratch(tmp_path / "clone").change("HEAD~1..HEAD")


def test_a_base_beyond_the_end_of_a_shallow_clone_could_not_be_looked_at(scratch: Scratch, tmp_path: Path) -> None:
    scratch.git("clone", "-q", "--depth", "1", scratch.folder.as_uri(), str(tmp_path / "clone"))

    with pytest.raises(UnreadableObjectError, match="git fetch --deepen"):
        Scratch(tmp_path / "clone").change("HEAD")


def test_a_damaged_index_is_named_by_its_own_path_with_the_way_out(scratch: Scratch) -> None:
    scratch.write(".git/index", b"garbage")

    for staged in (True, False):
        with pytest.raises(UnreadableObjectError, match=r"shop/\.git/index: .*git reset") as raised:
            scratch.change(staged=staged, worktree=not staged)
        assert "weighbridge-git-" not in str(raised.value)


def test_a_forks_default_branch_is_not_believed_where_there_is_an_origin(scratch: Scratch) -> None:
    for name in ("origin/main", "fork/evil"):
        scratch.git("update-ref", f"refs/remotes/{name}", "HEAD")
    scratch.git("symbolic-ref", "refs/remotes/fork/HEAD", "refs/remotes/fork/evil")

    assert trusted(scratch).target_name == "refs/remotes/origin/main"


def test_the_only_remotes_default_branch_is_believed_whatever_it_is_called(scratch: Scratch) -> None:
    scratch.git("update-ref", "refs/remotes/company/trunk", "HEAD")
    scratch.git("symbolic-ref", "refs/remotes/company/HEAD", "refs/remotes/company/trunk")

    assert trusted(scratch).target_name == "refs/remotes/company/trunk"


def test_a_trusted_folder_that_is_a_link_is_an_error_and_not_absent(scratch: Scratch) -> None:
    scratch.write("elsewhere/system.yaml", "version: 1\n")
    (scratch.folder / ".weighbridge").symlink_to("elsewhere")
    scratch.commit("Link it")
    scratch.commit("Later", **{"a.py": "three\n"})

    with pytest.raises(UnreadableTrustError, match="is no folder"):
        trusted(scratch)


def test_two_trusted_documents_of_one_stem_are_an_error(scratch: Scratch) -> None:
    scratch.write_all({".weighbridge/system.yaml": "version: 1\n", ".weighbridge/system.json": '{"version": 1}'})
    scratch.commit("Describe it twice")
    scratch.commit("Later", **{"a.py": "three\n"})

    with pytest.raises(UnreadableTrustError, match=r"system\.yaml and .*system\.json"):
        trusted(scratch)


def test_owners_in_two_places_are_read_in_the_forges_order_and_are_no_error(scratch: Scratch) -> None:
    scratch.write_all({"CODEOWNERS": "* @a\n", ".github/CODEOWNERS": "* @b\n"})
    scratch.commit("Own it")
    scratch.commit("Later", **{"a.py": "three\n"})

    assert len(trusted(scratch).documents) == 2


def test_a_trusted_document_whose_bytes_are_missing_could_not_be_looked_at(scratch: Scratch) -> None:
    scratch.commit("Describe it", **{".weighbridge/system.yaml": "version: 1\n"})
    scratch.commit("Later", **{"a.py": "three\n"})
    lose(scratch, scratch.git("rev-parse", "HEAD:.weighbridge/system.yaml"))

    with pytest.raises(UnreadableObjectError, match=r"system\.yaml at"):
        trusted(scratch)


def test_a_damaged_git_folder_is_not_called_absent(scratch: Scratch) -> None:
    scratch.write(".git/HEAD", "garbage\n")

    with pytest.raises(NotARepositoryError, match="is it whole, and may you read all of it"):
        scratch.open()


def test_a_tree_that_git_cannot_walk_could_not_be_looked_at(scratch: Scratch) -> None:
    blob = bytes.fromhex(scratch.git("rev-parse", "HEAD:a.py"))
    tree = scratch.git("hash-object", "-t", "tree", "-w", "--literally", "--stdin", given=b"100644 \0" + blob)
    commit = scratch.git("commit-tree", "-p", "HEAD", "-m", "Nameless", tree)

    with pytest.raises(UnreadableObjectError, match="git fsck"):
        scratch.change(commit)
