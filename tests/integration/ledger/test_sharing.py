"""Two laptops and a CI job share a ledger through git alone: nothing is lost, nothing forks, and a rewound remote is noticed."""

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from tests.integration.git.scratch import Scratch
from tests.integration.ledger.clones import TRUST, Clone
from tests.samples.ledger import ORIGIN

from weighbridge.adapters.git.ledger_remote import LedgerRemote
from weighbridge.adapters.git.repository import GitRepository
from weighbridge.app.share_ledger import share_ledger
from weighbridge.ledger.errors import ForkedError, UntrustedError
from weighbridge.ledger.files import LedgerFiles, LedgerFilesError
from weighbridge.ledger.trusted_ledger import LedgerTrust

LEDGER = "refs/weighbridge/ledger"
PEOPLE = "refs/weighbridge/people"


@pytest.fixture
def remote(tmp_path: Path) -> Scratch:
    return Scratch.make(tmp_path / "remote", "--bare")


@pytest.fixture
def ada(remote: Scratch) -> Clone:
    return Clone.of(remote, "ada")


@pytest.fixture
def bob(remote: Scratch) -> Clone:
    return Clone.of(remote, "bob")


def test_a_ledger_goes_to_an_empty_remote_and_from_there_to_another_clone(ada: Clone, bob: Clone) -> None:
    ada.say(1)
    ada.say(2)

    sent, received = ada.sync(), bob.sync()

    assert (sent.sent, sent.received, sent.moved) == (2, 0, 0)
    assert (received.sent, received.received, received.moved) == (0, 2, 0)
    assert bob.said() == ["ada 1", "ada 2"]


def test_what_both_said_apart_is_in_both_afterwards_in_one_order(ada: Clone, bob: Clone) -> None:
    ada.say(1)
    ada.sync()
    bob.sync()
    ada.say(2)
    bob.say(3)
    bob.say(4)

    ada.sync()
    moved = bob.sync()
    ada.sync()

    assert (moved.received + moved.sent, moved.moved) == (1 + 2, 2)
    assert ada.said() == bob.said() == ["ada 1", "ada 2", "bob 3", "bob 4"]
    assert ada.scratch.git("rev-parse", LEDGER) == bob.scratch.git("rev-parse", LEDGER)


def test_a_clone_that_was_removed_and_made_again_in_its_place_takes_the_ledger_over(ada: Clone, bob: Clone) -> None:
    ada.say(1)
    ada.sync()
    bob.sync()
    bob.say(2)
    bob.sync()
    ada.sync()
    made_again(ada)
    bob.say(3)
    bob.sync()

    done = ada.sync()

    assert (done.received, done.sent, done.moved) == (3, 0, 0)
    assert ada.said() == ["ada 1", "bob 2", "bob 3"]


def test_what_a_removed_clone_had_alone_is_not_forgotten_in_silence(ada: Clone) -> None:
    ada.say(1)
    ada.sync()
    ada.say(2)
    made_again(ada)

    with pytest.raises(ForkedError, match="does not hold what was seen here before"):
        ada.sync()
    with pytest.raises(ForkedError, match="it was removed"):
        ada.look()


def made_again(clone: Clone) -> None:
    """Without a ledger, as after `rm -rf` and `git clone`: what was seen of it is kept elsewhere."""
    for ref in clone.scratch.git("for-each-ref", "--format=%(refname)", "refs/weighbridge").split():
        clone.scratch.git("update-ref", "-d", ref)


def test_syncing_again_does_nothing(ada: Clone, remote: Scratch) -> None:
    ada.say(1)
    ada.sync()
    before = remote.git("rev-parse", LEDGER)

    again = ada.sync()

    assert (again.sent, again.received, again.moved, again.attempts) == (0, 0, 0, 1)
    assert remote.git("rev-parse", LEDGER) == before


