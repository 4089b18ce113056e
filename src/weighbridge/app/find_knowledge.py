"""Find who knows the components of a change: their owners, and who worked on them of late.

What counts as work is a commit that led to the change's base, by its author and at the time it states: both are claims,
accepted by whoever let the commit in. Merges, the change's own commits, agents, bots and changes of very many files are
left out; a person's addresses are one as far as the trusted `.mailmap` and those who are enrolled say so.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from weighbridge.app.ports import Ancestry, HistoryCache, Progress, Repository, RepositoryError
from weighbridge.app.read_history import read_history
from weighbridge.domain.change import Change
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.knowledge import Knowledge, KnowledgeTerms, WhoKnows
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.owners import touched_paths
from weighbridge.domain.persons import Circle, Person, Teams
from weighbridge.domain.system import Component
from weighbridge.landscape.components.model import ComponentMap
from weighbridge.policy.knowledge import owners_who_know
from weighbridge.provenance.mailmap import Mailmap
from weighbridge.risk.past import PastChange


class Around(Struct, frozen=True, kw_only=True):
    """What is known of people and components, from what is trusted alone.

    `components` are the base's: in the head's an author could redraw the one that they know. `is_machine` tells addresses
    that are no person's.
    """

    components: ComponentMap
    circle: Circle
    teams: Teams
    is_machine: Callable[[str], bool]


def find_knowledge(
    repository: Repository, change: Change, *, around: Around, terms: KnowledgeTerms, at: datetime, history: "History"
) -> WhoKnows:
    """Who knows what `change` touches, as of `at`; what of the history could not be read is told."""
    found = map(around.components.component_of, touched_paths(change.files))
    touched = {component.name: component for component in found}
    past, missing = past_of(repository, change, terms=terms, at=at, history=history)
    return WhoKnows(
        components=tuple(sorted(touched)),
        known=tuple(who_knows(sorted(touched.values(), key=_name), past, around=around, terms=terms, at=at)),
        missing=missing,
    )


class History(Struct, frozen=True, kw_only=True):
    """What keeps the history between runs, and who is told while it is read."""

    cache: HistoryCache
    progress: Progress


def who_knows(
    components: Sequence[Component],
    past: Sequence[PastChange],
    *,
    around: Around,
    terms: KnowledgeTerms,
    at: datetime,
) -> Iterator[Knowledge]:
    """Those who know each of `components` after `past`, owners first, then who did most."""
    work = _work({component.name for component in components}, past, around=around, terms=terms, at=at)
    for component in components:
        own = owners_who_know(component, circle=around.circle, teams=around.teams)
        owners = {each.person: each for each in own}
        yield from owners.values()
        counts = work[component.name]
        total = counts.total()
        for person, commits in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
            enough = commits >= terms.least_commits and commits >= terms.least_share * total
            if person and enough and person not in owners:
                yield Knowledge(
                    person=person,
                    component=component.name,
                    reason=f"authored {commits} of its {total} changes in the {terms.days} days before",
                    commits=commits,
                    of=total,
                )


def persons_of(mailmap: Mailmap) -> Iterator[Person]:
    """Whose addresses are one by the aliases of a repository; an address that names several people joins nobody."""
    for (old_name, old_address), (_, address) in mailmap.entries.items():
        if address and not old_name:
            yield Person(name=address, aliases=(old_address,))


def _name(component: Component) -> str:
    return component.name


def _work(
    wanted: set[str], past: Sequence[PastChange], *, around: Around, terms: KnowledgeTerms, at: datetime
) -> Mapping[str, Counter[str]]:
    """How many changes of each component each person authored; those of machines count for nobody, by an empty name."""
    last, first = at.timestamp(), (at - terms.span).timestamp()
    counts: dict[str, Counter[str]] = {name: Counter() for name in wanted}
    homes: dict[str, str] = {}
    people: dict[str, str] = {}
    for each in past:
        if not first <= each.time <= last or each.files > terms.widest:
            continue
        if each.author not in people:
            people[each.author] = _person(each.author, around)
        for name in _components_of(each.paths, around.components, homes=homes) & wanted:
            counts[name][people[each.author]] += 1
    return counts


def _components_of(paths: Iterable[str], components: ComponentMap, *, homes: dict[str, str]) -> set[str]:
    for path in paths:
        if path not in homes:
            homes[path] = components.component_of(RepoPath(path)).name
    return {homes[path] for path in paths}


def _person(address: str, around: Around) -> str:
    if not address or around.is_machine(address):
        return ""
    found = around.circle.find(address)
    return found.name if found is not None else address


def past_of(
    repository: Repository, change: Change, *, terms: KnowledgeTerms, at: datetime, history: History
) -> tuple[list[PastChange], CouldNotLook | None]:
    """What led to the base, oldest first, and why some of it may be lacking."""
    if change.base_commit is None:
        return [], None
    try:
        ancestry = repository.ancestors(change.base_commit, terms.most_commits)
        own = {commit.oid for commit in change.commits}
        oids = [oid for oid in ancestry.oids if oid not in own]
        past = read_history(repository, oids, cache=history.cache, progress=history.progress)
    except RepositoryError as error:
        return [], _unread(f"the history could not be read: {error}")
    return past, _cut_off(ancestry, past, first=(at - terms.span).timestamp())


def _cut_off(ancestry: Ancestry, past: Sequence[PastChange], *, first: float) -> CouldNotLook | None:
    """That the clone ends within the time that counts."""
    if not ancestry.is_cut_off or any(each.time < first for each in past[:1]):
        return None
    return _unread(f"this clone holds only {len(past):,} of the earlier changes")


def _unread(detail: str) -> CouldNotLook:
    return CouldNotLook(reason=Reason.NO_HISTORY, detail=detail, remedy="git fetch --unshallow brings the rest.")
