"""A walk that ends before its time says so."""

import pytest
from tests.unit.landscape.linked import Linked, impact

from weighbridge.domain.ids import RepoPath, symbol_id
from weighbridge.domain.impact import Certainty
from weighbridge.landscape.references import MOST_OPERATED
from weighbridge.landscape.walk import Walk, WalkLimits


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


FAN = {
    "a.py": "def f():\n    return 1\n",
    **{f"user{n}.py": f"from a import f\n\ndef g{n}():\n    return f()\n" for n in range(10)},
    **{f"beyond{n}.py": f"from user{n} import g{n}\n\ndef h{n}():\n    return g{n}()\n" for n in range(10)},
}
"""A function with ten users, each with one of its own."""


def walked(most: int) -> tuple[int, int]:
    """How many definitions a walk reaches that may reach `most`, and how many files it read for them."""
    view = Linked.of(FAN).view
    walk = Walk(view, WalkLimits(definitions=most))
    walk.start([symbol_id(RepoPath("a.py"), "f")])
    walk.run()
    return len(walk.dependents), view.references.files_read


def test_what_lies_behind_a_definition_is_not_looked_for_where_the_walk_ends_with_what_is_known() -> None:
    assert walked(10) == (10, 11)
    assert walked(12) == (12, 21)


@pytest.mark.parametrize("is_more", [False, True])
def test_operators_that_were_not_all_looked_into_are_told(*, is_more: bool) -> None:
    files = {
        "shop/__init__.py": "",
        "shop/pile.py": "class Pile:\n    def __len__(self):\n        return 1\n",
        "shop/use.py": "from shop.pile import Pile\n\ndef use(given):\n    pile = Pile()\n"
        + "    return len(pile)\n" * (MOST_OPERATED + is_more),
    }

    found = impact(files, files | {"shop/pile.py": files["shop/pile.py"].replace("return 1", "return 2")})

    assert "shop/use.py#use" in {str(dependent.symbol) for dependent in found.dependents}
    assert ("nearest uses of `__len__`" in found.truncated) == is_more


def test_a_change_of_very_many_new_definitions_does_not_hide_who_notices_another() -> None:
    """What is new has no users yet: where there is too much to follow, it is left out first."""
    many = "".join(f"def n{n}():\n    return {n}\n\n\n" for n in range(1_100))
    base = {"z.py": "def f():\n    return 1\n", "user.py": "from z import f\n\n\ndef g():\n    return f()\n"}
    found = impact(base, {**base, "a.py": many, "z.py": "def f():\n    return 2\n"})

    assert "user.py#g" in {str(d.symbol) for d in found.dependents}


def test_who_was_found_before_a_limit_is_told_for_a_whole_as_for_its_part() -> None:
    text = "".join(f"def f{n}():\n    return 1\n\n" for n in range(20))
    users = {f"u{n}.py": f"from a import f{n}\n\ndef use{n}():\n    return f{n}()\n" for n in range(20)}
    files = {"a.py": text, **users}

    part = impact(files, {**files, "a.py": text.replace("return 1", "return 2", 1)}, limits=WalkLimits(files=5))
    whole = impact(files, {**files, "a.py": text.replace("return 1", "return 2")}, limits=WalkLimits(files=5))

    assert {d.symbol for d in part.dependents} <= {d.symbol for d in whole.dependents}
    assert len(whole.dependents) > len(part.dependents)
    assert whole.truncated


def test_a_short_walk_asks_for_the_surer_way_however_often_a_name_is_mentioned() -> None:
    """By the index a name may have many users; who is near is asked all the same, before what is only inferred counts."""
    files = {
        "shop/__init__.py": "",
        "shop/order.py": "class Order:\n    def settle(self):\n        return 1\n",
        "shop/till.py": "from shop.order import Order\n\ndef pay():\n    return Order().settle()\n",
        "shop/day.py": "from shop.till import pay\n\ndef close(given):\n    given.settle()\n    return pay()\n",
        **{f"like{n}.py": f"class Like{n}:\n    def settle(self):\n        return {n}\n" for n in range(12)},
        **{f"other{n}.py": "def run(desk):\n    return desk.pay()\n" for n in range(60)},
    }

    found = impact(files, files | {"shop/order.py": files["shop/order.py"].replace("return 1", "return 2")})

    (close,) = (dependent for dependent in found.dependents if str(dependent.symbol) == "shop/day.py#close")
    assert (close.certainty, len(close.path)) == (Certainty.SEEN, 2)
