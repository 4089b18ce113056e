"""What code does only under a condition, what it never does, and what it switches on or off."""

import time

import pytest

from weighbridge.facts.extract import extract
from weighbridge.facts.languages._conditionals import outcome
from weighbridge.facts.model import Condition, FileFacts

A = Condition("is", "a")
B = Condition("is", "b")
NOT_A = Condition("not", "", (A,))

IFS = {
    "python": "def f(a, b):\n    if {}:\n        return 1\n    return 2\n",
    "javascript": "function f(a, b) {{\n  if ({})\n    return 1;\n  return 2;\n}}\n",
    "tsx": "function f(a, b) {{\n  if ({})\n    return 1;\n  return 2;\n}}\n",
    "go": "package x\nfunc f(a, b bool) int {{\n\tif {} {{\n\t\treturn 1\n\t}}\n\treturn 2\n}}\n",
    "java": "class X {{ int f(boolean a, boolean b) {{\n  if ({})\n    return 1;\n  return 2;\n}} }}\n",
}
BRACED = [role for role in IFS if role != "python"]


def facts(source: str, role: str = "python") -> FileFacts:
    return extract(source.encode(), role)


def asked(condition: str, role: str) -> list[Condition]:
    return [each.condition for each in facts(IFS[role].format(condition), role).conditionals]


@pytest.mark.parametrize("role", IFS)
def test_a_condition_is_told_with_its_branch_and_how_that_leaves(role: str) -> None:
    (found,) = facts(IFS[role].format("a"), role).conditionals

    assert (found.condition, found.leaves) == (A, "return")
    assert found.first <= found.line + 1 <= found.last


@pytest.mark.parametrize("role", BRACED)
def test_operators_of_conditions_are_told_alike(role: str) -> None:
    assert asked("!a && (b || !a)", role) == [Condition("and", "", (NOT_A, Condition("or", "", (B, NOT_A))))]


def test_pythons_operators_are_told_like_those_of_others() -> None:
    assert asked("not a and (b or not a)", "python") == [Condition("and", "", (NOT_A, Condition("or", "", (B, NOT_A))))]


@pytest.mark.parametrize(
    ("one", "other"),
    [("a is not b", "not a is b"), ("a not in b", "not a in b"), ("a != b", "not a == b"), ("a >= b", "not a < b")],
)
def test_an_operator_that_negates_is_the_negation_of_the_other(one: str, other: str) -> None:
    assert asked(one, "python") == asked(other, "python")


@pytest.mark.parametrize("condition", ["a and True", "False or a", "True and (a or False)"])
def test_what_changes_nothing_is_no_part_of_a_condition(condition: str) -> None:
    assert asked(condition, "python") == [A]


@pytest.mark.parametrize(
    "condition", ["False", "0", "a and False", "not (a or True)", "None", "not (b or not (a and False))"]
)
def test_what_stands_under_a_condition_that_never_holds_is_never_run(condition: str) -> None:
    found = facts(IFS["python"].format(condition))

    assert (found.conditionals, found.unreachable) == ((), ((3, 3),))


@pytest.mark.parametrize("role", BRACED)
def test_what_stands_behind_a_way_out_that_is_always_taken_is_never_run(role: str) -> None:
    source = IFS[role].format("true || a")
    line = next(i for i, text in enumerate(source.splitlines(), 1) if "return 2" in text)

    assert (line, line) in facts(source, role).unreachable


def test_what_stands_behind_a_return_is_never_run() -> None:
    assert facts("def f(a):\n    return a\n    # why\n    check(a)\n    return 2\n").unreachable == ((4, 5),)


@pytest.mark.parametrize("condition", ["a", "a or b", "TYPE_CHECKING", "not a"])
def test_what_depends_on_something_may_be_run(condition: str) -> None:
    assert facts(IFS["python"].format(condition)).unreachable == ()


def test_an_else_is_the_negated_condition() -> None:
    found = facts("def f(a):\n    if a:\n        b()\n    else:\n        raise E\n").conditionals

    assert [(each.condition, each.leaves) for each in found] == [(A, ""), (NOT_A, "raise")]


def test_calls_that_do_not_come_back_leave() -> None:
    found = facts("def f(a):\n    if a:\n        abort(403)\n    if b:\n        log(1)\n").conditionals

    assert [each.leaves for each in found] == ["raise", ""]


@pytest.mark.parametrize(
    ("result", "value"), [("True", True), ("a or True", True), ("a and False", False), ("not True", False)]
)
def test_a_result_that_asks_nothing_is_told(result: str, *, value: bool) -> None:
    assert facts(f"def f(a):\n    return {result}\n").constant_results == ((2, value),)


@pytest.mark.parametrize("result", ["a", "a or b", "1", "None", "f(True)"])
def test_other_results_are_not(result: str) -> None:
    assert facts(f"def f(a):\n    return {result}\n").constant_results == ()


@pytest.mark.parametrize(
    ("role", "source"),
    [
        ("python", "f(verify=False)\n"),
        ("python", 'f({"verify": False})\n'),
        ("python", "x.verify = False\n"),
        ("python", "def f(verify: bool = False): ...\n"),
        ("typescript", "f({ verify: false });\n"),
        ("javascript", "x.verify = false;\n"),
        ("tsx", "function f(verify = false) {}\n"),
        ("go", "package x\nvar c = T{verify: false}\n"),
        ("go", "package x\nfunc f() { x.verify = false }\n"),
        ("go", "package x\nfunc f() { verify := false }\n"),
        ("go", "package x\nvar verify = false\n"),
        ("python", "verify = asked and False\n"),
        ("go", "package x\nfunc f() { verify := asked && false }\n"),
        ("javascript", "f({ verify: asked && false });\n"),
        ("java", "class X { void f() { verify(false); } }\n"),
        ("java", "class X { boolean verify = false; }\n"),
    ],
)
def test_a_switch_is_told_with_what_it_is_set_to(role: str, source: str) -> None:
    found = [(each.name.rpartition(".")[2], each.is_on) for each in facts(source, role).switches]

    assert found == [("verify", False)]


