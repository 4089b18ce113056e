"""How far a reset has come, sentence by sentence."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace
from tests.samples.parts import oid

from weighbridge.domain.gate import GateState
from weighbridge.domain.ids import EvidenceId, RepoPath
from weighbridge.domain.system import AreaLevel, Component, ComponentKind, Stated
from weighbridge.landscape.components.model import ComponentMap
from weighbridge.policy.reset import Reset
from weighbridge.policy.reset_progress import (
    Asked,
    Course,
    Landed,
    OnRecord,
    OpenBranch,
    Step,
    covered,
    decisions_of,
    landed_changes,
    population,
    steps_of,
    weeks_of,
)

START = datetime(2026, 3, 2, tzinfo=UTC)
RESET = Reset(start=START, end=START + timedelta(days=28))
ASKED = Asked(rules=frozenset({"reset"}), documents=frozenset({EvidenceId("one"), EvidenceId("two")}))
PAY, TOOLS = RepoPath("pay/charge.py"), RepoPath("tools/lint.py")


def component(name: str, tier: int) -> Component:
    return Component(
        name=name,
        kind=ComponentKind.SERVICE,
        roots=(RepoPath(name),),
        tier=Stated(value=tier, reason="r", declared=True),
        area=Stated(value=AreaLevel.LOW, reason="r", declared=True),
    )


COMPONENTS = ComponentMap(
    components=(component("tools", 3), component("pay", 1), component("cart", 1)), fallback=component("rest", 3)
)


def step(number: int, day: float, *, before: int | None = None, tree: int | None = None) -> Step:
    return Step(
        commit=oid(1000 + number),
        tree=oid(number if tree is None else tree),
        before=oid(number - 1 if before is None else before),
        at=START + timedelta(days=day),
        author="a",
        subject="s",
    )


def record(base: int, head: int, *, state: GateState = GateState.SATISFIED, entry: int = 0) -> OnRecord:
    return OnRecord(entry=entry, base_tree=oid(base), head_tree=oid(head), state=state)


def days(steps: Sequence[Step]) -> list[float]:
    return [(each.at - START) / timedelta(days=1) for each in steps]


def test_the_steps_of_a_reset_are_those_between_its_start_and_its_end() -> None:
    grown = [step(n, day) for n, day in enumerate((-3, -1, 0, 5, 27, 28, 30))]

    assert days(steps_of(RESET, grown)) == [0, 5, 27]


def test_a_step_that_states_another_time_is_no_less_between() -> None:
    grown = [step(n, day) for n, day in enumerate((-3, 1, -400, 9000, 5, 28))]

    assert days(steps_of(RESET, grown)) == [1, -400, 9000, 5]


@pytest.mark.parametrize("given", [(), (-3.0, -1.0), (28.0, 30.0)])
def test_a_reset_in_which_nothing_landed_has_no_steps(given: tuple[float, ...]) -> None:
    assert not steps_of(RESET, [step(n, day) for n, day in enumerate(given)])


def test_a_decision_is_on_a_step_when_it_leads_from_the_tree_before_to_its_tree() -> None:
    steps = [step(1, 1), step(2, 2), step(3, 3)]

    found = decisions_of(steps, [record(1, 2)])

    assert list(found) == [steps[1].commit]


def test_a_decision_on_several_commits_is_on_each() -> None:
    steps = [step(1, 1), step(2, 2), step(3, 3)]

    assert list(decisions_of(steps, [record(0, 3)])) == [each.commit for each in steps]


def test_a_branch_that_was_merged_into_something_else_was_not_decided() -> None:
    steps = [step(1, 1), step(2, 2)]

    assert not decisions_of(steps, [record(0, 99)])


def test_a_decision_from_a_tree_that_the_branch_never_had_is_on_nothing() -> None:
    assert not decisions_of([step(1, 1), step(2, 2)], [record(77, 2)])


@pytest.mark.parametrize("state", [GateState.UNSATISFIED, GateState.ERROR, GateState.NOT_APPLICABLE])
def test_a_decision_that_did_not_pass_is_none(state: GateState) -> None:
    assert not decisions_of([step(1, 1)], [record(0, 1, state=state)])


def test_one_without_an_exception_goes_before_others() -> None:
    (only,) = steps = [step(1, 1)]
    given = [record(0, 1, entry=3), record(0, 1, state=GateState.OVERRIDDEN, entry=9)]

    assert decisions_of(steps, given)[only.commit].entry == 3
    assert decisions_of(steps, reversed(given))[only.commit].entry == 3


def test_a_tree_that_comes_back_is_decided_from_the_last_time_it_was_left() -> None:
    there, back, again = step(1, 1), step(2, 2, tree=0), step(3, 3, before=0, tree=1)

    found = decisions_of([there, back, again], [record(0, 1)])

    assert set(found) == {there.commit, again.commit}


def landed(*steps: Step, paths: Sequence[RepoPath], decisions: Sequence[OnRecord] = ()) -> list[Landed]:
    found = landed_changes(
        RESET,
        steps,
        paths={each.commit: paths for each in steps},
        components=COMPONENTS,
        decisions=decisions_of(steps, decisions),
        asked=ASKED,
    )
    return list(found)


@pytest.mark.parametrize(
    ("path", "names"),
    [(PAY, ("pay",)), (RepoPath(".weighbridge/policy.yaml"), ()), (TOOLS, None), (RepoPath("x"), None)],
)
def test_it_covers_its_components_and_our_own_configuration(path: RepoPath, names: tuple[str, ...] | None) -> None:
    assert covered(COMPONENTS, [path], reset=RESET) == names


@pytest.mark.parametrize(
    ("state", "course"),
    [
        (GateState.SATISFIED, Course.DECIDED),
        (GateState.OVERRIDDEN, Course.EXCEPTION),
        (GateState.BYPASSED, Course.EXCEPTION),
        (GateState.UNSATISFIED, Course.AROUND),
        (GateState.ERROR, Course.AROUND),
    ],
)
def test_how_it_landed_is_told_by_the_decision(state: GateState, course: Course) -> None:
    (change,) = landed(step(1, 1), paths=[PAY], decisions=[record(0, 1, state=state)])

    assert change.course is course


def test_what_no_decision_is_on_came_around() -> None:
    (change,) = landed(step(1, 1), paths=[PAY, TOOLS])

    assert (change.course, change.components, change.entry) == (Course.AROUND, ("pay",), None)


def test_what_only_reaches_a_component_counts_where_the_ledger_says_so() -> None:
    asked = OnRecord(
        entry=4, base_tree=oid(0), head_tree=oid(1), state=GateState.SATISFIED, rules=frozenset({"reset", "other"})
    )

    assert not landed(step(1, 1), paths=[TOOLS], decisions=[record(0, 1)])
    assert [change.entry for change in landed(step(1, 1), paths=[TOOLS], decisions=[asked])] == [4]


def test_documents_count_where_the_decision_found_them() -> None:
    states = {EvidenceId("one"): GateState.SATISFIED, EvidenceId("two"): GateState.OVERRIDDEN}
    asked = OnRecord(entry=1, base_tree=oid(0), head_tree=oid(1), state=GateState.OVERRIDDEN, requirements=states)

    (change,) = landed(step(1, 1), paths=[PAY], decisions=[asked])

    assert change.documents == 1


def test_the_population_is_counted_with_what_is_open_and_what_landed() -> None:
    changes = landed(step(1, 1), step(2, 2), paths=[PAY], decisions=[record(0, 1)])
    open_ = [OpenBranch(name="b", commit=oid(9), author="a", at=START, paths=(RepoPath("cart/x.py"),))]

    members = list(population(RESET, COMPONENTS, landed=changes, open_=open_))

    assert [(m.name, m.landed, m.open, m.is_left) for m in members] == [("cart", 0, 1, True), ("pay", 2, 0, False)]


def test_the_weeks_add_up_and_burn_down() -> None:
    changes = [
        *landed(step(1, 1), paths=[PAY], decisions=[record(0, 1)]),
        *landed(step(2, 8), paths=[RepoPath("cart/x.py")]),
        *landed(step(3, 9), paths=[RepoPath("cart/x.py")], decisions=[record(2, 3, state=GateState.BYPASSED)]),
    ]
    members = list(population(RESET, COMPONENTS, landed=changes, open_=()))

    weeks = list(weeks_of(RESET, START + timedelta(days=15), landed=changes, members=members, documents=2))

    assert [(w.landed, w.decided, w.exceptions, w.around, w.left) for w in weeks] == [
        (1, 1, 0, 0, 1),
        (2, 0, 1, 1, 0),
        (0, 0, 0, 0, 0),
    ]


@pytest.mark.parametrize(("day", "weeks"), [(-1, 0), (0, 0), (0.01, 1), (7, 1), (7.1, 2), (28, 4), (400, 4)])
def test_there_are_as_many_weeks_as_have_begun(day: float, weeks: int) -> None:
    found = list(weeks_of(RESET, START + timedelta(days=day), landed=(), members=(), documents=0))

    assert len(found) == weeks


def test_a_change_that_has_every_document_asked_for_is_counted_and_no_other() -> None:
    (one,) = landed(step(1, 1), paths=[PAY])
    changes = [replace(one, documents=number) for number in (1, 2)]

    (week,) = weeks_of(RESET, START + timedelta(days=3), landed=changes, members=(), documents=2)

    assert (week.landed, week.documents) == (2, 1)


def test_what_states_another_time_belongs_to_the_nearest_week() -> None:
    changes = landed(step(1, -400), step(2, 9000), paths=[PAY])

    weeks = list(weeks_of(RESET, START + timedelta(days=15), landed=changes, members=(), documents=0))

    assert [week.landed for week in weeks] == [1, 0, 1]
