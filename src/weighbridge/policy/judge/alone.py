"""A policy for one person: it holds only where there is sure to be one, and what was not separated is said."""

from collections.abc import Iterator
from typing import Final

from weighbridge.domain.gate import GateState, Requirement, RequirementKind
from weighbridge.domain.persons import Person
from weighbridge.policy.case import Case
from weighbridge.policy.judge.approvals import approvals
from weighbridge.policy.needs import Involved

SOLO_RULE: Final = "solo"
_ASK: Final = "one person, and nobody else, for a policy that lets one do what takes two"
_MOST_NAMED: Final = 5
_WROTE: Final = frozenset({Involved.AUTHOR, Involved.CO_AUTHOR, Involved.REQUESTER})


def judge_alone(case: Case) -> Iterator[Requirement]:
    """Nothing where the policy is not for one person; an error where there are others, or may be."""
    if not case.policy.is_solo:
        return
    if case.population is None:
        yield _requirement(GateState.ERROR, because=("nobody asked who else is here",))
        return
    found = case.population()
    if found.solo is not None:
        yield _requirement(
            GateState.SATISFIED,
            because=(f"{found.solo.name} is the only person here",),
            met_by=not_separated(case),
        )
        return
    others = [each.person.name for each in found.people]
    more = f" and {len(others) - _MOST_NAMED:,} more" if len(others) > _MOST_NAMED else ""
    told = [f"here are {', '.join(others[:_MOST_NAMED])}{more}"] if len(others) > 1 else []
    told += ["nobody is known here at all"] if not others else []
    told += [f"there may be others: {words}" for words in found.unsure]
    remedy = "take `solo: true` out of the policy, or name those who are gone in its `people: bots:`"
    yield _requirement(GateState.ERROR, because=(*told, remedy))


def not_separated(case: Case, *, called: str = "") -> tuple[str, ...]:
    """What one person did of what takes two, in words; nothing where the policy is not for one, or there are others.

    `called` stands for their name where no name may stand.
    """
    if not case.policy.is_solo or case.population is None:
        return ()
    circle = case.people.circle
    wrote = [name for name, how in case.involved.items() if how & _WROTE]
    gave = [judgement.voice.person for judgement in approvals(case)]
    known = [[circle.find(name) or Person(name=name) for name in names] for names in (wrote, gave)]
    return case.population().not_separated(known[0], known[1], called=called)


def _requirement(state: GateState, *, because: tuple[str, ...], met_by: tuple[str, ...] = ()) -> Requirement:
    return Requirement(kind=RequirementKind.LOOK, rule=SOLO_RULE, state=state, ask=_ASK, because=because, met_by=met_by)
