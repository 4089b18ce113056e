"""New cycles among modules are found in a small change and in a large one, at a cost that grows with the change."""

import time

import pytest
from tests.unit.landscape.linked import sight

from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.landscape.drift import Drift
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


@pytest.mark.parametrize("more", [1, FEW + 10])
def test_components_that_lead_back_are_told_among_few_and_among_many(more: int) -> None:
    others = {f"c{n}/__init__.py": f"import c{n + 1}\n" if n < more else "" for n in range(more + 1)}
    pair = {"a/__init__.py": "import b\n", "b/__init__.py": "import a\n"}

    drift = sight({}, others | pair).drift
    assert isinstance(drift, Drift)
    uses = drift.new_uses
    assert not isinstance(uses, CouldNotLook)

    told = {frozenset((use.source, use.target)) for use in drift.leading_back(uses)}
    assert told >= {frozenset(("a", "b"))}
    assert len(told) == (1 if more > FEW else more + 1)
