"""How far a reset has come: what landed while it was on, which of it was decided first, and what came around it.

The rules, which the tests say sentence by sentence:

- A change that landed is a step of the protected branch along first parents. The reset covers it when it touches a covered
  component, or our own configuration, or when its decision says that the reset asked for something.
- It was decided when a decision on record that was passed leads from one tree of the branch to another, and the step lies
  between: exactly what landed was weighed. A branch that was decided and then merged into something else was not.
- It is an exception when the gate was overridden or bypassed. Everything else came around.
- The steps of a reset begin with the oldest that states a time in it, and end with the newest; what lies between belongs to
  it whatever time it states, for whoever commits sets the clock.
- A component is left until a step that touches it was decided.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from msgspec import Struct, field

from weighbridge.domain.gate import GateState
from weighbridge.domain.ids import EvidenceId, ObjectId, RepoPath
from weighbridge.domain.system import Component
from weighbridge.landscape.components.model import ComponentMap
from weighbridge.policy.combine import PASSED
from weighbridge.policy.reset import Reset

WEEK: Final = timedelta(days=7)
_OURS: Final = ".weighbridge/"


class Step(Struct, frozen=True, kw_only=True):
    """One commit of the protected branch along first parents, with its tree and the tree before it."""

    commit: ObjectId
    tree: ObjectId
    before: ObjectId
    at: datetime
    author: str
    subject: str
    is_first: bool = False
    """Whether nothing lies before it."""


class OpenBranch(Struct, frozen=True, kw_only=True):
    """A branch that the protected one does not hold."""

    name: str
    commit: ObjectId
    author: str
    at: datetime
    paths: tuple[RepoPath, ...] = ()


class OnRecord(Struct, frozen=True, kw_only=True):
    """The newest decision on a change: from which tree to which, what it came to, and each requirement's state."""

    entry: int
    base_tree: ObjectId
    head_tree: ObjectId
    state: GateState
    requirements: Mapping[EvidenceId, GateState] = field(default_factory=dict)
    rules: frozenset[str] = frozenset()
    """The rules that asked for something."""


class Course(StrEnum):
    """How a covered change landed."""

    DECIDED = "decided"
    EXCEPTION = "exception"
    AROUND = "around"


class Landed(Struct, frozen=True, kw_only=True):
    """A covered change that landed: `documents` is how many of those that a reset asks for its decision found."""

    step: Step
    components: tuple[str, ...]
    course: Course
    entry: int | None = None
    documents: int = 0


class Member(Struct, frozen=True, kw_only=True):
    """A component that the reset is about: its owners, its open and landed changes, and whether it is left."""

    name: str
    tier: int
    is_declared: bool
    owners: tuple[str, ...]
    open: int
    landed: int
    is_left: bool


class Week(Struct, frozen=True, kw_only=True):
    """A week of the reset: what landed in it, and how many components were left at its end."""

    start: datetime
    landed: int
    decided: int
    exceptions: int
    around: int
    documents: int
    """How many of what landed had every document."""
    left: int


class ResetProgress(Struct, frozen=True, kw_only=True):
    """A reset at a moment."""

    reset: Reset
    now: datetime
    population: tuple[Member, ...]
    landed: tuple[Landed, ...]
    open: tuple[OpenBranch, ...]
    weeks: tuple[Week, ...]
    documents_asked: int
    truncated: str = ""
    """Why some of what landed may be missing, if any may."""

    def count(self, course: Course) -> int:
        """How many covered changes landed so."""
        return sum(change.course is course for change in self.landed)

    @property
    def around(self) -> tuple[Landed, ...]:
        """What came around it."""
        return tuple(change for change in self.landed if change.course is Course.AROUND)

    @property
    def left(self) -> int:
        """How many components are left."""
        return sum(member.is_left for member in self.population)


class Asked(Struct, frozen=True, kw_only=True):
    """What a reset asks for: its rules' names, and the documents by the ids of their requirements."""

    rules: frozenset[str]
    documents: frozenset[EvidenceId]


def steps_of(reset: Reset, steps: Sequence[Step]) -> Sequence[Step]:
    """The steps, oldest first, that belong to the reset; `steps` are oldest first too."""
    first = next((at for at, step in enumerate(steps) if step.at >= reset.start), len(steps))
    last = next((at for at in range(len(steps), first, -1) if steps[at - 1].at < reset.end), first)
    return steps[first:last]


