"""Repositories of every shape git knows are read, and what cannot be seen is said."""

import os
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.integration.git.scratch import Scratch

from weighbridge.adapters.git import open_repository
from weighbridge.app.ports import (
    ChangeRequest,
    NotARepositoryError,
    RepositoryError,
    UnreadableObjectError,
)
from weighbridge.domain.change import FileStatus, Mode
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.outcomes import CouldNotLook, Reason

MEGABYTE = 1 << 20


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    made = Scratch.make(tmp_path / "shop")
    made.write_all({"a.py": "one\ntwo\nthree\n", "folder/b.py": "b\n" * 20})
    made.commit("Begin")
    return made


def test_a_bare_repository_is_read_like_any_other(scratch: Scratch, tmp_path: Path) -> None:
    scratch.commit("Go on", **{"a.py": "one\n"})
    scratch.git("clone", "-q", "--bare", ".", str(tmp_path / "shop.git"))
    bare = Scratch(tmp_path / "shop.git")

    change = bare.change("main~1..main")

    assert ([f.path for f in change.files], change.repository) == (["a.py"], "shop")


@pytest.mark.parametrize("kind", ["staged", "worktree"])
def test_a_bare_repository_without_an_index_has_no_work_to_weigh(scratch: Scratch, tmp_path: Path, kind: str) -> None:
    scratch.git("clone", "-q", "--bare", ".", str(tmp_path / "bare.git"))
    bare = Scratch(tmp_path / "bare.git")

    with pytest.raises(RepositoryError, match="bare repository has no"):
        bare.change(staged=kind == "staged", worktree=kind == "worktree")


def test_a_linked_worktree_has_its_own_index_and_the_shared_history(scratch: Scratch, tmp_path: Path) -> None:
    scratch.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    side = Scratch(tmp_path / "side")
    side.write("a.py", "side\n")
    side.git("add", "-A")

    with side.open() as one, scratch.open() as other:
        assert (one.identity, one.name) == (other.identity, other.name)
    assert [f.path for f in side.change(staged=True).files] == ["a.py"]
    assert [f.path for f in side.change(worktree=True).files] == ["a.py"]
    assert scratch.change(staged=True).files == ()


def test_a_folder_below_the_top_sees_the_whole_repository(scratch: Scratch) -> None:
    scratch.write_all({"a.py": "x\n", "folder/b.py": "y\n"})
    scratch.git("add", "a.py")
    below = Scratch(scratch.folder / "folder")

    assert [f.path for f in below.change(staged=True).files] == ["a.py"]
    assert [f.path for f in below.change(worktree=True).files] == ["a.py", "folder/b.py"]


def test_a_folder_outside_any_repository_is_an_error_that_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotARepositoryError, match="no git repository here or above"):
        open_repository(tmp_path, inherited={"PATH": os.environ["PATH"], "GIT_CEILING_DIRECTORIES": "/"})
    with pytest.raises(NotARepositoryError, match="no such folder"):
        open_repository(tmp_path / "nowhere")


def test_a_repository_with_sha_256_ids_is_read(tmp_path: Path) -> None:
    scratch = Scratch.make(tmp_path / "new", "--object-format=sha256")
    root = scratch.commit("Begin", **{"a.py": "one\n"})
    scratch.commit("Go on", **{"a.py": "two\n"})
    scratch.write_all({"b.py": "b\n"})
    (scratch.folder / "a.py").unlink()

    with scratch.open() as repository:
        change = repository.change(ChangeRequest(range_text=f"{root}..HEAD"))
        head = change.files[0].head
        assert head is not None
        assert repository.read(head.oid, 100) == b"two\n"
        assert repository.file_at(ObjectId(root), RepoPath("a.py"), 100) == b"one\n"
    assert len(change.head_tree) == 64
    assert [f.status.value for f in scratch.change(root).files] == ["added"]
    assert {f.path for f in scratch.change(worktree=True).files} == {"a.py", "b.py"}


def test_a_detached_head_and_an_unborn_branch_have_a_current_state(scratch: Scratch) -> None:
    scratch.git("checkout", "-q", "--detach")
    detached = scratch.change()
    scratch.git("checkout", "-q", "--orphan", "fresh")

    unborn = scratch.change(staged=True)

    assert detached.base_commit is None
    assert (unborn.base_commit, len(unborn.files)) == (None, 2)


