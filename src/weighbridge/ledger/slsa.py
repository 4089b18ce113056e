"""What SLSA's source track knows of a satisfied gate: a verification summary and the provenance it rests on.

The summary's subject is the commit alone, as SLSA asks; our own statement about the same change stands beside it in the
ledger. A level is stated by whoever knows how the repository is protected: a gate alone proves none above
`SLSA_SOURCE_LEVEL_1`, so the caller names it. A failed verification states no level.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct

from weighbridge.domain.gate import GateState
from weighbridge.domain.ids import Digest
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.record import Subject
from weighbridge.ledger.errors import MalformedError
from weighbridge.ledger.predicates.slsa_summary import Reference, SlsaSummary, VerificationResult, Verifier
from weighbridge.ledger.predicates.source_provenance import SourceProvenance
from weighbridge.ledger.statement import Resource, change_subject, statement_payload

VERIFIER: Final = "https://weighbridge.dev/gate"
SLSA_VERSION: Final = "1.2"
_LEVEL: Final = LatePattern(r"SLSA_SOURCE_LEVEL_[0-4]")
_PASSING: Final = frozenset({GateState.SATISFIED})


class Revision(Struct, frozen=True, kw_only=True):
    """A commit of a repository that others know: `git+https://…`, its address there, the branches it stood on."""

    repository: str
    address: str = ""
    branches: tuple[str, ...] = ()
    attestations: tuple[Reference, ...] = ()
    """What is said of it besides, which a summary rests on."""


def summary_payload(
    about: Subject,
    revision: Revision,
    *,
    state: GateState,
    at: datetime,
    policy: Reference,
    levels: Sequence[str] = ("SLSA_SOURCE_LEVEL_1",),
) -> bytes:
    """A verification summary of the change's head, by the state its gate came to.

    Raises:
        MalformedError: the change has no commit, or `levels` do not hold one level of the source track.
    """
    if about.head_commit is None:
        raise MalformedError("SLSA's summaries are about commits, and this change is not committed")
    if sum(_LEVEL.fullmatch(level) is not None for level in levels) != 1:
        raise MalformedError(
            f"of the levels {', '.join(levels)} one must be of the source track, the highest that is met"
        )
    passed = state in _PASSING
    said = SlsaSummary(
        verifier=Verifier(id=VERIFIER),
        time_verified=at,
        resource_uri=revision.repository,
        policy=policy,
        verification_result=VerificationResult.PASSED if passed else VerificationResult.FAILED,
        verified_levels=tuple(levels) if passed else (),
        slsa_version=SLSA_VERSION,
        input_attestations=revision.attestations,
    )
    branches: dict[str, object] = {"source_branches": list(revision.branches)} if revision.branches else {}
    commit = Resource(uri=revision.address, digest={"gitCommit": about.head_commit}, annotations=branches)
    return statement_payload(said, (commit,))


def provenance_payload(said: SourceProvenance) -> bytes:
    """The source provenance of a change's head."""
    return statement_payload(said, change_subject(said.about))


def policy_reference(name: str, digest: Digest) -> Reference:
    """A policy as SLSA refers to it."""
    algorithm, _, hexadecimal = digest.partition(":")
    return Reference(uri=name, digest={algorithm: hexadecimal})
