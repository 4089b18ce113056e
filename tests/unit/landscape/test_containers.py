"""What is put into a collection, however, is what comes out of it again."""

import pytest
from tests.unit.landscape.called import called

SETTING = """
from collections import defaultdict, deque
def hot(): pass
def cold(): pass
def mild(): pass
def ask(): pass
"""


def at_top(body: str) -> set[str]:
    return called({"a.py": SETTING + body}) & {"hot", "cold", "mild"}


@pytest.mark.parametrize(
    ("body", "callees"),
    [
        ("menu = {'tea': hot}\nmenu['tea'] = cold\nmenu['tea']()\n", {"cold"}),
        ("menu = {'tea': hot}\nmenu['tea']()\nmenu['tea'] = cold\n", {"hot", "cold"}),
        ("menu = {'tea': hot, 'ice': mild}\nmenu['tea'] = cold\nmenu['ice']()\n", {"mild"}),
        ("menu = {'a': {'b': hot}}\nmenu['a']['b'] = cold\nmenu['a']['b']()\n", {"cold"}),
        ("menu = {'tea': hot}\nif ask():\n    menu['tea'] = cold\nmenu['tea']()\n", {"hot", "cold"}),
        ("menu = {'tea': hot}\nmenu[ask()] = cold\nmenu['tea']()\n", {"hot", "cold"}),
        ("menu = {'tea': hot}\nmenu['tea'] = cold\nmenu = {'tea': mild}\nmenu['tea']()\n", {"mild"}),
        ("menu = {'tea': hot}\nmenu.update({'tea': cold})\nmenu['tea']()\n", {"cold"}),
        ("menu = {'tea': hot}\nmenu.update(tea=cold)\nmenu['tea']()\n", {"cold"}),
        ("more = {'tea': cold}\nmenu = {'tea': hot}\nmenu.update(more)\nmenu['tea']()\n", {"hot", "cold"}),
        (
            "menu = {}\ndef write():\n    menu['tea'] = hot\nmenu['tea'] = cold\nwrite()\nmenu['tea']()\n",
            {"hot", "cold"},
        ),
    ],
)
def test_an_item_is_what_it_was_certainly_given_last(body: str, callees: set[str]) -> None:
    assert at_top(body) == callees


@pytest.mark.parametrize(
    "body",
    [
        "menu = []\nmenu.append(hot)\nfor drink in menu:\n    drink()\n",
        "menu = list()\nmenu.append(hot)\nmenu[0]()\n",
        "menu = set()\nmenu.add(hot)\nmenu.pop()()\n",
        "menu = deque()\nmenu.appendleft(hot)\nmenu.popleft()()\n",
        "menu = []\nmenu.extend([hot])\nmenu[-1]()\n",
        "menu = {}\nmenu.setdefault('tea', []).append(hot)\nfor drink in menu['tea']:\n    drink()\n",
        "menu = defaultdict(list)\nmenu['tea'].append(hot)\nmenu['tea'][0]()\n",
        "menu = {'tea': hot}\nmenu.get('tea')()\n",
        "menu = {}\nmenu.get('tea', hot)()\n",
        "menu = {'tea': hot}\nfor name, drink in menu.items():\n    drink()\n",
        "menu = {'tea': hot}\nfor drink in menu.values():\n    drink()\n",
        "for number, drink in enumerate([hot]):\n    drink()\n",
        "for one, drink in zip([cold], [hot]):\n    drink()\n",
        "for drink in sorted([hot]):\n    drink()\n",
        "next(iter([hot]))()\n",
        "for drink in [*[hot]]:\n    drink()\n",
        "menu = {**{'tea': hot}}\nmenu['tea']()\n",
        "menu = dict(tea=hot)\nmenu['tea']()\n",
        "first, *rest, drink = cold, mild, cold, hot\ndrink()\n",
        "first, *rest = cold, hot\nrest[0]()\n",
        "menu = [cold, hot]\nmenu[-1]()\n",
        "def pour(cup):\n    return hot\nfor drink in map(pour, [cold]):\n    drink()\n",
    ],
)
def test_what_is_put_in_comes_out(body: str) -> None:
    assert at_top(body) == {"hot"}


def test_what_methods_put_into_a_member_comes_out_of_it() -> None:
    body = """
class Bar:
    shared = {}
    def __init__(self):
        self.menu = []
    def offer(self, drink):
        self.menu.append(drink)
        self.shared['tea'] = cold
    def serve(self):
        for drink in self.menu:
            drink()
        self.shared['tea']()
bar = Bar()
bar.offer(hot)
"""

    assert called({"a.py": SETTING + body}, caller="Bar.serve") >= {"hot", "cold"}


@pytest.mark.parametrize(
    "body",
    [
        "menu = []\nother = []\nother.append(cold)\nmenu.append(hot)\nmenu[0]()\n",
        "menu = {'tea': hot, 'ice': cold}\nmenu.get('tea')()\n",
        "menu = [hot, *[cold]]\nmenu[0]()\n",
        "class Cup:\n    get = hot\nCup.get('tea')\n",
    ],
)
def test_what_is_in_another_place_does_not_come_out(body: str) -> None:
    assert at_top(body) == {"hot"}


@pytest.mark.parametrize(
    "body", ["menu = [hot]\nmenu = [*menu, menu]\nmenu[0]()\n", "menu = []\nmenu.append(menu)\nmenu[0][0][0]()\n"]
)
def test_a_collection_that_holds_itself_has_an_end(body: str) -> None:
    assert at_top(body) <= {"hot"}


def test_a_member_that_is_asked_for_by_a_written_name_is_found() -> None:
    body = "class Cup:\n    def fill(self): pass\ngetattr(Cup(), 'fill')()\n"

    assert "Cup.fill" in called({"a.py": body})


@pytest.mark.parametrize(
    ("statement", "method"),
    [
        ("with Cup() as cup: pass", "__enter__"),
        ("with Cup(): pass", "__exit__"),
        ("next(Cup())", "__next__"),
        ("len(Cup())", "__len__"),
        ("for drop in Cup(): pass", "__iter__"),
        ("list(Cup())", "__iter__"),
    ],
)
def test_methods_that_statements_and_pythons_own_functions_run_are_called(statement: str, method: str) -> None:
    names = ("__enter__", "__exit__", "__next__", "__len__", "__iter__")
    cup = "class Cup:\n" + "".join(f"    def {name}(self, *_): return self\n" for name in names)

    assert f"Cup.{method}" in called({"a.py": f"{cup}{statement}\n"})


def test_a_property_is_called_by_being_looked_at_and_stands_for_what_it_gives() -> None:
    text = """
class Tea:
    def brew(self): pass
class Cup:
    @property
    def tea(self):
        return Tea()
def order():
    Cup().tea.brew()
"""

    assert called({"a.py": text}, caller="order") >= {"Cup.tea", "Tea.brew"}
