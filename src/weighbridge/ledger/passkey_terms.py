"""What Trust says of passkeys."""

from collections.abc import Mapping

from msgspec import Struct, field


class PasskeyTerms(Struct, frozen=True, kw_only=True):
    """Where passkeys are used, and whose make is believed: of each model (AAGUID) its maker's certificates, in DER."""

    site: str
    """The domain that passkeys are made for (WebAuthn's rpId)."""
    origins: frozenset[str]
    models: Mapping[str, tuple[bytes, ...]] = field(default_factory=dict)
