"""The repository that the lessons are pinned on is larger than a toy, and its code is whole."""

import ast

from tests.rivals.repository import ENTITIES, Parcels, run_git


def test_it_has_hundreds_of_files_in_four_languages(parcels: Parcels) -> None:
    files = run_git(parcels.path, "ls-tree", "-r", "--name-only", "main").decode().splitlines()

    assert len(files) > 300
    assert {".py", ".ts", ".tsx", ".go", ".sql", ".tf"} <= {f".{name.rpartition('.')[2]}" for name in files}


def test_it_has_a_past_of_a_hundred_commits(parcels: Parcels) -> None:
    assert int(run_git(parcels.path, "rev-list", "--count", "main")) == 1 + 2 * len(ENTITIES) + len(ENTITIES) // 3


def test_every_python_file_of_it_is_python(parcels: Parcels) -> None:
    for path in sorted(parcels.path.rglob("*.py")):
        ast.parse(path.read_bytes(), filename=str(path))


def test_its_work_tree_is_clean(parcels: Parcels) -> None:
    assert run_git(parcels.path, "status", "--porcelain") == b""
