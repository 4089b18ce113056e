"""What a runner does for a test by its class, or by one above it in another file, reaches that test."""

import pytest
from tests.unit.landscape.linked import Linked, impact

BASE = {
    "shop/__init__.py": "",
    "shop/rates.py": "def rate():\n    return 1\n",
    "tests/__init__.py": "",
    "tests/base.py": (
        "import pytest\nfrom shop.rates import rate\n\n"
        "class Base:\n"
        "    @pytest.fixture\n    def amount(self):\n        return rate()\n\n"
        "    @pytest.fixture(autouse=True)\n    def prepare(self):\n        self.x = rate()\n\n"
        "    def setup_method(self):\n        self.y = rate()\n"
    ),
    "tests/test_pay.py": (
        "from tests.base import Base\n\n"
        "class TestPay(Base):\n"
        "    def test_amount(self, amount):\n        assert amount\n\n"
        "    def test_none(self):\n        assert True\n\n"
        "    def aid(self):\n        return 1\n"
    ),
    "tests/test_own.py": (
        "import pytest\nfrom tests.base import Base\n\n"
        "class TestOwn(Base):\n"
        "    @pytest.fixture\n    def amount(self):\n        return 2\n\n"
        "    def test_amount(self, amount):\n        assert amount\n"
    ),
    "tests/test_other.py": "class TestOther:\n    def test_amount(self, amount):\n        assert amount\n",
}


@pytest.mark.parametrize(
    ("name", "tests"),
    [
        ("amount", {"test_pay.py#TestPay.test_amount"}),
        (
            "prepare",
            {"test_pay.py#TestPay.test_amount", "test_pay.py#TestPay.test_none", "test_own.py#TestOwn.test_amount"},
        ),
        (
            "setup_method",
            {"test_pay.py#TestPay.test_amount", "test_pay.py#TestPay.test_none", "test_own.py#TestOwn.test_amount"},
        ),
    ],
)
def test_it_reaches_the_tests_of_the_classes_that_inherit_it(name: str, tests: set[str]) -> None:
    assert Linked.of(BASE).users("tests/base.py", f"Base.{name}") == {f"tests/{test}" for test in tests}


def test_those_tests_are_to_run() -> None:
    head = BASE | {"tests/base.py": BASE["tests/base.py"].replace("return rate()", "return rate() + 1")}

    assert impact(BASE, head).test_files == ("tests/test_pay.py",)


def test_what_such_a_fixture_hands_out_is_known_in_the_test() -> None:
    files = {
        "shop/__init__.py": "",
        "shop/till.py": "class Till:\n    def get(self):\n        return 1\n\nclass Other:\n    def get(self):\n        return 2\n",
        "tests/base.py": (
            "import pytest\nfrom shop.till import Till\n\n"
            "class Base:\n    @pytest.fixture\n    def till(self):\n        return Till()\n"
        ),
        "tests/test_till.py": (
            "from tests.base import Base\n\nclass TestTill(Base):\n    def test_get(self, till):\n        assert till.get()\n"
        ),
    }
    linked = Linked.of(files)

    assert linked.users("shop/till.py", "Till.get") == {"tests/test_till.py#TestTill.test_get"}
    assert linked.users("shop/till.py", "Other.get") == set()
