"""Who uses a definition is counted for it, not for the file it stands in."""

from collections.abc import Mapping

import pytest
from tests.unit.landscape.linked import Linked, sight
from tests.unit.landscape.touched import Touched

from weighbridge.domain.ids import RepoPath, SymbolId, symbol_id
from weighbridge.domain.impact import Certainty
from weighbridge.domain.system import Surface, SurfaceKind
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.shared_use import Users, users_of
from weighbridge.landscape.sharing import entry_points_through

MONEY = "def net(x):\n    return _cut(x)\n\ndef _cut(x):\n    return x\n\ndef _spare(x):\n    return x\n"
FILES = {
    "shop/__init__.py": "",
    "shop/money.py": MONEY,
    **{f"shop/part{n}.py": f"from shop.money import net\n\ndef total{n}(x):\n    return net(x)\n" for n in range(8)},
    **{f"tests/test_{n}.py": f"from shop.money import net\n\ndef test_it():\n    assert net({n})\n" for n in range(4)},
}


def users(name: str) -> Users:
    return users_of(Linked.of(FILES).view, SymbolId(f"shop/money.py#{name}"))


def surfaces(money: str, files: Mapping[str, str] = FILES) -> list[Surface]:
    found = sight(files, {**files, "shop/money.py": money}).surfaces
    return [surface for surface in found if surface.kind is SurfaceKind.SHARED_LIBRARY]


def test_the_files_that_use_a_definition_are_counted_and_its_tests_apart() -> None:
    assert users("net") == Users(files=12, seen=12, tests=4)


def test_who_uses_what_a_private_definition_serves_counts_for_it() -> None:
    assert users("_cut") == Users(files=12, seen=12, tests=4)


def test_nobody_counts_for_what_nobody_uses_in_a_file_that_many_import() -> None:
    assert users("_spare") == Users(files=0, seen=0, tests=0)


def test_a_change_in_what_many_use_is_a_shared_library_and_says_who() -> None:
    (surface,) = surfaces(MONEY.replace("def net(x):", "def net(x, r):"))

    assert surface.reason == "`net` changes in how it is used, and 12 other files use it, 4 of them tests"
    assert surface.certainty is Certainty.SEEN


def test_what_is_gone_counts_who_used_it() -> None:
    (surface,) = surfaces(MONEY.replace("def net(x):\n    return _cut(x)\n", ""))

    assert surface.reason == "`net` is gone, and 12 other files use it, 4 of them tests"


def test_a_private_definition_that_nobody_uses_is_no_shared_library() -> None:
    assert surfaces(MONEY.replace("def _spare(x):\n    return x", "def _spare(x):\n    return x + 1")) == []


SERVICE = """
from flask import Flask

app = Flask(__name__)

class Store:
    def __init__(self):
        self.pool = open_pool(size=50)

    def load(self):
        return 1

    def sweep(self):
        return wait(timeout=5)

@app.get("/orders")
def orders():
    return Store().load()

@app.post("/sweep")
def sweep():
    return Store().sweep()
"""


def sharing(symbol: str) -> set[str]:
    seen = sight(
        {"api.py": SERVICE}, {"api.py": SERVICE.replace("size=50", "size=5").replace("timeout=5", "timeout=1")}
    )
    assert isinstance(seen.landscapes, Landscapes)
    found = entry_points_through(seen.landscapes, seen.code.files[RepoPath("api.py")], symbol=symbol)
    return {each.name for each in found}


def test_what_builds_a_class_is_shared_by_whoever_has_one() -> None:
    assert sharing("Store.__init__") == {"GET /orders", "POST /sweep"}


def test_another_method_is_shared_by_its_own_users_alone() -> None:
    assert sharing("Store.sweep") == {"POST /sweep"}


def test_an_amount_at_the_top_of_a_module_is_used_by_whoever_uses_its_name() -> None:
    text = "POOL_SIZE = 50\n\ndef other():\n    return 1\n"
    found = sight({"shop/pool.py": text}, {"shop/pool.py": text.replace("50", "5")}).surfaces

    assert [symbol_id(s.path, s.symbol) for s in found] == ["shop/pool.py#POOL_SIZE"]


def test_a_word_in_the_docstring_of_a_much_used_file_is_no_surface() -> None:
    before = 'def money(x):\n    """Rouds."""\n    return x\n'
    touched = Touched({"shop/money.py": (before, before.replace("Rouds", "Rounds"))})
    assert touched.surfaces(users={"shop/money.py#money": Users(files=500, seen=500, tests=0)}) == []


def test_a_changed_signature_in_a_much_used_file_is_a_shared_library() -> None:
    touched = Touched({"shop/money.py": ("def money(x):\n    return x\n", "def money(x, unit):\n    return x\n")})
    (surface,) = touched.surfaces(users={"shop/money.py#money": Users(files=23, seen=23, tests=9)})
    assert (surface.kind, surface.symbol) == (SurfaceKind.SHARED_LIBRARY, "money")
    assert surface.reason == "`money` changes in how it is used, and 23 other files use it, 9 of them tests"
    assert surface.certainty is Certainty.SEEN


def test_users_that_their_names_alone_speak_for_are_told_as_such() -> None:
    touched = Touched({"shop/money.py": ("def money(x):\n    return x\n", "def money(x):\n    return x + 1\n")})
    (surface,) = touched.surfaces(users={"shop/money.py#money": Users(files=11, seen=9, tests=11)})
    assert surface.reason == "`money` changes in what it does, and 11 other files may use it, all of them tests"
    assert surface.certainty is Certainty.INFERRED


def test_what_few_use_of_a_file_that_many_do_is_no_shared_library() -> None:
    before = "def money(x):\n    return x\n\n\ndef rarely(x):\n    return x\n"
    after = before.replace("def rarely(x):\n    return x", "def rarely(x):\n    return x + 1")
    touched = Touched({"shop/money.py": (before, after)})
    used = {"shop/money.py#money": Users(files=23, seen=23, tests=0)}
    assert touched.surfaces(users={**used, "shop/money.py#rarely": Users(files=2, seen=2, tests=0)}) == []


@pytest.mark.parametrize(("count", "after"), [(9, "def a(): return 2\n"), (50, "def a(): return 1\ndef b(): pass\n")])
def test_a_file_few_use_or_that_only_grows_is_no_shared_library(count: int, after: str) -> None:
    few = Users(files=count, seen=count, tests=0)
    touched = Touched({"shop/a.py": ("def a(): return 1\n", after)})
    assert SurfaceKind.SHARED_LIBRARY not in {s.kind for s in touched.surfaces(users={"shop/a.py#a": few})}
