"""Who owns a path, as GitHub and as GitLab read `CODEOWNERS`."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.paths import encode_path
from weighbridge.landscape.owners.github import github_pattern
from weighbridge.landscape.owners.gitlab import gitlab_pattern
from weighbridge.landscape.owners.model import CodeOwners, Forge
from weighbridge.landscape.owners.read import MAX_BYTES, read_owners

GITHUB = RepoPath(".github/CODEOWNERS")
GITLAB = RepoPath(".gitlab/CODEOWNERS")


def owners(text: str, path: RepoPath = GITHUB) -> CodeOwners:
    found = read_owners(text.encode(), path)
    assert isinstance(found, CodeOwners)
    return found


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("*", "a", True),
        ("*", "a/b/c", True),
        ("*.js", "a/b.js", True),
        ("*.js", "b.js", True),
        ("*.js", "b.jsx", False),
        ("*.js", "B.JS", False),
        ("docs/*", "docs/a.md", True),
        ("docs/*", "docs/build/a.md", False),
        ("docs/*", "x/docs/a.md", False),
        ("docs/**", "docs/build/a.md", True),
        ("/docs/", "docs/a", True),
        ("/docs/", "docs/b/c", True),
        ("/docs/", "x/docs/a", False),
        ("/docs/", "docs", False),
        ("apps/", "apps/a", True),
        ("apps/", "x/apps/a/b", True),
        ("apps/", "x/apps", False),
        ("docs", "docs/a/b", True),
        ("docs", "x/docs/a", True),
        ("docs", "docs.md", False),
        ("/build/logs/", "build/logs/x.log", True),
        ("/build/logs/", "x/build/logs/x.log", False),
        ("build/logs", "x/build/logs/x.log", False),
        ("**/logs", "deploy/logs/a", True),
        ("**/logs", "logs/a", True),
        ("**/logs", "build/x/logs", True),
        ("a/**/b", "a/b", True),
        ("a/**/b", "a/x/y/b", True),
        ("a/**/b", "a/x/y/c", False),
        ("/*.md", "README.md", True),
        ("/*.md", "docs/README.md", False),
        ("/a/*/c.py", "a/b/c.py", True),
        ("/a/*/c.py", "a/b/b/c.py", False),
        ("a?c", "abc", True),
        ("a?c", "a/c", False),
        ("/with\\ space/", "with space/a", True),
        ("*test*.py", "x/my_test_a.py", True),
        ("*test*.py", "x/my_tes_a.py", False),
        (".github", ".github/workflows/ci.yml", True),
        ("/a.b", "aXb", False),
        ("/**", "a/b", True),
        ("/a/**/", "a/b/c", True),
        ("/a**b", "axxb", True),
        ("/a**b", "ax/xb", False),
    ],
)
def test_github_patterns_match_what_their_documentation_says(pattern: str, path: str, *, expected: bool) -> None:
    assert github_pattern(pattern).matches(RepoPath(path)) is expected


def test_the_last_matching_line_wins() -> None:
    found = owners("* @everyone\n/pay/ @pay/team\n*.md @writers\n")
    assert found.owners_of(RepoPath("pay/a.py")) == ("@pay/team",)
    assert found.owners_of(RepoPath("pay/README.md")) == ("@writers",)
    assert found.owners_of(RepoPath("x")) == ("@everyone",)


def test_a_line_without_owners_leaves_its_paths_to_nobody() -> None:
    found = owners("/apps/ @octocat\n/apps/github\n")
    assert found.owners_of(RepoPath("apps/x")) == ("@octocat",)
    assert found.owners_of(RepoPath("apps/github/x")) == ()


def test_comments_stand_alone_or_after_white_space() -> None:
    found = owners("# all\n*.py @py # and only these @nobody\n*.c#x @c\n")
    assert found.owners_of(RepoPath("a.py")) == ("@py",)
    assert found.owners_of(RepoPath("a.c#x")) == ("@c",)


def test_an_address_owns_as_well_as_a_name() -> None:
    assert owners("* docs@example.com @a @b/c\n").owners_of(RepoPath("x")) == ("docs@example.com", "@a", "@b/c")


@pytest.mark.parametrize(
    "line", ["!keep @a", "[ab].py @a", "\\#x @a", "*.py alice", "* @@maintainer", "* @a,@b", "[Section] @a"]
)
def test_a_line_that_github_skips_is_skipped_and_told(line: str) -> None:
    found = owners(f"* @all\n{line}\n")
    assert [skipped.line for skipped in found.skipped] == [2]
    assert found.owners_of(RepoPath("a.py")) == ("@all",)


def test_a_file_too_large_for_the_forge_owns_nothing() -> None:
    found = read_owners(b"#" * (MAX_BYTES + 1), GITHUB)
    assert isinstance(found, CouldNotLook)
    assert found.reason is Reason.LIMIT


def test_windows_line_ends_and_a_byte_order_mark_do_no_harm() -> None:
    assert owners("\ufeff* @a\r\n/x/ @b\r\n").owners_of(RepoPath("x/y")) == ("@b",)


def test_the_owner_of_a_folder_is_who_owns_a_new_file_in_it() -> None:
    found = owners("* @all\n/pay/ @pay\n/pay/*.md @docs\n")
    assert found.owners_of_folder(RepoPath("pay")) == ("@pay",)
    assert found.owners_of_folder(RepoPath("")) == ("@all",)


SECTIONS = """\
* @default

