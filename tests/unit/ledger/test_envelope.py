"""Statements are signed in DSSE envelopes, which others read as we do."""

import json
from base64 import b64encode, urlsafe_b64encode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st
from securesystemslib.dsse import Envelope as OtherEnvelope
from securesystemslib.signer._crypto_signer import CryptoSigner
from securesystemslib.signer._key import SSlibKey
from securesystemslib.signer._signature import Signature as OtherSignature
from tests.samples.ledger import WRITER, Key, decision_payload, envelope

from weighbridge.ledger.envelope import (
    PAYLOAD_TYPE,
    Envelope,
    Signature,
    SignatureKind,
    pre_authentication_encoding,
    read_envelope,
    sign_as_writer,
)
from weighbridge.ledger.errors import LedgerError, MalformedError, TooLargeError


def test_the_encoding_is_the_example_of_the_specification() -> None:
    encoding = pre_authentication_encoding(b"hello world", "http://example.com/HelloWorld")

    assert encoding == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"


def test_an_envelope_is_read_as_it_was_written() -> None:
    made = sign_as_writer(decision_payload(), WRITER)

    assert read_envelope(bytes(made)) == made


def test_a_writers_signature_is_over_the_encoding() -> None:
    made = read_envelope(envelope())

    assert made.signatures[0].keyid == WRITER.verifier.keyid
    assert WRITER.verifier.verifies(made.signatures[0].sig, made.encoding)
    assert not WRITER.verifier.verifies(made.signatures[0].sig, made.payload)


def test_the_digest_is_of_what_is_said_whoever_signs_it() -> None:
    one, two = sign_as_writer(decision_payload(), WRITER), sign_as_writer(decision_payload(), Key("other", 2))

    assert one.digest == two.digest
    assert one.digest != sign_as_writer(decision_payload(1), WRITER).digest


def test_securesystemslib_reads_and_verifies_ours() -> None:
    key = SSlibKey(WRITER.verifier.keyid, "ed25519", "ed25519", {"public": WRITER.verifier.public.hex()})

    read = OtherEnvelope.from_dict(json.loads(envelope()))

    assert read.payload == decision_payload()
    assert set(read.verify([key], 1)) == {WRITER.verifier.keyid}


def test_we_read_and_verify_what_securesystemslib_signs() -> None:
    signer = CryptoSigner.generate_ed25519()
    other = OtherEnvelope(decision_payload(), PAYLOAD_TYPE, {})
    other.sign(signer)

    read = read_envelope(json.dumps(other.to_dict()).encode())

    assert read.signatures[0].keyid == signer.public_key.keyid
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(signer.public_key.keyval["public"]))
    public.verify(read.signatures[0].sig, read.encoding)
    assert isinstance(other.signatures[signer.public_key.keyid], OtherSignature)


def test_both_alphabets_of_base64_are_read() -> None:
    body = {
        "payload": urlsafe_b64encode(b"\xff\xfe\xfd").decode(),
        "payloadType": "x",
        "signatures": [{"sig": b64encode(b"\xff\xfe\xfd").decode()}],
    }

    read = read_envelope(json.dumps(body).encode())

    assert (read.payload, read.signatures[0].sig) == (b"\xff\xfe\xfd", b"\xff\xfe\xfd")


def test_what_a_newer_version_puts_beside_is_passed_over() -> None:
    body = json.loads(envelope()) | {"newer": 1}
    body["signatures"][0]["cert"] = "x"

    assert read_envelope(json.dumps(body).encode()) == read_envelope(envelope())


@pytest.mark.parametrize(
    ("sig", "kind"),
    [
        (b"SSHSIG\x00\x00\x00\x01" + b"x" * 200, SignatureKind.SSH),
        (b'{"id":"' + b"x" * 100, SignatureKind.PASSKEY),
        (b"\x01" * 64, SignatureKind.WRITER),
        (b"SSHSIG" + b"\x01" * 58, SignatureKind.WRITER),
        (b"{" * 64, SignatureKind.WRITER),
        (b"\x01" * 63, SignatureKind.UNKNOWN),
        (b"", SignatureKind.UNKNOWN),
    ],
)
def test_signatures_are_told_apart_by_their_bytes(sig: bytes, kind: SignatureKind) -> None:
    assert Signature(keyid="", sig=sig).kind is kind


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"{}",
        b"[" * 40_000,
        b'{"payload":"","payloadType":"x","signatures":[]}',
        b'{"payload":"AAA","payloadType":"x","signatures":[{"sig":""}]}',
        b'{"payload":"A A=","payloadType":"x","signatures":[{"sig":""}]}',
        b'{"payload":"\\u00e4AAA","payloadType":"x","signatures":[{"sig":""}]}',
        b'{"payload":"=AAA","payloadType":"x","signatures":[{"sig":""}]}',
        b'{"payload":"","payloadType":"\\ud800","signatures":[{"sig":""}]}',
        b'{"payload":"","payloadType":"x","signatures":{"sig":""}}',
    ],
)
def test_what_is_no_envelope_is_refused_in_a_sentence(data: bytes) -> None:
    with pytest.raises(MalformedError, match=r"no DSSE envelope|has no signature"):
        read_envelope(data)


def test_an_envelope_too_large_for_an_entry_is_refused_in_a_sentence() -> None:
    large = bytes(sign_as_writer(b"x" * 60_000, WRITER))

    with pytest.raises(TooLargeError, match="at most 65,535 bytes with its signatures, this one has 80,"):
        read_envelope(large)


@given(
    st.binary(max_size=200)
    | st.from_regex(r'\{"payload":".{0,9}","payloadType":"x","signatures":\[.{0,30}\]\}').map(str.encode)
)
def test_whatever_bytes_there_are_they_are_an_envelope_or_refused(data: bytes) -> None:
    try:
        read = read_envelope(data)
    except LedgerError:
        return
    assert isinstance(read, Envelope)