def test_without_a_range_the_branch_that_is_checked_out_is_weighed(scratch: Scratch) -> None:
    scratch.git("checkout", "-q", "-b", "topic")
    scratch.commit("One", **{"x.py": "x\n"})
    scratch.commit("Two", **{"y.py": "y\n"})

    assert [f.path for f in scratch.change().files] == ["x.py", "y.py"]


def test_renames_are_followed_and_their_unchanged_lines_are_not_new(scratch: Scratch) -> None:
    scratch.write("folder/c.py", "b\n" * 20 + "more\n")
    (scratch.folder / "folder/b.py").unlink()
    scratch.commit("Move")

    (file,) = scratch.change("HEAD").files

    assert (file.status, file.lines_added, file.similarity < 100) == (FileStatus.RENAMED, 1, True)
    assert file.base is not None
    assert file.base.path == "folder/b.py"


def test_a_copy_is_new_with_all_its_lines(scratch: Scratch) -> None:
    scratch.write_all({"folder/c.py": "b\n" * 20, "folder/b.py": "b\n" * 20 + "more\n"})
    scratch.commit("Copy")

    copy = next(f for f in scratch.change("HEAD").files if f.path == "folder/c.py")

    assert (copy.status, copy.lines_added) == (FileStatus.ADDED, 20)


def test_modes_links_and_changed_types_are_told(scratch: Scratch) -> None:
    (scratch.folder / "a.py").chmod(0o755)
    (scratch.folder / "folder/b.py").unlink()
    (scratch.folder / "folder/b.py").symlink_to("../a.py")
    scratch.commit("Change what they are")

    mode, kind = scratch.change("HEAD").files

    assert (mode.status, mode.head and mode.head.mode, mode.added) == (FileStatus.MODIFIED, Mode.EXECUTABLE, ())
    assert (kind.status, kind.head and kind.head.mode) == (FileStatus.TYPE_CHANGED, Mode.SYMLINK)
    assert (kind.lines_added, kind.lines_removed) == (1, 20)


def test_a_submodule_is_told_by_its_commits(scratch: Scratch, tmp_path: Path) -> None:
    library = Scratch.make(tmp_path / "library")
    first = library.commit("First", **{"x.py": "x\n"})
    scratch.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(library.folder), "vendor/library")
    scratch.commit("Add it")
    inside = Scratch(scratch.folder / "vendor/library")
    second = inside.commit("Second", **{"x.py": "y\n"})

    added = next(f for f in scratch.change("HEAD").files if f.path == "vendor/library")
    (moved,) = scratch.change(worktree=True).files

    assert (added.head and added.head.mode, added.head and added.head.oid, added.head and added.head.size) == (
        Mode.SUBMODULE,
        first,
        -1,
    )
    assert (moved.head and moved.head.oid, moved.base and moved.base.oid) == (second, first)


@pytest.mark.parametrize(
    "name", [b"caf\xe9.py", b"tab\there", b'quote"d', b"line\nbreak", b"100%41.md", "日本.py".encode()]
)
def test_any_name_git_can_hold_is_read_and_found_again(scratch: Scratch, name: bytes) -> None:
    (Path(os.fsdecode(os.fsencode(scratch.folder) + b"/" + name))).write_bytes(b"x\n")
    worktree = scratch.change(worktree=True)
    head = scratch.commit("Odd")

    with scratch.open() as repository:
        (file,) = repository.change(ChangeRequest(range_text="HEAD")).files
        assert repository.file_at(ObjectId(head), file.path, 10) == b"x\n"
        assert file.path in {
            *repository.entries(ObjectId(scratch.git("rev-parse", "HEAD^{tree}"))),
        }
    assert worktree.files == (file,)
    assert file.lines_added == 1


def test_a_name_made_like_a_patch_does_not_add_lines(scratch: Scratch) -> None:
    scratch.write_all({"x\n@@ -1,9 +1,9 @@\ndiff --git a/y b/y": "1\n", "z.py": "2\n"})
    scratch.commit("Trick the reader")

    assert [f.lines_added for f in scratch.change("HEAD").files] == [1, 1]