[Documentation][2] @docs-team
docs/
README.md @writer

^[Database] @dba
/db/
!/db/fixtures/

[documentation]
*.rst @@maintainers
"""


def test_gitlab_asks_each_section_of_its_own() -> None:
    found = owners(SECTIONS, GITLAB)
    (default, documentation) = found.responsibilities(RepoPath("x/docs/a.md"))
    assert (default.section, default.owners) == ("", ("@default",))
    assert (documentation.section, documentation.owners, documentation.approvals) == (
        "Documentation",
        ("@docs-team",),
        2,
    )


def test_gitlab_sections_of_one_name_are_one() -> None:
    found = owners(SECTIONS, GITLAB)
    assert found.responsibilities(RepoPath("docs/a.rst"))[1].owners == ("@@maintainers",)


def test_gitlab_marks_what_is_optional_and_leaves_out_exclusions() -> None:
    found = owners(SECTIONS, GITLAB)
    assert [(r.section, r.optional) for r in found.responsibilities(RepoPath("db/a.sql"))] == [
        ("", False),
        ("Database", True),
    ]
    assert [r.section for r in found.responsibilities(RepoPath("db/fixtures/a.sql"))] == [""]


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("README.md", "a/b/README.md", True),
        ("internal/README.md", "x/internal/README.md", True),
        ("/docs", "docs/a", False),
        ("/docs/", "docs/a/b", True),
        ("/docs/*", "docs/a", True),
        ("/docs/*", "docs/a/b", False),
        ("/docs/**/*.md", "docs/a/b/c.md", True),
        ("*", "a/b", True),
    ],
)
def test_gitlab_patterns_match_at_any_depth_unless_anchored(pattern: str, path: str, *, expected: bool) -> None:
    assert gitlab_pattern(pattern).matches(RepoPath(path)) is expected


def test_a_section_header_tells_the_forge_where_the_place_does_not() -> None:
    assert owners("[A] @a\n*\n", RepoPath("CODEOWNERS")).forge is Forge.GITLAB
    assert owners("* @a\n", RepoPath("CODEOWNERS")).forge is Forge.GITHUB
    assert owners("[A] @a\n*\n", GITHUB).forge is Forge.GITHUB


def slow_segment(pattern: str, text: str) -> bool:
    """Whether one segment matches, by trying everything."""
    if not pattern:
        return not text
    if pattern[0] == "*":
        return slow_segment(pattern[1:], text) or (bool(text) and slow_segment(pattern, text[1:]))
    if not text:
        return False
    return pattern[0] in ("?", text[0]) and slow_segment(pattern[1:], text[1:])


def slow_walk(patterns: list[str], parts: list[str]) -> bool:
    """Whether leading segments match leading parts, with the rest of the parts below the match."""
    if not patterns:
        return True
    if patterns == ["**"]:
        return bool(parts)
    if patterns[0] == "**":
        return slow_walk(patterns[1:], parts) or (bool(parts) and slow_walk(patterns, parts[1:]))
    if not parts or not slow_segment(patterns[0], parts[0]):
        return False
    if len(patterns) == 1 and patterns[0] == "*":
        return len(parts) == 1
    return slow_walk(patterns[1:], parts[1:])


def slow_match(pattern: str, path: str) -> bool:
    """GitHub's matching, said once more in the plainest way."""
    body = pattern.strip("/").split("/")
    if pattern.endswith("/"):
        parts = path.split("/")
        starts = [0] if pattern.startswith("/") or len(body) > 1 else range(len(parts))
        return any(slow_folder(body, parts[start:]) for start in starts)
    parts = path.split("/")
    anchored = pattern.startswith("/") or len(body) > 1
    return any(slow_walk(body, parts[start:]) for start in ([0] if anchored else range(len(parts))))


