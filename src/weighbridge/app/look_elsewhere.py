"""Who wrote another change than the one before us, and who owns it, for what is said of that one on the same record."""

from collections.abc import Callable, Sequence

from weighbridge.app.find_ownership import find_ownership, owners_of
from weighbridge.app.keep_packages import package_of
from weighbridge.app.ports import Repository
from weighbridge.domain.change import Change, ChangeKind, Commit
from weighbridge.domain.ids import ObjectId
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.record import Subject
from weighbridge.domain.trust import Trust
from weighbridge.policy.case import Elsewhere, unknown_elsewhere
from weighbridge.policy.people import People, involvement

_MOST_COMMITS = 500


def look_elsewhere(
    repository: Repository, *, people: People, trust: Trust
) -> Callable[[Subject], Elsewhere | CouldNotLook]:
    """What tells of another change: by its kept package, else who wrote it by its commits, where they are at hand."""
    found: dict[Subject, Elsewhere | CouldNotLook] = {}

    def elsewhere(subject: Subject) -> Elsewhere | CouldNotLook:
        if subject not in found:
            found[subject] = _look(repository, subject, people=people, trust=trust)
        return found[subject]

    return elsewhere


def _look(repository: Repository, subject: Subject, *, people: People, trust: Trust) -> Elsewhere | CouldNotLook:
    if (package := package_of(repository, subject)) is not None:
        change = package.decision.change
        return Elsewhere(involved=involvement(change, people), owners=owners_of(package, find_ownership(change, trust)))
    commits = _commits(repository, subject)
    if commits is None:
        return unknown_elsewhere(subject)
    return Elsewhere(involved=involvement(_of_commits(subject, commits), people))


def _commits(repository: Repository, subject: Subject) -> Sequence[Commit] | None:
    head = subject.head_commit
    if head is None:
        return None
    base = _base(repository, head, tree=subject.base_tree)
    return None if base is None else repository.commits_between(base, head)


def _base(repository: Repository, head: ObjectId, *, tree: ObjectId) -> ObjectId | None:
    """The nearest commit before `head`, along first parents, that has this tree."""
    here = head
    for _ in range(_MOST_COMMITS):
        commit = repository.commit(here)
        if isinstance(commit, CouldNotLook):
            return None
        if here != head and commit.tree == tree:
            return here
        if not commit.parents:
            return None
        here = commit.parents[0]
    return None


def _of_commits(subject: Subject, commits: Sequence[Commit]) -> Change:
    return Change(
        repository="",
        kind=ChangeKind.RANGE,
        range_text="",
        base_tree=subject.base_tree,
        head_tree=subject.head_tree,
        base_commit=None,
        head_commit=subject.head_commit,
        files=(),
        commits=tuple(commits),
    )
