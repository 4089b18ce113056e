"""A clone comes to the same decision under any name, and says what it lacks and how to get that."""

import json
from pathlib import Path

import pytest
from tests.acceptance.cli.parlour import POLICY, SUE, Parlour
from tests.acceptance.cli.program import Program
from tests.integration.git.scratch import Scratch
from tests.samples.ledger import ORIGIN

EVE = "eve@example.org"


@pytest.fixture
def parlour(tmp_path: Path) -> Parlour:
    return Parlour.open(tmp_path)


def unwrapped(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize(
    "arguments",
    [
        ("review", "main..fix", "--target", "main"),
        ("exceptions", "--target", "main"),
        ("approvals", "--target", "main"),
        ("doctor",),
    ],
    ids=lambda arguments: arguments[0],
)
def test_a_ledger_that_is_named_and_was_not_fetched_is_told(parlour: Parlour, arguments: tuple[str, ...]) -> None:
    said = unwrapped(parlour.run(*arguments).out)

    assert f"o ledger is here yet, and .weighbridge/ledger.yaml names {ORIGIN}" in said
    assert "weighbridge ledger sync" in said


def test_a_key_that_only_the_ledger_may_enrol_is_told_with_the_ledger_that_is_not_here(parlour: Parlour) -> None:
    parlour.make_key(EVE)

    before, _ = parlour.says(EVE, "approve", "fix"), parlour.says(SUE, "approve", "fix")
    after = parlour.says(EVE, "approve", "fix")

    assert "nobody's who is enrolled here" in before.err
    assert "`weighbridge ledger sync` fetches it" in unwrapped(before.err)
    assert "nobody's who is enrolled here" in after.err
    assert "no ledger is here" not in after.err


def test_a_package_that_is_not_kept_here_is_told_with_the_ways_to_it(parlour: Parlour) -> None:
    ran = parlour.says(SUE, "approve", "main")

    assert ran.status == 2, ran
    assert "git fetch origin 'refs/weighbridge/packages/*:refs/weighbridge/packages/*'" in unwrapped(ran.err)
    assert "weighbridge review RANGE --keep" in unwrapped(ran.err)


def test_packages_of_commits_travel_with_the_ledger_and_nobodys_are_overwritten(
    parlour: Parlour, tmp_path: Path
) -> None:
    remote = Scratch.make(tmp_path / "remote", "--bare")
    parlour.scratch.git("remote", "add", "origin", str(remote.folder))
    parlour.scratch.git("push", "-q", "origin", "main", "fix")
    parlour.scratch.write("src/cart.py", "def total(x):\n    return 0\n")
    parlour.run("review", "--worktree", "--keep", "--target", "main")
    assert parlour.says(SUE, "approve", "fix").status == 0
    other = Scratch(tmp_path / "other")
    remote.git("clone", "-q", str(remote.folder), str(other.folder))
    head = parlour.scratch.git("rev-parse", "fix")
    ref = f"refs/weighbridge/packages/{head}"

    sent = parlour.run("ledger", "sync")
    received = Program(tmp_path / "home-of-other").run(other.folder, "ledger", "sync")

    assert "1 package sent" in unwrapped(sent.out), sent
    assert "1 package received" in unwrapped(received.out), received
    assert remote.git("for-each-ref", "--format=%(refname)", "refs/weighbridge/packages") == ref
    assert other.git("rev-parse", ref) == parlour.scratch.git("rev-parse", ref)

    other.git("update-ref", ref, other.git("rev-parse", "refs/weighbridge/ledger"))
    again = Program(tmp_path / "home-of-other").run(other.folder, "ledger", "sync")

    assert (again.status, "package" in again.out) == (0, False), again
    assert remote.git("rev-parse", ref) == parlour.scratch.git("rev-parse", ref) != other.git("rev-parse", ref)


def test_an_approval_given_in_one_clone_counts_in_another_whatever_its_folder_is_called(
    parlour: Parlour, tmp_path: Path
) -> None:
    parlour.change("Say more", "README.md", text="A shop.\n")
    parlour.change("Ask the same", ".weighbridge/policy.yaml", text=f"{POLICY}# as before\n")
    remote = Scratch.make(tmp_path / "remote", "--bare")
    parlour.scratch.git("remote", "add", "origin", str(remote.folder))
    parlour.scratch.git("push", "-q", "origin", "main", "fix")
    weighed = json.loads(parlour.weigh("--json", "-").out)
    approved = parlour.says(SUE, "approve", "fix", "--reason", "I ran it")
    assert approved.status == 0, approved
    assert parlour.run("ledger", "sync").status == 0
    remote.git("clone", "-q", str(remote.folder), str(tmp_path / "ci"))
    remote.git("clone", "-q", "--bare", str(remote.folder), str(tmp_path / "store.git"))
    gate = Program(tmp_path / "home-of-ci")
    assert gate.run(tmp_path / "ci", "ledger", "sync").status == 0
    review = ("review", "--target", "main", "--quiet", "--json", "-")

    there = json.loads(gate.run(tmp_path / "ci", *review, "origin/main..origin/fix").out)
    bare = json.loads(gate.run(tmp_path / "store.git", *review, "main..fix").out)

    assert there["decision"] == bare["decision"] == weighed["decision"]
    assert there["digest"] == bare["digest"] == weighed["digest"]
    assert [c["name"] for c in there["decision"]["components"]] == ["root", "src"]
    asked = there["presentation"]["standing"]["requirements"]
    assert [r["state"] for r in asked if r["rule"] == "second-person"] == ["satisfied"]


def test_the_first_package_travels_where_there_is_no_ledger_yet(parlour: Parlour, tmp_path: Path) -> None:
    remote = Scratch.make(tmp_path / "remote", "--bare")
    parlour.scratch.git("remote", "add", "origin", str(remote.folder))
    parlour.scratch.git("push", "-q", "origin", "main", "fix")
    other = Scratch(tmp_path / "other")
    remote.git("clone", "-q", str(remote.folder), str(other.folder))
    head = parlour.scratch.git("rev-parse", "fix")

    sent = parlour.run("ledger", "sync")
    received = Program(tmp_path / "home-of-other").run(other.folder, "ledger", "sync")
    again = parlour.run("ledger", "sync")

    none = "no ledger is here yet and none in origin: the first statement begins one"
    assert (sent.status, unwrapped(sent.out)) == (0, f"{none}; 1 package sent"), sent
    assert (received.status, unwrapped(received.out)) == (0, f"{none}; 1 package received"), received
    assert (again.status, unwrapped(again.out)) == (0, none), again
    assert other.git("for-each-ref", "--format=%(refname)", "refs/weighbridge") == f"refs/weighbridge/packages/{head}"


def test_a_first_package_that_cannot_be_sent_is_no_success(parlour: Parlour, tmp_path: Path) -> None:
    remote = Scratch.make(tmp_path / "remote", "--bare")
    remote.git("config", "transfer.hideRefs", "refs/weighbridge/packages")
    parlour.scratch.git("remote", "add", "origin", str(remote.folder))

    ran = parlour.run("ledger", "sync")

    assert ran.status == 3, ran
    assert "git push with origin failed" in unwrapped(ran.err)


def test_a_ledger_that_was_removed_here_is_no_ledger_that_never_was(parlour: Parlour, tmp_path: Path) -> None:
    remote = Scratch.make(tmp_path / "remote", "--bare")
    parlour.scratch.git("remote", "add", "origin", str(remote.folder))
    assert parlour.says(SUE, "approve", "fix").status == 0
    assert parlour.run("ledger", "verify", "--target", "main").status == 0
    parlour.scratch.git("update-ref", "-d", "refs/weighbridge/ledger")

    ran = parlour.run("ledger", "sync")

    assert ran.status == 1, ran
    assert "none in origin" not in ran.out + ran.err


@pytest.mark.parametrize("lacking", ["--filter=blob:none", "--filter=tree:0"])
def test_a_partial_clone_fetches_the_ledger_and_packages_whole(parlour: Parlour, tmp_path: Path, lacking: str) -> None:
    remote = Scratch.make(tmp_path / "remote", "--bare")
    remote.git("config", "uploadpack.allowFilter", "true")
    parlour.scratch.git("remote", "add", "origin", str(remote.folder))
    parlour.scratch.git("push", "-q", "origin", "main", "fix")
    assert parlour.says(SUE, "approve", "fix").status == 0
    assert parlour.run("ledger", "sync").status == 0
    remote.git("clone", "-q", lacking, remote.folder.as_uri(), str(tmp_path / "other"))
    program = Program(tmp_path / "home-of-other")

    received = program.run(tmp_path / "other", "ledger", "sync")
    verified = program.run(tmp_path / "other", "ledger", "verify")

    assert (received.status, "1 package received" in unwrapped(received.out)) == (0, True), received
    assert verified.status == 0, verified


@pytest.mark.parametrize("where", [".", "src"])
def test_a_remote_may_be_named_from_the_top_of_the_work_tree_as_git_lets_it(parlour: Parlour, where: str) -> None:
    scratch = parlour.scratch
    scratch.git("init", "-q", "--bare", "../there.git")
    scratch.git("remote", "add", "origin", "../there.git")
    scratch.git("push", "-q", "origin", "main", "fix")
    scratch.git("fetch", "-q", "origin")
    assert parlour.says(SUE, "approve", "fix").status == 0

    ran = parlour.program.run(scratch.folder / where, "ledger", "sync")

    assert ran.status == 0, ran
    assert "refs/weighbridge/ledger" in scratch.git("ls-remote", "origin")
