"""People as a policy knows them: who is the same person, who belongs to a group, who is no person at all."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from msgspec import Struct, field

from weighbridge.domain.change import Change
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.policy.needs import Group, GroupKind, Involved

_TRAILER: Final = LatePattern(
    r"(?im)^[^\S\n]{0,8}(co-authored-by|requested-by|prompted-by)[^\S\n]{0,4}:[^<\n]{0,200}<([^<>\s]{1,254})>[^\S\n]*$"
)


def folded(address: str) -> str:
    """An address or handle as it is compared: case tells no two people apart."""
    return address.strip().casefold()


class People(Struct, frozen=True, kw_only=True):
    """Roles, teams and handles as the policy states them, aliases as `.mailmap` and the roster do.

    `knows` says why somebody knows the changed components; a reason for not having looked in its place when the
    history could not be read. `bots` are addresses that are nobody's.
    """

    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    teams: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    handles: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    bots: frozenset[str] = frozenset()
    knows: Mapping[str, str] | CouldNotLook = field(default_factory=dict)

    def person(self, name: str) -> str:
        """The one name of whoever goes by `name`: an address, an alias of one, or a handle."""
        name = folded(name)
        named = folded(self.handles.get(name, name))
        return folded(self.aliases.get(named, named))

    def is_bot(self, name: str) -> bool:
        """Whether it is a program's name, by the policy or by its form."""
        return self.person(name) in self.bots or folded(name) in self.bots or "[bot]" in folded(name)

    def belongs(self, person: str, group: Group, *, owners: Iterable[str] = ()) -> bool | CouldNotLook:
        """Whether `person` is one of `group`; why that cannot be told, where nobody says who the group are."""
        match group.kind:
            case GroupKind.ANYONE:
                return True
            case GroupKind.PERSON:
                return self.person(group.name) == self.person(person)
            case GroupKind.OWNERS:
                return self.among(person, owners)
            case GroupKind.KNOWS_COMPONENT:
                return self._knows(person) if (owns := self.among(person, owners)) is not True else owns
            case GroupKind.ROLE:
                return self.among(person, self.roles.get(group.name, ()))
            case GroupKind.TEAM:
                return self.among(person, (group.name,))

    def among(self, person: str, names: Iterable[str]) -> bool | CouldNotLook:
        """Whether one of `names`, each a person or a team, is or holds `person`."""
        unknown = None
        for name in names:
            members = self.members(name)
            if members is None:
                unknown = name
            elif any(self.person(member) == self.person(person) for member in members):
                return True
        return False if unknown is None else _unknown(unknown)

    def _knows(self, person: str) -> bool | CouldNotLook:
        if isinstance(self.knows, CouldNotLook):
            return self.knows
        return any(self.person(known) == self.person(person) for known in self.knows)

    def members(self, name: str) -> tuple[str, ...] | None:
        """The people that a name of an owner stands for; None when nobody says."""
        known = folded(name)
        if known in self.teams:
            return self.teams[known]
        if known in self.handles or not known.startswith("@"):
            return (name,)
        return None


def _unknown(name: str) -> CouldNotLook:
    return CouldNotLook(
        reason=Reason.NOT_CONFIGURED,
        detail=f"nobody says who {name} is",
        remedy="name the members under `people: teams:`, or the person under `people: handles:`, in the policy",
    )


def involvement(change: Change, people: People) -> Mapping[str, frozenset[Involved]]:
    """Who is involved in a change and how, by the one name of each; programs are left out."""
    found: dict[str, set[Involved]] = {}
    for name, how in _named(change):
        if not people.is_bot(name):
            found.setdefault(people.person(name), set()).add(how)
    return {person: frozenset(ways) for person, ways in found.items()}


def _named(change: Change) -> Iterator[tuple[str, Involved]]:
    for commit in change.commits:
        yield commit.author.email, Involved.AUTHOR
        yield commit.committer.email, Involved.COMMITTER
        for found in _TRAILER.finditer(commit.message):
            is_author = found[1].casefold() == "co-authored-by"
            yield found[2], Involved.CO_AUTHOR if is_author else Involved.REQUESTER