def slow_folder(patterns: list[str], parts: list[str]) -> bool:
    """Whether the patterns match a folder above the last part."""
    return any(slow_exact(patterns, parts[:end]) for end in range(1, len(parts)))


def slow_exact(patterns: list[str], parts: list[str]) -> bool:
    """Whether the patterns match all parts and nothing is left over."""
    if not patterns:
        return not parts
    if patterns[0] == "**":
        return any(slow_exact(patterns[1:], parts[n:]) for n in range(len(parts) + 1)) and (
            len(patterns) > 1 or bool(parts)
        )
    return bool(parts) and slow_segment(patterns[0], parts[0]) and slow_exact(patterns[1:], parts[1:])


_SEGMENT = st.text(alphabet="ab*?", min_size=1, max_size=4).filter(lambda s: s.count("**") == 0)
_PATTERN = st.builds(
    lambda lead, body, trail: lead + "/".join(body) + trail,
    st.sampled_from(["", "/"]),
    st.lists(_SEGMENT | st.just("**"), min_size=1, max_size=4),
    st.sampled_from(["", "/"]),
)
_PATH = st.lists(st.text(alphabet="ab", min_size=1, max_size=3), min_size=1, max_size=5).map("/".join)


@given(_PATTERN, _PATH)
def test_a_pattern_matches_exactly_what_the_plain_matcher_matches(pattern: str, path: str) -> None:
    assert github_pattern(pattern).matches(RepoPath(path)) == slow_match(pattern, path)


@given(st.lists(_PATTERN, max_size=12), _PATH)
def test_the_index_finds_the_same_last_line_as_trying_them_all(patterns: list[str], path: str) -> None:
    found = owners("".join(f"{pattern} @o{n}\n" for n, pattern in enumerate(patterns)))
    matching = [n for n, pattern in enumerate(patterns) if slow_match(pattern, path)]
    assert found.owners_of(RepoPath(path)) == ((f"@o{matching[-1]}",) if matching else ())


@given(st.text(max_size=200))
def test_no_text_breaks_the_reading(text: str) -> None:
    for path in (GITHUB, GITLAB):
        assert owners(text, path).owners_of(RepoPath("a/b.py")) is not None


@given(st.binary(max_size=200), st.binary(min_size=1, max_size=20))
def test_no_bytes_break_the_reading(data: bytes, path: bytes) -> None:
    for place in (GITHUB, GITLAB, RepoPath("CODEOWNERS")):
        found = read_owners(data, place)
        assert isinstance(found, CodeOwners)
        told = [*found.owners_of(encode_path(path)), *(skipped.text for skipped in found.skipped)]
        assert "".join(told).encode() is not None  # what is told can be written down


def test_a_pattern_made_to_explode_does_not() -> None:
    start = time.process_time()
    for pattern in ("/" + "a*" * 30 + "b", "/" + "**/a*/" * 20 + "b", "*a" * 40 + "/c", "/" + "[a-z]*" * 40 + "[!a]"):
        for read in (github_pattern, gitlab_pattern):
            read(pattern).matches(RepoPath("/".join(["a" * 60] * 40)))
    assert time.process_time() - start < 1


def test_thousands_of_rules_are_asked_about_a_thousand_paths_at_once() -> None:
    lines = [f"/services/s{n}/ @t{n}" for n in range(2000)]
    lines += [f"/services/s{n}/**/*.sql @db{n}" for n in range(1000)] + [f"**/kind{n}/*.py @k{n}" for n in range(1000)]
    lines += [f"*.x{n} @x{n}" for n in range(1000)]
    found = owners("\n".join(lines))
    paths = [RepoPath(f"services/s{n}/src/kind{n % 9}/deep/file{n}.py") for n in range(1000)]
    named = [found.owners_of(path) for path in paths]
    assert all(re.fullmatch(r"@t\d+|@k\d", owner[0]) for owner in named)
