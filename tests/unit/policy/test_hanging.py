"""Cases that hang on one condition of a judgement alone: with that dropped or turned round, they would come out otherwise."""

from datetime import date, timedelta

import pytest
from msgspec.structs import replace
from tests.samples.record import NOW, said, voice
from tests.unit.policy.test_alone import ALONE
from tests.unit.policy.test_exceptions import ANA, BEN, CLEO, DAY, FINDING, POLICY, case, override, state_of, waiver
from tests.unit.policy.test_needs import MISSING, Asks, asked, judged
from tests.unit.policy.test_voices import AUTHOR, DOCUMENT

from weighbridge.domain.change import Limitation, LimitationKind
from weighbridge.domain.findings import Confidence, FindingState, Severity, Suppression, WeighedFinding
from weighbridge.domain.gate import GateState
from weighbridge.domain.ids import RepoPath, RuleId
from weighbridge.domain.outcomes import CouldNotLook, Coverage, FileCoverage, Outcome, OutcomeState, Reason
from weighbridge.domain.owners import OwnerGroup
from weighbridge.domain.persons import Person, Teams
from weighbridge.domain.places import Place
from weighbridge.domain.record import Assurance, Record, Verdict
from weighbridge.domain.system import AreaLevel, Stated
from weighbridge.policy.code_owners import Assent, Known, decide_owners
from weighbridge.policy.document import PolicyDocument
from weighbridge.policy.gate import decide_gate
from weighbridge.policy.judge.alone import not_separated
from weighbridge.policy.needs import ApprovalNeed, Involved
from weighbridge.policy.policy import Policy, Rule
from weighbridge.policy.population import population
from weighbridge.policy.reset import Reset
from weighbridge.policy.suppressions import LONGEST_TERM
from weighbridge.policy.suppressions import judged as judged_suppression

FIRM = Rule(name="firm", require=(), exceptions_by=2)
NOTHING_CHANGED = replace(DOCUMENT, change=replace(DOCUMENT.change, files=()))


def weighed(state: FindingState, **more: object) -> WeighedFinding:
    return WeighedFinding(finding=replace(FINDING, **more), state=state)


def decided(document: PolicyDocument, policy: Policy) -> GateState:
    return decide_gate(replace(case(policy=policy), document=document)).state


def overridden(policy: Policy, *by: str) -> GateState:
    return state_of(decide_gate(case(Record(overrides=tuple(map(override, by))), policy=policy)), "two")


def test_of_several_firm_rules_the_firmest_says_how_many_except() -> None:
    three = replace(FIRM, name="firmer", exceptions_by=3)
    assert POLICY.overrides is not None
    anybody = replace(POLICY, overrides=replace(POLICY.overrides, approval=ApprovalNeed()))

    both = replace(anybody, rules=(*POLICY.rules, FIRM, three))

    assert overridden(both, ANA, BEN) is GateState.UNSATISFIED
    assert overridden(both, ANA, BEN, CLEO) is GateState.OVERRIDDEN


def test_a_policy_that_asks_for_more_than_a_firm_rule_gets_more() -> None:
    assert POLICY.overrides is not None
    strict = replace(POLICY.overrides, approval=ApprovalNeed(count=3))

    policy = replace(POLICY, rules=(*POLICY.rules, FIRM), overrides=strict)

    assert overridden(policy, ANA, BEN) is GateState.UNSATISFIED


def test_a_decision_is_not_held_firm_by_a_rule_that_asks_for_the_time() -> None:
    rule = replace(FIRM, when=Asks("friday", is_volatile=True))
    before = replace(asked(holds=lambda _: True), policy=Policy(name="p", rules=(rule,), report_only=True))

    assert decide_gate(replace(before, now=None)).report_only
    assert not decide_gate(before).report_only


@pytest.mark.parametrize("state", [FindingState.BASELINE, FindingState.SUPPRESSED])
def test_a_change_of_nothing_with_a_finding_that_is_not_new_has_nothing_to_pass(state: FindingState) -> None:
    document = replace(NOTHING_CHANGED, findings=(weighed(state),))

    assert decided(document, Policy(name="p")) is GateState.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("reason", "state"), [(Reason.NOT_CONFIGURED, GateState.NOT_APPLICABLE), (Reason.FAILED, GateState.ERROR)]
)
def test_nor_where_a_rule_could_not_look_and_need_not(reason: Reason, state: GateState) -> None:
    missing = CouldNotLook(reason=reason, detail="x")
    outcome = Outcome(rule=RuleId("x/y"), subject="", state=OutcomeState.COULD_NOT_LOOK, missing=missing)
    document = replace(NOTHING_CHANGED, outcomes=(outcome,))

    assert decided(document, Policy(name="p", blind=frozenset({Reason.FAILED}))) is state


def test_a_second_key_of_one_person_adds_to_what_they_approved_before() -> None:
    laptop = replace(voice(ANA, Assurance.SECURITY_KEY), key="SHA256:laptop", rests_on=(BEN,))
    touched = ApprovalNeed(assurance=Assurance.SECURITY_KEY)

    assert judged(touched, record=Record(judgements=(said(ANA), said(laptop)))) is GateState.SATISFIED


def test_a_comment_takes_no_rejection_back() -> None:
    rejected = said(ANA, Verdict.REJECT), said(ANA, Verdict.COMMENT)
    gate = decide_gate(asked(ApprovalNeed(), record=Record(judgements=(*rejected, said(BEN)))))

    assert gate.state is GateState.UNSATISFIED
    assert [need.rule for need in gate.open] == ["rejections"]


def test_whoever_wrote_it_can_reject_it() -> None:
    gate = decide_gate(asked(record=Record(judgements=(said(AUTHOR, Verdict.REJECT),))))

    assert gate.state is GateState.UNSATISFIED