def test_the_same_statement_said_twice_apart_stands_there_once(ada: Clone, bob: Clone) -> None:
    ada.say(1)
    ada.sync()
    bob.sync()
    same = ada.scratch.git("rev-parse", LEDGER)
    ada.say(2)
    bob.scratch.git("fetch", "-q", str(ada.scratch.folder), f"{LEDGER}:refs/weighbridge/other")
    assert bob.scratch.git("rev-parse", LEDGER) == same
    ada.sync()
    bob.scratch.git("update-ref", LEDGER, bob.scratch.git("rev-parse", "refs/weighbridge/other"))
    bob.say(3)

    bob.sync()

    assert bob.said() == ["ada 1", "ada 2", "bob 3"]


def test_work_tree_branches_and_configuration_stay_as_they_are(ada: Clone, bob: Clone) -> None:
    ada.say(1)
    ada.sync()
    before = (bob.scratch.folder / ".git/config").read_bytes(), bob.scratch.git("status", "--porcelain")

    bob.sync()

    assert ((bob.scratch.folder / ".git/config").read_bytes(), bob.scratch.git("status", "--porcelain")) == before
    names = bob.scratch.git("for-each-ref", "--format=%(refname)").split()
    assert names == [LEDGER, "refs/weighbridge/remotes/origin/ledger"]
    assert not (bob.scratch.folder / ".git/FETCH_HEAD").exists()


def test_no_hook_of_the_clone_runs(ada: Clone) -> None:
    for name in ("pre-push", "reference-transaction", "post-merge"):
        ada.scratch.write(f".git/hooks/{name}", f"#!/bin/sh\ntouch {ada.scratch.folder}/ran\nexit 1\n").chmod(0o755)
    ada.say(1)

    ada.sync()

    assert not (ada.scratch.folder / "ran").exists()


def test_a_hook_of_the_remote_that_refuses_is_an_error_in_its_words(ada: Clone, remote: Scratch) -> None:
    remote.write("hooks/pre-receive", "#!/bin/sh\necho not today >&2\nexit 1\n").chmod(0o755)
    ada.say(1)

    with pytest.raises(LedgerFilesError, match=r"push with origin failed: .*pre-receive hook declined.*is as it was"):
        ada.sync()

    assert ada.said() == ["ada 1"]


def test_a_rewound_remote_is_noticed_by_everybody_who_looked(ada: Clone, bob: Clone, remote: Scratch) -> None:
    ada.say(1)
    ada.sync()
    old = remote.git("rev-parse", LEDGER)
    ada.say(2)
    ada.sync()
    bob.sync()
    remote.git("update-ref", LEDGER, old)

    for clone in (ada, bob):
        with pytest.raises(ForkedError, match=r"has 1 entries, and what was seen of it before has 2.*cut short"):
            clone.sync()

    assert remote.git("rev-parse", LEDGER) == old
    assert ada.said() == bob.said() == ["ada 1", "ada 2"]


def test_a_rewound_remote_is_noticed_in_a_new_clone_of_somebody_who_looked(ada: Clone, remote: Scratch) -> None:
    ada.say(1)
    ada.sync()
    old = remote.git("rev-parse", LEDGER)
    ada.say(2)
    ada.sync()
    remote.git("update-ref", LEDGER, old)
    remote.git("clone", "-q", str(remote.folder), str(remote.folder.parent / "second"))
    second = Clone(Scratch(remote.folder.parent / "second"), ada.state, "ada")

    with pytest.raises(ForkedError, match="cut short"):
        second.sync()
    second.scratch.git("fetch", "-q", "origin", f"{LEDGER}:{LEDGER}")
    with pytest.raises(ForkedError, match="cut short"):
        second.look()


def test_a_remote_that_was_rewound_and_went_on_otherwise_is_noticed(ada: Clone, bob: Clone, remote: Scratch) -> None:
    ada.say(1)
    ada.sync()
    bob.sync()
    old = remote.git("rev-parse", LEDGER)
    ada.say(2)
    ada.sync()
    remote.git("update-ref", LEDGER, old)
    bob.say(3)
    bob.say(4)
    bob.sync()

    with pytest.raises(ForkedError, match="was rewritten or forked"):
        ada.sync()

    assert ada.said() == ["ada 1", "ada 2"]