def test_a_line_made_like_a_patch_does_not_add_lines(scratch: Scratch) -> None:
    scratch.commit(
        "Trick", **{"p.txt": "@@ -1,50 +1,50 @@\ndiff --git a/x b/x\n--- a/x\nBinary files a and b differ\n:100644\n"}
    )

    (file,) = scratch.change("HEAD").files

    assert (file.lines_added, file.is_binary) == (5, False)


def test_a_file_of_100_megabytes_costs_little_and_is_named(scratch: Scratch) -> None:
    scratch.write("data.csv", b"1,2,3\n" * (100 * MEGABYTE // 6))
    scratch.commit("Grow")
    scratch.write("data.csv", b"1,2,4\n" * (100 * MEGABYTE // 6))
    scratch.commit("Change all of it")
    begun = time.process_time()

    with scratch.open() as repository:
        change = repository.change(ChangeRequest(range_text="HEAD"))
        (file,) = change.files
        assert file.head is not None
        taken = repository.read(file.head.oid, MEGABYTE)
        small = repository.file_at(change.head_commit or ObjectId(""), RepoPath("a.py"), 100)

    assert isinstance(taken, CouldNotLook)
    assert (taken.reason, small) == (Reason.LIMIT, b"one\ntwo\nthree\n")
    assert file.head.size > 99 * MEGABYTE
    assert "lines were not compared" in change.limitations[0].detail
    assert time.process_time() - begun < 1


def test_a_shallow_clone_says_what_it_lacks(scratch: Scratch, tmp_path: Path) -> None:
    for number in range(4):
        scratch.commit(f"Step {number}", **{"a.py": f"{number}\n"})
    scratch.git("clone", "-q", "--depth", "2", scratch.folder.as_uri(), str(tmp_path / "clone"))
    clone = Scratch(tmp_path / "clone")

    seen = clone.change("HEAD")

    assert [f.path for f in seen.files] == ["a.py"]
    with pytest.raises(RepositoryError, match="git fetch --deepen"):
        clone.change("HEAD~1")


def test_a_clone_cut_off_within_the_change_says_so(scratch: Scratch, tmp_path: Path) -> None:
    scratch.git("checkout", "-q", "-b", "topic")
    for number in range(4):
        scratch.commit(f"Step {number}", **{"t.py": f"{number}\n"})
    arguments = ("clone", "-q", "--depth", "2", "--no-single-branch", scratch.folder.as_uri(), str(tmp_path / "clone"))
    scratch.git(*arguments)
    clone = Scratch(tmp_path / "clone")

    change = clone.change("origin/main..topic")

    assert "history was cut off within this change" in [limit.detail.partition(":")[0] for limit in change.limitations]


def test_a_clone_without_blobs_fetches_nothing_and_says_what_it_lacks(scratch: Scratch, tmp_path: Path) -> None:
    scratch.commit("Go on", **{"a.py": "changed\n", "c.py": "new\n"})
    scratch.git("config", "uploadpack.allowFilter", "true")
    arguments = ("clone", "-q", "--filter=blob:none", "--no-checkout", scratch.folder.as_uri(), str(tmp_path / "clone"))
    scratch.git(*arguments)
    clone = Scratch(tmp_path / "clone")
    packs = sorted(p.name for p in (clone.folder / ".git/objects/pack").iterdir())

    with clone.open() as repository:
        change = repository.change(ChangeRequest(range_text="HEAD"))
        head = change.files[0].head
        assert head is not None
        taken = repository.read(head.oid, 100)

    assert {f.path: f.status.value for f in change.files} == {"a.py": "modified", "c.py": "added"}
    assert isinstance(taken, CouldNotLook)
    assert (taken.reason, head.size) == (Reason.NO_HISTORY, -1)
    assert "does not hold their contents" in change.limitations[0].detail
    assert sorted(p.name for p in (clone.folder / ".git/objects/pack").iterdir()) == packs


def test_a_broken_tree_is_an_error_that_names_it(scratch: Scratch) -> None:
    scratch.commit("Go on", **{"folder/b.py": "changed\n"})
    tree = scratch.git("rev-parse", "HEAD:folder")
    (scratch.folder / ".git/objects" / tree[:2] / tree[2:]).unlink()

    with pytest.raises(UnreadableObjectError, match=tree[:12]):
        scratch.change("HEAD")


def test_a_garbled_object_could_not_be_looked_at_and_the_next_one_is_read(scratch: Scratch) -> None:
    oid = scratch.git("rev-parse", "HEAD:a.py")
    file = scratch.folder / ".git/objects" / oid[:2] / oid[2:]
    file.chmod(0o644)
    file.write_bytes(b"garbage")

    with scratch.open() as repository:
        taken = repository.read(ObjectId(oid), 100)
        assert isinstance(taken, CouldNotLook)
        assert "git fsck" in taken.remedy
        assert repository.read(ObjectId(scratch.git("rev-parse", "HEAD:folder/b.py")), 100) == b"b\n" * 20


def test_objects_lent_by_another_repository_are_found(scratch: Scratch, tmp_path: Path) -> None:
    scratch.git("clone", "-q", "--shared", ".", str(tmp_path / "clone"))
    clone = Scratch(tmp_path / "clone")
    clone.write(".git/objects/info/alternates", "../../../shop/.git/objects\n")
    clone.commit("Go on", **{"a.py": "changed\n"})

    assert [f.path for f in clone.change("HEAD").files] == ["a.py"]


def test_an_index_with_conflicts_is_an_error_with_a_way_out(scratch: Scratch) -> None:
    scratch.git("checkout", "-q", "-b", "topic")
    scratch.commit("One", **{"a.py": "topic\n"})
    scratch.git("checkout", "-q", "main")
    scratch.commit("Other", **{"a.py": "main\n"})
    with pytest.raises(AssertionError):
        scratch.git("merge", "topic")

    with pytest.raises(RepositoryError, match="unresolved conflicts: resolve them"):
        scratch.change(staged=True)


def test_the_index_a_hook_is_given_is_the_one_that_is_weighed(scratch: Scratch) -> None:
    scratch.write_all({"a.py": "staged\n", "folder/b.py": "not yet\n"})
    other = scratch.folder / ".git/next-index-1.lock"
    scratch.git("read-tree", "HEAD", GIT_INDEX_FILE=str(other))
    scratch.git("add", "folder/b.py", GIT_INDEX_FILE=str(other))

    with scratch.open(GIT_INDEX_FILE=".git/next-index-1.lock") as repository:
        change = repository.change(ChangeRequest(staged=True))

    assert [f.path for f in change.files] == ["folder/b.py"]


def test_a_split_index_is_read_whole(scratch: Scratch) -> None:
    scratch.git("update-index", "--split-index")
    scratch.write("a.py", "staged\n")
    scratch.git("add", "a.py")

    assert [f.path for f in scratch.change(staged=True).files] == ["a.py"]


def test_a_file_put_where_a_folder_was_is_told_as_both(scratch: Scratch) -> None:
    (scratch.folder / "folder/b.py").unlink()
    (scratch.folder / "folder").rmdir()
    scratch.write_all({"folder": "now a file\n"})
    (scratch.folder / "a.py").unlink()
    scratch.write_all({"a.py/inside": "now a folder\n"})

    change = scratch.change(worktree=True)

    assert {(f.path, f.status.value) for f in change.files} == {
        ("a.py", "deleted"),
        ("a.py/inside", "added"),
        ("folder", "added"),
        ("folder/b.py", "deleted"),
    }


def test_a_repository_within_the_work_tree_is_named_and_not_entered(scratch: Scratch) -> None:
    Scratch.make(scratch.folder / "inner").commit("Inside", **{"x.py": "x\n"})

    change = scratch.change(worktree=True)

    assert change.files == ()
    assert [limit.subject for limit in change.limitations] == ["inner/"]


@pytest.fixture
def as_somebody_else() -> Iterator[Path]:
    """A folder of a user who is not allowed everything, and this process as that user where it is the superuser's."""
    nobody, myself = 65534, os.geteuid()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        if myself == 0:
            os.chown(folder, nobody, nobody)
            os.seteuid(nobody)
        try:
            yield folder
        finally:
            if myself == 0:
                os.seteuid(myself)


def test_a_file_of_the_work_tree_that_may_not_be_read_is_named_and_the_others_are_read(as_somebody_else: Path) -> None:
    scratch = Scratch.make(as_somebody_else / "shop")
    scratch.commit("Begin", **{"a.py": "one\n", "secret.py": "one\n"})
    scratch.write_all({"a.py": "two\n", "secret.py": "two\n", "new.py": "new\n"})
    for name in ("secret.py", "new.py"):
        (scratch.folder / name).chmod(0)

    change = scratch.change(worktree=True)

    assert [f.path for f in change.files] == ["a.py"]
    assert sorted(limit.subject for limit in change.limitations) == ["new.py", "secret.py"]
    assert all("may not be read" in limit.detail for limit in change.limitations)


def test_a_files_own_list_of_ignored_files_is_heeded(scratch: Scratch, tmp_path: Path) -> None:
    scratch.write(".git/info/exclude", "*.local\n")
    scratch.write_all({"x.local": "1\n", "x.mine": "2\n", "x.py": "3\n"})
    (tmp_path / "ignored").write_text("*.mine\n")
    (tmp_path / "config").write_text(f"[core]\n\texcludesFile = {tmp_path}/ignored\n")
    inherited = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "none")}
    (tmp_path / ".gitconfig").write_text((tmp_path / "config").read_text())

    with open_repository(scratch.folder, inherited=inherited) as repository:
        change = repository.change(ChangeRequest(worktree=True))

    assert [f.path for f in change.files] == ["x.py"]


def test_commits_are_read_however_odd_their_bytes(scratch: Scratch) -> None:
    tree = scratch.git("rev-parse", "HEAD^{tree}")
    parent = scratch.git("rev-parse", "HEAD")
    raw = (
        f"tree {tree}\nparent {parent}\nauthor Jos\xe9 <j@x> 99999999999999 +9999\ncommitter nobody\n"
        "encoding ISO-8859-1\ngpgsig -----BEGIN SSH SIGNATURE-----\n abc\n -----END SSH SIGNATURE-----\n\nGr\xfc\xdfe\n\nbody\n"
    ).encode("latin-1")
    oid = scratch.git("hash-object", "-t", "commit", "-w", "--literally", "--stdin", given=raw)

    (commit,) = scratch.change(oid).commits

    assert (commit.subject, commit.author.email) == ("Grüße", "j@x")
    assert commit.authored_at.year == 9999
    assert commit.committed_at == datetime(1970, 1, 1, tzinfo=UTC)
    assert commit.signature is not None
    assert (commit.signature.kind, commit.signature.armoured.splitlines()[1]) == ("ssh", "abc")


def test_a_giant_message_is_cut_and_read(scratch: Scratch) -> None:
    (scratch.folder / "message").write_text("Subject\n\n" + "words\n" * 2_000_000)
    scratch.git("commit", "-q", "--allow-empty", "-F", "message")

    (commit,) = scratch.change("HEAD").commits

    assert commit.subject == "Subject"
    assert len(commit.message) <= MEGABYTE


def test_a_few_gits_are_enough_for_a_change(scratch: Scratch, tmp_path: Path) -> None:
    scratch.commit("Go on", **{"a.py": "changed\n"})
    counted = tmp_path / "bin"
    counted.mkdir()
    (counted / "git").write_text(
        f'#!/bin/sh\necho x >> {tmp_path}/count\nexec /usr/bin/env -S PATH={os.environ["PATH"]} git "$@"\n'
    )
    (counted / "git").chmod(0o755)

    with open_repository(scratch.folder, inherited={"PATH": f"{counted}:{os.environ['PATH']}"}) as repository:
        change = repository.change(ChangeRequest(range_text="HEAD~1..HEAD"))
        repository.protected_target(ChangeRequest(), change)
        for file in change.files:
            assert file.head is not None
            repository.read(file.head.oid, 100)

    assert len((tmp_path / "count").read_text().splitlines()) <= 10


def test_notes_are_read_and_those_of_lost_commits_are_named(scratch: Scratch) -> None:
    head = scratch.commit("Kept")
    scratch.git("checkout", "-q", "--detach")
    lost = scratch.commit("Lost")
    for oid in (head, lost):
        scratch.git("notes", "--ref", "ai", "add", "-m", f"of {oid[:4]}", oid)
    scratch.git("checkout", "-q", "main")

    with scratch.open() as repository:
        notes = repository.notes("refs/notes/ai", [ObjectId(head), ObjectId("0" * 40)])
        orphaned = repository.orphaned_notes("refs/notes/ai")
        none = repository.notes("refs/notes/other", [ObjectId(head)])

    assert (notes, orphaned, none) == ({head: f"of {head[:4]}\n".encode()}, [lost], {})
