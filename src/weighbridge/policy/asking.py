"""A document made ready to be asked everything that a policy asks of it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from msgspec import Struct

from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.record import Status
from weighbridge.policy.case import Case, Holds, untold
from weighbridge.policy.condition import Condition
from weighbridge.policy.conditions.condition import Condition as Checked
from weighbridge.policy.conditions.evaluate import ready
from weighbridge.policy.document import PolicyDocument
from weighbridge.policy.policy import Environment, Policy, conditions_of
from weighbridge.policy.statuses import is_ahead, newest_statuses
from weighbridge.policy.view.build import asked_at, asked_for, asked_with, view_of
from weighbridge.policy.view.view import View


class Moment(Struct, frozen=True, kw_only=True):
    """What is known only when a gate is asked: the time, where the change is to go, and what external checks said.

    None is for what it was not asked with; no check that said anything is an empty list of them.
    """

    now: datetime | None = None
    environment: Environment | None = None
    statuses: Iterable[Status] | None = None


NO_MOMENT: Final = Moment()


def moment_of(case: Case) -> Moment:
    """When and for where a case is put before the gate; checks are known where somebody could be asked for them."""
    is_known = case.now is not None and "statuses" not in case.record.missing
    return Moment(now=case.now, environment=case.environment, statuses=case.record.statuses if is_known else None)


def asking(document: PolicyDocument, policy: Policy, *, moment: Moment = NO_MOMENT) -> Holds:
    """What tells whether each condition of `policy` holds of `document`, asked at a moment."""
    conditions = [condition for _, condition in conditions_of(policy) if isinstance(condition, Checked)]
    if not conditions:
        return untold
    situation = ready(seen_by(document, moment), conditions)

    def holds(condition: Condition) -> bool | CouldNotLook:
        return situation.holds(condition) if isinstance(condition, Checked) else untold(condition)

    return holds


def seen_by(document: PolicyDocument, moment: Moment = NO_MOMENT) -> View:
    """What conditions see of a document, asked at a moment."""
    view, environment = view_of(document), moment.environment
    if moment.now is not None:
        view = asked_at(view, moment.now)
    if environment is not None:
        view = asked_for(view, name=environment.name, level=environment.level)
    if moment.statuses is not None:
        newest = newest_statuses(moment.statuses, document.change.head_tree, now=moment.now).values()
        view = asked_with(view, (each for each in newest if not is_ahead(each, moment.now)))
    return view
