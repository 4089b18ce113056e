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


def test_who_approved_already_is_told_in_which_entry(parlour: Parlour) -> None:
    first = parlour.says(COL, "approve", "fix")
    other = parlour.says(SUE, "approve", "fix")
    again = parlour.says(COL, "approve", "fix")

    assert (first.err, other.err) == ("", "")
    assert again.status == 0, again
    assert "you approved this already, in entry 0: however often, it counts once" in " ".join(again.err.split())


def test_who_took_it_back_meanwhile_did_not_approve_already(parlour: Parlour) -> None:
    parlour.says(COL, "approve", "fix")
    parlour.says(COL, "reject", "fix", "--reason", "it loses money")

    assert parlour.says(COL, "approve", "fix").err == ""
