"""SSH keys in memory, plain ones and security keys, that sign in the exact form of OpenSSH's files."""

import base64
import hashlib
from collections.abc import Callable
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from weighbridge.domain.ssh_signature import fingerprint, string

PRESENT: Final = 0x01
VERIFIED: Final = 0x04
APPLICATION: Final = b"ssh:"
_CURVES: Final[dict[int, tuple[ec.EllipticCurve, hashes.HashAlgorithm]]] = {
    256: (ec.SECP256R1(), hashes.SHA256()),
    384: (ec.SECP384R1(), hashes.SHA384()),
    521: (ec.SECP521R1(), hashes.SHA512()),
}


class SshKey:
    """A key pair: `make` signs bytes in the form of `algorithm`; a security key adds what it saw and counts."""

    def __init__(self, kind: bytes, body: bytes, *, make: Callable[[bytes], bytes], algorithm: bytes = b"") -> None:
        self.blob = string(kind) + body
        self.kind = kind.decode()
        self._make = make
        self._algorithm = algorithm or kind
        self._is_security_key = kind.startswith(b"sk-")
        self.counter = 0

    @property
    def line(self) -> str:
        """As it stands in an allowed-signers document, after the principal."""
        return f"{self.kind} {base64.b64encode(self.blob).decode()}"

    @property
    def keyid(self) -> str:
        return fingerprint(self.blob)

    def sign(
        self,
        message: bytes,
        *,
        namespace: str = "weighbridge",
        flags: int = PRESENT,
        hash_name: str = "sha512",
        count: int | None = None,
    ) -> bytes:
        """The bytes of an SSH signature over `message`."""
        space, name = namespace.encode(), hash_name.encode()
        signed = b"SSHSIG" + b"".join(map(string, (space, b"", name, hashlib.new(hash_name, message).digest())))
        signature = self.signature_over(signed, flags=flags, count=count)
        return b"SSHSIG\0\0\0\1" + b"".join(map(string, (self.blob, space, b"", name, signature)))

    def signature_over(self, signed: bytes, *, flags: int = PRESENT, count: int | None = None) -> bytes:
        """What the key itself makes of bytes, as an agent gives it back."""
        if self._is_security_key:
            self.counter = self.counter + 1 if count is None else count
            saw = bytes([flags]) + self.counter.to_bytes(4, "big")
            made = self._make(hashlib.sha256(APPLICATION).digest() + saw + hashlib.sha256(signed).digest())
        else:
            saw, made = b"", self._make(signed)
        return string(self._algorithm) + string(made) + saw


def ed25519(*, is_security_key: bool = False, seed: bytes | None = None) -> SshKey:
    """A new key; of a seed of 32 bytes always the same one."""
    private = Ed25519PrivateKey.generate() if seed is None else Ed25519PrivateKey.from_private_bytes(seed)
    body = string(private.public_key().public_bytes_raw())
    if is_security_key:
        return SshKey(b"sk-ssh-ed25519@openssh.com", body + string(APPLICATION), make=private.sign)
    return SshKey(b"ssh-ed25519", body, make=private.sign)


def security_key() -> SshKey:
    return ed25519(is_security_key=True)


def ecdsa(size: int = 256, *, is_security_key: bool = False) -> SshKey:
    curve_itself, used = _CURVES[size]
    private = ec.generate_private_key(curve_itself)
    point = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    curve = f"nistp{size}".encode()

    def make(data: bytes) -> bytes:
        r, s = utils.decode_dss_signature(private.sign(data, ec.ECDSA(used)))
        return string(number(r)) + string(number(s))

    body = string(curve) + string(point)
    if is_security_key:
        return SshKey(b"sk-ecdsa-sha2-nistp256@openssh.com", body + string(APPLICATION), make=make)
    return SshKey(b"ecdsa-sha2-" + curve, body, make=make)


def rsa_key(size: int = 2048, *, algorithm: str = "rsa-sha2-512") -> SshKey:
    private = rsa.generate_private_key(65537, size)
    numbers = private.public_key().public_numbers()
    used = {"ssh-rsa": hashes.SHA1, "rsa-sha2-256": hashes.SHA256}.get(algorithm, hashes.SHA512)()
    return SshKey(
        b"ssh-rsa",
        string(number(numbers.e)) + string(number(numbers.n)),
        make=lambda data: private.sign(data, padding.PKCS1v15(), used),
        algorithm=algorithm.encode(),
    )


def number(value: int) -> bytes:
    """As SSH writes whole numbers."""
    return value.to_bytes(value.bit_length() // 8 + 1, "big")
