"""Patterns of `CODEOWNERS` against paths: our reading, git's own where the forges follow it, the forges' pages elsewhere."""

import os
import random
import re
import subprocess
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.paths import encode_path
from weighbridge.landscape.owners.github import github_pattern
from weighbridge.landscape.owners.gitlab import gitlab_pattern
from weighbridge.landscape.owners.model import CodeOwners
from weighbridge.landscape.owners.read import read_owners

FOLDER = Path(__file__).parent / "code_owners"
GITHUB, GITLAB = RepoPath(".github/CODEOWNERS"), RepoPath(".gitlab/CODEOWNERS")


class Row(Struct, frozen=True):
    pattern: str
    path: str
    github: str
    gitlab: str
    git: str
    source: str

    def __str__(self) -> str:
        return f"{self.pattern} | {self.path}"


class FileRow(Struct, frozen=True):
    text: str
    path: str
    forge: str
    owners: str
    source: str

    def __str__(self) -> str:
        return f"{self.forge} | {self.text} | {self.path}"


def table(name: str) -> Iterator[list[str]]:
    for line in (FOLDER / name).read_text("utf-8").split("\n"):
        if "\t" in line:
            yield [re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), cell) for cell in line.split("\t")]


ROWS = [Row(*cells) for cells in table("patterns.tsv")]
FILES = [FileRow(*cells) for cells in table("files.tsv")]


def owners(text: str, place: RepoPath) -> CodeOwners:
    found = read_owners(text.encode(), place)
    assert isinstance(found, CodeOwners)
    return found


def told(row: Row, place: RepoPath) -> str:
    """What our reading says of a row, in the table's words."""
    found = owners(f"{row.pattern} @owner\n", place)
    if found.skipped and not any(section.rules for section in found.sections) and place == GITHUB:
        return "skip"
    return "yes" if found.owners_of(encode_path(row.path.encode())) else "no"


def test_the_tables_are_large_enough_and_every_source_is_explained() -> None:
    assert len(ROWS) + len(FILES) >= 150
    assert len({str(row) for row in ROWS}) == len(ROWS)
    for name, rows in (("patterns.tsv", ROWS), ("files.tsv", FILES)):
        explained = set(re.findall(r"^# ([a-z]+(?:-[a-z]+)?)  ", (FOLDER / name).read_text("utf-8"), re.MULTILINE))
        used = {source for row in rows for source in row.source.split()}
        assert used == explained


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_github_reads_a_pattern_as_the_table_says(row: Row) -> None:
    assert told(row, GITHUB) == row.github


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_gitlab_reads_a_pattern_as_the_table_says(row: Row) -> None:
    assert told(row, GITLAB) == row.gitlab


@pytest.mark.parametrize("row", FILES, ids=str)
def test_a_file_names_the_owners_that_the_table_says(row: FileRow) -> None:
    found = owners(row.text.replace("⏎", "\n"), GITHUB if row.forge == "github" else GITLAB)
    shown = [
        " ".join(
            [
                *([f"{r.section}:"] if r.section else []),
                *r.owners,
                *(["optional"] if r.optional else []),
                *([f"x{r.approvals}"] if r.approvals > 1 else []),
            ]
        )
        for r in found.responsibilities(encode_path(row.path.encode()))
    ]
    assert (" | ".join(shown) or "-") == row.owners


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("patterns")
    run(folder, "init", "--quiet")
    run(folder, "config", "core.ignorecase", "false")
    return folder


