"""Which files may import a file is told by the index, in every way that an import can be written."""

import pytest
from tests.unit.landscape.linked import Linked

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import Reason
from weighbridge.landscape.references import FEW_FILES
from weighbridge.landscape.terms import import_keys

PYTHON = {"shop/__init__.py": "", "shop/billing/__init__.py": "", "shop/billing/money.py": "def cents(): ...\n"}


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("shop/orders.py", "from shop.billing.money import cents\n"),
        ("shop/orders.py", "from shop.billing import money\n"),
        ("shop/orders.py", "import shop.billing.money\n"),
        ("shop/orders.py", "from .billing import money\n"),
        ("shop/billing/tax.py", "from .money import cents\n"),
        ("shop/billing/tax.py", "from . import money\n"),
        ("shop/billing/eu/tax.py", "from ..money import cents\n"),
        ("shop/billing/eu/tax.py", "from .. import money\n"),
        ("tests/test_money.py", "from shop.billing.money import cents as c\n"),
    ],
)
def test_python_imports_lead_to_the_file(path: str, written: str) -> None:
    importers = Linked.of(PYTHON | {path: written}).view.importers

    assert path in importers.of(RepoPath("shop/billing/money.py"))


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("lib/other.py", "from .money import cents\n"),
        ("shop/orders.py", "import money\n"),
        ("shop/orders.py", "from shop.catalogue.money import cents\n"),
        ("shop/orders.py", "import logging\n"),
    ],
)
def test_other_modules_of_that_name_do_not(path: str, written: str) -> None:
    importers = Linked.of(PYTHON | {path: written}).view.importers

    assert path not in importers.of(RepoPath("shop/billing/money.py"))


def test_a_name_is_followed_through_the_packages_that_hand_it_on() -> None:
    files = PYTHON | {
        "shop/billing/__init__.py": "from .money import cents\n",
        "shop/__init__.py": "from .billing import cents\n",
        "app.py": "from shop import cents\n",
    }

    assert "app.py" in Linked.of(files).view.importers.through(RepoPath("shop/billing/money.py"), "cents")


COMMON = {f"other/m{n}.py": "def f(x):\n    return x.thing\n" for n in range(FEW_FILES + 1)}
"""So many mention the name that only files which may mean the asked-for one are read."""


@pytest.mark.parametrize(
    ("files", "defined_in"),
    [
        ({"a/__init__.py": "from .impl import *\n", "a/impl.py": "def thing(): pass\n"}, "a/impl.py"),
        ({"a.py": "from impl import thing\n", "impl.py": "def thing(): pass\n"}, "impl.py"),
        ({"a.py": "from impl import *\n", "impl.py": "def thing(): pass\n"}, "impl.py"),
    ],
)
def test_a_common_name_is_followed_through_whatever_hands_it_on(files: dict[str, str], defined_in: str) -> None:
    linked = Linked.of(COMMON | files | {"user.py": "from a import thing\ndef g(): thing()\n"})

    assert "user.py#g" in linked.users(defined_in, "thing")


@pytest.mark.parametrize("barrel", ["a/index.ts", "a.ts"])
def test_a_common_name_is_followed_through_exports_of_everything(barrel: str) -> None:
    inside = "./impl" if "/" in barrel else "./a/impl"
    files = {barrel: f"export * from '{inside}';\n", "a/impl.ts": "export function thing() {}\n"}
    linked = Linked.of(COMMON | files | {"user.ts": "import { thing } from './a';\nexport function g() { thing(); }\n"})

    assert "user.ts#g" in linked.users("a/impl.ts", "thing")


def handed_on(times: int) -> Linked:
    files = {f"p{n}/__init__.py": f"from p{n + 1} import thing\n" for n in range(times)}
    ends = {f"p{times}/__init__.py": "def thing(): pass\n", "user.py": "from p0 import thing\ndef g(): thing()\n"}
    return Linked.of(files | ends)


