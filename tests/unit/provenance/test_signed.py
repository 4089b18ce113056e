"""What of a commit is signed is taken out byte for byte."""

import pytest

from weighbridge.provenance.signed import signed_part

ARMOUR = "-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----"
HEAD = b"tree " + b"c" * 40 + b"\nauthor A <a@b> 1 +0000\ncommitter A <a@b> 1 +0000"


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
