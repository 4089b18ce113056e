"""Whether an SSH key made a signature over given bytes, decided in process for every kind of key worth believing.

Refused whatever they signed: RSA with SHA-1 or of fewer than 2,048 bits, DSA, certificates, and what signs for a browser
under an SSH name. Everything else agrees with `ssh-keygen -Y verify`, which a test compares.
"""

import hashlib
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, utils
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers

from weighbridge.domain.ssh_signature import SshSignature, string, strings
from weighbridge.ledger.verdicts import UNREMEMBERED, Verdicts

LEAST_RSA: Final = 2048
"""Bits."""
MOST_RSA: Final = 16_384
"""Bits; OpenSSL is asked about no larger one, so that no signature costs seconds."""

_MOST_EXPONENT: Final = 1 << 32
_ED25519: Final = "ssh-ed25519"
_SK_ED25519: Final = "sk-ssh-ed25519@openssh.com"
_SK_ECDSA: Final = "sk-ecdsa-sha2-nistp256@openssh.com"
_ECDSA: Final = tuple(f"ecdsa-sha2-nistp{size}" for size in (256, 384, 521))
_RSA: Final = "ssh-rsa"
_RSA_SIGNATURES: Final = ("rsa-sha2-256", "rsa-sha2-512")

KEY_TYPES: Final = (_ED25519, _SK_ED25519, *_ECDSA, _SK_ECDSA, _RSA)
"""The kinds of keys that can be enrolled, by the name that starts their line."""

_UNREADABLE: Final = "its key is not well formed"
_MISMATCH: Final = "the signature does not belong to these bytes and this key"


_Check = Callable[[SshSignature, bytes], bool]


class _UnbelievableError(Exception):
    """Why no signature of a key is believed."""


def problem_of_key(key: bytes) -> str:
    """Why no signature of the public key `key` (its own bytes) is believed, in words; empty when one can be."""
    try:
        _check_of(key)
    except _UnbelievableError as problem:
        return str(problem)
    return ""


def problem_of_signature(
    found: SshSignature, message: bytes, *, namespace: str, verdicts: Verdicts = UNREMEMBERED
) -> str:
    """Why `found` proves nothing about `message`, in words; empty when its key signed exactly these bytes.

    Whose key it is, is not asked here. That the key made it may be remembered, and nothing else.
    """
    if found.namespace != namespace:
        return f"it was made for another purpose (`{found.namespace[:40]}`, not `{namespace}`)"
    signed = found.signed_bytes(message)
    if signed is None:
        return f"its hash `{found.hash_algorithm[:40]}` is none of sha256 and sha512"
    try:
        is_by_key = _check_of(found.key)
    except _UnbelievableError as problem:
        return str(problem)
    if found.algorithm not in (_RSA_SIGNATURES if found.key_type == _RSA else (found.key_type,)):
        return f"`{found.algorithm[:40]}` is not how a key of the kind {found.key_type} may sign"
    try:
        question = b"" if verdicts is UNREMEMBERED else _question(found, signed)
        return "" if verdicts.of(question, lambda: is_by_key(found, signed)) else _MISMATCH
    except ValueError:
        return _MISMATCH


def _question(found: SshSignature, signed: bytes) -> bytes:
    """All that the answer of a key's check follows from."""
    saw = b"" if found.flags is None else bytes([found.flags]) + (found.counter or 0).to_bytes(4, "big")
    return b"".join(map(string, (found.key, found.algorithm.encode(), found.value, saw, signed)))


@lru_cache(maxsize=256)
def _check_of(key: bytes) -> _Check:
    try:
        (raw_type,), body = strings(key, 1)
        key_type = raw_type.decode("ascii")
        if key_type not in KEY_TYPES:
            known = ", ".join(KEY_TYPES)
            raise _UnbelievableError(f"keys of the kind `{key_type[:40]}` are not believed: {known} are")
        if key_type == _RSA:
            return _rsa(body)
        if key_type in (_ED25519, _SK_ED25519):
            return _ed25519(body, is_security_key=key_type == _SK_ED25519)
        return _ecdsa(body, key_type)
    except (ValueError, UnsupportedAlgorithm) as problem:
        raise _UnbelievableError(_UNREADABLE) from problem


