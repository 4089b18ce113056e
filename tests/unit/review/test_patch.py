"""A fix's patch, read into replacements, does to a file what the patch says."""

import difflib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weighbridge.review.patch import Replacement, replacements

LINES = st.lists(st.sampled_from(["a", "b", "", "-- c", "++ d", "@@ e"]), max_size=14)


def diff(old: list[str], new: list[str], *, context: int) -> str:
    lines = difflib.unified_diff(old, new, "a/x.py", "b/x.py", n=context, lineterm="")
    return "\n".join(lines) + "\n"


def applied(old: list[str], changes: tuple[Replacement, ...]) -> list[str]:
    new = list(old)
    for change in reversed(changes):
        new[change.start - 1 : change.start - 1 + change.removed] = change.inserted
    return new


@given(LINES, LINES, st.integers(0, 4))
def test_the_replacements_make_the_new_file_of_the_old(old: list[str], new: list[str], context: int) -> None:
    assert applied(old, replacements(diff(old, new, context=context))) == new


@pytest.mark.parametrize(
    "patch",
    [
        "",
        "not a patch",
        "--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+a\n",
        "--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n",
        "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n\\ No newline at end of file\n",
        "diff --git a/x b/y\nrename from x\nrename to y\n",
        "@@ -1 +1 @@\n-a\n+b\n",
    ],
)
def test_what_cannot_be_said_as_lines_replaced_is_left_as_text(patch: str) -> None:
    assert replacements(patch) == ()


@given(st.text(max_size=200))
def test_any_text_is_read_without_failing(patch: str) -> None:
    replacements(patch)
