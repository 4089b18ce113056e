"""A workflow in which only versions of its actions are others is weighed as what is installed, and all else as governance."""

import pytest
from tests.unit.landscape.touched import Touched

from weighbridge.domain.system import Surface, SurfaceKind

ONE, OTHER = "0123456789abcdef" * 2 + "01234567", "fedcba9876543210" * 2 + "fedcba98"
WORKFLOW = """\
on: push
permissions:
  contents: read
jobs:
  check:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@{one}
      - name: Scan
        uses: "github/codeql-action/init@{other}"
      - run: |
          echo start
"""
GOVERNANCE, BUILD = SurfaceKind.GOVERNANCE, SurfaceKind.BUILD_AND_DEPLOY


def touched(before: str, after: str, *, path: str = ".github/workflows/ci.yml") -> list[Surface]:
    return [*Touched({path: (before, after)}).surfaces()]


def workflow(one: str = "v4", other: str = ONE) -> str:
    return WORKFLOW.format(one=one, other=other)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (workflow("v4"), workflow("v5")),
        (workflow("v4.1.0"), workflow("v4.1.1 # mended")),
        (workflow("v4"), workflow(f"{ONE} # v4.1")),
        (workflow(f"{ONE} # v4.1.0"), workflow(f"{OTHER} # v5")),
        (workflow(other=ONE), workflow(other=OTHER)),
        (workflow("v4", other=ONE), workflow("v5", other=OTHER)),
    ],
)
def test_other_versions_of_the_same_actions_are_what_is_installed(before: str, after: str) -> None:
    (surface,) = touched(before, after)

    assert surface.kind is BUILD
    assert surface.reason == "it uses other versions of actions that it used before"


def test_so_they_are_in_an_action_of_the_repository() -> None:
    action = "runs:\n  using: composite\n  steps:\n    - uses: actions/cache@{}\n"

    (surface,) = touched(action.format("v3"), action.format("v4"), path=".github/actions/set-up/action.yml")

    assert surface.kind is BUILD


@pytest.mark.parametrize(
    "after",
    [
        workflow("v4").replace("actions/checkout", "other/checkout"),
        workflow("v4").replace("codeql-action/init", "codeql-action/analyze"),
        workflow("v4", other="v3"),
        workflow("v4", other="main"),
        workflow("main"),
        workflow("v3"),
        workflow("v5").replace("contents: read", "contents: write"),
        workflow("v5").replace("on: push", "on: pull_request_target"),
        workflow("v5").replace("echo start", "echo begin"),
        workflow("v5") + "      - uses: actions/cache@v4\n",
        workflow("v5").replace("      - run: |\n          echo start\n", ""),
        workflow("v5").replace("      - run: |", "      - if: always()\n        run: |"),
        workflow("${{ github.head_ref }}"),
        workflow("v4").replace("actions/checkout@v4", "./.github/actions/checkout"),
        workflow("v4").replace("actions/checkout@v4", "docker://alpine:3"),
        workflow("v5") + "  deploy: [\n",
        "",
    ],
)
def test_whatever_else_changes_in_a_workflow_is_governance(after: str) -> None:
    assert {surface.kind for surface in touched(workflow("v4"), after)} == {GOVERNANCE}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("uses: a/b@v1 # one", "uses: a/b@v2 # $(curl x | sh)"),
        ("uses: a/b@v1", "uses: a/b@v2"),
    ],
)
def test_a_line_of_a_script_that_looks_like_an_action_is_none(before: str, after: str) -> None:
    script = WORKFLOW.format(one="v4", other=ONE).replace("echo start", "{}")

    (surface,) = touched(script.format(before), script.format(after))

    assert surface.kind is GOVERNANCE


def test_a_lower_version_beside_a_commit_is_governance() -> None:
    (surface,) = touched(workflow(f"{ONE} # v4.2.0"), workflow(f"{OTHER} # v4.1.9"))

    assert surface.kind is GOVERNANCE


@pytest.mark.parametrize("path", [".weighbridge/policy.yaml", ".circleci/config.yml", ".gitlab-ci.yml"])
def test_no_other_file_of_governance_is_taken_for_a_workflow(path: str) -> None:
    assert {surface.kind for surface in touched(workflow("v4"), workflow("v5"), path=path)} == {GOVERNANCE}
