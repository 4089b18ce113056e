"""What people may ask to have erased is in nothing that stays: names and reasons, once they are erased, are in no object that a ref leads to."""

import json
import subprocess
from pathlib import Path

import pytest
from tests.acceptance.cli.approving import EVE, POLICY, Shop, open_shop
from tests.acceptance.cli.person import Person
from tests.conftest import RequireTool

WHY, NOT, LATER, NOTE = "because-of-lunch", "never-on-a-friday", "urgent-for-the-fair", "Everything I know of it."


@pytest.fixture
def shop(tmp_path: Path, require_tool: RequireTool) -> Shop:
    require_tool("ssh-keygen")
    made = open_shop(tmp_path)
    more = "overrides: {approval: {by: anyone, not_by: []}}\n"
    made.scratch.commit("Allow exceptions", **{".weighbridge/policy.yaml": POLICY + more})
    made.scratch.git("switch", "-q", "fix")
    made.scratch.git("rebase", "-q", "main")
    made.scratch.git("switch", "-q", "main")
    made.kept()
    return made


def spoken(shop: Shop, tmp_path: Path) -> None:
    """Eve, whom only the ledger knows, and the others say something of the change, with reasons."""
    key = ("--yes", "--key", str(shop.ada.key))
    assert shop.ada.approve("fix", "--reason", WHY).status == 0
    asked = shop.eve.run("people", "request", EVE, "--key", str(shop.eve.key), "-o", str(tmp_path / "request"))
    assert asked.status == 0, asked
    assert shop.ada.run("people", "enrol", str(tmp_path / "request"), *key).status == 0
    assert shop.eve.approve("fix").status == 0
    assert shop.bob.run("reject", "fix", "--yes", "--key", str(shop.bob.key), "--reason", NOT).status == 0
    overridden = shop.ada.run("override", "fix", "--rule", "two-people", "--until", "1d", "--reason", LATER, *key)
    assert overridden.status == 0, overridden
    (shop.scratch.folder.parent / "note.md").write_text(NOTE)
    attached = shop.ada.run("attach", "fix", "design-note", str(tmp_path / "note.md"), *key)
    assert attached.status == 0, attached


def erase(shop: Shop) -> None:
    entries = json.loads(shop.ci.run("ledger", "show", "--json", "-").out)
    personal = [str(entry["index"]) for entry in entries if entry["personal"]]
    assert len(personal) >= 4

    ran = shop.ci.run("ledger", "erase", *personal, "--yes")
    assert (ran.status, ran.out.count("is erased")) == (0, len(personal)), ran


def everything(shop: Shop) -> bytes:
    """All objects that some ref leads to."""
    names = "".join(f"{line.split()[0]}\n" for line in shop.scratch.git("rev-list", "--objects", "--all").splitlines())
    done = subprocess.run(
        ["git", "cat-file", "--batch"],
        cwd=shop.scratch.folder,
        input=names.encode(),
        capture_output=True,
        check=True,
    )
    return done.stdout


def test_after_an_erasure_no_ref_leads_to_a_name_or_a_reason(shop: Shop, tmp_path: Path) -> None:
    spoken(shop, tmp_path)
    shown = shop.ci.run("review", "main..fix", "--keep", "--record", "--environment", "production")
    assert NOT in shown.out

    erase(shop)

    left = [words for words in (EVE, WHY, NOT, LATER, NOTE) if words.encode() in everything(shop)]
    assert left == []


def test_the_ledger_as_it_is_shown_names_whom_it_knows_until_that_is_erased(shop: Shop, tmp_path: Path) -> None:
    spoken(shop, tmp_path)
    before = " ".join(shop.ci.run("ledger", "show").out.split())
    erase(shop)
    after = shop.ci.run("ledger", "show").out + shop.ci.run("ledger", "show", "--json", "-").out

    assert f"principal: {EVE}" in before
    assert f"approval {EVE} (SHA256:" in before
    assert EVE not in "".join(after.split())


def test_the_approvers_page_asks_the_ledger_for_what_the_package_does_not_hold(shop: Shop) -> None:
    shop.ada.approve("fix", "--reason", WHY)
    shop.bob.approve("fix")
    assert shop.ci.run("review", "main..fix", "--keep", "-q").status == 0

    shown = shop.ci.run("packages", "show", "fix")
    vain = ("--rule", "two-people", "--until", "1d", "--reason", LATER, "--yes", "--key", str(shop.ada.key))
    refused = shop.ada.run("override", "fix", *vain)

    assert "two approvals by people who had no part in it" in " ".join(shown.out.split())
    assert "have:" not in shown.out
    assert "nothing that two-people asks for is open here" in refused.err


def test_what_stands_beside_no_entry_is_said_and_what_is_no_entry_is_refused(shop: Shop) -> None:
    assert shop.ada.approve("fix").status == 0

    none, beyond = (shop.ci.run("ledger", "erase", index, "--yes") for index in ("0", "7"))

    assert (none.status, "nothing stands beside it" in none.out) == (0, True), none
    assert (beyond.status, "there is no entry 7" in beyond.err) == (2, True), beyond


def test_nobody_is_erased_unasked(shop: Shop) -> None:
    assert shop.ci.run("ledger", "erase", "0").status == 2


def test_erasures_that_a_sync_brings_or_takes_are_counted(shop: Shop, tmp_path: Path) -> None:
    shop.scratch.git("init", "-q", "--bare", str(tmp_path / "origin"))
    shop.scratch.git("remote", "add", "origin", str(tmp_path / "origin"))
    shop.scratch.git("push", "-q", "origin", "main", "fix")
    assert shop.ada.approve("fix", "--reason", WHY).status == 0
    assert shop.ci.run("ledger", "sync").status == 0
    subprocess.run(["git", "clone", "-q", tmp_path / "origin", tmp_path / "other"], check=True)
    other = Person(shop.bob.program, tmp_path / "other", shop.bob.key)
    assert other.run("ledger", "sync").status == 0

    assert shop.ci.run("ledger", "erase", "0", "--yes").status == 0
    sent, received, again = shop.ci.run("ledger", "sync"), other.run("ledger", "sync"), other.run("ledger", "sync")

    assert "; 1 erasure sent" in sent.out
    assert "; 1 erasure received" in received.out
    assert "erasure" not in again.out
