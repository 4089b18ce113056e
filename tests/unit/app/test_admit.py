"""What may enter an environment, sentence by sentence as `app.admit` says it."""

from copy import deepcopy
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.samples.admitting import ADAS, BOBS, CLEOS, NOW, PRODUCTION, START, STRANGER, World, about, tree
from tests.samples.ssh_keys import SshKey, ed25519
from tests.samples.voices import ledger_payload, signed

from weighbridge.domain.gate import GateState
from weighbridge.domain.ids import Digest, ObjectId
from weighbridge.domain.record import Subject, Verdict
from weighbridge.ledger.envelope import read_envelope
from weighbridge.ledger.memberships import PRINCIPAL
from weighbridge.ledger.personal import personal_values
from weighbridge.ledger.predicates.break_glass import BreakGlass
from weighbridge.ledger.predicates.enrolment import Enrolment
from weighbridge.policy.conditions.condition import compile_condition
from weighbridge.policy.needs import ApprovalNeed, Group, GroupKind, RolloutNeed
from weighbridge.policy.policy import (
    BreakGlassRules,
    CarryOver,
    Environment,
    EnvironmentLevel,
    Freeze,
    Policy,
    Rule,
    SelfService,
)

DAY = timedelta(days=1)


@pytest.fixture
def world() -> World:
    return World()


def test_a_decided_tree_enters(world: World) -> None:
    world.approved(0, 1)

    found = world.admit(1, last=0)

    assert found.is_admitted
    assert [link.entry for link in found.links] == [1]


def test_another_commit_of_the_same_tree_enters_too(world: World) -> None:
    """What is compared is trees."""
    world.decide(replace(about(0, 1), head_commit=about(5, 6).head_commit))

    assert world.admit(1, last=0).is_admitted


def test_a_tree_that_nobody_decided_does_not_enter(world: World) -> None:
    world.approved(0, 1)

    found = world.admit(2, last=0)

    assert found.missing == f"no decision on tree {'0' * 12} is on record"


def test_every_change_since_the_last_admitted_one_must_have_been_decided(world: World) -> None:
    world.approved(0, 1)
    world.approved(1, 2)
    world.approved(2, 3)

    assert [link.about.head_tree[-1] for link in world.admit(3, last=0).links] == ["3", "2", "1"]
    assert world.admit(3, last=1).is_admitted


def test_one_change_in_between_that_nobody_decided_keeps_all_out(world: World) -> None:
    world.approved(0, 1)
    world.approved(2, 3)

    found = world.admit(3, last=0)

    assert "no decision on tree" in found.missing
    assert [link.about.head_tree[-1] for link in found.links] == ["3"]


def test_a_decision_on_a_detour_does_not_hide_the_way(world: World) -> None:
    world.approved(0, 1)
    world.approved(7, 1)

    assert world.admit(1, last=0).is_admitted


def test_decisions_that_go_round_in_a_circle_lead_nowhere(world: World) -> None:
    world.approved(1, 2)
    world.approved(2, 1)

    assert "go round in a circle" in world.admit(1, last=0).missing


def test_where_nothing_was_admitted_the_chain_begins_on_the_protected_branch(world: World) -> None:
    world.approved(0, 1)

    found = world.admit(1, begins=[0, 8])

    assert found.is_admitted
    assert "nothing is known to be in production yet" in found.remarks[0]
    assert not world.admit(1, begins=[8]).is_admitted


def test_a_decision_by_nobody_who_is_trusted_counts_for_nothing(world: World) -> None:
    world.approved(0, 1, by=STRANGER)

    found = world.admit(1, last=0)

    assert "no writer that is trusted" in found.missing


def test_what_a_stranger_wrote_closes_nothing(world: World) -> None:
    world.approved(0, 1)
    world.decide(about(0, 1), GateState.UNSATISFIED, by=STRANGER)

    assert world.admit(1, last=0).is_admitted


@pytest.mark.parametrize("state", [GateState.UNSATISFIED, GateState.NOT_APPLICABLE])
def test_a_gate_that_was_not_passed_keeps_it_out(world: World, state: GateState) -> None:
    world.decide(about(0, 1), state)

    assert f"its gate is {state}" in world.admit(1, last=0).missing


