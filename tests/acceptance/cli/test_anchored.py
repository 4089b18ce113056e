"""Anchors that decide: one that Trust names and nobody could look at, and an environment that asks for one."""

import re
from pathlib import Path

import pytest
from tests.acceptance.cli.deploying import POLICY, Shop, open_shop
from tests.integration.git.scratch import Scratch
from tests.samples.ledger import Key

from weighbridge.ledger.verifier_keys import KeyKind

ANCHOR = "refs/heads/ledger-anchor"
NAMED = f"anchors: [{{ref: {ANCHOR}}}]\n"
WANTED = POLICY.replace("{level: production}", "{level: production, require: [{anchored: true}]}")


def begun(place: Path, *, policy: str = POLICY, is_anchored: bool = False) -> Shop:
    """A shop with a change, whose ledger has begun."""
    shop = open_shop(place, policy=policy)
    assert shop.run("ci", "report", "main", "build", "passed").status == 0
    if is_anchored:
        anchor(shop)
        name_it(shop)
    shop.change("fix", **{"src/cart.py": "def total(x):\n    return round(x, 2)\n"})
    shop.approve("main..fix")
    return shop


def anchor(shop: Shop) -> None:
    ran = shop.run("ci", "ledger", "anchor", "--ref", ANCHOR)
    assert ran.status == 0, ran


def name_it(shop: Shop) -> None:
    """Say on the protected branch where the anchor is kept, and decide by that."""
    shop.scratch.commit("Anchor the ledger", **{".weighbridge/ledger.yaml": shop.settings("ci", more=NAMED)})


def words(text: str) -> str:
    return " ".join(text.split())


def test_an_anchor_that_is_named_and_not_there_decides_nothing(tmp_path: Path) -> None:
    shop = begun(tmp_path, is_anchored=True)
    assert shop.decide("main..fix").status == 0
    assert shop.admit("--commit", "fix", "--after", "main").status == 0
    shop.scratch.git("update-ref", "-d", ANCHOR)

    weighed = shop.run("ci", "review", "main..fix")
    entered = shop.admit("--commit", "fix", "--after", "main")

    assert weighed.status == 3, weighed
    assert f"no checkpoint of this ledger is in ref {ANCHOR}" in words(weighed.out)
    assert (entered.status, f"git fetch origin {ANCHOR}" in words(entered.err)) == (3, True), entered


def test_what_a_clone_of_one_branch_is_told_brings_the_anchor_there(tmp_path: Path) -> None:
    shop = begun(tmp_path, is_anchored=True)
    server = Scratch.make(tmp_path / "server.git", "--bare")
    shop.scratch.git("push", "-q", str(server.folder), "main", ANCHOR, "refs/weighbridge/*:refs/weighbridge/*")
    server.git("clone", "-q", "--single-branch", "-b", "main", f"file://{server.folder}", str(tmp_path / "clone"))
    job = Shop(Scratch(tmp_path / "clone"), shop.homes)
    job.scratch.git("fetch", "-q", "origin", "refs/weighbridge/*:refs/weighbridge/*")

    lacking = job.run("ci", "ledger", "verify")
    command = re.search(r"git (fetch origin [^\s;]+)", words(lacking.out + lacking.err))
    assert command is not None, lacking
    job.scratch.git(*command[1].split())

    assert (lacking.status, job.run("ci", "ledger", "verify").status) == (3, 0)


def test_the_doctor_finds_an_anchor_that_is_named_and_not_there(tmp_path: Path) -> None:
    shop = begun(tmp_path, is_anchored=True)
    sound = words(shop.run("ci", "doctor").out)
    shop.scratch.git("update-ref", "-d", ANCHOR)

    ill = words(shop.run("ci", "doctor").out)

    assert "no checkpoint of this ledger" not in sound
    assert f"no checkpoint of this ledger is in ref {ANCHOR}" in ill
    assert f"git fetch origin {ANCHOR}" in ill
    assert "nothing anchors it" not in sound + ill


def test_witnesses_that_need_not_sign_anchor_nothing(tmp_path: Path) -> None:
    witness = Key("witness.example.org/w1", seed=7, kind=KeyKind.COSIGNATURE).verifier
    shop = open_shop(tmp_path, policy=WANTED, settings=f"witnesses: [{witness}]\n")
    assert shop.run("ci", "report", "main", "build", "passed").status == 0

    told = words(shop.run("ci", "doctor").out)
    doubted = words(shop.run("ci", "policy", "check").out)

    assert "names no anchor, and asks for the signature of no witness (`quorum`)" in told
    assert "an anchored ledger is asked for, and .weighbridge/ledger.yaml names no anchor" in doubted


def test_an_environment_may_ask_that_something_anchors_the_ledger(tmp_path: Path) -> None:
    bare, held = begun(tmp_path / "a", policy=WANTED), begun(tmp_path / "b", policy=WANTED, is_anchored=True)

    assert bare.decide("main..fix", "--environment", "production").status == 3
    assert bare.decide("main..fix", "--environment", "staging").status == 0
    assert held.decide("main..fix", "--environment", "production").status == 0


def test_a_rule_that_asks_for_an_anchor_is_held_to_where_something_enters(tmp_path: Path) -> None:
    asking = POLICY.replace("      - approval: {count: 1}\n", "      - approval: {count: 1}\n      - anchored: true\n")
    shop = begun(tmp_path, policy=asking, is_anchored=True)
    assert shop.decide("main..fix").status == 0

    beyond = shop.admit("--commit", "fix", "--after", "main")
    anchor(shop)

    assert (beyond.status, shop.admit("--commit", "fix", "--after", "main").status) == (1, 0), beyond


