"""A kept package is called by the range that was weighed too, and by no other range up to the same head."""

from pathlib import Path

import pytest
from tests.acceptance.cli.parlour import COL, Parlour
from tests.conftest import RequireTool


@pytest.fixture
def parlour(tmp_path: Path, require_tool: RequireTool) -> Parlour:
    require_tool("ssh-keygen")
    return Parlour.open(tmp_path)


@pytest.mark.parametrize("name", ["main..fix", "main...fix", "main..HEAD", "main..", "HEAD~1..fix"])
def test_a_range_from_where_it_was_weighed_is_its_name(parlour: Parlour, name: str) -> None:
    ran = parlour.says(COL, "reject", name, "--reason", "not yet")

    assert ran.status == 0, ran
    assert parlour.entries == 1


def test_a_range_from_elsewhere_is_another_change_and_nothing_is_signed(parlour: Parlour) -> None:
    parlour.change("Say why", "src/why.py", text="WHY = 1\n")
    parlour.weigh()

    ran = parlour.says(COL, "reject", "fix~1..fix", "--reason", "not yet")

    assert ran.status == 2, ran
    told = " ".join(ran.err.split())
    head, first = parlour.scratch.git("rev-parse", "fix"), parlour.scratch.git("rev-parse", "fix~1")
    base = parlour.scratch.git("rev-parse", "main")
    assert f"the kept package of {head[:12]} weighs it from {base[:12]} on, not {first[:12]}" in told
    assert "weigh it: weighbridge review 'fix~1..fix' --keep" in told
    assert parlour.entries == 0


def test_a_range_that_leads_nowhere_says_what_is_there(parlour: Parlour) -> None:
    ran = parlour.says(COL, "reject", "main..fx", "--reason", "not yet")

    assert (ran.status, "there is fix" in ran.err) == (2, True), ran


def test_packages_are_shown_and_compared_by_ranges(parlour: Parlour) -> None:
    assert parlour.run("packages", "show", "main..fix").status == 0
    assert parlour.run("diff", "main..fix", "fix").out.startswith("Same decision")