def test_a_gate_that_could_not_decide_keeps_it_out_in_the_words_of_the_page(world: World) -> None:
    world.decide(about(0, 1), GateState.ERROR)

    assert "its gate could not decide (entry 0): see what" in world.admit(1, last=0).missing


def test_a_gate_that_closed_is_closed(world: World) -> None:
    world.approved(0, 1)
    world.decide(about(0, 1), GateState.UNSATISFIED)

    assert "its gate is unsatisfied (entry 2)" in world.admit(1, last=0).missing


def test_a_gate_that_opened_again_is_open(world: World) -> None:
    world.decide(about(0, 1), GateState.UNSATISFIED)
    world.approved(0, 1)

    assert world.admit(1, last=0).is_admitted


def test_closing_it_for_no_environment_closes_it_for_this_one(world: World) -> None:
    world.approved(0, 1, environment="production")
    world.decide(about(0, 1), GateState.UNSATISFIED)

    assert not world.admit(1, last=0).is_admitted


def test_what_serves_itself_is_not_closed_by_what_is_asked_elsewhere() -> None:
    sandbox = Environment(name="sandbox", level=EnvironmentLevel.SANDBOX, self_service=SelfService.LOW_RISK)
    world = World(environment=sandbox)
    world.decide(about(0, 1), environment="sandbox")
    world.decide(about(0, 1), GateState.UNSATISFIED)

    assert world.admit(1, last=0).is_admitted


def test_another_proposal_of_the_same_trees_closes_nothing(world: World) -> None:
    world.approved(0, 1)
    world.decide(about(0, 1, proposal="pull/2"), GateState.UNSATISFIED)

    assert world.admit(1, last=0).is_admitted


def test_a_decision_for_another_environment_is_none_for_this(world: World) -> None:
    world.approved(0, 1, environment="staging")

    assert "entry 1 decided it for staging, not production" in world.admit(1, last=0).missing


def test_where_the_environment_asks_for_more_it_must_have_been_asked_for_it() -> None:
    world = World(environment=replace(PRODUCTION, require=(ApprovalNeed(),)))
    world.approved(0, 1)

    assert "decided it for no environment, and production asks for more" in world.admit(1, last=0).missing
    world.approved(0, 1, environment="production")
    assert world.admit(1, last=0).is_admitted


@pytest.mark.parametrize(
    ("requirements", "words"),
    [
        ({}, "could not look at one"),
        ({"environment:production": GateState.ERROR}, "could not look at one"),
    ],
)
def test_a_rollout_plan_that_is_asked_for_must_have_been_met(requirements: dict[str, GateState], words: str) -> None:
    world = World(environment=replace(PRODUCTION, require=(RolloutNeed(),)))
    world.approved(0, 1, environment="production", requirements=requirements)

    found = world.admit(1, last=0)

    assert "production asks for a rollout plan" in found.missing
    assert words in found.missing


def test_a_rollout_plan_that_was_overridden_is_met() -> None:
    world = World(environment=replace(PRODUCTION, require=(RolloutNeed(),)))
    subject = about(0, 1)
    relied_on = [world.override(subject, until=NOW + DAY)]
    requirements = {"environment:production": GateState.OVERRIDDEN}
    world.decide(
        subject, GateState.OVERRIDDEN, environment="production", relied_on=relied_on, requirements=requirements
    )

    assert world.admit(1, last=0).is_admitted


@pytest.mark.parametrize("is_over", [True, False])
def test_a_decision_runs_out(world: World, *, is_over: bool) -> None:
    world.approved(0, 1, expires=NOW - DAY if is_over else NOW + DAY)

    assert world.admit(1, last=0).is_admitted is not is_over


def test_a_decision_of_tomorrow_was_not_made(world: World) -> None:
    world.approved(0, 1, at=NOW + DAY)

    assert "which is yet to come" in world.admit(1, last=0).missing


def test_approvals_run_out_at_the_time_of_admission() -> None:
    world = World(policy=Policy(name="shop", approvals_last=timedelta(days=30)))
    world.approved(0, 1)

    assert world.admit(1, last=0).is_admitted
    world.now = NOW + timedelta(days=31)
    assert "ada@example.org's approval (entry 0) ran out on 2026-07-01 09:00 UTC" in world.admit(1, last=0).missing


