"""Where Go builds a file, before and after: what is lost is told, and what is gained is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.integrity.build_constraints import PLATFORMS, constraint_of, lost

GUARD = RepoPath("app/guard.go")


@pytest.mark.parametrize(
    ("name", "platforms"),
    [
        ("app/guard_windows.go", {p for p in PLATFORMS if not p.startswith("windows/")}),
        ("app/guard_arm64.go", {p for p in PLATFORMS if not p.endswith("/arm64")}),
        ("app/guard_linux_amd64.go", set(PLATFORMS) - {"linux/amd64"}),
        ("app/guard_test.go", set(PLATFORMS)),
        ("app/_guard.go", set(PLATFORMS)),
        ("app/testdata/guard.go", set(PLATFORMS)),
        ("app/guard.txt", set(PLATFORMS)),
    ],
)
def test_a_name_leaves_a_file_out(name: str, platforms: set[str]) -> None:
    found = lost((GUARD, ""), (RepoPath(name), ""))

    assert found is not None
    assert set(found.platforms) == platforms
    assert found.is_everywhere is (platforms == set(PLATFORMS))


@pytest.mark.parametrize(
    "name", ["app/linux_guard.go", "app/linux.go", "lib/guard.go", "app/guard_prod.go", "app/a_b.go"]
)
def test_a_name_without_a_meaning_leaves_nothing_out(name: str) -> None:
    assert lost((GUARD, ""), (RepoPath(name), "")) is None


@pytest.mark.parametrize(
    ("before", "after", "is_lost"),
    [
        ("", "linux || !linux", False),
        ("", "unix || windows || js", False),
        ("", "!(linux && amd64)", True),
        ("linux", "linux && cgo", True),
        ("linux && cgo", "linux", False),
        ("ignore", "", False),
        ("", "go1.22", False),
        ("", "!go1.22", True),
        ("prod", "!prod", True),
        ("a && b && c && d && e && f && g", "a", False),
    ],
)
def test_constraints_are_compared_by_what_they_build(before: str, after: str, *, is_lost: bool) -> None:
    assert (lost((GUARD, before), (GUARD, after)) is not None) is is_lost


def test_only_a_line_above_the_package_clause_counts() -> None:
    above = b"/*\n//go:build ignore\n*/\n\n//go:build linux // only there\n\npackage app\n\n//go:build windows\n"

    assert constraint_of(above) == ("linux", 5)
    assert constraint_of(b"package app\n//go:build linux\n") == ("", 0)


@given(st.text(alphabet="!()&|ab ", max_size=60))
def test_any_constraint_can_be_read(text: str) -> None:
    lost((GUARD, text), (GUARD, ""))
    lost((GUARD, ""), (GUARD, text))


def test_a_constraint_that_nests_without_end_is_read() -> None:
    assert lost((GUARD, ""), (GUARD, "(" * 5_000 + "!" * 5_000 + "linux")) is None
