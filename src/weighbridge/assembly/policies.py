"""The policy in force, from where the author of a change cannot reach."""

from msgspec.structs import replace

from weighbridge.app.build_trust import OVERARCHING_POLICY, POLICY
from weighbridge.domain.trust import Trust, TrustedDocument, TrustSource
from weighbridge.policy.policy import Policy, machine_policy


def policy_in_force(trust: Trust, *, report_only: bool = False) -> Policy:
    """The organisation's policy, and the repository's over it; the built-in one where neither is.

    Raises:
        ConfigurationError: one of them is wrong.
    """
    from weighbridge.policy.reading.load import Source, load_policy  # noqa: PLC0415 - a hook without a policy reads none

    sources = [Source(data=document.data, path=_called(document)) for document in _documents(trust)]
    policy = load_policy(sources)
    return replace(policy, report_only=True) if report_only else policy


def hook_policy(trust: Trust, *, report_only: bool = False) -> Policy:
    """What of it machines decide, which is all that a hook asks; where nobody wrote a policy nothing is read."""
    if _documents(trust):
        return policy_in_force(trust, report_only=report_only)
    return machine_policy(report_only=report_only)


def _documents(trust: Trust) -> tuple[TrustedDocument, ...]:
    found = trust.document(OVERARCHING_POLICY), trust.document(*POLICY)
    return tuple(document for document in found if document is not None)


def _called(document: TrustedDocument) -> str:
    return "the organisation's policy.yaml" if document.source is TrustSource.ORGANISATION else document.path
