"""What production code imports from a folder of tests is production code; what only tests import is not."""

import pytest
from tests.unit.landscape.called import view_of
from tests.unit.landscape.linked import impact

from weighbridge.domain.ids import RepoPath

PAY = "def check(order):\n    return order\n"
MAIN = "from app.testing.pay import check\n\n\ndef run(order):\n    return check(order)\n"


def serves(files: dict[str, str], path: str) -> bool:
    return view_of(files).in_use.by_code(RepoPath(path))


@pytest.mark.parametrize(
    ("importer", "text", "is_used"),
    [
        ("app/main.py", MAIN, True),
        ("app/main.py", "from app.testing import pay\n", True),
        ("app/main.py", "import app.testing.pay\n", True),
        ("app/main.py", "from app.other import check\n", False),
        ("app/main.py", "", False),
        ("tests/test_pay.py", MAIN, False),
        ("scripts/fill.py", MAIN, False),
        ("docs/conf.py", MAIN, False),
    ],
)
def test_who_imports_a_file_decides_what_it_is(importer: str, text: str, *, is_used: bool) -> None:
    files = {"app/__init__.py": "", "app/testing/__init__.py": "", "app/testing/pay.py": PAY, importer: text}

    assert serves(files, "app/testing/pay.py") is is_used


def test_what_is_handed_on_through_a_folder_of_tests_is_in_use() -> None:
    files = {
        "app/__init__.py": "",
        "app/testing/__init__.py": "from app.testing.pay import check\n",
        "app/testing/pay.py": PAY,
        "app/main.py": "from app.testing import check\n",
    }

    assert serves(files, "app/testing/pay.py")


@pytest.mark.parametrize(
    ("importer", "is_used"), [("src/main.ts", True), ("src/main.test.ts", False), ("vite.config.ts", False)]
)
def test_a_folder_of_specifications_is_told_apart_too(importer: str, *, is_used: bool) -> None:
    way = "./src/" if importer == "vite.config.ts" else "./"
    files = {"src/spec/pay.ts": "export const check = 1;\n", importer: f"import {{ check }} from '{way}spec/pay';\n"}

    assert serves(files, "src/spec/pay.ts") is is_used


def test_a_package_of_go_is_in_use_and_its_tests_are_not() -> None:
    files = {
        "go.mod": "module example.org/shop\n",
        "testing/pay.go": "package testing\n\nfunc Check() {}\n",
        "testing/pay_test.go": "package testing\n",
        "main.go": 'package main\n\nimport "example.org/shop/testing"\n\nfunc main() { testing.Check() }\n',
    }

    assert serves(files, "testing/pay.go")
    assert not serves(files, "testing/pay_test.go")


def test_what_notices_a_change_is_code_where_code_imports_it() -> None:
    rate = {"app/rates.py": "def rate():\n    return 1\n"}
    base = {
        "app/__init__.py": "",
        "app/testing/__init__.py": "",
        "app/testing/pay.py": "from app.rates import rate\n\n\ndef check(order):\n    return rate()\n",
        "app/main.py": MAIN,
        "tests/test_pay.py": "from app.testing.pay import check\n\n\ndef test_check():\n    assert check(1)\n",
    }

    found = impact(base | rate, base | {"app/rates.py": "def rate():\n    return 2\n"})

    assert {d.symbol: d.is_test for d in found.dependents} == {
        "app/testing/pay.py#check": False,
        "app/main.py#run": False,
        "tests/test_pay.py#test_check": True,
    }
