"""Which files may import a file is told by the index, in every way that an import can be written."""

import pytest
from tests.unit.landscape.linked import Linked

from weighbridge.domain.ids import RepoPath
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
