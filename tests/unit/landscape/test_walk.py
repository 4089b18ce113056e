"""A walk that ends before its time says so."""

import pytest
from tests.unit.landscape.linked import impact

from weighbridge.landscape.walk import WalkLimits


def calls(count: int) -> str:
    return "def f0():\n    return 1\n" + "".join(f"def f{n}():\n    return f{n - 1}()\n" for n in range(1, count + 1))


@pytest.mark.parametrize(("count", "is_told"), [(5, False), (6, True), (60, True)])
def test_dependents_further_away_than_is_looked_are_told(count: int, *, is_told: bool) -> None:
    text = calls(count)

    found = impact({"a.py": text}, {"a.py": text.replace("return 1", "return 2")}, limits=WalkLimits(distance=5))

    assert len(found.dependents) == 5
    assert ("further away" in found.truncated) == is_told


def test_of_what_is_removed_only_who_refers_directly_is_asked_for() -> None:
    text = calls(3)

    found = impact({"a.py": text}, {"a.py": text.replace("def f0():\n    return 1\n", "")})

    assert not found.truncated
