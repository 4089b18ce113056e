"""`explain` tells what a name stands for; `impact` who would notice, by which path, and which tests to run."""

import json
import re
from pathlib import Path

import pytest
from tests.acceptance.cli.program import EVIL, Program
from tests.integration.git.scratch import Scratch

import weighbridge

RULE = "integrity/bidirectional-text"
OVER_HTTP = {
    "shop/views.py": """from flask import Blueprint

from shop.cart import total

bp = Blueprint("cart", __name__)


@bp.get("/<int:number>/total")
def whole(number):
    return {"total": total(number)}


@bp.get("/help")
def advice():
    return "Add articles."
""",
    "shop/app.py": """from flask import Flask

from shop import views


def create_app():
    app = Flask(__name__)
    app.register_blueprint(views.bp, url_prefix="/carts")
    return app
""",
    "tests/conftest.py": """import pytest

from shop.app import create_app


@pytest.fixture
def client():
    return create_app().test_client()
""",
    "tests/test_views.py": """import pytest


@pytest.mark.parametrize("path", ["/carts/1/total", "/carts/2/total?round=1"])
def test_the_whole(client, path):
    assert client.get(path).status_code == 200
""",
    "web/cart.js": """export async function show(number) {
  return (await fetch(`/carts/${number}/total`)).json();
}
""",
}


def test_a_rule_is_explained_anywhere(program: Program, tmp_path: Path) -> None:
    ran = program.run(tmp_path, "explain", RULE)

    assert ran.status == 0
    assert ran.out.startswith(RULE)
    assert "Do instead" in ran.out
    assert "##" not in ran.out
    assert "\x1b" not in ran.out


def test_a_rule_is_explained_by_a_case_of_each_kind_and_by_all_where_they_are_asked_for(
    program: Program, tmp_path: Path
) -> None:
    short = program.run(tmp_path, "explain", "sql/drop-column").out
    whole = program.run(tmp_path, "explain", "sql/drop-column", "--cases").out

    for words in (
        "Do instead",
        "Caught",
        "SQL in a service still selects it",
        "Let through",
        "a constraint, a default",
    ):
        assert words in short
        assert words in whole
    for words in ("a Go service reads it", "it is only spoken of"):
        assert words not in short
        assert words in whole
    page = (Path(weighbridge.__file__).parent / "rules" / "sql" / "drop_column.md").read_text("utf-8")
    cases = len(re.findall(r"^### ", page, re.MULTILINE))
    assert f"{cases - 2} more cases: weighbridge explain sql/drop-column --cases" in short
    assert "more cases" not in whole


def test_a_rule_may_be_named_without_its_family(program: Program, tmp_path: Path) -> None:
    assert program.run(tmp_path, "explain", "bidirectional-text").out == program.run(tmp_path, "explain", RULE).out


def test_without_a_name_the_rules_are_listed(program: Program, tmp_path: Path) -> None:
    assert RULE in program.run(tmp_path, "explain").out


def test_a_name_that_is_nearly_a_rule_is_answered_with_it(program: Program, tmp_path: Path) -> None:
    ran = program.run(tmp_path, "explain", "integrity/bidirectonal-text")

    assert ran.status == 2
    assert RULE in ran.err


def test_lines_fit_the_terminal(program: Program, tmp_path: Path) -> None:
    narrow = Program(program.home, {"COLUMNS": "50"})

    shown = narrow.run(tmp_path, "explain", "architecture/new-dependency").out.splitlines()

    assert max(len(line) for line in shown if not line.startswith("    ")) < 50


def test_everything_that_a_package_cites_can_be_explained(program: Program, repository: Scratch) -> None:
    repository.git("switch", "-qc", "work")
    repository.commit(
        "Let roles in", **{"shop/roles.py": EVIL, "shop/prices.py": "def price(article, day):\n    return 1\n"}
    )
    decision = json.loads(program.run(repository.folder, "review", "work", "--json", "-").out)["decision"]
    cited = [cite for requirement in decision["gate"]["requirements"] for cite in requirement["cites"]]

    assert cited
    for evidence in cited:
        ran = program.run(repository.folder, "explain", evidence)
        assert (ran.status, evidence in ran.out) == (0, True)


def test_an_id_may_be_cut_short_but_not_to_nothing(program: Program, repository: Scratch) -> None:
    repository.write("shop/roles.py", EVIL)
    repository.git("add", "-A")
    short = program.run(repository.folder, "check").out.split()[-4:]
    evidence = next(word for word in program.run(repository.folder, "check").out.split() if len(word) == 12)

    assert short
    assert program.run(repository.folder, "explain", evidence[:5]).status == 0
    assert program.run(repository.folder, "explain", "f").status == 2


def test_an_id_of_another_repository_is_unknown_here(program: Program, repository: Scratch, tmp_path: Path) -> None:
    repository.write("shop/roles.py", EVIL)
    repository.git("add", "-A")
    evidence = next(word for word in program.run(repository.folder, "check").out.split() if len(word) == 12)
    other = Scratch.make(tmp_path / "other")

    assert program.run(other.folder, "explain", evidence).status == 2


def test_who_notices_is_shown_with_the_path(program: Program, repository: Scratch) -> None:
    ran = program.run(repository.folder, "impact", "shop/prices.py:price")

    assert ran.status == 0
    assert "total" in ran.out
    assert "calls price on line 5" in ran.out
    assert "tests/test_cart.py" in ran.out


