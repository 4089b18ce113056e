"""What an SSH signature says of its key is read as OpenSSH writes it, and what is malformed is nothing."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weighbridge.domain.ssh_signature import armoured, blob_of, read_blob, read_ssh_signature, string

KEY = string(b"ssh-ed25519") + string(b"k" * 32)
SECURITY_KEY = b"sk-ssh-ed25519@openssh.com"


def blob(algorithm: bytes, tail: bytes = b"", *, key: bytes = KEY, version: int = 1, after: bytes = b"") -> bytes:
    signature = string(algorithm) + string(b"sig") + tail
    head = b"SSHSIG" + version.to_bytes(4, "big")
    return head + b"".join(map(string, (key, b"git", b"", b"sha512", signature))) + after


@pytest.mark.parametrize(
    ("data", "is_security_key", "present", "verified"),
    [
        (blob(b"ssh-ed25519"), False, False, False),
        (blob(SECURITY_KEY, b"\x01\0\0\0\7"), True, True, False),
        (blob(SECURITY_KEY, b"\x05\0\0\0\7"), True, True, True),
        (blob(SECURITY_KEY, b"\x04\0\0\0\7"), True, False, True),
        (blob(SECURITY_KEY, b"\x00\0\0\0\7"), True, False, False),
    ],
)
def test_a_touch_is_believed_of_a_security_key_only(
    data: bytes, *, is_security_key: bool, present: bool, verified: bool
) -> None:
    found = read_blob(data)

    assert found is not None
    assert (found.is_security_key, found.user_present, found.user_verified) == (is_security_key, present, verified)
    assert (found.namespace, found.hash_algorithm, found.key_type) == ("git", "sha512", "ssh-ed25519")
    assert found.key == KEY
    assert found.counter == (7 if is_security_key else None)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"SSHSIG",
        blob(b"ssh-ed25519")[:80],
        blob(b"ssh-ed25519", version=2),
        blob(b"ssh-ed25519", after=b"!"),
        blob(b"ssh-ed25519", b"\x01\0\0\0\7"),
        blob(SECURITY_KEY),
        blob(SECURITY_KEY, b"\x01\0\0\0"),
        blob(SECURITY_KEY, b"\x01\0\0\0\7\0"),
        blob(b"ssh-ed25519", key=b"key"),
        blob(b"ssh-ed25519", key=string(b"\xff")),
        blob(b"ssh-ed25519", key=string(b"ssh-rsa") + b"k" * 20_000),
    ],
)
def test_what_is_malformed_is_none(data: bytes) -> None:
    assert read_blob(data) is None


@pytest.mark.parametrize("text", ["", "-----BEGIN SSH SIGNATURE-----\n!!\n", "A" * 3, "ä", "A" * 100_000])
def test_a_text_that_is_no_signature_is_none(text: str) -> None:
    assert read_ssh_signature(text) is None


def test_armour_is_put_on_and_taken_off() -> None:
    data = blob(b"ssh-ed25519")

    text = armoured(data)

    assert blob_of(text) == data
    assert max(map(len, text.splitlines())) <= 70
    assert read_ssh_signature(text) == read_blob(data)


def test_the_fingerprint_is_that_of_ssh_keygen() -> None:
    found = read_blob(blob(b"ssh-ed25519"))

    assert found is not None
    assert found.fingerprint.startswith("SHA256:")
    assert len(base64.b64decode(found.fingerprint.removeprefix("SHA256:") + "=")) == 32


@given(st.binary(max_size=400))
def test_no_bytes_raise(data: bytes) -> None:
    read_blob(data)
    read_blob(b"SSHSIG\0\0\0\1" + data)
    read_ssh_signature(data.decode("latin-1"))


@given(st.integers(min_value=0), st.integers(min_value=0, max_value=255))
def test_no_changed_byte_raises(where: int, value: int) -> None:
    data = bytearray(blob(SECURITY_KEY, b"\x01\0\0\0\7"))
    data[where % len(data)] = value

    read_blob(bytes(data))