@pytest.mark.parametrize("times", [3, 30, 45])
def test_a_name_that_is_handed_on_often_is_followed_to_its_user(times: int) -> None:
    linked = handed_on(times)

    assert "user.py#g" in linked.users(f"p{times}/__init__.py", "thing")
    assert not linked.view.evaluator.work.cut_short


@pytest.mark.parametrize("times", [60, 3_000])
def test_a_name_that_is_handed_on_beyond_all_measure_is_told(times: int) -> None:
    linked = handed_on(times)

    linked.users(f"p{times}/__init__.py", "thing")

    assert [missing.reason for missing in linked.view.evaluator.work.missing().values()] == [Reason.LIMIT]


@pytest.mark.parametrize(
    ("target", "path", "written"),
    [
        ("src/cart/total.ts", "src/cart/page.ts", "import { total } from './total';\n"),
        ("src/cart/total.ts", "src/app.ts", "import { total } from './cart/total.js';\n"),
        ("src/cart/total.ts", "src/cart/eu/page.ts", "import { total } from '../total';\n"),
        ("src/cart/total.ts", "src/app.ts", "import { total } from '@/cart/total';\n"),
        ("src/cart/total.ts", "src/app.ts", "const { total } = require('./cart/total');\n"),
        ("src/cart/index.ts", "src/app.ts", "import { total } from './cart';\n"),
        ("src/cart/index.ts", "src/cart/page.ts", "import { total } from '.';\n"),
        ("packages/money/src/index.ts", "apps/web/page.ts", "import { total } from '@shop/money';\n"),
        ("src/cart.service.ts", "src/app.ts", "import { total } from './cart.service';\n"),
    ],
)
def test_javascript_imports_lead_to_the_file(target: str, path: str, written: str) -> None:
    importers = Linked.of({target: "export function total() {}\n", path: written}).view.importers

    assert path in importers.of(RepoPath(target))


@pytest.mark.parametrize(
    ("target", "text", "path", "written"),
    [
        (
            "pkg/money/cents.go",
            "package money\nfunc Cents() {}\n",
            "cmd/main.go",
            'package main\nimport "example.org/shop/pkg/money"\nfunc main() { money.Cents() }\n',
        ),
        (
            "src/main/java/shop/money/Cents.java",
            "package shop.money;\npublic class Cents {}\n",
            "src/main/java/shop/Orders.java",
            "package shop;\nimport shop.money.Cents;\nclass Orders { Cents c; }\n",
        ),
        (
            "src/main/java/shop/money/Cents.java",
            "package shop.money;\npublic class Cents {}\n",
            "src/main/java/shop/Orders.java",
            "package shop;\nimport shop.money.*;\nclass Orders { Cents c; }\n",
        ),
        (
            "src/main/java/shop/money/Cents.java",
            "package shop.money;\npublic class Cents {}\n",
            "src/test/java/shop/money/CentsTest.java",
            "package shop.money;\nclass CentsTest { Cents c; }\n",
        ),
    ],
)
def test_go_and_java_find_packages_and_neighbours(target: str, text: str, path: str, written: str) -> None:
    importers = Linked.of({target: text, path: written}).view.importers

    assert path in importers.of(RepoPath(target))


@pytest.mark.parametrize(
    ("module", "name", "keys"),
    [
        ("a.b.c", "", {"b/c"}),
        ("a.b", "c", {"a/b", "b/c"}),
        (".", "c", {".", ".c"}),
        ("..a", "b", {".a", "a/b"}),
        ("os", "", {"os"}),
        ("./a.js", "", {".a"}),
        ("../lib/a", "", {"lib/a"}),
        ("@/lib/a", "", {"lib/a", "a"}),
        ("react", "", {"react"}),
        ("net/http", "", {"net/http", "http"}),
        ("a.b", "*", {"a/b"}),
    ],
)
def test_an_import_is_known_by_the_end_of_its_path(module: str, name: str, keys: set[str]) -> None:
    assert set(import_keys(module, name)) == keys