def test_what_nobody_uses_is_noticed_by_nobody_and_called_unguarded(program: Program, repository: Scratch) -> None:
    ran = program.run(repository.folder, "impact", "shop/prices.py:unused")

    assert "total" not in ran.out
    assert "unguarded" in ran.out


def test_paths_are_looked_up_from_where_one_stands(program: Program, repository: Scratch) -> None:
    below = program.run(repository.folder / "shop", "impact", "prices.py:price", "--json", "-")
    above = program.run(repository.folder, "impact", "shop/prices.py:price", "--json", "-")

    assert json.loads(below.out)["impact"] == json.loads(above.out)["impact"]


def test_the_tests_to_run_are_alone_on_the_standard_output(program: Program, repository: Scratch) -> None:
    ran = program.run(repository.folder, "impact", "--tests", "shop/prices.py:price")

    assert (ran.status, ran.out, ran.err) == (0, "tests/test_cart.py\n", "")


def test_without_names_the_tests_of_what_is_being_changed_are_named(program: Program, repository: Scratch) -> None:
    repository.write("shop/cart.py", "from shop.prices import price\n\n\ndef total(articles):\n    return 0\n")

    assert program.run(repository.folder, "impact", "--tests").out == "tests/test_cart.py\n"


def test_an_unguarded_change_is_called_so_where_it_disturbs_nobody(program: Program, repository: Scratch) -> None:
    ran = program.run(repository.folder, "impact", "--tests", "shop/prices.py:unused")

    assert (ran.status, ran.out) == (0, "")
    assert "unguarded" in ran.err


def test_a_test_that_requests_a_route_by_its_address_is_one_to_run(program: Program, repository: Scratch) -> None:
    repository.commit("Answer over HTTP", **OVER_HTTP)

    whole = program.run(repository.folder, "impact", "shop/views.py:whole")
    below = program.run(repository.folder, "impact", "--tests", "shop/cart.py:total")
    advice = program.run(repository.folder, "impact", "--tests", "shop/views.py:advice")

    assert "tests/test_views.py" in whole.out
    shown = " ".join(whole.out.split())
    assert "show in web/cart.js (web): requests GET /carts/{number}/total of whole on line 2 (inferred)" in shown
    assert below.out.splitlines()[-1] == "tests/test_views.py"
    assert (advice.out, "unguarded" in advice.err) == ("", True)


def test_uncommitted_code_is_asked_as_it_stands(program: Program, repository: Scratch) -> None:
    repository.write("shop/bill.py", "from shop.cart import total\n\n\ndef bill(a):\n    return total(a)\n")

    assert "bill" in program.run(repository.folder, "impact", "shop/cart.py:total").out


def test_a_bare_repository_is_asked_at_its_head(program: Program, repository: Scratch, tmp_path: Path) -> None:
    repository.git("clone", "-q", "--bare", ".", str(tmp_path / "bare.git"))

    ran = program.run(tmp_path / "bare.git", "impact", "shop/prices.py:price")

    assert ran.status == 0
    assert "total" in ran.out


@pytest.mark.parametrize(
    ("name", "words"),
    [("shop/price.py", "shop/prices.py"), ("shop/prices.py:prise", "price"), ("../elsewhere.py", "no file")],
)
def test_what_is_not_there_is_answered_with_what_is_near(
    program: Program, repository: Scratch, name: str, words: str
) -> None:
    ran = program.run(repository.folder, "impact", name)

    assert ran.status == 2
    assert words in ran.err


def test_a_file_that_nothing_reads_could_not_be_looked_at(program: Program, repository: Scratch) -> None:
    ran = program.run(repository.folder, "impact", "README.md")

    assert ran.status == 3
    assert "unsupported" in ran.err


def test_the_ranking_puts_what_all_lean_on_first(program: Program, tmp_path: Path) -> None:
    repository = Scratch.make(tmp_path / "system")
    for name, uses in (("base", ""), ("one", "import base.main\n"), ("two", "import base.main\nimport one.main\n")):
        repository.write(f"{name}/pyproject.toml", f'[project]\nname = "{name}"\n')
        repository.write(f"{name}/__init__.py", "")
        repository.write(f"{name}/main.py", uses + "x = 1\n")
    repository.commit("Start")

    ran = program.run(repository.folder, "impact", "--ranking", "--json", "-")
    ranks = {rank["component"]["name"]: rank for rank in json.loads(ran.out)["ranks"]}

    assert next(iter(ranks)) == "base"
    assert ranks["base"]["all"] == ["one", "two"]
    assert ranks["one"]["direct"] == ["two"]
    assert ranks["two"]["all"] == []
    assert "base" in program.run(repository.folder, "impact", "--ranking").out.splitlines()[1]


def test_without_names_and_changes_the_branch_is_asked_about_by_its_name(program: Program, repository: Scratch) -> None:
    repository.git("switch", "-qc", "cheaper")
    repository.commit("Halve it", **{"shop/prices.py": "def price(article):\n    return 1\n"})
    ran = program.run(repository.folder, "impact")

    assert (ran.status, "If cheaper changed: " in ran.out) == (0, True)


@pytest.mark.parametrize(
    ("asked", "near"), [("shop/pirces.py", "shop/prices.py"), ("nosuch.py", ""), ("shop/prices.ts", "shop/prices.py")]
)
def test_a_file_that_is_not_there_is_told_with_what_is_called_alike(
    program: Program, repository: Scratch, asked: str, near: str
) -> None:
    ran = program.run(repository.folder, "impact", asked)

    assert ran.status == 2
    assert ("near it" in ran.err, near in ran.err) == (bool(near), True)
