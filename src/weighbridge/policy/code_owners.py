"""Whether the owners of what a change touches approved it: one decision for each group of paths with the same owners.

- An approval counts where its person owns the paths: by name, by another name of theirs, or as a member of a team.
- One person counts once, by however many names they speak.
- Who wrote the change does not count for it, by any of their names, unless policy says that their signed approval does.
- A group is satisfied by as many owners as it asks for. A team whose members nobody knows satisfies nothing: where the
  others do not suffice, nobody could look.
- What is optional stands in nobody's way.
- Taking an approval away never satisfies anything.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct

from weighbridge.domain.gate import GateState
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.owners import OwnerGroup
from weighbridge.domain.persons import Circle, Members, Person, Teams

_MOST_NAMED: Final = 3


class Assent(Struct, frozen=True, kw_only=True):
    """Who approved exactly this change, each approval proven, and who wrote it or asked for it, as far as anybody says."""

    approvers: tuple[Person, ...] = ()
    authors: tuple[Person, ...] = ()


class Known(Struct, frozen=True, kw_only=True):
    """Everybody who can approve at all, with all they go by, and who belongs to which team."""

    people: tuple[Person, ...] = ()
    teams: Teams = Teams()


class OwnerDecision(Struct, frozen=True, kw_only=True):
    """What one group comes to: `needed` approvals are still missing; `missing` says who could not be looked up."""

    group: OwnerGroup
    state: GateState
    ask: str
    reason: str
    approved_by: tuple[str, ...] = ()
    needed: int = 0
    missing: CouldNotLook | None = None


class _Standing(Struct, frozen=True, kw_only=True):
    """Who the owners of a group are, as far as names can be told."""

    members: tuple[Person, ...]
    strangers: tuple[str, ...]
    """Owners by a name that nobody who can approve goes by."""
    unknown: tuple[tuple[str, CouldNotLook], ...]
    """Teams of which nobody could tell all members."""


class _Count(Struct, frozen=True, kw_only=True):
    """The owners that approved, those that did and wrote the change, and those that still could."""

    counted: tuple[Person, ...]
    own: tuple[Person, ...]
    others: tuple[Person, ...]
    is_doubtful: bool
    """Whether somebody approved who may or may not be in a team that nobody knows."""


def decide_owners(
    groups: Sequence[OwnerGroup], assent: Assent, *, known: Known, author_counts: bool = False
) -> tuple[OwnerDecision, ...]:
    """What each group comes to, in their order; with `author_counts` an author's own signed approval is one."""
    circle = Circle((*known.people, *assent.approvers, *assent.authors))
    approvers = _among(circle, (person.name for person in assent.approvers))
    authors = _among(circle, (person.name for person in assent.authors))
    if author_counts:
        authors = {}
    standings = (_standing(group, circle, teams=known.teams) for group in groups)
    return tuple(
        _decide(group, standing, count=_count(standing, approvers, authors=authors))
        for group, standing in zip(groups, standings, strict=True)
    )


def _among(circle: Circle, names: Iterable[str]) -> dict[str, Person]:
    """Those who go by `names`, by the name each is known by."""
    found = (circle.find(name) for name in names)
    return {person.name: person for person in found if person is not None}


def _standing(group: OwnerGroup, circle: Circle, *, teams: Teams) -> _Standing:
    members: dict[str, Person] = {}
    strangers: list[str] = []
    unknown: list[tuple[str, CouldNotLook]] = []
    for owner in group.owners:
        team = teams.members_of(owner) if teams.is_team(owner) else Members(names=(owner,))
        found = _among(circle, team.names)
        members |= found
        if team.missing is not None:
            unknown.append((owner, team.missing))
        elif not found:
            strangers.append(owner)
    return _Standing(members=tuple(members.values()), strangers=tuple(strangers), unknown=tuple(unknown))


def _count(standing: _Standing, approvers: dict[str, Person], *, authors: dict[str, Person]) -> _Count:
    members = {person.name for person in standing.members}
    may_be_member = any(name not in members and name not in authors for name in approvers)
    return _Count(
        counted=tuple(p for p in standing.members if p.name in approvers and p.name not in authors),
        own=tuple(p for p in standing.members if p.name in authors),
        others=tuple(p for p in standing.members if p.name not in approvers and p.name not in authors),
        is_doubtful=bool(standing.unknown) and may_be_member,
    )


def _decide(group: OwnerGroup, standing: _Standing, *, count: _Count) -> OwnerDecision:
    needed = max(group.approvals - len(count.counted), 0)
    approved_by = tuple(person.name for person in count.counted)
    if not needed:
        state, missing, reason = GateState.SATISFIED, None, f"approved by {_listed(approved_by)}"
    elif group.optional:
        state, missing, reason = GateState.NOT_APPLICABLE, None, f"{_place(group)} makes this approval optional"
    else:
        missing = standing.unknown[0][1] if count.is_doubtful or _cannot_do(standing, count, needed=needed) else None
        state = GateState.ERROR if missing else GateState.UNSATISFIED
        reason = ". ".join(_reasons(group, standing, count=count, needed=needed))
    return OwnerDecision(
        group=group,
        state=state,
        ask=_ask(group),
        reason=reason,
        approved_by=approved_by,
        needed=0 if group.optional else needed,
        missing=missing,
    )


def _cannot_do(standing: _Standing, count: _Count, *, needed: int) -> bool:
    """Whether it takes somebody of a team that nobody knows."""
    return bool(standing.unknown) and len(count.others) < needed


def _reasons(group: OwnerGroup, standing: _Standing, *, count: _Count, needed: int) -> Iterable[str]:
    """Why the group is not satisfied, each a sentence without its full stop."""
    had = f" besides {_listed([p.name for p in count.counted])}" if count.counted else ""
    yield f"{_place(group)} asks for {_approvals(group.approvals)}, and {needed} {_are(needed)} missing{had}"
    if count.own:
        names = _listed([person.name for person in count.own])
        yield f"{names} wrote or asked for the change, so their own approval does not count"
    for team, missing in standing.unknown[:_MOST_NAMED]:
        yield f"Who is in {team} is not known: {missing.detail}; {missing.remedy}"
    if standing.strangers:
        names = _listed(standing.strangers)
        yield f"Nobody who can approve goes by {names}: enrol them, or give the name to somebody enrolled"
    if len(count.others) < needed and not standing.unknown:
        whom = (
            "nobody else owns" if not count.others else f"only {_listed([p.name for p in count.others])} could approve"
        )
        yield f"As it stands {whom} these paths, which is too few: name another owner on the protected branch"


def _ask(group: OwnerGroup) -> str:
    paths = _listed(group.paths)
    return f"{_approvals(group.approvals)} by {_any_of(group.owners)} for {paths}"


def _place(group: OwnerGroup) -> str:
    section = f" [{group.section}]" if group.section else ""
    lines = ", ".join(map(str, group.lines[:_MOST_NAMED])) + (", …" if len(group.lines) > _MOST_NAMED else "")
    return f"{group.source}:{lines}{section}"


def _approvals(count: int) -> str:
    return "an approval" if count == 1 else f"{count} approvals"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _any_of(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"any of {_listed(names)}"


def _listed(names: Sequence[str]) -> str:
    shown = list(names[:_MOST_NAMED])
    left = len(names) - len(shown)
    if left:
        return f"{', '.join(shown)} and {left} more"
    return f"{', '.join(shown[:-1])} and {shown[-1]}" if len(shown) > 1 else "".join(shown)
