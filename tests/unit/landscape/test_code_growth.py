"""A file of very many statements is read, and what refers to its definitions is found, in time that grows with their number."""

from collections.abc import Callable, Sized

import pytest
from tests.unit.growing import MOST, STEP, growth
from tests.unit.landscape.linked import Linked
from tests.unit.landscape.touched import Touched

from weighbridge.facts.extract import extract
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.file_names import FileNames
from weighbridge.landscape.granted import taken_for_granted
from weighbridge.landscape.precautions import lost_precautions

FILES: dict[str, Callable[[int], str]] = {
    "comments alone": lambda n: "# x\n" * n,
    "texts that stand alone": lambda n: '"x"\n' * n,
    "semicolons": lambda n: "x = 1" + ";" * n + "\n",
    "a block of statements": lambda n: "if a:\n" + "".join(f"    x{i} = g({i})\n" for i in range(n // 2)),
}


@pytest.mark.parametrize("name", FILES)
def test_reading_a_file_takes_time_that_grows_with_its_lines(name: str) -> None:
    def read(count: int) -> None:
        extract(FILES[name](count).encode(), "python")

    assert growth(read, 1_500) < MOST


LINKED: dict[str, tuple[Callable[[int], str], str]] = {
    "decorators of one function": (
        lambda n: (
            "".join(f"def d{i}(f): pass\n" for i in range(n))
            + "".join(f"@d{i}\n" for i in range(n))
            + "def f(): pass\n"
        ),
        "d{n}",
    ),
    "bases of one class": (
        lambda n: (
            "".join(f"class B{i}: pass\n" for i in range(n))
            + "class C("
            + ", ".join(f"B{i}" for i in range(n))
            + "): pass\n"
        ),
        "B{n}",
    ),
}


@pytest.mark.parametrize("name", LINKED)
def test_finding_who_refers_to_each_definition_takes_time_that_grows_with_their_number(name: str) -> None:
    made, asked = LINKED[name]

    def find(count: int) -> None:
        linked = Linked.of({"a.py": made(count)})
        for n in range(count):
            assert linked.users("a.py", asked.format(n=n))

    assert growth(find, 100) < MOST


def test_telling_what_a_scope_binds_takes_time_that_grows_with_the_names_declared_global_in_it() -> None:
    def bind(count: int) -> None:
        source = "def f():\n" + "".join(f"    global x{n}\n    x{n} = {n}\n" for n in range(count))
        bound = FileNames(extract(source.encode(), "python")).bound_in(0)
        assert len(bound) == count + 1

    assert growth(bind, 250) < MOST


CHANGED: dict[str, tuple[Callable[[int], tuple[str, str]], Callable[[CodeChange], Sized]]] = {
    "answers that one function takes for granted": (
        lambda n: (
            "def f(x):\n" + "".join(f"    trusted_{i} = is_trusted_{i}(x)\n    g(trusted_{i})\n" for i in range(n)),
            "def f(x):\n" + "".join(f"    trusted_{i} = True\n    g(trusted_{i})\n" for i in range(n)),
        ),
        lambda code: list(taken_for_granted(code, ())),
    ),
    "settings of many functions": (
        lambda n: (
            "".join(f"def f{i}(r):\n    r.set_cookie(secure=True)\n" for i in range(n)),
            "".join(f"def f{i}(r):\n    r.set_cookie()\n" for i in range(n)),
        ),
        lambda code: list(lost_precautions(code, ())),
    ),
}


@pytest.mark.parametrize("name", CHANGED)
def test_telling_what_a_file_lost_takes_time_that_grows_with_what_it_had(name: str) -> None:
    made, told = CHANGED[name]
    changes: dict[int, CodeChange] = {}

    def tell(count: int) -> None:
        assert len(told(changes[count])) == count

    for count in (60, 60 * STEP):
        changes[count] = Touched({"a.py": made(count)}).code
    assert growth(tell, 60) < MOST
