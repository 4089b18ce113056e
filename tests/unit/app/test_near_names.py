"""What stands for nothing is answered with what was likely meant, and with how such a thing is named."""

import pytest
from tests.unit.landscape.linked import sight

from weighbridge.app.explain import UnknownNameError, explain, family_of
from weighbridge.app.foresee_impact import TargetError, foresee
from weighbridge.app.near_names import near_names
from weighbridge.engine.discover import find_rules, load_rule

RULES = tuple(load_rule(place) for place in find_rules())
FILES = {
    "shop/till.py": "class Till:\n    def sell(self):\n        return 1\n",
    "shop/stock/store.py": "class Store:\n    def sell(self):\n        return 2\n",
    "web/store.py": "def sell():\n    return 3\n",
    "tests/test_till.py": "def sell():\n    return 4\n",
}


def refused(asked: str) -> str:
    with pytest.raises(TargetError) as caught:
        foresee(sight(FILES, FILES), [asked])
    return str(caught.value)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (
            "store.py",
            "'store.py' is no file or folder of this tree; near it: shop/stock/store.py, web/store.py",
        ),
        ("shop/stok", "near it: shop/stock"),
        ("shop/tils.py", "near it: shop/till.py"),
        (
            "sell",
            "shop/stock/store.py:Store.sell, shop/till.py:Till.sell, web/store.py:sell, tests/test_till.py:sell",
        ),
        ("Till.sell", "defined by that name: shop/till.py:Till.sell, shop/stock/store.py:Store.sell"),
        ("Till", "defined by that name: shop/till.py:Till"),
        (
            "qqq",
            "no file or folder of this tree; give a path from here or from the top, and a symbol in it as PATH:SYMBOL",
        ),
        ("shop/till.py:sel", "shop/till.py holds no 'sel'; it holds Till.sell"),
    ],
)
def test_of_what_is_not_there_it_is_said_what_was_likely_meant(asked: str, words: str) -> None:
    assert words in refused(asked)


@pytest.mark.parametrize("name", ["sql", "sql/"])
def test_a_family_is_all_its_rules(name: str) -> None:
    family = family_of(name, RULES)

    assert [rule.id for rule in family] == [rule.id for rule in RULES if rule.id.startswith("sql/")]


@pytest.mark.parametrize("name", ["sq", "drop-column", "sql/drop-column", ""])
def test_nothing_else_is_a_family(name: str) -> None:
    assert family_of(name, RULES) == ()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("sqll", "near it: sql"),
        ("drop", "sql/drop-column"),
        ("DROP-COLUM", "near it: sql/drop-column"),
        ("sql/drop-colum", "near it: sql/drop-column"),
        ("zzzzz", "weighbridge explain lists the rules"),
    ],
)
def test_a_rule_that_is_not_there_is_answered_with_those_near_it(name: str, words: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        explain(name, RULES, recall=lambda: None)

    assert words in str(caught.value)


def test_what_ends_like_it_is_nearer_than_what_holds_it() -> None:
    assert near_names("column", ["a/columns-x", "b.column", "zz/column", "colums"]) == (
        "b.column",
        "zz/column",
        "a/columns-x",
    )
