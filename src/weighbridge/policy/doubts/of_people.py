"""Approvals that nobody can give: roles without people, counts larger than the people named, nobody left but the author."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from weighbridge.landscape.documents.shapes import nearest
from weighbridge.policy.doubts.doubt import Doubt, approvals_of
from weighbridge.policy.doubts.of_names import KnownRules
from weighbridge.policy.needs import ApprovalNeed, Group, GroupKind, Involved, OwnersNeed
from weighbridge.policy.people import People, stated_people
from weighbridge.policy.policy import Policy, needs_of

_NOBODY = "nobody"
"""The role that an imported policy gives to nobody on purpose, where a condition and no person lets pass."""
_NAME_THEM = "name them under `people: roles:`, or ask somebody else"


class Known(Struct, frozen=True, kw_only=True):
    """What is known beside the policy: who is enrolled, whether anything declares owners of code, and which rules there are.

    None where nobody looked. `owner_teams` are the teams that CODEOWNERS names, `owner_handles` what it names as `@name`.
    """

    enrolled: tuple[str, ...] | None = None
    has_code_owners: bool | None = None
    owner_teams: tuple[str, ...] = ()
    owner_handles: tuple[str, ...] = ()
    has_ledger: bool = False
    """Whether `enrolled` tells whom the ledger enrols, too."""
    rules: KnownRules | None = None
    """Which analysis rules there are."""


def doubts_of_people(policy: Policy, known: Known) -> Iterator[Doubt]:
    """What no group of people can fulfil."""
    stated = policy.people
    people = stated_people(stated)
    for about, need in approvals_of(policy):
        yield from _roles(about, need, policy=policy)
        yield from _too_few(about, need, people=people, enrolled=known.enrolled, is_solo=policy.is_solo)
    if known.has_code_owners is False:
        for about, each in needs_of(policy):
            if isinstance(each, OwnersNeed):
                yield Doubt(
                    about=about,
                    message="code owners are asked for, and no CODEOWNERS is here: the gate cannot decide",
                    remedy="add one, or drop the rule",
                )


def _roles(about: str, need: ApprovalNeed, *, policy: Policy) -> Iterator[Doubt]:
    roles = policy.people.roles
    for group in need.by:
        if group.kind is GroupKind.ROLE and group.name != _NOBODY and not roles.get(group.name):
            close = nearest(group.name, roles)
            hint = f"did you mean `role:{close}`?" if close and close != group.name else _NAME_THEM
            yield Doubt(about=about, message=f"nobody has the role `{group.name}`", remedy=hint, is_sure=True)


def _too_few(
    about: str, need: ApprovalNeed, *, people: People, enrolled: Sequence[str] | None, is_solo: bool
) -> Iterator[Doubt]:
    able = _able(need, people, enrolled=enrolled)
    if not able:  # nobody says who they are, or it was said already that there is nobody
        return
    count = max((need.count, *(other.count for other in need.count_when)))
    who = ", ".join(map(str, need.by))
    if count > len(able):
        words = f"{count} approvals by {who} are asked for, and there {_are(len(able))} {len(able)}"
        yield Doubt(about=about, message=f"{words}: nobody can give them", remedy="name more people, or ask for fewer")
    elif count == len(able) and Involved.AUTHOR in need.not_by and not is_solo:
        only = ", ".join(sorted(able)[:3]) + (", …" if len(able) > 3 else "")
        words = f"it takes all of {who} ({only}), and whoever wrote the change does not count"
        yield Doubt(
            about=about,
            message=f"{words}: a change of theirs can never pass",
            remedy="name another person; in a repository of one, set `solo: true`, which puts it on record",
        )


def _able(need: ApprovalNeed, people: People, *, enrolled: Sequence[str] | None) -> frozenset[str]:
    """Everybody who could approve, by the one name of each; nobody where that cannot be told."""
    found: set[str] = set()
    for group in need.by:
        names = _members(group, people, enrolled=enrolled)
        if names is None:
            return frozenset()
        found |= {people.person(name) for name in names if not people.is_bot(name)}
    return frozenset(found)


def _members(group: Group, people: People, *, enrolled: Sequence[str] | None) -> Sequence[str] | None:
    match group.kind:
        case GroupKind.PERSON:
            return (group.name,)
        case GroupKind.ROLE:
            names: list[str] = []
            for name in people.roles.get(group.name, ()):
                members = _of_name(name, people)
                if members is None:
                    return None
                names += members
            return names
        case GroupKind.TEAM:
            return None if is_of_nobody(group, people) else _of_name(group.name, people)
        case GroupKind.ANYONE:
            return enrolled
        case _:
            return None


def is_of_nobody(group: Group, people: People) -> bool:
    """Whether it is called a team by a name that is neither a team's by its form nor anybody's, as an imported `@acme`."""
    return (
        group.kind is GroupKind.TEAM and not people.teams.is_team(group.name) and people.circle.find(group.name) is None
    )


def _of_name(name: str, people: People) -> Sequence[str] | None:
    """The people that a name stands for; None where nobody says who is in that team."""
    if not people.teams.is_team(name):
        return (name,)
    members = people.teams.members_of(name)
    return None if members.missing else members.names


def _are(number: int) -> str:
    return "is" if number == 1 else "are"
