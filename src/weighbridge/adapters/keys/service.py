"""A writer's key in a service that keeps keys and signs with them: a port, and the key that asks it."""

from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from weighbridge.adapters.keys.names import verifier_of
from weighbridge.ledger.verifier_keys import SigningError, VerifierKey


class KeyServiceError(Exception):
    """The service did not do what was asked: the message says what, and the way out."""


class KeyService(Protocol):
    """A cloud's key management, a hardware module: it holds Ed25519 keys, named as it likes."""

    def public_key(self, key: str) -> bytes:
        """The 32 bytes of a key's public side. Raises `KeyServiceError`."""

    def sign(self, key: str, message: bytes) -> bytes:
        """The 64 bytes of Ed25519 over `message`. Raises `KeyServiceError`."""


class ServiceKey:
    """A key that a service holds; keeps to the `WriterKey` port."""

    def __init__(self, service: KeyService, key: str) -> None:
        """Raises `SigningError` where the service does not know the key."""
        self._service = service
        self._key = key
        try:
            public = service.public_key(key)
        except KeyServiceError as problem:
            raise SigningError(f"the key {key!r} cannot be used: {problem}") from problem
        if len(public) != 32:
            raise SigningError(f"the key {key!r} is of {len(public)} bytes: a writer's key is Ed25519, of 32")
        self.verifier: VerifierKey = verifier_of(public)

    def sign(self, message: bytes) -> bytes:
        """The 64 bytes of Ed25519 over `message`. Raises `SigningError`."""
        try:
            signature = self._service.sign(self._key, message)
        except KeyServiceError as problem:
            raise SigningError(f"the key {self._key!r} did not sign: {problem}") from problem
        if not self.verifier.verifies(signature, message):
            raise SigningError(f"what the service signed with the key {self._key!r} does not verify")
        return signature


class MemoryKeyService:
    """A service whose keys live as long as it does, for tests and rehearsals; keeps to the `KeyService` port."""

    def __init__(self, *names: str) -> None:
        self._keys = {name: Ed25519PrivateKey.generate() for name in names}

    def public_key(self, key: str) -> bytes:
        """The 32 bytes of a key's public side. Raises `KeyServiceError`."""
        return self._named(key).public_key().public_bytes_raw()

    def sign(self, key: str, message: bytes) -> bytes:
        """The 64 bytes of Ed25519 over `message`. Raises `KeyServiceError`."""
        return self._named(key).sign(message)

    def _named(self, key: str) -> Ed25519PrivateKey:
        if key not in self._keys:
            raise KeyServiceError(f"there is no key {key!r}; there are {', '.join(sorted(self._keys)) or 'none'}")
        return self._keys[key]
