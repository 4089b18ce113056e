"""Texts on which a regular expression could be tried in ever more ways: each is read in no time."""

import re
import time
from collections.abc import Callable

import pytest

from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.contracts.code import go_type_sets, java_modules
from weighbridge.landscape.query_files import _SET_ASIDE
from weighbridge.landscape.sql.flyway import is_understood
from weighbridge.landscape.sql.following import followed
from weighbridge.landscape.sql.tools._script_files import _DEFAULT

MANY = 100_000
SYNCHRONIZE = "synchronize: true,\n"


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (is_understood, "# a\r\n" * 40 + "nope=1"),
        (_DEFAULT.search, f"export default function{' ' * 60_000}!"),
        (go_type_sets._REMARK.search, "/*a" * MANY),
        (java_modules._REMARK.search, "/*a" * MANY),
        (java_modules._DIRECTIVE.search, f"exports a to b{' ' * MANY}"),
        (lambda text: _SET_ASIDE.sub("", text), "/*a" * MANY),
        (lambda text: [*followed(RepoPath("a.ts"), text)], f"typeorm {'{}' * 70_000} = {{\n{SYNCHRONIZE * 300}"),
    ],
)
def test_a_text_is_read_in_no_time(read: Callable[[str], object], text: str) -> None:
    begin = time.perf_counter()
    read(text)
    assert time.perf_counter() - begin < 3


def test_settings_beside_a_script_are_understood_whatever_ends_their_lines() -> None:
    assert is_understood("# a\r\nexecuteInTransaction=false\r\n\r\n# b\r\n")
    assert not is_understood("# a\rexecuteInTransaction=false\nnope=1\n")


def test_what_is_spoken_of_before_takes_no_place() -> None:
    text = f"typeorm\n{f'// {SYNCHRONIZE}' * 200}new DataSource({{ {SYNCHRONIZE} }})"

    assert [each.line for each in followed(RepoPath("a.ts"), text)] == [202]


def test_a_remark_that_never_ends_hides_what_follows() -> None:
    assert re.sub(r"\s", "", go_type_sets._REMARK.sub("", "a /* b */ c // d\n e /* f")) == "ace"
