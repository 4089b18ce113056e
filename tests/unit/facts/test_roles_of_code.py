"""What a file is, told by its path: code stays code, whatever it is called."""

import pytest

from weighbridge.domain.ids import RepoPath
from weighbridge.facts.roles import of_one_language, role_of


@pytest.mark.parametrize("name", ["news", "todo", "changes", "readme", "license", "authors", "NEWS"])
@pytest.mark.parametrize(("ending", "role"), [("py", "python"), ("js", "javascript"), ("go", "go"), ("java", "java")])
def test_code_that_is_named_like_a_note_is_code(name: str, ending: str, role: str) -> None:
    assert role_of(RepoPath(f"app/{name}.{ending}")) == role
    assert role_of(RepoPath(f"app/{name}")) == "prose"
    assert role_of(RepoPath(f"app/{name}.md")) == "prose"


def test_languages_keep_to_themselves_and_the_two_scripts_to_each_other() -> None:
    paths = [RepoPath(path) for path in ("a.py", "b.ts", "c.jsx", "d.go", "E.JAVA")]

    assert [*of_one_language(RepoPath("x.tsx"), paths)] == ["b.ts", "c.jsx"]
    assert [*of_one_language(RepoPath("x.java"), paths)] == ["E.JAVA"]
