"""Whether an SSH key signed given bytes is told in process, and never believed of weak or unknown kinds."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.samples.ssh_keys import SshKey, ecdsa, ed25519, number, rsa_key, security_key

from weighbridge.domain.ssh_signature import read_blob, string
from weighbridge.ledger.ssh_keys import problem_of_key, problem_of_signature
from weighbridge.ledger.testimony import read_again

MESSAGE = b"DSSEv1 4 text 2 hi"
KINDS: dict[str, Callable[[], SshKey]] = {
    "ed25519": ed25519,
    "sk-ed25519": lambda: ed25519(is_security_key=True),
    "ecdsa-256": ecdsa,
    "ecdsa-384": lambda: ecdsa(384),
    "ecdsa-521": lambda: ecdsa(521),
    "sk-ecdsa": lambda: ecdsa(is_security_key=True),
    "rsa-sha2-256": lambda: rsa_key(algorithm="rsa-sha2-256"),
    "rsa-sha2-512": rsa_key,
}


def problem(blob: bytes, message: bytes = MESSAGE) -> str:
    found = read_blob(blob)
    assert found is not None
    return problem_of_signature(found, message, namespace="weighbridge")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("hash_name", ["sha256", "sha512"])
def test_a_key_of_each_kind_is_believed_about_what_it_signed(kind: str, hash_name: str) -> None:
    key = KINDS[kind]()

    assert problem_of_key(key.blob) == ""
    assert problem(key.sign(MESSAGE, hash_name=hash_name)) == ""


@pytest.mark.parametrize("kind", KINDS)
def test_no_key_is_believed_about_other_bytes(kind: str) -> None:
    assert "does not belong" in problem(KINDS[kind]().sign(MESSAGE), MESSAGE + b"!")


@pytest.mark.parametrize("kind", KINDS)
def test_no_key_is_believed_for_another_purpose(kind: str) -> None:
    assert "another purpose (`git`" in problem(KINDS[kind]().sign(MESSAGE, namespace="git"))


@pytest.mark.parametrize("kind", KINDS)
def test_no_key_is_believed_about_what_another_one_signed(kind: str) -> None:
    key, other = KINDS[kind](), KINDS[kind]()

    assert "does not belong" in problem(key.sign(MESSAGE).replace(key.blob, other.blob))


@pytest.mark.parametrize("kind", ["sk-ed25519", "sk-ecdsa"])
def test_what_an_authenticator_saw_cannot_be_changed_afterwards(kind: str) -> None:
    untouched = KINDS[kind]().sign(MESSAGE, flags=0)

    touched = untouched[:-5] + b"\x05" + untouched[-4:]
    counted = untouched[:-1] + b"\x63"

    assert problem(untouched) == ""
    assert "does not belong" in problem(touched)
    assert "does not belong" in problem(counted)


def test_rsa_with_sha_1_is_refused() -> None:
    assert "`ssh-rsa` is not how" in problem(rsa_key(algorithm="ssh-rsa").sign(MESSAGE))


def test_a_short_rsa_key_is_refused() -> None:
    key = rsa_key(1024)

    assert "1024 bits is too short" in problem_of_key(key.blob)
    assert "1024 bits is too short" in problem(key.sign(MESSAGE))


@pytest.mark.parametrize("kind", ["ssh-dss", "ssh-ed25519-cert-v01@openssh.com", "webauthn-sk-ecdsa", ""])
def test_other_kinds_of_keys_are_refused_by_name(kind: str) -> None:
    assert f"`{kind}` are not believed" in problem_of_key(string(kind.encode()) + b"whatever")


@pytest.mark.parametrize(
    "body",
    [
        string(b"ssh-ed25519") + string(b"k" * 31),
        string(b"ssh-ed25519") + string(b"k" * 32) + b"!",
        string(b"ecdsa-sha2-nistp256") + string(b"nistp384") + string(b"\4" + b"k" * 64),
        string(b"ecdsa-sha2-nistp256") + string(b"nistp256") + string(b"\4" + b"k" * 64),
        string(b"ecdsa-sha2-nistp256") + string(b"nistp256") + string(b""),
        string(b"ssh-rsa") + string(number(1)) + string(number(1 << 2047)),
        string(b"ssh-rsa") + string(number(65537)) + string(b"\xff" * 256),
        string(b"ssh-rsa") + string(number(65537)) + string(number(1 << 40_000)),
        string(b"ssh-rsa") + string(number(4)) + string(number((1 << 2047) + 1)),
        b"",
    ],
)
def test_a_malformed_key_is_refused(body: bytes) -> None:
    assert "well formed" in problem_of_key(body)


def test_a_hash_that_nobody_signs_with_is_refused() -> None:
    blob = ed25519().sign(MESSAGE).replace(string(b"sha512"), string(b"sha1\0\0"))

    assert "is none of sha256 and sha512" in problem(blob)


@given(st.sampled_from(sorted(KINDS)), st.binary(max_size=300))
def test_no_key_and_no_signature_raises(kind: str, noise: bytes) -> None:
    name = KEYS[kind].kind.encode()
    problem_of_key(string(name) + noise)
    problem_of_key(string(name) + string(noise) + string(noise))
    signature = string(name) + string(noise) + (b"\0" * 5 if name.startswith(b"sk-") else b"")
    found = read_blob(
        b"SSHSIG\0\0\0\1" + b"".join(map(string, (KEYS[kind].blob, b"weighbridge", noise, b"sha512", signature)))
    )

    assert found is None or problem_of_signature(found, MESSAGE, namespace="weighbridge")


@given(st.sampled_from(sorted(KINDS)), st.integers(min_value=0), st.integers(min_value=0, max_value=7))
def test_no_flipped_bit_is_believed(kind: str, where: int, bit: int) -> None:
    data = bytearray(SIGNED[kind])
    data[where % len(data)] ^= 1 << bit

    found = read_blob(bytes(data))

    assert found is None or problem_of_signature(found, MESSAGE, namespace="weighbridge")


KEYS = {kind: make() for kind, make in KINDS.items()}
SIGNED = {kind: key.sign(MESSAGE) for kind, key in KEYS.items()}


@given(
    key=st.sampled_from([ed25519(), security_key(), ecdsa(256), rsa_key(2048)]),
    message=st.binary(max_size=90),
    cut=st.integers(0, 400),
)
def test_a_signature_that_is_taken_apart_again_is_the_same(key: SshKey, message: bytes, *, cut: int) -> None:
    blob = key.sign(message)
    for one in (blob, blob[:cut], blob + b"\0", blob[: -cut or None], blob[:-64] + message[:64].rjust(64, b"\1")):
        assert read_again(one) == read_blob(one)