def test_what_lets_it_in_must_be_held_by_the_anchor(tmp_path: Path) -> None:
    shop = begun(tmp_path, policy=WANTED, is_anchored=True)
    assert shop.decide("main..fix", "--environment", "production").status == 0

    beyond = shop.admit("--commit", "fix", "--after", "main")
    command = words(beyond.out).partition("to anchor it: weighbridge ")[2]
    assert shop.run("ci", *command.split()).status == 0
    within = shop.admit("--commit", "fix", "--after", "main")

    assert beyond.status == 1, beyond
    assert "keep a newer one (weighbridge ledger anchor)" in words(beyond.out)
    assert (command, "--record" in beyond.out) == (f"ledger anchor --ref {ANCHOR}", False)
    assert within.status == 0, within


@pytest.mark.parametrize(
    ("by", "told"),
    [
        ("ci", "the anchor in"),
        ("ben", "the anchor in"),
        ("", "nothing anchors"),
    ],
)
def test_a_rejection_that_is_cut_off_is_missed_where_an_anchor_holds_it(tmp_path: Path, by: str, told: str) -> None:
    """`by` is whose machine wrote last before the ledger was anchored; nobody anchored it where that is empty."""
    shop = begun(tmp_path, is_anchored=bool(by))
    assert shop.decide("main..fix").status == 0
    before = shop.scratch.git("rev-parse", "refs/weighbridge/ledger")
    rejected = shop.run("ben", "reject", "fix", "--key", str(shop.key("ben")), "--yes", "--reason", "it loses money")
    assert rejected.status == 0, rejected
    if by == "ci":
        assert shop.run("ci", "report", "main", "build", "passed").status == 0
    if by:
        anchor(shop)
    shop.scratch.git("update-ref", "refs/weighbridge/ledger", before)
    clean = Shop(clone(shop.scratch, tmp_path / "clean"), tmp_path / "elsewhere")

    ran = clean.run("deploy", "admit", "--environment", "production", "--commit", "fix", "--after", "main")

    assert ran.status == (1 if by else 0), ran
    assert told in words(ran.out)


def test_an_anchor_that_somebodys_laptop_signed_holds_whoever_writes_after_it(tmp_path: Path) -> None:
    shop = begun(tmp_path, policy=WANTED)
    assert shop.run("ana", "ledger", "anchor", "--ref", ANCHOR).status == 0, "her approval is the newest entry"
    name_it(shop)

    decided = shop.decide("main..fix", "--environment", "production")
    verified = shop.run("ci", "ledger", "verify")

    assert decided.status in (0, 1), decided
    assert verified.status == 0, verified
    assert "nobody who is trusted" not in words(verified.out + verified.err)


def test_whoever_leaves_takes_no_ledger_with_them_that_they_anchored(tmp_path: Path) -> None:
    shop = begun(tmp_path, policy=WANTED)
    assert shop.run("ana", "ledger", "anchor", "--ref", ANCHOR).status == 0
    name_it(shop)
    assert shop.run("ci", "report", "main", "build", "passed").status == 0
    shop.scratch.commit("Ana leaves", **{".weighbridge/allowed_signers": shop.signers("ben")})

    verified = shop.run("ci", "ledger", "verify")
    decided = shop.decide("main..fix", "--environment", "production")
    anchored = shop.run("ci", "ledger", "anchor", "--ref", ANCHOR)
    again = shop.run("ci", "ledger", "verify")

    told = "signed by nobody who is trusted now: this ledger holds it, and it anchors nothing"
    assert told in words(verified.out + verified.err), verified
    assert decided.status == 3, "an anchor is asked for, and there is none"
    assert anchored.status == 0, anchored
    assert told not in words(again.out + again.err)


def clone(scratch: Scratch, place: Path) -> Scratch:
    """All refs of a repository, in a place where nothing was ever seen of it."""
    scratch.git("clone", "-q", "--mirror", ".", str(place))
    return Scratch(place)


def test_an_anchor_that_the_protected_branch_names_by_now_is_held_to_whatever_decides(tmp_path: Path) -> None:
    shop = begun(tmp_path)
    assert shop.decide("main..fix").status == 0
    assert shop.admit("--commit", "fix", "--record").status == 0
    anchor(shop)
    name_it(shop)
    before = shop.scratch.git("rev-parse", "refs/weighbridge/ledger~1")
    shop.scratch.git("update-ref", "refs/weighbridge/ledger", before)
    clean = Shop(clone(shop.scratch, tmp_path / "clean"), tmp_path / "elsewhere")

    ran = clean.run("deploy", "admit", "--environment", "production", "--commit", "fix", "--after", "main~1")

    assert (ran.status, "the anchor in" in words(ran.out)) == (1, True), ran


def test_a_clone_that_is_behind_an_anchor_syncs(tmp_path: Path) -> None:
    shop = begun(tmp_path, is_anchored=True)
    origin = clone(shop.scratch, tmp_path / "origin")
    behind = Shop(Scratch(tmp_path / "behind"), shop.homes)
    shop.scratch.git("clone", "-q", str(origin.folder), str(behind.scratch.folder))
    assert behind.run("ben", "ledger", "sync").status == 0
    shop.scratch.git("remote", "add", "origin", str(origin.folder))
    assert shop.decide("main..fix").status == 0
    anchor(shop)
    shop.scratch.git("push", "-q", "--force", "origin", ANCHOR)

    early = shop.run("ci", "ledger", "sync")
    behind.scratch.git("fetch", "-q")
    late = behind.run("ben", "ledger", "sync")

    assert (early.status, late.status) == (0, 0), (early, late)
    assert behind.run("ben", "ledger", "verify").status == 0
