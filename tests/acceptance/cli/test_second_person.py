"""Somebody enrolled vouches for a person whom nobody else knows, and both approve."""

from pathlib import Path

from tests.acceptance.cli.parlour import COL, POLICY, SUE, Parlour
from tests.conftest import RequireTool

EVE = "eve@example.org"


def test_one_person_is_not_two_by_vouching_for_a_second(tmp_path: Path, require_tool: RequireTool) -> None:
    require_tool("ssh-keygen")
    parlour = Parlour.open(tmp_path, policy=POLICY.replace('{count: 1, words: "I ran it"}', "{count: 2}"))
    parlour.make_key(EVE)
    request = str(tmp_path / "request")
    asked = parlour.run("people", "request", EVE, "-o", request, "--key", str(parlour.key(EVE)))
    assert asked.status == 0, asked
    assert parlour.says(COL, "approve", "fix").status == 0
    enrolled = parlour.run("people", "enrol", request, "--yes", "--key", str(parlour.key(COL)))
    assert enrolled.status == 0, enrolled

    assert parlour.says(EVE, "approve", "fix").status == 0
    closed = parlour.weigh()
    assert parlour.says(SUE, "approve", "fix").status == 0

    assert closed.status == 1, closed.out
    assert f"{EVE}: is enrolled on the word of {COL}, who is counted" in " ".join(closed.out.split())
    assert parlour.weigh().status == 0