def test_the_shorter_time_of_policy_and_environment_counts() -> None:
    policy = Policy(name="shop", approvals_last=timedelta(days=30))
    world = World(policy=policy, environment=replace(PRODUCTION, approvals_last=timedelta(days=1)), now=NOW + 2 * DAY)
    world.approved(0, 1, environment="production")

    assert "approval (entry 0) ran out" in world.admit(1, last=0).missing


def test_an_approval_that_had_run_out_when_the_gate_was_asked_is_not_missed() -> None:
    world = World(policy=Policy(name="shop", approvals_last=timedelta(days=1)))
    subject = about(0, 1)
    old, new = world.approve(subject, at=NOW - 9 * DAY), world.approve(subject, by=BOBS)
    world.decide(subject, relied_on=[old, new])

    assert world.admit(1, last=0).is_admitted


def test_who_approved_again_is_counted_by_their_newest_word() -> None:
    world = World(policy=Policy(name="shop", approvals_last=timedelta(days=1)), now=NOW + timedelta(hours=20))
    subject = about(0, 1)
    old, new = world.approve(subject, at=NOW - timedelta(hours=23)), world.approve(subject)
    world.decide(subject, relied_on=[old, new])

    assert world.admit(1, last=0).is_admitted


def test_a_key_that_was_revoked_since_takes_its_word_back(world: World) -> None:
    world.approved(0, 1)
    world.revoke(ADAS, by=BOBS)

    assert "entry 1 relied on entry 0, which is not believed any more" in world.admit(1, last=0).missing


def test_a_statement_that_two_said_falls_with_either_of_their_keys(world: World) -> None:
    subject = about(0, 1)
    said = [world.approve(subject, by=key) for key in (BOBS, ADAS)]
    assert said[0] == said[1]
    world.decide(subject, relied_on=said)
    assert world.admit(1, last=0).is_admitted
    world.revoke(ADAS, by=BOBS)

    assert "relied on entry 1, which is not believed any more" in world.admit(1, last=0).missing


def test_a_statement_that_is_not_there_proves_nothing(world: World) -> None:
    subject = about(0, 1)
    approval = World().approve(subject)
    world.decide(subject, relied_on=[approval])

    assert "which the ledger does not hold" in world.admit(1, last=0).missing


def test_a_rejection_closes_it_until_the_gate_is_asked_again(world: World) -> None:
    world.approved(0, 1)
    rejection = world.approve(about(0, 1), by=BOBS, verdict=Verdict.REJECT)

    assert (
        "bob@example.org rejected it, and the gate was not asked with that (entry 2)" in world.admit(1, last=0).missing
    )
    world.decide(about(0, 1), relied_on=[rejection])
    assert world.admit(1, last=0).is_admitted


EARLIER = tree(42)
"""A commit of the change before its head."""


def as_proposed(subject: Subject, *, commit: ObjectId, proposal: str = "") -> Subject:
    """An earlier form of a change, which led to another tree."""
    return replace(subject, head_tree=tree(77), head_commit=commit, proposal=proposal)


def test_a_rejection_of_an_earlier_commit_closes_it_too(world: World) -> None:
    world.approved(0, 1, commits=(about(0, 1).head_commit, EARLIER))
    world.approve(as_proposed(about(0, 1), commit=EARLIER), by=BOBS, verdict=Verdict.REJECT)

    assert "bob@example.org rejected it" in world.admit(1, last=0).missing
    world.approve(as_proposed(about(0, 1), commit=EARLIER), by=BOBS)
    assert not world.admit(1, last=0).is_admitted, "a yes to what it was is none to what it is"
    world.approve(about(0, 1), by=BOBS)
    assert world.admit(1, last=0).is_admitted


def test_a_rejection_of_what_a_rebase_left_of_the_same_proposal_closes_it_too(world: World) -> None:
    change = replace(about(0, 1), proposal="7")
    world.decide(change, relied_on=[world.approve(change)])
    world.approve(as_proposed(change, commit=EARLIER, proposal="8"), by=BOBS, verdict=Verdict.REJECT)
    later = replace(as_proposed(change, commit=EARLIER, proposal="7"), base_tree=tree(5))
    world.approve(later, by=BOBS, verdict=Verdict.REJECT)
    assert world.admit(1, last=0).is_admitted, "those are other changes"

    world.approve(as_proposed(change, commit=EARLIER, proposal="7"), by=BOBS, verdict=Verdict.REJECT)
    assert "bob@example.org rejected it" in world.admit(1, last=0).missing


