"""A reset, sentence by sentence; and a gate that during one opens to no covered change without the people it takes."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.samples.packages import usual_change, usual_risk
from tests.samples.parts import changed_file, commit
from tests.samples.record import NOW, THIS, said, voice

from weighbridge.domain.change import Change
from weighbridge.domain.gate import Gate, GateState, RequirementKind
from weighbridge.domain.ids import RuleId
from weighbridge.domain.impact import Impact
from weighbridge.domain.outcomes import CouldNotLook, Coverage, Outcome, OutcomeState, Reason
from weighbridge.domain.persons import Person
from weighbridge.domain.provenance import Origin, Provenance
from weighbridge.domain.record import BreakGlass, Judgement, Override, Record, Verdict, Voice
from weighbridge.domain.system import AreaLevel, Component, ComponentKind, Stated
from weighbridge.landscape.documents.configuration import ConfigurationError
from weighbridge.policy.asking import Moment, asking
from weighbridge.policy.case import Case, Paper
from weighbridge.policy.combine import PASSED
from weighbridge.policy.document import PolicyDocument
from weighbridge.policy.gate import decide_gate
from weighbridge.policy.needs import ApprovalNeed
from weighbridge.policy.people import People, involvement
from weighbridge.policy.policy import (
    BreakGlassRules,
    Environment,
    EnvironmentLevel,
    Exceptions,
    Policy,
    SelfService,
)
from weighbridge.policy.population import Inhabitant, Part, Population
from weighbridge.policy.reading.load import Source, load_policy
from weighbridge.policy.reading.reset import load_reset, reset_rules, under_reset, write_reset
from weighbridge.policy.reset import Phase, Reset

AUTHOR = "someone@example.org"
NAMES = ("ana@example.org", "ben@example.org", "cleo@example.org", "dan@example.org")
PEOPLE = People(persons=tuple(Person(name=name) for name in (*NAMES, AUTHOR)))
CHANGE = replace(usual_change(), files=(changed_file("a.py"),), commits=(commit(1, "Change it"),))
RESET = Reset(start=NOW - timedelta(days=10), end=NOW + timedelta(days=80), tier=1, reason="the outage of March")
PAPERS = tuple(Paper(kind=kind, source=kind) for kind in ("design-note", "what-could-go-wrong", "rollback-plan"))
LOOKED = Outcome(rule=RuleId("x/y"), subject="", state=OutcomeState.CLEAR)


def component(name: str = "pay", tier: int = 1, *, declared: bool = True) -> Component:
    stated = Stated(value=tier, reason="r", declared=declared)
    area = Stated(value=AreaLevel.LOW, reason="r", declared=False)
    return Component(name=name, kind=ComponentKind.SERVICE, roots=(), tier=stated, area=area)


def document(
    *components: Component, change: Change = CHANGE, impact: Impact | CouldNotLook | None = None
) -> PolicyDocument:
    return PolicyDocument(
        change=change,
        provenance=Provenance(origin=Origin.UNKNOWN),
        findings=(),
        outcomes=(LOOKED,),
        coverage=Coverage(),
        impact=Impact() if impact is None else impact,
        risk=replace(usual_risk(), percentile=50.0),
        components=components,
    )


def asked(
    about: PolicyDocument,
    *judgements: Judgement,
    policy: Policy | None = None,
    record: Record | None = None,
    now: datetime | None = NOW,
    environment: Environment | None = None,
) -> Gate:
    return decide_gate(case(about, *judgements, policy=policy, record=record, now=now, environment=environment))


def case(
    about: PolicyDocument,
    *judgements: Judgement,
    policy: Policy | None,
    record: Record | None,
    now: datetime | None,
    environment: Environment | None,
) -> Case:
    used = policy or under_reset(Policy(name="p"), RESET)
    return Case(
        policy=used,
        document=about,
        holds=asking(about, used, moment=Moment(now=now, environment=environment)),
        people=PEOPLE,
        involved=involvement(CHANGE, PEOPLE),
        record=record or Record(judgements=judgements),
        subject=THIS,
        now=now,
        environment=environment,
        papers=PAPERS,
        population=lambda: Population(people=(Inhabitant(person=Person(name=AUTHOR), parts=(Part.COMMITTER,)),)),
    )


def test_what_it_covers_takes_two_people() -> None:
    about = document(component())

    states = [asked(about, *map(said, NAMES[:count])).state for count in range(3)]

    assert states == [GateState.UNSATISFIED, GateState.UNSATISFIED, GateState.SATISFIED]


def test_the_author_is_none_of_them() -> None:
    assert asked(document(component()), said(AUTHOR), said("ana@example.org")).state is GateState.UNSATISFIED


@pytest.mark.parametrize("kind", ["design-note", "what-could-go-wrong", "rollback-plan"])
def test_it_takes_every_document(kind: str) -> None:
    papers = tuple(paper for paper in PAPERS if paper.kind != kind)

    whole = case(
        document(component()),
        said("ana@example.org"),
        said("ben@example.org"),
        policy=None,
        record=None,
        now=NOW,
        environment=None,
    )
    gate = decide_gate(replace(whole, papers=papers))

    assert [need.kind for need in gate.open] == [RequirementKind.DOCUMENT]


def test_whatever_could_not_look_is_an_error_for_whichever_reason() -> None:
    missing = CouldNotLook(reason=Reason.NOT_CONFIGURED, detail="nobody set it up")
    blind = Outcome(rule=RuleId("x/z"), subject="", state=OutcomeState.COULD_NOT_LOOK, missing=missing)
    about = document(component())
    judgements = (said("ana@example.org"), said("ben@example.org"))

    assert asked(replace(about, outcomes=(LOOKED, blind)), *judgements).state is GateState.ERROR
    assert asked(replace(about, outcomes=()), *judgements).state is GateState.ERROR


@pytest.mark.parametrize("declared", [True, False])
@pytest.mark.parametrize(("tier", "covered"), [(1, True), (2, False), (3, False)])
def test_it_is_about_its_tier_declared_or_inferred(tier: int, *, covered: bool, declared: bool) -> None:
    gate = asked(document(component(tier=3), component("other", tier, declared=declared)))

    assert (gate.state is GateState.UNSATISFIED) is covered


def test_tier_two_is_about_tier_one_too() -> None:
    two = under_reset(Policy(name="p"), replace(RESET, tier=2))

    states = [asked(document(component(tier=tier)), policy=two).state for tier in (1, 2, 3)]

    assert states == [GateState.UNSATISFIED, GateState.UNSATISFIED, GateState.SATISFIED]


def test_named_components_are_covered_whatever_their_tier() -> None:
    named = under_reset(Policy(name="p"), replace(RESET, components=('odd "name" \\ \U0001f4b0', "tools")))

    names = ["tools", 'odd "name" \\ \U0001f4b0', "docs"]
    states = [asked(document(component(name, 3)), policy=named).state for name in names]

    assert states == [GateState.UNSATISFIED, GateState.UNSATISFIED, GateState.SATISFIED]


@pytest.mark.parametrize(
    "impact",
    [
        Impact(truncated="the walk stopped early"),
        CouldNotLook(reason=Reason.NOT_CONFIGURED, detail="nobody looked"),
        CouldNotLook(reason=Reason.TIMED_OUT, detail="too slow"),
    ],
)
def test_what_was_not_measured_whole_may_reach_anything(impact: Impact | CouldNotLook) -> None:
    gate = asked(document(component(tier=3), impact=impact))

    assert any(need.rule == "reset-two-people" and need.is_open for need in gate.requirements)


@pytest.mark.parametrize("path", [".weighbridge/reset.yaml", ".weighbridge/system.yaml", ".weighbridge/policy.yaml"])
def test_what_could_end_it_or_take_a_component_out_is_covered(path: str) -> None:
    change = replace(CHANGE, files=(changed_file(path),))

    assert asked(document(component(tier=3), change=change)).state is GateState.UNSATISFIED


@pytest.mark.parametrize(
    ("now", "phase"),
    [
        (RESET.start - timedelta(days=1), Phase.AHEAD),
        (RESET.start - timedelta(microseconds=1), Phase.AHEAD),
        (RESET.start, Phase.ON),
        (RESET.end - timedelta(microseconds=1), Phase.ON),
        (RESET.end, Phase.OVER),
        (RESET.end + timedelta(days=1), Phase.OVER),
    ],
)
def test_before_and_after_it_asks_for_nothing(now: datetime, phase: Phase) -> None:
    gate = asked(document(component()), now=now)

    assert RESET.phase(now) is phase
    assert (gate.state is GateState.UNSATISFIED) is (phase is Phase.ON)
    if phase is not Phase.ON:
        assert gate.requirements == ()


def test_a_decision_without_a_time_leaves_it_open_and_says_why() -> None:
    (need,) = asked(document(component()), now=None).requirements

    assert need.state is GateState.NOT_APPLICABLE
    assert need.because == (
        "whether it applies is told when the gate is asked: a reset of tier 1 until 2026-06-02: the outage of March",
    )


def test_the_decision_is_the_same_on_every_day() -> None:
    about = document(component())

    assert asked(about, now=None) == asked(about, now=None)
    assert "2026" not in str(asked(about, now=None).policy)


def test_zones_are_no_matter() -> None:
    here = load_reset(b"version: 1\nstart: 2026-03-14T00:00:00+13:00\nend: 2026-03-15T00:00:00-11:00\n", "reset.yaml")

    assert here.start == datetime(2026, 3, 13, 11, tzinfo=UTC)
    assert here.end == datetime(2026, 3, 15, 11, tzinfo=UTC)
    assert [here.phase(datetime(2026, 3, day, 11, tzinfo=UTC)) for day in (13, 14, 15)] == [
        Phase.ON,
        Phase.ON,
        Phase.OVER,
    ]


def test_a_clock_that_goes_back_brings_it_back() -> None:
    about = document(component())

    assert asked(about, now=RESET.end).state is GateState.SATISFIED
    assert asked(about, now=RESET.end - timedelta(minutes=1)).state is GateState.UNSATISFIED


def test_its_words_say_where_the_day_stands() -> None:
    assert "begins on 2026-03-04" in RESET.words(RESET.start - timedelta(days=3))
    assert "is on until 2026-06-02 12:00 UTC, day 11 of 90" in RESET.words(NOW)
    assert "is over since 2026-06-02 12:00 UTC and asks for nothing" in RESET.words(RESET.end)


def test_days_are_counted_up_and_down() -> None:
    assert RESET.days == 90
    assert [RESET.days_left(at) for at in (RESET.start, RESET.end - timedelta(hours=1), RESET.end)] == [90, 1, 0]


def test_a_repository_of_one_person_takes_two_all_the_same() -> None:
    solo = under_reset(Policy(name="p", is_solo=True), RESET)
    judgements = (said(AUTHOR), said("ana@example.org"))

    assert asked(document(component()), *judgements, policy=solo).state is GateState.UNSATISFIED
    assert asked(document(component(tier=2)), *judgements, policy=solo).state is GateState.SATISFIED


def test_a_policy_that_only_reports_blocks_what_it_covers() -> None:
    quiet = under_reset(Policy(name="p", report_only=True), RESET)

    assert not asked(document(component()), policy=quiet).report_only
    assert asked(document(component(tier=3)), policy=quiet).report_only
    assert asked(document(component()), policy=quiet, now=RESET.end).report_only
    assert asked(document(component()), policy=replace(quiet, is_only_told=True)).report_only


def test_nobody_serves_themselves_into_a_sandbox() -> None:
    sandbox = Environment(name="box", level=EnvironmentLevel.SANDBOX, self_service=SelfService.LOW_RISK)

    assert asked(document(component()), environment=sandbox).state is GateState.UNSATISFIED
    assert asked(document(component(tier=3)), environment=sandbox).state is GateState.SATISFIED


def overriding(*people: str, gate: Gate) -> Record:
    open_ = tuple(need.evidence for need in gate.open)
    until = NOW + timedelta(hours=5)
    return Record(
        overrides=tuple(
            Override(voice=voice(who), subject=THIS, requirements=open_, reason="it burns", until=until)
            for who in people
        )
    )


def test_no_override_without_a_third() -> None:
    one = Exceptions(approval=ApprovalNeed(count=1))
    lenient = under_reset(Policy(name="p", overrides=one), RESET)
    about = document(component())
    gate = asked(about, policy=lenient)

    states = [asked(about, policy=lenient, record=overriding(*NAMES[:n], gate=gate)).state for n in (1, 2, 3)]

    assert states == [GateState.UNSATISFIED, GateState.UNSATISFIED, GateState.OVERRIDDEN]


def test_where_the_policy_allows_no_override_there_is_none() -> None:
    about = document(component())
    gate = asked(about)

    assert asked(about, record=overriding(*NAMES, gate=gate)).state is GateState.UNSATISFIED


def breaking(*people: str) -> Record:
    return Record(
        break_glass=tuple(
            BreakGlass(voice=voice(who), subject=THIS, reason="it burns", review_due=NOW + timedelta(hours=5))
            for who in people
        )
    )


def test_broken_glass_takes_a_third_too() -> None:
    lenient = under_reset(Policy(name="p", break_glass=BreakGlassRules()), RESET)
    about = document(component())

    states = [asked(about, policy=lenient, record=breaking(*NAMES[:n])).state for n in (1, 2, 3)]

    assert states == [GateState.UNSATISFIED, GateState.UNSATISFIED, GateState.BYPASSED]


def test_what_is_not_covered_keeps_its_own_exceptions() -> None:
    asks = load_policy([Source(data=b"version: 1\nrules: [{name: one, require: [approval: {}]}]\n", path="p")])
    lenient = under_reset(replace(asks, overrides=Exceptions(approval=ApprovalNeed())), RESET)
    about = document(component(tier=3))
    gate = asked(about, policy=lenient)

    assert asked(about, policy=lenient, record=overriding("ana@example.org", gate=gate)).state is GateState.OVERRIDDEN


def test_a_rule_of_the_same_name_in_the_policy_below_makes_it_no_weaker() -> None:
    weak = load_policy(
        [
            Source(
                data=b"version: 1\nrules: [{name: reset-two-people, when: 'false', require: [approval: {}]}]\n",
                path="p",
            )
        ]
    )

    assert asked(document(component()), policy=under_reset(weak, RESET)).state is GateState.UNSATISFIED


def test_it_asks_for_what_the_pack_says() -> None:
    (rule,) = reset_rules()

    assert (rule.name, rule.exceptions_by) == ("reset-two-people", 3)


names = st.sampled_from([*NAMES, AUTHOR, "stranger@example.org", "ci[bot]"])
voices = st.builds(voice, names)
judgements = st.builds(said, voices, st.sampled_from(Verdict))
exceptions = st.none() | st.builds(
    Exceptions, approval=st.builds(ApprovalNeed, count=st.integers(1, 4), not_by=st.just(frozenset()))
)
glass = st.none() | st.builds(BreakGlassRules, approval=st.builds(ApprovalNeed, count=st.integers(1, 4)))
environments = st.none() | st.builds(
    Environment,
    name=st.just("x"),
    level=st.sampled_from(EnvironmentLevel),
    self_service=st.sampled_from(SelfService),
)


@given(
    st.lists(judgements, max_size=6),
    st.lists(voices, max_size=4),
    st.lists(voices, max_size=4),
    st.builds(Policy, name=st.just("p"), is_solo=st.booleans(), overrides=exceptions, break_glass=glass),
    environments,
)
def test_no_covered_change_passes_with_fewer_than_two_people(
    judgements: list[Judgement],
    overriders: list[Voice],
    breakers: list[Voice],
    lenient: Policy,
    environment: Environment | None,
) -> None:
    used = under_reset(lenient, RESET)
    about = document(component())
    needs = tuple(need.evidence for need in asked(about, policy=used, environment=environment).open)
    until = NOW + timedelta(hours=5)
    record = Record(
        judgements=tuple(judgements),
        overrides=tuple(
            Override(voice=each, subject=THIS, requirements=needs, reason="r", until=until) for each in overriders
        ),
        break_glass=tuple(BreakGlass(voice=each, subject=THIS, reason="r", review_due=until) for each in breakers),
    )

    gate = asked(about, policy=used, record=record, environment=environment)

    if gate.state in PASSED:
        approvers = {j.voice.person for j in judgements if j.verdict is Verdict.APPROVE} - {AUTHOR, "ci[bot]"}
        exceptional = max(len({each.person for each in people} - {"ci[bot]"}) for people in (overriders, breakers))
        assert len(approvers) >= 2 or exceptional >= 3


moments = st.datetimes(min_value=datetime(2000, 1, 2), max_value=datetime(2100, 1, 1), timezones=st.timezones())


@given(
    moments,
    st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(days=900)),
    st.integers(1, 3),
    st.lists(
        st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), min_size=1, max_size=20).filter(str.strip),
        max_size=3,
    ),
)
def test_what_is_written_is_what_is_read(start: datetime, lasting: timedelta, tier: int, names: list[str]) -> None:
    begun = start.astimezone(UTC).replace(microsecond=0)
    reset = Reset(start=begun, end=begun + lasting - timedelta(microseconds=lasting.microseconds), tier=tier)
    reset = replace(reset, components=tuple(names))

    assert load_reset(write_reset(reset).encode(), "reset.yaml") == reset


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("version: 1\nstart: 2026-01-01T00:00:00Z\n", "`end`"),
        ("version: 1\nstart: 2026-01-01\nend: 2026-02-01T00:00:00Z\n", "needs its zone"),
        ("version: 1\nstart: soon\nend: later\n", "a moment is written"),
        ("version: 1\nstart: 2026-02-01T00:00:00Z\nend: 2026-02-01T00:00:00Z\n", "ends before it begins"),
        ("version: 1\nstart: 0001-01-01T00:00:00+14:00\nend: 2026-02-01T00:00:00Z\n", "a moment is written"),
        ("version: 1\nstart: 2026-01-01T00:00:00Z\nend: 2026-02-01T00:00:00Z\ntier: 4\n", "tier"),
        ("version: 1\nstart: 2026-01-01T00:00:00Z\nend: 2026-02-01T00:00:00Z\nteir: 1\n", "did you mean `tier`"),
        ("- 1\n", "reset.yaml:1"),
    ],
)
def test_a_wrong_document_is_told_with_its_place(text: str, words: str) -> None:
    with pytest.raises(ConfigurationError, match=r"reset\.yaml:\d") as refused:
        load_reset(text.encode(), "reset.yaml")

    assert words in str(refused.value)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    with suppress(ConfigurationError):
        load_reset(data, "reset.yaml")
