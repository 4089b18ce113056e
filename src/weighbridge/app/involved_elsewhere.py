"""Who wrote another change than the one before us, for what is said of that one on the same record."""

from collections.abc import Callable, Mapping, Sequence

from weighbridge.app.keep_packages import package_of
from weighbridge.app.ports import Repository
from weighbridge.domain.change import Change, ChangeKind, Commit
from weighbridge.domain.ids import ObjectId
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.record import Subject
from weighbridge.policy.case import unknown_elsewhere
from weighbridge.policy.needs import Involved
from weighbridge.policy.people import People, involvement

_MOST_COMMITS = 500

Involvement = Callable[[Subject], Mapping[str, frozenset[Involved]] | CouldNotLook]


def involved_elsewhere(repository: Repository, people: People) -> Involvement:
    """What tells who is involved in another change: by its kept package, else by its commits where they are at hand."""
    found: dict[Subject, Mapping[str, frozenset[Involved]] | CouldNotLook] = {}

    def involved_in(subject: Subject) -> Mapping[str, frozenset[Involved]] | CouldNotLook:
        if subject not in found:
            commits = _commits(repository, subject)
            found[subject] = (
                unknown_elsewhere(subject) if commits is None else _involvement(subject, commits, people=people)
            )
        return found[subject]

    return involved_in


def _commits(repository: Repository, subject: Subject) -> Sequence[Commit] | None:
    head = subject.head_commit
    if head is None:
        return None
    if (package := package_of(repository, subject)) is not None:
        return package.decision.change.commits
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


def _involvement(subject: Subject, commits: Sequence[Commit], *, people: People) -> Mapping[str, frozenset[Involved]]:
    change = Change(
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
    return involvement(change, people)
