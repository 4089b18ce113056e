"""What others could push below `refs/remotes/` decides nothing: in mirrors, in repositories that are pushed to, in forks."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.acceptance.cli.deploying import Shop, open_shop
from tests.acceptance.cli.test_anchored import ANCHOR, anchor, begun, name_it, words
from tests.integration.git.scratch import Scratch

LOOSE = "version: 1\nname: shop\nrules: []\nenvironments:\n  production: {level: production}\n"
TRACKING = "+refs/heads/*:refs/remotes/origin/*"


def served(place: Path) -> tuple[Shop, Scratch]:
    """A shop, and its server, where somebody pushed a branch that loosens the policy, once more as a remote's main."""
    shop = open_shop(place)
    assert shop.run("ci", "report", "main", "build", "passed").status == 0
    shop.change("evil", **{".weighbridge/policy.yaml": LOOSE, "src/cart.py": "def total(x):\n    return 0\n"})
    shop.change("next", on="evil", **{"src/cart.py": "def total(x):\n    return 1\n"})
    server = Scratch.make(place / "server.git", "--bare")
    shop.scratch.git("remote", "add", "origin", str(server.folder))
    shop.scratch.git("push", "-q", "origin", "main", "evil", "next", "refs/weighbridge/*:refs/weighbridge/*")
    shop.scratch.git("push", "-q", "origin", "evil:refs/remotes/origin/main")
    return shop, server


def mirror(server: Scratch, place: Path) -> Scratch:
    server.git("clone", "-q", "--mirror", str(server.folder), str(place))
    return Scratch(place)


def with_work_tree(server: Scratch, place: Path) -> Scratch:
    """A mirror that somebody works in."""
    mirror(server, place / "mirror.git").git("worktree", "add", "-q", "--detach", str(place / "tree"), "evil")
    return Scratch(place / "tree")


def opened_up(server: Scratch, place: Path) -> Scratch:
    """A mirror that was made a clone with a work tree, whose branch is checked out."""
    made = mirror(server, place / "clone" / ".git")
    made.git("config", "core.bare", "false")
    Scratch(place / "clone").git("checkout", "-q", "evil")
    return Scratch(place / "clone")


def itself(server: Scratch, place: Path) -> Scratch:
    """The repository that is pushed to, as a hook there sees it."""
    del place
    return server


@pytest.mark.parametrize("made", [mirror, with_work_tree, opened_up, itself])
@pytest.mark.parametrize("named", [(), ("--target", "main"), ("--target", "origin/main")], ids=lambda named: named[-1:])
def test_no_policy_is_believed_that_was_pushed_as_a_remotes_branch(
    tmp_path: Path, made: Callable[[Scratch, Path], Scratch], named: tuple[str, ...]
) -> None:
    shop, server = served(tmp_path)
    job = Shop(made(server, tmp_path / "job"), shop.homes)

    weighed = job.run("ci", "review", "evil..next", *named)

    assert weighed.status == 1, weighed
    assert "an approval by a second person" in words(weighed.out)


def test_nothing_enters_by_a_policy_that_was_pushed_as_a_remotes_branch(tmp_path: Path) -> None:
    shop, server = served(tmp_path)
    job = Shop(mirror(server, tmp_path / "job.git"), shop.homes)
    job.decide("evil..next", "--environment", "production")

    ran = job.admit("--commit", "next", "--after", "evil")

    assert (ran.status, "its gate is unsatisfied" in ran.out) == (1, True), ran


def test_a_mirror_is_judged_by_the_branch_that_its_server_calls_its_own(tmp_path: Path) -> None:
    shop, server = served(tmp_path)
    server.git("branch", "-m", "main", "trunk")
    shop.scratch.git("push", "-q", "origin", "evil:refs/heads/main")
    job = Shop(mirror(server, tmp_path / "job.git"), shop.homes)

    weighed = job.run("ci", "review", "evil..next")

    assert (weighed.status, "an approval by a second person" in words(weighed.out)) == (1, True), weighed


def test_a_mirror_whose_head_leads_nowhere_is_judged_by_main(tmp_path: Path) -> None:
    shop, server = served(tmp_path)
    job = Shop(mirror(server, tmp_path / "job.git"), shop.homes)
    job.scratch.git("symbolic-ref", "HEAD", "refs/heads/gone")

    weighed = job.run("ci", "review", "evil..next")

    assert (weighed.status, "an approval by a second person" in words(weighed.out)) == (1, True), weighed


def test_a_bare_clone_that_tracks_branches_is_judged_by_the_remotes_as_ever(tmp_path: Path) -> None:
    shop, server = served(tmp_path)
    server.git("clone", "-q", "--bare", str(server.folder), str(tmp_path / "job.git"))
    job = Shop(Scratch(tmp_path / "job.git"), shop.homes)
    job.scratch.git("config", "remote.origin.fetch", TRACKING)
    job.scratch.git("fetch", "-q")
    job.scratch.git("update-ref", "refs/heads/main", "evil")

    weighed = job.run("ci", "review", "evil..next")

    assert (weighed.status, "an approval by a second person" in words(weighed.out)) == (1, True), weighed


def test_a_mirror_holds_an_anchor_only_as_a_branch(tmp_path: Path) -> None:
    shop = begun(tmp_path, is_anchored=True)
    assert shop.decide("main..fix").status == 0
    shop.scratch.git("update-ref", "refs/remotes/origin/ledger-anchor", ANCHOR)
    server = mirror(shop.scratch, tmp_path / "server.git")
    job = Shop(mirror(server, tmp_path / "job.git"), shop.homes)
    assert job.admit("--commit", "fix", "--after", "main").status == 0
    job.scratch.git("update-ref", "-d", ANCHOR)

    ran = job.admit("--commit", "fix", "--after", "main")

    assert (ran.status, f"no checkpoint of this ledger is in ref {ANCHOR}" in words(ran.err)) == (3, True), ran


@pytest.mark.parametrize("remote", ["mallory", "origin"])
def test_an_anchor_in_somebodys_fork_is_not_the_one_that_was_named(tmp_path: Path, remote: str) -> None:
    """The fork has an older anchor, and origin's was not fetched."""
    shop = begun(tmp_path, is_anchored=True)
    assert shop.decide("main..fix").status == 0
    shop.scratch.git("update-ref", f"refs/remotes/{remote}/ledger-anchor", ANCHOR)
    shop.scratch.git("update-ref", "refs/remotes/origin/main", "main")
    shop.scratch.git("update-ref", "-d", ANCHOR)

    ran = shop.admit("--commit", "fix", "--after", "main")

    assert ran.status == (0 if remote == "origin" else 3), ran


def test_the_anchor_of_the_remote_that_decides_is_the_one_that_was_named(tmp_path: Path) -> None:
    shop = begun(tmp_path)
    anchor(shop)
    name_it(shop)
    shop.scratch.git("switch", "-q", "fix")
    shop.scratch.git("rebase", "-q", "main")
    shop.scratch.git("switch", "-q", "main")
    shop.approve("main..fix")
    for name in ("upstream/main", "origin/main"):
        shop.scratch.git("update-ref", f"refs/remotes/{name}", "main")
    shop.scratch.git("update-ref", "refs/remotes/upstream/ledger-anchor", ANCHOR)
    shop.scratch.git("update-ref", "-d", ANCHOR)

    of_upstream, of_origin = (
        shop.run("ci", "review", "main..fix", "--target", f"{it}/main") for it in ("upstream", "origin")
    )

    assert (of_upstream.status, of_origin.status) == (0, 3), (of_upstream, of_origin)