def decisions_of(steps: Sequence[Step], decisions: Iterable[OnRecord]) -> Mapping[ObjectId, OnRecord]:
    """By a step's commit, the decision that was passed on what it did; one without an exception goes before others."""
    places: dict[ObjectId, list[int]] = {}
    for at, step in enumerate(steps):
        places.setdefault(step.tree, []).append(at + 1)
    if steps:
        places.setdefault(steps[0].before, []).insert(0, 0)
    found: dict[ObjectId, OnRecord] = {}
    for decision in sorted(decisions, key=lambda each: (each.state is GateState.SATISFIED, each.entry)):
        if decision.state not in PASSED:
            continue
        for end in places.get(decision.head_tree, ()):
            begin = max((at for at in places.get(decision.base_tree, ()) if at < end), default=end)
            found |= {step.commit: decision for step in steps[begin:end]}
    return found


def covered(components: ComponentMap, paths: Iterable[RepoPath], *, reset: Reset) -> tuple[str, ...] | None:
    """The covered components that `paths` touch, sorted; None where the reset covers none of them."""
    names, is_ours = set(), False
    for path in paths:
        component = components.component_of(path)
        if reset.covers(component.name, component.tier.value):
            names.add(component.name)
        is_ours = is_ours or path.startswith(_OURS)
    return tuple(sorted(names)) if names or is_ours else None


def landed_changes(
    reset: Reset,
    steps: Sequence[Step],
    *,
    paths: Mapping[ObjectId, Sequence[RepoPath]],
    components: ComponentMap,
    decisions: Mapping[ObjectId, OnRecord],
    asked: Asked,
) -> Iterator[Landed]:
    """What the reset covers among `steps`; `paths` and `decisions` are by a step's commit."""
    for step in steps:
        decision = decisions.get(step.commit)
        touched = covered(components, paths.get(step.commit, ()), reset=reset)
        if touched is None and (decision is None or decision.rules.isdisjoint(asked.rules)):
            continue
        yield Landed(
            step=step,
            components=touched or (),
            course=_course(decision),
            entry=decision.entry if decision else None,
            documents=sum(decision.requirements.get(each) is GateState.SATISFIED for each in asked.documents)
            if decision
            else 0,
        )


def _course(decision: OnRecord | None) -> Course:
    if decision is None:
        return Course.AROUND
    return Course.DECIDED if decision.state is GateState.SATISFIED else Course.EXCEPTION


def population(
    reset: Reset, components: ComponentMap, *, landed: Sequence[Landed], open_: Sequence[OpenBranch]
) -> Iterator[Member]:
    """The components that it is about, by tier and name."""
    about = (c for c in components.components if reset.covers(c.name, c.tier.value))
    waiting = [covered(components, branch.paths, reset=reset) or () for branch in open_]
    through = {name for change in landed if change.course is not Course.AROUND for name in change.components}
    for component in sorted(about, key=_place):
        yield Member(
            name=component.name,
            tier=component.tier.value,
            is_declared=component.tier.declared,
            owners=component.owners,
            open=sum(component.name in names for names in waiting),
            landed=sum(component.name in change.components for change in landed),
            is_left=component.name not in through,
        )


def _place(component: Component) -> tuple[int, str]:
    return component.tier.value, component.name


def weeks_of(
    reset: Reset, now: datetime, *, landed: Sequence[Landed], members: Sequence[Member], documents: int
) -> Iterator[Week]:
    """Week by week, until now or its end; what states a time outside of it belongs to its nearest week."""
    until = min(now, reset.end)
    number = max(0, -((reset.start - until) // WEEK))
    by_week: dict[int, list[Landed]] = {}
    for change in landed:
        week = (change.step.at - reset.start) // WEEK
        by_week.setdefault(min(max(0, week), max(0, number - 1)), []).append(change)
    left = {member.name for member in members}
    for week in range(number):
        changes = by_week.get(week, [])
        left -= {name for change in changes if change.course is not Course.AROUND for name in change.components}
        yield Week(
            start=reset.start + week * WEEK,
            landed=len(changes),
            decided=sum(change.course is Course.DECIDED for change in changes),
            exceptions=sum(change.course is Course.EXCEPTION for change in changes),
            around=sum(change.course is Course.AROUND for change in changes),
            documents=sum(change.documents >= documents for change in changes),
            left=len(left),
        )
