"""Find who the people of a repository are: its declared owners, who is enrolled to sign, and who committed of late."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from weighbridge.app.find_knowledge import Around, History, past_of
from weighbridge.app.ports import Repository
from weighbridge.domain.change import Change
from weighbridge.domain.knowledge import KnowledgeTerms
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.persons import Person
from weighbridge.domain.trust import Trust
from weighbridge.landscape.owners.model import CodeOwners
from weighbridge.landscape.owners.read import PLACES, read_owners
from weighbridge.policy.population import Population, population
from weighbridge.risk.past import PastChange


def find_people(
    repository: Repository, change: Change, *, trust: Trust, around: Around, at: datetime, history: History
) -> Population:
    """The people of the repository, as of `at`: work counts as far back as it counts for knowing a component."""
    terms = KnowledgeTerms()
    past, missing = past_of(repository, change, terms=terms, at=at, history=history)
    recent = _recent(past, around, since=(at - terms.span).timestamp(), until=at.timestamp())
    document = trust.document(*PLACES)
    declared = read_owners(document.data, document.path) if document else None
    unread = [each for each in (missing, declared) if isinstance(each, CouldNotLook)]
    names = declared.names if isinstance(declared, CodeOwners) else ()
    return population(
        owners=(*names, *(owner for component in around.components.components for owner in component.owners)),
        signers=[around.circle.find(name) or Person(name=name) for name in trust.enrolled_signers],
        committers=recent,
        teams=around.teams,
        is_machine=around.is_machine,
        unread=unread,
    )


def _recent(past: Sequence[PastChange], around: Around, *, since: float, until: float) -> Iterator[Person]:
    authors = dict.fromkeys(each.author for each in past if each.author and since <= each.time <= until)
    for author in authors:
        yield around.circle.find(author) or Person(name=author)
