"""Who is who: one person goes by several addresses and handles, and belongs to teams.

Names are compared without regard to ASCII case and to nothing else: letters that only look alike make two names. A name
without an `@` is a handle, so that `ann` and `@ann` are the same.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final

from msgspec import Struct, field

from weighbridge.domain.outcomes import CouldNotLook, Reason

_LOWER: Final = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
_ROLE: Final = "@@"

NO_TEAMS: Final = CouldNotLook(
    reason=Reason.NOT_CONFIGURED,
    detail="nothing says who belongs to it",
    remedy="name its people in the policy's `teams:`",
)
"""Why a team's members are not known while no source of teams is at hand."""


def folded(name: str) -> str:
    """The form in which two names of one person or team are equal."""
    text = name.strip().translate(_LOWER)
    if text.startswith(_ROLE):
        return text.removesuffix("s")
    return text if "@" in text else f"@{text}"


class Person(Struct, frozen=True, kw_only=True):
    """One person: the name they are enrolled or known by, and every other name that what is trusted gives them."""

    name: str
    aliases: tuple[str, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """Every name, folded."""
        return frozenset(map(folded, (self.name, *self.aliases)))


class Circle:
    """Persons, of whom those that share a name are one."""

    def __init__(self, persons: Iterable[Person]) -> None:
        """The first of those that are one gives the name."""
        self._persons = tuple(persons)
        self._leads_to = list(range(len(self._persons)))
        self._by_name: dict[str, int] = {}
        for number, person in enumerate(self._persons):
            for name in person.names:
                self._join(self._by_name.setdefault(name, number), number)

    def find(self, name: str) -> Person | None:
        """The person who goes by `name`, with all they go by; None when nobody here does."""
        number = self._by_name.get(folded(name))
        return None if number is None else self._all[self._first(number)]

    def __iter__(self) -> Iterator[Person]:
        """Everybody, each once, in the order they were given in."""
        return iter(self._all.values())

    def _first(self, number: int) -> int:
        """The first of those that are one with the person of this number."""
        while self._leads_to[number] != number:
            self._leads_to[number] = self._leads_to[self._leads_to[number]]
            number = self._leads_to[number]
        return number

    def _join(self, one: int, other: int) -> None:
        first, second = sorted((self._first(one), self._first(other)))
        self._leads_to[second] = first

    @cached_property
    def _all(self) -> Mapping[int, Person]:
        """Everybody by the number of the first of those that are one."""
        groups: dict[int, list[Person]] = {}
        for number, person in enumerate(self._persons):
            groups.setdefault(self._first(number), []).append(person)
        return {number: _as_one(persons) for number, persons in groups.items()}


def _as_one(persons: Sequence[Person]) -> Person:
    first, *others = persons
    if not others:
        return first
    known = dict.fromkeys(first.aliases)
    more = {name: None for person in others for name in (person.name, *person.aliases) if name != first.name}
    return Person(name=first.name, aliases=tuple(known | more))


class Members(Struct, frozen=True, kw_only=True):
    """The names of the people in a team; `missing` says why some of them may not be among these."""

    names: tuple[str, ...]
    missing: CouldNotLook | None = None


class Teams(Struct, frozen=True, kw_only=True):
    """Who belongs to which team, group or role (`@organisation/team`, `@group`, `@@maintainer`), as far as anybody can say.

    `missing` says why teams that `members` does not name are not known; None when those are all there are.
    """

    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By the folded name of the team: names of people, and of teams in it."""
    missing: CouldNotLook | None = NO_TEAMS

    def is_team(self, name: str) -> bool:
        """Whether `name` is a team's: by its form, or because `members` says so."""
        return "/" in name or name.startswith(_ROLE) or folded(name) in self.members

    def members_of(self, team: str) -> Members:
        """The people in a team and in the teams of it."""
        found: dict[str, None] = {}
        seen = {folded(team)}
        waiting = [folded(team)]
        missing: CouldNotLook | None = None
        while waiting:
            here = waiting.pop()
            if here not in self.members:
                missing = self.missing
            for name in self.members.get(here, ()):
                if not self.is_team(name):
                    found[name] = None
                elif folded(name) not in seen:
                    seen.add(folded(name))
                    waiting.append(folded(name))
        return Members(names=tuple(found), missing=missing)
