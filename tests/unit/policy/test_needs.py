"""What a policy can ask for besides people: each kind, met and not met, and never met by what nobody could see."""

from datetime import timedelta

import pytest
from msgspec.structs import replace
from tests.samples.parts import oid
from tests.samples.record import NOW, THIS, said
from tests.unit.policy.test_voices import DOCUMENT, PEOPLE, case

from weighbridge.domain.gate import GateState, Level
from weighbridge.domain.ids import RepoPath, RuleId
from weighbridge.domain.knowledge import Knowledge, WhoKnows
from weighbridge.domain.outcomes import CouldNotLook, Outcome, OutcomeState, Reason
from weighbridge.domain.owners import OwnerGroup, Ownership
from weighbridge.domain.record import Record, Status, StatusState
from weighbridge.policy.case import Case, Paper
from weighbridge.policy.gate import decide_gate
from weighbridge.policy.needs import (
    AllNeed,
    AnyNeed,
    ApprovalNeed,
    CheckNeed,
    CountWhen,
    DocumentNeed,
    Group,
    GroupKind,
    Involved,
    LoadTestNeed,
    Need,
    OwnersNeed,
    RolloutNeed,
    ScannedNeed,
    SomeNeed,
    WaitNeed,
)
from weighbridge.policy.policy import Environment, EnvironmentLevel, Freeze, Policy, Rule, SelfService

MISSING = CouldNotLook(reason=Reason.NOT_CONFIGURED, detail="nobody was asked", remedy="set it up")
DAY = timedelta(days=1)


class Asks:
    """A condition for tests: it reads what it is told to read."""

    def __init__(self, text: str, *, is_volatile: bool = False) -> None:
        self.text = text
        self.reads = frozenset({"time" if is_volatile else "change"})
        self.is_volatile = is_volatile


def asked(*needs: Need, when: Asks | None = None, **more: object) -> Case:
    policy = Policy(name="p", rules=(Rule(name="r", require=needs, when=when),))
    return replace(case(policy=policy), **more)


def judged(*needs: Need, when: Asks | None = None, **more: object) -> GateState:
    return decide_gate(asked(*needs, when=when, **more)).state


def status(state: StatusState, *, name: str = "build", age: timedelta = DAY, tree: int = 0) -> Status:
    about = oid(tree) if tree else DOCUMENT.change.head_tree
    return Status(name=name, state=state, tree=about, source="ci", at=NOW - age)


def test_a_check_passes_on_this_tree_or_not_at_all() -> None:
    need = CheckNeed(name="build")

    assert judged(need, record=Record(statuses=(status(StatusState.PASSED),))) is GateState.SATISFIED
    assert judged(need, record=Record(statuses=(status(StatusState.FAILED),))) is GateState.UNSATISFIED
    assert judged(need, record=Record(statuses=(status(StatusState.PENDING),))) is GateState.UNSATISFIED
    assert judged(need, record=Record(statuses=(status(StatusState.PASSED, tree=77),))) is GateState.UNSATISFIED
    assert judged(need, record=Record(statuses=(status(StatusState.PASSED, name="other"),))) is GateState.UNSATISFIED


def test_the_newest_word_of_a_check_counts_however_it_comes_in() -> None:
    passed, failed = status(StatusState.PASSED, age=2 * DAY), status(StatusState.FAILED)

    for both in ((passed, failed), (failed, passed)):
        assert judged(CheckNeed(name="build"), record=Record(statuses=both)) is GateState.UNSATISFIED


def test_of_two_words_of_one_moment_the_one_that_is_no_pass_counts() -> None:
    passed, failed = status(StatusState.PASSED), status(StatusState.FAILED)

    for both in ((passed, failed), (failed, passed)):
        assert judged(CheckNeed(name="build"), record=Record(statuses=both)) is GateState.UNSATISFIED


def test_a_check_that_says_it_passed_in_the_future_passed_nothing() -> None:
    soon, later = (status(StatusState.PASSED, age=-timedelta(minutes=m)) for m in (4, 6))

    assert judged(CheckNeed(name="build"), record=Record(statuses=(soon,))) is GateState.SATISFIED
    assert judged(CheckNeed(name="build"), record=Record(statuses=(later,))) is GateState.UNSATISFIED


