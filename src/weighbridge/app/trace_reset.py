"""Trace a reset: what landed while it was on, by the protected branch and by the ledger, and what is still open."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final, Protocol

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.app.build_trust import LARGEST_DOCUMENT
from weighbridge.app.deeds import Decided, Deeds
from weighbridge.app.ledger_desk import OpenLedger
from weighbridge.domain.gate import GateState, RequirementKind
from weighbridge.domain.ids import ObjectId, RepoPath, evidence_id
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.record import Subject
from weighbridge.landscape.components.model import ComponentMap
from weighbridge.landscape.documents.configuration import ConfigurationError
from weighbridge.policy.judge.papers import document_ask
from weighbridge.policy.needs import DocumentNeed, needs_within
from weighbridge.policy.policy import Rule
from weighbridge.policy.reading.reset import load_reset
from weighbridge.policy.reset import RESET_PATH, Phase, Reset
from weighbridge.policy.reset_progress import (
    Asked,
    OnRecord,
    OpenBranch,
    ResetProgress,
    Step,
    covered,
    decisions_of,
    landed_changes,
    population,
    steps_of,
    weeks_of,
)

MOST_STEPS: Final = 20_000
MOST_BRANCHES: Final = 200
_CUT: Final = (
    f"the history that is at hand (at most {MOST_STEPS:,} commits) does not go back to its start: git fetch --unshallow"
)
Pair = tuple[ObjectId, ObjectId]


class Trunk(Protocol):
    """The protected branch of a repository, and those beside it."""

    def first_parents(self, tip: ObjectId, most: int) -> Sequence[Step]:
        """The newest `most` steps by which a branch came to `tip`, oldest first. Raises `RepositoryError`."""

    def changed_paths(self, pairs: Iterable[Pair]) -> Mapping[Pair, Sequence[RepoPath]]:
        """The paths at which each pair of trees differs. Raises `RepositoryError`."""

    def unmerged_branches(self, tip: ObjectId, most: int) -> Iterator[OpenBranch]:
        """The newest branches that `tip` does not hold, without their paths. Raises `RepositoryError`."""

    def fork_tree(self, one: ObjectId, other: ObjectId) -> ObjectId | None:
        """The tree from which two commits went apart, None where they share no history."""

    def file_at(self, commit: ObjectId, path: RepoPath, limit: int) -> bytes | CouldNotLook | None:
        """A file's bytes at a commit, None when there is no such file."""

    def tree_of(self, commit: ObjectId) -> ObjectId:
        """The tree of a commit. Raises `UnreadableObjectError`."""


class Protected(Struct, frozen=True, kw_only=True):
    """The protected branch at its tip, and the components that it holds."""

    trunk: Trunk
    tip: ObjectId
    components: ComponentMap


def trace_reset(
    reset: Reset, branch: Protected, *, ledger: OpenLedger | None, rules: Sequence[Rule], now: datetime
) -> ResetProgress:
    """How far `reset` has come by `now`; `rules` are what it asks for. Raises `RepositoryError`, `LedgerError`."""
    trunk, components = branch.trunk, branch.components
    asked = asked_of(rules)
    grown = trunk.first_parents(branch.tip, MOST_STEPS)
    steps = steps_of(reset, grown)
    changed = trunk.changed_paths((step.before, step.tree) for step in steps)
    is_cut = bool(steps) and steps[0] is grown[0] and not steps[0].is_first
    steps = steps[_landing(steps, grown, changed=changed, trunk=trunk) :]
    found = _newest_decisions(ledger, {step.tree for step in steps}) if ledger is not None else ()
    landed = tuple(
        landed_changes(
            reset,
            steps,
            paths={step.commit: changed.get((step.before, step.tree), ()) for step in steps},
            components=components,
            decisions=decisions_of(grown, map(_on_record, found)),
            asked=asked,
        )
    )
    open_ = tuple(_open(reset, branch))
    members = tuple(population(reset, components, landed=landed, open_=open_))
    return ResetProgress(
        reset=reset,
        now=now,
        population=members,
        landed=landed,
        open=open_,
        weeks=tuple(weeks_of(reset, now, landed=landed, members=members, documents=len(asked.documents))),
        documents_asked=len(asked.documents),
        truncated=_CUT if is_cut else "",
    )


def _landing(
    steps: Sequence[Step], grown: Sequence[Step], *, changed: Mapping[Pair, Sequence[RepoPath]], trunk: Trunk
) -> int:
    """How many of the first steps came before the reset was on the branch: it could not ask anything of them.

    Only the first change of its document can be what landed it, and is not where one that was on stood there before:
    whoever ends a reset and begins it again hides nothing of what lay between.
    """
    for at, step in enumerate(steps):
        if RESET_PATH in changed.get((step.before, step.tree), ()):
            place = grown.index(step)
            found = trunk.file_at(grown[place - 1].commit, RepoPath(RESET_PATH), LARGEST_DOCUMENT) if place else None
            return 0 if _was_on(found, step.at) else at + 1
    return 0


def _was_on(document: bytes | CouldNotLook | None, at: datetime) -> bool:
    if not isinstance(document, bytes):
        return isinstance(document, CouldNotLook)
    try:
        return load_reset(document, RESET_PATH).phase(at) is not Phase.OVER
    except ConfigurationError:
        return True  # it let nothing pass


def asked_of(rules: Sequence[Rule]) -> Asked:
    """What these rules ask for, as decisions on record name it."""
    documents = (
        evidence_id("requirement", RequirementKind.DOCUMENT, rule.name, document_ask(need))
        for rule in rules
        for need in needs_within(rule.require)
        if isinstance(need, DocumentNeed)
    )
    return Asked(rules=frozenset(rule.name for rule in rules), documents=frozenset(documents))


def _newest_decisions(ledger: OpenLedger, trees: set[ObjectId]) -> Iterator[Decided]:
    """The newest decision on each change for each environment, of those that a writer signed whom Trust names."""
    newest: dict[tuple[Subject, str], Decided] = {}
    for each in Deeds(ledger=ledger.origin, find=ledger.find).decided_among(trees):
        if each.is_by(ledger.desk.settings.writers):
            newest[each.said.about, each.said.environment] = each
    yield from newest.values()


def _on_record(decided: Decided) -> OnRecord:
    decision = decided.said
    states = {each.requirement: each.state for each in decision.requirements}
    asked = (each.rule for each in decision.requirements if each.state is not GateState.NOT_APPLICABLE)
    return OnRecord(
        entry=decided.entry,
        base_tree=decision.about.base_tree,
        head_tree=decision.about.head_tree,
        state=decision.state,
        requirements=states,
        rules=frozenset(asked),
    )


def _open(reset: Reset, protected: Protected) -> Iterator[OpenBranch]:
    """The branches that touch what it covers."""
    trunk, tip = protected.trunk, protected.tip
    forks = {each: trunk.fork_tree(tip, each.commit) for each in trunk.unmerged_branches(tip, MOST_BRANCHES)}
    pairs = {each: (fork, trunk.tree_of(each.commit)) for each, fork in forks.items() if fork is not None}
    changed = trunk.changed_paths(pairs.values())
    for each, pair in pairs.items():
        paths = tuple(changed.get(pair, ()))
        if covered(protected.components, paths, reset=reset) is not None:
            yield replace(each, paths=paths)
