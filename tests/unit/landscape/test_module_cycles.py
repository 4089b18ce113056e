"""New cycles among modules are found in a small change and in a large one, at a cost that grows with the change."""

import time

import pytest
from tests.unit.landscape.linked import sight

from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.module_cycles import FEW, new_module_cycles


def cycles(base: dict[str, str], head: dict[str, str]) -> list[tuple[str, ...]]:
    seen = sight(base, head)
    landscapes = seen.landscapes
    assert isinstance(landscapes, Landscapes)
    found = new_module_cycles(landscapes, seen.code)
    return [(cycle.closing.source, *(use.source for use in cycle.back)) for cycle in found]


def chain(count: int) -> dict[str, str]:
    return {f"p/m{n}.py": f"from p import m{n - 1}\n" if n else "x = 1\n" for n in range(count)} | {"p/__init__.py": ""}


@pytest.mark.parametrize("more", [1, FEW + 10])
def test_a_cycle_is_found_among_few_and_among_many_new_modules(more: int) -> None:
    pair = {"p/a.py": "from p import b\n", "p/b.py": "from p import a\n"}

    found = cycles({}, chain(more) | pair)

    assert {frozenset(modules) for modules in found} == {frozenset(pair)}


def test_a_cycle_that_was_there_is_not_new_among_many() -> None:
    pair = {"p/__init__.py": "", "p/a.py": "from p import b\n", "p/b.py": "from p import a\n"}

    assert cycles(pair, chain(FEW + 10) | pair) == []


def test_a_long_chain_of_new_modules_costs_no_search_each() -> None:
    began = time.process_time()

    assert cycles({}, chain(1_500)) == []
    assert time.process_time() - began < 20
