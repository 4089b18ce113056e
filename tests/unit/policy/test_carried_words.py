"""What is carried over from an earlier form of a change is told as that, wherever it is told who said what."""

import pytest
from msgspec.structs import replace
from tests.samples.parts import oid
from tests.samples.record import THIS, said, voice
from tests.unit.policy.test_needs import PAY, asked, owned
from tests.unit.policy.test_voices import ANYONE, judged

from weighbridge.domain.knowledge import Knowledge, WhoKnows
from weighbridge.domain.record import Judgement, Record, Verdict
from weighbridge.policy.gate import decide_gate
from weighbridge.policy.needs import ApprovalNeed, Group, GroupKind, OwnersNeed

EARLIER = replace(THIS, head_commit=oid(8), head_tree=oid(9))
WORDS = f", carried over from commit {oid(8)[:12]} (tree {oid(9)[:12]}), where it was given on 2026-03-14 11:00 UTC"


def carried(who: str, verdict: Verdict = Verdict.APPROVE) -> Judgement:
    return said(replace(voice(who), said_of=EARLIER), verdict)


def test_an_approval_says_from_which_commit_and_tree_and_when_it_was_given() -> None:
    assert judged(ANYONE, carried("ana@example.org")).met_by == (f"ana@example.org, by key{WORDS}",)
    assert judged(ANYONE, said("ana@example.org")).met_by == ("ana@example.org, by key",)


@pytest.mark.parametrize("is_first", [True, False])
def test_of_who_approved_both_the_word_on_the_change_itself_is_told(*, is_first: bool) -> None:
    both = (carried("ana@example.org"), said("ana@example.org"))

    assert judged(ANYONE, *(both if is_first else both[::-1])).met_by == ("ana@example.org, by key",)


def test_what_no_commit_has_is_named_by_its_tree() -> None:
    bare = said(replace(voice("ana@example.org"), said_of=replace(EARLIER, head_commit=None)))

    assert judged(ANYONE, bare).met_by[0].startswith(f"ana@example.org, by key, carried over from tree {oid(9)[:12]}, ")


def test_a_code_owners_word_and_that_of_who_knows_the_component_too() -> None:
    cleo, ana = carried("cleo@example.org"), carried("ana@example.org")
    knows = ApprovalNeed(by=(Group(GroupKind.KNOWS_COMPONENT),))
    known = WhoKnows(
        components=("pay",), known=(Knowledge(person="ana@example.org", component="pay", reason="owns it"),)
    )

    (owner,) = decide_gate(asked(OwnersNeed(), ownership=owned(PAY), record=Record(judgements=(cleo,)))).requirements
    (expert,) = decide_gate(asked(knows, who_knows=lambda: known, record=Record(judgements=(ana,)))).requirements

    assert owner.met_by == (f"cleo@example.org{WORDS}",)
    assert expert.met_by[1:] == (f"the approval of ana@example.org is{WORDS[1:]}",)


def test_a_rejection_too() -> None:
    record = Record(judgements=(carried("ben@example.org", Verdict.REJECT),))

    (no,) = decide_gate(asked(record=record)).requirements

    assert no.because == (f"ben@example.org rejected it{WORDS}",)