@pytest.mark.parametrize(
    ("role", "source"),
    [
        ("python", "app.config['verify'] = False\n"),
        ("python", "settings.set('verify', False)\n"),
        ("javascript", "app.set('verify', false);\n"),
        ("typescript", "config['verify'] = false;\n"),
        ("go", 'package x\nfunc f() { v.Set("verify", false) }\n'),
        ("java", 'class X { void f() { c.set("verify", false); } }\n'),
    ],
)
def test_a_setting_is_told_by_the_text_that_names_it(role: str, source: str) -> None:
    assert [(each.name, each.is_on) for each in facts(source, role).switches] == [("verify", False)]


@pytest.mark.parametrize(
    ("role", "source"),
    [
        ("python", "parser.set(features.SECURE, True)\n"),
        ("javascript", "app.set(SECURE, true);\n"),
        ("typescript", "app.set(features.SECURE, true);\n"),
        ("go", "package x\nfunc f() { v.Set(features.SECURE, true) }\n"),
        ("java", "class X { void f() { c.setFeature(Features.SECURE, true); } }\n"),
    ],
)
def test_a_setting_is_told_by_the_constant_that_names_it(role: str, source: str) -> None:
    found = [(each.name.rpartition(".")[2], each.is_on) for each in facts(source, role).switches]

    assert found == [("SECURE", True)]


@pytest.mark.parametrize(
    "source", ["verify = a or b\n", "verify = a + 1\n", "verify = a == True\n", "verify = 'False'\n"]
)
def test_a_value_that_depends_on_something_is_no_switch(source: str) -> None:
    assert facts(source).switches == ()


@pytest.mark.parametrize(
    "source", ["f('verify', x)\n", "f('verify', False, 1)\n", "f(verify, False)\n", "x[verify] = 1\n"]
)
def test_what_names_no_setting_or_no_state_is_none(source: str) -> None:
    assert facts(source).switches == ()


TRIES = {
    "python": "def f():\n    try:\n        g()\n    except (A, B):\n        h()\n    except C:\n        return\n    finally:\n        i()\n",
    "javascript": "function f() {\n  try {\n    g();\n  } catch (e) {\n    return;\n  } finally {\n    i();\n  }\n}\n",
    "java": "class X { void f() {\n  try {\n    g();\n  } catch (A | B e) {\n    return;\n  } finally {\n    i();\n  }\n} }\n",
}


@pytest.mark.parametrize("role", TRIES)
def test_what_is_tried_is_told_with_what_is_caught_and_always_done(role: str) -> None:
    lines = TRIES[role].splitlines()
    (found,) = facts(TRIES[role], role).attempts

    assert "g()" in "".join(lines[found.first - 1 : found.last])
    assert "i()" in "".join(lines[found.always_first - 1 : found.always_last])
    assert found.caught[-1].leaves == "return"


def test_the_types_that_are_caught_are_told_as_written() -> None:
    (attempt,) = facts(TRIES["python"]).attempts

    assert [(each.types, each.leaves) for each in attempt.caught] == [("(A, B)", ""), ("C", "return")]


def test_a_context_that_suppresses_catches() -> None:
    (attempt,) = facts("with contextlib.suppress(A, B):\n    g()\n").attempts

    assert (attempt.first, attempt.last) == (2, 2)
    assert [each.types for each in attempt.caught] == ["A, B"]


@pytest.mark.parametrize("source", ["with open(x) as f:\n    g()\n", "with a:\n    g()\n"])
def test_other_contexts_catch_nothing(source: str) -> None:
    assert facts(source).attempts == ()


def test_what_go_defers_is_always_done() -> None:
    (attempt,) = facts("package x\nfunc f() {\n\tdefer m.Unlock()\n\tg()\n}\n", "go").attempts

    assert (attempt.always_first, attempt.always_last, attempt.caught) == (3, 3, ())


@pytest.mark.parametrize("source", ["f(verify=1)\n", "f(False)\n", "f(verify=on)\n"])
def test_what_is_set_to_something_else_is_no_switch(source: str) -> None:
    assert facts(source).switches == ()


@pytest.mark.parametrize(
    ("role", "source"),
    [
        ("python", "if " + "(" * 30_000 + "a" + ")" * 30_000 + ":\n    pass\n"),
        ("python", "x = a" + " or a" * 30_000 + "\nif " + "not " * 20_000 + "a:\n    pass\n"),
        ("javascript", "if (a) {" * 20_000 + "}" * 20_000),
        ("go", "package x\nfunc f() { if " + "!" * 30_000 + "a { return } }\n"),
    ],
)
def test_nesting_without_end_takes_no_time(role: str, source: str) -> None:
    began = time.process_time()

    extract(source.encode(), role)

    assert time.process_time() - began < 10


def test_neither_part_decides_what_depends_on_both() -> None:
    assert outcome(Condition("and", "", (A, Condition("true")))) is None
    assert outcome(Condition("or", "", (A, Condition("true")))) is True
    assert outcome(Condition("and", "", (Condition("true"), Condition("true")))) is True
