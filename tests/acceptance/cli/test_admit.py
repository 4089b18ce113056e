"""`weighbridge admit`, as a deploy job uses it."""

import json
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from securesystemslib import dsse
from securesystemslib.signer._key import SSlibKey
from tests.acceptance.cli.deploying import POLICY, Shop, open_shop
from tests.integration.git.scratch import Scratch

from weighbridge.adapters.git.ledger_files import GitLedgerFiles
from weighbridge.app.find_entries import EVERY_ENTRY
from weighbridge.domain.gate import GateState
from weighbridge.domain.ids import ObjectId
from weighbridge.domain.record import Verdict
from weighbridge.domain.ssh_signature import blob_of
from weighbridge.ledger.canonical_json import canonical_json
from weighbridge.ledger.checkpoint import read_checkpoint
from weighbridge.ledger.envelope import Envelope, Signature
from weighbridge.ledger.predicates.admission import Admission
from weighbridge.ledger.predicates.approval import Approval
from weighbridge.ledger.predicates.decision import Decision
from weighbridge.ledger.statement import change_subject, statement_payload
from weighbridge.ledger.stored_tree import StoredTree

NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A shop whose first change was approved, decided, landed and let into production."""
    shop = open_shop(tmp_path_factory.mktemp("deployed"))
    shop.change("fix", **{"src/cart.py": "def total(x):\n    return round(x, 2)\n"})
    shop.passed("main..fix")
    ran = shop.admit("--commit", "fix", "--record")
    assert ran.status == 0, ran
    shop.land("fix")
    return shop


@pytest.fixture
def shop(deployed: Shop, tmp_path: Path) -> Shop:
    return deployed.copy(tmp_path)


def unwrapped(text: str) -> str:
    return " ".join(text.split())


def test_what_was_decided_is_let_in_with_its_proof(shop: Shop) -> None:
    shop.change("next", **{"src/tax.py": "RATE = 0.2\n"})
    shop.passed("main..next")

    ran = shop.admit("--commit", "next", "--json", "-")

    said = json.loads(ran.out)
    assert ran.status == 0, ran
    assert (said["admitted"], said["missing"], said["recorded"]) == (True, None, None)
    assert [link["state"] for link in said["links"]] == ["satisfied"]
    assert "which entry" in said["remarks"][0]


def test_the_merge_of_what_was_let_in_is_the_same_tree(shop: Shop) -> None:
    assert shop.admit("--commit", "main").status == 0


def test_what_nobody_decided_is_told_with_the_command_that_decides_it(shop: Shop) -> None:
    shop.change("next", **{"src/tax.py": "RATE = 0.2\n"})

    ran = shop.admit("--commit", "next")

    assert ran.status == 1
    assert "Not admitted: next, tree " in ran.out
    assert "is on record" in ran.out
    remedy = re.search(r"to decide it: weighbridge (.*)", ran.out)
    assert remedy is not None
    shop.approve(remedy[1].split()[1])
    assert shop.run("ci", *remedy[1].split()).status == 0
    assert shop.admit("--commit", "next").status == 0


def test_a_merge_whose_tree_nobody_decided_stays_out_until_it_is(shop: Shop) -> None:
    shop.change("one", **{"src/one.py": "ONE = 1\n"})
    shop.change("two", **{"src/two.py": "TWO = 2\n"})
    shop.passed("main..one")
    shop.passed("main..two")
    shop.land("one")
    merge = shop.land("two")
    base = shop.scratch.git("rev-parse", "fix")

    ran = shop.admit("--commit", merge)

    assert ran.status == 1
    assert f"weighbridge review {base[:12]}..{merge[:12]} --environment production --record" in ran.out
    shop.passed(f"{base[:12]}..{merge[:12]}", "--environment", "production")
    assert shop.admit("--commit", merge).status == 0


def test_changes_that_were_decided_one_after_another_are_let_in_together(shop: Shop) -> None:
    shop.change("one", **{"src/one.py": "ONE = 1\n"})
    shop.change("two", on="one", **{"src/two.py": "TWO = 2\n"})
    shop.passed("main..one")
    shop.passed("one..two")

    ran = shop.admit("--commit", "two")

    assert ran.status == 0, ran
    assert ran.out.count("satisfied for") == 2


def test_what_is_put_on_record_is_what_the_next_one_starts_from(shop: Shop) -> None:
    shop.change("one", **{"src/one.py": "ONE = 1\n"})
    shop.passed("main..one")

    recorded = json.loads(shop.admit("--commit", "one", "--record", "--json", "-").out)["recorded"]

    shown = json.loads(shop.run("ci", "ledger", "show", "--json", "-").out)
    assert shown[recorded]["kind"] == "admission"
    assert shown[recorded]["predicate"]["environment"] == "production"
    assert f"which entry {recorded} admitted last" in shop.admit("--commit", "one").out
    assert shop.run("ci", "ledger", "verify").status == 0


def test_what_was_there_before_may_return(shop: Shop) -> None:
    shop.change("one", **{"src/one.py": "ONE = 1\n"})
    shop.passed("main..one")
    assert shop.admit("--commit", "one", "--record").status == 0

    ran = shop.admit("--commit", "fix", "--record")

    assert ran.status == 0, ran
    assert "it was in production before" in ran.out
    assert shop.admit("--commit", "one").status == 0


def test_the_caller_and_the_ledger_must_say_the_same_of_what_is_there(shop: Shop) -> None:
    shop.change("one", **{"src/one.py": "ONE = 1\n"})
    shop.passed("main..one")
    first = shop.scratch.git("rev-list", "--max-parents=0", "main")

    same, other = shop.admit("--commit", "one", "--after", "fix"), shop.admit("--commit", "one", "--after", first)

    assert same.status == 0, same
    assert other.status == 1
    assert f"--after says that {first[:12]} is in production, and by entry" in other.out


def test_an_environment_that_the_policy_does_not_have_is_refused_with_the_nearest(shop: Shop) -> None:
    ran = shop.admit("--commit", "fix", environment="prodcution")

    assert ran.status == 2
    assert "has no environment prodcution: did you mean production?" in ran.err


def test_another_environment_has_a_past_of_its_own(shop: Shop) -> None:
    ran = shop.admit("--commit", "main", environment="staging")

    assert ran.status == 1
    assert "holds" in ran.out
    assert "nothing was admitted to staging yet" in ran.out
    assert "Say with --after which commit is there" in ran.out
    first = shop.scratch.git("rev-list", "--max-parents=0", "main")
    assert shop.admit("--commit", "main", "--after", first, environment="staging").status == 0


def test_what_decides_on_what_is_there_already_is_told_with_the_change_that_led_there(shop: Shop) -> None:
    before = shop.scratch.git("rev-parse", "main")
    shop.change("next", **{"src/tax.py": "RATE = 0.2\n"})
    merge = shop.land("next")
    first = shop.scratch.git("rev-list", "--max-parents=0", "main")

    ran, begun = (shop.admit("--commit", each, "--after", each, environment="staging") for each in (merge, first))

    assert f"weighbridge review {before[:12]}..{merge[:12]} --environment staging --record" in ran.out
    assert f"ask the gate of the change that led to {first[:12]}" in begun.out


def test_a_shallow_clone_denies_no_admission_that_it_cannot_judge(shop: Shop, tmp_path: Path) -> None:
    cut = tmp_path / "cut"
    shop.scratch.git("clone", "-q", "--depth", "1", f"file://{shop.scratch.folder}", str(cut))
    clone = Shop(Scratch(cut), shop.homes)
    clone.scratch.git("fetch", "-q", "origin", "refs/weighbridge/*:refs/weighbridge/*")

    ran = clone.admit("--commit", "main")
    clone.scratch.git("fetch", "-q", "--unshallow")

    assert ran.status == 1
    assert "this clone is shallow" in ran.out
    assert "git fetch --unshallow" in ran.out
    assert "nothing was admitted" not in ran.out
    assert clone.admit("--commit", "main").status == 0


def test_without_a_ledger_nothing_is_let_in(shop: Shop) -> None:
    shop.scratch.git("update-ref", "-d", "refs/weighbridge/ledger")

    ran = shop.program("new").run(
        shop.scratch.folder, "admit", "--environment", "production", "--commit", "fix", "--after", "main"
    )

    assert ran.status == 1
    assert "there is no ledger here, so nothing is proven" in ran.out


def test_a_ledger_with_one_flipped_bit_lets_nothing_in(shop: Shop) -> None:
    ledger = "refs/weighbridge/ledger"
    names = shop.scratch.git("ls-tree", "-r", "--name-only", ledger).split()
    path = next(name for name in names if name.startswith("tile/entries"))
    bundle = shop.scratch.raw("show", f"{ledger}:{path}")
    blob = shop.scratch.git("hash-object", "-w", "--stdin", given=bytes([*bundle[:90], bundle[90] ^ 1, *bundle[91:]]))
    index = str(shop.scratch.folder / ".git/forging")
    shop.scratch.git("read-tree", ledger, GIT_INDEX_FILE=index)
    shop.scratch.git("update-index", "--cacheinfo", f"100644,{blob},{path}", GIT_INDEX_FILE=index)
    tree = shop.scratch.git("write-tree", GIT_INDEX_FILE=index)
    shop.scratch.git("update-ref", ledger, shop.scratch.git("commit-tree", "-m", "forged", "-p", ledger, tree))

    ran = shop.admit("--commit", "fix", "--json", "-")

    assert ran.status == 1
    assert "is not the one that was appended" in json.loads(ran.out)["missing"]


def test_a_key_in_another_ones_place_decides_nothing_until_it_is_named(shop: Shop) -> None:
    shop.change("next", **{"src/tax.py": "RATE = 0.2\n"})
    shop.approve("main..next")
    assert shop.run("ci", "ledger", "key", "--rotate").status == 0

    unnamed = shop.decide("main..next")
    new = shop.run("ci", "ledger", "key").out.strip()

    assert (unnamed.status, f"Add its key to `writers` by a reviewed change ({new})" in unwrapped(unnamed.err)) == (
        1,
        True,
    )


def test_a_machine_that_nobody_trusts_puts_nothing_on_record(shop: Shop) -> None:
    ran = shop.admit("--commit", "fix", "--record", who="ana")

    assert ran.status == 1
    assert "whom .weighbridge/ledger.yaml does not name where it is read for this environment" in unwrapped(ran.out)


def evil(shop: Shop, **files: str) -> str:
    """A commit that reached the protected branch around the gate; its id."""
    shop.change("evil", **{"src/evil.py": "EVIL = 1\n", **files})
    shop.scratch.git("merge", "-q", "--ff-only", "evil")
    return shop.scratch.git("rev-parse", "evil")


def decision(shop: Shop, *, base: str = "fix") -> Decision:
    return Decision(about=shop.subject(base, "evil"), at=NOW, state=GateState.SATISFIED, policy="shop")


def test_a_commit_that_brings_its_own_writer_is_not_let_in_by_them(shop: Shop) -> None:
    evil(shop, **{".weighbridge/ledger.yaml": shop.settings("ci", "eve")})
    shop.forge(decision(shop), by="eve")

    ran = shop.admit("--commit", "evil")

    assert ran.status == 1
    assert "no writer that is trusted" in ran.out


def test_a_commit_that_brings_its_own_writer_is_no_past_of_the_next(shop: Shop) -> None:
    """An admission by a writer whom only the admitted commit trusts is none."""
    commit = evil(shop, **{".weighbridge/ledger.yaml": shop.settings("ci", "eve")})
    about = shop.subject("fix", "evil")
    said = decision(shop)
    shop.forge(said, by="eve")
    digest = Envelope(payload=statement_payload(said, change_subject(about))).digest
    admission = Admission(
        about=about, at=NOW, environment="production", links=(digest,), trusted=ObjectId(commit), tool="eve's"
    )
    shop.forge(admission, by="eve")

    ran = shop.admit("--commit", "evil")

    assert ran.status == 1
    assert "no writer that is trusted" in ran.out
    assert "what decides was read at " + shop.scratch.git("rev-parse", "fix")[:12] in ran.out


def test_the_first_to_be_admitted_anywhere_brings_no_writer_either(shop: Shop) -> None:
    """Nothing was admitted to staging, so that an admission there has none before it that could say who may."""
    commit = shop.change(
        "evil", **{".weighbridge/ledger.yaml": shop.settings("ci", "eve"), "src/evil.py": "EVIL = 1\n"}
    )
    about, said = shop.subject("fix", "evil"), decision(shop)
    digest = Envelope(payload=statement_payload(said, change_subject(about))).digest
    shop.forge(said, by="eve", laptop="eve")
    admission = Admission(about=about, at=NOW, environment="staging", links=(digest,), trusted=ObjectId(commit))
    shop.forge(admission, by="eve", laptop="eve")

    ran = shop.admit("--commit", "evil", environment="staging")

    assert ran.status == 1
    assert "is signed by nobody who is trusted" in ran.out


def test_a_ledger_that_only_the_brought_writer_signed_is_not_believed(shop: Shop) -> None:
    evil(shop, **{".weighbridge/ledger.yaml": shop.settings("ci", "eve")})
    shop.forge(decision(shop), by="eve", laptop="eve")

    ran = shop.admit("--commit", "evil")

    assert ran.status == 1
    assert "is signed by nobody who is trusted" in ran.out


def test_a_commit_that_enrols_its_own_approver_is_not_approved_by_them(shop: Shop) -> None:
    evil(shop, **{".weighbridge/allowed_signers": shop.signers("ana", "ben", "eve")})
    about = shop.subject("fix", "evil")
    payload = statement_payload(Approval(about=about, at=NOW, verdict=Verdict.APPROVE), change_subject(about))
    key, message = shop.key("eve"), shop.homes / "message"
    message.write_bytes(Envelope(payload=payload).encoding)
    subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-n", "weighbridge", "-f", key, message], check=True)
    blob = blob_of(message.with_suffix(".sig").read_text())
    assert blob is not None
    signed = Envelope(payload=payload, signatures=(Signature(keyid="", sig=blob),))
    shop.append(bytes(signed))
    shop.forge(replace(decision(shop), relied_on=(signed.digest,)), by="ci")

    ran = shop.admit("--commit", "evil")

    assert ran.status == 1
    assert "which is not believed any more: its key" in ran.out
    assert "is nobody's who is enrolled" in ran.out


def test_a_commit_that_loosens_the_policy_is_judged_by_the_old_one(tmp_path: Path) -> None:
    strict = "environments:\n  production: {level: production, require: [approval: {count: 1}]}\n"
    shop = open_shop(tmp_path, policy=POLICY.split("environments:")[0] + strict)
    first = shop.scratch.git("rev-parse", "main")
    evil(
        shop,
        **{".weighbridge/policy.yaml": POLICY.split("rules:")[0] + "environments: {production: {level: production}}\n"},
    )

    decided = shop.decide(f"{first}..evil")
    shop.forge(decision(shop, base=first), by="ci", laptop="ci")
    ran = shop.admit("--commit", "evil", "--after", first)

    assert decided.status == 1, decided
    assert ran.status == 1
    assert "decided it for no environment, and production asks for more" in ran.out


def test_what_the_environment_asks_for_must_have_been_asked_for_it(tmp_path: Path) -> None:
    policy = POLICY.replace("{level: production}", "{level: production, require: [approval: {count: 1}]}")
    shop = open_shop(tmp_path, policy=policy)
    shop.change("fix", **{"src/cart.py": "def total(x):\n    return round(x, 2)\n"})
    shop.passed("main..fix")

    ran = shop.admit("--commit", "fix")

    assert ran.status == 1
    assert "decided it for no environment, and production asks for more" in ran.out
    shop.passed("main..fix", "--environment", "production")
    assert shop.admit("--commit", "fix").status == 0


def test_a_rollout_plan_that_the_environment_asks_for_is_missing(tmp_path: Path) -> None:
    policy = POLICY.replace("{level: production}", "{level: production, require: [rollout: {}]}")
    shop = open_shop(tmp_path, policy=policy)
    shop.change("fix", **{"src/cart.py": "def total(x):\n    return round(x, 2)\n"})
    shop.approve("main..fix")
    shop.decide("main..fix", "--environment", "production")

    ran = shop.admit("--commit", "fix")

    assert ran.status == 1
    assert "rollout plan" in ran.out


def test_a_satisfied_gate_is_said_in_slsas_words_too(shop: Shop) -> None:
    """By https://slsa.dev/spec/v1.2/verification_summary, as another implementation of DSSE reads and verifies it."""
    said = {each["predicateType"]: each for each in statements(shop)}

    summary = said["https://slsa.dev/verification_summary/v1"]
    predicate = summary["predicate"]
    assert summary["subject"] == [{"digest": {"gitCommit": shop.scratch.git("rev-parse", "fix")}}]
    assert predicate["verifier"] == {"id": "https://weighbridge.dev/gate"}
    assert datetime.fromisoformat(predicate["timeVerified"]).tzinfo is not None
    assert predicate["resourceUri"] == "urn:weighbridge:shop/0123456789abcdef"
    assert predicate["policy"]["uri"] == "shop"
    assert len(predicate["policy"]["digest"]["sha256"]) == 64
    assert (predicate["verificationResult"], predicate["verifiedLevels"]) == ("PASSED", ["SLSA_SOURCE_LEVEL_1"])
    assert predicate["slsaVersion"] == "1.2"
    assert len(predicate["inputAttestations"]) == 1


