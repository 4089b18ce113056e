"""Builders whom Trust names: the keys by which the provenance of an image is believed."""

from base64 import b64decode
from typing import Final

from msgspec import Struct

from weighbridge.domain.ssh_signature import fingerprint, read_blob, strings
from weighbridge.ledger.envelope import NAMESPACE, Signature
from weighbridge.ledger.errors import MalformedError
from weighbridge.ledger.verifier_keys import KeyKind, VerifierKey, read_verifier_key

_ECDSA: Final = "ecdsa-sha2-nistp256"
_ED25519: Final = "ssh-ed25519"


class Builder(Struct, frozen=True, kw_only=True):
    """A key that signs provenance, and what it may say: as which builder, about sources from where; empty for any."""

    name: str
    key: bytes
    """A public key as SSH writes it."""
    id: str = ""
    source: str = ""

    def verifies(self, signature: Signature, encoding: bytes) -> bool:
        """Whether the key made this signature over DSSE's encoding: as SSH signs files, or as DSSE's own tools sign."""
        if signature.sig.startswith(b"SSHSIG"):
            from weighbridge.ledger.ssh_keys import problem_of_signature  # noqa: PLC0415 - 20 ms, for images alone

            found = read_blob(signature.sig)
            return (
                found is not None
                and found.key == self.key
                and not problem_of_signature(found, encoding, namespace=NAMESPACE)
            )
        return _is_plain(signature.sig, encoding, key=self.key)


def read_builder_key(text: str) -> tuple[str, bytes]:
    """What people call a key, and the key: a verifier key of a note, or an SSH public key as it stands in a `.pub` file.

    Raises:
        MalformedError: it is neither, or of a kind that is not believed.
    """
    from weighbridge.ledger.ssh_keys import problem_of_key  # noqa: PLC0415 - the same

    kind, _, rest = text.strip().partition(" ")
    if not rest:
        key = read_verifier_key(text.strip())
        if key.kind is not KeyKind.NOTE:
            raise MalformedError("this is a witness's key, and a key that signs statements belongs here")
        return f"{key.name} ({key.keyid})", _as_ssh(key)
    encoded, _, comment = rest.strip().partition(" ")
    try:
        blob = b64decode(encoded, validate=True)
        (named,), _ = strings(blob, 1)
    except ValueError:
        raise MalformedError("this is no SSH public key: a kind, the key in base64, and a comment") from None
    if named != kind.encode():
        raise MalformedError("the key is not of the kind that its line begins with")
    if problem := problem_of_key(blob):
        raise MalformedError(problem)
    return comment.strip() or fingerprint(blob), blob


def _as_ssh(key: VerifierKey) -> bytes:
    kind = _ED25519.encode()
    return len(kind).to_bytes(4, "big") + kind + len(key.public).to_bytes(4, "big") + key.public


def _is_plain(signature: bytes, encoding: bytes, *, key: bytes) -> bool:
    """Whether it is a bare Ed25519 or ECDSA (P-256, SHA-256) signature by the key."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - the same
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415 - the same
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 - the same
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415 - the same

    try:
        (kind,), body = strings(key, 1)
        if kind.decode() == _ED25519:
            (point,), _ = strings(body, 1)
            Ed25519PublicKey.from_public_bytes(point).verify(signature, encoding)
        elif kind.decode() == _ECDSA:
            (_, point), _ = strings(body, 2)
            curve = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
            curve.verify(signature, encoding, ec.ECDSA(hashes.SHA256()))
        else:
            return False
    except (InvalidSignature, ValueError):
        return False
    return True
