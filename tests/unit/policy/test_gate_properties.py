"""No evidence that is taken away opens a gate, whatever a policy asks for and however its needs combine."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace
from tests.samples.record import NOW
from tests.unit.policy.test_needs import MISSING, PAY, owned
from tests.unit.policy.test_voices import DOCUMENT, approvals, case, statements

from weighbridge.domain.gate import Gate, GateState, Requirement
from weighbridge.domain.ids import RepoPath, RuleId
from weighbridge.domain.knowledge import Knowledge, WhoKnows
from weighbridge.domain.outcomes import Outcome, OutcomeState
from weighbridge.domain.record import Judgement, Record, Status, StatusState, Verdict
from weighbridge.policy.case import Case, Paper
from weighbridge.policy.combine import PASSED
from weighbridge.policy.gate import decide_gate
from weighbridge.policy.needs import (
    AllNeed,
    AnchoredNeed,
    AnyNeed,
    CheckNeed,
    DocumentNeed,
    Need,
    OwnersNeed,
    ScannedNeed,
    SomeNeed,
    WaitNeed,
)
from weighbridge.policy.policy import Policy, Rule

single = st.one_of(
    approvals,
    st.just(CheckNeed(name="build")),
    st.just(DocumentNeed(kind="design-note")),
    st.just(WaitNeed(time=timedelta(hours=1))),
    st.just(ScannedNeed(rules=("sql/*",))),
    st.just(OwnersNeed()),
    st.just(AnchoredNeed()),
)


def combined(parts: st.SearchStrategy[Need]) -> st.SearchStrategy[Need]:
    several = st.lists(parts, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.builds(AllNeed, of=several),
        st.builds(AnyNeed, of=several),
        st.builds(SomeNeed, count=st.integers(1, 3), of=several),
    )


needs: st.SearchStrategy[Need] = st.recursive(single, combined, max_leaves=6)


class Evidence(Struct, frozen=True, kw_only=True):
    """Everything that can speak for a change."""

    judgements: tuple[Judgement, ...] = ()
    statuses: tuple[Status, ...] = ()
    papers: tuple[Paper, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    has_waited: bool = False
    is_anchored: bool = False


everything = st.builds(
    Evidence,
    judgements=st.lists(statements, max_size=5).map(tuple),
    statuses=st.lists(
        st.builds(
            Status,
            name=st.just("build"),
            state=st.sampled_from(StatusState),
            tree=st.just(DOCUMENT.change.head_tree),
            source=st.just("ci"),
            at=st.sampled_from([NOW - timedelta(hours=1), NOW - timedelta(hours=2), NOW + timedelta(hours=1)]),
        ),
        max_size=3,
    ).map(tuple),
    papers=st.lists(
        st.builds(
            Paper,
            kind=st.just("design-note"),
            source=st.just("a.md"),
            problems=st.sampled_from([(), ("empty",)]),
            missing=st.sampled_from([(), ("too long",)]),
        ),
        max_size=2,
    ).map(tuple),
    outcomes=st.lists(
        st.just(Outcome(rule=RuleId("sql/drop-column"), subject="", state=OutcomeState.CLEAR)), max_size=1
    ).map(tuple),
    has_waited=st.booleans(),
    is_anchored=st.booleans(),
)


def before_the_gate(asks: list[Need], evidence: Evidence) -> Case:
    policy = Policy(name="p", rules=tuple(Rule(name=f"r{n}", require=(need,)) for n, need in enumerate(asks)))
    group = replace(PAY, paths=(RepoPath("a.py"),))
    return replace(
        case(policy=policy),
        document=replace(DOCUMENT, outcomes=evidence.outcomes),
        record=Record(judgements=evidence.judgements, statuses=evidence.statuses, is_anchored=evidence.is_anchored),
        papers=evidence.papers,
        ownership=owned(group),
        who_knows=lambda: WhoKnows(
            components=("pay",), known=(Knowledge(person="ana@example.org", component="pay", reason="owns it"),)
        ),
        weighed_at=NOW - timedelta(days=1) if evidence.has_waited else None,
    )


def poorer(evidence: Evidence) -> list[Evidence]:
    """The evidence with one thing less that speaks for the change; a rejection and a check that did not pass speak against."""
    found = [replace(evidence, has_waited=False)] if evidence.has_waited else []
    found += [replace(evidence, is_anchored=False)] if evidence.is_anchored else []
    for name in ("judgements", "statuses", "papers", "outcomes"):
        parts = getattr(evidence, name)
        for place, part in enumerate(parts):
            if not _speaks_against(part):
                found.append(replace(evidence, **{name: (*parts[:place], *parts[place + 1 :])}))
    return found


def _speaks_against(part: object) -> bool:
    if isinstance(part, Status):  # also one whose time is yet to come, which is no pass
        return part.state is not StatusState.PASSED or part.at > NOW
    return isinstance(part, Judgement) and part.verdict is Verdict.REJECT


def every(requirements: tuple[Requirement, ...]) -> list[Requirement]:
    return [each for need in requirements for each in (need, *every(need.parts))]


@given(st.lists(needs, min_size=1, max_size=3), everything)
def test_taking_evidence_away_never_satisfies(asks: list[Need], evidence: Evidence) -> None:
    with_all = decide_gate(before_the_gate(asks, evidence))

    for less in poorer(evidence):
        if decide_gate(before_the_gate(asks, less)).state is GateState.SATISFIED:
            assert with_all.state is GateState.SATISFIED


@given(st.lists(needs, min_size=1, max_size=3))
def test_nothing_at_all_satisfies_nothing_that_is_asked(asks: list[Need]) -> None:
    gate = decide_gate(before_the_gate(asks, Evidence()))

    assert gate.state in (GateState.UNSATISFIED, GateState.ERROR)


@given(st.lists(needs, min_size=1, max_size=3), everything)
def test_a_gate_that_is_satisfied_says_what_met_each_part(asks: list[Need], evidence: Evidence) -> None:
    gate = decide_gate(before_the_gate(asks, evidence))

    if gate.state is GateState.SATISFIED:
        assert gate.open == ()
    assert_consistent(gate)


def assert_consistent(gate: Gate) -> None:
    for need in every(gate.requirements):
        assert need.ask
        if need.state in PASSED and need.parts:
            assert any(part.state in PASSED for part in need.parts)


@given(st.lists(needs, min_size=1, max_size=3), everything)
def test_what_could_not_look_never_satisfies(asks: list[Need], evidence: Evidence) -> None:
    before = before_the_gate(asks, evidence)
    blind = Outcome(rule=RuleId("sql/x"), subject="", state=OutcomeState.COULD_NOT_LOOK, missing=MISSING)

    after = replace(before, document=replace(before.document, outcomes=(*before.document.outcomes, blind)))

    if decide_gate(after).state is GateState.SATISFIED:
        assert decide_gate(before).state is GateState.SATISFIED
