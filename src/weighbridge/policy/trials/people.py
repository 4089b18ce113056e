"""Makes of a case who people are to its change: who owns it, who knows it, who is here at all, how approvals were given."""

from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.change import Change
from weighbridge.domain.ids import Digest, RepoPath
from weighbridge.domain.knowledge import Knowledge, WhoKnows
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.owners import OwnerGroup, Ownership, touched_paths
from weighbridge.domain.persons import Person
from weighbridge.domain.provenance import Origin, Provenance
from weighbridge.domain.record import Record, Verdict, Voice
from weighbridge.landscape.documents.nodes import Fields
from weighbridge.policy.knowledge import owners_who_know
from weighbridge.policy.people import People
from weighbridge.policy.population import Population, only, population
from weighbridge.policy.reading.values import text, texts
from weighbridge.policy.reading.words import moment_of
from weighbridge.policy.stamps import LOOKED_BACK, ApprovalGiven, Stamps
from weighbridge.policy.trials.document import changed_components, missing_in, records
from weighbridge.policy.trials.statements import HOUR, SUBJECT, now_of

_CODEOWNERS: Final = RepoPath("CODEOWNERS")
_WHAT_CHANGED: Final = "what is changed"
_AI: Final = (Origin.AI, Origin.MIXED)


def ownership_of(case: Fields, change: Change) -> Ownership | CouldNotLook:
    """Who owns the changed files: the owners that the case names own them all."""
    if missing := missing_in(case, "owners"):
        return missing
    owners, paths = texts(case, "owners"), touched_paths(change.files)
    if not owners:
        return Ownership(source=_CODEOWNERS, unowned=paths)
    group = OwnerGroup(owners=owners, paths=paths, source=_CODEOWNERS, lines=(1,))
    return Ownership(source=_CODEOWNERS, groups=(group,))


def who_knows(case: Fields, people: People) -> WhoKnows:
    """Who knows the changed components, or what is changed where the case names none: their owners, and whom it names."""
    changed = changed_components(case)
    names = tuple(component.name for component in changed) or (_WHAT_CHANGED,)
    owning = (each for one in changed for each in owners_who_know(one, circle=people.circle, teams=people.teams))
    worked = (
        Knowledge(person=person, component=name, reason="knows it, as the case says")
        for name in names
        for person in texts(case, "knows")
    )
    return WhoKnows(components=names, known=(*owning, *worked))


def population_of(case: Fields, change: Change, *, record: Record, people: People) -> Population:
    """Who is here at all: whoever says something is enrolled, whoever knows the code worked on it. Else the author is alone."""

    def known(names: Iterable[str]) -> list[Person]:
        return [people.circle.find(name) or Person(name=name) for name in names]

    owning = (owner for node in records(case, "components") for owner in texts(node, "owners"))
    found = population(
        owners=(*texts(case, "owners"), *owning),
        signers=known(voice.person for voice in _voices(record)),
        committers=known(texts(case, "knows")),
        teams=people.teams,
        is_machine=people.is_bot,
    )
    return found if found.people or found.unsure else only(change.commits[0].author.email)


def _voices(record: Record) -> Iterator[Voice]:
    yield from (said.voice for said in record.judgements)
    yield from (said.voice for said in record.overrides)
    yield from (said.voice for said in record.waivers)
    yield from (said.voice for said in record.break_glass)
    for broken in record.break_glass:
        yield from broken.reviewed_by


def stamps_of(case: Fields, provenance: Provenance, *, record: Record, people: People) -> Stamps:
    """How approvals were given: those of this change, and those that the case says were given of others."""
    is_ai, words = provenance.origin in _AI, text(case, "page_words")
    here = (
        ApprovalGiven(
            person=people.person(said.voice.person), at=said.voice.at, decision=said.subject.decision, is_ai=is_ai
        )
        for said in record.judgements
        if said.verdict is Verdict.APPROVE and said.subject == SUBJECT
    )
    since = now_of(case) - LOOKED_BACK
    given = (each for each in (*here, *_given_elsewhere(case, people)) if each.at >= since)
    return Stamps(given=tuple(given), page_words=int(words) if words else None)


def _given_elsewhere(case: Fields, people: People) -> Iterator[ApprovalGiven]:
    for number, node in enumerate(records(case, "approved_elsewhere")):
        at = moment_of(text(node, "at")) if text(node, "at") else now_of(case) - HOUR
        for change in range(int(text(node, "changes") or 1)):
            yield ApprovalGiven(
                person=people.person(text(node, "by")),
                at=at,
                decision=Digest(f"sha256:elsewhere-{number}-{change}"),
                is_ai=Origin(text(node, "origin") or Origin.AI) in _AI,
            )
