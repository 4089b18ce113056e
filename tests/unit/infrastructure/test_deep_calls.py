"""Workflows that call others deeper than is followed, or that cannot be read, are said to be so."""

import time

import pytest
from tests.rules.sql.judging import sight_of

CALLS = """on: {ON}
jobs:
  j:
    uses: ./.github/workflows/{TO}.yml
"""
LAST = """on: workflow_call
jobs:
  j:
    runs-on: ubuntu-latest
    steps:
      - run: echo ${{ github.event.pull_request.title }}
"""


def workflow(name: str) -> str:
    return f".github/workflows/{name}.yml"


def calling(to: str, on: str = "workflow_call") -> str:
    return CALLS.replace("{ON}", on).replace("{TO}", to)


def row(many: int) -> dict[str, str]:
    files = {workflow(f"w{n}"): calling(f"w{n + 1}") for n in range(1, many)}
    return files | {workflow(f"w{many}"): LAST, workflow("w0"): calling("w1", "pull_request_target")}


def unread(head: dict[str, str], base: dict[str, str]) -> dict[str, str]:
    return {str(path): why.detail for path, why in sight_of(head, base).subjects.unread.items()}


@pytest.mark.parametrize(("many", "expected"), [(4, []), (9, [workflow("w0")])])
def test_calls_that_are_too_deep_to_follow_are_said(many: int, expected: list[str]) -> None:
    files = row(many)
    before = files | {workflow("w0"): files[workflow("w0")] + "# once\n"}

    assert [*unread({workflow("w0"): files[workflow("w0")]}, before)] == expected


@pytest.mark.parametrize("called", ["on: [workflow_call\njobs: {", "# " + "x" * 400_000])
def test_a_called_workflow_that_cannot_be_read_is_said_of_its_caller(called: str) -> None:
    base = {workflow("b"): called, workflow("a"): calling("c", "pull_request_target"), workflow("c"): LAST}

    assert [*unread({workflow("a"): calling("b", "pull_request_target")}, base)] == [workflow("a")]


def test_a_workflow_that_is_not_there_is_no_gap() -> None:
    assert unread({workflow("a"): calling("b", "pull_request_target")}, {workflow("a"): LAST}) == {}


def test_more_workflows_than_are_asked_who_call_a_changed_one_are_said() -> None:
    others = {workflow(f"o{n}"): LAST for n in range(210)}

    assert [*unread({workflow("b"): LAST + "# more\n"}, others | {workflow("b"): LAST})] == [workflow("b")]


def test_jobs_of_gitlab_that_extend_one_another_many_times_cost_little() -> None:
    names = ", ".join(["{NEXT}"] * 12)
    jobs = "".join(f".j{n}:\n  extends: [{names.replace('{NEXT}', f'.j{n + 1}')}]\n" for n in range(9))
    begin = time.perf_counter()
    found = unread({".gitlab-ci.yml": f"a:\n  extends: .j0\n{jobs}.j9:\n  script: [make]\n"}, {})

    assert time.perf_counter() - begin < 10
    assert found == {}


def test_jobs_of_gitlab_that_refer_to_too_much_are_said() -> None:
    many = ", ".join(["!reference [.r{NEXT}, script]"] * 20)
    jobs = "".join(f".r{n}:\n  script: [{many.replace('{NEXT}', str(n + 1))}]\n" for n in range(6))
    begin = time.perf_counter()
    found = unread({".gitlab-ci.yml": f"a:\n  script: [!reference [.r0, script]]\n{jobs}.r6:\n  script: [make]\n"}, {})

    assert time.perf_counter() - begin < 10
    assert [*found] == [".gitlab-ci.yml"]
