"""A ledger in a git ref, in a world that kills, fills disks, holds locks and puts other things under the ref."""

import os
import random
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.integration.git.scratch import Scratch
from tests.integration.ledger.counting import count_of, count_on, start

from weighbridge.adapters.git.ledger_files import LEDGER_REF, PEOPLE_REF, GitLedgerFiles
from weighbridge.adapters.git.ref_moves import loose_refs
from weighbridge.ledger.files import LedgerFilesError

_NOBODY = 65_534


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    return Scratch.make(tmp_path / "repository")


def counted(scratch: Scratch) -> int:
    with scratch.open() as repository:
        return count_of(GitLedgerFiles(repository))


def count(scratch: Scratch, times: int = 1) -> None:
    with scratch.open() as repository:
        ledger = GitLedgerFiles(repository)
        for _ in range(times):
            count_on(ledger)


def problem(scratch: Scratch) -> str:
    """What reading says, which writing must say too."""
    with scratch.open() as repository, pytest.raises(LedgerFilesError) as read:
        GitLedgerFiles(repository).read("checkpoint")
    with scratch.open() as repository, pytest.raises(LedgerFilesError):
        GitLedgerFiles(repository).replace({"checkpoint": b"1"}, expected=None)
    return str(read.value)


def test_appending_leaves_work_tree_index_branches_and_configuration_as_they_are(scratch: Scratch) -> None:
    scratch.commit(**{"a.txt": "1\n"})
    scratch.write("a.txt", "2\n")
    scratch.git("add", "a.txt")
    scratch.write("b.txt", "3\n")
    untouched = [scratch.folder / ".git" / name for name in ("index", "config", "HEAD", "logs/HEAD")]
    before = (
        [path.read_bytes() for path in untouched],
        scratch.git("status", "--porcelain"),
        scratch.git("branch", "-av"),
    )

    count(scratch, 3)

    after = (
        [path.read_bytes() for path in untouched],
        scratch.git("status", "--porcelain"),
        scratch.git("branch", "-av"),
    )
    assert after == before
    assert scratch.git("for-each-ref", "--format=%(refname)").split() == ["refs/heads/main", LEDGER_REF, PEOPLE_REF]
    assert scratch.git("fsck", "--strict", "--no-dangling") == ""


def test_each_append_is_one_commit_after_the_one_before(scratch: Scratch) -> None:
    count(scratch, 4)

    assert scratch.git("rev-list", "--count", LEDGER_REF) == "4"
    assert scratch.git("show", f"{LEDGER_REF}~2:checkpoint") == "2"


def test_what_was_erased_is_in_no_commit(scratch: Scratch) -> None:
    count(scratch, 3)

    with scratch.open() as repository:
        GitLedgerFiles(repository).replace({"personal/2": None}, expected=b"3")

    assert scratch.git("rev-list", "--count", PEOPLE_REF) == "1"
    assert scratch.git("show", f"{PEOPLE_REF}:personal/2/2") == ""
    assert scratch.git("show", f"{PEOPLE_REF}:personal/3/3") == "Ada"


def test_a_growing_file_costs_its_last_piece_only(scratch: Scratch) -> None:
    data = random.Random(1).randbytes(3_000_000)
    with scratch.open() as repository:
        ledger = GitLedgerFiles(repository)
        ledger.replace({"checkpoint": b"1", "tile/entries/000.p/1": data}, expected=None)
        before = _bytes_in(scratch)

        ledger.replace(
            {"checkpoint": b"2", "tile/entries/000.p/1": None, "tile/entries/000.p/2": data + b"more"}, expected=b"1"
        )

        assert ledger.read("tile/entries/000.p/2") == data + b"more"
    assert _bytes_in(scratch) - before < 60_000


def _bytes_in(scratch: Scratch) -> int:
    return sum(path.stat().st_size for path in (scratch.folder / ".git/objects").rglob("*") if path.is_file())


