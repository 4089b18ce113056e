"""What this process says of a signature is what `ssh-keygen -Y verify` says, for keys of each kind."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import RequireTool
from tests.samples.ssh_keys import PRESENT, VERIFIED, SshKey, ecdsa, ed25519, rsa_key

from weighbridge.domain.ssh_signature import armoured, blob_of, read_blob
from weighbridge.ledger.allowed_signers import read_allowed_signers
from weighbridge.ledger.ssh_keys import problem_of_signature

ADA = "ada@example.org"
MESSAGE = b"DSSEv1 28 application/vnd.in-toto+json 2 {}"
Verdict = Callable[..., bool]

IN_MEMORY: dict[str, Callable[[], SshKey]] = {
    "ed25519": ed25519,
    "ecdsa-256": ecdsa,
    "ecdsa-384": lambda: ecdsa(384),
    "ecdsa-521": lambda: ecdsa(521),
    "rsa-sha2-256": lambda: rsa_key(algorithm="rsa-sha2-256"),
    "rsa-sha2-512": lambda: rsa_key(3072),
    "rsa-sha1": lambda: rsa_key(algorithm="ssh-rsa"),
    "sk-ed25519": lambda: ed25519(is_security_key=True),
    "sk-ecdsa": lambda: ecdsa(is_security_key=True),
}
ON_DISK = [("ed25519", "256"), ("ecdsa", "256"), ("ecdsa", "384"), ("ecdsa", "521"), ("rsa", "2048"), ("rsa", "3072")]


@pytest.fixture
def theirs(tmp_path: Path, require_tool: RequireTool) -> Verdict:
    program = require_tool("ssh-keygen")

    def verdict(blob: bytes, line: str, *, message: bytes = MESSAGE, namespace: str = "weighbridge") -> bool:
        (tmp_path / "allowed").write_text(f"{ADA} {line}\n")
        (tmp_path / "signature").write_text(armoured(blob))
        options = ["-f", str(tmp_path / "allowed"), "-I", ADA, "-n", namespace, "-s", str(tmp_path / "signature")]
        done = subprocess.run([program, "-Y", "verify", *options], input=message, capture_output=True, check=False)
        return done.returncode == 0

    return verdict


def ours(blob: bytes, line: str, *, message: bytes = MESSAGE, namespace: str = "weighbridge") -> bool:
    signers = read_allowed_signers(f"{ADA} {line}\n".encode(), "allowed").signers
    found = read_blob(blob)
    if found is None or found.key not in [signer.key for signer in signers]:
        return False
    return not problem_of_signature(found, message, namespace=namespace)


@pytest.mark.parametrize(("kind", "bits"), ON_DISK)
def test_both_believe_a_key_that_ssh_keygen_made(kind: str, bits: str, *, theirs: Verdict, tmp_path: Path) -> None:
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-b", bits, "-N", "", "-f", key], check=True)
    command = ["ssh-keygen", "-Y", "sign", "-q", "-f", str(key), "-n", "weighbridge"]
    text = subprocess.run(command, input=MESSAGE, capture_output=True, check=True).stdout.decode()
    blob, line = blob_of(text), key.with_suffix(".pub").read_text().strip()

    assert blob is not None
    assert ours(blob, line)
    assert theirs(blob, line)
    assert not ours(blob, line, message=MESSAGE + b"!")
    assert not theirs(blob, line, message=MESSAGE + b"!")


@pytest.mark.parametrize("kind", IN_MEMORY)
@pytest.mark.parametrize("hash_name", ["sha256", "sha512"])
def test_both_say_the_same_of_every_kind(kind: str, hash_name: str, *, theirs: Verdict) -> None:
    key, other = IN_MEMORY[kind](), IN_MEMORY[kind]()
    blob = key.sign(MESSAGE, hash_name=hash_name)

    cases = [
        (blob, key.line, MESSAGE, "weighbridge"),
        (blob, key.line, MESSAGE + b"!", "weighbridge"),
        (blob, key.line, MESSAGE, "git"),
        (blob, other.line, MESSAGE, "weighbridge"),
        (blob.replace(key.blob, other.blob), other.line, MESSAGE, "weighbridge"),
        (blob[:-1], key.line, MESSAGE, "weighbridge"),
        (blob + b"!", key.line, MESSAGE, "weighbridge"),
        (blob[:-1] + bytes([blob[-1] ^ 1]), key.line, MESSAGE, "weighbridge"),
    ]
    said = [ours(b, line, message=m, namespace=n) for b, line, m, n in cases]

    assert said == [theirs(b, line, message=m, namespace=n) for b, line, m, n in cases]
    assert said == [kind != "rsa-sha1"] + [False] * 7


@pytest.mark.parametrize("kind", ["sk-ed25519", "sk-ecdsa"])
@pytest.mark.parametrize("flags", [0, PRESENT, VERIFIED, PRESENT | VERIFIED])
def test_ssh_keygen_believes_untouched_security_keys_and_we_say_what_they_saw(
    kind: str, flags: int, *, theirs: Verdict
) -> None:
    key = IN_MEMORY[kind]()
    blob = key.sign(MESSAGE, flags=flags)

    found = read_blob(blob)

    assert found is not None
    assert ours(blob, key.line) == theirs(blob, key.line) is True
    assert (found.user_present, found.user_verified) == (bool(flags & PRESENT), bool(flags & VERIFIED))


@pytest.mark.parametrize(
    "options",
    ['namespaces="weighbridge"', 'namespaces="git"', 'namespaces="git,weigh*"', 'namespaces="*,!weighbridge"', ""],
)
def test_both_read_namespaces_alike(options: str, *, theirs: Verdict) -> None:
    key = ed25519()
    blob, line = key.sign(MESSAGE), f"{options} {key.line}".strip()

    assert ours(blob, line) == theirs(blob, line)


def test_a_short_rsa_key_is_where_we_are_stricter(theirs: Verdict) -> None:
    key = rsa_key(1024)
    blob = key.sign(MESSAGE)

    assert theirs(blob, key.line)
    assert not ours(blob, key.line)
