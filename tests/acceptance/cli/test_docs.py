"""`docs` lists documents with what in them is not so any more: for people, for programs, as a page."""

import json
from pathlib import Path

import jsonschema
import pytest
from tests.acceptance.cli.program import Program
from tests.integration.git.scratch import Scratch

SCHEMA = Path(__file__).parents[3] / "docs" / "reference" / "schemas" / "documents.schema.json"
STALE = "# Pool\n\nThe <script>alert(1)</script> size stands in `app/pool.py`.\n"


@pytest.fixture
def shop(tmp_path: Path) -> Scratch:
    scratch = Scratch.make(tmp_path / "shop")
    scratch.write_all(
        {"app/pool.py": "x = 1\n", "app/main.py": "y = 1\n", "docs/pool.md": STALE, "docs/none.md": "# None\n"}
    )
    scratch.write("README.md", "It begins in `app/main.py`.\n")
    scratch.commit("Begin")
    scratch.git("rm", "-q", "app/pool.py")
    scratch.git("commit", "-q", "-m", "Drop it", GIT_COMMITTER_DATE="1700090000 +0000")
    return scratch


def test_the_stale_ones_come_first_with_the_statement(program: Program, shop: Scratch) -> None:
    ran = program.run(shop.folder, "docs", "--quiet")

    assert ran.status == 1
    assert ran.out.startswith("3 documents of shop: 1 stale, 1 fresh, 1 unknown\n")
    assert "size stands in `app/pool.py`" in ran.out


def test_the_json_is_what_its_schema_says(program: Program, shop: Scratch) -> None:
    ran = program.run(shop.folder, "docs", "--quiet", "--format", "json")

    told = json.loads(ran.out)
    jsonschema.validate(told, json.loads(SCHEMA.read_text("utf-8")))
    assert [(each["path"], each["verdict"]) for each in told["documents"]] == [
        ("README.md", "fresh"),
        ("docs/none.md", "unknown"),
        ("docs/pool.md", "stale"),
    ]


def test_the_page_runs_nothing_that_a_document_says(program: Program, shop: Scratch) -> None:
    ran = program.run(shop.folder, "docs", "--quiet", "--format", "html", "--output", "page.html")

    page = (shop.folder / "page.html").read_text("utf-8")
    assert (ran.status, ran.out) == (1, "")
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_paths_name_what_is_listed(program: Program, shop: Scratch) -> None:
    assert program.run(shop.folder, "docs", "--quiet", "README.md").status == 0
    assert program.run(shop.folder / "docs", "docs", "--quiet", "pool.md").status == 1
    assert program.run(shop.folder, "docs", "--quiet", "docs").out.startswith("2 documents")


def test_a_name_that_leads_to_no_document_is_told_with_what_is_near(program: Program, shop: Scratch) -> None:
    ran = program.run(shop.folder, "docs", "--quiet", "docs/pol.md")

    assert ran.status == 2
    assert "docs/pool.md" in ran.err


def test_a_shallow_clone_is_told_apart_from_a_clear_one(program: Program, shop: Scratch, *, tmp_path: Path) -> None:
    shop.git("clone", "-q", "--depth=1", f"file://{shop.folder}", str(tmp_path / "new"))

    ran = program.run(tmp_path / "new", "docs", "--quiet")

    assert ran.status == 3
    assert "Could not look (no-history)" in ran.out