def test_a_ledger_is_read_and_appended_to_in_work_trees_shallow_and_packed_clones(
    tmp_path: Path, scratch: Scratch
) -> None:
    scratch.commit()
    count(scratch, 5)
    scratch.git("worktree", "add", "-q", str(tmp_path / "linked"))
    scratch.git("clone", "-q", "--depth=1", f"file://{scratch.folder}", str(tmp_path / "shallow"))
    linked, shallow = Scratch(tmp_path / "linked"), Scratch(tmp_path / "shallow")
    shallow.git("fetch", "-q", "--depth=1", "origin", f"{LEDGER_REF}:{LEDGER_REF}", f"{PEOPLE_REF}:{PEOPLE_REF}")

    count(linked)
    scratch.git("gc", "-q", "--prune=now")
    count(scratch)
    count(shallow)

    assert (counted(scratch), counted(linked), counted(shallow)) == (7, 7, 6)
    assert shallow.git("rev-list", "--count", LEDGER_REF) == "2"


def test_hooks_of_the_repository_are_not_run(scratch: Scratch) -> None:
    hook = scratch.write(".git/hooks/reference-transaction", f"#!/bin/sh\ntouch {scratch.folder}/ran\n")
    hook.chmod(0o755)

    count(scratch)

    assert not (scratch.folder / "ran").exists()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda s: s.git("update-ref", LEDGER_REF, "main"), "holds no checkpoint"),
        (lambda s: s.git("update-ref", LEDGER_REF, "main:a.txt"), "is a blob, not a commit"),
        (lambda s: s.git("update-ref", LEDGER_REF, "main^{tree}"), "is a tree, not a commit"),
        (lambda s: s.git("symbolic-ref", LEDGER_REF, "refs/heads/main"), "stands for refs/heads/main"),
        (lambda s: s.write(f".git/{LEDGER_REF}", "rubbish\n"), "leads nowhere"),
        (lambda s: s.write(f".git/{LEDGER_REF}", ""), "leads nowhere"),
        (lambda s: s.write(f".git/{LEDGER_REF}", f"{'1' * 40}\n"), "git fsck --full says what is broken"),
        (lambda s: s.write(f".git/{LEDGER_REF}/below", s.git("rev-parse", "main")), "cannot lock ref"),
    ],
)
def test_something_else_under_the_ref_is_an_error_and_no_empty_ledger(
    scratch: Scratch, make: Callable[[Scratch], object], words: str
) -> None:
    scratch.commit(**{"a.txt": "1\n"})
    make(scratch)

    if words == "cannot lock ref":
        with scratch.open() as repository, pytest.raises(LedgerFilesError, match=words):
            GitLedgerFiles(repository).replace({"checkpoint": b"1"}, expected=None)
    else:
        assert words in problem(scratch)


@pytest.mark.parametrize("mode", ["120000", "100755", "160000", "40000"])
def test_a_checkpoint_that_is_no_plain_file_is_an_error(scratch: Scratch, mode: str) -> None:
    commit = scratch.commit(**{"a.txt": "1\n"})
    kind, oid = {"160000": ("commit", commit), "40000": ("tree", scratch.git("rev-parse", "main^{tree}"))}.get(
        mode, ("blob", scratch.git("rev-parse", "main:a.txt"))
    )
    tree = scratch.git("mktree", given=f"{mode} {kind} {oid}\tcheckpoint\n".encode())
    scratch.git("update-ref", LEDGER_REF, scratch.git("commit-tree", "-m", "x", tree))

    assert "is no plain file" in problem(scratch)


def test_an_object_that_is_not_at_hand_or_broken_is_an_error_that_says_so(scratch: Scratch) -> None:
    count(scratch)
    oid = scratch.git("rev-parse", f"{LEDGER_REF}:checkpoint")
    path = scratch.folder / ".git/objects" / oid[:2] / oid[2:]
    whole = path.read_bytes()

    path.unlink()
    assert "is not in this clone, or is broken" in problem(scratch)

    path.write_bytes(whole[:-4] + b"\0\0\0\0")
    assert "cannot be read" in problem(scratch)


def test_many_processes_append_and_nothing_is_lost(scratch: Scratch) -> None:
    counting = [start(scratch.folder, 12) for _ in range(4)]

    ended = [process.communicate(timeout=120) for process in counting]

    assert [process.returncode for process in counting] == [0, 0, 0, 0], [words for _, words in ended]
    assert sorted(int(line) for said, _ in ended for line in said.split()) == list(range(1, 49))
    assert counted(scratch) == 48
    assert scratch.git("rev-list", "--count", LEDGER_REF) == "48"