READS_STATUSES = Policy(
    name="shop",
    environments={"production": PRODUCTION},
    rules=(Rule(name="red", when=compile_condition("statuses.failed.size() > 0"), require=(ApprovalNeed(count=1),)),),
)


def test_a_check_that_failed_and_that_the_gate_was_not_asked_with_closes_it_wherever_it_lies() -> None:
    """Where ledgers are brought together, the decision comes after what it never saw."""
    world = World(policy=READS_STATUSES)
    failed = world.report("flaky", "failed", of=1)
    world.approved(0, 1)

    assert "flaky is failed since (entry 0)" in world.admit(1, last=0).missing
    world.decide(about(0, 1), relied_on=[failed])
    assert world.admit(1, last=0).is_admitted
    world.report("flaky", "failed", of=1, at=NOW - timedelta(minutes=1))
    assert world.admit(1, last=0).is_admitted, "it is as the gate knew it"
    world.report("flaky", "pending", of=1, at=NOW)
    assert "flaky is pending since" in world.admit(1, last=0).missing


def test_a_check_that_no_condition_reads_and_nothing_was_asked_of_closes_nothing(world: World) -> None:
    world.approved(0, 1)
    world.report("flaky", "failed", of=1)

    assert world.admit(1, last=0).is_admitted


def test_where_approvals_were_carried_over_what_failed_on_the_new_tree_was_not_looked_at() -> None:
    world = World(policy=replace(READS_STATUSES, carry_over=CarryOver.NOTHING_ADDED))
    world.approved(0, 1)
    world.carry(about(0, 1), later=about(0, 2))
    assert world.admit(2, last=0).is_admitted

    world.report("flaky", "failed", of=2)
    assert "flaky was looked at for an earlier form, and it is failed (entry 3)" in world.admit(2, last=0).missing


def test_an_override_lets_it_in_until_it_runs_out(world: World) -> None:
    subject = about(0, 1)
    world.decide(subject, GateState.OVERRIDDEN, relied_on=[world.override(subject, until=NOW + DAY)])

    assert world.admit(1, last=0).is_admitted
    world.now = NOW + 2 * DAY
    assert "ada@example.org's override (entry 0) ran out" in world.admit(1, last=0).missing


def test_an_override_that_nobody_gave_lets_nothing_in(world: World) -> None:
    world.decide(about(0, 1), GateState.OVERRIDDEN)

    assert "no override is on record" in world.admit(1, last=0).missing


def test_broken_glass_lets_it_in_until_its_review_is_overdue() -> None:
    world = World(policy=Policy(name="shop", break_glass=BreakGlassRules()))
    subject = about(0, 1)
    broken = world.break_glass(subject, due=NOW + DAY)
    world.decide(subject, GateState.BYPASSED, relied_on=[broken])

    assert world.admit(1, last=0).is_admitted
    world.now = NOW + 2 * DAY
    assert "the review that was due on 2026-06-02 12:00 UTC was not given" in world.admit(1, last=0).missing
    world.review_glass(subject, broken, by=ADAS)
    assert not world.admit(1, last=0).is_admitted
    world.review_glass(subject, broken)
    assert world.admit(1, last=0).is_admitted


def enrol(world: World, person: str, *, key: SshKey, by: SshKey) -> None:
    """Vouched for in the ledger, where nobody keeps names: whoever it is has none."""
    values = personal_values({PRINCIPAL: person})
    said = Enrolment(at=NOW - 3 * DAY, key=key.line, fingerprint=key.keyid, personal=values.commitment)
    world.put(signed(ledger_payload(said), key, by))


