"""Who belongs in `writers`: machines whose own word decides. A person's machine is believed by that person's words."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.acceptance.cli.parlour import COL, Parlour
from tests.acceptance.cli.program import Program
from tests.conftest import RequireTool


@pytest.fixture
def parlour(tmp_path: Path, require_tool: RequireTool) -> Parlour:
    """`writers` names the machine that set it up, which stands for CI."""
    require_tool("ssh-keygen")
    return Parlour.open(tmp_path)


@pytest.fixture
def laptop(tmp_path: Path) -> Program:
    """Another machine, which nobody names."""
    home = tmp_path / "laptop"
    home.mkdir()
    return Program(home)


def approve(parlour: Parlour, machine: Program) -> int:
    said = ("--target", "main", "--key", str(parlour.key(COL)), "--yes", "--reason", "I ran it")
    return machine.run(parlour.scratch.folder, "approve", "fix", *said).status


def test_a_persons_machine_needs_no_line(parlour: Parlour, laptop: Program) -> None:
    assert approve(parlour, laptop) == 0

    verified = parlour.run("ledger", "verify", "--target", "main")
    assert verified.status == 0, verified
    assert "is vouched for by an entry" in " ".join(verified.out.split())
    assert parlour.weigh().status == 0


@pytest.mark.parametrize(
    "command",
    [("review", "main..fix", "--record"), ("report", "fix", "unit-tests", "passed")],
    ids=["record", "report"],
)
def test_what_decides_takes_a_line(parlour: Parlour, laptop: Program, command: tuple[str, ...]) -> None:
    assert approve(parlour, laptop) == 0

    here, there = (each.run(parlour.scratch.folder, *command, "--target", "main") for each in (laptop, parlour.program))

    assert here.status == 1, here
    assert ".weighbridge/ledger.yaml" in here.err
    assert "`writers`" in here.err or "its writers" in here.err
    assert there.status == 0, there


def test_without_writers_those_who_are_enrolled_make_a_ledger_believed(parlour: Parlour, laptop: Program) -> None:
    settings = parlour.scratch.folder / ".weighbridge" / "ledger.yaml"
    parlour.scratch.git("switch", "-q", "main")
    settings.write_text(settings.read_text().partition("writers:")[0])
    parlour.scratch.git("commit", "-qam", "Name nobody")
    parlour.scratch.git("switch", "-q", "fix")
    parlour.scratch.git("rebase", "-q", "main")
    parlour.weigh()

    assert approve(parlour, laptop) == 0
    assert parlour.run("ledger", "verify", "--target", "main").status == 0
    assert parlour.run("report", "fix", "unit-tests", "passed", "--target", "main").status == 1


def test_a_persons_machine_lets_a_new_key_take_the_place_of_one_that_they_vouched_for(
    parlour: Parlour, laptop: Program
) -> None:
    assert approve(parlour, laptop) == 0
    old = laptop.run(parlour.scratch.folder, "ledger", "key").out

    rotated = laptop.run(parlour.scratch.folder, "ledger", "key", "--rotate", "--target", "main")

    assert rotated.status == 0, rotated
    assert rotated.out != old
    assert parlour.run("ledger", "verify", "--target", "main").status == 0


def test_a_machine_that_nobody_vouched_for_is_told_that_it_has_nothing_to_rotate(
    parlour: Parlour, laptop: Program
) -> None:
    assert approve(parlour, parlour.program) == 0

    ran = laptop.run(parlour.scratch.folder, "ledger", "key", "--rotate", "--target", "main")

    assert ran.status == 1, ran
    assert "put the key's file away" in " ".join(ran.err.split())
    assert "What you sign here then names it" in " ".join(ran.err.split())


def test_an_export_says_which_keys_an_auditor_needs(parlour: Parlour, laptop: Program, tmp_path: Path) -> None:
    parlour.run("review", "main..fix", "--record", "-q", "--target", "main")
    assert approve(parlour, laptop) == 0

    ran = parlour.run("ledger", "export", str(tmp_path / "export"), "--target", "main")

    lines = dict(re.findall(r"--key (\S+) +# ((?:named|signed).*)", ran.out))
    ours, theirs = (each.run(parlour.scratch.folder, "ledger", "key").out.strip() for each in (parlour.program, laptop))
    assert lines[ours] == "named in .weighbridge/ledger.yaml"
    assert re.fullmatch(r"signed the newest checkpoint, for which entry \d+ vouches .*", lines[theirs])
    verifier = Path(__file__).resolve().parents[3] / "docs" / "verify_ledger.py"
    keys = [word for line in lines for word in ("--key", line)]
    alone = [sys.executable, "-I", str(verifier), str(tmp_path / "export")]
    assert subprocess.run([*alone, *keys], check=False).returncode == 0
    assert subprocess.run([*alone, "--key", ours], check=False, capture_output=True).returncode == 1
