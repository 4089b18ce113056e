"""`weighbridge ledger witness`, as a CI job uses it: what witnesses signed is what the gate and the deploy job ask for."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.acceptance.cli.deploying import ORIGIN, POLICY, Shop, open_shop
from tests.integration.git.scratch import Scratch
from tests.samples.witness import Witnessing, at_work

VERIFIER = Path(__file__).resolve().parents[3] / "docs" / "verify_ledger.py"
WANTED = POLICY.replace("{level: production}", "{level: production, require: [{anchored: true}]}")


@pytest.fixture
def witness() -> Iterator[Witnessing]:
    with at_work(Witnessing()) as found:
        yield found


def words(text: str) -> str:
    return " ".join(text.split())


def witnessed_shop(place: Path, *witnesses: Witnessing, quorum: int = 1, is_begun: bool = True) -> Shop:
    """A shop whose settings name witnesses, who know the key of its CI job."""
    listed = "".join(f"  - {{key: {each.key}, url: '{each.url}'}}\n" for each in witnesses)
    shop = open_shop(place, policy=WANTED, settings=f"witnesses:\n{listed}quorum: {quorum}\n")
    for each in witnesses:
        each.knows(ORIGIN, shop.writer("ci"))
    assert not is_begun or shop.run("ci", "report", "main", "build", "passed").status == 0
    return shop


def test_one_command_lets_a_gate_decide_that_asks_for_witnesses(tmp_path: Path, witness: Witnessing) -> None:
    shop = witnessed_shop(tmp_path, witness)
    shop.change("fix", **{"src/cart.py": "def total(x):\n    return round(x, 2)\n"})

    before = shop.run("ci", "review", "main..fix")
    verified = shop.run("ci", "ledger", "verify")
    told = shop.run("ci", "doctor")
    signed = shop.run("ci", "ledger", "witness")
    shop.approve("main..fix")
    decided = shop.decide("main..fix", "--environment", "production")
    early = shop.admit("--commit", "fix", "--after", "main")
    again = shop.run("ci", "ledger", "witness")
    entered = shop.admit("--commit", "fix", "--after", "main")

    asked = "was signed by no witness that is known, and .weighbridge/ledger.yaml asks for 1"
    assert (before.status, verified.status, signed.status, decided.status) == (3, 3, 0, 0), (before, signed, decided)
    assert all(asked in words(ran.out) for ran in (before, verified, told))
    assert "signed by witness.example.org/w1" in signed.out
    assert early.status == 1, early
    assert "to anchor it: weighbridge ledger witness" in words(early.out)
    assert (again.status, entered.status) == (0, 0), entered


def test_what_is_verified_says_who_signed_and_how_far(tmp_path: Path, witness: Witnessing) -> None:
    shop = witnessed_shop(tmp_path, witness)
    assert shop.run("ci", "ledger", "witness").status == 0
    assert shop.run("ci", "report", "main", "build", "failed").status == 0

    ran = shop.run("ci", "ledger", "verify")
    said = json.loads(shop.run("ci", "ledger", "verify", "--json", "-").out)

    assert ran.status == 0
    assert "Signed: its first entry by witness.example.org/w1." in words(ran.out)
    assert [(each["key"], each["size"]) for each in said["witnesses"]] == [(witness.key, 1)]
    assert (said["size"], said["anchored"]) == (2, 1)


def test_too_few_are_told_with_the_reason_of_each_and_what_was_signed_is_kept(
    tmp_path: Path, witness: Witnessing
) -> None:
    stranger = Witnessing(name="witness.example.net/w2", seed=5, url="http://127.0.0.1:9")
    shop = witnessed_shop(tmp_path, witness, stranger, quorum=2)

    ran = shop.run("ci", "ledger", "witness")
    verified = shop.run("ci", "ledger", "verify")

    assert (ran.status, verified.status) == (3, 3)
    assert "the witness witness.example.net/w2 gave no answer: Connection refused" in words(ran.err)
    assert "signed by witness.example.org/w1, and 2 are asked for" in words(ran.out)
    assert "was signed by 1 witness that is known" in words(verified.out)


def test_a_witness_that_does_not_know_the_ledger_says_what_to_give_to_whom(tmp_path: Path, witness: Witnessing) -> None:
    shop = witnessed_shop(tmp_path, witness)
    witness.logs.clear()

    ran = shop.run("ci", "ledger", "witness")

    assert ran.status == 3
    assert f"knows no ledger {ORIGIN} by a key that signed this checkpoint (it says 404)" in words(ran.err)


def test_a_rewound_ledger_is_found_out_by_whoever_never_saw_it(tmp_path: Path, witness: Witnessing) -> None:
    shop = witnessed_shop(tmp_path, witness)
    before = shop.scratch.git("rev-parse", "refs/weighbridge/ledger")
    assert shop.run("ci", "report", "main", "build", "failed").status == 0
    assert shop.run("ci", "ledger", "witness").status == 0
    shop.scratch.git("update-ref", "refs/weighbridge/ledger", before)
    clean = replace(shop, homes=tmp_path / "new homes")
    shutil.copytree(shop.homes / "ci" / ".config", clean.homes / "ci" / ".config")

    ran = clean.run("ci", "ledger", "witness")

    assert ran.status == 1, ran
    assert "says that it signed 2 entries of this ledger, and here are 1: the ledger was cut short" in words(ran.err)
    assert clean.scratch.git("rev-parse", "refs/weighbridge/ledger") == before


def test_nobody_to_ask_and_nothing_to_sign_are_told(tmp_path: Path, witness: Witnessing) -> None:
    unasked = open_shop(tmp_path / "a", settings=f"witnesses: ['{witness.key}']\n")
    empty = open_shop(tmp_path / "b", settings=f"witnesses: [{{key: {witness.key}, url: '{witness.url}'}}]\n")
    assert unasked.run("ci", "report", "main", "build", "passed").status == 0

    nobody, nothing = unasked.run("ci", "ledger", "witness"), empty.run("ci", "ledger", "witness")

    assert (nobody.status, nothing.status, witness.asked) == (2, 1, [])
    assert "no witness can be asked: give one its address" in words(nobody.err)
    assert "that a witness could sign yet" in words(nothing.err)


def test_it_is_shared_before_and_after_so_that_every_clone_has_it(tmp_path: Path, witness: Witnessing) -> None:
    shop = witnessed_shop(tmp_path, witness)
    server = Scratch.make(tmp_path / "server.git", "--bare")
    shop.scratch.git("remote", "add", "origin", str(server.folder))
    shop.scratch.git("push", "-q", "origin", "main")

    assert shop.run("ci", "ledger", "witness").status == 0
    server.git("clone", "-q", "-b", "main", f"file://{server.folder}", str(tmp_path / "clone"))
    job = Shop(Scratch(tmp_path / "clone"), tmp_path / "job")
    synced, verified = job.run("ci", "ledger", "sync"), job.run("ci", "ledger", "verify")

    assert (synced.status, verified.status) == (0, 0), (synced, verified)
    assert "Signed by witness.example.org/w1." in words(verified.out)


def test_in_a_database_too(tmp_path: Path, witness: Witnessing) -> None:
    shop = witnessed_shop(tmp_path, witness, is_begun=False)
    more = {"WEIGHBRIDGE_LEDGER": f"sqlite:///{tmp_path}/ledgers.db#shop"}

    def run(*arguments: str) -> int:
        return replace(shop.program("ci"), more=more).run(shop.scratch.folder, *arguments).status

    assert run("report", "main", "build", "passed") == 0
    assert run("ledger", "verify") == 3
    assert run("ledger", "witness") == 0
    assert run("report", "main", "build", "failed") == 0
    assert (run("ledger", "verify"), witness.logs[ORIGIN].size) == (0, 1)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("ftp://w.example", "this is no such address"),
        ("w.example/x", "this is no such address"),
        ("https://w.example/?x=1", "this is no such address"),
        ("https://me:secret@w.example/", "holds a name or a password"),
    ],
)
def test_an_address_that_nobody_can_ask_is_a_fault_of_the_settings(
    tmp_path: Path, witness: Witnessing, url: str, told: str
) -> None:
    shop = open_shop(tmp_path, settings=f"witnesses: [{{key: {witness.key}, url: '{url}'}}]\n")

    ran = shop.run("ci", "ledger", "witness")

    assert (ran.status, told in words(ran.err)) == (2, True), ran


def test_an_auditor_holds_an_export_against_what_a_witness_signed(tmp_path: Path, witness: Witnessing) -> None:
    shop = witnessed_shop(tmp_path, witness)
    assert shop.run("ci", "ledger", "witness").status == 0
    assert shop.run("ci", "report", "main", "build", "failed").status == 0
    export = tmp_path / "audit"
    assert shop.run("ci", "ledger", "export", str(export)).status == 0
    (kept,) = (export / "witness").iterdir()

    def verify() -> int:
        command = [sys.executable, str(VERIFIER), str(export), "--key", shop.writer("ci"), "--anchor", str(kept)]
        return subprocess.run(command, capture_output=True, check=False).returncode

    sound = verify()
    kept.write_bytes(kept.read_bytes().replace(b"\n1\n", b"\n2\n"))

    assert (sound, verify()) == (0, 1)
