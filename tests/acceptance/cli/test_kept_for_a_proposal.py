"""What is said of a package that was kept for a proposal belongs to that proposal, whoever says it."""

from pathlib import Path

import pytest
from tests.acceptance.cli.parlour import COL, POLICY, SUE, Parlour
from tests.conftest import RequireTool


@pytest.fixture
def parlour(tmp_path: Path, require_tool: RequireTool) -> Parlour:
    require_tool("ssh-keygen")
    made = Parlour.open(tmp_path, policy=POLICY.replace('{count: 1, words: "I ran it"}', "{count: 1}"))
    made.weigh("--proposal", "7")
    return made


def test_an_approval_is_of_the_proposal_that_the_package_was_kept_for_and_says_so(parlour: Parlour) -> None:
    ran = parlour.says(COL, "approve", "fix")

    assert ran.status == 0, ran
    assert "Proposal      7, as the kept package says\n" in ran.out
    assert "--proposal 7 --record" in " ".join(ran.out.split())
    assert parlour.weigh("--proposal", "7").status == 0
    assert parlour.weigh().status == 1


def test_whoever_names_another_proposal_is_heard_and_told_what_that_means(parlour: Parlour) -> None:
    ran = parlour.says(COL, "approve", "fix", "--proposal", "8")

    assert ran.status == 0, ran
    assert "it was kept for the proposal 7, where what is said of 8 does not count" in " ".join(ran.err.split())
    assert "Proposal      8\n" in ran.out
    assert parlour.weigh("--proposal", "8").status == 0


def test_an_exception_is_of_that_proposal_too(parlour: Parlour) -> None:
    ran = parlour.says(SUE, "override", "fix", "--rule", "second-person", "--until", "1d", "--reason", "a demo")

    assert "Proposal      7, as the kept package says\n" in ran.out
    assert parlour.weigh("--proposal", "7").status == 0


def test_who_keeps_it_again_without_a_name_keeps_the_name_and_is_told(parlour: Parlour) -> None:
    again = parlour.weigh()

    assert "(for the proposal 7, as before)" in " ".join(again.out.split())
    parlour.says(COL, "approve", "fix")
    assert (parlour.weigh("--proposal", "7").status, parlour.weigh().status) == (0, 1)
    renamed = parlour.weigh("--proposal", "8")
    assert "as before" not in renamed.out
    assert "Proposal      8, as the kept package says\n" in parlour.says(COL, "approve", "fix").out


def test_nothing_is_said_of_proposals_where_there_is_none(parlour: Parlour) -> None:
    head = parlour.scratch.git("rev-parse", "fix")
    parlour.scratch.git("update-ref", "-d", f"refs/weighbridge/packages/{head}")
    assert "as before" not in parlour.weigh().out

    ran = parlour.says(COL, "approve", "fix")

    assert "Proposal" not in ran.out
    assert parlour.weigh().status == 0
