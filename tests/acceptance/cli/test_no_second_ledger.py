"""A ledger that `ledger.yaml` names is begun once: not where a remote has it, or where this user saw that one had."""

from pathlib import Path

import pytest
from tests.acceptance.cli.parlour import SUE, Parlour
from tests.acceptance.cli.program import Program, Ran
from tests.integration.git.scratch import Scratch
from tests.samples.ledger import ORIGIN

LEDGER = "refs/weighbridge/ledger"


@pytest.fixture
def parlour(tmp_path: Path) -> Parlour:
    """A remote of it lies beside, which has no ledger yet."""
    made = Parlour.open(tmp_path)
    remote = Scratch.make(tmp_path / "remote", "--bare")
    made.scratch.git("remote", "add", "origin", str(remote.folder))
    made.scratch.git("push", "-q", "origin", "main", "fix", "refs/weighbridge/packages/*:refs/weighbridge/packages/*")
    return made


def again(parlour: Parlour, tmp_path: Path) -> Scratch:
    """A clone made elsewhere."""
    folder = tmp_path / "again"
    parlour.scratch.git("clone", "-q", str(tmp_path / "remote"), str(folder))
    Scratch(folder).git("fetch", "-q", "origin", "refs/weighbridge/packages/*:refs/weighbridge/packages/*")
    return Scratch(folder)


def words(ran: Ran) -> str:
    return " ".join((ran.out + ran.err).split())


def test_whoever_forgot_to_fetch_it_begins_none(parlour: Parlour, tmp_path: Path) -> None:
    assert parlour.says(SUE, "approve", "fix").status == 0, "the first is begun where the remote was asked and has none"
    assert parlour.run("ledger", "sync").status == 0
    clone = again(parlour, tmp_path)
    job = Program(
        tmp_path / "job", {"WEIGHBRIDGE_WRITER": str(parlour.program.home / ".config/weighbridge/keys/writer")}
    )
    approve = ("approve", "origin/fix", "--key", str(parlour.key(SUE)), "--yes", "--reason", "I ran it")

    for command in (
        ("review", "origin/main..origin/fix", "--record", "-q"),
        ("report", "origin/fix", "unit-tests", "passed"),
        approve,
    ):
        ran = job.run(clone.folder, *command)

        assert ran.status == 3, ran
        said = f"no ledger is here yet, and none is begun: .weighbridge/ledger.yaml names {ORIGIN}, and origin has one"
        assert f"{said}: `weighbridge ledger sync` fetches it" in words(ran)
        assert not clone.git("for-each-ref", LEDGER)
    assert job.run(clone.folder, "ledger", "sync").status == 0
    assert job.run(clone.folder, *approve).status == 0


def test_where_a_remote_cannot_be_asked_none_is_begun(parlour: Parlour) -> None:
    parlour.scratch.git("remote", "set-url", "origin", "/nowhere/at/all")

    ran = parlour.says(SUE, "approve", "fix")

    assert ran.status == 3, ran
    assert "nobody could ask the remote origin for it" in words(ran)


def test_that_one_was_in_the_remote_is_remembered_in_every_clone_of_this_user(parlour: Parlour, tmp_path: Path) -> None:
    assert parlour.says(SUE, "approve", "fix").status == 0
    assert parlour.run("ledger", "sync").status == 0
    Scratch(tmp_path / "remote").git("update-ref", "-d", LEDGER)
    clone = again(parlour, tmp_path)

    for command in (("ledger", "sync"), ("review", "origin/main..origin/fix", "--record", "-q")):
        ran = parlour.program.run(clone.folder, *command)

        assert ran.status == 1, ran
        assert "one of 1 entry, root " in words(ran)
        assert "was seen in a remote before" in words(ran)


def test_a_clone_of_one_branch_is_told_that_the_protected_one_is_not_in_it(parlour: Parlour, tmp_path: Path) -> None:
    assert parlour.says(SUE, "approve", "fix").status == 0
    assert parlour.run("ledger", "sync").status == 0
    folder = tmp_path / "shallow"
    parlour.scratch.git("clone", "-q", "--depth=1", "-b", "fix", (tmp_path / "remote").as_uri(), str(folder))
    job = Program(tmp_path / "job")

    ran = job.run(folder, "ledger", "sync")
    Scratch(folder).git("fetch", "-q", "origin", "main:refs/remotes/origin/main")

    assert ran.status == 3, ran
    assert (
        "nothing of this repository is trusted here, .weighbridge/ledger.yaml among it: there is no origin/HEAD"
        in words(ran)
    )
    assert "git fetch origin main:refs/remotes/origin/main" in words(ran)
    assert job.run(folder, "ledger", "sync").status == 0
