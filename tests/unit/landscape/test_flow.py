"""A name stands for what can hold where it is used: what a straight line replaced is gone, what a branch may do is added."""

import pytest
from tests.unit.landscape.called import called

SETTING = """
def hot(): pass
def cold(): pass
def mild(): pass
def ask(): pass
"""


def at_top(body: str) -> set[str]:
    """What the statements of a module call of the four above."""
    return called({"a.py": SETTING + body}) & {"hot", "cold", "mild"}


@pytest.mark.parametrize(
    ("body", "callees"),
    [
        ("drink = hot\ndrink = cold\ndrink()\n", {"cold"}),
        ("drink = hot\ndrink()\ndrink = cold\n", {"hot"}),
        ("drink = hot\ndrink()\ndrink = cold\ndrink()\n", {"hot", "cold"}),
        ("def drink(): hot()\ndef drink(): cold()\ndrink = mild\ndrink()\n", {"mild"}),
        ("from b import drink\ndrink = mild\ndrink()\n", {"mild"}),
        ("drink = hot\ndrink, other = cold, mild\ndrink()\n", {"cold"}),
        ("if ask():\n    drink = hot\n    drink = cold\n    drink()\n", {"cold"}),
        ("drink = hot\nif ask():\n    drink()\n    drink = cold\n", {"hot"}),
        ("drink = hot\ntry:\n    ask()\nfinally:\n    drink = cold\ndrink()\n", {"cold"}),
        ("for drink in [hot]:\n    drink = cold\n    drink()\n", {"cold"}),
        ("while ask():\n    drink = hot\n    drink = cold\n    drink()\n", {"cold"}),
    ],
)
def test_a_straight_line_hides_what_was_bound_before(body: str, callees: set[str]) -> None:
    assert at_top(body) == callees


@pytest.mark.parametrize(
    "body",
    [
        "drink = hot\nif ask():\n    drink = cold\ndrink()\n",
        "if ask():\n    drink = hot\nelse:\n    drink = cold\ndrink()\n",
        "if ask():\n    drink = hot\nelif ask():\n    drink = cold\ndrink()\n",
        "drink = hot\ntry:\n    drink = cold\nexcept KeyError:\n    pass\ndrink()\n",
        "try:\n    drink = hot\n    ask()\n    drink = cold\nexcept KeyError:\n    drink()\n",
        "drink = hot\nfor drink in [cold]:\n    pass\ndrink()\n",
        "drink = hot\nwhile ask():\n    drink()\n    drink = cold\n",
        "drink = hot\nfor _ in ask():\n    if ask():\n        drink()\n    drink = cold\n",
        "drink = hot\nwith ask():\n    drink = cold\ndrink()\n",
        "drink = hot\nask() and (drink := cold)\ndrink()\n",
        "drink = hot\nmatch ask():\n    case 1:\n        drink = cold\ndrink()\n",
        "drink = hot\ndef change():\n    global drink\n    drink = cold\nchange()\ndrink()\n",
        "drink = hot\nif ask():\n    from a import cold as drink\ndrink()\n",
        "drink = hot\nif ask():\n    def drink(): cold()\ncold()\ndrink()\n",
        "drink = hot or cold\ndrink = drink\ndrink()\n",
    ],
)
def test_what_may_be_passed_over_or_done_again_adds(body: str) -> None:
    assert at_top(body) == {"hot", "cold"}


def test_a_loop_brings_round_only_what_its_own_start_does_not_replace() -> None:
    assert at_top("while ask():\n    drink = hot\n    drink()\n    drink = cold\n") == {"hot"}


@pytest.mark.parametrize(
    ("body", "callees"),
    [
        ("drink = hot\ndrink = cold\ndef order():\n    drink()\n", {"cold"}),
        ("drink = hot\ndef order():\n    drink()\ndrink = cold\n", {"hot", "cold"}),
        ("drink = hot\ndef order():\n    def later():\n        drink()\n    later()\ndrink = cold\n", set()),
        ("for drink in [hot, cold]:\n    def order():\n        drink()\n", {"hot", "cold"}),
        ("def order(drink=hot):\n    drink = drink or mild\n    drink = cold\n    drink()\n", {"cold"}),
        ("def order(drink=hot):\n    if ask():\n        drink = cold\n    drink()\n", {"hot", "cold"}),
    ],
)
def test_a_function_sees_what_holds_where_it_is_defined_and_what_comes_after(body: str, callees: set[str]) -> None:
    assert called({"a.py": SETTING + body}, caller="order") & {"hot", "cold", "mild"} == callees


def test_a_nested_function_of_a_nested_one_sees_the_module_from_where_the_outer_one_stands() -> None:
    body = "drink = mild\ndrink = hot\ndef order():\n    def later():\n        drink()\ndrink = cold\n"

    assert called({"a.py": SETTING + body}, caller="order.later") == {"hot", "cold"}


def test_an_importer_sees_a_module_as_it_is_in_the_end() -> None:
    files = {
        "b.py": SETTING + "drink = hot\ndrink = cold\nif ask():\n    drink = mild\n",
        "a.py": "import b\nfrom b import drink\ndrink()\nb.drink()\n",
    }

    assert called(files) == {"cold", "mild"}


def test_a_class_has_the_member_that_was_bound_last() -> None:
    body = "class Cup:\n    fill = hot\n    fill()\n    fill = cold\nCup.fill()\n"

    assert at_top(body) == {"hot", "cold"}
    assert called(
        {"a.py": SETTING + "class Cup:\n    fill = hot\n    fill = cold\ndef order():\n    Cup.fill()\n"},
        caller="order",
    ) == {"cold"}


def test_a_class_whose_body_stands_in_a_branch_still_has_the_last_of_its_members() -> None:
    body = "if ask():\n    class Cup:\n        fill = hot\n        fill = cold\n    def order():\n        Cup.fill()\n"

    assert called({"a.py": SETTING + body}, caller="order") == {"cold"}


def test_a_declared_type_holds_throughout() -> None:
    body = """
class Tea:
    def brew(self): pass
def order(cup: Tea, pot):
    cup = unknown(cup)
    cup.brew()
    can: Tea = pot
    can = unknown(can)
    can.brew()
"""

    assert "Tea.brew" in called({"a.py": body}, caller="order")


def test_a_property_that_gets_a_setter_keeps_its_getter() -> None:
    body = """
class Cup:
    @property
    def tea(self): pass
    @tea.setter
    def tea(self, value): hot()
def order(cup: Cup):
    return cup.tea()
"""
    files = {"a.py": SETTING + body}

    assert called(files, caller="order") == {"Cup.tea"}
    assert called(files, caller="Cup.tea") == {"hot"}


def test_a_call_leads_to_the_implementation_of_overloads() -> None:
    body = """
from typing import overload
class Cup:
    def of_text(self): pass
    def of_number(self): pass
@overload
def make(x: str) -> str: ...
@overload
def make(x: int) -> int: ...
def make(x):
    return Cup()
make(1).of_text()
"""

    assert called({"a.py": body}) >= {"make", "Cup.of_text"}


def test_in_a_language_whose_order_is_not_known_nothing_is_hidden() -> None:
    text = "function hot() {}\nfunction cold() {}\nlet drink = hot;\ndrink = cold;\ndrink();\n"

    assert called({"a.js": text}, "a.js") == {"hot", "cold"}


def test_names_that_are_exchanged_each_stand_for_what_the_other_did() -> None:
    body = "one, other = hot, cold\none, other = other, one\ndef order():\n    pass\none()\n"

    assert at_top(body) == {"cold"}
    assert at_top(body.replace("one()", "other()")) == {"hot"}
