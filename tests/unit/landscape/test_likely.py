"""What is likely to notice comes first, and what hardly ever does is left aside."""

from tests.unit.landscape.linked import Linked, dependents, impact

BASE = "class Entity:\n    def value(self):\n        return None\n    def state(self):\n        return self.value()\n"
SHOW = "from shop.entity import Entity\n\ndef show(entity: Entity):\n    return entity.state()\n"


def kinds(count: int) -> dict[str, str]:
    """So many classes that each override `value`, in files of their own."""
    return {
        f"shop/kind{n}.py": f"from shop.entity import Entity\n\nclass Kind{n}(Entity):\n    def value(self):\n        return {n}\n"
        for n in range(count)
    }


def changed(count: int) -> dict[str, object]:
    files = {"shop/__init__.py": "", "shop/entity.py": BASE, "shop/show.py": SHOW} | kinds(count)
    head = files | {"shop/kind0.py": files["shop/kind0.py"].replace("return 0", "return 10")}
    return dict(dependents(impact(files, head)))


def test_a_change_passes_through_a_base_class_that_few_override() -> None:
    assert "shop/show.py#show" in changed(3)


def test_a_change_of_one_among_very_many_overriders_ends_at_the_base_class() -> None:
    found = changed(80)

    assert "shop/entity.py#Entity.value" in found
    assert "shop/show.py#show" not in found


def test_what_uses_little_else_comes_before_what_everybody_uses() -> None:
    callers = "".join(f"def user{n}():\n    return hub()\n\n" for n in range(30))
    files = {
        "shop/__init__.py": "",
        "shop/leaf.py": "def leaf():\n    return 1\n",
        "shop/own.py": "from shop.leaf import leaf\n\ndef own():\n    return leaf()\n\ndef near():\n    return own()\n",
        "shop/hub.py": f"from shop.leaf import leaf\n\ndef hub():\n    return leaf()\n\n{callers}",
    }
    found = list(dependents(impact(files, files | {"shop/leaf.py": "def leaf():\n    return 2\n"})))

    assert found.index("shop/own.py#near") < found.index("shop/hub.py#user0")


METHOD = {
    "shop/__init__.py": "",
    "shop/parts.py": "class Wheel:\n    def turn(self):\n        return 1\n\nclass Door:\n    def turn(self):\n        return 3\n",
    "shop/run.py": "def run(part):\n    return part.turn()\n",
    "tests/test_wheel.py": "from shop.parts import Wheel\nfrom shop.run import run\n\ndef test_wheel():\n    assert run(Wheel()) == 1\n",
    "tests/test_door.py": "from shop.parts import Door\nfrom shop.run import run\n\ndef test_door():\n    assert run(Door()) == 3\n",
}


def named_by(base: dict[str, str], path: str, *, old: str, new: str) -> tuple[str, ...]:
    return tuple(impact(base, base | {path: base[path].replace(old, new)}).test_files)


def test_a_test_that_never_gets_hold_of_the_class_is_not_named() -> None:
    assert named_by(METHOD, "shop/parts.py", old="return 1", new="return 2") == ("tests/test_wheel.py",)


def test_a_change_of_a_function_names_both() -> None:
    assert set(named_by(METHOD, "shop/run.py", old="return part", new="assert part; return part")) == {
        "tests/test_wheel.py",
        "tests/test_door.py",
    }


def test_an_automatic_fixture_reaches_every_test_below_it() -> None:
    files = {
        "shop/__init__.py": "",
        "shop/clock.py": "def reset():\n    return 1\n",
        "tests/conftest.py": "import pytest\nfrom shop.clock import reset\n\n@pytest.fixture(autouse=True)\ndef fresh():\n    reset()\n",
        "tests/test_orders.py": "def test_orders():\n    assert True\n",
        "other/test_apart.py": "def test_apart():\n    assert True\n",
    }
    found = named_by(files, "shop/clock.py", old="return 1", new="return 2")

    assert "tests/test_orders.py" in found
    assert "other/test_apart.py" not in found


