"""What the page says of approvals that do not count any more, and of the ledger that holds those that do."""

import json
import subprocess
from pathlib import Path

import pytest
from tests.acceptance.cli.approving import ADA, BOB, POLICY, Shop, left_behind, open_shop, rebased
from tests.conftest import RequireTool


@pytest.fixture
def shop(tmp_path: Path, require_tool: RequireTool) -> Shop:
    require_tool("ssh-keygen")
    return open_shop(tmp_path)


def test_approvals_that_a_rebase_without_a_name_left_behind_are_told(shop: Shop) -> None:
    shop.ada.approve()
    shop.bob.approve()
    was = shop.scratch.git("rev-parse", "fix")
    rebased(shop)

    (told,) = left_behind(shop)

    assert told.startswith(f"2 approvals of an earlier form, {was[:7]} of 20")
    assert f" by {ADA} and {BOB}, do not count here: " in told
    assert "no proposal's name says that both are one change" in told
    assert "(`--proposal NAME`)" in told
    for shown in (("review", "main..fix"), ("review", "main..fix", "--markdown", "-")):
        assert "2 approvals of an earlier form" in " ".join(shop.ci.run(*shown).out.split())
    shop.ci.run("review", "main..fix", "-q", "--html", "page.html")
    assert "2 approvals of an earlier form" in (shop.scratch.folder / "page.html").read_text()


def test_no_kept_package_holds_them(shop: Shop) -> None:
    shop.ada.approve("fix", "--proposal", "42")
    shop.ci.run("review", "main..fix", "--keep", "-q")
    head = shop.scratch.git("rev-parse", "fix")

    held = json.loads(shop.scratch.git("show", f"refs/weighbridge/packages/{head}:package.json"))

    assert held["presentation"]["left_behind"] == []
    assert len(left_behind(shop)) == 1


def test_they_are_told_by_the_kept_package_where_the_commits_are_gone(shop: Shop) -> None:
    shop.ada.approve()
    was = shop.scratch.git("rev-parse", "fix")
    rebased(shop)
    shop.scratch.git("reflog", "expire", "--expire=now", "--all")
    shop.scratch.git("update-ref", "-d", "ORIG_HEAD")
    shop.scratch.git("gc", "-q", "--prune=now")

    (told,) = left_behind(shop)

    assert told.startswith(f"1 approval of an earlier form, {was[:7]} of 20")
    gone = subprocess.run(["git", "cat-file", "-e", was], cwd=shop.scratch.folder, capture_output=True, check=False)
    assert gone.returncode != 0


def test_a_commit_is_known_again_whatever_encoding_it_was_written_in(shop: Shop) -> None:
    shop.scratch.git("switch", "-q", "fix")
    shop.scratch.git("-c", "i18n.commitEncoding=ISO-8859-1", "commit", "-q", "--amend", "-m", "Réglé")
    shop.scratch.git("switch", "-q", "main")
    shop.kept()
    shop.ada.approve()
    was = shop.scratch.git("rev-parse", "fix")
    rebased(shop)

    (told,) = left_behind(shop)

    assert b"encoding" in shop.scratch.raw("cat-file", "commit", was)
    assert b"encoding" not in shop.scratch.raw("cat-file", "commit", "fix")
    assert told.startswith(f"1 approval of an earlier form, {was[:7]} of 20")


def test_the_proposal_that_approvals_were_given_for_is_named_where_none_is(shop: Shop) -> None:
    shop.ada.approve("fix", "--proposal", "42")
    assert "of this very commit" in left_behind(shop)[0]
    rebased(shop)

    (told,) = left_behind(shop)

    assert "it was said of the proposal 42, and this one has no name: `--proposal 42` looks for it" in told
    assert left_behind(shop, "--proposal", "42") == []


def test_a_policy_that_carries_nothing_over_is_the_reason_given(shop: Shop) -> None:
    never = POLICY.replace("carry_over: nothing-added", "carry_over: never")
    shop.scratch.commit("Carry nothing", **{".weighbridge/policy.yaml": never})
    shop.ci.run("review", "main...fix", "--keep", "-q")
    shop.ada.approve()
    rebased(shop)

    (told,) = left_behind(shop)

    assert "the policy carries nothing over" in told


def test_approvals_of_another_change_are_none_of_this_one(shop: Shop) -> None:
    shop.scratch.git("switch", "-qc", "other")
    shop.scratch.commit("Something else", **{"src/other.py": "import os\n"})
    shop.scratch.git("switch", "-q", "main")
    shop.ci.run("review", "main..other", "--keep", "-q")
    assert shop.ada.approve("other").status == 0

    assert left_behind(shop) == []


def test_what_is_passed_is_told_of_nothing_that_was_left_behind(shop: Shop) -> None:
    shop.ada.approve()
    rebased(shop)
    shop.ci.run("review", "main..fix", "--keep", "-q")
    shop.ada.approve()
    shop.bob.approve()

    assert shop.gate()[0] == 0
    assert left_behind(shop) == []


def test_that_nothing_anchors_the_ledger_is_told_where_its_word_is_leant_on(shop: Shop) -> None:
    shop.ada.approve("fix", "--proposal", "another")
    assert "anchors" not in shop.ci.run("review", "main..fix").out

    shop.ada.approve()
    shop.bob.approve()

    ran = shop.ci.run("review", "main..fix", "--record")
    brief = "nothing anchors this ledger: weighbridge ledger verify says what that leaves open"
    assert brief in " ".join(ran.out.split())
    assert "could shorten" not in ran.out
    assert brief in shop.ci.run("admit", "--environment", "production", "--commit", "fix").out
    assert "Nothing anchors this ledger: whoever may push it could shorten it" in " ".join(
        shop.ci.run("ledger", "verify").out.split()
    )
    assert "nothing anchors it: .weighbridge/ledger.yaml names no anchor" in " ".join(shop.ci.run("doctor").out.split())
