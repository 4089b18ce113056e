"""The gate of a kept package with what was said since: it is the gate that would be asked now, whatever the policy."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.samples.record import NOW, THIS, said, voice
from tests.unit.policy.test_exceptions import FINDING, glass, nobody, override, waiver
from tests.unit.policy.test_gate_properties import combined
from tests.unit.policy.test_needs import MISSING, PAY, owned, status
from tests.unit.policy.test_voices import CHANGE, DOCUMENT, PEOPLE, WORDS, approvals, statements

from weighbridge.domain.findings import FindingState, WeighedFinding
from weighbridge.domain.gate import Gate, GateState
from weighbridge.domain.ids import EvidenceId, RepoPath
from weighbridge.domain.outcomes import CouldNotLook, Coverage, FileCoverage, Reason
from weighbridge.domain.package import Answers
from weighbridge.domain.persons import Person
from weighbridge.domain.record import Judgement, Record, StatusState, Verdict
from weighbridge.domain.system import AreaLevel, Stated
from weighbridge.policy.asking import asking, moment_of
from weighbridge.policy.case import Case, Paper, untold
from weighbridge.policy.conditions.condition import compile_condition
from weighbridge.policy.firm import held_firm
from weighbridge.policy.foretell import why_no_approval
from weighbridge.policy.gate import decide_gate
from weighbridge.policy.judge.alone import SOLO_RULE
from weighbridge.policy.needs import (
    AnchoredNeed,
    AnyNeed,
    ApprovalNeed,
    CheckNeed,
    CountWhen,
    DocumentNeed,
    FindingsNeed,
    Group,
    GroupKind,
    Need,
    OwnersNeed,
    ScannedNeed,
    WaitNeed,
)
from weighbridge.policy.people import involvement
from weighbridge.policy.policy import (
    BreakGlassRules,
    Environment,
    EnvironmentLevel,
    Exceptions,
    Freeze,
    Policy,
    RubberStamps,
    Rule,
    SelfService,
)
from weighbridge.policy.population import Inhabitant, Population
from weighbridge.policy.since import answers_of, case_since, gate_since
from weighbridge.policy.stamps import Stamps

HOUR = timedelta(hours=1)
CONDITIONS = {
    text: compile_condition(text)
    for text in (
        "change.files.size() > 0",
        "change.files.size() > 9",
        'level == "low"',
        'time.now > timestamp("2026-01-01T00:00:00Z")',
        'time.now > timestamp("2027-01-01T00:00:00Z")',
        'environment.name == "shop"',
        "statuses.failed.size() > 0",
        "impact.is_complete",
    )
}
conditions = st.sampled_from(sorted(CONDITIONS)).map(CONDITIONS.__getitem__)
single: st.SearchStrategy[Need] = st.one_of(
    approvals,
    st.builds(
        ApprovalNeed,
        count=st.integers(1, 2),
        count_when=st.lists(st.builds(CountWhen, when=conditions, count=st.integers(1, 3)), max_size=2).map(tuple),
    ),
    st.builds(FindingsNeed, rules=st.sampled_from([("x/*",), ("other/*",)])),
    st.just(CheckNeed(name="build")),
    st.just(DocumentNeed(kind="design-note")),
    st.just(WaitNeed(time=HOUR)),
    st.just(ScannedNeed(rules=("sql/*",))),
    st.just(OwnersNeed()),
    st.just(AnchoredNeed()),
)


needs = st.recursive(single, combined, max_leaves=4)
some_needs = st.lists(needs, min_size=1, max_size=2).map(tuple)
rules = st.builds(
    Rule,
    name=st.just("r"),
    require=some_needs,
    when=st.one_of(st.none(), conditions),
    exceptions_by=st.sampled_from([0, 0, 1, 2]),
)
by_somebody = st.sampled_from([ApprovalNeed(not_by=frozenset()), ApprovalNeed(by=(Group(GroupKind.ROLE, "senior"),))])
policies = st.builds(
    Policy,
    name=st.just("p"),
    rules=st.lists(rules, max_size=3).map(
        lambda found: tuple(replace(rule, name=f"r{n}") for n, rule in enumerate(found))
    ),
    environments=st.builds(
        lambda level, needs, serves: {
            "shop": Environment(name="shop", level=level, require=needs, self_service=serves, approvals_last=2 * HOUR)
        },
        st.sampled_from([EnvironmentLevel.SANDBOX, EnvironmentLevel.PRODUCTION]),
        st.lists(needs, max_size=1).map(tuple),
        st.sampled_from(SelfService),
    ),
    freezes=st.lists(
        st.builds(
            Freeze,
            name=st.just("f"),
            start=st.just(NOW - HOUR),
            end=st.sampled_from([NOW, NOW + HOUR]),
            except_when=st.one_of(st.none(), conditions),
        ),
        max_size=1,
    ).map(tuple),
    overrides=st.one_of(
        st.none(), st.builds(Exceptions, approval=by_somebody, never=st.sampled_from([frozenset(), frozenset({"r0"})]))
    ),
    waivers=st.one_of(st.none(), st.builds(Exceptions, approval=by_somebody)),
    break_glass=st.one_of(
        st.none(),
        st.builds(BreakGlassRules, approval=by_somebody, never=st.sampled_from([frozenset(), frozenset({"r0"})])),
    ),
    rubber_stamps=st.sampled_from([RubberStamps(), RubberStamps(words_a_minute=400)]),
    is_solo=st.booleans(),
)
ME = Population(people=(Inhabitant(person=Person(name="someone@example.org"), parts=()),))


UNREAD = FileCoverage(
    path=RepoPath("a.odd"),
    language="odd",
    examined=False,
    missing=CouldNotLook(reason=Reason.UNSUPPORTED, detail="nothing reads it"),
)


@st.composite
def weighed(draw: st.DrawFn) -> Case:
    """A change before the gate, of which nothing was said yet."""
    policy = draw(policies)
    findings = draw(st.sampled_from([(), (FINDING,)]))
    case = Case(
        policy=policy,
        document=replace(
            DOCUMENT,
            findings=tuple(WeighedFinding(finding=f, state=FindingState.NEW) for f in findings),
            coverage=draw(st.sampled_from([Coverage(), Coverage(files=(UNREAD,))])),
            areas={UNREAD.path: Stated(value=AreaLevel.HIGH, reason="r", declared=True)},
        ),
        people=PEOPLE,
        involved=involvement(CHANGE, PEOPLE),
        record=Record(
            statuses=draw(st.sampled_from([(), (status(StatusState.PASSED),), (status(StatusState.FAILED),)])),
            missing=draw(st.sampled_from([{}, {"statuses": MISSING}])),
            is_anchored=draw(st.booleans()),
        ),
        subject=THIS,
        now=NOW,
        weighed_at=draw(st.sampled_from([None, NOW - 2 * HOUR])),
        environment=draw(st.sampled_from([None, policy.environments["shop"]])),
        papers=draw(st.sampled_from([(), (Paper(kind="design-note", source="a.md"),)])),
        ownership=owned(replace(PAY, paths=(RepoPath("a.py"),))),
        elsewhere=nobody,
        population=lambda: ME,
        stamps=lambda: Stamps(page_words=400),
    )
    return replace(case, holds=asking(case.document, policy, moment=moment_of(case)))


vouched = st.builds(
    lambda said, on: replace(said, voice=replace(said.voice, rests_on=on)),
    statements,
    st.sampled_from([(), (), ("ana@example.org",), ("@ben",), ("someone@example.org",), ("eve@example.org", "@ana")]),
)
"""What people say, some of them by keys that others vouched for."""


@st.composite
def said_since(draw: st.DrawFn, gate: Gate) -> Record:
    """What people say of it once they saw its gate."""
    asked = sorted({need.evidence for need in gate.requirements})
    people = st.sampled_from(["ana@example.org", "ben@example.org", "cleo@example.org", "someone@example.org"])
    overrides = st.builds(
        override,
        people,
        of=st.lists(st.sampled_from(asked), min_size=1).map(tuple),
        lasts=st.sampled_from([HOUR / 2, 3 * HOUR]),
    )
    return Record(
        judgements=tuple(
            replace(said, read_for=draw(st.sampled_from([None, 1]))) for said in draw(st.lists(vouched, max_size=3))
        ),
        overrides=tuple(draw(st.lists(overrides, max_size=3))) if asked else (),
        break_glass=tuple(draw(st.lists(st.builds(glass, people), max_size=2))),
        waivers=tuple(draw(st.lists(st.builds(waiver, people), max_size=2))),
    )


def recalled(kept: Gate, case: Case, *, since: Record, answers: Answers | None) -> Case:
    """The case as whoever has only the kept package makes it: no condition can be asked."""
    record = replace(
        since, statuses=case.record.statuses, missing=case.record.missing, is_anchored=case.record.is_anchored
    )
    return case_since(kept, replace(case, record=record, holds=untold), answers=answers)


def told(gate: Gate) -> set[tuple[EvidenceId, GateState, tuple[str, ...]]]:
    """What is asked, how it stands and who met it; what the only person here did not separate is told by the gate alone."""
    return {(need.evidence, need.state, need.met_by if need.rule != SOLO_RULE else ()) for need in gate.requirements}


@given(weighed(), st.data())
def test_a_kept_gate_is_brought_to_where_the_gate_would_be(case: Case, data: st.DataObject) -> None:
    kept = decide_gate(case)
    since = data.draw(said_since(kept))

    again = recalled(kept, case, since=since, answers=answers_of(case))
    found = gate_since(kept, again)
    now = decide_gate(replace(case, record=again.record))

    assert told(found) == told(now)
    assert found.state is now.state
    assert found.report_only is now.report_only
    assert again.policy == held_firm(case).policy


def before(*rules: Rule, **more: object) -> Case:
    """A change to which these rules are put, by a policy that lets one person override."""
    policy = Policy(name="p", rules=rules, overrides=Exceptions(approval=ApprovalNeed(not_by=frozenset())))
    case = Case(
        policy=policy, document=DOCUMENT, people=PEOPLE, involved=involvement(CHANGE, PEOPLE), subject=THIS, now=NOW
    )
    case = replace(case, **more)
    return replace(case, holds=asking(case.document, policy, moment=moment_of(case)))


ALWAYS, LATER, NO_LONGER = (
    compile_condition(text)
    for text in (
        "change.files.size() > 0",
        'time.now > timestamp("2027-01-01T00:00:00Z")',
        'time.now < timestamp("2027-01-01T00:00:00Z")',
    )
)
ONE = Rule(name="one", require=(ApprovalNeed(),))


def overridden(case: Case, kept: Gate, *, answers: Answers | None) -> GateState:
    """What an override by one person comes to, in the preview of a kept gate."""
    (open_,) = kept.open
    since = Record(overrides=(override("ana@example.org", of=(open_.evidence,)),))
    return gate_since(kept, recalled(kept, case, since=since, answers=answers)).state


def test_a_firm_rule_that_asks_for_nothing_holds_firm_all_the_same() -> None:
    firm = Rule(name="firm", require=(FindingsNeed(),), when=ALWAYS, exceptions_by=2)
    case = before(ONE, firm)

    assert overridden(case, decide_gate(case), answers=answers_of(case)) is GateState.UNSATISFIED


def test_a_firm_rule_that_does_not_apply_yet_holds_nothing_firm() -> None:
    firm = Rule(name="firm", require=(FindingsNeed(),), when=LATER, exceptions_by=2)
    case = before(ONE, firm)
    decided = decide_gate(replace(case, now=None))

    assert overridden(case, decide_gate(case), answers=answers_of(case)) is GateState.OVERRIDDEN
    assert overridden(case, decided, answers=answers_of(case)) is GateState.OVERRIDDEN


def test_a_firm_rule_of_which_nothing_was_kept_is_taken_to_apply_where_the_decision_left_it_open() -> None:
    firm = Rule(name="firm", require=(FindingsNeed(),), when=LATER, exceptions_by=2)
    case = before(ONE, firm)

    assert overridden(case, decide_gate(replace(case, now=None)), answers=None) is GateState.UNSATISFIED


def test_what_one_of_several_needs_comes_to_without_a_finding_is_told_as_the_gate_tells_it() -> None:
    case = before(Rule(name="r", require=(AnyNeed(of=(ApprovalNeed(count=2), FindingsNeed())),)))
    kept = decide_gate(case)
    since = Record(judgements=(said("ana@example.org"),))

    assert gate_since(kept, recalled(kept, case, since=since, answers=answers_of(case))).state is GateState.SATISFIED


def test_of_two_needs_in_the_same_words_each_is_judged_by_its_own() -> None:
    strict, mild = ApprovalNeed(), ApprovalNeed(not_by=frozenset())
    case = before(Rule(name="r", require=(strict, mild)))
    kept = decide_gate(case)
    since = Record(judgements=(said("someone@example.org"),))

    found = gate_since(kept, recalled(kept, case, since=since, answers=answers_of(case)))

    assert [need.state for need in found.requirements] == [GateState.UNSATISFIED, GateState.SATISFIED]


def test_a_number_of_approvals_that_nobody_could_tell_stays_so() -> None:
    unsure = compile_condition("impact.is_complete")
    need = ApprovalNeed(count_when=(CountWhen(when=unsure, count=2),))
    missing = CouldNotLook(reason=Reason.TIMED_OUT, detail="too large")
    case = before(Rule(name="r", require=(need,)), document=replace(DOCUMENT, impact=missing))
    kept = decide_gate(case)
    since = Record(judgements=(said("ana@example.org"), said("ben@example.org")))

    assert kept.state is GateState.ERROR
    assert gate_since(kept, recalled(kept, case, since=since, answers=answers_of(case))).state is GateState.ERROR


def test_another_approver_is_asked_for_where_a_condition_gives_the_number() -> None:
    need = ApprovalNeed(count_when=(CountWhen(when=ALWAYS, count=2),))
    case = before(Rule(name="r", require=(need,)), stamps=lambda: Stamps(page_words=4000))
    terms = RubberStamps(words_a_minute=1)
    case = replace(case, policy=replace(case.policy, rubber_stamps=terms))
    kept = decide_gate(case)
    quick = tuple(replace(said(who), read_for=1) for who in ("ana@example.org", "ben@example.org"))

    for answers in (answers_of(case), None):
        again = recalled(kept, case, since=Record(judgements=quick), answers=answers)
        assert [n.rule for n in gate_since(kept, again).open] == ["rubber-stamp"]


by_number = st.builds(ApprovalNeed, count=st.integers(1, 3), words=st.sampled_from(["", WORDS]))
TERMS = st.lists(st.one_of(by_number, approvals), min_size=1, max_size=2).map(
    lambda wanted: tuple(Rule(name=f"r{n}", require=(need,)) for n, need in enumerate(wanted))
)


def met(gate: Gate) -> dict[str, int]:
    """How many people are counted for what each rule asks."""
    return {need.rule: len(need.met_by) for need in gate.requirements}


@given(TERMS, st.lists(vouched, max_size=3), vouched)
def test_who_is_told_that_an_approval_adds_nothing_adds_nothing_and_who_is_not_does(
    rules: tuple[Rule, ...], given_: list[Judgement], mine: Judgement
) -> None:
    me = replace(mine, verdict=Verdict.APPROVE, subject=THIS, reason=WORDS, voice=replace(mine.voice, at=NOW, entry=99))
    case = replace(before(*rules), record=Record(judgements=tuple(each for each in given_ if each.subject == THIS)))
    kept = decide_gate(replace(case, record=Record()))
    told = gate_since(kept, case)
    open_ = {need.rule for need in told.open} & met(told).keys() - {"rejections"}
    ever = PEOPLE.person(me.voice.person) in {PEOPLE.person(each.voice.person) for each in given_}

    why = why_no_approval(case, told, voice=me.voice)

    after = met(decide_gate(replace(case, record=Record(judgements=(*case.record.judgements, me)))))
    adds = any(after[rule] > met(told)[rule] for rule in open_)
    if why:
        assert not adds
    elif open_ and not ever:
        assert adds


def test_whoever_is_enrolled_on_the_word_of_somebody_counted_is_told_before_they_sign() -> None:
    case = before(Rule(name="two", require=(ApprovalNeed(count=2),)))
    case = replace(case, record=Record(judgements=(said("ana@example.org"),)))
    eve, cleo = (
        replace(voice(who, at=NOW), rests_on=on)
        for who, on in (("eve@example.org", ("@ana",)), ("cleo@example.org", ()))
    )
    gate = decide_gate(case)

    (why,) = why_no_approval(case, gate, voice=eve)
    assert why.startswith(
        "eve@example.org: is enrolled on the word of ana@example.org, who is counted, and could be the"
    )
    assert why_no_approval(case, gate, voice=cleo) == ()
    assert why_no_approval(case, gate, voice=voice("ana@example.org", at=NOW)) == (), "that is told otherwise"


def test_whoever_vouched_for_somebody_counted_is_told_so_too() -> None:
    case = before(Rule(name="two", require=(ApprovalNeed(count=2),)))
    by_eve = said(replace(voice("eve@example.org"), rests_on=("ana@example.org",)))
    case = replace(case, record=Record(judgements=(by_eve,)))

    (why,) = why_no_approval(case, decide_gate(case), voice=voice("ana@example.org", at=NOW))

    assert why.startswith("eve@example.org: is enrolled on the word of ana@example.org")
