"""Comparing two packages tells what got worse, what got better and what only moved."""

import pytest
from msgspec.structs import replace
from tests.samples.extremes import NASTY, hostile
from tests.samples.packages import quiet, usual, usual_decision, usual_risk
from tests.samples.parts import MADE_AT

from weighbridge.domain.gate import GateState
from weighbridge.domain.package import Decision, ReviewPackage
from weighbridge.review.compare import compare
from weighbridge.review.compose import compose
from weighbridge.review.render.difference import render_difference
from weighbridge.review.visible import HIDDEN


def packaged(decision: Decision) -> ReviewPackage:
    return compose(decision, usual_risk(), made_at=MADE_AT)


def mended() -> ReviewPackage:
    """The usual change without its worst finding, whose requirement is met."""
    decision = usual_decision()
    requirements = tuple(
        replace(r, state=GateState.SATISFIED) if r.rule == "no-new-critical" else r for r in decision.gate.requirements
    )
    kept = tuple(w for w in decision.findings if w.finding.severity != "critical")
    return packaged(replace(decision, findings=kept, gate=replace(decision.gate, requirements=requirements)))


def test_the_same_package_differs_in_nothing() -> None:
    difference = compare(usual(), usual())
    assert difference.is_empty
    assert render_difference(difference, width=80, colour=False).count("\n") == 1


def test_a_finding_that_went_is_gone_and_the_others_remain() -> None:
    difference = compare(packaged(usual_decision()), mended())
    assert [f.severity for f in difference.gone] == ["critical"]
    assert difference.appeared == ()
    assert len(difference.remaining) == 2


def test_a_finding_that_came_appeared() -> None:
    assert [f.severity for f in compare(mended(), packaged(usual_decision())).appeared] == ["critical"]


def test_a_finding_whose_line_moved_is_the_same_finding() -> None:
    decision = usual_decision()
    moved = tuple(
        replace(w, finding=replace(w.finding, place=replace(w.finding.place, line=w.finding.place.line + 7)))
        for w in decision.findings
    )
    difference = compare(packaged(decision), packaged(replace(decision, findings=moved)))
    assert difference.appeared == difference.gone == ()


def test_a_requirement_that_was_met_has_moved() -> None:
    moved = compare(packaged(usual_decision()), mended()).requirements
    assert [(m.requirement.rule, m.before, m.after) for m in moved] == [
        ("no-new-critical", GateState.UNSATISFIED, GateState.SATISFIED)
    ]


def test_coverage_reach_gate_and_provenance_are_compared() -> None:
    difference = compare(quiet(), usual())
    assert {s.what for s in difference.shifts} >= {"gate", "level", "provenance", "analysis", "risk"}
    assert "tier-1 component checkout" in difference.reached
    assert "infra/pipeline.groovy: unsupported" in difference.newly_unseen


def test_what_is_examined_now_counts_as_better() -> None:
    assert "infra/pipeline.groovy: unsupported" in compare(usual(), quiet()).newly_seen


@pytest.mark.parametrize("text", NASTY)
def test_a_hostile_difference_cannot_act_on_the_terminal(text: str) -> None:
    written = render_difference(compare(usual(), hostile(text)), width=100, colour=False)
    assert not HIDDEN.search(written.replace("\n", ""))
    assert render_difference(compare(usual(), hostile(text)), width=100, colour=False, unicode=False).isascii()
