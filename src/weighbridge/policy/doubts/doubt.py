"""One doubt: what of a policy it is about, what seems wrong with it, and what to do."""

from collections.abc import Iterator

from msgspec import Struct

from weighbridge.policy.needs import ApprovalNeed, Need, needs_within
from weighbridge.policy.policy import Policy


class Doubt(Struct, frozen=True, kw_only=True):
    """What loads, and can hardly be meant; `about` is what the mark of its place is called in a layer."""

    about: str
    message: str
    remedy: str


def needs_of(policy: Policy) -> Iterator[tuple[str, Need]]:
    """Every need of rules and environments, those inside others too, with what its place is called."""
    for rule in policy.rules:
        yield from ((f"rule {rule.name}", need) for need in needs_within(rule.require))
    for name, environment in policy.environments.items():
        yield from ((f"environment {name}", need) for need in needs_within(environment.require))


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
