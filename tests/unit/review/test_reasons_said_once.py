"""Why a gate is as it is, in lines: what several things are asked for by one reason is said once."""

from msgspec.structs import replace

from weighbridge.domain.gate import Gate, GateState, Level, Requirement, RequirementKind
from weighbridge.policy.reasons.reasons import ClauseReason, Reasons, RuleReason
from weighbridge.review.render.text.blocks import Look, lay_out
from weighbridge.review.render.text.gate import reason_blocks

LEVEL = ("touches schema: a column is gone", "reaches tier-1 component checkout")


def need(ask: str, *because: str, rule: str = "high", parts: tuple[Requirement, ...] = ()) -> Requirement:
    return Requirement(
        kind=RequirementKind.ALL if parts else RequirementKind.APPROVAL,
        rule=rule,
        state=GateState.UNSATISFIED,
        ask=ask,
        because=because,
        parts=parts,
    )


def said(*needs: Requirement, because: str = "", others: tuple[Requirement, ...] = (), rule: str = "") -> str:
    gate = Gate(
        state=GateState.UNSATISFIED, level=Level.HIGH, reasons=LEVEL, requirements=(*needs, *others), policy="shop"
    )
    clause = ClauseReason(text='level == "high"', holds=True)
    told = RuleReason(rule="high", source="", applies=True, because=because, clauses=(clause,), requirements=needs)
    blocks = reason_blocks(Reasons(gate=gate, rules=(told,), others=others), rule=rule)
    return lay_out(blocks, Look(width=100))


def test_the_reasons_of_the_level_are_not_said_again_under_a_rule() -> None:
    text = said(need("one approval", *LEVEL), need("a document", *LEVEL))

    assert text.count("a column is gone") == 1
    assert "because" not in text


def test_where_the_level_is_not_told_the_rule_says_its_reasons_once() -> None:
    text = said(need("one approval", *LEVEL), need("a document", *LEVEL), rule="high")

    assert [text.count(reason) for reason in LEVEL] == [1, 1]
    assert text.index("because touches schema") < text.index("x one approval")


def test_the_reason_of_the_rule_is_said_once() -> None:
    text = said(need("one approval", "money moves"), need("a document", "money moves"), because="money moves")

    assert text.count("money moves") == 1


def test_what_is_a_requirements_own_stays_with_it() -> None:
    text = said(need("one approval", *LEVEL, "1 is missing"), need("a document", *LEVEL, "none is there"), rule="high")

    lines = [line.strip() for line in text.splitlines()]
    assert lines[lines.index("x one approval: not satisfied") + 1] == "| because 1 is missing"
    assert lines[lines.index("x a document: not satisfied") + 1] == "| because none is there"


def test_a_part_does_not_repeat_what_the_whole_is_asked_for() -> None:
    parts = (need("one approval", *LEVEL, "1 is missing"), need("a document", *LEVEL))
    text = said(need("both", *LEVEL, parts=parts), rule="high")

    assert [text.count(reason) for reason in LEVEL] == [1, 1]
    assert "1 is missing" in text


def test_one_requirement_says_its_reason_itself() -> None:
    lines = [line.strip() for line in said(need("one approval", "the pool shrinks")).splitlines()]

    assert lines[lines.index("x one approval: not satisfied") + 1] == "| because the pool shrinks"


def test_what_an_environment_asks_is_told_with_its_reason_once() -> None:
    entering = "it is to enter production"
    text = said(
        need("one approval"),
        others=(
            need("a check", entering, "it failed", rule="production"),
            need("a document", entering, rule="production"),
        ),
    )

    assert text.count(entering) == 1
    assert "because it failed" in text


def test_why_each_file_could_not_be_looked_at_is_said_with_it() -> None:
    looks = (replace(need(f"look at {file}", "unsupported"), kind=RequirementKind.LOOK) for file in ("a.tf", "b.tf"))

    assert said(need("one approval"), others=tuple(looks)).count("because unsupported") == 2
