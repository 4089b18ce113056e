"""A text that spells a member by its module's name refers to it: frameworks import by such texts."""

import pytest
from tests.unit.landscape.linked import Linked, dependents, impact, sight

from weighbridge.domain.impact import Certainty
from weighbridge.landscape.dangling import dangling_uses
from weighbridge.landscape.landscapes import Landscapes

FILES = {
    "shop/__init__.py": "",
    "shop/plugins/__init__.py": "",
    "shop/plugins/table.py": "def table(page):\n    return page\n\nclass Guard:\n    pass\n",
    "shop/load.py": """from importlib import import_module

PLUGINS = {"table": "shop.plugins.table.table"}

def load(name):
    module, _, member = PLUGINS[name].rpartition(".")
    return getattr(import_module(module), member)
""",
    "shop/settings.py": 'MIDDLEWARE = ["shop.plugins.table.Guard"]\nAPP = "shop.plugins.table:table"\n',
    "shop/words.py": 'NAMES = ["shop.plugins.other.table", "no.such.table", "table", "shop plugins.table.table"]\n',
}


def test_it_is_a_use_of_the_member_and_of_no_other() -> None:
    linked = Linked.of(FILES)

    assert linked.users("shop/plugins/table.py", "table") == {"shop/load.py#", "shop/settings.py#"}
    assert linked.users("shop/plugins/table.py", "Guard") == {"shop/settings.py#"}


def test_a_change_reaches_who_loads_by_the_text_and_is_inferred() -> None:
    head = FILES | {"shop/plugins/table.py": FILES["shop/plugins/table.py"].replace("return page", "return page, 1")}
    found = dependents(impact(FILES, head))

    assert "shop/load.py#load" in found
    assert found["shop/load.py#PLUGINS"].certainty is Certainty.INFERRED


@pytest.mark.parametrize("name", ["table", "Guard"])
def test_a_member_that_goes_while_a_text_spells_it_is_told(name: str) -> None:
    text = FILES["shop/plugins/table.py"].replace("def table(", "def tables(").replace("class Guard", "class Guards")
    seen = sight(FILES, FILES | {"shop/plugins/table.py": text})
    assert isinstance(seen.landscapes, Landscapes)

    found = {
        removal.name: {place.path for place in removal.uses} for removal in dangling_uses(seen.code, seen.landscapes)
    }

    assert "shop/settings.py" in found[name]
    assert "shop/words.py" not in found[name]


def test_of_very_many_texts_beside_each_other_each_is_a_small_part() -> None:
    table = {f"plugin{n}": f"shop.plugins.table.plugin{n}" for n in range(60)}
    files = FILES | {
        "shop/plugins/table.py": "".join(f"def plugin{n}(page):\n    return {n}\n\n" for n in range(60)),
        "shop/load.py": FILES["shop/load.py"].replace('{"table": "shop.plugins.table.table"}', repr(table)),
    }
    head = files | {"shop/plugins/table.py": files["shop/plugins/table.py"].replace("return 0", "return 100")}
    found = dependents(impact(files, head))

    assert "shop/load.py#PLUGINS" in found
    assert "shop/load.py#load" not in found


PAGES = {
    "shop/__init__.py": "",
    "shop/views.py": (
        "class Shown:\n    def close(self):\n        return 0\n\n"
        "class Page(Shown):\n    def show(self):\n        return 1\n\ndef page():\n    return Page()\n"
    ),
    "shop/urls.py": 'ROUTES = ["shop.views.Page.show", "shop.views:Page.close"]\n',
    "words.py": 'NAMES = ["shop.views.page.show", "shop.views.Other.show", "shop.Page.show", "Page.show", "views.Page.show"]\n',
}


def test_a_text_may_spell_a_member_of_a_class() -> None:
    linked = Linked.of(PAGES)

    assert linked.users("shop/views.py", "Page.show") == {"shop/urls.py#"}


def test_a_method_that_goes_while_a_text_spells_it_is_told() -> None:
    text = PAGES["shop/views.py"].replace("def show(", "def shown(")
    seen = sight(PAGES, PAGES | {"shop/views.py": text})
    assert isinstance(seen.landscapes, Landscapes)

    found = [
        (removal.name, [str(place.path) for place in removal.uses])
        for removal in dangling_uses(seen.code, seen.landscapes)
    ]

    assert found == [("Page.show", ["shop/urls.py"])]
