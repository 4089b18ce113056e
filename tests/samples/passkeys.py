"""Authenticators in memory that register and sign as WebAuthn asks, and makers who attest their models."""

import hashlib
import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from typing import Final

import cbor2
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from weighbridge.ledger.envelope import Envelope, Signature
from weighbridge.ledger.passkey_terms import PasskeyTerms

SITE: Final = "weighbridge.example.org"
ORIGIN: Final = f"https://{SITE}"
MODEL: Final = "2fc0579f-8113-47ea-b116-bb5a8db9202a"
PRESENT, VERIFIED, HAS_KEY = 0x01, 0x04, 0x40
_ATTESTED: Final = x509.ObjectIdentifier("1.3.6.1.4.1.45724.1.1.4")
Private = ec.EllipticCurvePrivateKey | Ed25519PrivateKey | rsa.RSAPrivateKey


class Maker:
    """Makes authenticators of one model; `root` is the certificate that Trust would name."""

    def __init__(
        self, model: str = MODEL, *, unit: str = "Authenticator Attestation", is_authority: bool = False
    ) -> None:
        self.model = model
        self._root_key = ec.generate_private_key(ec.SECP256R1())
        self._key = ec.generate_private_key(ec.SECP256R1())
        root_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Maker Root")])
        name = x509.Name(
            [
                x509.NameAttribute(NameOID.COUNTRY_NAME, "SE"),
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Maker"),
                x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit),
                x509.NameAttribute(NameOID.COMMON_NAME, "Maker Batch"),
            ]
        )
        aaguid = b"\x04\x10" + bytes.fromhex(model.replace("-", ""))
        self.root = self._certificate(root_name, root_name, key=self._root_key, is_authority=True)
        self.leaf = self._certificate(name, root_name, key=self._key, is_authority=is_authority, aaguid=aaguid)

    def _certificate(
        self,
        name: x509.Name,
        issuer: x509.Name,
        *,
        key: ec.EllipticCurvePrivateKey,
        is_authority: bool,
        aaguid: bytes = b"",
    ) -> bytes:
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(1))
            .not_valid_after(now + timedelta(3650))
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        )
        if aaguid:
            builder = builder.add_extension(x509.UnrecognizedExtension(_ATTESTED, aaguid), critical=False)
        return builder.sign(self._root_key, hashes.SHA256()).public_bytes(Encoding.DER)

    def attest(self, data: bytes) -> dict[str, object]:
        return {"alg": -7, "sig": self._key.sign(data, ec.ECDSA(hashes.SHA256())), "x5c": [self.leaf]}


class Passkey:
    """One credential in one authenticator; `kind` is es256, eddsa or rs256."""

    def __init__(self, kind: str = "es256", *, maker: Maker | None = None, site: str = SITE) -> None:
        self._site = site
        self._maker = maker
        self._model = maker.model if maker else "00000000-0000-0000-0000-000000000000"
        self.raw_id = os.urandom(20)
        self.counter = 0
        self._private, self.key = _pair(kind)
        self._kind = kind

    @property
    def keyid(self) -> str:
        return encoded(self.raw_id)

    def registration(
        self, *, form: str = "none", origin: str = ORIGIN, challenge: bytes = b"any", flags: int = PRESENT | VERIFIED
    ) -> str:
        """What a browser's `PublicKeyCredential.toJSON()` gives after a registration."""
        model = bytes.fromhex(self._model.replace("-", ""))
        described = model + len(self.raw_id).to_bytes(2, "big") + self.raw_id + self.key
        data = self._head(flags | HAS_KEY) + described
        client = client_data("webauthn.create", challenge, origin=origin)
        signed = data + hashlib.sha256(client).digest()
        statement: dict[str, object] = {}
        if form == "packed":
            statement = (
                self._maker.attest(signed) if self._maker else {"alg": _NUMBERS[self._kind], "sig": self._sign(signed)}
            )
        attestation = cbor2.dumps({"fmt": form, "attStmt": statement, "authData": data})
        return self._json({"clientDataJSON": encoded(client), "attestationObject": encoded(attestation)})

    def assertion(
        self,
        challenge: bytes,
        *,
        origin: str = ORIGIN,
        flags: int = PRESENT | VERIFIED,
        kind: str = "webauthn.get",
        cross_origin: bool = False,
    ) -> bytes:
        """What a browser's `PublicKeyCredential.toJSON()` gives after signing."""
        self.counter += 1
        data = self._head(flags)
        client = client_data(kind, challenge, origin=origin, cross_origin=cross_origin)
        made = self._sign(data + hashlib.sha256(client).digest())
        response = {"clientDataJSON": client, "authenticatorData": data, "signature": made}
        return self._json({name: encoded(value) for name, value in response.items()}).encode()

    def signature(self, payload: bytes, *, origin: str = ORIGIN, flags: int = PRESENT | VERIFIED) -> Signature:
        """Over a statement's digest."""
        challenge = hashlib.sha256(Envelope(payload=payload).encoding).digest()
        return Signature(keyid=self.keyid, sig=self.assertion(challenge, origin=origin, flags=flags))

    def _head(self, flags: int) -> bytes:
        return hashlib.sha256(self._site.encode()).digest() + bytes([flags]) + self.counter.to_bytes(4, "big")

    def _sign(self, data: bytes) -> bytes:
        if isinstance(self._private, Ed25519PrivateKey):
            return self._private.sign(data)
        if isinstance(self._private, rsa.RSAPrivateKey):
            return self._private.sign(data, padding.PKCS1v15(), hashes.SHA256())
        return self._private.sign(data, ec.ECDSA(hashes.SHA256()))

    def _json(self, response: dict[str, str]) -> str:
        whole = {"id": self.keyid, "rawId": self.keyid, "type": "public-key", "clientExtensionResults": {}}
        return json.dumps({**whole, "response": response})


_NUMBERS: Final = {"es256": -7, "eddsa": -8, "rs256": -257}


def _pair(kind: str) -> tuple[Private, bytes]:
    """A private key, and its public half in COSE."""
    if kind == "eddsa":
        edwards = Ed25519PrivateKey.generate()
        return edwards, cbor2.dumps({1: 1, 3: -8, -1: 6, -2: edwards.public_key().public_bytes_raw()})
    if kind == "rs256":
        big = rsa.generate_private_key(65537, 2048)
        numbers = big.public_key().public_numbers()
        return big, cbor2.dumps({1: 3, 3: -257, -1: numbers.n.to_bytes(256, "big"), -2: b"\x01\x00\x01"})
    curve = ec.generate_private_key(ec.SECP256R1())
    point = curve.public_key().public_numbers()
    x, y = point.x.to_bytes(32, "big"), point.y.to_bytes(32, "big")
    return curve, cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})


def client_data(kind: str, challenge: bytes, *, origin: str = ORIGIN, cross_origin: bool = False) -> bytes:
    said = {"type": kind, "challenge": encoded(challenge), "origin": origin, "crossOrigin": cross_origin}
    return json.dumps(said).encode()


def encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def terms(*makers: Maker) -> PasskeyTerms:
    return PasskeyTerms(site=SITE, origins=frozenset({ORIGIN}), models={maker.model: (maker.root,) for maker in makers})


def decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
