"""In CI a test that would be skipped, or is known to fail, fails; on a developer's machine it is skipped, and says what to install."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import tests.conftest

SUITE = """
import pytest

def test_that_wants_a_tool(require_tool):
    require_tool("a-tool-that-nobody-has", "nor-this-one")

@pytest.mark.skip(reason="for a while")
def test_that_is_skipped():
    raise AssertionError

@pytest.mark.xfail(reason="known", strict=True)
def test_that_is_known_to_fail():
    raise AssertionError

def test_that_finds_its_tool(require_tool):
    assert require_tool("a-tool-that-nobody-has", "git").name == "git"
"""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    conftest = Path(tests.conftest.__file__ or "")
    shutil.copy(conftest, tmp_path / "conftest.py")
    (tmp_path / "test_suite.py").write_text(SUITE, "utf-8")
    return tmp_path


def closing_line(suite: Path, *, ci: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(suite), str(suite)],
        env={**os.environ, "CI": ci},
        cwd=suite,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip().splitlines()[-1]


def test_in_ci_what_would_be_skipped_fails(suite: Path) -> None:
    assert closing_line(suite, ci="true").startswith("2 failed, 1 passed, 1 error")


def test_elsewhere_it_is_skipped(suite: Path) -> None:
    assert closing_line(suite, ci="").startswith("1 passed, 2 skipped, 1 xfailed")