def test_the_summary_rests_on_provenance_that_names_decision_and_approvals(shop: Shop) -> None:
    said = {each["predicateType"].rpartition("/ledger/")[2]: each for each in statements(shop)}
    provenance = said["source-provenance/v1"]

    assert provenance["predicate"]["branch"] == "refs/heads/main"
    assert provenance["predicate"]["previous"] == shop.scratch.git("rev-list", "--max-parents=0", "main")
    assert provenance["predicate"]["controls"][0]["name"] == "ORG_SOURCE_WEIGHBRIDGE_GATE"
    assert provenance["predicate"]["decision"] == digest_of(said["decision/v1"])
    assert provenance["predicate"]["approvals"] == [digest_of(said["approval/v1"])]
    (rests_on,) = said["https://slsa.dev/verification_summary/v1"]["predicate"]["inputAttestations"]
    assert f"sha256:{rests_on['digest']['sha256']}" == digest_of(provenance)


def test_a_gate_that_is_not_satisfied_is_not(shop: Shop) -> None:
    shop.change("next", **{"src/tax.py": "RATE = 0.2\n"})
    before = len(statements(shop))

    assert shop.decide("main..next").status == 1

    assert [each["predicateType"].rpartition("/ledger/")[2] for each in statements(shop)[before:]] == [
        "package-decision/v1",
        "decision/v1",
    ]


def statements(shop: Shop) -> list[dict[str, Any]]:
    """The ledger's statements; those that the CI job signed are verified by securesystemslib."""
    key = shop.machine("ci").verifier
    value = {"keytype": "ed25519", "scheme": "ed25519", "keyval": {"public": key.public.hex()}}
    trusted = SSlibKey.from_dict(key.keyid, value)
    found: list[dict[str, Any]] = []
    with shop.scratch.open() as repository:
        files = GitLedgerFiles(repository)
        note = files.read("checkpoint")
        assert note is not None
        for entry in EVERY_ENTRY.entries(StoredTree(files, read_checkpoint(note).checkpoint), ()):
            envelope = dsse.Envelope.from_dict(json.loads(entry.envelope))
            if key.keyid in envelope.signatures:
                envelope.verify([trusted], 1)
            found.append(json.loads(envelope.payload))
    return found


def digest_of(statement: dict[str, Any]) -> str:
    """A statement's digest: its canonical form is the payload."""
    return Envelope(payload=canonical_json(statement)).digest
