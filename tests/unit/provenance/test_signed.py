"""What of a commit is signed is taken out byte for byte, and what a key says of itself is read."""

import base64

import pytest

from weighbridge.provenance.signed import read_ssh_signature, signed_part

ARMOUR = "-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----"
HEAD = b"tree " + b"c" * 40 + b"\nauthor A <a@b> 1 +0000\ncommitter A <a@b> 1 +0000"


def string(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data


def armoured(algorithm: bytes, tail: bytes = b"", *, namespace: bytes = b"git") -> str:
    signature = string(algorithm) + string(b"sig") + tail
    blob = b"SSHSIG\0\0\0\1" + string(b"key") + string(namespace) + string(b"") + string(b"sha512") + string(signature)
    body = base64.b64encode(blob).decode()
    return f"-----BEGIN SSH SIGNATURE-----\n{body[:20]}\n{body[20:]}\n-----END SSH SIGNATURE-----"


def test_the_signature_header_is_taken_out_and_nothing_else() -> None:
    header = b"\ngpgsig " + ARMOUR.replace("\n", "\n ").encode()
    message = b"\n\nRound\n\ngpgsig of a line\n"

    found = signed_part(HEAD + header + b"\nencoding latin-1" + message)

    assert found.payload == HEAD + b"\nencoding latin-1" + message
    assert found.signature is not None
    assert (found.signature.kind, found.signature.armoured) == ("ssh", ARMOUR)


def test_an_unsigned_commit_is_its_own_payload() -> None:
    found = signed_part(HEAD + b"\n\nRound\n")

    assert (found.payload, found.signature, found.problem) == (HEAD + b"\n\nRound\n", None, "")


def test_two_signatures_are_none() -> None:
    found = signed_part(HEAD + b"\ngpgsig a\ngpgsig-sha256 b\n\nRound\n")

    assert (found.signature, found.problem) == (None, "carries more than one signature")


@pytest.mark.parametrize(
    ("first", "kind"),
    [
        ("-----BEGIN SSH SIGNATURE-----", "ssh"),
        ("-----BEGIN PGP SIGNATURE-----", "openpgp"),
        ("-----BEGIN SIGNED MESSAGE-----", "x509"),
        ("-----BEGIN NONSENSE-----", ""),
    ],
)
def test_the_kind_of_a_signature_is_told_from_its_armour(first: str, kind: str) -> None:
    found = signed_part(HEAD + b"\ngpgsig " + first.encode() + b"\n x\n\nRound\n")

    assert found.signature is not None
    assert found.signature.kind == kind


@pytest.mark.parametrize(
    ("text", "is_security_key", "present"),
    [
        (armoured(b"ssh-ed25519"), False, False),
        (armoured(b"sk-ssh-ed25519@openssh.com", b"\x01\0\0\0\7"), True, True),
        (armoured(b"sk-ssh-ed25519@openssh.com", b"\x05\0\0\0\7"), True, True),
        (armoured(b"sk-ssh-ed25519@openssh.com", b"\x00\0\0\0\7"), True, False),
        (armoured(b"sk-ssh-ed25519@openssh.com"), False, False),
        (armoured(b"ssh-ed25519", b"\x01\0\0\0\7"), False, False),
    ],
)
def test_a_touch_is_believed_of_a_security_key_only(text: str, *, is_security_key: bool, present: bool) -> None:
    found = read_ssh_signature(text)

    assert found is not None
    assert (found.is_security_key, found.user_present, found.namespace) == (is_security_key, present, "git")
    assert base64.b64decode(found.public_key) == b"key"


@pytest.mark.parametrize("text", ["", ARMOUR, "-----BEGIN SSH SIGNATURE-----\n!!\n", armoured(b"ssh-ed25519")[:80]])
def test_what_is_no_signature_is_none(text: str) -> None:
    assert read_ssh_signature(text) is None
