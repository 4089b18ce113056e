"""SSH signatures are checked by OpenSSH itself, against the people enrolled and nobody else."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import RequireTool

from weighbridge.adapters.signatures import SshKeygen
from weighbridge.domain.change import Signature
from weighbridge.domain.provenance import SignatureCheck, SignatureState

ADA = "ada@example.org"
PAYLOAD = b"tree 1\n\nRound the totals\n"
Sign = Callable[..., Signature]


def public_key(key: Path) -> str:
    return " ".join(key.with_suffix(".pub").read_text().split()[:2])


@pytest.fixture
def key(tmp_path: Path, require_tool: RequireTool) -> Path:
    program = require_tool("ssh-keygen")
    path = tmp_path / "key"
    subprocess.run([program, "-q", "-t", "ed25519", "-N", "", "-C", ADA, "-f", path], check=True)
    return path


@pytest.fixture
def sign(key: Path, tmp_path: Path) -> Sign:
    def make(payload: bytes = PAYLOAD, *, namespace: str = "git") -> Signature:
        text = tmp_path / "payload"
        text.write_bytes(payload)
        command = ["ssh-keygen", "-q", "-Y", "sign", "-f", str(key), "-n", namespace, str(text)]
        subprocess.run(command, check=True, capture_output=True)
        signed = text.with_name("payload.sig")
        armoured = signed.read_text()
        signed.unlink()
        return Signature(kind="ssh", armoured=armoured)

    return make


def check(signature: Signature, signers: dict[str, str], *, payload: bytes = PAYLOAD) -> SignatureCheck:
    return SshKeygen().verify(payload, signature, signers=signers)


def test_an_enrolled_persons_signature_is_valid_and_says_what_it_proves(key: Path, sign: Sign) -> None:
    found = check(sign(), {"bob@example.org": "ssh-ed25519 AAAA", ADA: public_key(key)})

    assert (found.state, found.principal, found.user_present) == (SignatureState.VALID, ADA, False)
    assert "plain key" in found.detail


def test_one_of_a_persons_several_keys_is_enough(key: Path, sign: Sign) -> None:
    assert check(sign(), {ADA: f"ssh-ed25519 AAAA\n{public_key(key)}"}).state is SignatureState.VALID


def test_an_enrolment_may_carry_options(key: Path, sign: Sign) -> None:
    current = f'namespaces="git",valid-after="20200101" {public_key(key)}'
    expired = f'valid-before="20200101" {public_key(key)}'

    assert check(sign(), {ADA: current}).state is SignatureState.VALID
    assert check(sign(), {ADA: expired}).state is SignatureState.INVALID


def test_a_key_of_nobody_enrolled_proves_nothing(sign: Sign) -> None:
    assert check(sign(), {ADA: "ssh-ed25519 AAAA"}).state is SignatureState.NOT_ENROLLED


@pytest.mark.parametrize("principal", ["*", "*@example.org", "ada@example.org,bob@example.org", "a b", "", "a\nb"])
def test_a_pattern_enrols_nobody(principal: str, key: Path, *, sign: Sign) -> None:
    assert check(sign(), {principal: public_key(key)}).state is SignatureState.NOT_ENROLLED


def test_other_bytes_than_those_signed_are_caught(key: Path, sign: Sign) -> None:
    assert check(sign(), {ADA: public_key(key)}, payload=PAYLOAD + b"!").state is SignatureState.INVALID


def test_a_signature_made_for_another_purpose_is_caught(key: Path, sign: Sign) -> None:
    assert check(sign(namespace="file"), {ADA: public_key(key)}).state is SignatureState.INVALID


@pytest.mark.parametrize("armoured", ["", "-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----", "\0"])
def test_what_is_no_signature_is_caught(armoured: str, key: Path) -> None:
    assert check(Signature(kind="ssh", armoured=armoured), {ADA: public_key(key)}).state is SignatureState.INVALID


@pytest.mark.parametrize("kind", ["openpgp", "x509", ""])
def test_other_kinds_are_reported_as_present_and_not_checked(kind: str, key: Path) -> None:
    found = check(Signature(kind=kind, armoured="x"), {ADA: public_key(key)})

    assert found.state is SignatureState.NOT_VERIFIED
    assert "not checked" in found.detail


def test_without_the_program_nothing_is_verified_and_it_is_said(key: Path, sign: Sign) -> None:
    found = SshKeygen("ssh-keygen-that-is-not-there").verify(PAYLOAD, sign(), signers={ADA: public_key(key)})

    assert found.state is SignatureState.NOT_VERIFIED
    assert "not installed" in found.detail
