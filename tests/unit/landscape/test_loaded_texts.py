"""A file that code reads by name is noticed by that code; a file that is only of the same name is not."""

import pytest
from tests.unit.landscape.linked import sight

from weighbridge.domain.impact import EdgeKind, Impact


def impact(files: dict[str, str], text: str) -> Impact:
    found = sight(files | {text: "1\n"}, files | {text: "2\n"}).impact
    assert isinstance(found, Impact)
    return found


def loaders(files: dict[str, str], text: str) -> set[str]:
    return {
        str(d.symbol) for d in impact(files, text).dependents if d.path[-1].kind is EdgeKind.LOADS and d.distance == 1
    }


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ('open("rates.json")', "rates.json"),
        ('open("app/rates.json")', "app/rates.json"),
        ('Path(__file__).with_name("rates.json").read_text()', "app/rates.json"),
        ('(Path(__file__).parent / "data" / "rates.json").read_text()', "app/data/rates.json"),
        ('render_template("shop/page.html")', "app/templates/shop/page.html"),
        ('files("app").joinpath("rates.toml")', "app/rates.toml"),
    ],
)
def test_python_reads_what_it_names(code: str, text: str) -> None:
    files = {"app/pay.py": f"def rates():\n    return {code}\n"}

    assert loaders(files, text) == {"app/pay.py#rates"}


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ('open("rates.json")', "other/rates.json"),
        ('open("my-rates.json")', "rates.json"),
        ('open(f"{name}.json")', "rates.json"),
        ("open(name)", "rates.json"),
        ('open("https://example.org/rates.json")', "rates.json"),
        ('open("../../../rates.json")', "rates.json"),
    ],
)
def test_what_is_not_certainly_named_is_not_read(code: str, text: str) -> None:
    files = {"app/pay.py": f"def rates(name):\n    return {code}\n"}

    assert loaders(files, text) == set()


@pytest.mark.parametrize(
    ("pattern", "text", "is_read"),
    [
        ("page.html", "web/page.html", True),
        ("pages/*.html", "web/pages/home.html", True),
        ("pages", "web/pages/deep/home.html", True),
        ("all:pages", "web/pages/home.html", True),
        ('"page.html" rates.json', "web/rates.json", True),
        ("page.html", "page.html", False),
        ("pages/*.html", "web/pages/deep/home.html", False),
        ("pages/*.html", "web/pages/home.css", False),
    ],
)
def test_go_takes_in_what_it_embeds(pattern: str, text: str, *, is_read: bool) -> None:
    code = f'package web\n\nimport _ "embed"\n\n//go:embed {pattern}\nvar page string\n\nfunc Show() string {{ return page }}\n'
    found = impact({"web/web.go": code}, text)

    assert {str(d.symbol) for d in found.dependents} == ({"web/web.go#page", "web/web.go#Show"} if is_read else set())


@pytest.mark.parametrize(
    ("code", "is_read"),
    [
        ("import rates from './rates.json';", True),
        ("const rates = require('./rates.json');", True),
        ("const rates = require('../rates.json');", False),
    ],
)
def test_javascript_takes_in_what_it_imports(code: str, *, is_read: bool) -> None:
    assert bool(loaders({"src/pay.js": f"{code}\n"}, "src/rates.json")) is is_read


def test_what_code_reads_is_noticed_as_far_as_that_code_is() -> None:
    files = {
        "app/__init__.py": "",
        "app/pay.py": "def rates():\n    return open('rates.json')\n",
        "app/main.py": "from app.pay import rates\n\n\ndef run():\n    return rates()\n",
    }

    found = impact(files, "app/rates.json")

    assert {str(d.symbol): d.distance for d in found.dependents} == {"app/pay.py#rates": 1, "app/main.py#run": 2}
    assert [(str(c.symbol), c.kind) for c in found.changed] == [("app/rates.json#", "text")]


def test_what_only_a_script_reads_stays_text() -> None:
    found = impact({"setup.py": "print(open('README.md').read())\n"}, "README.md")

    assert (found.changed, found.dependents) == ((), ())


def test_what_only_a_test_reads_names_the_test() -> None:
    found = impact({"tests/test_pay.py": "def test_pay():\n    assert open('tests/pay.json')\n"}, "tests/pay.json")

    assert found.changed == ()
    assert found.test_files == ("tests/test_pay.py",)
