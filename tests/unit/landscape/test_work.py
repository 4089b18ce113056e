"""What is made to exhaust its reader costs a bounded number of steps, and where looking ended early is told."""

import time

import pytest
from tests.unit.landscape.called import SETTING_CLASS, view_of
from tests.unit.landscape.linked import Linked, impact, sight

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import Reason
from weighbridge.facts.model import Attribute, Call, Name
from weighbridge.landscape.evaluate import Evaluator
from weighbridge.landscape.impact import measure_impact
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.values import Instance, Values
from weighbridge.landscape.work import Work, WorkLimits

A = RepoPath("a.py")


def decorators(count: int) -> str:
    """Decorators each of which is decorated by the next three."""
    lines = (
        f"@d{(n + 1) % count}\n@d{(n + 2) % count}\n@d{(n + 3) % count}\ndef d{n}(f):\n    return d{(n + 1) % count}(f)\n"
        for n in range(count)
    )
    return "".join(lines) + "@d0\ndef t(): return K()\nt().run()\n"


HOSTILE = {
    "500 decorators in a circle": (decorators(500), 20_000, "lead on through more than"),
    "5,000 bindings, each of the one before": (
        "x = K()\n" + "".join(f"x = x.a{n}\n" for n in range(5_000)) + "x.run()\n",
        5_000,
        "5,001 statements",
    ),
    "5,000 bindings, each of all those before": (
        "x = K()\n" + "".join(f"if c: x = x.a{n}\n" for n in range(5_000)) + "x.run()\n",
        30_000,
        "5,001 statements",
    ),
    "10,000 definitions of one name": (
        "".join(f"if c:\n    def x(a{n}): pass\n" for n in range(10_000)) + "x()\n",
        1_000,
        "",
    ),
    "10,000 methods of one name": (
        "class C:\n" + "".join(f"    def x(self, a{n}): pass\n" for n in range(10_000)) + "C().x()\n",
        1_000,
        "",
    ),
    "1,000 classes in one order": (
        "class C0(K): pass\n"
        + "".join(f"class C{n}(C{n - 1}): pass\n" for n in range(1, 1_000))
        + "".join(f"C{n}().run()\n" for n in range(1_000)),
        10_000,
        "inherits from 200",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_code_costs_a_bounded_number_of_steps(name: str) -> None:
    text, most, words = HOSTILE[name]
    linked = Linked.of({"a.py": SETTING_CLASS + text})

    linked.users("a.py", "K.run")
    if not words:
        linked.users("a.py", "x")

    assert linked.view.evaluator.work.steps < most


@pytest.mark.parametrize("name", [name for name, (_, _, words) in HOSTILE.items() if words])
def test_what_was_not_followed_to_its_end_is_told(name: str) -> None:
    text, _, words = HOSTILE[name]
    linked = Linked.of({"a.py": SETTING_CLASS + text})

    linked.users("a.py", "K.run")

    missing = linked.view.evaluator.work.missing()[A]
    assert missing.reason is Reason.LIMIT
    assert words in missing.detail
    assert missing.remedy


def test_three_hundred_modules_of_a_hundred_star_imports_each_cost_a_bounded_number_of_steps() -> None:
    count = 300
    files = {f"m{n}.py": "".join(f"from m{(n + k) % count} import *\n" for k in range(1, 101)) for n in range(count)}
    view = view_of(
        {**files, "m7.py": "class Thing:\n    def run(self): pass\n", "a.py": "from m0 import Thing\nThing().run()\n"}
    )

    found = evaluated(view.evaluator, Attribute(Call(Name("Thing"), (), 2), "run"))

    assert len(found) == 1
    assert view.evaluator.work.steps < 40_000


def test_three_thousand_hops_of_re_exports_are_cut_and_told() -> None:
    hops = {f"m{n}.py": f"from m{n - 1} import Thing\n" for n in range(1, 3_001)}
    view = view_of(
        {**hops, "m0.py": "class Thing: pass\n", "a.py": "from m3000 import Thing\n", "b.py": "from m20 import Thing\n"}
    )

    far = evaluated(view.evaluator, Name("Thing"))

    assert far == frozenset()
    assert view.evaluator.work.steps < 1_000
    assert [m.reason for m in view.evaluator.work.missing().values()] == [Reason.LIMIT]


def test_what_people_write_is_never_cut() -> None:
    hops = {f"m{n}.py": f"from m{n - 1} import Thing\n" for n in range(1, 12)}
    files = {
        **hops,
        "m0.py": "class Thing:\n    def run(self): return self\n",
        "a.py": "from m11 import Thing\nThing().run().run().run()\n",
    }
    linked = Linked.of(files)

    assert linked.users("m0.py", "Thing.run") == {"a.py#"}
    assert not linked.view.evaluator.work.cut_short


def test_a_question_that_takes_too_many_steps_ends_and_the_next_one_is_answered() -> None:
    wide = "".join(f"def f{n}(): return " + " or ".join(f"f{k}()" for k in range(n)) + "\n" for n in range(1, 40))
    text = SETTING_CLASS + "def f0(): return K()\n" + wide
    evaluator = Evaluator(view_of({"a.py": text}).landscape, WorkLimits(question=300, at_least=20))

    evaluated(evaluator, Call(Name("f39"), (), 1))
    assert RepoPath("a.py") in evaluator.work.cut_short
    steps = evaluator.work.steps
    near = evaluated(evaluator, Call(Name("f0"), (), 1))

    assert steps < 400
    assert len(near) == 1


def test_a_file_that_used_up_its_steps_still_gets_simple_answers() -> None:
    text = SETTING_CLASS + "def f(): return K()\n" + "".join(f"x{n} = f()\n" for n in range(200))
    evaluator = Evaluator(view_of({"a.py": text}).landscape, WorkLimits(file=10, at_least=20))

    found = [evaluated(evaluator, Name(f"x{n}")) for n in range(200)]

    assert all(isinstance(value, Instance) for values in found for value in values)
    assert all(found)


def test_steps_are_charged_to_the_file_that_asks() -> None:
    work = Work(WorkLimits(question=5, file=8, at_least=1))

    taken = [
        taken_by(work, "a.py", wanted=10),
        taken_by(work, "a.py", wanted=10),
        taken_by(work, "a.py", wanted=10),
        taken_by(work, "b.py", wanted=10),
    ]

    assert taken == [5, 3, 1, 5]
    assert set(work.cut_short) == {"a.py", "b.py"}


def test_a_question_of_few_steps_is_not_cut() -> None:
    work = Work(WorkLimits(question=5))

    assert taken_by(work, "a.py", wanted=5) == 5
    assert not work.cut_short


def taken_by(work: Work, asker: str, *, wanted: int) -> int:
    """How many of the wanted steps one question was given."""
    work.begin(RepoPath(asker))
    taken = sum(work.step() for _ in range(wanted))
    work.end()
    return taken


def evaluated(evaluator: Evaluator, expr: Name | Attribute | Call) -> Values:
    return evaluator.evaluate(A, 0, expr=expr)


def nested(deep: int, *, files: int) -> dict[str, str]:
    """Classes of one name inside each other, each of which says its name a hundred times."""
    inner = "".join(f"{' ' * n}class K:\n" + f"{' ' * (n + 1)}K()\n" * 100 for n in range(deep))
    return {f"m{n}.py": f"from m{(n + 1) % files} import K\n{inner}" for n in range(files)}


def test_mentions_that_are_looked_at_are_counted_and_the_end_is_told() -> None:
    change = nested(20, files=12)

    found = sight({}, change)
    landscapes = found.landscapes
    assert isinstance(landscapes, Landscapes)
    measure_impact(landscapes, found.code)

    cut = [why.detail for why in landscapes.cut_short().values()]
    assert cut
    assert all("mentioned more often than can be looked at" in why for why in cut)


def test_thousands_of_definitions_of_one_name_are_followed_as_one() -> None:
    text = "class A:\n    pass\n" * 3_000
    began = time.process_time()

    found = impact({}, {"a.py": text})

    assert found.changed
    assert time.process_time() - began < 10