@pytest.mark.parametrize("whole_group", [False, True])
def test_killed_at_any_moment_it_leaves_the_old_ledger_or_the_new_one(scratch: Scratch, *, whole_group: bool) -> None:
    chance = random.Random(7)
    for _ in range(15):
        said = 0
        process = start(scratch.folder, 1_000)
        assert process.stdout is not None
        for _ in range(chance.randrange(1, 5)):
            said = int(process.stdout.readline())
        time.sleep(chance.random() / 30)
        (os.killpg if whole_group else os.kill)(process.pid, signal.SIGKILL)
        process.communicate()
        _age_locks(scratch)
        found = counted(scratch)
        assert found >= said
        count(scratch)
        assert counted(scratch) > found


def _age_locks(scratch: Scratch) -> None:
    """As if somebody came back later."""
    for lock in (scratch.folder / ".git/refs/weighbridge").glob("*.lock"):
        os.utime(lock, (time.time() - 100, time.time() - 100))


def test_the_lock_of_a_git_that_was_killed_is_cleared_away(scratch: Scratch) -> None:
    count(scratch)
    scratch.write(f".git/{LEDGER_REF}.lock", "")
    scratch.write(f".git/{PEOPLE_REF}.lock", "")
    _age_locks(scratch)

    count(scratch)

    assert counted(scratch) == 2


def test_the_lock_of_a_git_that_is_at_work_is_waited_for(scratch: Scratch) -> None:
    count(scratch)
    lock = scratch.write(f".git/{LEDGER_REF}.lock", "")
    threading.Timer(0.5, lock.unlink).start()

    count(scratch)

    assert counted(scratch) == 2


def test_a_full_disk_leaves_the_ledger_as_it_was(scratch: Scratch) -> None:
    count(scratch, 3)

    process = start(scratch.folder, 1_000, "--largest", "1500")
    _, errors = process.communicate(timeout=60)

    assert process.returncode == 3
    assert "cannot be written" in errors
    assert counted(scratch) >= 3
    count(scratch)
    assert scratch.git("fsck", "--no-dangling") == ""


@pytest.fixture
def unwritable() -> Iterator[Scratch]:
    """A repository with a ledger that the user who counts may read, and not write."""
    folder = Path(tempfile.mkdtemp(prefix="weighbridge-test-"))
    folder.chmod(0o755)
    scratch = Scratch.make(folder / "repository")
    count(scratch, 2)
    if os.getuid() == 0:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, _NOBODY, _NOBODY)
    folders = [path for path in (scratch.folder, *scratch.folder.rglob("*")) if path.is_dir()]
    for path in folders:
        path.chmod(0o555)
    yield scratch
    for path in folders:
        path.chmod(0o755)
    shutil.rmtree(folder)


def test_a_repository_that_cannot_be_written_is_read_and_says_why_it_takes_nothing(unwritable: Scratch) -> None:
    user = ("--user", str(_NOBODY)) if os.getuid() == 0 else ()

    process = start(unwritable.folder, 1, *user)
    said, errors = process.communicate(timeout=60)

    assert (said, process.returncode) == ("", 3)
    assert f"{LEDGER_REF} of repository cannot be written" in errors
    assert "permission" in errors.lower()
    assert "what stood there still stands" in errors


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=80), begins=st.booleans())
def test_whatever_commit_stands_there_only_the_promised_error_escapes(
    scratch: Scratch, *, body: bytes, begins: bool
) -> None:
    given_bytes = (b"tree " + b"4b825dc642cb6eb9a060e54bf8d69288fbee4904\n") * begins + body
    oid = scratch.git("hash-object", "-t", "commit", "-w", "--stdin", "--literally", given=given_bytes)
    scratch.write(f".git/{LEDGER_REF}", f"{oid}\n")

    assert problem(scratch)


def test_housekeeping_of_git_meanwhile_takes_nothing_away(scratch: Scratch) -> None:
    process = start(scratch.folder, 60)
    while process.poll() is None:
        scratch.git("gc", "-q")
        scratch.git("pack-refs", "--all")
    said, errors = process.communicate()

    assert (process.returncode, len(said.split())) == (0, 60), errors
    assert counted(scratch) == 60
    assert scratch.git("fsck", "--no-dangling") == ""


def test_refs_are_read_where_git_keeps_them(scratch: Scratch) -> None:
    with scratch.open() as repository:
        assert loose_refs(repository.location, (LEDGER_REF, PEOPLE_REF)) == {}
    count(scratch)
    ledger = scratch.git("rev-parse", LEDGER_REF)

    with scratch.open() as repository:
        assert loose_refs(repository.location, (LEDGER_REF, "refs/weighbridge/none")) == {LEDGER_REF: (ledger, "")}