def reviewed(world: World, *, broken_by: SshKey, by: SshKey, and_by: SshKey | None = None) -> bool:
    """Whether broken glass whose review is overdue lets it in once these keys have reviewed it."""
    subject = about(0, 1)
    said = BreakGlass(
        about=subject, at=NOW - DAY, review_due=NOW - timedelta(hours=1), personal=Digest("sha256:" + "0" * 64)
    )
    broken = world.say(said, subject, by=broken_by)
    world.decide(subject, GateState.BYPASSED, relied_on=[broken])
    world.review_glass(subject, broken, by=by)
    if and_by is not None:
        world.review_glass(subject, broken, by=and_by)
    return world.admit(1, last=0).is_admitted


def test_whose_name_was_erased_is_no_other_reviewer_of_broken_glass() -> None:
    world = World(policy=Policy(name="shop", break_glass=BreakGlassRules()))
    nameless, behind = ed25519(), ed25519()
    enrol(world, "eve@example.org", key=nameless, by=BOBS)
    enrol(world, "fay@example.org", key=behind, by=nameless)

    assert not reviewed(deepcopy(world), broken_by=ADAS, by=nameless)
    assert not reviewed(deepcopy(world), broken_by=ADAS, by=behind)
    assert not reviewed(deepcopy(world), broken_by=nameless, by=ADAS), "she could be who broke it"
    assert reviewed(deepcopy(world), broken_by=nameless, by=ADAS, and_by=CLEOS), "one of them is another"
    assert not reviewed(deepcopy(world), broken_by=nameless, by=ADAS, and_by=BOBS), "he vouched for who broke it"
    assert not reviewed(deepcopy(world), broken_by=nameless, by=ADAS, and_by=behind)
    assert reviewed(world, broken_by=ADAS, by=BOBS)


def test_nobody_reviews_broken_glass_by_a_key_they_vouched_for(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(policy=Policy(name="shop", break_glass=BreakGlassRules()))
    key = ed25519()
    vouched = replace(START.keys[BOBS.keyid], keyid=key.keyid, key=key.blob, person="eve@example.org")
    for voucher, is_let_in in ((ADAS, False), (BOBS, True)):
        keys = {**START.keys, key.keyid: replace(vouched, vouched_by=(voucher.keyid,))}
        monkeypatch.setattr("tests.samples.admitting.START", replace(START, keys=keys))
        assert reviewed(deepcopy(world), broken_by=ADAS, by=key) is is_let_in


def test_only_whom_the_policy_names_review_broken_glass() -> None:
    rules = BreakGlassRules(review=ApprovalNeed(by=(Group(GroupKind.PERSON, "cleo@example.org"),)))
    world = World(policy=Policy(name="shop", break_glass=rules))

    assert not reviewed(world, broken_by=ADAS, by=BOBS)
    assert "bob@example.org: is not among cleo@example.org" in world.admit(1, last=0).missing


def test_a_copy_of_broken_glass_that_another_signs_takes_no_debt_over() -> None:
    world = World(policy=Policy(name="shop", break_glass=BreakGlassRules()))
    subject = about(0, 1)
    broken = world.break_glass(subject, due=NOW - timedelta(hours=1))
    world.decide(subject, GateState.BYPASSED, relied_on=[broken])
    payload = read_envelope(world.envelopes[0]).payload
    world.put(signed(payload, BOBS))

    assert "ada@example.org broke the glass (entry 0)" in world.admit(1, last=0).missing
    world.review_glass(subject, broken, by=ADAS)
    assert not world.admit(1, last=0).is_admitted


def test_broken_glass_lets_nothing_in_where_the_policy_knows_none(world: World) -> None:
    subject = about(0, 1)
    world.decide(subject, GateState.BYPASSED, relied_on=[world.break_glass(subject, due=NOW + DAY)])

    assert "which nothing on record allows" in world.admit(1, last=0).missing


FROZEN = Policy(name="shop", freezes=(Freeze(name="sales", start=NOW - timedelta(hours=1), end=NOW + DAY),))


def test_in_a_window_that_is_closed_nothing_enters() -> None:
    world = World(policy=FROZEN)
    world.approved(0, 1, environment="production")

    assert "nothing enters production until 2026-06-02 12:00 UTC: sales" in world.admit(1, last=0).missing


def test_what_was_decided_within_the_window_for_here_enters() -> None:
    world = World(policy=FROZEN)
    world.approved(0, 1, environment="production", at=NOW - timedelta(minutes=5))

    assert world.admit(1, last=0).is_admitted


def test_a_window_of_another_environment_closes_nothing() -> None:
    freeze = replace(FROZEN.freezes[0], environments=frozenset({"staging"}))
    world = World(policy=replace(FROZEN, freezes=(freeze,)))
    world.approved(0, 1)

    assert world.admit(1, last=0).is_admitted


def test_what_is_there_already_may_enter_again(world: World) -> None:
    world.approved(0, 1)

    assert world.admit(1, last=1).is_admitted
    assert not world.admit(2, last=2).is_admitted


def test_what_was_there_before_may_return_though_it_ran_out(world: World) -> None:
    first = world.approved(0, 1, expires=NOW - DAY)
    second = world.approved(1, 2)
    world.admitted(0, 1, links=[first])
    world.admitted(1, 2, links=[second])

    found = world.admit(1, last=2)

    assert found.is_admitted
    assert found.remarks == ("it was in production before: entry 4 let it in",)


@pytest.mark.parametrize("how", ["stranger", "no decision", "revoked"])
def test_nothing_returns_that_was_not_let_in_by_what_is_still_believed(world: World, how: str) -> None:
    first = World().approved(0, 1) if how == "no decision" else world.approved(0, 1, expires=NOW - DAY)
    world.admitted(0, 1, links=[first], **({"by": STRANGER} if how == "stranger" else {}))
    world.approved(1, 2)
    if how == "revoked":
        world.revoke(ADAS, by=BOBS)

    assert not world.admit(1, last=2).is_admitted


def test_approvals_that_were_carried_over_are_a_link_where_the_policy_lets_them_be(world: World) -> None:
    earlier, later = about(0, 1), about(5, 6)
    world.decide(earlier, relied_on=[approval := world.approve(earlier)])
    world.carry(earlier, later=later, approvals=[approval])

    assert "the policy lets none be" in world.admit(6, last=5).missing
    world.policy = replace(world.policy, carry_over=CarryOver.NOTHING_ADDED)
    found = world.admit(6, last=5)
    assert found.is_admitted
    assert len(found.digests) == 2


def test_a_gate_that_closed_after_approvals_were_carried_over_is_closed() -> None:
    world = World(policy=Policy(name="shop", carry_over=CarryOver.NOTHING_ADDED))
    world.decide(about(0, 1))
    world.carry(about(0, 1), later=about(5, 6))
    world.decide(about(5, 6), GateState.UNSATISFIED)

    assert not world.admit(6, last=5).is_admitted


CHANGES = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.sampled_from(GateState)), max_size=6)


