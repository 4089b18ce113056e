"""`docs/verify_ledger.py` says of an export what we say of it, and needs nothing of ours."""

import importlib.util
import os
import subprocess
import sys
from base64 import b64decode
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol, cast

import pytest
from benchmarks.tampering import ELSEWHERE, WAYS, trials
from tests.budgets.measure import measure
from tests.conftest import RequireTool
from tests.samples.ledger import TRUST, WRITER, Files, additions, decision_payload, ledger_of, said_of_people

from weighbridge.ledger.append import Addition, append
from weighbridge.ledger.envelope import Envelope, Signature, pre_authentication_encoding
from weighbridge.ledger.merkle import leaf_hash
from weighbridge.ledger.personal import Personal, personal_path, personal_values
from weighbridge.ledger.proof import proof_file
from weighbridge.ledger.trusted_ledger import read_ledger

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = ROOT / "docs" / "verify_ledger.py"


def laid_out(files: Mapping[str, bytes], folder: Path) -> Path:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def run(*arguments: str | Path, key: str = str(WRITER.verifier), path: str | None = None) -> tuple[int, str]:
    """Alone: no package of ours or of anybody can be imported."""
    command = [sys.executable, "-I", "-S", SCRIPT, *arguments, "--key", key]
    env = dict(os.environ) | ({} if path is None else {"PATH": path})
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout + done.stderr


def test_it_can_be_read_in_one_sitting_and_imports_the_standard_library_alone() -> None:
    imports = [
        line.split()[1] for line in SCRIPT.read_text("utf-8").splitlines() if line.startswith(("import ", "from "))
    ]

    assert measure(SCRIPT, ROOT).code_lines < 150
    assert set(imports) <= sys.stdlib_module_names


@pytest.mark.parametrize("size", [1, 3, 257])
def test_an_export_is_verified(size: int, tmp_path: Path) -> None:
    code, said = run(laid_out(ledger_of(size).files, tmp_path))

    assert code == 0, said
    assert f"{size} entries, anchored by nothing: a push could shorten it\nverified" in said


def test_an_anchored_export_is_verified(tmp_path: Path) -> None:
    files = ledger_of(5)
    anchor = tmp_path / "anchor"
    anchor.write_bytes(files.files["checkpoint"])
    ledger_of(4, files, first=5)

    code, said = run(laid_out(files.files, tmp_path / "export"), "--anchor", anchor)

    assert (code, f"9 entries, anchored by {anchor}" in said) == (0, True), said


def test_a_rewritten_export_is_refused_by_its_anchor(tmp_path: Path) -> None:
    anchor = tmp_path / "anchor"
    anchor.write_bytes(ledger_of(5).files["checkpoint"])

    code, said = run(laid_out(ledger_of(9, first=50).files, tmp_path / "export"), "--anchor", anchor)

    assert code == 1
    assert f"NOT VERIFIED: {anchor} holds what the ledger does not hold" in said


def test_an_export_by_a_key_that_was_not_given_is_refused(tmp_path: Path) -> None:
    key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"

    code, said = run(laid_out(ledger_of(3).files, tmp_path), key=key)

    assert (code, said) == (1, "NOT VERIFIED: the checkpoint is signed by none of the keys that you gave\n")


def test_a_proof_is_verified_and_a_changed_one_is_not(tmp_path: Path) -> None:
    ledger = read_ledger(ledger_of(300), TRUST)
    assert ledger is not None
    data = proof_file(ledger.prove(261))
    good, bad = tmp_path / "good.tlog-proof", tmp_path / "bad.tlog-proof"
    good.write_bytes(data)
    bad.write_bytes(data.replace(b"index 261", b"index 262"))

    assert run(good)[0] == 0
    assert run(bad) == (1, "NOT VERIFIED: the proof does not lead to the root\n")


def with_texts(*texts: Personal) -> tuple[Files, list[str]]:
    """A ledger of an entry without a text and one for each of these, and where the texts lie."""
    files, added = ledger_of(1), [said_of_people(number, each) for number, each in enumerate(texts)]
    append(files, added, writer=WRITER, trust=TRUST)
    return files, [personal_path(leaf_hash(each.envelope)) for each in added]


ODD = {"reason": 'Zoë said "ja" \x01\x7f\t\u2028 😀 \\ /', "\ufb33": "later", "😀": "earlier", "": ""}


def test_texts_of_people_are_held_against_their_entries_whatever_is_in_them(tmp_path: Path) -> None:
    files, _ = with_texts(personal_values({"reason": "Ada read it"}), personal_values(ODD), personal_values({}))

    code, said = run(laid_out(files.files, tmp_path))

    assert code == 0, said
    assert said.startswith("3 texts beside it are what their entries commit to, 0 are not there\n")


def test_an_erased_text_is_counted_and_refuses_nothing(tmp_path: Path) -> None:
    files, paths = with_texts(personal_values({"reason": "Ada read it"}), personal_values(ODD))
    del files.files[paths[0]]

    code, said = run(laid_out(files.files, tmp_path))

    assert code == 0, said
    assert said.startswith("1 texts beside it are what their entries commit to, 1 are not there\n")


