"""The right to hand in what scanners found is graver where a job gets it that hands in nothing."""

import pytest
from tests.unit.infrastructure.told import said

PATH = ".github/workflows/scan.yml"
JOB = "  NAME:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make\n"
SCAN = JOB.replace("NAME", "scan") + "      - uses: github/codeql-action/analyze@v3\n"
TESTS = JOB.replace("NAME", "tests")


def _workflow(jobs: str, *, more: str = "") -> dict[str, str]:
    return {PATH: f"on: pull_request\npermissions:\n  contents: read\n{more}jobs:\n{jobs}"}


@pytest.mark.parametrize(
    ("jobs", "more", "expected"),
    [
        (SCAN, "  security-events: write\n", [("medium", "medium")]),
        (SCAN + TESTS, "  security-events: write\n", [("high", "medium")]),
        (TESTS, "  security-events: write\n", [("high", "medium")]),
        (SCAN, "  security-events: write\n  packages: write\n", [("high", "medium")]),
    ],
)
def test_what_is_given_is_as_grave_as_what_nobody_takes_up(
    jobs: str, more: str, expected: list[tuple[str, str]]
) -> None:
    assert said("token-widened", _workflow(jobs), _workflow(jobs, more=more)) == expected
