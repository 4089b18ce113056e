"""What a writer's key is called: by itself, for a name in every checkpoint outlives whoever is named."""

import hashlib

from weighbridge.ledger.verifier_keys import VerifierKey


def verifier_of(public: bytes) -> VerifierKey:
    """The verifier key of 32 bytes of Ed25519, the same wherever the key is kept."""
    return VerifierKey(name=f"writer-{hashlib.sha256(public).hexdigest()[:12]}", public=public)