@pytest.mark.parametrize(("within", "expected"), [(2, GateState.SATISFIED), (0.5, GateState.UNSATISFIED)])
def test_a_check_or_load_test_grows_old(within: float, expected: GateState) -> None:
    old = Record(statuses=(status(StatusState.PASSED), status(StatusState.PASSED, name="load-test")))

    assert judged(CheckNeed(name="build", within=within * DAY), record=old) is expected
    assert judged(LoadTestNeed(within=within * DAY), record=old) is expected


@pytest.mark.parametrize("need", [CheckNeed(name="build"), LoadTestNeed(), RolloutNeed(stages=("canary",))])
def test_a_source_that_nobody_could_ask_is_an_error(need: Need) -> None:
    missing = {"statuses": MISSING, "rollout-plans": MISSING}

    assert judged(need, record=Record(missing=missing)) is GateState.ERROR


def test_time_on_record_begins_when_this_decision_was_put_there() -> None:
    need = WaitNeed(time=timedelta(hours=2))

    assert judged(need) is GateState.UNSATISFIED
    assert judged(need, weighed_at=NOW - timedelta(hours=1)) is GateState.UNSATISFIED
    assert judged(need, weighed_at=NOW - timedelta(hours=2)) is GateState.SATISFIED
    assert judged(need, weighed_at=NOW + DAY) is GateState.UNSATISFIED


def test_an_analysis_must_have_looked_and_not_only_not_have_failed() -> None:
    need = ScannedNeed(rules=("sql/*",))
    clear = Outcome(rule=RuleId("sql/drop-column"), subject="", state=OutcomeState.CLEAR)
    blind = Outcome(rule=RuleId("sql/drop-table"), subject="a", state=OutcomeState.COULD_NOT_LOOK, missing=MISSING)

    assert judged(need) is GateState.ERROR
    assert judged(need, document=replace(DOCUMENT, outcomes=(clear,))) is GateState.SATISFIED
    assert judged(need, document=replace(DOCUMENT, outcomes=(clear, blind))) is GateState.ERROR


def test_a_document_is_there_and_says_what_it_must() -> None:
    need = DocumentNeed(kind="design-note")
    good, bad = (Paper(kind="design-note", source=s, problems=p) for s, p in (("a.md", ()), ("b.md", ("empty",))))
    unread = Paper(kind="design-note", source="c.md", missing=("too long",))

    assert judged(need) is GateState.UNSATISFIED
    assert judged(need, papers=(bad,)) is GateState.UNSATISFIED
    assert judged(need, papers=(bad, good)) is GateState.SATISFIED
    assert judged(need, papers=(bad, unread)) is GateState.ERROR
    assert judged(need, papers=(replace(good, kind="threat-model"),)) is GateState.UNSATISFIED
    assert judged(need, papers=(replace(good, pattern="X-[0-9]+"),)) is GateState.UNSATISFIED


def owned(*groups: OwnerGroup, unowned: tuple[str, ...] = ()) -> Ownership:
    return Ownership(source=RepoPath("CODEOWNERS"), groups=groups, unowned=tuple(map(RepoPath, unowned)))


PAY = OwnerGroup(owners=("@shop/pay",), paths=(RepoPath("a.py"),), source=RepoPath("CODEOWNERS"), lines=(1,))


def test_each_group_of_owners_approves() -> None:
    both = owned(PAY, replace(PAY, owners=("@ana",), paths=(RepoPath("b.py"),)))
    cleo, ana = said("cleo@example.org"), said("ana@example.org")

    assert judged(OwnersNeed(), ownership=owned(PAY), record=Record(judgements=(cleo,))) is GateState.SATISFIED
    assert judged(OwnersNeed(), ownership=both, record=Record(judgements=(cleo,))) is GateState.UNSATISFIED
    assert judged(OwnersNeed(), ownership=both, record=Record(judgements=(cleo, ana))) is GateState.SATISFIED
    assert judged(OwnersNeed(), ownership=owned(PAY), record=Record(judgements=(ana,))) is GateState.UNSATISFIED


