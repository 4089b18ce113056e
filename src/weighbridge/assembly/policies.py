"""The policy in force, from where the author of a change cannot reach."""

from typing import TYPE_CHECKING

from msgspec.structs import replace

from weighbridge.app.build_trust import OVERARCHING_POLICY, POLICY
from weighbridge.domain.trust import Trust, TrustedDocument, TrustSource
from weighbridge.policy.policy import Policy, machine_policy
from weighbridge.policy.reset import RESET_PATH, Reset

if TYPE_CHECKING:
    from weighbridge.policy.reading.load import Source


def policy_in_force(trust: Trust, *, report_only: bool = False, is_only_told: bool = False) -> Policy:
    """The organisation's policy, and the repository's over it; the built-in one where neither is. A reset lies on top.

    `report_only` is what the system description says; `is_only_told` what whoever runs it asked for.

    Raises:
        ConfigurationError: one of them is wrong.
    """
    from weighbridge.policy.reading.load import load_policy  # noqa: PLC0415 - a hook without a policy reads none

    policy = load_policy(trusted_sources(trust))
    reset = reset_in(trust)
    if reset is not None:
        from weighbridge.policy.reading.reset import under_reset  # noqa: PLC0415 - few have one

        policy = under_reset(policy, reset)
    return replace(policy, report_only=policy.report_only or report_only, is_only_told=is_only_told)


def reset_in(trust: Trust) -> Reset | None:
    """The reset that is trusted, whether it is on or not. Raises `ConfigurationError`."""
    document = trust.document(RESET_PATH)
    if document is None:
        return None
    from weighbridge.policy.reading.reset import load_reset  # noqa: PLC0415 - few have one

    return load_reset(document.data, _called(document))


def trusted_sources(trust: Trust) -> "list[Source]":
    """The files that make the policy in force, the lowest first; none where the built-in one is."""
    from weighbridge.policy.reading.load import Source  # noqa: PLC0415 - a hook without a policy reads none

    return [Source(data=document.data, path=_called(document)) for document in policy_documents(trust)]


def hook_policy(trust: Trust, *, report_only: bool = False) -> Policy:
    """What of it machines decide, which is all that a hook asks; where nobody wrote a policy nothing is read."""
    if policy_documents(trust):
        return policy_in_force(trust, report_only=report_only)
    return machine_policy(report_only=report_only)


def policy_documents(trust: Trust) -> tuple[TrustedDocument, ...]:
    """The documents that the policy in force is written in, the lowest first."""
    found = trust.document(OVERARCHING_POLICY), trust.document(*POLICY)
    return tuple(document for document in found if document is not None)


def _called(document: TrustedDocument) -> str:
    name = document.path.rpartition("/")[2]
    return f"the organisation's {name}" if document.source is TrustSource.ORGANISATION else document.path
