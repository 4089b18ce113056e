"""What refers to itself, however entangled, is answered in time and as if written out; what machines wrote is cut."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from tests.unit.landscape.linked import Linked

from weighbridge.domain.ids import RepoPath
from weighbridge.facts.model import Name
from weighbridge.landscape.answers import MOST_OUTSIDE
from weighbridge.landscape.values import External

COUNT = 40
TAIL = "def g():\n    {start}.run()\nclass K:\n    def run(self): pass\nclass L:\n    def run(self): pass\n"


def functions() -> str:
    """Functions of which each returns what each of the others does."""
    calls = "\n    ".join(f"if x: return f{other}(x)" for other in range(COUNT))
    return "".join(f"def f{n}(x):\n    {calls}\n" for n in range(COUNT)) + "def f_last():\n    return f0(1)\n"


def variables() -> str:
    others = " or ".join(f"v{other}" for other in range(COUNT))
    return "".join(f"v{n} = {others}\n" for n in range(COUNT))


def methods() -> str:
    steps = "\n        ".join(f"self.y = self.f{other}().x" for other in range(COUNT))
    return "class A:\n" + "".join(
        f"    def f{n}(self):\n        self.x = self.f{(n + 1) % COUNT}().y\n        {steps}\n        return self.y\n"
        for n in range(COUNT)
    )


def decorators() -> str:
    return "".join(
        f"@d{(n + 1) % COUNT}\n@d{(n + 2) % COUNT}\n@d{(n + 3) % COUNT}\ndef d{n}(f):\n    return d{(n + 1) % COUNT}(f)\n"
        for n in range(COUNT)
    )


def items() -> str:
    others = ",".join(f"x['k{other}']" for other in range(COUNT))
    return "x = {}\n" + "".join(f"x['k{n}'] = [{others}]\n" for n in range(COUNT))


def parameters() -> str:
    calls = "\n    ".join(f"f{other}(y, x)" for other in range(COUNT))
    return "".join(f"def f{n}(x, y):\n    {calls}\n    return x.run()\n" for n in range(COUNT)) + "f0(K(), K())\n"


ENTANGLED = {
    "functions": functions() + TAIL.format(start="f0(1)"),
    "variables": variables() + TAIL.format(start="v0"),
    "methods": methods() + TAIL.format(start="A().f0()"),
    "decorators": decorators() + "@d0\ndef t(): return K()\n" + TAIL.format(start="t()"),
    "items": items() + TAIL.format(start="x['k0']"),
    "parameters": parameters() + TAIL.format(start="f0(K(), K())"),
}


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Processor time, so that a busy machine fails nobody; what has no end would take for ever."""
    began = time.process_time()
    yield
    assert time.process_time() - began < seconds


@pytest.mark.parametrize("name", ENTANGLED)
def test_what_is_entangled_is_answered_in_time(name: str) -> None:
    with within(10):
        Linked.of({"a.py": ENTANGLED[name]}).users("a.py", "K.run")


def test_modules_that_star_import_each_other_are_answered_in_time() -> None:
    stars = "".join(f"from m{other} import *\n" for other in range(COUNT))
    files = {f"m{n}.py": stars for n in range(COUNT)} | {"m7.py": stars + "def thing():\n    pass\n"}
    linked = Linked.of({**files, "user.py": "from m0 import thing\ndef g():\n    thing()\n"})

    with within(10):
        assert linked.users("m7.py", "thing") == {"user.py#", "user.py#g"} or "user.py#g" in linked.users(
            "m7.py", "thing"
        )


def test_a_value_that_comes_round_a_circle_is_found() -> None:
    linked = Linked.of(
        {
            "a.py": """
            class K:
                def run(self): pass
            class L:
                def run(self): pass
            def ping(n):
                return pong(n) if n else None
            def pong(n):
                return ping(n) if n else K()
            def g():
                ping(3).run()
            def h():
                pong(3).run()
            """
        }
    )

    assert linked.users("a.py", "K.run") == {"a.py#g", "a.py#h"}
    assert linked.users("a.py", "L.run") == set()


def test_what_a_circle_found_in_another_order_is_the_same() -> None:
    ring = "class K:\n    def run(self): pass\n" + "".join(
        f"def f{n}(x):\n    return f{(n + 1) % 12}(x)" + (" or K()\n" if n == 5 else "\n") for n in range(12)
    )
    users = "".join(f"def u{n}():\n    f{n}(1).run()\n" for n in range(12))

    linked = Linked.of({"a.py": ring + users})

    assert linked.users("a.py", "K.run") == {f"a.py#u{n}" for n in range(12)}


@pytest.mark.parametrize(
    "chain",
    [
        "x0 = K()\n" + "".join(f"x{n} = x{n - 1}\n" for n in range(1, 5000)) + "x4999.run()\n",
        "x = K()" + ".a" * 3000 + "\n",
        "def f0(): return K()\n"
        + "".join(f"def f{n}(): return f{n - 1}()\n" for n in range(1, 5000))
        + "f4999().run()\n",
        "class C0(K): pass\n" + "".join(f"class C{n}(C{n - 1}): pass\n" for n in range(1, 3000)) + "C2999().run()\n",
        "class C0:\n" + "".join("    " * n + f"class C{n}:\n" for n in range(1, 60)) + "    " * 60 + "x = K()\n",
    ],
    ids=["variables", "attributes", "functions", "classes", "nested classes"],
)
def test_long_chains_are_cut_and_not_a_crash(chain: str) -> None:
    with within(20):
        Linked.of({"a.py": "class K:\n    def run(self): pass\n" + chain}).users("a.py", "K.run")


def test_a_long_chain_of_modules_is_cut_and_not_a_crash() -> None:
    files = {f"m{n}.py": f"from m{n - 1} import *\n" for n in range(1, 1500)} | {"m0.py": "def thing(): pass\n"}

    with within(20):
        Linked.of({**files, "user.py": "from m1499 import thing\nthing()\n"}).users("m0.py", "thing")


CHAINS = "".join(f"        b = b.a{n}().b{n}()\n" for n in range(8))
BUILDER = (
    f"from lib import make\n\ndef build(n):\n    b = make()\n    while n:\n{CHAINS}    return b\n\nmade = build(3)\n"
)


def test_a_chain_of_an_outside_librarys_calls_that_goes_in_a_circle_has_few_names() -> None:
    """Each way through it is another name: eight calls that may follow each other in any order have more than can be held."""
    view = Linked.of({"shop.py": BUILDER}).view

    values = view.evaluator.evaluate(RepoPath("shop.py"), 0, expr=Name("made"))

    assert 0 < len(values) <= MOST_OUTSIDE
    assert all(isinstance(value, External) for value in values)
    assert view.evaluator.work.cut_short == {}
