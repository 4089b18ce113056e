"""One pattern holds another only where every use that the other speaks of is one of its own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weighbridge.landscape.agents.patterns import MOST_LETTERS, holds

WORDS = st.sampled_from(["git", "git push", "npm run test", "rm -rf", "ls"])
ENDINGS = st.sampled_from(["", ":*", " *", "*", " --force"])
FILLED = st.text(alphabet="ab -/", max_size=6)


@pytest.mark.parametrize(
    ("kind", "outer", "inner"),
    [
        ("shell", "git:*", "git push:*"),
        ("shell", "git *", "git push origin main"),
        ("shell", "git:*", "git"),
        ("shell", "npm run test:*", "npm run test *"),
        ("shell", "", "rm -rf /"),
        ("shell", "*", "rm:*"),
        ("shell", "git * main", "git push main"),
        ("edit", "src/**", "src/a/b.py"),
        ("edit", "src/**", "./src/*.py"),
        ("edit", "**", "src/**"),
        ("read", ".env*", ".env"),
        ("read", "**/.env", ".env"),
        ("read", ".env", "**/.env"),
        ("read", "secrets", "secrets/prod.key"),
        ("read", "a/**/c*/d", "a/b/b/c1/d"),
        ("fetch", "domain:*.example.org", "domain:docs.example.org"),
        ("mcp", "github:*", "github:get_issue"),
    ],
)
def test_the_wider_pattern_holds_the_narrower(kind: str, outer: str, inner: str) -> None:
    assert holds(kind, outer, inner=inner)


@pytest.mark.parametrize(
    ("kind", "outer", "inner"),
    [
        ("shell", "git push:*", "git:*"),
        ("shell", "git:*", "gitk"),
        ("shell", "npm run test", "npm run test:*"),
        ("shell", "npm run test:*", "npm run testify"),
        ("edit", "src/*.py", "src/a/b.py"),
        ("edit", "src/**", "**"),
        ("edit", "/x", "**/x"),
        ("read", ".env", ".env.local"),
        ("read", "./.env", "**/.env"),
        ("fetch", "domain:example.org", "domain:evil-example.org"),
        ("mcp", "github:get_issue", "github:*"),
    ],
)
def test_a_pattern_does_not_hold_what_goes_further(kind: str, outer: str, inner: str) -> None:
    assert not holds(kind, outer, inner=inner)


@given(WORDS, ENDINGS, WORDS, ENDINGS, FILLED)
def test_what_is_held_is_held_however_it_is_filled_in(
    outer: str, outer_end: str, inner: str, inner_end: str, filled: str
) -> None:
    one = inner + inner_end.replace(":*", f" {filled}".rstrip()).replace("*", filled)

    if holds("shell", outer + outer_end, inner=inner + inner_end):
        assert holds("shell", outer + outer_end, inner=one)


def test_a_pattern_that_is_longer_than_anybody_writes_is_held_by_itself_alone() -> None:
    long = "a*" * MOST_LETTERS

    assert holds("shell", long, inner=long)
    assert not holds("shell", "*", inner=long)
