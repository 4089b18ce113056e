"""The trees that speed is measured on."""

import ast
import subprocess
from pathlib import Path

import pytest
from benchmarks.trees import LANGUAGES, Borrowed, modules, packages, synthetic, with_statement


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("python", "def f(a) -> int:\n    return a\n", "def f(a) -> int:\n    probe = 7\n    return a\n"),
        ("go", "func f() {\n\tg()\n}\n", "func f() {\n\t_ = 7\n\tg()\n}\n"),
        (
            "java",
            "  public int f() {\n    return 1;\n  }\n",
            "  public int f() {\n    int probe = 7;\n    return 1;\n  }\n",
        ),
        ("typescript", "export function f() {\n  g()\n}\n", "export function f() {\n  void 7;\n  g()\n}\n"),
    ],
)
def test_a_statement_stands_first_in_the_first_function(language: str, text: str, expected: str) -> None:
    assert with_statement(text, LANGUAGES[language], number=7) == expected


@pytest.mark.parametrize("text", ["", "x = 1\n", "def f(): pass\n", "def f(\n    a,\n) -> int:\n    return a\n"])
def test_a_file_without_a_plain_function_is_left_alone(text: str) -> None:
    assert with_statement(text, LANGUAGES["python"], number=7) == ""


def test_made_up_modules_are_whole_and_import_only_what_is_there() -> None:
    made = modules(60)

    for text in made.values():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("shop"):
                assert f"{node.module.replace('.', '/')}.py" in made
    assert len(made) == 60 + 2 + 1


def test_a_borrowed_tree_changes_as_many_files_as_asked_and_leaves_its_source_alone(tmp_path: Path) -> None:
    source = synthetic(12, tmp_path / "made")
    tree = Borrowed(source, tmp_path / "tree")

    commit = tree.commit(tree.touched(10, seed=1))

    changed = subprocess.run(
        ["git", "-C", tree.folder, "diff", "--name-only", tree.base, commit], capture_output=True, check=True
    )
    assert len(changed.stdout.splitlines()) == 10
    missing = subprocess.run(["git", "-C", source, "cat-file", "-e", commit], capture_output=True, check=False)
    assert missing.returncode != 0


def test_the_same_seed_touches_the_same_files_and_another_one_others(tmp_path: Path) -> None:
    tree = Borrowed(synthetic(30, tmp_path / "made"), tmp_path / "tree")

    assert tree.touched(5, seed=1) == tree.touched(5, seed=1)
    assert [f.path for f in tree.touched(5, seed=1)] != [f.path for f in tree.touched(5, seed=2)]


def test_what_is_staged_is_all_that_is(tmp_path: Path) -> None:
    tree = Borrowed(synthetic(12, tmp_path / "made"), tmp_path / "tree")
    first, second = tree.touched(1, seed=1), tree.touched(1, seed=2)

    tree.stage(first)
    tree.stage(second)

    staged = subprocess.run(
        ["git", "-C", tree.folder, "diff", "--cached", "--name-only"], capture_output=True, check=True, text=True
    )
    assert staged.stdout.split() == [second[0].path]


def test_an_exported_tree_has_its_packages(tmp_path: Path) -> None:
    tree = Borrowed(synthetic(3, tmp_path / "made"), tmp_path / "tree")

    tree.export(tmp_path / "files")

    assert packages(tmp_path / "files") == ["shop"]
    assert tree.language() == "python"
