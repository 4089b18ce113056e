"""What whoever just approved is told: who else did, what theirs makes, and what is still open."""

from msgspec.structs import replace
from tests.samples.record import said
from tests.unit.policy.test_exceptions import ANA, BEN, CLEO, POLICY, case, override
from tests.unit.policy.test_voices import AUTHOR

from weighbridge.domain.record import Record, Verdict
from weighbridge.policy.by_now import ByNow, by_now
from weighbridge.policy.gate import decide_gate
from weighbridge.policy.needs import AnyNeed, ApprovalNeed, CheckNeed, Group, GroupKind
from weighbridge.policy.policy import Policy, Rule
from weighbridge.policy.since import case_since, gate_since


def told(record: Record, *, to: str = ANA, policy: Policy = POLICY) -> ByNow:
    asked = case(policy=policy)
    decided = decide_gate(replace(asked, now=None))
    here = case_since(decided, replace(asked, record=record))
    return by_now(gate_since(decided, here), here, person=to)


def test_the_last_of_two_makes_two() -> None:
    one, both = told(Record(judgements=(said(ANA),))), told(Record(judgements=(said(BEN), said(ANA))))

    (first,) = [each for each in one.tallies if each.wanted == 2]
    (second,) = [each for each in both.tallies if each.wanted == 2]
    assert (first.have, first.short, first.is_mine, first.others) == (1, 1, True, ())
    assert (second.have, second.short, second.others) == (2, 0, (f"{BEN}, by key",))
    assert (one.is_done, both.is_done) == (False, True)


def test_who_does_not_count_is_told_where_others_stand() -> None:
    (two,) = told(Record(judgements=(said(AUTHOR), said(BEN))), to=AUTHOR).tallies

    assert (two.is_mine, two.have, two.short) == (False, 1, 1)
    assert two.others == (f"{BEN}, by key",)
    assert two.why_not == (f"{AUTHOR}: is an author and a committer of the change",)


def test_whose_approval_lacks_the_words_that_are_asked_for_is_told_which() -> None:
    policy = Policy(name="p", rules=(Rule(name="r", require=(ApprovalNeed(words="I ran it"),)),))

    (one,) = told(Record(judgements=(said(ANA),)), policy=policy).tallies

    assert (one.is_mine, one.why_not) == (False, ('it does not say "I ran it"',))


def test_a_rejection_and_a_check_are_left() -> None:
    policy = Policy(name="p", rules=(Rule(name="r", require=(ApprovalNeed(), CheckNeed(name="tests"))),))

    stands = told(Record(judgements=(said(CLEO, Verdict.REJECT), said(ANA))), policy=policy)

    assert [(each.ask.split()[0], each.is_as_weighed) for each in stands.left] == [("tests", True), (CLEO, False)]
    assert not stands.is_done


def test_what_another_way_or_an_exception_makes_up_for_is_not_short() -> None:
    senior = ApprovalNeed(by=(Group(GroupKind.ROLE, "senior"),), count=2)
    policy = Policy(name="p", rules=(Rule(name="r", require=(AnyNeed(of=(ApprovalNeed(), senior)),)),))

    either = told(Record(judgements=(said(ANA),)), policy=policy)
    excepted = told(Record(judgements=(said(ANA),), overrides=(override(ANA),)))

    assert either.is_done
    assert all(each.short == 0 for each in either.tallies)
    assert excepted.is_done, "what is left of the two was overridden, and the other one is met"
