"""Provenance with the signature verifier of this machine."""

from weighbridge.adapters.signatures import SshKeygen
from weighbridge.app.ports import Repository
from weighbridge.app.trace_provenance import trace_provenance
from weighbridge.domain.change import Change
from weighbridge.domain.provenance import Provenance
from weighbridge.domain.trust import Trust


def trace(repository: Repository, change: Change, *, trust: Trust) -> Provenance:
    """Who wrote the change."""
    return trace_provenance(repository, change, trust=trust, verifier=SshKeygen())
