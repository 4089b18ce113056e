"""Who the people of a repository are at all, so that a policy for one person can say what nobody else looked at.

Whoever is an owner, is enrolled to sign, or committed of late is one of them; agents and bots are not. That there is only
one must be sure: a team that nobody knows, or a history that nobody could read, may hold others.
"""

from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum

from msgspec import Struct

from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.persons import Circle, Person, Teams


class Part(StrEnum):
    """By what somebody is one of a repository's people."""

    OWNER = "owner"
    SIGNER = "signer"
    COMMITTER = "committer"


class Inhabitant(Struct, frozen=True, kw_only=True):
    """One person and every part they have."""

    person: Person
    parts: tuple[Part, ...]


class Population(Struct, frozen=True, kw_only=True):
    """The people of a repository; `unsure` says in words why there may be more."""

    people: tuple[Inhabitant, ...]
    unsure: tuple[str, ...] = ()

    @property
    def solo(self) -> Person | None:
        """The only person there is, where that is sure."""
        return self.people[0].person if len(self.people) == 1 and not self.unsure else None

    def not_separated(
        self, authors: Sequence[Person], approvers: Sequence[Person], *, called: str = ""
    ) -> tuple[str, ...]:
        """What the only person did more than one part of, in words; nothing where there are others.

        `called` stands for their name where no name may stand.
        """
        solo = self.solo
        if solo is None:
            return ()
        wrote = any(solo.names & person.names for person in authors)
        approved = any(solo.names & person.names for person in approvers)
        owns = Part.OWNER in self.people[0].parts
        name = called or solo.name
        told = [
            (wrote and approved, f"{name} wrote the change and approved it: nobody else read it"),
            (approved and owns, f"{name} approved as the owner of what changed, of whom there is no other"),
            (wrote and not approved, f"{name} wrote the change, and there is nobody else to approve it"),
        ]
        return tuple(words for holds, words in told if holds)


def only(name: str) -> Population:
    """A repository that one person is taken to be alone in, such as one that was made up."""
    return Population(people=(Inhabitant(person=Person(name=name), parts=(Part.COMMITTER,)),))


def population(
    *,
    owners: Iterable[str],
    signers: Iterable[Person],
    committers: Iterable[Person],
    teams: Teams,
    is_machine: Callable[[str], bool],
    unread: Iterable[CouldNotLook] = (),
) -> Population:
    """The people behind declared owners (names of people and teams), enrolled signers and recent committers.

    `unread` is whatever could not be read and may name others.
    """
    named, unsure = _named(owners, teams)
    unsure += [missing.detail for missing in unread]
    parts = [(Part.SIGNER, person) for person in signers]
    parts += [(Part.OWNER, Person(name=name)) for name in named]
    parts += [(Part.COMMITTER, person) for person in committers]
    parts = [(part, person) for part, person in parts if not all(map(is_machine, (person.name, *person.aliases)))]
    circle = Circle(person for _, person in parts)
    held: dict[str, set[Part]] = {}
    for part, person in parts:
        found = circle.find(person.name)
        assert found is not None, "the circle holds everybody"
        held.setdefault(found.name, set()).add(part)
    people = tuple(
        Inhabitant(person=person, parts=tuple(part for part in Part if part in held[person.name])) for person in circle
    )
    return Population(people=people, unsure=tuple(unsure))


def _named(owners: Iterable[str], teams: Teams) -> tuple[list[str], list[str]]:
    """The people among the owners and in the teams among them, and which teams may hold others."""
    names: dict[str, None] = {}
    unsure: dict[str, None] = {}
    for owner in dict.fromkeys(owners):
        if not teams.is_team(owner):
            names[owner] = None
            continue
        team = teams.members_of(owner)
        names |= dict.fromkeys(team.names)
        if team.missing is not None:
            unsure[f"who is in {owner} is not known: {team.missing.detail}"] = None
    return list(names), list(unsure)


def joined(known: Population, signers: Iterable[Person]) -> Population:
    """The same people with more who are enrolled to sign."""
    people = list(known.people)
    for person in signers:
        if not any(person.names & each.person.names for each in people):
            people.append(Inhabitant(person=person, parts=(Part.SIGNER,)))
    return Population(people=tuple(people), unsure=known.unsure)
