"""What changed between two packages of what is meant to be the same work: findings gone and new, gate, reach, coverage."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct

from weighbridge.domain.change import Change
from weighbridge.domain.findings import Finding, by_importance
from weighbridge.domain.gate import Gate, Requirement
from weighbridge.domain.ids import ObjectId
from weighbridge.domain.impact import Impact, ReachedKind
from weighbridge.domain.package import Decision, ReviewPackage
from weighbridge.domain.risk import Risk
from weighbridge.review import sentences
from weighbridge.review.differing import differing_parts
from weighbridge.review.standing import new_findings, unseen


class Compared(Struct, frozen=True, kw_only=True):
    """Which package it is."""

    repository: str
    range_text: str
    head: str
    digest: str


class Shift(Struct, frozen=True, kw_only=True):
    """One thing that was one way and is another, in words."""

    what: str
    before: str
    after: str


class Moved(Struct, frozen=True, kw_only=True):
    """A requirement whose state or words changed, or that came or went (then that side is None)."""

    before: Requirement | None
    after: Requirement | None


class Difference(Struct, frozen=True, kw_only=True):
    """Everything a reader of the old package must know of the new one."""

    old: Compared
    new: Compared
    is_same_tree: bool
    has_common: bool
    """Whether both name one commit or one tree, as no two repositories do that are not copies of one."""
    appeared: tuple[Finding, ...] = ()
    gone: tuple[Finding, ...] = ()
    remaining: tuple[Finding, ...] = ()
    requirements: tuple[Moved, ...] = ()
    needed: tuple[Requirement, ...] = ()
    shifts: tuple[Shift, ...] = ()
    reached: tuple[str, ...] = ()
    no_longer_reached: tuple[str, ...] = ()
    newly_unseen: tuple[str, ...] = ()
    newly_seen: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    """The values of the decision that differ, where both weighed the same trees."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing that decides differs."""
        return self.old.digest == self.new.digest

    @property
    def may_be_of_two(self) -> bool:
        """Whether nothing says that both are of one repository, which a clone in another folder calls otherwise."""
        return self.old.repository != self.new.repository and not self.has_common


def compare(old: ReviewPackage, new: ReviewPackage) -> Difference:
    """The difference from `old` to `new`; findings are the same when their fingerprints are."""
    before, after = old.decision, new.decision
    had = {f.fingerprint: f for f in new_findings(before)}
    has = {f.fingerprint: f for f in new_findings(after)}
    reached = _named(before.impact), _named(after.impact)
    hidden = _hidden(before), _hidden(after)
    trees = [(d.change.base_tree, d.change.head_tree) for d in (before, after)]
    return Difference(
        old=_compared(old),
        new=_compared(new),
        is_same_tree=before.change.head_tree == after.change.head_tree,
        has_common=not _ids(before.change).isdisjoint(_ids(after.change)),
        appeared=_sorted(f for key, f in has.items() if key not in had),
        gone=_sorted(f for key, f in had.items() if key not in has),
        remaining=_sorted(f for key, f in has.items() if key in had),
        requirements=tuple(_moved(before.gate, after.gate)),
        needed=after.gate.open,
        shifts=tuple(_shifts(old, new)),
        reached=tuple(name for name in reached[1] if name not in reached[0]),
        no_longer_reached=tuple(name for name in reached[0] if name not in reached[1]),
        newly_unseen=tuple(sorted(hidden[1] - hidden[0])),
        newly_seen=tuple(sorted(hidden[0] - hidden[1])),
        parts=differing_parts(before, after) if trees[0] == trees[1] else (),
    )


def _compared(package: ReviewPackage) -> Compared:
    change = package.decision.change
    return Compared(
        repository=package.names.repository,
        range_text=package.names.range_text,
        head=change.head_commit or change.head_tree,
        digest=package.digest,
    )


def _ids(change: Change) -> set[ObjectId]:
    """The commits and trees that a change names; a base that no commit has is the empty tree, which every repository has."""
    base = () if change.base_commit is None else (change.base_commit, change.base_tree)
    head = () if change.head_commit is None else (change.head_commit,)
    return {*base, *head, change.head_tree, *(commit.oid for commit in change.commits)}


def _sorted(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=by_importance))


def _named(impact: Impact) -> dict[str, None]:
    """What is reached, in words; a component that is of tier 1 is told once."""
    first = set(impact.names(ReachedKind.TIER_ONE))
    return {
        f"{kind} {reached.name}": None
        for kind in sentences.BESIDES_TESTS
        for reached in impact.reached
        if reached.kind is kind and (kind is not ReachedKind.COMPONENT or reached.name not in first)
    }


def _hidden(decision: Decision) -> set[str]:
    return {
        f"{subject}: {item.missing.reason}"
        for item in unseen(decision)
        for subject in (item.subjects or item.rules or ("the change",))
    }


def _moved(old: Gate, new: Gate) -> Iterator[Moved]:
    """What is asked for otherwise than before.

    A requirement is the same when it asks for the same, whichever level of change asks for it; else when it is the only
    one of its rule on both sides, as is the number of findings to resolve.
    """
    had, has = list(old.requirements), list(new.requirements)
    pairs = [*_paired(had, has, key=lambda r: (r.kind, r.ask)), *_paired(had, has, key=lambda r: (r.kind, r.rule))]
    alone = [*((None, r) for r in has), *((r, None) for r in had)]
    for before, after in (*alone, *pairs):
        if before is None or after is None or (before.state, before.ask) != (after.state, after.ask):
            yield Moved(before=before, after=after)


def _paired(
    had: list[Requirement], has: list[Requirement], *, key: Callable[[Requirement], tuple[str, str]]
) -> list[tuple[Requirement, Requirement]]:
    """The requirements that alone have their key on each side; they are taken from both lists."""
    counts = Counter(map(key, had)), Counter(map(key, has))
    before = {key(r): r for r in had if counts[0][key(r)] == counts[1][key(r)] == 1}
    pairs = [(before[key(r)], r) for r in has if key(r) in before]
    for one, other in pairs:
        had.remove(one)
        has.remove(other)
    return pairs


def _shifts(old: ReviewPackage, new: ReviewPackage) -> Iterable[Shift]:
    """Single values that differ, in the words of a review."""
    before, after = old.decision, new.decision
    sides = [
        {
            "Gate": f"{sentences.STATE_WORDS[d.gate.state]}, {d.gate.level} change",
            "Change": sentences.change_size(d.change),
            "Blast radius": sentences.blast_radius(d.impact, d.coverage),
            "Tests": _tests_words(d.impact),
            "Risk": _risk_words(package.presentation.risk),
            "Provenance": sentences.provenance_line(d.provenance),
            "Analysis": str(d.coverage),
            "Policy": d.gate.policy,
            "Tool": d.tool,
        }
        for package, d in ((old, before), (new, after))
    ]
    return [Shift(what=w, before=was, after=sides[1][w]) for w, was in sides[0].items() if was != sides[1][w]]


def _tests_words(impact: Impact) -> str:
    if sentences.unguarded(impact):
        return sentences.guard(impact)
    return f"{sentences.count(len(impact.test_files), 'test file')} to run"


def _risk_words(risk: Risk) -> str:
    return f"{sentences.ordinal(place)} percentile" if (place := sentences.placed(risk)) is not None else "not stated"