def test_a_remote_whose_ledger_was_removed_is_not_filled_again_in_silence(ada: Clone, remote: Scratch) -> None:
    ada.say(1)
    ada.sync()
    remote.git("update-ref", "-d", LEDGER)

    with pytest.raises(
        ForkedError, match=r"has no ledger any more.*git update-ref -d refs/weighbridge/remotes/origin/ledger"
    ):
        ada.sync()

    ada.scratch.git("update-ref", "-d", "refs/weighbridge/remotes/origin/ledger")
    ada.sync()
    assert remote.git("for-each-ref", LEDGER) != ""


def test_a_rewound_ref_here_is_noticed(ada: Clone) -> None:
    ada.say(1)
    old = ada.scratch.git("rev-parse", LEDGER)
    ada.say(2)
    ada.scratch.git("update-ref", LEDGER, old)

    with pytest.raises(ForkedError, match="cut short"):
        ada.look()
    ada.scratch.git("update-ref", "-d", LEDGER)
    with pytest.raises(ForkedError, match="was seen before: it was removed"):
        ada.look()


def test_two_ledgers_that_were_begun_apart_are_not_mixed(remote: Scratch) -> None:
    anybody = LedgerTrust(writers=TRUST.writers)
    ada = Clone.of(remote, "ada", trust=TRUST)
    bob = Clone.of(remote, "bob", trust=LedgerTrust(origin=ORIGIN.replace("5a", "77"), writers=TRUST.writers))
    ada.say(1)
    bob.say(2)
    ada.sync()
    unpinned = Clone(bob.scratch, bob.state, "bob", anybody)

    with pytest.raises(
        UntrustedError, match=r"were begun apart.*Keep the one that .weighbridge/ledger.yaml is to name"
    ):
        unpinned.sync()

    assert unpinned.said() == ["bob 2"]


def test_a_remote_that_nobody_trusted_wrote_is_not_taken_over(remote: Scratch, bob: Clone) -> None:
    everybody = LedgerTrust(origin=ORIGIN, writers=(*TRUST.writers, Clone.key("eve").verifier))
    eve = Clone.of(remote, "eve", trust=everybody)
    eve.say(1)
    eve.sync()

    with pytest.raises(UntrustedError, match="signed by nobody who is trusted"):
        bob.sync()

    assert bob.scratch.git("for-each-ref", LEDGER) == ""


def test_something_else_under_the_remotes_ref_is_an_error(ada: Clone, bob: Clone) -> None:
    bob.scratch.commit(**{"a.txt": "1\n"})
    bob.scratch.git("push", "-q", "origin", f"HEAD:{LEDGER}")
    ada.say(1)

    with pytest.raises(LedgerFilesError, match="holds no checkpoint"):
        ada.sync()


def test_with_no_ledger_anywhere_nothing_comes_of_it(ada: Clone) -> None:
    with ada.scratch.open() as repository:
        remote = LedgerRemote(repository, "origin")
        assert share_ledger(remote, ada.reading(repository.identity), writer=lambda: Clone.key("ada")) is None

    assert ada.said() == []


@pytest.mark.parametrize(
    "name", ["nowhere", "https://ada:secret@localhost:1/x", "-evil", "--upload-pack=x", "ext::sh -c true"]
)
def test_a_remote_that_cannot_be_reached_is_an_error_without_secrets(ada: Clone, name: str) -> None:
    ada.say(1)

    with pytest.raises(LedgerFilesError) as failed:
        ada.sync(name)

    assert "secret" not in str(failed.value)