@pytest.mark.parametrize("way", ["words", "salt", "spelling", "cut", "empty", "rubbish", "swapped", "bare", "none"])
def test_an_altered_text_is_not_verified(way: str, tmp_path: Path) -> None:
    files, (one, two) = with_texts(personal_values({"reason": "Ada read it"}), personal_values(ODD))
    data = files.files[one]
    upper = data.replace(data[9:73], data[9:73].upper())
    changed: dict[str, tuple[str, bytes]] = {
        "words": (one, data.replace(b"Ada", b"Eve")),
        "salt": (one, upper if upper != data else b""),
        "spelling": (one, data.replace(b"Ada", b"\\u0041da")),
        "cut": (one, data[:-1]),
        "empty": (one, b""),
        "rubbish": (one, b"\xff" * 99),
        "swapped": (one, files.files[two]),
        "bare": (personal_path(leaf_hash(additions([0])[0].envelope)), data),
        "none": (f"personal/{'ab' * 32}", data),
    }
    name, altered = changed[way]
    files.files[name] = altered

    code, said = run(laid_out(files.files, tmp_path))

    assert (code, said.startswith("NOT VERIFIED: ")) == (1, True), said


class Verifier(Protocol):
    """What the script holds."""

    KEYS: dict[tuple[str, bytes], bytes]

    def verify_export(self, folder: Path, anchors: list[str], *, signers: str | None) -> int: ...


@pytest.fixture(scope="module")
def verifier() -> Verifier:
    spec = importlib.util.spec_from_file_location("verify_ledger", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    script = cast("Verifier", module)
    script.KEYS[WRITER.verifier.name, WRITER.verifier.id] = WRITER.verifier.public
    return script


ERRORS = (OSError, LookupError, ValueError, TypeError, AttributeError, RecursionError)
"""What the script takes for a refusal."""


def test_two_hundred_changed_exports_are_refused(verifier: Verifier, tmp_path: Path) -> None:
    unseen = []
    for number, trial in enumerate(trials(208, seed=11, sizes=(1, 7, 40, 257))):
        files = dict(trial.files)
        anchor = tmp_path / f"anchor-{number}"
        anchor.write_bytes(files.pop(ELSEWHERE))
        folder = laid_out(files, tmp_path / str(number))
        try:
            verifier.verify_export(folder, [str(anchor)], signers=None)
        except ERRORS:
            continue
        unseen.append((trial.way, trial.size))

    assert unseen == []
    assert 208 % len(WAYS) == 0


def test_an_ssh_signature_is_verified_by_ssh_keygen(tmp_path: Path, require_tool: RequireTool) -> None:
    keygen = require_tool("ssh-keygen")
    folder, signers = laid_out(signed_by_ssh(tmp_path, keygen).files, tmp_path / "export"), tmp_path / "signers"

    assert run(folder)[0] == 0
    assert run(folder, "--signers", signers)[0] == 0
    signers.write_text("")
    assert run(folder, "--signers", signers)[0] == 1


def test_an_ssh_signature_over_something_else_is_refused(tmp_path: Path, require_tool: RequireTool) -> None:
    files = signed_by_ssh(tmp_path, require_tool("ssh-keygen"), payload=decision_payload(77))

    code, said = run(laid_out(files.files, tmp_path / "export"))

    assert (code, "a signature of entry 2 is not over what it says" in said) == (1, True)


def test_what_could_not_be_looked_at_is_said_and_is_not_success(tmp_path: Path, require_tool: RequireTool) -> None:
    folder = laid_out(signed_by_ssh(tmp_path, require_tool("ssh-keygen")).files, tmp_path / "export")

    code, said = run(folder, path=str(tmp_path))

    assert (code, "could not look at 1 signatures" in said) == (3, True)


def signed_by_ssh(folder: Path, keygen: Path, *, payload: bytes = decision_payload(9)) -> Files:
    """Two entries of the writer's and one that a person's SSH key signed, over `payload`; it says decision 9."""
    key, text = folder / "id", folder / "text"
    subprocess.run([keygen, "-q", "-t", "ed25519", "-N", "", "-f", key, "-C", "ada"], check=True)
    text.write_bytes(pre_authentication_encoding(payload))
    subprocess.run([keygen, "-q", "-Y", "sign", "-n", "weighbridge", "-f", key, text], check=True, capture_output=True)
    lines = text.with_suffix(".sig").read_text("ascii").splitlines()[1:-1]
    (folder / "signers").write_text(f"ada@example.org {key.with_suffix('.pub').read_text('ascii')}")
    signature = Signature(keyid="SHA256:ada", sig=b64decode("".join(lines)))
    files = ledger_of(2)
    envelope = Envelope(payload=decision_payload(9), signatures=(signature,))
    append(files, [Addition(envelope=bytes(envelope))], writer=WRITER, trust=TRUST)
    return files
