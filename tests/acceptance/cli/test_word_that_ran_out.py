"""The newest checkpoint was signed by a laptop whose person's word ran out: everybody is told why, and somebody mends it."""

import re
from pathlib import Path

import pytest
from tests.acceptance.cli.approving import ADA, BOB, EVE, Shop, open_shop
from tests.acceptance.cli.person import Person
from tests.acceptance.cli.program import Program, Ran
from tests.conftest import RequireTool
from tests.integration.git.scratch import Scratch


@pytest.fixture
def shop(tmp_path: Path, require_tool: RequireTool) -> Shop:
    """Everybody works in a clone of their own, and all began by sharing one ledger, in which Bob vouched for Eve."""
    require_tool("ssh-keygen")
    made = open_shop(tmp_path)
    remote = Scratch.make(tmp_path / "remote", "--bare")
    made.scratch.git("remote", "add", "origin", str(remote.folder))
    made.scratch.git("push", "-q", "origin", "main", "fix", "refs/weighbridge/packages/*:refs/weighbridge/packages/*")
    people = []
    for each in (made.ada, made.bob, made.eve, made.ci):
        folder = tmp_path / f"clone-of-{each.program.home.name}"
        remote.git("clone", "-q", str(remote.folder), str(folder))
        people.append(Person(each.program, folder, each.key))
    ada, bob, eve, ci = people
    for each in people:
        sync(each)
    assert ci.run("review", "origin/main..origin/fix", "--record", "-q").status in (0, 1)
    sync(ci)
    for each in (ada, bob):
        sync(each)
        assert each.approve("origin/fix").status == 0
        sync(each)
    request = eve.run("people", "request", EVE, "--key", str(eve.key), "-o", str(tmp_path / "eve.request"))
    assert request.status == 0, request
    enrolled = bob.run("people", "enrol", str(tmp_path / "eve.request"), "--key", str(bob.key), "--yes")
    assert enrolled.status == 0, enrolled
    for each in (bob, eve):
        sync(each)
    assert eve.approve("origin/fix").status == 0
    sync(eve)
    return Shop(made.scratch, ada, bob, eve, ci)


def sync(person: Person) -> Ran:
    person.run("ledger", "key")
    ran = person.run("ledger", "sync")
    assert ran.status == 0, ran
    return ran


def words(ran: Ran) -> str:
    return " ".join((ran.out + ran.err).split())


def expire(shop: Shop) -> None:
    """Bob's key runs out, on the protected branch, and everybody hears of it."""
    lines = f'{ADA} {shop.ada.public}\n{BOB} valid-before="20260101" {shop.bob.public}\n'
    shop.scratch.commit("Bob leaves", **{".weighbridge/allowed_signers": lines})
    shop.scratch.git("push", "-q", "origin", "main")
    for each in (shop.ada, shop.eve, shop.ci):
        Scratch(each.folder).git("fetch", "-q", "origin")


def newcomer(shop: Shop, tmp_path: Path) -> Person:
    """A clone that never looked, as a job has."""
    home = tmp_path / "new"
    home.mkdir()
    shop.scratch.git("clone", "-q", str(tmp_path / "remote"), str(home / "clone"))
    return Person(Program(home), home / "clone", shop.ada.key)


def test_whoever_never_looked_is_told_whose_word_ran_out_and_the_ways_out(shop: Shop, tmp_path: Path) -> None:
    expire(shop)

    ran = newcomer(shop, tmp_path).run("ledger", "sync")

    line = shop.eve.run("ledger", "key").out.strip()
    assert ran.status == 1, ran
    said = words(ran)
    assert re.search(r"entry \d+ names writer-[0-9a-f]+, which does not count: its key \S+ is nobody's", said), said
    assert re.search(rf"entry \d+ would have enrolled it, and changes nothing: {BOB} said it", said), said
    assert "expired on 2026-01-01 00:00 UTC" in said
    assert "`weighbridge ledger sync` signs it anew in a clone that has seen it" in said
    assert line in said


def test_a_machine_that_saw_it_and_is_believed_signs_it_anew(shop: Shop, tmp_path: Path) -> None:
    sync(shop.ada)
    expire(shop)

    read = shop.ada.run("ledger", "verify")
    mended = sync(shop.ada)

    assert "Believed because it was when it was seen here" in words(read)
    assert "the newest checkpoint signed anew" in words(mended)
    assert newcomer(shop, tmp_path).run("ledger", "sync").status == 0
    assert "signed anew" not in words(sync(shop.ci))
    assert "elieved because" not in words(shop.ada.run("ledger", "verify"))


def test_a_machine_that_saw_it_may_also_just_go_on(shop: Shop, tmp_path: Path) -> None:
    sync(shop.ci)
    expire(shop)

    recorded = shop.ci.run("review", "origin/main..origin/fix", "--record")

    assert "recorded: entry " in words(recorded), recorded
    sync(shop.ci)
    assert newcomer(shop, tmp_path).run("ledger", "sync").status == 0


def test_the_machine_whose_word_ran_out_signs_nothing_anew(shop: Shop, tmp_path: Path) -> None:
    expire(shop)

    ran = sync(shop.eve)

    assert "signed anew," not in words(ran)
    assert "believed because it was when it was seen here, and by nobody who has not seen it" in words(ran)
    assert newcomer(shop, tmp_path).run("ledger", "sync").status == 1


def test_the_line_in_the_message_brings_it_right_until_another_machine_appended(shop: Shop, tmp_path: Path) -> None:
    expire(shop)
    settings = shop.scratch.folder / ".weighbridge" / "ledger.yaml"
    before = settings.read_text()
    lines = f"{before.strip().removesuffix(']')}, {shop.eve.run('ledger', 'key').out.strip()}]\n"
    shop.scratch.commit("For a while", **{".weighbridge/ledger.yaml": lines})
    shop.scratch.git("push", "-q", "origin", "main")
    Scratch(shop.ci.folder).git("fetch", "-q", "origin")

    sync(shop.ci)
    shop.ci.run("review", "origin/main..origin/fix", "--record", "-q")
    sync(shop.ci)
    shop.scratch.commit("No more", **{".weighbridge/ledger.yaml": before})
    shop.scratch.git("push", "-q", "origin", "main")

    assert newcomer(shop, tmp_path).run("ledger", "sync").status == 0


def test_whose_key_was_revoked_is_told_so_when_a_word_of_theirs_is_brought(shop: Shop) -> None:
    said = shop.eve.run("comment", "origin/fix", "One more thing", "--yes", "--key", str(shop.eve.key))
    assert said.status == 0, said
    sync(shop.ada)
    revoked = shop.ada.run("people", "revoke", shop.eve.keyid, "--cause", "left", "--yes", "--key", str(shop.ada.key))
    assert revoked.status == 0, revoked
    sync(shop.ada)

    ran = shop.eve.run("ledger", "sync")

    assert ran.status == 1, ran
    assert "nobody would believe a ledger that writer-" in words(ran)
    assert re.search(rf"its key was revoked by {ADA} \(entry \d+: left\)", words(ran)), words(ran)
