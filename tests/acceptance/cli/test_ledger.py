"""`weighbridge ledger`, as two people with laptops and an auditor use it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.acceptance.cli.laptop import LEDGER, PEOPLE, Laptop, laptop_of, settings, swap_people, unwrapped
from tests.acceptance.cli.program import Program
from tests.integration.git.scratch import Scratch
from tests.samples.ledger import ORIGIN

from weighbridge.adapters.git.ledger_files import GitLedgerFiles
from weighbridge.adapters.keys.disk import own_key

VERIFIER = Path(__file__).resolve().parents[3] / "docs" / "verify_ledger.py"


@pytest.fixture
def ada(tmp_path: Path) -> Laptop:
    return laptop_of(tmp_path)


def test_without_a_ledger_it_says_so_and_makes_none(ada: Laptop) -> None:
    ran = ada.ledger("verify")

    assert (ran.status, ran.out) == (3, "")
    assert "there is no ledger in refs/weighbridge/ledger yet" in ran.err
    assert ada.scratch.git("for-each-ref", "refs/weighbridge") == ""


def test_a_key_is_printed_as_ledger_yaml_takes_it_and_is_the_same_every_time(ada: Laptop) -> None:
    first, again = ada.ledger("key"), ada.ledger("key")

    assert first.out == again.out
    assert first.out.startswith("writer-")
    assert ada.key_file.stat().st_mode & 0o777 == 0o600


def test_verify_says_entries_writer_and_that_nothing_anchors_it(ada: Laptop) -> None:
    ada.say(1)
    ada.say(2)

    ran = ada.ledger("verify")

    assert ran.status == 0, ran
    assert "2 entries, root " in ran.out
    assert ORIGIN in ran.out.replace("\n", "")
    assert "signed by writer-" in ran.out
    assert (
        "Nothing anchors this ledger: whoever may push it could shorten it, and its key holder rewrite it"
        in " ".join(ran.out.split())
    )


def test_verify_as_json_says_the_same(ada: Laptop) -> None:
    ada.say(1)

    said = json.loads(ada.ledger("verify", "--json", "-").out)

    assert (said["size"], said["origin"], said["anchors"], said["couldNotLook"]) == (1, ORIGIN, [], [])
    assert [notice["kind"] for notice in said["notices"]] == ["unanchored"]


def test_one_flipped_bit_is_found(ada: Laptop) -> None:
    for number in range(1, 4):
        ada.say(number)
    bundle = ada.scratch.raw("show", f"{LEDGER}:tile/entries/000.p/3")
    broken = ada.scratch.git(
        "hash-object", "-w", "--stdin", given=bytes([*bundle[:100], bundle[100] ^ 1, *bundle[101:]])
    )
    _put(ada.scratch, "tile/entries/000.p/3", blob=broken)

    ran = ada.ledger("verify")

    assert ran.status == 1
    assert "entry 0 of refs/weighbridge/ledger is not the one that was appended" in ran.err


def _put(scratch: Scratch, path: str, *, blob: str) -> None:
    """A ledger whose ref leads to a commit with another blob at one path."""
    index = str(scratch.folder / ".git/forging")
    scratch.git("read-tree", LEDGER, GIT_INDEX_FILE=index)
    scratch.git("update-index", "--cacheinfo", f"100644,{blob},{path}", GIT_INDEX_FILE=index)
    tree = scratch.git("write-tree", GIT_INDEX_FILE=index)
    commit = scratch.git("commit-tree", "-m", "forged", "-p", LEDGER, tree)
    scratch.git("update-ref", LEDGER, commit)


def test_a_rewound_ref_is_found_by_whoever_looked_before(ada: Laptop) -> None:
    ada.say(1)
    old = ada.scratch.git("rev-parse", LEDGER)
    ada.say(2)
    assert ada.ledger("verify").status == 0
    ada.scratch.git("update-ref", LEDGER, old)

    ran = ada.ledger("verify")

    assert ran.status == 1
    assert "the ledger was cut short" in ran.err


def test_a_ledger_that_a_stranger_wrote_is_not_believed(ada: Laptop, tmp_path: Path) -> None:
    ada.say(1)
    stranger = Laptop(ada.scratch, Program(tmp_path / "eve"))
    stranger.say(2, writers=[ada.key_file])

    ran = ada.ledger("verify")

    assert ran.status == 1
    assert "is signed by nobody who is trusted" in ran.err


def test_the_heads_own_ledger_yaml_is_not_obeyed(ada: Laptop, tmp_path: Path) -> None:
    eve = Laptop(ada.scratch, Program(tmp_path / "eve"))
    key = own_key(eve.key_file).verifier
    ada.scratch.git("checkout", "-q", "-b", "feature")
    ada.scratch.commit(**{".weighbridge/ledger.yaml": settings(str(key))})
    eve.say(1)

    assert ada.ledger("verify").status == 1


def test_show_says_who_said_what_when_about_what_and_what_was_erased(ada: Laptop) -> None:
    ada.say(1)
    ada.say(2)
    leaf = next(name for name in ada.scratch.git("ls-tree", "-r", "--name-only", PEOPLE).split())
    with ada.scratch.open() as repository:
        files = GitLedgerFiles(repository)
        files.replace({f"personal/{leaf.rpartition('/')[2]}": None}, expected=files.read("checkpoint"))

    table = unwrapped(ada.ledger("show").out)
    entries = json.loads(ada.ledger("show", "--json", "-").out)

    assert "2026-03-09 14:01" in table
    assert "pull/1" in table
    assert table.count("was erased") == 1
    assert table.count("reason: Ada read it") == 1
    assert [entry["kind"] for entry in entries] == ["approval", "approval"]
    assert sorted(entry["erased"] for entry in entries) == [False, True]
    assert [entry["index"] for entry in json.loads(ada.ledger("show", "--last", "1", "--json", "-").out)] == [1]
    assert ada.ledger("verify").status == 0


def test_an_export_verifies_with_no_weighbridge_installed(ada: Laptop, tmp_path: Path) -> None:
    for number in range(1, 4):
        ada.say(number)

    ran = ada.ledger("export", str(tmp_path / "export"))
    key = ada.ledger("key").out.strip()
    alone = subprocess.run(
        [sys.executable, "-I", VERIFIER, tmp_path / "export", "--key", key], capture_output=True, text=True, check=False
    )

    assert ran.status == 0, ran
    assert alone.returncode == 0, alone
    assert len(list((tmp_path / "export" / "personal").iterdir())) == 3


def test_an_altered_text_beside_an_entry_is_not_verified(ada: Laptop) -> None:
    for number in range(1, 4):
        ada.say(number)
    text = ada.scratch.git("ls-tree", "-r", "--name-only", PEOPLE).split()[0]
    swap_people(ada, text)

    ran, told = ada.ledger("verify"), json.loads(ada.ledger("verify", "--json", "-").out)

    (doubt,) = told["examination"]["doubts"]
    assert ran.status == 1, ran
    assert f"Entry {doubt['index']}: personal/{text.rpartition('/')[2]} in" in unwrapped(ran.out)
    assert told["examination"]["texts"] | {"example": ""} == {
        "sound": 2,
        "absent": 0,
        "altered": 1,
        "stray": 0,
        "example": "",
    }
    assert ada.ledger("erase", "--yes", str(doubt["index"])).status == 0
    assert ada.ledger("verify").status == 0


def test_an_export_with_a_rewritten_reason_is_verified_by_nobody_and_not_taken_in(ada: Laptop, tmp_path: Path) -> None:
    for number in range(1, 4):
        ada.say(number)
    ada.ledger("export", str(tmp_path / "export"))
    text = sorted((tmp_path / "export" / "personal").iterdir())[0]
    text.write_bytes(text.read_bytes().replace(b"Ada", b"Eve"))
    ada.scratch.git("update-ref", "-d", LEDGER)
    ada.scratch.git("update-ref", "-d", PEOPLE)
    key = ada.ledger("key").out.strip()

    ran = ada.ledger("import", str(tmp_path / "export"))
    alone = subprocess.run(
        [sys.executable, "-I", VERIFIER, tmp_path / "export", "--key", key], capture_output=True, text=True, check=False
    )

    assert ran.status == 1, ran
    assert f"personal/{text.name} in" in unwrapped(ran.err)
    assert "is not what its entry commits to" in unwrapped(ran.err)
    assert ada.scratch.git("for-each-ref", "refs/weighbridge") == ""
    assert alone.returncode == 1, alone
    text.unlink()
    assert ada.ledger("import", str(tmp_path / "export")).status == 0


def test_an_export_without_people_names_nobody(ada: Laptop, tmp_path: Path) -> None:
    ada.say(1)

    ada.ledger("export", str(tmp_path / "export"), "--without-people")

    assert not (tmp_path / "export" / "personal").exists()
    assert not any(b"Ada" in file.read_bytes() for file in (tmp_path / "export").rglob("*") if file.is_file())


def test_an_export_goes_nowhere_where_something_stands(ada: Laptop, tmp_path: Path) -> None:
    ada.say(1)
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "file").write_text("mine")

    ran = ada.ledger("export", str(tmp_path / "taken"))

    assert ran.status == 2
    assert "something stands there already" in ran.err
    assert [path.name for path in (tmp_path / "taken").iterdir()] == ["file"]


def test_a_lost_ledger_comes_back_from_an_export(ada: Laptop, tmp_path: Path) -> None:
    ada.say(1)
    ada.say(2)
    ada.ledger("export", str(tmp_path / "export"))
    ada.scratch.git("update-ref", "-d", LEDGER)
    ada.scratch.git("update-ref", "-d", PEOPLE)

    ran = ada.ledger("import", str(tmp_path / "export"))
    again = ada.ledger("import", str(tmp_path / "export"))

    assert ran.status == 0, ran
    assert "2 entries" in ran.out
    assert "0 of them new" in again.out
    assert ada.ledger("verify").status == 0
    assert unwrapped(ada.ledger("show").out).count("Ada read it") == 2


def test_an_export_that_is_behind_takes_no_ledgers_place(ada: Laptop, tmp_path: Path) -> None:
    ada.say(1)
    ada.ledger("export", str(tmp_path / "export"))
    ada.say(2)

    ran = ada.ledger("import", str(tmp_path / "export"))

    assert ran.status == 1
    assert "so this export cannot take its place" in ran.err


def test_a_proof_stands_alone_and_one_of_no_entry_is_refused(ada: Laptop, tmp_path: Path) -> None:
    for number in range(1, 6):
        ada.say(number)
    key = ada.ledger("key").out.strip()

    ran = ada.ledger("prove", "3", "--output", str(tmp_path / "third.tlog-proof"))
    alone = subprocess.run(
        [sys.executable, "-I", VERIFIER, tmp_path / "third.tlog-proof", "--key", key],
        capture_output=True,
        text=True,
        check=False,
    )
    beyond = ada.ledger("prove", "5")

    assert ran.status == 0, ran
    assert alone.returncode == 0, alone
    assert beyond.status == 2
    assert "there is no entry 5" in beyond.err


@pytest.mark.parametrize("kind", ["ref", "repository", "file"])
def test_an_anchor_is_held_to(ada: Laptop, tmp_path: Path, kind: str) -> None:
    other = Scratch.make(tmp_path / "other", "--bare")
    place = {"ref": "refs/heads/anchor", "repository": str(other.folder), "file": str(tmp_path / "anchor")}[kind]
    ada.say(1)
    old = ada.scratch.git("rev-parse", LEDGER)
    ada.say(2)

    anchored = ada.ledger("anchor", f"--{kind}", place)
    key = ada.ledger("key").out.strip()
    ada.scratch.commit(**{".weighbridge/ledger.yaml": settings(key, anchors=f"[{{{kind}: {place}}}]")})
    ada.say(3)
    held = ada.ledger("verify")
    again = ada.ledger("anchor", f"--{kind}", place)
    ada.scratch.git("update-ref", LEDGER, old)
    cut = Program(tmp_path / "auditor").run(ada.scratch.folder, "ledger", "verify")

    assert (anchored.status, held.status, again.status) == (0, 0, 0), (anchored, held, again)
    assert "nobody looks there yet" in anchored.out
    assert "nobody looks there yet" not in again.out
    assert "It holds what is anchored in" in held.out
    assert "Nothing anchors" not in held.out
    assert cut.status == 1
    assert "the ledger was cut short" in cut.err


def test_an_anchor_that_cannot_be_read_is_could_not_look(ada: Laptop, tmp_path: Path) -> None:
    ada.say(1)
    key = ada.ledger("key").out.strip()
    ada.scratch.commit(**{".weighbridge/ledger.yaml": settings(key, anchors=f"[{{file: {tmp_path}/nowhere}}]")})

    ran = ada.ledger("verify")

    assert ran.status == 3
    assert "Could not look" in ran.out
    assert "nowhere" in ran.out.replace("\n", "")


def test_an_anchor_on_a_branch_changes_no_work_tree(ada: Laptop) -> None:
    ada.say(1)
    before = ada.scratch.git("status", "--porcelain"), ada.scratch.git("rev-parse", "HEAD")

    ran = ada.ledger("anchor", "--ref", "refs/heads/anchor")
    refused = ada.ledger("anchor", "--ref", "refs/heads/main")

    assert ran.status == 0, ran
    assert (ada.scratch.git("status", "--porcelain"), ada.scratch.git("rev-parse", "HEAD")) == before
    assert ada.scratch.git("ls-tree", "-r", "--name-only", "anchor").split() == ["ledger-checkpoint"]
    assert refused.status == 2
    assert "is checked out" in refused.err


def test_two_laptops_share_a_ledger_through_git(ada: Laptop, tmp_path: Path) -> None:
    remote = Scratch.make(tmp_path / "remote", "--bare")
    bob = Laptop(Scratch(tmp_path / "bob" / "shop"), Program(tmp_path / "bob"))
    bob_key = bob.program.run(tmp_path, "ledger", "key").out.strip()
    ada.scratch.commit(**{".weighbridge/ledger.yaml": settings(ada.ledger("key").out.strip(), bob_key)})
    ada.scratch.git("remote", "add", "origin", str(remote.folder))
    ada.scratch.git("push", "-q", "origin", "main")
    remote.git("clone", "-q", str(remote.folder), str(bob.scratch.folder))
    ada.say(1, writers=[bob.key_file])
    assert ada.ledger("sync").status == 0
    assert bob.ledger("sync").status == 0
    ada.say(2, writers=[bob.key_file])
    bob.say(3, writers=[ada.key_file])

    ran = [laptop.ledger("sync") for laptop in (ada, bob, ada)]

    assert [each.status for each in ran] == [0, 0, 0], ran
    assert "1 of ours appended anew, 1 sent to origin" in ran[1].out
    assert ada.ledger("show").out == bob.ledger("show").out
    assert ada.ledger("verify").out == bob.ledger("verify").out


def test_a_rotated_key_goes_on_where_the_old_one_ended(ada: Laptop) -> None:
    ada.say(1)
    old = ada.ledger("key").out.strip()

    rotated = ada.ledger("key", "--rotate")
    shown = json.loads(ada.ledger("show", "--json", "-").out)
    again = ada.ledger("key")

    assert rotated.status == 0, rotated
    assert again.out == rotated.out != old
    assert (shown[-1]["kind"], shown[-1]["predicate"]["old"], shown[-1]["predicate"]["new"]) == (
        "rotation",
        old,
        again.out.strip(),
    )
    ada.say(2, writers=[ada.key_file.with_name(f"writer.{old.split('+')[1]}")])
    assert ada.ledger("verify").status == 0


def test_a_stolen_key_is_named_no_more_once_it_was_rotated(ada: Laptop) -> None:
    ada.say(1)
    new = ada.ledger("key", "--rotate").out.strip()
    ada.scratch.commit("Name the new key alone", **{".weighbridge/ledger.yaml": settings(new)})

    verified = ada.ledger("verify")

    assert verified.status == 3, "it is believed, and what the old key said cannot be checked"
    assert "cannot be checked" in " ".join(verified.out.split() + verified.err.split())


def test_a_key_that_others_can_read_signs_nothing(ada: Laptop) -> None:
    ada.key_file.chmod(0o644)

    ran = ada.ledger("key")

    assert (ran.status, ran.out) == (2, "")
    assert "can be read by others" in ran.err


def test_a_wrong_ledger_yaml_is_told_with_its_places(ada: Laptop) -> None:
    ada.scratch.commit(**{".weighbridge/ledger.yaml": "version: 1\nwriter: []\nquorum: 2\n"})

    ran = ada.ledger("verify")

    assert ran.status == 2
    assert ".weighbridge/ledger.yaml:2:1: unknown key `writer`: did you mean `writers`?" in ran.err


@pytest.mark.parametrize("arguments", [["anchor"], ["anchor", "--ref", "refs/heads/a", "--file", "x"], ["prove", "-1"]])
def test_what_is_not_said_clearly_is_asked_again(ada: Laptop, arguments: list[str]) -> None:
    assert ada.ledger(*arguments).status == 2


def test_the_ledger_may_lie_in_a_database(ada: Laptop, tmp_path: Path) -> None:
    ada.say(1)
    ada.ledger("export", str(tmp_path / "export"))
    kept = Program(tmp_path / "ada", {"WEIGHBRIDGE_LEDGER": f"sqlite:///{tmp_path / 'ledger.sqlite3'}#shop"})

    imported = kept.run(ada.scratch.folder, "ledger", "import", str(tmp_path / "export"))
    verified = kept.run(ada.scratch.folder, "ledger", "verify")
    ada.scratch.git("init", "-q", "--bare", str(tmp_path / "hub"))
    ada.scratch.git("remote", "add", "hub", str(tmp_path / "hub"))
    kept.run(ada.scratch.folder, "review", "main", "--keep", "-q")
    synced = kept.run(ada.scratch.folder, "ledger", "sync", "hub")

    assert (imported.status, verified.status) == (0, 0), (imported, verified)
    assert "ledger.sqlite3" in verified.out.replace("\n", "")
    assert synced.status == 0, synced
    assert "there is nothing to sync of it; 1 package sent" in synced.out.replace("\n", " ")
    refs = ada.scratch.git("ls-remote", str(tmp_path / "hub"))
    assert ("refs/weighbridge/packages/" in refs, "refs/weighbridge/ledger" in refs) == (True, False)


def test_that_a_database_holds_no_ledger_yet_does_not_name_what_cannot_fill_it(ada: Laptop, tmp_path: Path) -> None:
    empty = Program(tmp_path / "ada", {"WEIGHBRIDGE_LEDGER": f"sqlite:///{tmp_path / 'empty.sqlite3'}#shop"})

    ran = empty.run(ada.scratch.folder, "doctor")

    words = " ".join(ran.out.split())
    assert "where nothing was written yet: name the database that others use" in words
    assert "weighbridge ledger sync" not in words
