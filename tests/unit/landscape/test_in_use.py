"""What production code imports from a folder of tests is production code; what only tests import is not."""

import pytest
from tests.unit.landscape.called import view_of
from tests.unit.landscape.linked import Linked, impact

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
        ("app/main.py", "import importlib\n\npay = importlib.import_module('app.testing.pay')\n", True),
        (
            "app/main.py",
            "from importlib import import_module\n\ndef f():\n    import_module('app.testing.pay')\n",
            True,
        ),
        ("app/main.py", "import importlib\n\npay = importlib.import_module('.pay', 'app.testing')\n", True),
        ("app/main.py", "import importlib\n\npay = importlib.import_module('.testing.pay', __package__)\n", True),
        ("app/main.py", "import importlib\n\npay = importlib.import_module('app.other')\n", False),
        ("app/main.py", "import importlib\n\npay = importlib.import_module(named('app.testing.pay'))\n", False),
        ("tests/test_pay.py", "import importlib\n\npay = importlib.import_module('app.testing.pay')\n", False),
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


@pytest.mark.parametrize(
    ("text", "is_used"),
    [
        ("import { check } from '@pay';\n", True),
        ("import { check } from '#pay';\n", True),
        ("const paying = new Worker(new URL('./spec/pay.ts', import.meta.url));\n", True),
        ("const paying = new SharedWorker(new URL('spec/pay.js', import.meta.url), { type: 'module' });\n", True),
        ("import type { check } from '@pay';\n", False),
        ("const page = new URL('./spec/pay.ts', base);\n", False),
        ("const page = new URL('/spec/pay.ts', import.meta.url);\n", False),
        ("import { check } from '@other';\n", False),
    ],
)
def test_what_is_named_in_other_ways_than_by_its_path_is_in_use(text: str, *, is_used: bool) -> None:
    files = {
        "tsconfig.json": '{"compilerOptions": {"paths": {"@pay": ["src/spec/pay.ts"]}}}',
        "package.json": '{"imports": {"#pay": "./src/spec/pay.ts"}}',
        "src/spec/pay.ts": "export const check = 1;\n",
        "src/main.ts": text,
    }

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


AID = "package shop.pay;\n\nclass TestAid {\n    static int check(int sum) {\n        return sum;\n    }\n}\n"
APART = AID.replace("shop.pay", "shop.pay.testing").replace("class", "public class").replace("TestAid", "Aid")
RUN = "package shop.pay;\n\nclass Pay {\n    int run(int sum) {\n        return TestAid.check(sum);\n    }\n}\n"
MAIN_CODE, TEST_CODE = "src/main/java/shop/pay/", "src/test/java/shop/pay/"


@pytest.mark.parametrize(
    ("user", "text", "is_used"),
    [
        (f"{MAIN_CODE}Pay.java", RUN, True),
        (f"{MAIN_CODE}Pay.java", "package shop.pay;\n\nclass Pay {\n    private TestAid aid;\n}\n", True),
        (
            f"{MAIN_CODE}Pay.java",
            "package shop.pay;\n\nclass Pay {\n    int TestAid() {\n        return 1;\n    }\n}\n",
            False,
        ),
        (f"{MAIN_CODE}Pay.java", RUN.replace("pay;\n", "pay;\n\nimport shop.other.TestAid;\n"), False),
        ("src/main/java/shop/till/Pay.java", RUN.replace("shop.pay", "shop.till"), False),
        (f"{TEST_CODE}PayTest.java", RUN.replace("Pay ", "PayTest "), False),
    ],
)
def test_a_class_is_in_use_where_code_of_its_own_package_names_it(user: str, text: str, *, is_used: bool) -> None:
    assert serves({f"{MAIN_CODE}TestAid.java": AID, user: text}, f"{MAIN_CODE}TestAid.java") is is_used


def test_what_is_built_for_tests_alone_is_in_no_use() -> None:
    assert not serves({f"{TEST_CODE}TestAid.java": AID, f"{MAIN_CODE}Pay.java": RUN}, f"{TEST_CODE}TestAid.java")


@pytest.mark.parametrize(
    ("written", "is_used"),
    [
        ("int run(int sum) { return shop.pay.testing.Aid.check(sum); }", True),
        ("shop.pay.testing.Aid aid;", True),
        ("Object make() { return new shop.pay.testing.Aid(); }", True),
        ("int run(int sum) { return shop.other.testing.Aid.check(sum); }", False),
        ('String name() { return "shop.pay.testing.Aid"; }', False),
    ],
)
def test_a_class_is_in_use_where_code_names_it_with_its_package(written: str, *, is_used: bool) -> None:
    files = {
        f"{MAIN_CODE}testing/Aid.java": APART,
        "src/main/java/shop/other/testing/Aid.java": APART.replace("shop.pay", "shop.other"),
        "src/main/java/shop/Till.java": f"package shop;\n\nclass Till {{\n    {written}\n}}\n",
    }

    assert serves(files, f"{MAIN_CODE}testing/Aid.java") is is_used


def test_who_loads_a_module_by_its_name_uses_what_is_in_it() -> None:
    loading = "from importlib import import_module\n\npay = import_module('app.pay')\n\n\ndef run():\n    return pay.check(1)\n"
    linked = Linked.of({"app/__init__.py": "", "app/pay.py": PAY, "app/main.py": loading})

    assert linked.users("app/pay.py", "check") == {"app/main.py#run"}


def test_who_uses_code_that_lies_among_tests_is_named() -> None:
    linked = Linked.of({f"{MAIN_CODE}TestAid.java": AID, f"{MAIN_CODE}Pay.java": RUN})

    assert linked.users(f"{MAIN_CODE}TestAid.java", "TestAid.check") == {f"{MAIN_CODE}Pay.java#Pay.run"}
