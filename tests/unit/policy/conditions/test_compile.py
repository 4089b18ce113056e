"""What is wrong with a condition is said when it is loaded: all of it, where it stands, with the nearest valid name."""

import pytest

from weighbridge.policy.conditions.condition import ConditionError, compile_condition

WRONG = [
    ("change.titel == 'x'", "1:7: `change` has no field `titel`: did you mean `title`?"),
    ("chnge.title == 'x'", "1:1: `chnge` is not known: did you mean `change`?"),
    ("change.files.exists(f, f.pth == '')", "1:25: `change.files` has no field `pth`: did you mean `path`?"),
    ("has(change.brunch)", "1:4: `change` has no field `brunch`: did you mean `branch`?"),
    ("change.files.exist(f, f.path == '')", "1:19: there is no function `exist`: did you mean `exists`?"),
    ("findings.exists(f, f.severity == 'hihg')", "1:34: `hihg` is none of its words: did you mean `high`?"),
    ("level in ['low', 'mediun']", "1:18: `mediun` is none of its words: did you mean `medium`?"),
    ("level.at_least('hgih')", "1:16: `hgih` is none of its words: did you mean `high`?"),
    ("change.title.at_least('high')", "at_least asks words that have an order, such as a severity"),
    ("level > 'low'", '1:7: words are not compared by their letters: write .at_least("...") or .at_most("...")'),
    ("change.title", "1:1: a condition must be true or false; this is text"),
    ("change.title > 3", "1:14: text and a whole number have no order"),
    ("change.title == 3", "1:14: text is never equal to a whole number"),
    ("!change.title", "1:8: this is text; here it must be true or false"),
    ("change.files.all(f, f.path)", "1:22: this is text; here it must be true or false"),
    ("risk.percentile + 1 > 3.0", "1:17: whole numbers and those with a fraction do not mix: write 1.0 for 1"),
    ("findings == findings", "1:10: a list cannot be compared; compare its elements or its size()"),
    ("null == level", "1:1: nothing is null here: ask has(...) whether it is there"),
    ("change.title.path == ''", "1:13: text has no field `path`"),
    ("findings.rule == ''", "1:9: a list has no field `rule`: ask its elements, as in .exists(one, one...)"),
    ("time.now > timestamp('x')", "1:22: timestamp takes a time with its zone: "),
    ("time.now > timestamp('0001-01-01T00:00:00+14:00')", "1:22: timestamp takes a time with its zone: "),
    ("time.now > timestamp('9999-12-31T23:59:59-14:00')", "1:22: timestamp takes a time with its zone: "),
    ("time.now > timestamp('2026-12-31T23:59:60Z')", "1:22: timestamp takes a time with its zone: "),
    ("duration('999999999h') > duration('1s')", "1:10: duration takes numbers with h, m or s, at most 10,000 years: "),
    ("touches('../x')", "1:9: a path cannot leave the repository"),
    ("found('SQL!')", "1:7: a rule is written `family/name`, with `*` for any"),
    ("touches(change.title)", "1:15: touches takes a text or a list of texts that are written here"),
    ("level == ", "1:10: the expression ends too early"),
    ("", "1:1: a condition must not be empty; `true` always holds"),
]


@pytest.mark.parametrize(("text", "said"), WRONG)
def test_a_mistake_is_said_with_its_place(text: str, said: str) -> None:
    with pytest.raises(ConditionError) as caught:
        compile_condition(text)

    assert said in str(caught.value)


def test_everything_wrong_is_said_at_once() -> None:
    with pytest.raises(ConditionError) as caught:
        compile_condition("chnge.x == 1 ||\n  level == 'hihg' ||\n  risk.percentil > 3")

    assert [(p.mark.line, p.mark.column) for p in caught.value.problems] == [(1, 1), (2, 12), (3, 7)]


def test_a_condition_tells_what_it_reads() -> None:
    condition = compile_condition("change.files.exists(f, f.is_test) && time.hour < 9")

    assert condition.reads == {"change", "time"}
    assert condition.is_volatile
    assert not compile_condition("level == 'low'").is_volatile
