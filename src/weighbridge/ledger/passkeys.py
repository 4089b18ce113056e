"""Passkeys: whether an authenticator made an assertion over a statement, and what it proves of its own make.

- The challenge of an assertion is the statement's digest: what was shown is what was signed.
- Which site and which origins passkeys belong to is said by Trust; an assertion for any other is nobody's word.
- A touch is needed for anything; whether a PIN or a finger was checked is told apart.
- An authenticator's model counts only when its maker's certificates, which Trust names for this model, lead to it. An
  authenticator that attests itself, or says nothing, is of no model.
"""

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final

import msgspec
from msgspec import Struct, field

from weighbridge.ledger import attestation
from weighbridge.ledger.cbor import read_cbor
from weighbridge.ledger.cose import algorithm_of, check_of
from weighbridge.ledger.passkey_terms import PasskeyTerms

LARGEST: Final = 48_000
"""Bytes of what an authenticator made, in JSON."""

_PRESENT, _VERIFIED, _HAS_KEY = 0x01, 0x04, 0x40
_HEAD: Final = 37
"""Bytes of what an authenticator always says: for whom (32), what it saw (1), how often it signed (4)."""
_LONGEST_ID: Final = 1023
_NO_ATTESTATION: Final = b"\xa3cfmtdnonegattStmt\xa0hauthDataY"
"""An attestation of the form `none` in CBOR, up to the length of what the authenticator said."""


class PasskeyError(Exception):
    """Why what an authenticator made is not believed, in words."""


class Credential(Struct, frozen=True, kw_only=True):
    """A passkey as its authenticator described it; `model` is empty where nothing proves one."""

    keyid: str
    key: bytes
    model: str = ""


class Assertion(Struct, frozen=True, kw_only=True):
    """What an authenticator says that it saw when it signed."""

    keyid: str
    user_verified: bool
    counter: int


class _Response(Struct, frozen=True):
    client_data: str = field(name="clientDataJSON")
    authenticator_data: str = field(name="authenticatorData", default="")
    signature: str = ""
    attestation_object: str = field(name="attestationObject", default="")


class _Made(Struct, frozen=True):
    id: str
    response: _Response
    type: str = "public-key"


class _ClientData(Struct, frozen=True):
    type: str
    challenge: str
    origin: str
    cross_origin: bool = field(name="crossOrigin", default=False)


_MADE: Final = msgspec.json.Decoder(_Made)
_CLIENT_DATA: Final = msgspec.json.Decoder(_ClientData)


def keyid_of(made: bytes) -> str:
    """The credential that an assertion or registration names, empty when it is none."""
    try:
        return _encoded(_decoded(_made(made).id))
    except PasskeyError:
        return ""


def read_assertion(made: bytes, key: bytes, *, challenge: bytes, terms: PasskeyTerms) -> Assertion:
    """What an assertion (`PublicKeyCredential.toJSON()`) by the COSE key `key` proves about `challenge`.

    Raises:
        PasskeyError: it proves nothing, for the reason in its message.
    """
    read = _made(made)
    client_data = _decoded(read.response.client_data)
    said = _client_data(client_data, "webauthn.get", terms=terms)
    if _decoded(said.challenge) != challenge:
        raise PasskeyError("it is over another statement")
    data = _decoded(read.response.authenticator_data)
    flags, counter = _seen(data, terms)
    signed = data + hashlib.sha256(client_data).digest()
    try:
        holds = check_of(key)(_decoded(read.response.signature), signed)
    except ValueError:
        raise PasskeyError("its key is not well formed") from None
    if not holds:
        raise PasskeyError("the signature does not belong to these bytes and this key")
    return Assertion(keyid=_encoded(_decoded(read.id)), user_verified=bool(flags & _VERIFIED), counter=counter)