def _ed25519(body: bytes, *, is_security_key: bool) -> _Check:

    (point, *application), rest = strings(body, 2 if is_security_key else 1)
    if rest:
        raise ValueError("more than a key")
    key = Ed25519PublicKey.from_public_bytes(point)

    def is_by(found: SshSignature, signed: bytes) -> bool:
        try:
            key.verify(
                found.value, _by_authenticator(found, signed, application=application[0]) if application else signed
            )
        except InvalidSignature:
            return False
        return True

    return is_by


def _ecdsa(body: bytes, key_type: str) -> _Check:

    is_security_key = key_type == _SK_ECDSA
    (name, point, *application), rest = strings(body, 3 if is_security_key else 2)
    named = "nistp256" if is_security_key else key_type.rpartition("-")[2]
    if rest or name.decode("ascii") != named or not point.startswith(b"\x04"):
        raise ValueError("not a key on the curve that its type names")
    curve, algorithm = _curve(named)
    key = ec.EllipticCurvePublicKey.from_encoded_point(curve, point)

    def is_by(found: SshSignature, signed: bytes) -> bool:
        (r, s), tail = strings(found.value, 2)
        if tail or max(len(r), len(s)) > len(point):
            return False
        numbers = [int.from_bytes(number, "big", signed=True) for number in (r, s)]
        if min(numbers) <= 0:
            return False
        data = _by_authenticator(found, signed, application=application[0]) if application else signed
        try:
            key.verify(utils.encode_dss_signature(*numbers), data, algorithm)
        except InvalidSignature:
            return False
        return True

    return is_by


def _curve(name: str) -> tuple[ec.EllipticCurve, ec.EllipticCurveSignatureAlgorithm]:
    if name == "nistp256":
        return ec.SECP256R1(), ec.ECDSA(hashes.SHA256())
    if name == "nistp384":
        return ec.SECP384R1(), ec.ECDSA(hashes.SHA384())
    return ec.SECP521R1(), ec.ECDSA(hashes.SHA512())


def _rsa(body: bytes) -> _Check:

    (exponent, modulus), rest = strings(body, 2)
    if rest or len(modulus) > MOST_RSA // 8 + 1 or len(exponent) > len(modulus):
        raise ValueError("not an RSA key")
    e, n = (int.from_bytes(number, "big", signed=True) for number in (exponent, modulus))
    if n <= 0 or not 3 <= e < _MOST_EXPONENT:
        raise ValueError("not the numbers of an RSA key")
    if n.bit_length() < LEAST_RSA:
        raise _UnbelievableError(f"an RSA key of {n.bit_length()} bits is too short; {LEAST_RSA} are the least")
    key = RSAPublicNumbers(e, n).public_key()
    size = (n.bit_length() + 7) // 8

    def is_by(found: SshSignature, signed: bytes) -> bool:
        if len(found.value) > size:
            return False
        algorithm = hashes.SHA256() if found.algorithm == "rsa-sha2-256" else hashes.SHA512()
        value = found.value.rjust(size, b"\0")  # OpenSSH leaves leading zeros out
        try:
            key.verify(value, signed, padding.PKCS1v15(), algorithm)
        except InvalidSignature:
            return False
        return True

    return is_by


def _by_authenticator(found: SshSignature, signed: bytes, *, application: bytes) -> bytes:
    """What an authenticator signs for `signed`: whom for, what it saw, how often it signed, and the bytes' hash."""
    saw = bytes([found.flags or 0]) + (found.counter or 0).to_bytes(4, "big")
    return hashlib.sha256(application).digest() + saw + hashlib.sha256(signed).digest()
