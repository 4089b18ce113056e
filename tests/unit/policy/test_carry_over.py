"""What a later form of a change adds is told; where it adds nothing, what was approved is the same work."""

import pytest
from msgspec.structs import replace
from tests.samples.findings import usual_findings
from tests.samples.packages import usual_decision
from tests.samples.parts import changed_file, dependent, edge, oid

from weighbridge.domain.findings import FindingState
from weighbridge.domain.gate import GateState, Level, Requirement, RequirementKind
from weighbridge.domain.ids import Digest, RepoPath, RuleId
from weighbridge.domain.impact import Certainty, Reached, ReachedKind
from weighbridge.domain.outcomes import CouldNotLook, Outcome, OutcomeState, Reason
from weighbridge.domain.package import Decision, TrustRecord
from weighbridge.domain.system import Surface, SurfaceKind
from weighbridge.policy.carry_over import added, gone

APPROVED = usual_decision()
MERGED = replace(
    APPROVED,
    change=replace(APPROVED.change, base_tree=oid(70), head_tree=oid(71), head_commit=oid(72), base_commit=oid(73)),
)
ASKED = Requirement(
    kind=RequirementKind.APPROVAL,
    rule="more",
    state=GateState.UNSATISFIED,
    ask="an approval by another",
    because=("why",),
)
BLIND = Outcome(
    rule=RuleId("a/b"),
    subject="x",
    state=OutcomeState.COULD_NOT_LOOK,
    missing=CouldNotLook(reason=Reason.LIMIT, detail="cut"),
)


def test_the_same_work_on_another_base_adds_nothing() -> None:
    assert added(APPROVED, MERGED) == ()
    assert gone(APPROVED, MERGED) == ()


def test_what_is_gone_stands_in_nobodys_way() -> None:
    without = replace(MERGED, findings=(), outcomes=(), surfaces=())

    assert added(APPROVED, without) == ()
    assert gone(APPROVED, without)


def with_file(decision: Decision, path: str) -> Decision:
    return replace(decision, change=replace(decision.change, files=(*decision.change.files, changed_file(path))))


def with_other_bytes(decision: Decision, *sides: str) -> Decision:
    first, *rest = decision.change.files
    blobs = {side: getattr(first, side) for side in sides or ("head",)}
    other = replace(first, **{side: replace(blob, oid=oid(99)) for side, blob in blobs.items()})
    return replace(decision, change=replace(decision.change, files=(other, *rest)))


def with_one_less(decision: Decision) -> Decision:
    return replace(decision, change=replace(decision.change, files=decision.change.files[1:]))


@pytest.mark.parametrize(
    ("later", "words"),
    [
        (with_file(MERGED, "evil.py"), "evil.py is changed now"),
        (with_other_bytes(MERGED), "is not the same change as it was: its content differs from what was approved"),
        (
            with_other_bytes(MERGED, "base"),
            "is not the same change as it was: what it starts from differs from what it",
        ),
        (with_other_bytes(MERGED, "base", "head"), "differs from what was approved, and so does what it starts from"),
        (with_one_less(MERGED), "is not changed any more"),
        (
            replace(
                MERGED,
                findings=(
                    *MERGED.findings,
                    replace(
                        usual_findings()[0],
                        finding=replace(usual_findings()[0].finding, anchor="another"),
                        state=FindingState.NEW,
                    ),
                ),
            ),
            "is new",
        ),
        (
            replace(
                MERGED,
                impact=replace(
                    MERGED.impact,
                    reached=(
                        *MERGED.impact.reached,
                        Reached(kind=ReachedKind.TABLE, name="ledger", certainty=Certainty.SEEN),
                    ),
                ),
            ),
            "it reaches table ledger now",
        ),
        (
            replace(
                MERGED,
                impact=replace(
                    MERGED.impact,
                    dependents=(
                        *MERGED.impact.dependents,
                        dependent("z.py#f", "z", path=(edge("z.py#f", "a.py#g", line=9),)),
                    ),
                ),
            ),
            "1 definitions can notice it now",
        ),
        (
            replace(
                MERGED,
                surfaces=(
                    *MERGED.surfaces,
                    Surface(kind=SurfaceKind.SCHEMA, path=RepoPath("m.sql"), reason="a migration"),
                ),
            ),
            "it touches schema in m.sql now",
        ),
        (replace(MERGED, outcomes=(*MERGED.outcomes, BLIND)), "a/b could not look now"),
        (
            replace(MERGED, gate=replace(MERGED.gate, requirements=(*MERGED.gate.requirements, ASKED))),
            "more asks for an approval by another now",
        ),
        (replace(MERGED, trust=TrustRecord(documents={"x": Digest("sha256:0")})), "what decides on it was changed"),
    ],
)
def test_whatever_is_added_is_told(later: Decision, words: str) -> None:
    assert any(words in said for said in added(APPROVED, later))


def test_a_level_may_fall_and_not_rise() -> None:
    low = replace(APPROVED, gate=replace(APPROVED.gate, level=Level.LOW))

    assert added(APPROVED, replace(MERGED, gate=replace(MERGED.gate, level=Level.MEDIUM))) == ()
    assert "it is a high change now" in added(low, MERGED)


def test_what_applies_to_nothing_was_not_asked() -> None:
    idle = replace(ASKED, state=GateState.NOT_APPLICABLE)
    before = replace(APPROVED, gate=replace(APPROVED.gate, requirements=(*APPROVED.gate.requirements, idle)))

    assert added(APPROVED, replace(MERGED, gate=before.gate)) == ()
    asked = replace(MERGED, gate=replace(MERGED.gate, requirements=(*MERGED.gate.requirements, ASKED)))
    assert added(before, asked) != ()