def read_registration(made: bytes, *, terms: PasskeyTerms, challenge: bytes | None = None) -> Credential:
    """A new passkey, from what its authenticator made at its registration (`PublicKeyCredential.toJSON()`).

    That its private half is at hand is not shown by this; the enrolment's own signature shows it. Whoever asked for it gives
    the `challenge`: it is nobody else's registration then.

    Raises:
        PasskeyError: it is none that can be enrolled, for the reason in its message.
    """
    read = _made(made)
    client_data = _decoded(read.response.client_data)
    said = _client_data(client_data, "webauthn.create", terms=terms)
    if challenge is not None and _decoded(said.challenge) != challenge:
        raise PasskeyError("it was made for something else")
    try:
        value, rest = read_cbor(_decoded(read.response.attestation_object))
    except ValueError:
        raise PasskeyError("its attestation cannot be read") from None
    if rest or not isinstance(value, dict):
        raise PasskeyError("its attestation cannot be read")
    form, statement, data = value.get("fmt"), value.get("attStmt"), value.get("authData")
    if not isinstance(form, str) or not isinstance(statement, dict) or not isinstance(data, bytes):
        raise PasskeyError("its attestation cannot be read")
    _seen(data, terms)
    model, keyid, key = _attested(data)
    if keyid != _decoded(read.id):
        raise PasskeyError("its attestation is of another credential")
    proven = False
    if form == "packed":
        words = attestation.Attested(
            signed=data + hashlib.sha256(client_data).digest(), key=key, model=model, statement=statement
        )
        try:
            proven = attestation.is_of_model(words, terms.models.get(model, ()))
        except ValueError as problem:
            raise PasskeyError(f"its attestation does not hold: {problem}") from None
    elif form != "none" or statement:
        raise PasskeyError(f"attestation of the form `{form[:40]}` is not known here: ask for `none` or `packed`")
    return Credential(keyid=_encoded(keyid), key=key, model=model if proven else "")


def without_model(made: bytes) -> bytes:
    """A registration whose attestation is of a form that is not read here, as one of no model; any other as it is.

    An authenticator is free to attest in ways of its own (a TPM, Apple, Android) when it is asked to attest at all.

    Raises:
        PasskeyError: it is no registration.
    """
    read = _made(made)
    try:
        value, _ = read_cbor(_decoded(read.response.attestation_object))
    except ValueError:
        raise PasskeyError("its attestation cannot be read") from None
    data = value.get("authData") if isinstance(value, dict) else None
    if not isinstance(data, bytes) or not isinstance(value, dict) or value.get("fmt") in ("none", "packed"):
        return made
    plain = _NO_ATTESTATION + len(data).to_bytes(2, "big") + data
    response = {"clientDataJSON": read.response.client_data, "attestationObject": _encoded(plain)}
    return msgspec.json.encode({"id": read.id, "type": read.type, "response": response})


def _made(made: bytes) -> _Made:
    if len(made) > LARGEST:
        raise PasskeyError(f"it is longer than {LARGEST:,} bytes")
    try:
        read = _MADE.decode(made)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise PasskeyError("it is not what an authenticator makes, in JSON") from None
    if read.type != "public-key":
        raise PasskeyError("it is not what an authenticator makes, in JSON")
    return read


def _client_data(data: bytes, kind: str, *, terms: PasskeyTerms) -> _ClientData:
    try:
        said = _CLIENT_DATA.decode(data)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise PasskeyError("what the browser said cannot be read") from None
    if said.type != kind:
        raise PasskeyError(f"it was made for `{said.type[:40]}`, not for `{kind}`")
    if said.origin not in terms.origins or said.cross_origin:
        raise PasskeyError(f"it was made on {said.origin[:100]}, where passkeys of this ledger are not used")
    return said


def _seen(data: bytes, terms: PasskeyTerms) -> tuple[int, int]:
    """What the authenticator saw, and its counter."""
    if len(data) < _HEAD:
        raise PasskeyError("what the authenticator said is cut short")
    if data[:32] != hashlib.sha256(terms.site.encode()).digest():
        raise PasskeyError(f"it was made for another site than {terms.site}")
    if not data[32] & _PRESENT:
        raise PasskeyError("nobody touched the authenticator")
    return data[32], int.from_bytes(data[33:37], "big")


def _attested(data: bytes) -> tuple[str, bytes, bytes]:
    """The model, the credential's id and its COSE key."""
    size = int.from_bytes(data[_HEAD + 16 : _HEAD + 18], "big")
    start = _HEAD + 18
    if not data[32] & _HAS_KEY or not 1 <= size <= _LONGEST_ID or len(data) < start + size:
        raise PasskeyError("it describes no credential")
    try:
        _, rest = read_cbor(data[start + size :])
        key = data[start + size : len(data) - len(rest)]
        algorithm_of(key)
        check_of(key)
    except ValueError as problem:
        raise PasskeyError(f"its key cannot be enrolled: {problem}") from None
    raw = data[_HEAD : _HEAD + 16].hex()
    model = f"{raw[:8]}-{raw[8:12]}-{raw[12:16]}-{raw[16:20]}-{raw[20:]}"
    return model, data[start : start + size], key


def _decoded(text: str) -> bytes:
    try:
        data = text.rstrip("=").encode("ascii")
        if data.translate(None, _ALPHABET):
            raise ValueError(text)
        return urlsafe_b64decode(data + b"=" * (-len(data) % 4))
    except ValueError:
        raise PasskeyError("it is not written in base64url") from None


def _encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


_ALPHABET: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