CLASSES = "class Base:\n    def run(self):\n        return 1\n\nclass Heir(Base):\n    def run(self):\n        return super().run()\n"


def test_super_leads_above_and_not_to_its_own_class() -> None:
    linked = Linked.of({"a.py": CLASSES})

    assert linked.users("a.py", "Base.run") >= {"a.py#Heir.run"}
    assert "a.py#Heir.run" not in linked.users("a.py", "Heir.run")


def test_a_member_that_getattr_names_is_used() -> None:
    files = {"a.py": "class A:\n    meta = 1\n\ndef f(a: A):\n    return getattr(a, 'meta', None)\n"}

    assert "a.py#f" in Linked.of(files).users("a.py", "A.meta")


def test_a_submodule_that_its_package_imports_is_found_from_outside() -> None:
    files = {
        "shop/__init__.py": "from . import parts\n",
        "shop/parts.py": "def wheel():\n    return 1\n",
        "app.py": "from shop import parts\n\ndef main():\n    return parts.wheel()\n",
    }

    assert "app.py#main" in Linked.of(files).users("shop/parts.py", "wheel")


def test_what_is_taken_out_of_a_collection_may_be_another_class_than_is_seen_put_in() -> None:
    files = {
        "stack.py": "from own import Own\n\nclass Stack:\n    def __init__(self):\n        self.parts = [Own()]\n    def run(self):\n        for part in self.parts:\n            part.process_all()\n",
        "own.py": "class Own:\n    def process_all(self):\n        return 1\n",
        "other.py": "class Other:\n    def process_all(self):\n        return 2\n",
    }

    assert "stack.py#Stack.run" in Linked.of(files).users("other.py", "Other.process_all")


def test_a_method_of_the_language_is_not_taken_for_ours() -> None:
    files = {
        "a.py": "class Register:\n    def append(self, x):\n        return x\n",
        "b.py": "def f(things):\n    things.append(1)\n",
        **{f"c{n}.py": f"class C{n}:\n    def append(self, x):\n        return x\n" for n in range(5)},
    }

    assert "b.py#f" not in Linked.of(files).users("a.py", "Register.append")


def test_a_name_that_a_package_hands_on_under_another_is_followed() -> None:
    files = {
        "shop/__init__.py": "from .money import cents as to_cents\n",
        "shop/money.py": "def cents(amount):\n    return amount * 100\n",
        "app.py": "from shop import to_cents\n\ndef main():\n    return to_cents(1)\n",
    }
    changed = impact(files, files | {"shop/money.py": "def cents(amount):\n    return amount * 10\n"})

    assert "app.py#main" in dependents(changed)


def test_a_name_that_a_file_renames_for_itself_is_no_variable_of_others() -> None:
    files = {
        "shop/__init__.py": "",
        "shop/money.py": "def cents(amount):\n    return amount * 100\n",
        "shop/orders.py": "from shop.money import cents as c\n\ndef total():\n    return c(1)\n",
    }
    changed = impact(files, files | {"shop/money.py": "def cents(amount):\n    return amount * 10\n"})

    assert set(dependents(changed)) == {"shop/orders.py#total"}


FLOW = """class Flow:
    pass

class Manager:
    def handle(self, flow: Flow, step):
        return getattr(flow, f"step_{step}")()

def start(manager: Manager, flow: Flow):
    return manager.handle(flow, "user")
"""
PAGE = "class Page:\n    def show(self):\n        return self.draw()\n\ndef open_page(page: Page):\n    return page.show()\n"


def family(base: str, member: str, *, count: int) -> dict[str, str]:
    """So many classes with a base that lies in `shop/base.py`; each has a member of its own name where it takes a number."""
    text = "from shop.base import {base}\n\nclass Kind{n}({base}):\n    def {member}(self):\n        return {n}\n"
    return {f"shop/kind{n}.py": text.format(base=base, member=member.format(n=n), n=n) for n in range(count)}