@pytest.mark.parametrize(
    ("severity", "confidence", "state"),
    [
        (Severity.HIGH, Confidence.MEDIUM, GateState.UNSATISFIED),
        (Severity.MEDIUM, Confidence.HIGH, GateState.SATISFIED),
        (Severity.CRITICAL, Confidence.LOW, GateState.SATISFIED),
    ],
)
def test_a_finding_blocks_that_is_exactly_as_bad_and_as_sure_as_the_policy_says(
    severity: Severity, confidence: Confidence, state: GateState
) -> None:
    document = replace(DOCUMENT, findings=(weighed(FindingState.NEW, severity=severity, confidence=confidence),))

    assert decided(document, Policy(name="p")) is state


def test_a_waiver_takes_as_many_people_as_the_policy_says() -> None:
    assert POLICY.waivers is not None
    two = replace(POLICY.waivers, approval=ApprovalNeed(count=2))
    policy = replace(POLICY, rules=(), waivers=two)

    def state(*by: str) -> GateState:
        record = Record(waivers=tuple(map(waiver, by)))
        return decide_gate(case(record, policy=policy, findings=(FINDING,))).state

    assert state(ANA) is GateState.UNSATISFIED
    assert state(ANA, BEN) is GateState.OVERRIDDEN


def test_what_is_never_waived_is_not_waived_by_a_pattern_either() -> None:
    never = replace(FINDING, rule=RuleId("x/never"))
    record = Record(waivers=(waiver(rule="x/*"),))
    policy = replace(POLICY, rules=())

    assert decide_gate(case(record, policy=policy, findings=(never,))).state is GateState.UNSATISFIED
    assert decide_gate(case(record, policy=policy, findings=(FINDING,))).state is GateState.OVERRIDDEN


@pytest.mark.parametrize(
    ("area", "state"), [(AreaLevel.HIGH, GateState.UNSATISFIED), (AreaLevel.MEDIUM, GateState.SATISFIED)]
)
def test_code_that_nothing_reads_takes_a_reader_in_a_high_level_area_alone(area: AreaLevel, state: GateState) -> None:
    path = RepoPath("a.odd")
    missing = CouldNotLook(reason=Reason.UNSUPPORTED, detail="x")
    unread = FileCoverage(path=path, language="odd", examined=False, missing=missing)
    areas = {path: Stated(value=area, reason="r", declared=True)}
    document = replace(DOCUMENT, coverage=Coverage(files=(unread,)), areas=areas)

    assert decided(document, Policy(name="p")) is state


@pytest.mark.parametrize(
    ("blind", "state"), [(frozenset({Reason.LIMIT}), GateState.ERROR), (frozenset(), GateState.SATISFIED)]
)
def test_commits_that_were_left_out_block_where_the_policy_says_so(blind: frozenset[Reason], state: GateState) -> None:
    left_out = Limitation(kind=LimitationKind.COUNT, subject="commits", detail="only 5,000", remedy="weigh fewer")
    document = replace(DOCUMENT, change=replace(DOCUMENT.change, limitations=(left_out,)))

    assert decided(document, Policy(name="p", blind=blind)) is state


def test_whoever_only_committed_it_wrote_nothing_that_the_only_person_did_not_separate() -> None:
    before = replace(case(policy=Policy(name="p", is_solo=True)), population=lambda: ALONE)

    assert not_separated(replace(before, involved={AUTHOR: frozenset({Involved.COMMITTER})})) == ()
    assert len(not_separated(replace(before, involved={AUTHOR: frozenset({Involved.AUTHOR})}))) == 1


@pytest.mark.parametrize(("days", "is_honoured"), [(0, True), (1, False)])
def test_an_excuse_for_exactly_two_years_is_honoured(days: int, *, is_honoured: bool) -> None:
    today = date(2026, 3, 14)
    until = (today + LONGEST_TERM + timedelta(days=days)).isoformat()
    excuse = Suppression(
        rule=RuleId("x/y"), place=Place(path=RepoPath("a.py"), line=1), reason="r", expires=until, is_trusted=True
    )

    assert (judged_suppression(excuse, today).problem == "") is is_honoured


def test_a_reset_of_a_tier_covers_that_tier_and_the_graver_ones() -> None:
    reset = Reset(start=NOW, end=NOW + DAY, tier=2, components=("named",))

    assert [reset.covers("x", tier) for tier in (1, 2, 3)] == [True, True, False]
    assert reset.covers("named", 3)


def test_an_author_s_own_approval_leaves_no_doubt_about_a_team_that_nobody_knows() -> None:
    ana, author = Person(name=ANA), Person(name=AUTHOR)
    group = OwnerGroup(
        owners=("@shop/unknown", ANA), paths=(RepoPath("a.py"),), source=RepoPath("CODEOWNERS"), lines=(1,)
    )
    known = Known(people=(ana, author), teams=Teams(members={}, missing=MISSING))

    (own,) = decide_owners((group,), Assent(approvers=(author,), authors=(author,)), known=known)
    (doubtful,) = decide_owners((group,), Assent(approvers=(Person(name=BEN),), authors=(author,)), known=known)

    assert own.state is GateState.UNSATISFIED
    assert doubtful.state is GateState.ERROR


def test_a_person_one_of_whose_names_is_a_program_s_is_a_person() -> None:
    both, program = Person(name=ANA, aliases=("ana-bot",)), Person(name="deploy-bot")

    found = population(
        owners=(), signers=(both, program), committers=(), teams=Teams(), is_machine=lambda name: name.endswith("bot")
    )

    assert [each.person.name for each in found.people] == [ANA]
