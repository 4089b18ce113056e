"""People as a policy knows them: who is the same person, who belongs to a group, who is no person at all."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Final

from msgspec import Struct, field

from weighbridge.domain.change import Change
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.persons import NO_TEAMS, Circle, Members, Person, Teams, folded
from weighbridge.domain.record import Judgement
from weighbridge.policy.needs import Group, GroupKind, Involved
from weighbridge.policy.policy import Stated

_TRAILER: Final = LatePattern(
    r"(?im)^[^\S\n]*(co-authored-by|requested-by|prompted-by)[^\S\n]*:([^\n]*(?:\n[^\S\n]+[^\n]+){0,3})"
)
"""Whoever is named there in whatever form: a bracket that is missing makes nobody a second pair of eyes."""
_BETWEEN: Final = LatePattern(r"[\s<>,;()\"]+")
_ACCOUNT: Final = LatePattern(r"(?i)(?:\d{1,15}[+-])?([^@\s]{1,64})@users\.noreply\.(?:github|gitlab)\.com")
_LONGEST_NAME: Final = 254


class People(Struct, frozen=True, kw_only=True, dict=True):
    """Everybody who is known, by all they go by, and the groups that a policy can name.

    `persons` come from the roster, the trusted `.mailmap` and the policy's handles; `bots` are names that are nobody's.
    """

    persons: tuple[Person, ...] = ()
    teams: Teams = Teams()
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    bots: frozenset[str] = frozenset()

    @cached_property
    def circle(self) -> Circle:
        """Everybody, those that share a name being one."""
        return Circle(self.persons)

    def person(self, name: str) -> str:
        """The one name of whoever goes by `name`, folded; the folded name itself for a stranger."""
        found = self.circle.find(name)
        return folded(found.name if found is not None else name)

    def is_bot(self, name: str) -> bool:
        """Whether it is a program's name, by the policy or by its form."""
        return bool({self.person(name), folded(name)} & self.bots) or "[bot]" in folded(name)

    def belongs(self, person: str, group: Group, *, owners: Iterable[str] = ()) -> bool | CouldNotLook:
        """Whether `person` is one of `group`; why that cannot be told, where nobody says who the group are.

        Who knows a component is told elsewhere, component by component: here an owner does.
        """
        match group.kind:
            case GroupKind.ANYONE:
                return True
            case GroupKind.OWNERS | GroupKind.KNOWS_COMPONENT:
                return self.among(person, owners)
            case GroupKind.ROLE:
                return self.among(person, self.roles.get(group.name, ()))
            case GroupKind.TEAM | GroupKind.PERSON:
                return self.among(person, (group.name,))

    def among(self, person: str, names: Iterable[str]) -> bool | CouldNotLook:
        """Whether one of `names`, each a person or a team, is or holds `person`."""
        unknown = None
        for name in names:
            team = self.teams.members_of(name) if self.teams.is_team(name) else Members(names=(name,))
            if any(self.person(member) == self.person(person) for member in team.names):
                return True
            unknown = unknown or _of_team(name, team.missing)
        return False if unknown is None else unknown


def _of_team(name: str, missing: CouldNotLook | None) -> CouldNotLook | None:
    if missing is None:
        return None
    detail = f"who is in {name} is not known: {missing.detail}"
    return CouldNotLook(reason=missing.reason, detail=detail, remedy=missing.remedy)


def stated_people(stated: Stated) -> People:
    """The people that a policy states, where nothing else says who anybody is."""
    return People(
        persons=tuple(Person(name=name, aliases=(handle,)) for handle, name in stated.handles.items()),
        teams=Teams(members=stated.teams, missing=NO_TEAMS),
        roles=stated.roles,
        bots=frozenset(map(folded, stated.bots)),
    )


def involvement(change: Change, people: People) -> Mapping[str, frozenset[Involved]]:
    """Who is involved in a change and how, by the one name of each; programs are left out."""
    found: dict[str, set[Involved]] = {}
    for name, how in _named(change):
        if not people.is_bot(name):
            found.setdefault(people.person(name), set()).add(how)
    return {person: frozenset(ways) for person, ways in found.items()}


def with_requesters(
    involved: Mapping[str, frozenset[Involved]], judgements: Iterable[Judgement], *, people: People
) -> Mapping[str, frozenset[Involved]]:
    """The same, with those who say themselves that they asked an agent for the change, in whatever they say of it."""
    found = dict(involved)
    for judgement in judgements:
        if judgement.asked_of_agent:
            person = people.person(judgement.voice.person)
            found[person] = found.get(person, frozenset()) | {Involved.REQUESTER}
    return found


def _named(change: Change) -> Iterator[tuple[str, Involved]]:
    for commit in change.commits:
        yield from ((name, Involved.AUTHOR) for name in _called(commit.author.email))
        yield from ((name, Involved.COMMITTER) for name in _called(commit.committer.email))
        for found in _TRAILER.finditer(commit.message):
            how = Involved.CO_AUTHOR if found[1].casefold() == "co-authored-by" else Involved.REQUESTER
            for word in _BETWEEN.sub(" ", found[2]).split():
                if "@" in word and len(word) <= _LONGEST_NAME:
                    yield from ((name, how) for name in _called(word))


def _called(address: str) -> Iterator[str]:
    """An address, and the account that a forge gave it to: who hides theirs commits all the same."""
    yield address
    if account := _ACCOUNT.fullmatch(address.strip()):
        yield f"@{account[1]}"
