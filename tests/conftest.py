"""What every test may ask for: tools that must be there, and the promise that nothing is skipped in CI."""

import os
import shutil
from collections.abc import Generator
from pathlib import Path
from typing import Protocol

import pytest
from hypothesis import settings

settings.register_profile("patient", deadline=None)  # a busy machine is slow, and that is no defect of ours
settings.load_profile("patient")

IN_CI = os.environ.get("CI", "").lower() in ("1", "true")


class RequireTool(Protocol):
    """Finds a program, by the first of its names that is installed."""

    def __call__(self, name: str, *other_names: str) -> Path:
        """The program's path; without one the test fails in CI, and elsewhere is skipped with the way out."""
        ...


@pytest.fixture(scope="session")
def require_tool() -> RequireTool:
    def find(name: str, *other_names: str) -> Path:
        for candidate in (name, *other_names):
            if found := shutil.which(candidate):
                return Path(found)
        missing = f"{name} is not installed: install it (Debian: apt-get install {name}) and run this test again"
        if IN_CI:
            pytest.fail(missing)
        pytest.skip(missing)

    return find


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a skipped test is a failed one: what was not looked at is not green."""
    report = yield
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped in CI ({call.when}): {report.longrepr}"
    return report
