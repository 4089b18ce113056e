"""One doubt: what of a policy it is about, what seems wrong with it, and what to do."""

from collections.abc import Iterator

from msgspec import Struct

from weighbridge.policy.needs import ApprovalNeed
from weighbridge.policy.policy import Policy, needs_of


class Doubt(Struct, frozen=True, kw_only=True):
    """What loads, and can hardly be meant; `about` is what the mark of its place is called in a layer."""

    about: str
    message: str
    remedy: str
    is_sure: bool = False
    """Whether it holds whatever else is wrong with what it is about."""


def approvals_of(policy: Policy) -> Iterator[tuple[str, ApprovalNeed]]:
    """Every approval that a policy can ask for, with what its place is called."""
    yield from ((about, need) for about, need in needs_of(policy) if isinstance(need, ApprovalNeed))
    if policy.overrides:
        yield "overrides", policy.overrides.approval
    if policy.waivers:
        yield "waivers", policy.waivers.approval
    if policy.break_glass:
        yield "break_glass", policy.break_glass.approval
        yield "break_glass", policy.break_glass.review
