"""A special method is noticed by the code that uses its operator, and not by whatever names the class."""

import pytest
from tests.unit.landscape.linked import Linked, impact

MONEY = (
    "class Money:\n"
    "    def __init__(self, cents):\n        self.cents = cents\n"
    "    def __pow__(self, other):\n        return self.cents ** other\n"
    "    def __lt__(self, other):\n        return self.cents < other\n"
    "    def __contains__(self, other):\n        return False\n"
    "    def __setitem__(self, key, value):\n        pass\n"
    "    def __delitem__(self, key):\n        pass\n"
    "    def __iter__(self):\n        return iter(())\n"
    "    def __repr__(self):\n        return 'Money'\n"
    "    def __deepcopy__(self, memo):\n        return self\n"
    "    def __exit__(self, *why):\n        pass\n"
    "    def __bool__(self):\n        return True\n"
    "    def __call__(self):\n        return 1\n"
    "    def __neg__(self):\n        return self\n"
    "    def __invert__(self):\n        return self\n"
)


def users(statement: str, method: str, *, path: str = "shop/use.py") -> set[str]:
    lines = statement.replace("\n", "\n    ")
    use = f"import copy\nfrom shop.money import Money\n\ndef use(given):\n    money = Money(1)\n    {lines}\n"
    files = {"shop/__init__.py": "", "shop/money.py": MONEY, path: use}
    return {user for user in Linked.of(files).users("shop/money.py", f"Money.{method}") if user.startswith(path)}


@pytest.mark.parametrize(
    ("statement", "method"),
    [
        ("return money ** 2", "__pow__"),
        ("return money < 2", "__lt__"),
        ("return 2 in money", "__contains__"),
        ("money['a'] = 2", "__setitem__"),
        ("del money['a']", "__delitem__"),
        ("for part in money:\n    pass", "__iter__"),
        ("return repr(money)", "__repr__"),
        ("return f'{money}'", "__repr__"),
        ("return copy.deepcopy(money)", "__deepcopy__"),
        ("with money:\n    pass", "__exit__"),
        ("if money:\n    pass", "__bool__"),
        ("if money and given is None:\n    pass", "__bool__"),
        ("return None in money", "__contains__"),
        ("return money < ...", "__lt__"),
        ("return -money", "__neg__"),
        ("return given + ~money", "__invert__"),
        ("return not money", "__bool__"),
        ("given.is_left = not money", "__bool__"),
        ("while not money:\n    pass", "__bool__"),
    ],
)
def test_a_use_of_the_operator_is_a_use_of_the_method(statement: str, method: str) -> None:
    assert users(statement, method) == {"shop/use.py#use"}


@pytest.mark.parametrize(
    ("statement", "method"),
    [
        ("return money + 2", "__pow__"),
        ("return given ** 2", "__pow__"),
        ("return money == 2", "__lt__"),
        ("return money in [2]", "__contains__"),
        ("return money['a']", "__setitem__"),
        ("del given['a']", "__delitem__"),
        ("return money.cents", "__iter__"),
        ("return given", "__repr__"),
        ("return copy.deepcopy(1)", "__deepcopy__"),
        ("with given:\n    pass", "__exit__"),
        ("return money is given", "__bool__"),
        ("if money is None:\n    pass", "__bool__"),
        ("if given and money is not None:\n    pass", "__bool__"),
        ("assert not money is None", "__bool__"),
        ("same = money is None\nif same:\n    pass", "__bool__"),
        ("if money == None:\n    pass", "__bool__"),
        ("return given - money", "__neg__"),
        ("return -given", "__neg__"),
        ("return -money.cents", "__neg__"),
        ("return not given", "__bool__"),
        ("return not money.cents", "__bool__"),
    ],
)
def test_naming_the_class_is_no_use_of_the_method(statement: str, method: str) -> None:
    assert users(statement, method) == set()


@pytest.mark.parametrize(
    ("function", "is_user"),
    [
        ("def use(money: Money):\n    return money()", True),
        ("def use(money: 'Money | None' = None):\n    return [money() for _ in range(2)]", True),
        ("def use(money: Coins):\n    return money()", True),
        ("def use(money: Notes):\n    return money()", False),
        ("def use(money: Money):\n    return money.cents", False),
        ("def use(money: Money):\n    return print(money)", False),
        ("def use(money: int, other: Money):\n    return money()", False),
    ],
)
def test_who_calls_a_parameter_of_a_stated_class_calls_its_method(function: str, *, is_user: bool) -> None:
    heirs = "class Coins(Money):\n    pass\n\nclass Notes(Money):\n    def __call__(self):\n        return 2\n"
    use = f"from shop.kinds import Coins, Notes\nfrom shop.money import Money\n\n{function}\n"
    files = {
        "shop/__init__.py": "",
        "shop/money.py": MONEY,
        "shop/kinds.py": f"from shop.money import Money\n\n{heirs}",
        "use.py": use,
    }

    assert ("use.py#use" in Linked.of(files).users("shop/money.py", "Money.__call__")) is is_user


def test_a_test_that_names_the_class_may_use_it_where_the_operand_is_not_known() -> None:
    assert users("return given ** 2", "__pow__", path="tests/test_money.py") == {"tests/test_money.py#use"}


def test_who_compares_something_with_a_value_does_not_ask_whether_it_is_true() -> None:
    assert users("return given is money or given is None", "__bool__") == set()


def test_a_change_of_an_operator_names_the_tests_that_use_it() -> None:
    files = {
        "shop/__init__.py": "",
        "shop/money.py": MONEY,
        "tests/test_power.py": "from shop.money import Money\n\ndef test_power():\n    assert Money(2) ** 2 == 4\n",
        "tests/test_cents.py": "from shop.money import Money\n\ndef test_cents():\n    assert Money(2).cents == 2\n",
    }
    head = files | {"shop/money.py": MONEY.replace("self.cents ** other", "self.cents ** other + 1")}

    assert impact(files, head).test_files == ("tests/test_power.py",)


SHOP = {
    "shop/__init__.py": "",
    "shop/app.py": "class App:\n    def __init_subclass__(cls):\n        cls.made = True\n",
}


@pytest.mark.parametrize(
    ("use", "user"),
    [
        ("class Shop(App):\n    pass", "shop/use.py#Shop"),
        ("def made():\n    return type('Shop', (App,), {})", "shop/use.py#made"),
    ],
)
def test_who_makes_a_class_below_one_calls_what_it_does_with_its_heirs(use: str, user: str) -> None:
    files = SHOP | {"shop/use.py": f"from shop.app import App\n\n{use}\n"}

    assert user in Linked.of(files).users("shop/app.py", "App.__init_subclass__")


@pytest.mark.parametrize(
    "use", ["return App()", "return isinstance(given, App)", "return given or App", "return type(App)"]
)
def test_who_makes_an_object_makes_no_class(use: str) -> None:
    files = SHOP | {"shop/use.py": f"from shop.app import App\n\ndef use(given):\n    {use}\n"}

    assert Linked.of(files).users("shop/app.py", "App.__init_subclass__") == set()
