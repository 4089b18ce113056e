"""Runs the tests of a policy: the gate that decides about real changes, asked about the ones that were written down."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from weighbridge.domain.gate import Gate, GateState
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.persons import folded
from weighbridge.landscape.documents.nodes import Fields, Scalar
from weighbridge.policy.asking import asking, moment_of
from weighbridge.policy.case import Case, Elsewhere, Holds
from weighbridge.policy.combine import worst
from weighbridge.policy.condition import Condition
from weighbridge.policy.gate import decide_gate
from weighbridge.policy.people import People, involvement, stated_people, with_requesters
from weighbridge.policy.policy import Policy
from weighbridge.policy.reading.values import text
from weighbridge.policy.reasons.reasons import Reasons, reasons_of
from weighbridge.policy.trials.document import document_of, part
from weighbridge.policy.trials.people import ownership_of, population_of, stamps_of, who_knows
from weighbridge.policy.trials.read import Trial
from weighbridge.policy.trials.statements import (
    SUBJECT,
    checked,
    now_of,
    overrides_of,
    papers_of,
    record_of,
    weighed_at_of,
)


class Answered(Struct):
    """How often a condition held, did not, and could not be told, over all the cases that asked it."""

    held: int = 0
    not_held: int = 0
    untold: int = 0

    def count(self, answer: bool | CouldNotLook) -> None:  # noqa: FBT001 - it is what was answered
        """One more answer."""
        self.held += answer is True
        self.not_held += answer is False
        self.untold += isinstance(answer, CouldNotLook)


class Failure(Struct, frozen=True, kw_only=True):
    """One thing that came otherwise than expected: `what` of the gate, and both states."""

    what: str
    expected: str
    came: str


class TrialResult(Struct, frozen=True, kw_only=True):
    """What came of one case; it passed when there are no failures."""

    trial: Trial
    failures: tuple[Failure, ...]
    reasons: Reasons

    @property
    def passed(self) -> bool:
        """Whether everything came as expected."""
        return not self.failures


class TrialRun(Struct, frozen=True, kw_only=True):
    """All results, and what of the policy the cases exercised: each condition's answers by its text."""

    results: tuple[TrialResult, ...]
    answers: Mapping[str, Answered] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Whether every case passed."""
        return all(result.passed for result in self.results)


def run_trials(trials: Sequence[Trial], policy: Policy, *, machines: Iterable[str] = ()) -> TrialRun:
    """What the gate of `policy` says of each case; `machines` are the addresses of programs besides the policy's own."""
    answers: dict[str, Answered] = {}
    stated = stated_people(policy.people)
    people = replace(stated, bots=stated.bots.union(map(folded, machines)))
    results = tuple(_run(trial, policy, people=people, answers=answers) for trial in trials)
    return TrialRun(results=results, answers=answers)


def _run(trial: Trial, policy: Policy, *, people: People, answers: dict[str, Answered]) -> TrialResult:
    case = _case(trial.node, policy, people=people, answers=answers)
    gate = decide_gate(case)
    expected = trial.node.get("expect")
    assert isinstance(expected, Fields), "the shape was checked"
    return TrialResult(trial=trial, failures=tuple(_failures(expected, gate)), reasons=reasons_of(case, gate))


def _case(node: Fields, policy: Policy, *, people: People, answers: dict[str, Answered]) -> Case:
    document, record = document_of(node), record_of(node)
    case = Case(
        policy=policy,
        document=document,
        people=people,
        involved=with_requesters(involvement(document.change, people), record.judgements, people=people),
        record=record,
        subject=SUBJECT,
        now=now_of(node),
        weighed_at=weighed_at_of(node),
        environment=policy.environments.get(text(node, "environment")),
        papers=papers_of(node, policy),
        ownership=ownership_of(node, document.change),
        who_knows=lambda: who_knows(node, people),
        elsewhere=lambda _: Elsewhere(),
        population=lambda: population_of(node, document.change, record=record, people=people),
        stamps=lambda: stamps_of(node, document.provenance, record=record, people=people),
    )
    case = replace(case, holds=_counted(asking(document, policy, moment=moment_of(case)), answers))
    return _overridden(case, node) if "overrides" in node.entries else case


def _overridden(case: Case, node: Fields) -> Case:
    """The case with its overrides: of what the gate asks, and of what it asked before anybody had said anything."""
    before = decide_gate(replace(case, record=checked(node)))
    asked = (*before.requirements, *decide_gate(case).requirements)
    return replace(case, record=replace(case.record, overrides=tuple(overrides_of(node, asked))))


def _counted(holds: Holds, answers: dict[str, Answered]) -> Holds:
    told: dict[str, bool | CouldNotLook] = {}

    def counting(condition: Condition) -> bool | CouldNotLook:
        text = condition.text
        if text not in told:
            told[text] = holds(condition)
            answers.setdefault(text, Answered()).count(told[text])
        return told[text]

    return counting


def _failures(expected: Fields, gate: Gate) -> Iterator[Failure]:
    for what, came in (("gate", gate.state), ("level", gate.level)):
        wanted = text(expected, what)
        if wanted and wanted != came:
            yield Failure(what=what, expected=wanted, came=came)
    rules = part(expected, "rules")
    for name, (_, node) in rules.entries.items():
        came = _state_of(name, gate)
        if isinstance(node, Scalar) and node.value != came:
            yield Failure(what=name, expected=node.value, came=came)


def _state_of(rule: str, gate: Gate) -> GateState:
    return worst(each.state for each in gate.requirements if each.rule == rule)