@pytest.mark.parametrize("text", ["ref: refs/heads/main\n", "", "0123\n", "g" * 40 + "\n", "a" * 40, "a" * 40 + "\n\n"])
def test_a_ref_that_is_no_plain_id_is_left_for_git_to_tell(scratch: Scratch, text: str) -> None:
    count(scratch)
    scratch.write(f".git/{LEDGER_REF}", text)

    with scratch.open() as repository:
        assert loose_refs(repository.location, (LEDGER_REF, PEOPLE_REF)) == {}


def test_a_packed_ref_is_left_for_git_to_tell(scratch: Scratch) -> None:
    count(scratch, 2)
    ledger = scratch.git("rev-parse", LEDGER_REF)
    scratch.git("update-ref", PEOPLE_REF, ledger)
    scratch.git("pack-refs", "--all")
    scratch.git("update-ref", LEDGER_REF, scratch.git("rev-parse", f"{LEDGER_REF}^"))

    with scratch.open() as repository:
        assert loose_refs(repository.location, (LEDGER_REF, PEOPLE_REF)) == {}
        assert GitLedgerFiles(repository).read("checkpoint") == b"1"


def test_what_another_appends_is_seen_at_the_next_look_at_the_checkpoint(scratch: Scratch) -> None:
    with scratch.open() as repository:
        here = GitLedgerFiles(repository)
        count_on(here)
        count(scratch, 3)

        assert count_of(here) == 4
        count_on(here)
    assert counted(scratch) == 5


def test_whatever_is_put_among_the_texts_is_listed_and_what_stands_for_an_erasure_is_not(scratch: Scratch) -> None:
    blob, empty = (scratch.git("hash-object", "-w", "--stdin", given=given) for given in (b"Eve", b""))
    placed = {
        "personal/aa/aa1": ("100644", blob),
        "personal/aa/aa2": ("100644", empty),
        "personal/aa/aa3": ("100755", empty),
        "personal/aa/aa4/below": ("100644", blob),
        "personal/aa/bb5": ("100644", blob),
        "personal/file": ("120000", blob),
        "else": ("100644", blob),
        "other/aa/aa1": ("100644", blob),
    }
    for path, (mode, oid) in placed.items():
        scratch.git("update-index", "--add", "--cacheinfo", f"{mode},{oid},{path}")
    tree = scratch.git("write-tree")
    scratch.git("update-ref", PEOPLE_REF, scratch.git("commit-tree", "-m", "forged", tree))

    with scratch.open() as repository:
        listed = GitLedgerFiles(repository).texts()

    texts = ["personal/aa1", "personal/aa3", "personal/aa4"]
    assert sorted(listed) == ["else", "other/aa/aa1", "personal/aa/bb5", *texts, "personal/file"]


def _many_texts(**more: bytes) -> dict[str, bytes | None]:
    texts: dict[str, bytes | None] = {
        f"personal/{number:02x}{number:062x}": b"text %d" % number for number in range(200)
    }
    return texts | {f"personal/{name}": data for name, data in more.items()}


@pytest.mark.parametrize("large", [{}, {"ff" * 32: b"x" * (9 << 20)}], ids=["small ones alone", "beside a large one"])
def test_texts_that_are_read_together_are_read_as_they_are_one_by_one(
    scratch: Scratch, large: dict[str, bytes]
) -> None:
    texts = _many_texts(**{"ee" * 32: b"y" * 40_000}, **large)
    gone = "personal/" + "dd" * 32
    with scratch.open() as repository:
        ledger = GitLedgerFiles(repository)
        ledger.replace({"checkpoint": b"1", **texts}, expected=None)
        ledger.read("checkpoint")

        ledger.expect([*texts, gone])

        assert {path: ledger.read(path) for path in (*texts, gone)} == {**texts, gone: None}


def test_a_text_that_was_expected_and_erased_since_is_gone(scratch: Scratch) -> None:
    texts = _many_texts()
    first = next(iter(texts))
    with scratch.open() as repository:
        ledger = GitLedgerFiles(repository)
        ledger.replace({"checkpoint": b"1", **texts}, expected=None)
        ledger.expect(list(texts))
        assert ledger.read(first) == texts[first]

        ledger.replace({first: None}, expected=b"1")

        assert ledger.read(first) is None
