"""The files of a ruleset's reviewers are written as in `.gitignore`, and read as git reads them."""

import json
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.policy.importing.weighed import imported_json, passes, told

from weighbridge.app.import_policy import Imported
from weighbridge.policy.importing.lost import Effect

PATHS = (
    "a.sql", "db/a.sql", "x\ny/a.sql", "db/deep/a.sql", "db", "x/db/a.sql", "docs/a.md", "x/docs/a.md", "docs", "db.sql/x", "src/db/deep/a",
    ".github/workflows/a.yml", "a/b/c", "a/c", "ax", "a b", "A.SQL", "[a]", "a]", "!a", "#a",
)  # fmt: skip
PATTERNS = (
    "*.sql", "db", "db/", "/db", "/db/", "db/*", "db/**", "**/db", "**/db/**", "docs/**/a.md", "a/**/c", "*", "**", "/*.sql",
    "db/*.sql", "?x", "a?", "[ad]*", "[!a]*", "[^a]*", ".github/", "**/*.md", "a b", "deep", "/deep", "db/deep", "a]",
)  # fmt: skip


def asked_of(*patterns: str) -> Imported:
    reviewers = [{"file_patterns": list(patterns), "minimum_approvals": 1, "reviewer": {"id": 7, "type": "Team"}}]
    rule = {"type": "pull_request", "parameters": {"required_reviewers": reviewers}}
    return imported_json(json.dumps({"name": "main", "enforcement": "active", "rules": [rule]}))


def ignored_by_git(place: Path, *patterns: str) -> set[str]:
    """Of the paths, those that git takes for ignored by these lines; none of them is there."""
    if not (place / ".git").exists():
        subprocess.run(["git", "init", "-q", str(place)], check=True)
    (place / ".git" / "info" / "exclude").write_text("".join(f"{each}\n" for each in patterns))
    ran = subprocess.run(
        ["git", "-c", "core.ignoreCase=false", "check-ignore", "--no-index", "--stdin", "-z"],
        cwd=place, input="\0".join(PATHS).encode(), capture_output=True, check=False,
    )  # fmt: skip
    return set(ran.stdout.decode().split("\0")) - {""}


@pytest.mark.parametrize("pattern", PATTERNS)
def test_files_are_those_that_git_finds(tmp_path: Path, pattern: str) -> None:
    imported = asked_of(pattern)

    asked = {path for path in PATHS if not passes(imported, path)}

    assert asked == ignored_by_git(tmp_path, pattern)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(st.lists(st.sampled_from("ab*?/.!#[]\\d c"), min_size=1, max_size=7).map("".join))
def test_no_pattern_asks_of_fewer_files_than_git_finds(tmp_path: Path, pattern: str) -> None:
    found = ignored_by_git(tmp_path, pattern)
    imported = asked_of(pattern)

    assert found <= {path for path in PATHS if not passes(imported, path)}


def test_a_pattern_that_takes_files_out_is_told_and_takes_none_out() -> None:
    imported = asked_of("db/**", "!db/docs/**")

    assert not passes(imported, "db/docs/a.md")
    assert Effect.STRICTER in [effect for _, effect in told(imported)]


def test_where_all_patterns_take_files_out_every_file_is_asked_about() -> None:
    assert not passes(asked_of("!db/docs/**"), "a.py")


def test_a_file_that_is_moved_out_of_a_folder_is_asked_about() -> None:
    assert not passes(asked_of("migrations/"), "app/migrations/1.py -> app/1.py")
