"""A file of very many statements is read, and what refers to its definitions is found, in time that grows with their number."""

from collections.abc import Callable

import pytest
from tests.unit.growing import MOST, growth
from tests.unit.landscape.linked import Linked

from weighbridge.facts.extract import extract
from weighbridge.landscape.file_names import FileNames

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
