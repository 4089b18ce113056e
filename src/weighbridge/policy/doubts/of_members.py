"""Groups that hold nobody who could approve: teams that nobody fills, people who are not enrolled, nobody at all."""

from collections.abc import Iterable, Iterator, Sequence

from weighbridge.domain.persons import folded
from weighbridge.landscape.documents.shapes import nearest
from weighbridge.policy.doubts.doubt import Doubt, approvals_of
from weighbridge.policy.doubts.of_people import Known, is_of_nobody
from weighbridge.policy.needs import Group, GroupKind, OwnersNeed
from weighbridge.policy.people import People, stated_people
from weighbridge.policy.policy import Policy, needs_of

_SIGNERS = ".weighbridge/allowed_signers"
_UNREAD = f"is not in {_SIGNERS}: unless the ledger enrols them, and none was read,"
_KEYLESS = f"has no key that counts, by {_SIGNERS} or by the ledger:"
_MOST = 3


def doubts_of_members(policy: Policy, known: Known) -> Iterator[Doubt]:
    """What asks for people of whom nobody says who they are, or who cannot sign."""
    people = stated_people(policy.people)
    asked = list(approvals_of(policy))
    is_about_owners = [about for about, need in needs_of(policy) if isinstance(need, OwnersNeed)]
    is_about_owners += [about for about, need in asked if any(group.kind is GroupKind.OWNERS for group in need.by)]
    for about in is_about_owners:
        yield from _teams_of_owners(about, known.owner_teams, people=people)
        yield from _handles_of_owners(about, known, people=people)
    for about, need in asked:
        for group in need.by:
            yield from _team(about, group, people=people)
            yield from _teams_of_role(about, group, people=people)
            yield from _not_enrolled(about, group, people=people, known=known)
    if known.enrolled == () and (asked or is_about_owners):
        about = asked[0][0] if asked else is_about_owners[0]
        where = ", nor by the ledger" if known.has_ledger else " (no ledger was read)"
        words = f"approvals are asked for, and nobody is enrolled in {_SIGNERS}{where}"
        yield Doubt(about=about, message=words, remedy="enrol those who approve: docs/how-to/enrol-people.md")


def _teams_of_owners(about: str, teams: Iterable[str], *, people: People) -> Iterator[Doubt]:
    empty = [team for team in teams if _is_empty(team, people)]
    if empty:
        words = f"CODEOWNERS names {_listed(empty)}, and nobody says who is in it: the gate cannot decide about what it owns"
        yield Doubt(about=about, message=words, remedy=f"write them under `people: teams:`, as '{empty[0]}': [address]")


def _handles_of_owners(about: str, known: Known, *, people: People) -> Iterator[Doubt]:
    enrolled = frozenset(map(folded, known.enrolled or ()))
    nobodys = [
        name
        for name in known.owner_handles
        if not (people.teams.is_team(name) or people.circle.find(name) or folded(name) in enrolled)
    ]
    if nobodys:
        names, whose = _listed(nobodys), "whose handle it is" if len(nobodys) == 1 else "whose handles these are"
        words = f"CODEOWNERS names {names}, and nobody says {whose}: nobody's approval counts as {nobodys[0]}'s"
        remedy = f"write the person under `people: handles:`, as '{nobodys[0]}': address; of a group, its people under `teams:`"
        yield Doubt(about=about, message=words, remedy=remedy)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:_MOST]) + (f" and {len(names) - _MOST} more" if len(names) > _MOST else "")


def _team(about: str, group: Group, *, people: People) -> Iterator[Doubt]:
    if group.kind is GroupKind.TEAM and (_is_empty(group.name, people) or is_of_nobody(group, people)):
        close = nearest(group.name, people.teams.members)
        is_other = close and close != folded(group.name)
        hint = f"did you mean `team:{close}`?" if is_other else "name its people under `people: teams:`"
        yield Doubt(about=about, message=f"nobody is known to be in the team `{group.name}`", remedy=hint, is_sure=True)


def _teams_of_role(about: str, group: Group, *, people: People) -> Iterator[Doubt]:
    """The teams in a role that nobody fills."""
    for name in people.roles.get(group.name, ()) if group.kind is GroupKind.ROLE else ():
        if _is_empty(name, people):
            close = nearest(name, people.teams.members)
            hint = f"did you mean `{close}`?" if close else "name its people under `people: teams:`"
            words = f"nobody is known to be in the team `{name}`, of `{group}`"
            yield Doubt(about=about, message=words, remedy=hint, is_sure=True)


def _is_empty(team: str, people: People) -> bool:
    return people.teams.is_team(team) and not people.teams.members_of(team).names


def _not_enrolled(about: str, group: Group, *, people: People, known: Known) -> Iterator[Doubt]:
    if not known.enrolled or is_of_nobody(group, people):
        return
    match group.kind:
        case GroupKind.ROLE:
            names = people.roles.get(group.name, ())
        case GroupKind.TEAM | GroupKind.PERSON:
            names = (group.name,)
        case _:
            return
    signers = {people.person(name) for name in known.enrolled}
    for name in names:
        members = people.teams.members_of(name).names if people.teams.is_team(name) else (name,)
        for member in members:
            if people.person(member) not in signers:
                where = "" if group.kind is GroupKind.PERSON else f", of `{group}`,"
                without = _KEYLESS if known.has_ledger else _UNREAD
                words = f"{member}{where} {without} they cannot approve"
                close = nearest(member, known.enrolled)
                hint = f"did you mean {close}? Else enrol them" if close and "@" in member[1:] else "enrol them"
                yield Doubt(about=about, message=words, remedy=f"{hint}, or name somebody who is")
