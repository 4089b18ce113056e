"""Who is who before the gate: the enrolled, aliases by the trusted `.mailmap`, groups by the policy, programs by their marks."""

from collections.abc import Iterator

from weighbridge.app.build_trust import ALIASES
from weighbridge.app.find_knowledge import persons_of
from weighbridge.domain.persons import NO_TEAMS, Person, Teams, folded
from weighbridge.domain.trust import Trust
from weighbridge.ledger.people import Roster
from weighbridge.policy.people import People
from weighbridge.policy.policy import Policy
from weighbridge.provenance.forms import built_in
from weighbridge.provenance.mailmap import read_mailmap


def people_of(trust: Trust, policy: Policy, *, roster: Roster) -> People:
    """People as the policy's gate knows them."""
    stated = policy.people
    return People(
        persons=(*enrolled(roster), *_aliases(trust), *_handles(policy)),
        teams=Teams(members=stated.teams, missing=NO_TEAMS),
        roles=stated.roles,
        bots=frozenset(map(folded, (*stated.bots, *built_in().addresses))),
    )


def enrolled(roster: Roster) -> Iterator[Person]:
    """Everybody whom a roster names, by each of their names."""
    for name, person in roster.people.items():
        yield Person(name=person, aliases=(name,))


def _aliases(trust: Trust) -> Iterator[Person]:
    document = trust.document(ALIASES)
    if document is not None:
        yield from persons_of(read_mailmap(document.data))


def _handles(policy: Policy) -> Iterator[Person]:
    for handle, name in policy.people.handles.items():
        yield Person(name=name, aliases=(handle,))
