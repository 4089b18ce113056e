"""The documentation can be found: every page is linked from the index of its folder, every decision keeps to its form."""

import re
from pathlib import Path

import pytest
from tests.docs.pages import ROOT

DOCS = ROOT / "docs"
INDEXED = [
    folder for folder in sorted(DOCS.iterdir()) if (folder / "README.md").is_file() and folder.name != "decisions"
]
DECISIONS = sorted((DOCS / "decisions").glob("[0-9]*.md"))


@pytest.mark.parametrize("folder", INDEXED, ids=lambda folder: folder.name)
def test_every_page_is_linked_from_the_index_of_its_folder(folder: Path) -> None:
    index = (folder / "README.md").read_text("utf-8")

    assert [
        path.name for path in sorted(folder.glob("*.md")) if path.name != "README.md" and f"]({path.name})" not in index
    ] == []


def test_every_folder_of_pages_has_an_index() -> None:
    folders = {path.parent for path in DOCS.rglob("*.md")}

    assert sorted(str(folder) for folder in folders if not (folder / "README.md").is_file()) == []


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_a_decision_has_a_number_of_its_own_a_status_and_fits_one_page(page: Path) -> None:
    text = page.read_text("utf-8")

    assert re.match(rf"# (ADR )?{page.stem[:4]}\b|# {int(page.stem[:4])}\b", text), "its title begins with its number"
    assert [other for other in DECISIONS if other.name[:4] == page.name[:4]] == [page]
    assert len(text.splitlines()) <= 60
