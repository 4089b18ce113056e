"""A policy for one person holds only where there is sure to be one; else the gate is an error that says who else is here."""

from msgspec.structs import replace
from tests.samples.record import NOW, THIS, said
from tests.unit.policy.test_voices import AUTHOR, CHANGE, DOCUMENT, PEOPLE

from weighbridge.domain.gate import Gate, GateState, Requirement
from weighbridge.domain.persons import Person
from weighbridge.domain.record import Record
from weighbridge.policy.case import Case
from weighbridge.policy.gate import decide_gate
from weighbridge.policy.judge.alone import not_separated
from weighbridge.policy.needs import ApprovalNeed
from weighbridge.policy.people import involvement
from weighbridge.policy.policy import Policy, Rule, without_people
from weighbridge.policy.population import Inhabitant, Part, Population, joined, only

ME = Inhabitant(person=Person(name=AUTHOR), parts=(Part.OWNER, Part.SIGNER))
BEN = Inhabitant(person=Person(name="ben@example.org"), parts=(Part.COMMITTER,))
ALONE = Population(people=(ME,))


def case(found: Population | None, *, is_solo: bool = True) -> Case:
    return Case(
        policy=Policy(name="p", rules=(Rule(name="r", require=(ApprovalNeed(),)),), is_solo=is_solo),
        document=DOCUMENT,
        people=PEOPLE,
        involved=involvement(CHANGE, PEOPLE),
        record=Record(judgements=(said(AUTHOR),)),
        subject=THIS,
        now=NOW,
        population=None if found is None else lambda: found,
    )


def solo_need(gate: Gate) -> Requirement:
    return next(need for need in gate.requirements if need.rule == "solo")


def test_the_only_person_approves_their_own_change_and_it_is_said_what_was_not_separated() -> None:
    gate = decide_gate(case(ALONE))

    assert gate.state is GateState.SATISFIED
    assert solo_need(gate).met_by == (
        "someone@example.org wrote the change and approved it: nobody else read it",
        "someone@example.org approved as the owner of what changed, of whom there is no other",
    )


def test_what_is_put_on_record_of_it_names_nobody() -> None:
    words = not_separated(case(ALONE), called="the only person here")

    assert words[0] == "the only person here wrote the change and approved it: nobody else read it"
    assert not any("@" in each for each in words)


def test_where_others_are_the_gate_is_an_error_that_names_them_and_their_own_word_does_not_count() -> None:
    gate = decide_gate(case(Population(people=(ME, BEN))))

    assert solo_need(gate).state is GateState.ERROR
    assert solo_need(gate).because[0] == "here are someone@example.org, ben@example.org"
    assert next(need for need in gate.requirements if need.rule == "r").state is GateState.UNSATISFIED


def test_where_there_may_be_others_it_is_an_error_too() -> None:
    gate = decide_gate(case(Population(people=(ME,), unsure=("who is in @shop/x is not known",))))

    assert solo_need(gate).because[0] == "there may be others: who is in @shop/x is not known"
    assert gate.state is GateState.ERROR


def test_where_nobody_looked_it_is_an_error() -> None:
    assert decide_gate(case(None)).state is GateState.ERROR


def test_a_policy_that_is_not_for_one_person_asks_nothing_of_it() -> None:
    gate = decide_gate(case(ALONE, is_solo=False))

    assert [need.rule for need in gate.requirements] == ["r"]
    assert gate.state is GateState.UNSATISFIED


def test_whoever_the_ledger_enrols_is_here_too_under_any_of_their_names() -> None:
    again, other = Person(name="Someone@example.org"), Person(name="cleo@example.org")

    assert joined(ALONE, (again,)).solo is not None
    assert joined(ALONE, (again, other)).solo is None
    assert joined(replace(ALONE, unsure=("x",)), ()).unsure == ("x",)


def test_a_hook_asks_nobody_who_else_is_here() -> None:
    bare = replace(case(None), policy=without_people(case(None).policy), now=None)

    assert decide_gate(bare).state is GateState.SATISFIED


def test_a_trial_takes_a_policy_for_one_person_at_its_word() -> None:
    assert decide_gate(case(only(AUTHOR))).state is GateState.SATISFIED
