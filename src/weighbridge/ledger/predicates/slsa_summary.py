"""What a revision was verified to: SLSA's verification summary (VSA), version 1, on the source track.

Its fields and their names are SLSA's: https://slsa.dev/spec/v1.2/verification_summary.
"""

from datetime import datetime
from enum import StrEnum
from typing import Final

from msgspec import Struct, field

URI: Final = "https://slsa.dev/verification_summary/v1"


class Verifier(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who verified, as a URI."""

    id: str
    version: dict[str, str] = field(default_factory=dict)


class Reference(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A policy or attestation that was used."""

    digest: dict[str, str] = field(default_factory=dict)
    uri: str = ""


class VerificationResult(StrEnum):
    """What it came to."""

    PASSED = "PASSED"
    FAILED = "FAILED"


class SlsaSummary(Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    """A revision was verified, and found to be of these levels."""

    verifier: Verifier
    time_verified: datetime
    resource_uri: str
    policy: Reference
    verification_result: VerificationResult
    verified_levels: tuple[str, ...]
    slsa_version: str
    input_attestations: tuple[Reference, ...] = ()