@pytest.mark.parametrize("ownership", [None, MISSING])
def test_owners_that_nobody_could_read_are_an_error(ownership: CouldNotLook | None) -> None:
    assert judged(OwnersNeed(), ownership=ownership) is GateState.ERROR


def test_what_nobody_owns_stands_in_the_way_where_the_policy_says_so() -> None:
    nobody = owned(unowned=("a.py",))

    assert judged(OwnersNeed(), ownership=nobody) is GateState.SATISFIED
    assert judged(OwnersNeed(unowned=True), ownership=nobody) is GateState.UNSATISFIED


KNOWS = ApprovalNeed(by=(Group(GroupKind.KNOWS_COMPONENT),))


def test_every_component_is_known_by_somebody_who_approved() -> None:
    def know(*people: tuple[str, str], missing: CouldNotLook | None = None) -> WhoKnows:
        known = tuple(Knowledge(person=p, component=c, reason="authored 5 of its 9 changes") for p, c in people)
        return WhoKnows(components=("cart", "pay"), known=known, missing=missing)

    ana = Record(judgements=(said("ana@example.org"),))

    assert judged(KNOWS, record=ana, who_knows=lambda: know(("ana@example.org", "cart"))) is GateState.UNSATISFIED
    both = know(("@ana", "cart"), ("ana@example.org", "pay"))
    assert judged(KNOWS, record=ana, who_knows=lambda: both) is GateState.SATISFIED
    assert judged(KNOWS, record=ana, who_knows=lambda: know(missing=MISSING)) is GateState.ERROR
    assert judged(KNOWS, record=ana, who_knows=None) is GateState.ERROR


@pytest.mark.parametrize(
    ("need", "expected"),
    [
        (AllNeed(of=(ApprovalNeed(), WaitNeed(time=DAY))), GateState.UNSATISFIED),
        (AnyNeed(of=(ApprovalNeed(), WaitNeed(time=DAY))), GateState.SATISFIED),
        (SomeNeed(count=2, of=(ApprovalNeed(), WaitNeed(time=DAY))), GateState.UNSATISFIED),
        (AnyNeed(of=(CheckNeed(name="x"), ScannedNeed(rules=("sql/*",)))), GateState.ERROR),
    ],
)
def test_needs_combine_and_show_their_parts(need: Need, expected: GateState) -> None:
    (whole,) = decide_gate(asked(need, record=Record(judgements=(said("ana@example.org"),)))).requirements

    assert whole.state is expected
    assert len(whole.parts) == 2


@pytest.mark.parametrize(
    ("answer", "expected"), [(True, GateState.SATISFIED), (False, GateState.UNSATISFIED), (MISSING, GateState.ERROR)]
)
def test_another_count_is_taken_where_its_condition_holds(answer: bool | CouldNotLook, expected: GateState) -> None:  # noqa: FBT001 - pytest gives it by name
    need = ApprovalNeed(count=2, count_when=(CountWhen(when=Asks("small"), count=1),))

    one = Record(judgements=(said("ana@example.org"),))
    assert judged(need, record=one, holds=lambda _: answer) is expected


@pytest.mark.parametrize(
    ("answer", "expected"), [(True, GateState.UNSATISFIED), (False, GateState.SATISFIED), (MISSING, GateState.ERROR)]
)
def test_a_rule_applies_where_its_condition_holds(answer: bool | CouldNotLook, expected: GateState) -> None:  # noqa: FBT001 - the same
    assert judged(ApprovalNeed(), when=Asks("x"), holds=lambda _: answer) is expected


def test_a_rule_that_asks_for_the_time_is_left_open_by_a_decision_and_judged_by_the_gate() -> None:
    later = asked(ApprovalNeed(), when=Asks("friday", is_volatile=True), holds=lambda _: True)

    decided = decide_gate(replace(later, now=None))

    assert [(r.state, r.kind) for r in decided.requirements] == [(GateState.NOT_APPLICABLE, "condition")]
    assert decide_gate(later).state is GateState.UNSATISFIED


