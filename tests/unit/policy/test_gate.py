"""The gate: more to worry about never makes it easier to pass, and what could not look is never a pass."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.samples.findings import usual_findings
from tests.samples.packages import usual_change, usual_risk
from tests.samples.parts import changed_file

from weighbridge.domain.change import Limitation, LimitationKind
from weighbridge.domain.findings import Confidence, Finding, FindingState, Severity, WeighedFinding
from weighbridge.domain.gate import Gate, GateState, Level
from weighbridge.domain.ids import RepoPath, RuleId, symbol_id
from weighbridge.domain.impact import Certainty, ChangeDepth, ChangedSymbol, Impact, Reached, ReachedKind
from weighbridge.domain.outcomes import CouldNotLook, Coverage, FileCoverage, Outcome, OutcomeState, Reason
from weighbridge.domain.places import Place
from weighbridge.domain.provenance import Origin, Provenance
from weighbridge.domain.system import AreaLevel, Component, ComponentKind, Stated, Surface, SurfaceKind
from weighbridge.policy.asking import asking
from weighbridge.policy.case import Case
from weighbridge.policy.document import PolicyDocument
from weighbridge.policy.gate import decide_gate
from weighbridge.policy.policy import Policy, machine_policy, without_people
from weighbridge.policy.reading.load import built_in

POLICY = built_in()
HARDER = [GateState.SATISFIED, GateState.UNSATISFIED, GateState.ERROR]
PATHS = [RepoPath("a.py"), RepoPath("infra/main.tf"), RepoPath("pay/charge.go")]

places = st.sampled_from(PATHS)
reasons = st.sampled_from(Reason)
missing = st.builds(CouldNotLook, reason=reasons, detail=st.sampled_from(["cut", "slow", "odd"]))
blind = missing.filter(lambda m: m.reason in POLICY.blind)
findings = st.builds(
    WeighedFinding,
    finding=st.builds(
        Finding,
        rule=st.just(RuleId("x/y")),
        message=st.just("m"),
        place=st.builds(Place, path=places, line=st.integers(1, 9)),
        severity=st.sampled_from(Severity),
        confidence=st.sampled_from(Confidence),
        anchor=st.text(max_size=3),
    ),
    state=st.sampled_from(FindingState),
)
outcomes = st.builds(
    Outcome,
    rule=st.just(RuleId("x/y")),
    subject=st.one_of(st.just(""), places),
    state=st.just(OutcomeState.COULD_NOT_LOOK),
    missing=missing,
)
coverages = st.builds(
    FileCoverage, path=places, language=st.just("x"), examined=st.booleans(), missing=st.one_of(st.none(), missing)
)
surfaces = st.builds(
    Surface,
    kind=st.sampled_from(SurfaceKind),
    path=places,
    reason=st.just("r"),
    certainty=st.sampled_from(Certainty),
)
documents = st.builds(
    PolicyDocument,
    change=st.just(replace(usual_change(), files=tuple(changed_file(path) for path in PATHS))),
    provenance=st.builds(Provenance, origin=st.sampled_from(Origin)),
    findings=st.lists(findings, max_size=3).map(tuple),
    outcomes=st.lists(outcomes, max_size=3).map(tuple),
    coverage=st.builds(Coverage, files=st.lists(coverages, max_size=3, unique_by=lambda file: file.path).map(tuple)),
    impact=st.one_of(st.just(Impact()), missing),
    risk=st.just(replace(usual_risk(), percentile=50.0)),
    surfaces=st.lists(surfaces, max_size=2).map(tuple),
    areas=st.dictionaries(
        places, st.builds(Stated, value=st.sampled_from(AreaLevel), reason=st.just("r"), declared=st.booleans())
    ),
    owners=st.sampled_from([(), ("@team",)]),
)


def decided(policy: Policy, document: PolicyDocument) -> Gate:
    return decide_gate(Case(policy=policy, document=document, holds=asking(document, policy)))


def rank(gate: Gate) -> int:
    return HARDER.index(gate.state)


def asked(gate: Gate) -> set[str]:
    return {requirement.ask for requirement in gate.open if not requirement.ask.startswith("resolve ")}


@given(documents, blind, st.one_of(st.just(""), places))
def test_a_blind_outcome_makes_any_gate_an_error(document: PolicyDocument, why: CouldNotLook, subject: str) -> None:
    outcome = Outcome(rule=RuleId("x/blind"), subject=subject, state=OutcomeState.COULD_NOT_LOOK, missing=why)

    gate = decided(POLICY, replace(document, outcomes=(*document.outcomes, outcome)))

    assert gate.state is GateState.ERROR


@given(documents, outcomes)
def test_another_outcome_never_makes_it_easier(document: PolicyDocument, outcome: Outcome) -> None:
    before = decided(POLICY, document)

    after = decided(POLICY, replace(document, outcomes=(*document.outcomes, outcome)))

    assert rank(after) >= rank(before)
    assert asked(after) >= asked(before)


@given(documents, findings)
def test_another_finding_never_makes_it_easier(document: PolicyDocument, finding: WeighedFinding) -> None:
    before = decided(POLICY, document)

    after = decided(POLICY, replace(document, findings=(*document.findings, finding)))

    assert rank(after) >= rank(before)
    assert list(Level).index(after.level) >= list(Level).index(before.level)
    assert len(after.open) >= len(before.open)


@given(documents, surfaces)
def test_another_surface_never_makes_it_easier(document: PolicyDocument, surface: Surface) -> None:
    before = decided(POLICY, document)

    after = decided(POLICY, replace(document, surfaces=(*document.surfaces, surface)))

    assert rank(after) >= rank(before)


@given(documents, blind)
def test_an_impact_that_could_not_be_measured_is_an_error(document: PolicyDocument, why: CouldNotLook) -> None:
    assert decided(POLICY, replace(document, impact=why)).state is GateState.ERROR


@given(documents)
def test_report_only_changes_the_flag_and_nothing_else(document: PolicyDocument) -> None:
    gate = decided(POLICY, document)

    assert decided(replace(POLICY, report_only=True), document) == replace(gate, report_only=True)


@given(documents)
def test_the_state_is_that_of_the_worst_requirement(document: PolicyDocument) -> None:
    gate = decided(POLICY, document)

    assert (gate.state is GateState.SATISFIED) == (gate.open == ())
    assert all(requirement.because for requirement in gate.requirements)


@given(documents)
def test_a_change_of_nothing_has_nothing_to_pass(document: PolicyDocument) -> None:
    empty = replace(document, change=replace(document.change, files=()), findings=(), outcomes=())

    assert decided(POLICY, empty).state is GateState.NOT_APPLICABLE


def test_a_change_of_no_file_that_has_a_finding_is_decided_upon() -> None:
    merge = replace(PLAIN, change=replace(PLAIN.change, files=()), findings=usual_findings())

    assert decided(POLICY, merge).state is GateState.UNSATISFIED


PLAIN = PolicyDocument(
    change=replace(usual_change(), files=(changed_file("a.py"),)),
    provenance=Provenance(origin=Origin.UNKNOWN),
    findings=(),
    outcomes=(),
    coverage=Coverage(),
    impact=Impact(),
    risk=replace(usual_risk(), percentile=50.0),
)


def with_file(reason: Reason) -> Coverage:
    why = CouldNotLook(reason=reason, detail="d")
    return Coverage(files=(FileCoverage(path=RepoPath("a.py"), language="x", examined=False, missing=why),))


def test_a_plain_change_of_unknown_origin_passes() -> None:
    assert decided(POLICY, PLAIN).state is GateState.SATISFIED


@pytest.mark.parametrize("state", [FindingState.BASELINE, FindingState.SUPPRESSED])
def test_findings_that_are_known_or_excused_pass(state: FindingState) -> None:
    known = tuple(replace(weighed, state=state) for weighed in usual_findings())

    assert decided(POLICY, replace(PLAIN, findings=known)).state is GateState.SATISFIED


@pytest.mark.parametrize("reason", [Reason.NOT_CONFIGURED, Reason.UNSUPPORTED])
def test_what_was_never_set_up_is_shown_and_passes(reason: Reason) -> None:
    why = CouldNotLook(reason=reason, detail="d")
    outcome = Outcome(rule=RuleId("x/y"), subject="", state=OutcomeState.COULD_NOT_LOOK, missing=why)

    assert decided(POLICY, replace(PLAIN, outcomes=(outcome,))).state is GateState.SATISFIED


def test_what_this_clone_lacks_is_no_pass_for_a_review_and_stops_no_check() -> None:
    why = CouldNotLook(reason=Reason.NO_HISTORY, detail="d")
    outcome = Outcome(rule=RuleId("x/y"), subject="", state=OutcomeState.COULD_NOT_LOOK, missing=why)
    document = replace(PLAIN, outcomes=(outcome,))

    assert decided(POLICY, document).state is GateState.ERROR
    assert decided(without_people(POLICY), document).state is GateState.SATISFIED


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (LimitationKind.COUNT, GateState.ERROR),
        (LimitationKind.SIZE, GateState.SATISFIED),
        (LimitationKind.CLONE, GateState.SATISFIED),
        (LimitationKind.SELECTION, GateState.SATISFIED),
    ],
)
def test_a_part_of_the_change_that_was_left_out_is_no_pass(kind: LimitationKind, state: GateState) -> None:
    bound = Limitation(subject="5,000 commits", detail="the oldest were left out", remedy="weigh less", kind=kind)

    assert decided(POLICY, replace(PLAIN, change=replace(PLAIN.change, limitations=(bound,)))).state is state


@pytest.mark.parametrize(
    ("breaches", "state"),
    [((), GateState.SATISFIED), (("1234 names an agent without a trailer",), GateState.UNSATISFIED)],
)
def test_a_rule_of_disclosure_that_is_broken_is_no_pass(breaches: tuple[str, ...], state: GateState) -> None:
    document = replace(PLAIN, provenance=Provenance(origin=Origin.UNKNOWN, disclosure=breaches))

    assert decided(POLICY, document).state is state


def test_an_unread_file_of_no_delicate_kind_passes() -> None:
    assert decided(POLICY, replace(PLAIN, coverage=with_file(Reason.UNSUPPORTED))).state is GateState.SATISFIED


def test_what_no_machine_reads_on_a_delicate_surface_a_person_must_read() -> None:
    surface = Surface(kind=SurfaceKind.INFRASTRUCTURE, path=RepoPath("a.py"), reason="r")
    document = replace(PLAIN, coverage=with_file(Reason.UNSUPPORTED), surfaces=(surface,))
    strict = replace(POLICY, blind=POLICY.blind | {Reason.UNSUPPORTED})

    (need,) = (need for need in decided(POLICY, document).requirements if need.rule == "unread-file")

    assert (need.state, need.ask) == (GateState.UNSATISFIED, "an approval by a second person who read a.py")
    assert decided(strict, document).state is GateState.ERROR


def test_a_file_that_is_not_parsed_is_an_error_once() -> None:
    coverage = with_file(Reason.UNPARSED)
    outcome = Outcome(
        rule=RuleId("x/y"),
        subject="a.py",
        state=OutcomeState.COULD_NOT_LOOK,
        missing=coverage.files[0].missing,
    )

    gate = decided(POLICY, replace(PLAIN, coverage=coverage, outcomes=(outcome,)))

    assert [requirement.rule for requirement in gate.open] == ["unread-file"]


def test_a_rule_that_broke_on_a_file_nobody_need_read_is_an_error() -> None:
    why = CouldNotLook(reason=Reason.TIMED_OUT, detail="slow")
    outcome = Outcome(rule=RuleId("x/y"), subject="a.py", state=OutcomeState.COULD_NOT_LOOK, missing=why)
    document = replace(PLAIN, coverage=with_file(Reason.UNSUPPORTED), outcomes=(outcome,))

    assert decided(POLICY, document).state is GateState.ERROR


AUTH = Surface(kind=SurfaceKind.AUTHENTICATION, path=RepoPath("a.py"), reason="`login` no longer uses `check`")
BODY = ChangedSymbol(symbol=symbol_id(RepoPath("a.py"), "f"), kind="function", depth=ChangeDepth.BODY, line=1)


def of_percentile(percentile: float) -> PolicyDocument:
    return replace(PLAIN, risk=replace(usual_risk(), percentile=percentile))


def asks_of(document: PolicyDocument) -> list[str]:
    return [requirement.ask for requirement in decided(POLICY, document).open]


def test_a_word_in_a_path_asks_for_nobody_where_no_owner_is_declared() -> None:
    inferred = replace(PLAIN, surfaces=(replace(AUTH, reason="a word", certainty=Certainty.INFERRED),))

    gate = decided(POLICY, inferred)

    assert (gate.state, gate.level) == (GateState.SATISFIED, Level.MEDIUM)


def test_a_lost_check_does_not_pass_alone_although_nothing_is_configured() -> None:
    gate = decided(POLICY, replace(PLAIN, surfaces=(AUTH,)))

    assert (gate.state, gate.level) == (GateState.UNSATISFIED, Level.HIGH)
    assert "an approval by a second person" in [requirement.ask for requirement in gate.open]


def test_an_owner_is_asked_where_one_is_declared_and_only_there() -> None:
    surface = Surface(kind=SurfaceKind.API_CONTRACT, path=RepoPath("a.py"), reason="r")
    document = replace(PLAIN, surfaces=(surface,))

    unowned = decided(POLICY, document)
    owned = decided(POLICY, replace(document, owners=("@team", "@other")))

    assert unowned.state is GateState.SATISFIED
    assert [(r.state, r.because[0][:20]) for r in unowned.requirements] == [
        (GateState.NOT_APPLICABLE, "no owner is declared")
    ]
    assert [r.ask for r in owned.open] == [
        "an approval by any one of @team, @other, who each own some of the changed files"
    ]


@pytest.mark.parametrize(("percentile", "asked_for"), [(89.9, []), (90.0, ["an approval by a second person"])])
def test_unknown_origin_is_treated_by_its_risk(percentile: float, asked_for: list[str]) -> None:
    assert asks_of(of_percentile(percentile)) == asked_for


def test_an_attested_human_among_the_riskiest_is_asked_for_nobody() -> None:
    human = replace(of_percentile(99.0), provenance=Provenance(origin=Origin.HUMAN))

    assert asks_of(human) == []


def test_a_long_page_of_prose_is_never_among_the_riskiest() -> None:
    prose = Coverage(files=(FileCoverage(path=RepoPath("a.md"), language="prose", examined=True),))

    gate = decided(POLICY, replace(of_percentile(99.0), coverage=prose))

    assert (gate.state, gate.level) == (GateState.SATISFIED, Level.LOW)


def of_depths(*depths: ChangeDepth, language: str = "python", examined: bool = True) -> PolicyDocument:
    """One of the riskiest changes by its rank: a page, and one file of code with definitions of these depths."""
    files = (
        FileCoverage(path=RepoPath("a.md"), language="prose", examined=True),
        FileCoverage(path=RepoPath("a.py"), language=language, examined=examined),
    )
    changed = tuple(replace(BODY, symbol=symbol_id(RepoPath("a.py"), f"f{n}"), depth=d) for n, d in enumerate(depths))
    return replace(of_percentile(99.0), coverage=Coverage(files=files), impact=Impact(changed=changed))


def test_what_nobody_who_runs_the_code_can_notice_is_never_among_the_riskiest() -> None:
    gate = decided(POLICY, of_depths(ChangeDepth.TEXT, ChangeDepth.TEXT))

    assert (gate.state, gate.level) == (GateState.SATISFIED, Level.LOW)


@pytest.mark.parametrize(
    "document",
    [
        of_depths(ChangeDepth.TEXT, ChangeDepth.BODY),
        of_depths(ChangeDepth.TEXT, ChangeDepth.REMOVED),
        of_depths(language=""),
        of_depths(),
        of_depths(ChangeDepth.TEXT, examined=False),
        replace(of_depths(ChangeDepth.TEXT), impact=CouldNotLook(reason=Reason.LIMIT, detail="cut")),
    ],
)
def test_what_may_run_otherwise_can_be_among_the_riskiest(document: PolicyDocument) -> None:
    assert "an approval by a second person" in asks_of(document)


@pytest.mark.parametrize(("origin", "is_asked"), [(Origin.AI, True), (Origin.MIXED, True), (Origin.UNKNOWN, False)])
def test_only_disclosed_agents_bring_a_senior_to_every_sensitive_surface(*, origin: Origin, is_asked: bool) -> None:
    document = replace(PLAIN, provenance=Provenance(origin=origin), surfaces=(AUTH,))

    assert ("an approval by a senior engineer" in asks_of(document)) is is_asked


def test_unknown_origin_brings_a_senior_where_something_else_speaks_of_risk() -> None:
    document = replace(of_percentile(95.0), surfaces=(AUTH,))

    (need,) = [r for r in decided(POLICY, document).open if r.rule == "unattested-on-surface"]

    assert need.because == (
        "the change is of unknown origin",
        "riskier than 95 % of this repository's changes",
        "it touches authentication",
    )


@pytest.mark.parametrize(("declared", "level"), [(True, Level.HIGH), (False, Level.MEDIUM)])
def test_a_tier_that_was_only_inferred_weighs_less_than_a_declared_one(*, declared: bool, level: Level) -> None:
    component = Component(
        name="payments",
        kind=ComponentKind.SERVICE,
        roots=(RepoPath("payments"),),
        tier=Stated(value=1, reason="`payments` speaks of money", declared=declared),
        area=Stated(value=AreaLevel.MEDIUM, reason="r", declared=False),
    )
    reached = Reached(kind=ReachedKind.TIER_ONE, name="payments", certainty=Certainty.SEEN)
    document = replace(PLAIN, components=(component,), impact=Impact(changed=(BODY,), reached=(reached,)))

    assert decided(POLICY, document).level is level


@pytest.mark.parametrize(("declared", "level"), [(True, Level.HIGH), (False, Level.MEDIUM)])
def test_an_area_that_was_only_inferred_weighs_less_than_a_declared_one(*, declared: bool, level: Level) -> None:
    area = Stated(value=AreaLevel.HIGH, reason="`auth` speaks of identity", declared=declared)
    document = replace(PLAIN, areas={RepoPath("a.py"): area}, impact=Impact(changed=(BODY,)))

    assert decided(POLICY, document).level is level


def test_a_hook_decides_as_the_built_in_policy_does_without_its_rules() -> None:
    assert replace(POLICY, rules=()) == machine_policy()