def test_what_is_said_of_people_travels_and_what_was_erased_is_erased_everywhere(
    ada: Clone, bob: Clone, remote: Scratch
) -> None:
    ada.say(1, personal=b"Ada")
    ada.say(2, personal=b"Bob")
    ada.sync()
    bob.sync()
    assert sorted(bob.people().values()) == ["Ada", "Bob"]
    erased = next(name for name, text in bob.people().items() if text == "Ada")

    bob.erase(erased)
    ada.say(3, personal=b"Eve")
    ada.sync()
    went = bob.sync()
    came = ada.sync()

    assert (went.erased, came.erased, bob.sync().erased) == ((0, 1), (1, 0), (0, 0))
    for clone in (ada, bob):
        assert sorted(clone.people().values()) == ["", "Bob", "Eve"]
    assert remote.git("rev-list", "--count", PEOPLE) == "1"
    assert "Ada" not in [remote.git("show", f"{PEOPLE}:{name}") for name in _files(remote)]


def _files(remote: Scratch) -> list[str]:
    return remote.git("ls-tree", "-r", "--name-only", PEOPLE).split()


def test_entries_that_are_appended_anew_keep_what_they_say_of_people(ada: Clone, bob: Clone) -> None:
    ada.say(1, personal=b"Ada")
    ada.sync()
    bob.sync()
    bob.say(2, personal=b"Bob")
    ada.say(3, personal=b"Carol")
    ada.sync()

    bob.sync()

    assert sorted(bob.people().values()) == ["Ada", "Bob", "Carol"]


def test_a_second_remote_that_is_behind_is_brought_up(ada: Clone, tmp_path: Path) -> None:
    backup = Scratch.make(tmp_path / "backup", "--bare")
    ada.scratch.git("remote", "add", "backup", str(backup.folder))
    ada.say(1)
    ada.sync()
    ada.sync("backup")
    ada.say(2)
    ada.sync()

    brought = ada.sync("backup")

    assert (brought.sent, brought.received) == (1, 0)
    assert backup.git("rev-parse", LEDGER) == ada.scratch.git("rev-parse", LEDGER)


def test_a_clone_without_history_shares_too(ada: Clone, bob: Clone, remote: Scratch) -> None:
    for number in range(4):
        ada.say(number)
    ada.sync()
    bob.scratch.git("fetch", "-q", "--depth=1", f"file://{remote.folder}", f"{LEDGER}:{LEDGER}")
    bob.say(9)

    bob.sync()
    ada.sync()

    assert ada.said() == bob.said() == ["ada 0", "ada 1", "ada 2", "ada 3", "bob 9"]


def test_many_who_append_and_sync_at_once_lose_nothing_and_never_fork(remote: Scratch) -> None:
    names = ("ada", "bob", "ci")
    clones = {name: Clone.of(remote, name) for name in names}
    clones["ada"].say(0)
    clones["ada"].sync()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    code = "from tests.integration.ledger.test_sharing import take_part; take_part()"
    working = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(remote.folder.parent), name, str(at)],
            env=environment,
            stderr=subprocess.PIPE,
            text=True,
        )
        for at, name in enumerate(names)
    ]

    failed = [process.communicate(timeout=240)[1] for process in working]

    assert [process.returncode for process in working] == [0, 0, 0], failed
    for clone in clones.values():
        clone.sync()
    told = clones["ada"].said()
    assert sorted(told) == sorted(["ada 0", *(f"{name} {n}" for at, name in enumerate(names) for n in numbers(at))])
    assert clones["bob"].said() == clones["ci"].said() == told


def numbers(at: int) -> range:
    return range(10 + at * 20, 16 + at * 20)


def take_part() -> None:
    """What each process does."""
    folder, name, at = sys.argv[1:]
    clone = Clone(Scratch(Path(folder) / name), Path(folder) / f"state-of-{name}", name)
    clone.sync(attempts=40)
    for number in numbers(int(at)):
        clone.say(number)
        if number % 2:
            clone.sync(attempts=40)


