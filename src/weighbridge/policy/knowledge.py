"""Whether people who know each component of a change approved it: an owner, or who worked on it of late.

- Each component takes as many of those who know it as are asked for.
- The person's approval counts by any of their names, and never when they wrote the change.
- What of the history could not be read is no proof that nobody else knows the component: then nobody could look.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.gate import GateState
from weighbridge.domain.ids import EvidenceId
from weighbridge.domain.knowledge import Knowledge, WhoKnows
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.persons import Circle, Members, Teams
from weighbridge.domain.system import Component
from weighbridge.policy.code_owners import Assent, Known

_MOST_NAMED: Final = 3


class KnowledgeDecision(Struct, frozen=True, kw_only=True):
    """What one component comes to: who of those who know it approved, or who could."""

    component: str
    state: GateState
    ask: str
    reason: str
    cites: tuple[EvidenceId, ...] = ()
    missing: CouldNotLook | None = None


def owners_who_know(component: Component, *, circle: Circle, teams: Teams) -> Iterator[Knowledge]:
    """Its declared owners, and who is in the teams among them: who owns a component knows it."""
    for owner in component.owners:
        team = teams.members_of(owner) if teams.is_team(owner) else Members(names=(owner,))
        through = f", being in {owner}" if teams.is_team(owner) else ""
        for name in team.names:
            found = circle.find(name)
            person = found.name if found is not None else name
            yield Knowledge(person=person, component=component.name, reason=f"owns it{through}", is_owner=True)


def decide_knowledge(who: WhoKnows, assent: Assent, *, known: Known, count: int = 1) -> tuple[KnowledgeDecision, ...]:
    """What each component of the change comes to, in their order, where it takes `count` people who know it."""
    circle = Circle((*known.people, *assent.approvers, *assent.authors))
    approvers = frozenset(_names(circle, (person.name for person in assent.approvers)))
    authors = frozenset(_names(circle, (person.name for person in assent.authors)))
    by_component: dict[str, list[Knowledge]] = {component: [] for component in who.components}
    for each in who.known:
        by_component.setdefault(each.component, []).append(each)
    return tuple(
        _decide(
            component,
            [(name, each) for each in known_by for name in _names(circle, (each.person,)) if name not in authors],
            approvers=approvers,
            count=count,
            missing=who.missing,
        )
        for component, known_by in by_component.items()
    )


def _names(circle: Circle, names: Iterable[str]) -> Iterable[str]:
    """The name each is known by; their own where nobody else is known by it."""
    for name in names:
        found = circle.find(name)
        yield name if found is None else found.name


def _decide(
    component: str,
    others: list[tuple[str, Knowledge]],
    *,
    approvers: frozenset[str],
    count: int,
    missing: CouldNotLook | None,
) -> KnowledgeDecision:
    ask = (
        f"an approval by somebody who knows {component}"
        if count == 1
        else f"{count} approvals by people who know {component}"
    )
    approved = {name: each for name, each in reversed(others) if name in approvers}
    if len(approved) >= count > 0:
        by = "; ".join(f"{name}, who {each.reason}" for name, each in reversed(approved.items()))
        return KnowledgeDecision(
            component=component,
            state=GateState.SATISFIED,
            ask=ask,
            reason=f"approved by {by}",
            cites=tuple(each.evidence for each in reversed(approved.values())),
        )
    nobody = f"only {', '.join(reversed(approved))}" if approved else "nobody"
    if missing is not None:
        who = f"{nobody} who is known to know {component} approved"
        reason = f"{who[0].upper()}{who[1:]}, and {missing.detail}. {missing.remedy}"
        return KnowledgeDecision(component=component, state=GateState.ERROR, ask=ask, reason=reason, missing=missing)
    names = list(dict.fromkeys(name for name, _ in others if name not in approved))
    left = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    could = (
        f"{', '.join(names[:_MOST_NAMED])}{left} could"
        if names
        else "nobody else but who wrote the change owns it or worked on it of late: declare an owner on the protected branch"
        if approved
        else "nobody but who wrote the change owns it or worked on it of late: declare an owner on the protected branch"
    )
    return KnowledgeDecision(
        component=component,
        state=GateState.UNSATISFIED,
        ask=ask,
        reason=f"{nobody} who knows {component} approved; {could}",
        cites=tuple(each.evidence for _, each in others),
    )
