"""Public keys as authenticators write them (COSE, RFC 9053), and whether one made a signature."""

from collections.abc import Callable
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers

from weighbridge.ledger.cbor import read_cbor

EDDSA: Final = -8
_LEAST_RSA: Final = 2048
_MOST_RSA: Final = 16_384
_KIND, _ALGORITHM, _FIRST, _SECOND, _THIRD = 1, 3, -1, -2, -3
_ECDSA: Final[dict[int, tuple[int, ec.EllipticCurve, hashes.HashAlgorithm]]] = {
    -7: (1, ec.SECP256R1(), hashes.SHA256()),
    -35: (2, ec.SECP384R1(), hashes.SHA384()),
    -36: (3, ec.SECP521R1(), hashes.SHA512()),
}
_RSA: Final[dict[int, hashes.HashAlgorithm]] = {-257: hashes.SHA256(), -258: hashes.SHA384(), -259: hashes.SHA512()}

PublicKey = Ed25519PublicKey | ec.EllipticCurvePublicKey | RSAPublicKey
Check = Callable[[bytes, bytes], bool]
"""Whether a signature (first) is over the data (second)."""


def algorithm_of(key: bytes) -> int:
    """The COSE number of what the key signs with. Raises `ValueError` for no key."""
    return _parts(key)[1]


def check_of(key: bytes) -> Check:
    """What tells whether the key in these bytes made a signature.

    Raises:
        ValueError: the bytes are no key, or one of a kind that is not believed.
    """
    values, algorithm = _parts(key)
    try:
        return check_by(_public_key(values, algorithm), algorithm)
    except UnsupportedAlgorithm as problem:
        raise ValueError("not a kind of key that is believed") from problem


def check_by(key: object, algorithm: int) -> Check:
    """The same for a key that is already taken apart, as certificates hold it. Raises `ValueError` where both disagree."""
    if isinstance(key, Ed25519PublicKey) and algorithm == EDDSA:
        return lambda signature, data: _holds(lambda: key.verify(signature, data))
    if isinstance(key, ec.EllipticCurvePublicKey) and algorithm in _ECDSA:
        used = ec.ECDSA(_ECDSA[algorithm][2])
        return lambda signature, data: _holds(lambda: key.verify(signature, data, used))
    if isinstance(key, RSAPublicKey) and algorithm in _RSA and _LEAST_RSA <= key.key_size <= _MOST_RSA:
        digest = _RSA[algorithm]
        return lambda signature, data: _holds(lambda: key.verify(signature, data, padding.PKCS1v15(), digest))
    raise ValueError("not a kind of key that is believed")


def _holds(verify: Callable[[], None]) -> bool:
    try:
        verify()
    except (InvalidSignature, ValueError):
        return False
    return True


def _parts(key: bytes) -> tuple[dict[int | str, object], int]:
    values, rest = read_cbor(key)
    algorithm = values.get(_ALGORITHM) if isinstance(values, dict) else None
    if rest or not isinstance(values, dict) or not isinstance(algorithm, int):
        raise ValueError("not a key")
    return values, algorithm


def _public_key(values: dict[int | str, object], algorithm: int) -> PublicKey:
    kind, first = values.get(_KIND), values.get(_FIRST)
    x, y = values.get(_SECOND), values.get(_THIRD)
    if kind == 1 and algorithm == EDDSA and first == 6 and isinstance(x, bytes):
        return Ed25519PublicKey.from_public_bytes(x)
    if kind == 2 and algorithm in _ECDSA and isinstance(x, bytes) and isinstance(y, bytes):
        number, curve, _ = _ECDSA[algorithm]
        size = (curve.key_size + 7) // 8
        if first != number or len(x) != size or len(y) != size:
            raise ValueError("not a point of the curve that the key names")
        return ec.EllipticCurvePublicKey.from_encoded_point(curve, b"\x04" + x + y)
    if kind == 3 and algorithm in _RSA and isinstance(first, bytes) and isinstance(x, bytes):
        n, e = int.from_bytes(first, "big"), int.from_bytes(x, "big")
        if n.bit_length() > _MOST_RSA or not 3 <= e < 1 << 32:
            raise ValueError("not the numbers of an RSA key")
        return RSAPublicNumbers(e, n).public_key()
    raise ValueError("not a kind of key that is believed")