def leads(decided: list[tuple[int, int, GateState]], head: int, *, last: int) -> bool:
    """Whether satisfied decisions lead from `last` to `head`, each change judged by its newest; told another way."""
    newest = {(base, top): state for base, top, state in decided}
    passed = {change for change, state in newest.items() if state in (GateState.SATISFIED,)}
    if head == last:
        return any(top == head for _, top in passed)
    reached = {last}
    for _ in range(len(passed)):
        reached |= {top for base, top in passed if base in reached}
    return head in reached


@given(CHANGES, st.integers(0, 4), st.integers(0, 4))
def test_nothing_enters_without_satisfied_decisions_for_exactly_that_chain(
    decided: list[tuple[int, int, GateState]], head: int, last: int
) -> None:
    decided = [each for each in decided if each[2] not in (GateState.OVERRIDDEN, GateState.BYPASSED)]
    world = World()
    for number, (base, top, state) in enumerate(decided):
        world.decide(
            replace(about(base, top), proposal=""), state, at=NOW - timedelta(hours=2) + timedelta(minutes=number)
        )
    if decided:
        assert world.admit(head, last=last).is_admitted == leads(decided, head, last=last)


@given(st.integers(1, 4), st.data())
def test_with_any_entry_of_the_chain_removed_nothing_enters(length: int, data: st.DataObject) -> None:
    world = World()
    for step in range(length):
        world.approved(step, step + 1)
    assert world.admit(length, last=0).is_admitted
    world.approved(8, 9)

    del world.envelopes[data.draw(st.integers(0, 2 * length - 1))]

    assert not world.admit(length, last=0).is_admitted
