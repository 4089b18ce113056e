"""In which order a Python file's names are bound, and what of it may be passed over or done again."""

import pytest
from tests.unit.facts.python_facts import python
from tests.unit.facts.spelling import spelled

from weighbridge.landscape.flow import step_turns


def in_order(source: str) -> list[str]:
    """What is done, turn by turn: `import x`, `def f`, `class C`, or the step's value."""
    facts = python(source)
    done = {turn: spelled(step.value) for turn, step in zip(step_turns(facts), facts.steps, strict=True)}
    done |= {each.turn: f"import {each.alias or each.name}" for each in facts.imports}
    words = {"class": "class", "lambda": "lambda"}
    done |= {d.turn: f"{words.get(d.kind, 'def')} {d.name}" for d in facts.definitions if d.turn >= 0}
    return [done[turn] for turn in sorted(done)]


def branches(source: str) -> list[str]:
    """Each branch as what is done in it, loops marked with a star."""
    facts = python(source)
    done = in_order(source)
    return [("*" if b.is_loop else "") + " ".join(done[b.first : b.end]) for b in facts.branches]


@pytest.mark.parametrize(
    ("source", "order"),
    [
        ("import a\nb()\nfrom c import d\n", ["import a", "b()", "import d"]),
        ("@a\ndef f(x=b()):\n    c()\nd()\n", ["def f", "c()", "d()"]),
        ("class A:\n    b()\n    def c(self): d()\ne()\n", ["b()", "def c", "d()", "class A", "e()"]),
        ("f(lambda: g())\n", ["lambda lambda@1", "g()", "f(#1)"]),
        ("from a import *\nb()\n", ["import *", "b()"]),
    ],
)
def test_names_are_bound_in_the_order_in_which_a_file_is_run(source: str, order: list[str]) -> None:
    assert in_order(source) == order


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("if a:\n    b()\nc()\n", ["b()"]),
        ("if a:\n    b()\nelse:\n    c()\n", ["b()", "c()", "c()"]),
        ("if a:\n    b()\nelif c:\n    d()\n", ["b()", "c d()", "d()"]),
        ("if a:\n    import b\n", ["import b"]),
        ("while a:\n    b()\n", ["*a b()", "b()"]),
        ("for a in b:\n    c()\nd()\n", ["*b c()", "c()"]),
        ("try:\n    a()\nexcept b as c:\n    d()\nfinally:\n    e()\n", ["a()", "_ d()", "d()"]),
        ("with a:\n    b()\n", ["b()"]),
        ("match a:\n    case 1:\n        b()\n", ["b()"]),
        ("[a for a in b]\n", ["*b"]),
        ("if a:\n    pass\n", []),
        ("a and (b := c)\n", ["c"]),
        ("def f():\n    if a:\n        b()\n", ["b()"]),
    ],
)
def test_what_may_be_passed_over_is_a_branch(source: str, expected: list[str]) -> None:
    assert branches(source) == expected


def test_a_branch_belongs_to_the_scope_that_its_statement_stands_in() -> None:
    facts = python("if a:\n    def f():\n        if b:\n            c()\n")

    assert [(facts.definitions[b.scope].name, b.first, b.end) for b in facts.branches] == [("", 1, 4), ("f", 3, 4)]


def test_outer_branches_stand_before_those_inside() -> None:
    facts = python("for a in b:\n    if c:\n        d()\n    for e in f:\n        g()\n")

    starts = [(b.first, -b.end) for b in facts.branches]
    assert starts == sorted(starts)


def test_a_branch_that_says_that_it_does_not_run_is_told_from_one_that_may() -> None:
    conditions = {
        "False": True,
        "0": True,
        "0x0": True,
        "None": True,
        "not True": True,
        "False and ready()": True,
        "(0 or [])": True,
        "''": True,
        "TYPE_CHECKING": True,
        "typing.TYPE_CHECKING": True,
        "1": False,
        "ready": False,
        "ready() or False": False,
        "[0]": False,
        "not TYPE_CHECKING": False,
        "__debug__": False,
    }

    never = {
        each: [b.is_never for b in python(f"if {each}:\n    def f(): pass\n").branches if b.scope == 0][:1]
        for each in conditions
    }

    assert never == {each: [said] for each, said in conditions.items()}


def test_the_other_side_of_what_always_holds_does_not_run() -> None:
    facts = python("if 1:\n    def f(): pass\nelif ready:\n    def g(): pass\nelse:\n    def h(): pass\n")

    dead = [branch for branch in facts.branches if branch.is_never]
    assert [d.name for d in facts.definitions if any(b.first <= d.turn < b.end for b in dead)] == ["g", "h"]
