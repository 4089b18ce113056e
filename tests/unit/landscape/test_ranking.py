"""The standing ranking: what breaks with a component, counted by tier."""

from collections.abc import Mapping

from tests.unit.landscape.linked import sight

from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.ranking import OWN, WEIGHTS, Rank, rank_components


def ranked(files: Mapping[str, str]) -> list[Rank]:
    landscapes = sight({}, files).landscapes
    assert isinstance(landscapes, Landscapes)
    found = rank_components(landscapes.head, landscapes.components, progress=lambda _done, _total: None)
    return list(found.ranks)


def folder(name: str, *, uses: str = "", files: int = 1) -> dict[str, str]:
    """A component of so many files, each of which uses another."""
    text = f"import {uses}.m0\nx = 1\n" if uses else "x = 1\n"
    made = {f"{name}/m{n}.py": text for n in range(files)}
    return {f"{name}/__init__.py": "", f"{name}/pyproject.toml": f'[project]\nname = "{name}"\n', **made}


def test_much_use_comes_before_a_high_tier_with_little_use() -> None:
    files = {**folder("common"), **folder("payments"), **folder("shop", uses="common", files=40)}

    first, second, *_ = ranked({**files, **folder("till", uses="payments", files=2)})

    assert (first.component.name, first.component.tier.value, first.files) == ("common", 2, 40)
    assert (second.component.name, second.component.tier.value, second.files) == ("payments", 1, 2)


def test_of_two_that_are_used_alike_the_higher_tier_comes_first() -> None:
    files = {**folder("common"), **folder("payments"), **folder("shop", uses="common", files=3)}

    first, second, *_ = ranked({**files, **folder("till", uses="payments", files=3)})

    assert (first.component.name, second.component.name) == ("payments", "common")


def test_a_file_that_uses_it_counts_by_its_tier_and_what_lies_further_counts_once() -> None:
    files = {**folder("base"), **folder("shop", uses="base", files=4), **folder("billing", uses="shop", files=9)}

    base = next(rank for rank in ranked(files) if rank.component.name == "base")

    assert base.weight == OWN * WEIGHTS[2] + 4 * WEIGHTS[2] + WEIGHTS[1]