def reached(base: str, members: dict[str, str]) -> set[str]:
    """Who notices that the first of the members gives back something else."""
    files = {"shop/__init__.py": "", "shop/base.py": base} | members
    head = files | {"shop/kind0.py": files["shop/kind0.py"].replace("return 0", "return 10")}
    return set(dependents(impact(files, head)))


def test_a_name_put_together_at_run_time_is_followed_where_few_classes_can_be_meant() -> None:
    assert "shop/base.py#start" in reached(FLOW, family("Flow", "step_user", count=3))


def test_a_name_put_together_at_run_time_means_one_class_among_all_its_object_may_be_of() -> None:
    """Also where this class alone has the member: which members are asked for, nobody sees."""
    found = reached(FLOW, family("Flow", "step_{n}", count=80))

    assert "shop/base.py#Manager.handle" in found
    assert "shop/base.py#start" not in found


def test_what_a_base_class_calls_and_has_not_itself_is_followed_to_few_heirs() -> None:
    assert "shop/base.py#open_page" in reached(PAGE, family("Page", "draw", count=3))


def test_what_a_base_class_calls_and_has_not_itself_means_one_among_very_many_heirs() -> None:
    found = reached(PAGE, family("Page", "draw", count=80))

    assert "shop/base.py#Page.show" in found
    assert "shop/base.py#open_page" not in found


def test_a_reference_to_one_among_many_heirs_is_inferred() -> None:
    files = {"shop/__init__.py": "", "shop/base.py": PAGE} | family("Page", "draw", count=3)
    head = files | {"shop/kind0.py": files["shop/kind0.py"].replace("return 0", "return 10")}
    found = {str(d.symbol): d for d in impact(files, head).dependents}

    assert found["shop/base.py#Page.show"].certainty == "inferred"


def test_a_faint_dependent_is_not_looked_for_on_unknown_receivers() -> None:
    """`tell` of one noticing class among twelve: who calls it on something unknown is below what is followed."""
    base = (
        "class Entity:\n    def value(self):\n        return None\n    def tell(self):\n        return self.value()\n"
    )
    files = (
        {"shop/__init__.py": "", "shop/entity.py": base, "shop/user.py": "def use(x):\n    return x.tell()\n"}
        | kinds(20)
        | {f"other/o{n}.py": f"class Other{n}:\n    def tell(self):\n        return {n}\n" for n in range(12)}
        | {f"far/f{n}.py": "def far(x):\n    return x.tell()\n" for n in range(30)}
    )
    head = files | {"shop/kind0.py": files["shop/kind0.py"].replace("return 0", "return 10")}
    found = dependents(impact(files, head))

    assert "shop/entity.py#Entity.tell" in found
    assert "shop/user.py#use" not in found


def test_a_method_of_another_language_is_not_meant() -> None:
    """A rare name on something unknown means the method of that name, yet never across languages."""
    files = {
        "shop/ledger.py": "class Ledger:\n    def settle(self):\n        return 0\n",
        "shop/close.py": "def close(book):\n    return book.settle()\n",
        "web/close.ts": "export function close(book) {\n  return book.settle()\n}\n",
        "web/ledger.ts": "export class Book {\n  settle() {\n    return 0\n  }\n}\n",
        "web/old.js": "function old(book) {\n  return book.settle()\n}\n",
    }
    changed = {path: {path: files[path].replace("0", "1")} for path in ("shop/ledger.py", "web/ledger.ts")}
    in_python, in_typescript = (set(dependents(impact(files, files | change))) for change in changed.values())

    assert "shop/close.py#close" in in_python
    assert {"web/close.ts#close", "web/old.js#old"} <= in_typescript
    assert not any(symbol.startswith("web/") for symbol in in_python)
    assert not any(symbol.startswith("shop/") for symbol in in_typescript)