FREEZE = Freeze(name="sale", start=NOW - DAY, end=NOW + DAY, environments=frozenset({"production"}))
PRODUCTION, SANDBOX = (
    Environment(name=name, level=level, self_service=SelfService.LOW_RISK)
    for name, level in (("production", EnvironmentLevel.PRODUCTION), ("sandbox", EnvironmentLevel.SANDBOX))
)


@pytest.mark.parametrize(
    ("freeze", "environment", "expected"),
    [
        (FREEZE, PRODUCTION, GateState.UNSATISFIED),
        (FREEZE, SANDBOX, GateState.SATISFIED),
        (FREEZE, None, GateState.UNSATISFIED),
        (replace(FREEZE, end=NOW), PRODUCTION, GateState.SATISFIED),
        (replace(FREEZE, start=NOW), PRODUCTION, GateState.UNSATISFIED),
        (replace(FREEZE, except_when=Asks("yes")), PRODUCTION, GateState.SATISFIED),
        (replace(FREEZE, except_when=Asks("unknown")), PRODUCTION, GateState.ERROR),
    ],
)
def test_a_window_closes_what_it_names_while_it_lasts(
    freeze: Freeze, environment: Environment | None, expected: GateState
) -> None:
    policy = Policy(name="p", freezes=(freeze,))
    now = replace(
        case(policy=policy), environment=environment, holds=lambda c: MISSING if c.text == "unknown" else True
    )

    assert decide_gate(now).state is expected


@pytest.mark.parametrize(
    ("environment", "expected"),
    [(SANDBOX, GateState.SATISFIED), (PRODUCTION, GateState.UNSATISFIED), (None, GateState.UNSATISFIED)],
)
def test_a_low_change_serves_itself_into_a_sandbox_and_never_into_production(
    environment: Environment | None, expected: GateState
) -> None:
    gate = decide_gate(asked(ApprovalNeed(), environment=environment))

    assert (gate.level, gate.state) == (Level.LOW, expected)


def test_a_medium_change_serves_itself_nowhere() -> None:
    risky = replace(DOCUMENT, risk=replace(DOCUMENT.risk, percentile=95.0), coverage=DOCUMENT.coverage)

    gate = decide_gate(asked(ApprovalNeed(), environment=SANDBOX, document=risky))

    assert (gate.level, gate.state) == (Level.MEDIUM, GateState.UNSATISFIED)


def test_self_service_excuses_nothing_that_could_not_be_looked_at() -> None:
    assert judged(ScannedNeed(rules=("sql/*",)), environment=SANDBOX) is GateState.ERROR


def test_nothing_is_met_without_a_subject() -> None:
    alone = asked(ApprovalNeed(), record=Record(judgements=(said("ana@example.org"),)), subject=None)

    assert decide_gate(alone).state is GateState.UNSATISFIED


def test_people_of_one_name_are_one_in_every_case() -> None:
    assert PEOPLE.person("BEN@Home.example") == PEOPLE.person("@ben") == PEOPLE.person("ben@example.org")
    assert THIS.proposal == ""


def test_two_needs_that_leave_others_out_are_two_and_say_whom_they_let() -> None:
    strict, mild = ApprovalNeed(), ApprovalNeed(not_by=frozenset({Involved.CO_AUTHOR, Involved.REQUESTER}))

    first, second = decide_gate(asked(strict, mild)).requirements

    assert first.ask == "an approval by a second person"
    assert second.ask == "an approval by a second person (the author or the committer of it too)"
    assert first.evidence != second.evidence, "an override of one leaves the other"


def test_tickets_of_two_forms_are_two_requirements_that_say_which() -> None:
    shop, ops = (DocumentNeed(kind="change-ticket", pattern=pattern) for pattern in ("SHOP-[0-9]+", "OPS-[0-9]+"))

    first, second = decide_gate(asked(shop, ops)).requirements

    assert (first.ask.endswith(" such as SHOP-[0-9]+"), first.evidence != second.evidence) == (True, True)
