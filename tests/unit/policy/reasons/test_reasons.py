"""A condition is taken apart where a person would, and what it read is named."""

import pytest
from hypothesis import given
from tests.samples.conditions import conditions
from tests.samples.documents import plain_document

from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.policy.asking import asking
from weighbridge.policy.case import Case
from weighbridge.policy.conditions.condition import ConditionError, compile_condition
from weighbridge.policy.gate import decide_gate
from weighbridge.policy.reading.load import Source, load_policy
from weighbridge.policy.reasons.clauses import clauses
from weighbridge.policy.reasons.reasons import ClauseReason, reasons_of


@pytest.mark.parametrize(
    ("text", "joint", "parts"),
    [
        ("a && b", "all", ("a", "b")),
        ("a || b && c", "any", ("a", "b && c")),
        ("a && (b || c)", "all", ("a", "(b || c)")),
        ("a && x.exists(s, s.a && s.b)", "all", ("a", "x.exists(s, s.a && s.b)")),
        ("x == 'a && b' && y", "all", ("x == 'a && b'", "y")),
        (r'x == "a\" && b" && y', "all", (r'x == "a\" && b"', "y")),
        (r"x.matches(r'\') && y", "all", (r"x.matches(r'\')", "y")),
        ("a ? b && c : d || e", "all", ("a ? b && c : d || e",)),
        ("a\n  && b", "all", ("a", "b")),
        ("a", "all", ("a",)),
    ],
)
def test_a_condition_is_taken_apart_at_its_outermost_joints(text: str, joint: str, parts: tuple[str, ...]) -> None:
    found = clauses(text)

    assert (found.joint, found.texts) == (joint, parts)


def reasons(condition: str) -> tuple[ClauseReason, ...]:
    text = f"version: 1\nrules:\n  - name: a\n    when: >-\n      {condition}\n    require: [{{approval: {{}}}}]\n"
    policy = load_policy([Source(data=text.encode(), path="p")])
    document = plain_document("src/a.py")
    case = Case(policy=policy, document=document, holds=asking(document, policy))
    return reasons_of(case, decide_gate(case)).rules[0].clauses


def test_each_part_has_its_answer_and_what_it_read() -> None:
    first, second, third = reasons('touches("src/**") && level == "high" && time.hour < 9')

    assert (first.holds, first.values) == (True, (("change.files", "a list of 1"),))
    assert (second.holds, second.values) == (False, (("level", "low"),))
    assert isinstance(third.holds, CouldNotLook)
    assert third.values == (("time.hour", "absent"),)


@given(conditions)
def test_the_parts_come_to_what_the_whole_comes_to(text: str) -> None:
    try:
        whole = compile_condition(text)
    except ConditionError:
        return
    policy = load_policy([Source(data=b"version: 1\n", path="p")])
    document = plain_document("src/a.py")
    found = clauses(text)
    parts = [compile_condition(part) for part in found.texts]

    rule_text = f"version: 1\nrules: [{{name: a, when: {quoted(text)}, require: [{{approval: {{}}}}]}}]\n"
    policy = load_policy([Source(data=rule_text.encode(), path="p")])
    holds = asking(document, policy)(policy.rules[0].when or whole)

    case = Case(policy=policy, document=document, holds=asking(document, policy))
    told = [clause.holds for clause in reasons_of(case, decide_gate(case)).rules[0].clauses]
    assert len(told) == len(parts)
    if not any(isinstance(each, CouldNotLook) for each in told):
        assert holds is (all(told) if found.joint == "all" else any(told))


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
