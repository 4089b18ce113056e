"""Comparing two packages tells what got worse, what got better and what only moved."""

import pytest
from msgspec.structs import replace
from tests.samples.extremes import NASTY, hostile
from tests.samples.packages import quiet, usual, usual_decision, usual_risk
from tests.samples.parts import MADE_AT, oid

from weighbridge.domain.gate import GateState, Requirement, RequirementKind
from weighbridge.domain.package import Decision, ReviewPackage
from weighbridge.review.compare import Difference, compare
from weighbridge.review.compose import compose
from weighbridge.review.render.difference import difference_blocks
from weighbridge.review.render.text.blocks import Look, lay_out
from weighbridge.review.sentences import blast_radius
from weighbridge.review.visible import HIDDEN


def rendered(difference: Difference, *, width: int, unicode: bool = True) -> str:
    return lay_out(difference_blocks(difference), Look(width=width, unicode=unicode))


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
    assert rendered(difference, width=80).count("\n") == 1


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


def test_where_the_same_trees_were_weighed_the_parts_that_differ_are_named_by_their_paths() -> None:
    decision = usual_decision()
    first, *rest = decision.components
    other = replace(decision, components=(replace(first, name="store\x1b[2J"), *rest), findings=())
    difference = compare(packaged(decision), packaged(other))
    assert difference.parts == (
        f'components[0].name: "{first.name}" -> "store\\u001b[2J"',
        f"findings: {len(decision.findings)} of them -> 0 of them",
    )
    written = rendered(difference, width=80)
    assert "Parts of the decision that differ (2)" in written
    assert "\x1b" not in written


def test_many_parts_that_differ_are_told_in_a_few_lines_and_those_of_other_trees_not_at_all() -> None:
    decision = usual_decision()
    renamed = tuple(replace(c, name=f"{c.name}-{n}") for n, c in enumerate(decision.components * 12))
    many, some = (packaged(replace(decision, components=each)) for each in (decision.components * 12, renamed))
    assert f"and {len(renamed) - 8} more" in rendered(compare(many, some), width=80)

    moved = replace(decision, change=replace(decision.change, base_tree=decision.change.head_tree), findings=())
    assert compare(packaged(decision), packaged(moved)).parts == ()


def test_a_requirement_that_was_met_has_moved() -> None:
    moved = compare(packaged(usual_decision()), mended()).requirements
    assert [(m.before.state, m.after.state) for m in moved if m.before and m.after] == [
        (GateState.UNSATISFIED, GateState.SATISFIED)
    ]
    assert len(moved) == 1


def test_an_approval_that_another_level_asks_for_too_has_not_moved() -> None:
    decision = usual_decision()
    asked = Requirement(
        kind=RequirementKind.APPROVAL,
        rule="medium-change",
        state=GateState.UNSATISFIED,
        ask="an approval by an owner",
        because=("it is a medium change",),
    )
    medium, high = (
        packaged(
            replace(decision, gate=replace(decision.gate, requirements=(replace(asked, rule=rule),), reasons=(rule,)))
        )
        for rule in ("medium-change", "high-change")
    )
    assert compare(medium, high).requirements == ()
    written = rendered(compare(medium, high), width=80)
    assert written.count("an approval by an owner") == 1


def test_fewer_findings_to_resolve_are_one_requirement_that_moved() -> None:
    decision = usual_decision()
    asked = Requirement(
        kind=RequirementKind.FINDINGS, rule="blocking-findings", state=GateState.UNSATISFIED, ask="", because=()
    )
    old, new = (
        packaged(
            replace(decision, gate=replace(decision.gate, requirements=(replace(asked, ask=f"resolve {n} findings"),)))
        )
        for n in (4, 3)
    )
    (moved,) = compare(old, new).requirements
    assert moved.before
    assert moved.after
    assert (moved.before.ask, moved.after.ask) == ("resolve 4 findings", "resolve 3 findings")


def test_coverage_reach_gate_and_provenance_are_compared() -> None:
    difference = compare(quiet(), usual())
    assert {s.what for s in difference.shifts} >= {"Gate", "Change", "Blast radius", "Provenance", "Analysis", "Risk"}
    assert "tier-1 component checkout" in difference.reached
    assert "infra/pipeline.groovy: unsupported" in difference.newly_unseen


def test_who_can_notice_is_told_as_the_reviews_tell_it() -> None:
    (shift,) = (s for s in compare(quiet(), usual()).shifts if s.what == "Blast radius")
    assert shift.before == blast_radius(quiet().decision.impact)
    assert shift.after == blast_radius(usual().decision.impact)


def test_a_component_of_tier_1_is_told_once_and_tests_are_counted() -> None:
    difference = compare(quiet(), usual())
    assert [name for name in difference.reached if name.endswith("checkout")] == ["tier-1 component checkout"]
    assert not [name for name in difference.reached if name.startswith("test ")]


def test_gate_and_digest_of_both_stand_above_everything() -> None:
    old, new = packaged(usual_decision()), mended()
    lines = rendered(compare(old, new), width=80).splitlines()
    assert lines[0].startswith("shop main..fix-rounding (")
    assert f"{old.digest[:19]} -> {new.digest[:19]}" in "".join(lines[:6])
    assert not [line for line in lines if len(line) > 79]


def test_packages_that_may_be_of_two_repositories_are_told() -> None:
    decision = usual_decision()
    elsewhere = replace(
        decision.change,
        repository="another",
        base_tree=oid(901),
        head_tree=oid(902),
        base_commit=None,
        head_commit=oid(903),
        commits=(),
    )
    written = rendered(compare(usual(), packaged(replace(decision, change=elsewhere))), width=200)
    assert "no commit and no tree in common, and their repositories are called shop and another" in written


def test_one_repository_in_folders_of_two_names_is_one() -> None:
    decision = usual_decision()
    copy = packaged(replace(decision, change=replace(decision.change, repository="another", title="Other")))
    written = rendered(compare(usual(), copy), width=200)
    assert "another main..fix-rounding" in written
    assert "in common" not in written


def test_what_is_examined_now_counts_as_better() -> None:
    assert "infra/pipeline.groovy: unsupported" in compare(usual(), quiet()).newly_seen


@pytest.mark.parametrize("text", NASTY)
def test_a_hostile_difference_cannot_act_on_the_terminal(text: str) -> None:
    written = rendered(compare(usual(), hostile(text)), width=100)
    assert not HIDDEN.search(written.replace("\n", ""))
    assert rendered(compare(usual(), hostile(text)), width=100, unicode=False).isascii()
