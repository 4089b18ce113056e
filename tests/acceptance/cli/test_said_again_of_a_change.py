"""What is told of approvals beyond those that it takes."""

from pathlib import Path

import pytest
from tests.acceptance.cli.parlour import COL, POLICY, SUE, Parlour
from tests.conftest import RequireTool


@pytest.fixture
def parlour(tmp_path: Path, require_tool: RequireTool) -> Parlour:
    require_tool("ssh-keygen")
    return Parlour.open(tmp_path, policy=POLICY.replace('{count: 1, words: "I ran it"}', "{count: 1}"))


def test_more_than_enough_is_told_as_that(parlour: Parlour) -> None:
    parlour.says(COL, "approve", "fix")

    ran = parlour.says(SUE, "approve", "fix")

    assert f"{COL}, by key; yours makes 2, where 1 would do" in " ".join(ran.out.split()), ran
