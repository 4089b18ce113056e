"""Every reason, depth and kind has its place in the order a reader sees, and nothing unseen is dropped."""

import pytest
from msgspec.structs import replace
from tests.samples.packages import quiet, usual, usual_decision

from weighbridge.domain.change import Limitation, LimitationKind
from weighbridge.domain.gate import GateState, RequirementKind
from weighbridge.domain.ids import RuleId
from weighbridge.domain.impact import ChangeDepth
from weighbridge.domain.outcomes import CouldNotLook, Outcome, OutcomeState, Reason
from weighbridge.review.render.html import render_html
from weighbridge.review.render.markdown import render_markdown
from weighbridge.review.render.terminal import Terminal, render_terminal
from weighbridge.review.standing import asked_otherwise, by_depth, is_quiet, new_findings, open_needs, tally, unseen


@pytest.mark.parametrize("reason", list(Reason))
def test_whatever_the_reason_what_could_not_look_is_listed(reason: Reason) -> None:
    outcome = Outcome(
        rule=RuleId("x/y"),
        subject="",
        state=OutcomeState.COULD_NOT_LOOK,
        missing=CouldNotLook(reason=reason, detail="it did not"),
    )
    assert [item.missing.reason for item in unseen(replace(quiet().decision, outcomes=(outcome,)))] == [reason]


@pytest.mark.parametrize("reason", [r for r in Reason if r is not Reason.NOT_CONFIGURED])
def test_only_what_was_never_set_up_leaves_a_change_quiet(reason: Reason) -> None:
    missing = CouldNotLook(reason=reason, detail="it did not")
    outcome = Outcome(rule=RuleId("x/y"), subject="", state=OutcomeState.COULD_NOT_LOOK, missing=missing)
    assert not is_quiet(replace(quiet().decision, outcomes=(outcome,)))
    unset = replace(outcome, missing=replace(missing, reason=Reason.NOT_CONFIGURED))
    assert is_quiet(replace(quiet().decision, outcomes=(unset,)))


def test_an_outcome_that_found_nothing_is_not_unseen() -> None:
    clear = Outcome(rule=RuleId("x/y"), subject="README.md", state=OutcomeState.CLEAR)
    assert unseen(replace(quiet().decision, outcomes=(clear,))) == ()


def test_what_git_could_not_show_is_unseen() -> None:
    decision = quiet().decision
    shallow = Limitation(subject="history", detail="the clone is shallow", remedy="git fetch --unshallow")
    items = unseen(replace(decision, change=replace(decision.change, limitations=(shallow,))))
    assert [(item.subjects, item.missing.remedy) for item in items] == [(("history",), "git fetch --unshallow")]


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (LimitationKind.CLONE, Reason.NO_HISTORY),
        (LimitationKind.SELECTION, Reason.NO_HISTORY),
        (LimitationKind.SIZE, Reason.LIMIT),
        (LimitationKind.COUNT, Reason.LIMIT),
    ],
)
def test_a_bound_of_ours_is_not_called_a_lack_of_history(kind: LimitationKind, reason: Reason) -> None:
    decision = quiet().decision
    bound = Limitation(subject="a.bin", detail="more than 10 MiB", remedy="look", kind=kind)
    items = unseen(replace(decision, change=replace(decision.change, limitations=(bound,))))
    assert [item.missing.reason for item in items] == [reason]


def test_that_the_change_was_named_otherwise_than_meant_is_told_before_the_gate() -> None:
    selected = Limitation(
        subject="main..fix",
        detail="main has commits that fix lacks",
        remedy="say main...fix",
        kind=LimitationKind.SELECTION,
    )
    package = usual()
    change = replace(package.decision.change, limitations=(selected,))
    package = replace(package, decision=replace(package.decision, change=change))

    assert asked_otherwise(usual().decision) == ()
    pages = (
        (render_terminal(package, {}, terminal=Terminal()), "Gate"),
        (render_markdown(package), "Still needed"),
        (render_html(package), "Still needed"),
    )
    for page, later in pages:
        words = " ".join(page.split()).index("main has commits that fix lacks; if you did not mean that, say")
        assert words < " ".join(page.split()).index(later)


def test_one_reason_for_many_files_is_said_once() -> None:
    decision = usual_decision()
    missing = CouldNotLook(reason=Reason.LIMIT, detail="too large")
    files = tuple(replace(f, examined=False, missing=missing) for f in decision.coverage.files)
    items = unseen(replace(decision, coverage=replace(decision.coverage, files=files), outcomes=()))
    assert [len(item.subjects) for item in items] == [6]


@pytest.mark.parametrize("depth", list(ChangeDepth))
def test_every_depth_has_its_place(depth: ChangeDepth) -> None:
    changed = replace(usual_decision().impact.changed[0], depth=depth)
    assert by_depth((changed,)) == (changed,)


def test_many_alike_stand_for_each_other_and_two_do_not() -> None:
    gate = usual_decision().gate
    look = next(r for r in gate.requirements if r.kind is RequirementKind.LOOK)
    many = replace(gate, requirements=tuple(replace(look, ask=f"look at {n}") for n in range(5)))
    two = replace(gate, requirements=many.requirements[:2])
    assert [more for _, more in open_needs(many)] == [4]
    assert [more for _, more in open_needs(two)] == [0, 0]


def test_a_settled_requirement_is_not_needed() -> None:
    assert all(need.state in (GateState.UNSATISFIED, GateState.ERROR) for need, _ in open_needs(usual_decision().gate))


def test_known_and_excused_findings_are_not_counted_as_new() -> None:
    assert [(str(s), n) for s, n in tally(new_findings(usual_decision()))] == [
        ("critical", 1),
        ("high", 1),
        ("medium", 1),
    ]