def test_killed_at_any_moment_it_loses_nothing_and_goes_on(remote: Scratch, ada: Clone, bob: Clone) -> None:
    chance = random.Random(5)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    code = "from tests.integration.ledger.test_sharing import sync_only; sync_only()"
    ada.say(0)
    ada.sync()
    bob.sync()
    for number in range(1, 7):
        ada.say(number)
        ada.sync()
        bob.say(100 + number, personal=b"Bob")
        process = subprocess.Popen(
            [sys.executable, "-c", code, str(remote.folder.parent), "bob"], env=environment, start_new_session=True
        )
        time.sleep(0.3 + chance.random())
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for lock in (*remote.folder.rglob("*.lock"), *(bob.scratch.folder / ".git").rglob("*.lock")):
            lock.unlink()  # as git asks whoever killed it to do
        assert f"bob {100 + number}" in bob.said()

    bob.sync()
    ada.sync()

    assert sorted(ada.said()) == sorted([f"ada {n}" for n in range(7)] + [f"bob {100 + n}" for n in range(1, 7)])
    assert ada.said() == bob.said()
    assert list(ada.people().values()) == ["Bob"] * 6


def sync_only() -> None:
    """What the process that is killed does."""
    folder, name = sys.argv[1:]
    Clone(Scratch(Path(folder) / name), Path(folder) / f"state-of-{name}", name).sync()


class _Interrupted(LedgerRemote):
    """A remote during whose first staging somebody appends to the ledger here."""

    def __init__(self, clone: Clone, repository: GitRepository) -> None:
        super().__init__(repository, "origin")
        self._clone = clone
        self._is_first = True

    def stage(self) -> LedgerFiles:
        if self._is_first:
            self._is_first = False
            self._clone.say(99)
        return super().stage()


def test_what_is_said_here_meanwhile_is_not_lost(ada: Clone, bob: Clone) -> None:
    ada.say(1)
    ada.sync()
    bob.sync()
    ada.say(2)
    ada.sync()
    bob.say(3)

    with bob.scratch.open() as repository:
        done = share_ledger(
            _Interrupted(bob, repository), bob.reading(repository.identity), writer=lambda: Clone.key("bob")
        )

    assert done is not None
    assert done.checkpoint.size == 4
    assert bob.said() == ["ada 1", "ada 2", "bob 3", "bob 99"]


class _CutOffBehind(LedgerRemote):
    """One whose process ends as soon as what is here became something else."""

    def take(self, staged: LedgerFiles) -> bool:
        super().take(staged)
        raise KeyboardInterrupt

    def adopt(self) -> bool:
        super().adopt()
        raise KeyboardInterrupt


def _cut_off(clone: Clone) -> None:
    with clone.scratch.open() as repository:
        remote, reading = _CutOffBehind(repository, "origin"), clone.reading(repository.identity)
        with pytest.raises(KeyboardInterrupt):
            share_ledger(remote, reading, writer=lambda: clone.key(clone.name))


@pytest.mark.parametrize("number", [None, 101])
def test_what_a_sync_made_is_believed_when_it_was_cut_off_right_behind(
    ada: Clone, bob: Clone, number: int | None
) -> None:
    ada.say(0)
    ada.sync()
    bob.sync()
    ada.say(1)
    ada.sync()
    if number is not None:
        bob.say(number)
    _cut_off(bob)

    bob.say(102)
    bob.sync()
    ada.sync()

    expected = {"ada 0", "ada 1", "bob 102", *([] if number is None else [f"bob {number}"])}
    assert set(bob.said()) == set(ada.said()) == expected


def test_what_a_sync_was_about_to_make_is_no_excuse_once_more_was_seen(ada: Clone, bob: Clone) -> None:
    ada.say(0)
    ada.sync()
    bob.sync()
    ada.say(1)
    ada.sync()
    bob.say(101)
    _cut_off(bob)
    was = bob.scratch.git("rev-parse", "refs/weighbridge/ledger")
    bob.say(102)

    bob.scratch.git("update-ref", "refs/weighbridge/ledger", was)

    with pytest.raises(ForkedError):
        bob.said()
