"""Texts of code that begin as a query does: which are one that could not be read, and which are prose for people."""

import pytest
from tests.rules.sql.judging import judged_tree, sight_of

from weighbridge.domain.outcomes import CouldNotLook


def _unread(
    text: str, *, code: str = "const text = {text};\nshow(text);\n", path: str = "src/panel.ts"
) -> list[CouldNotLook]:
    done = judged_tree({path: code.replace("{text}", repr(text))}, {path: "show('');\n"})
    return [each.missing for each in done.outcomes if each.missing is not None]


@pytest.mark.parametrize(
    "text",
    [
        "Select a model before running a test.",
        "Select a sample observation first.",
        "Select a dataset first",
        "Select the rows you want, then press Delete from the menu.",
        "Select at least one dataset (or create one).",
    ],
)
def test_prose_is_no_query(text: str) -> None:
    assert not _unread(text)


@pytest.mark.parametrize(
    "text", ["SELECT a b c d FROM t WHERE", "SELECT id, FROM FROM orders WHERE id = = 3", "SELECT f(a b c d"]
)
def test_a_query_that_cannot_be_read_is_said(text: str) -> None:
    assert any("is not read" in each.detail for each in _unread(text + " x y"))


def test_what_is_given_to_a_database_is_a_query() -> None:
    code = "async function f(db) {\n  await db.query({text});\n}\n"

    assert any("is not read" in each.detail for each in _unread("SELECT a model before running a test", code=code))


def test_the_name_of_the_newest_migration_is_understood() -> None:
    (file,) = sight_of(
        {"migrations/.current-alembic-head": "0002_b\n"}, {"migrations/.current-alembic-head": "0001_a\n"}
    ).coverage.files

    assert file.examined