def run(folder: Path, *arguments: str, given: bytes = b"") -> bytes:
    environment = {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    done = subprocess.run(
        ("git", *arguments), cwd=folder, input=given, capture_output=True, check=False, env=environment
    )
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


def test_git_ignores_what_github_is_said_to_match(repository: Path) -> None:
    by_pattern: defaultdict[str, list[Row]] = defaultdict(list)
    for row in ROWS:
        if "ignore" in row.git:
            by_pattern[row.pattern].append(row)
    for pattern, rows in by_pattern.items():
        (repository / ".git" / "info" / "exclude").write_text(f"{pattern}\n", "utf-8")
        given = b"\0".join(row.path.encode() for row in rows)
        answer = run(repository, "check-ignore", "--no-index", "--stdin", "-z", given=given)
        ignored = set(answer.decode().split("\0"))
        assert {str(row): row.path in ignored for row in rows} == {str(row): row.github == "yes" for row in rows}


def test_git_gives_attributes_to_what_gitlab_is_said_to_match(repository: Path) -> None:
    rows = [row for row in ROWS if "attr" in row.git]
    patterns = list(dict.fromkeys(row.pattern for row in rows))
    lines = "".join(f"{quoted(pattern)} p{number}\n" for number, pattern in enumerate(patterns))
    (repository / ".git" / "info" / "attributes").write_text(lines, "utf-8")
    given = b"\0".join(dict.fromkeys(row.path.encode() for row in rows))
    answer = run(repository, "check-attr", "--stdin", "-z", "-a", given=given).decode().split("\0")
    held = set(zip(answer[::3], answer[1::3], strict=False))
    found = {str(row): (row.path, f"p{patterns.index(row.pattern)}") in held for row in rows}
    assert found == {str(row): row.gitlab == "yes" for row in rows}


def drawn(segments: Sequence[str], *, count: int) -> list[str]:
    """Patterns put together by chance, the same in every run."""
    chance = random.Random(7)
    folders = ("/".join(chance.choices(segments, k=chance.randint(1, 4))) for _ in range(count))
    return list(dict.fromkeys(f"{chance.choice(['/', ''])}{text}{chance.choice(['', '', '/'])}" for text in folders))


SEGMENTS = ("a", "b", "ab", "*", "a*", "*b", "*a*", "?", "a?", "**")
PATHS = sorted({path.strip("/") for path in drawn(("a", "b", "c", "ab", "ba", "abc"), count=400)})


def test_git_ignores_what_github_is_read_to_match_among_many(repository: Path) -> None:
    def differs(pattern: str) -> bool:
        """Where the forge says so: a last star behind a slash holds files alone."""
        return pattern.endswith("/*")

    patterns = [pattern for pattern in drawn(SEGMENTS, count=150) if not differs(pattern)]
    assert len(patterns) > 80
    for pattern in patterns:
        (repository / ".git" / "info" / "exclude").write_text(f"{pattern}\n", "utf-8")
        answer = run(repository, "check-ignore", "--no-index", "--stdin", "-z", given="\0".join(PATHS).encode())
        found = github_pattern(pattern)
        matched = [path for path in PATHS if found.matches(RepoPath(path))]
        assert (pattern, matched) == (pattern, [path for path in answer.decode().split("\0") if path])


def test_git_gives_attributes_to_what_gitlab_is_read_to_match_among_many(repository: Path) -> None:
    written = drawn((*SEGMENTS, "[ab]", "[!a]", "[a-b]c"), count=600)
    patterns = [p for p in written if p.startswith("/") and not p.endswith(("/", "/**"))]
    assert len(patterns) > 150
    lines = "".join(f"{pattern} p{number}\n" for number, pattern in enumerate(patterns))
    (repository / ".git" / "info" / "attributes").write_text(lines, "utf-8")
    answer = run(repository, "check-attr", "--stdin", "-z", "-a", given="\0".join(PATHS).encode()).decode().split("\0")
    held = set(zip(answer[::3], answer[1::3], strict=False))
    for number, pattern in enumerate(patterns):
        found = gitlab_pattern(pattern)
        matched = [path for path in PATHS if found.matches(RepoPath(path))]
        assert (pattern, matched) == (pattern, [path for path in PATHS if (path, f"p{number}") in held])


def quoted(pattern: str) -> str:
    """A pattern as gitattributes needs it where it holds a space: in quotes, in which a backslash stands for two."""
    if "\\ " not in pattern:
        return pattern
    return '"' + pattern.replace("\\", "\\\\").replace('"', '\\"') + '"'
