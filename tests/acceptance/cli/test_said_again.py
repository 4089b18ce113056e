"""A statement counts once, at its first entry: who appends a copy brings nothing back; and what a gate never saw is held against it."""

import json
from pathlib import Path

import pytest
from tests.acceptance.cli.deploying import POLICY, Shop, open_shop

from weighbridge.adapters.git.ledger_files import GitLedgerFiles
from weighbridge.ledger.checkpoint import read_checkpoint
from weighbridge.ledger.files import CHECKPOINT
from weighbridge.ledger.stored_tree import StoredTree


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A change that ana approved, and ben, whose laptop writes since he said something of another."""
    shop = open_shop(tmp_path)
    shop.change("other", **{"src/tax.py": "RATE = 0.2\n"})
    shop.approve("main..other", who="ben")
    shop.change("fix", **{"src/cart.py": "def total(x):\n    return round(x, 2)\n"})
    shop.approve("main..fix")
    return shop


def entries(shop: Shop) -> list[bytes]:
    with shop.scratch.open() as repository:
        files = GitLedgerFiles(repository)
        note = files.read(CHECKPOINT)
        assert note is not None
        return list(StoredTree(files, read_checkpoint(note).checkpoint).bundle(0))


def newest(shop: Shop, kind: str) -> int:
    shown = json.loads(shop.run("ci", "ledger", "show", "--json", "-").out)
    return max(int(entry["index"]) for entry in shown if entry["kind"] == kind)


def say_again(shop: Shop, index: int) -> None:
    """What anybody's own client can do from a laptop that may append: the same statement and signature, in other bytes."""
    copy = json.dumps(json.loads(entries(shop)[index]), indent=1).encode()
    before = len(entries(shop))
    shop.append(copy, laptop="ben")
    assert len(entries(shop)) == before + 1


def reject(shop: Shop, who: str, *more: str) -> None:
    ran = shop.run(who, "reject", "fix", "--key", str(shop.key(who)), "--yes", "--reason", "it loses money", *more)
    assert ran.status == 0, ran


def admitted(shop: Shop) -> int:
    return shop.admit("--commit", "fix", "--after", "main").status


def test_an_approval_that_was_taken_back_is_not_brought_back(shop: Shop) -> None:
    approval = newest(shop, "approval")
    reject(shop, "ana")

    say_again(shop, approval)

    assert shop.decide("main..fix").status == 1


def test_a_decision_that_was_overtaken_is_not_brought_back(shop: Shop) -> None:
    assert shop.decide("main..fix").status == 0
    decision = newest(shop, "decision")
    reject(shop, "ben")
    assert shop.decide("main..fix").status == 1

    say_again(shop, decision)

    assert admitted(shop) == 1


def test_an_admission_that_was_followed_by_another_is_not_what_is_there(shop: Shop) -> None:
    assert shop.decide("main..fix").status == 0
    assert shop.admit("--commit", "fix", "--record").status == 0
    first = newest(shop, "admission")
    shop.land("fix")
    shop.change("next", **{"src/next.py": "NEXT = 1\n"})
    shop.passed("main..next")
    assert shop.admit("--commit", "next", "--record").status == 0
    before = json.loads(shop.admit("--commit", "next", "--json", "-").out)["remarks"]

    say_again(shop, first)

    assert json.loads(shop.admit("--commit", "next", "--json", "-").out)["remarks"] == before


def test_a_decision_that_follows_a_rejection_which_it_never_saw_lets_nothing_in(shop: Shop, tmp_path: Path) -> None:
    reject(shop, "ben")
    late = shop.copy(tmp_path / "late")
    with late.scratch.open() as repository:
        files = GitLedgerFiles(repository)
        assert files.read(CHECKPOINT)
    late.scratch.git("update-ref", "refs/weighbridge/ledger", "refs/weighbridge/ledger~1")
    fresh = Shop(late.scratch, tmp_path / "homes-of-late")
    shop_home = shop.homes / "ci" / ".config"
    (fresh.homes / "ci").mkdir(parents=True)
    (fresh.homes / "ci" / ".config").symlink_to(shop_home)
    assert fresh.decide("main..fix").status == 0, "it knows of no rejection"
    decision = entries(fresh)[newest(fresh, "decision")]

    shop.append(decision, laptop="ben")

    assert newest(shop, "decision") > newest(shop, "approval")
    assert admitted(shop) == 1


def test_a_rejection_that_was_overridden_knowingly_keeps_nothing_out_whatever_it_was_proposed_as(
    tmp_path: Path,
) -> None:
    shop = open_shop(tmp_path, policy=f"{POLICY}overrides: {{approval: {{by: anyone, not_by: []}}}}\n")
    shop.change("fix", **{"src/cart.py": "def total(x):\n    return round(x, 2)\n"})
    shop.approve("main..fix")
    reject(shop, "ben", "--proposal", "7")
    shop.decide("main..fix")
    key = ("--key", str(shop.key("ana")), "--yes")
    over = shop.run("ana", "override", "fix", "--rule", "rejections", "--until", "1d", "--reason", "he was asked", *key)
    assert over.status == 0, over

    assert shop.decide("main..fix").status == 0
    assert admitted(shop) == 0


def test_glass_that_was_broken_passes_no_rejection_that_was_said_since_at_the_gate_or_at_the_deployment(
    tmp_path: Path,
) -> None:
    shop = open_shop(tmp_path, policy=f"{POLICY}break_glass: {{approval: {{by: anyone, not_by: []}}}}\n")
    shop.change("fix", **{"src/cart.py": "def total(x):\n    return round(x, 2)\n"})
    shop.run("ci", "review", "main..fix", "--keep", "-q")
    burns = ("break-glass", "fix", "--reason", "it burns", "--key", str(shop.key("ana")), "--yes")
    reject(shop, "ben")
    assert shop.run("ana", *burns).status == 0
    assert shop.decide("main..fix").status == 0, "that no was known"
    assert admitted(shop) == 0

    shop.run("ben", "reject", "fix", "--key", str(shop.key("ben")), "--yes", "--reason", "it loses money still")

    assert admitted(shop) == 1, "the gate was not asked with it"
    assert shop.decide("main..fix").status == 1
    told = shop.run("ci", "review", "main..fix")
    assert "ana@example.org: broke the glass before that was said" in " ".join(told.out.split())
    assert admitted(shop) == 1
    assert shop.run("ana", *burns).status == 0
    assert shop.decide("main..fix").status == 0
    assert admitted(shop) == 0


def test_a_rejection_counts_whatever_the_change_was_proposed_as(shop: Shop) -> None:
    reject(shop, "ben")

    assert shop.run("ci", "review", "main..fix", "--proposal", "42", "-q").status == 1
    ran = shop.run("ci", "review", "main..fix", "--proposal", "42")
    assert "ben@example.org to say otherwise" in " ".join(ran.out.split())
