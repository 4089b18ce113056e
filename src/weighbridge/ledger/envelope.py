"""Statements as they are signed: a payload in a DSSE envelope.

What is signed is the payload's type and bytes in DSSE's pre-authentication encoding, nothing that parsing could read in
two ways. Its SHA-256 is the statement's digest: people are shown it, passkeys sign it, and SSH keys and writers' keys
sign the encoding itself.
"""

from base64 import b64encode
from binascii import a2b_base64
from collections.abc import Collection, Iterable
from enum import StrEnum
from typing import Final

import msgspec
from msgspec import Struct, field

from weighbridge.domain.ids import Digest, digest
from weighbridge.ledger.errors import MalformedError, TooLargeError
from weighbridge.ledger.verifier_keys import VerifierKey, WriterKey

PAYLOAD_TYPE: Final = "application/vnd.in-toto+json"
LARGEST_ENVELOPE: Final = 0xFFFF
"""Bytes: an entry's length is written in 16 bits."""
NAMESPACE: Final = "weighbridge"
"""Of signatures that `ssh-keygen -Y sign -n` makes."""
_RAW: Final = 64


class SignatureKind(StrEnum):
    """What a signature is made with, told by its bytes."""

    SSH = "ssh"
    PASSKEY = "passkey"
    WRITER = "writer"
    UNKNOWN = "unknown"


class Signature(Struct, frozen=True, kw_only=True):
    """One signature of an envelope: the bytes, and a hint at whose; `keyid` proves nothing."""

    keyid: str
    sig: bytes

    @property
    def kind(self) -> SignatureKind:
        """64 bytes are a writer's Ed25519, whatever they begin with: the two other forms are always longer."""
        if len(self.sig) == _RAW:
            return SignatureKind.WRITER
        if self.sig.startswith(b"SSHSIG"):
            return SignatureKind.SSH
        return SignatureKind.PASSKEY if self.sig.startswith(b"{") else SignatureKind.UNKNOWN


class Envelope(Struct, frozen=True, kw_only=True):
    """A payload with its type and signatures, none of which is verified yet."""

    payload: bytes
    signatures: tuple[Signature, ...] = ()
    payload_type: str = PAYLOAD_TYPE

    @property
    def encoding(self) -> bytes:
        """DSSE's pre-authentication encoding, which is what is signed."""
        return pre_authentication_encoding(self.payload, self.payload_type)

    @property
    def digest(self) -> Digest:
        """The statement's digest, whoever signed it."""
        return digest(self.encoding)

    def is_by(self, writers: Collection[VerifierKey]) -> bool:
        """Whether one of these writers signed it: such a statement is a machine's, and is believed as one."""
        return any(
            key.keyid == each.keyid and key.verifies(each.sig, self.encoding)
            for each in self.signatures
            for key in writers
        )

    def __bytes__(self) -> bytes:
        """The envelope as an entry holds it."""
        signatures = [{"keyid": each.keyid, "sig": _encoded(each.sig)} for each in self.signatures]
        body = {"payload": _encoded(self.payload), "payloadType": self.payload_type, "signatures": signatures}
        return msgspec.json.encode(body)


def pre_authentication_encoding(payload: bytes, payload_type: str = PAYLOAD_TYPE) -> bytes:
    """The bytes that DSSE signs."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def payload_of(encoding: bytes) -> bytes:
    """The in-toto payload that such bytes hold. Raises `MalformedError` where they are none of a statement."""
    head = b"DSSEv1 %d %b " % (len(PAYLOAD_TYPE), PAYLOAD_TYPE.encode())
    payload = encoding.removeprefix(head).partition(b" ")[2]
    if pre_authentication_encoding(payload) != encoding:
        raise MalformedError("these bytes are not what is signed of a statement")
    return payload


class _WireSignature(Struct, frozen=True):
    sig: str
    keyid: str = ""


class _Wire(Struct, frozen=True):
    payload: str
    payload_type: str = field(name="payloadType")
    signatures: tuple[_WireSignature, ...]


_DECODER: Final = msgspec.json.Decoder(_Wire)


def read_envelope(data: bytes) -> Envelope:
    """An envelope's parts, nothing verified; what it holds besides is passed over.

    Raises:
        MalformedError: it is no envelope, or has no signature.
        TooLargeError: it is too large for a ledger.
    """
    if len(data) > LARGEST_ENVELOPE:
        raise TooLargeError(_too_large(len(data)))
    try:
        wire = _DECODER.decode(data)
        payload = _decoded(wire.payload)
        signatures = tuple(Signature(keyid=each.keyid, sig=_decoded(each.sig)) for each in wire.signatures)
        wire.payload_type.encode()
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise MalformedError("this is no DSSE envelope: a JSON object of payload, payloadType and signatures") from None
    if not signatures:
        raise MalformedError("this envelope has no signature, so nobody said what it holds")
    return Envelope(payload=payload, signatures=signatures, payload_type=wire.payload_type)


def _too_large(size: int) -> str:
    return (
        f"a statement has at most {LARGEST_ENVELOPE:,} bytes with its signatures, this one has {size:,}:"
        " state what is longer by its digest, and keep the text elsewhere"
    )


def sign_as_writer(payload: bytes, writer: WriterKey, *, beside: Iterable[Signature] = ()) -> Envelope:
    """The payload signed by a writer's key, under signatures that it has already. Raises `SigningError`."""
    signature = Signature(keyid=writer.verifier.keyid, sig=writer.sign(pre_authentication_encoding(payload)))
    return Envelope(payload=payload, signatures=(*beside, signature))


def _encoded(data: bytes) -> str:
    return b64encode(data).decode()


def _decoded(text: str) -> bytes:
    """Base64 of either alphabet, as DSSE asks of readers, with its padding and nothing else."""
    if "-" in text or "_" in text:
        text = text.translate(_STANDARD)
    return a2b_base64(text, strict_mode=True)


_STANDARD: Final = str.maketrans("-_", "+/")
