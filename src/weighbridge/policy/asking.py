"""A document made ready to be asked everything that a policy asks of it."""

from collections.abc import Iterator
from datetime import datetime

from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.policy.case import Holds, untold
from weighbridge.policy.condition import Condition
from weighbridge.policy.conditions.condition import Condition as Checked
from weighbridge.policy.conditions.evaluate import ready
from weighbridge.policy.document import PolicyDocument
from weighbridge.policy.needs import ApprovalNeed, Need, needs_within
from weighbridge.policy.policy import Environment, Policy
from weighbridge.policy.view.build import asked_at, asked_for, view_of
from weighbridge.policy.view.view import View


def asking(
    document: PolicyDocument, policy: Policy, *, now: datetime | None = None, environment: Environment | None = None
) -> Holds:
    """What tells whether each condition of `policy` holds of `document`, asked at a time and for an environment if given."""
    conditions = [condition for condition in conditions_of(policy) if isinstance(condition, Checked)]
    if not conditions:
        return untold
    situation = ready(seen_by(document, now=now, environment=environment), conditions)

    def holds(condition: Condition) -> bool | CouldNotLook:
        return situation.holds(condition) if isinstance(condition, Checked) else untold(condition)

    return holds


def seen_by(document: PolicyDocument, *, now: datetime | None = None, environment: Environment | None = None) -> View:
    """What conditions see of a document, asked at a time and for an environment if given."""
    view = view_of(document)
    if now is not None:
        view = asked_at(view, now)
    if environment is not None:
        view = asked_for(view, name=environment.name, level=environment.level)
    return view


def conditions_of(policy: Policy) -> Iterator[Condition]:
    """Every condition that stands in a policy."""
    for rule in policy.rules:
        if rule.when is not None:
            yield rule.when
        yield from conditions_of_needs(rule.require)
    for environment in policy.environments.values():
        yield from conditions_of_needs(environment.require)
    yield from (freeze.except_when for freeze in policy.freezes if freeze.except_when is not None)


def conditions_of_needs(needs: tuple[Need, ...]) -> Iterator[Condition]:
    """Every condition that stands in needs, those inside others too."""
    for need in needs_within(needs):
        if isinstance(need, ApprovalNeed):
            yield from (other.when for other in need.count_when)
