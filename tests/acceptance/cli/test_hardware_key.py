"""A CI job whose writer's key lies in a PKCS#11 token: it decides, its ledger is verified, and it changes its key."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.acceptance.cli.deploying import Shop, open_shop
from tests.acceptance.cli.program import Program, Ran
from tests.conftest import RequireTool
from tests.integration.keys.soft_hsm import SoftHsm, soft_hsm

VERIFIER = Path(__file__).resolve().parents[3] / "docs" / "verify_ledger.py"
LEDGER_FILE = ".weighbridge/ledger.yaml"


class Job:
    """A CI job in a shop's clone, whose key a variable chooses."""

    def __init__(self, shop: Shop, hsm: SoftHsm) -> None:
        self.shop = shop
        self.hsm = hsm

    def run(self, *arguments: str, writer: str | None = None) -> Ran:
        chosen = {"WEIGHBRIDGE_WRITER": writer or self.hsm.uri(), "SOFTHSM2_CONF": str(self.hsm.configuration)}
        return Program(self.shop.program("ci").home, chosen).run(self.shop.scratch.folder, *arguments)

    def line(self, writer: str | None = None) -> str:
        """What `ledger.yaml` names the key by."""
        ran = self.run("ledger", "key", writer=writer)
        assert ran.status == 0, ran
        return ran.out.strip()

    def trust(self, *lines: str) -> None:
        """Name these writers on the protected branch."""
        written = self.shop.settings()
        self.shop.scratch.commit(
            "Name who writes", **{LEDGER_FILE: written + "".join(f"  - {each}\n" for each in lines)}
        )


@pytest.fixture
def hsm(tmp_path: Path, require_tool: RequireTool, monkeypatch: pytest.MonkeyPatch) -> SoftHsm:
    tool = require_tool("softhsm2", "softhsm2-util")
    monkeypatch.setenv("SOFTHSM2_CONF", str(tmp_path / "hsm" / "softhsm2.conf"))
    made = soft_hsm(tmp_path / "hsm", tool)
    made.make_key("writer", id=b"\x01")
    return made


@pytest.fixture
def job(tmp_path: Path, hsm: SoftHsm) -> Job:
    made = Job(open_shop(tmp_path / "shop"), hsm)
    made.trust(made.line())
    return made


def unwrapped(text: str) -> str:
    return " ".join(text.split())


def entries(job: Job) -> list[dict[str, object]]:
    said: list[dict[str, object]] = json.loads(job.run("ledger", "show", "--json", "-").out)
    return said


def independently_verified(job: Job, folder: Path, *lines: str) -> subprocess.CompletedProcess[str]:
    """What the verifier that needs nothing of Weighbridge says of an export."""
    assert job.run("ledger", "export", str(folder)).status == 0
    keys = [argument for line in lines for argument in ("--key", line)]
    command = [sys.executable, "-I", str(VERIFIER), str(folder), *keys]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_what_is_decided_and_let_in_is_signed_by_the_token(job: Job, tmp_path: Path) -> None:
    job.shop.change("fix", **{"src/cart.py": "def total(x):\n    return round(x, 2)\n"})
    job.shop.approve("main..fix")

    reported = job.run("report", "fix", "unit", "passed")
    decided = job.run("review", "main..fix", "--record", "-q")
    admitted = job.run("admit", "--environment", "production", "--commit", "fix", "--record")
    verified = job.run("ledger", "verify")
    checked = independently_verified(job, tmp_path / "export", job.line())

    assert [each.status for each in (reported, decided, admitted, verified)] == [0, 0, 0, 0], (
        reported,
        decided,
        admitted,
    )
    assert [each["kind"] for each in entries(job)][:3] == ["approval", "status", "package-decision"]
    assert "admission" in {each["kind"] for each in entries(job)}
    assert f"signed by {job.line().split('+')[0]}" in unwrapped(verified.out)
    assert checked.returncode == 0, checked


def test_a_decision_by_a_key_that_is_not_named_is_refused_before_anything_is_weighed(job: Job) -> None:
    job.hsm.make_key("other", id=b"\x02")
    job.shop.change("fix", **{"src/cart.py": "def total(x):\n    return round(x, 2)\n"})

    ran = job.run("review", "main..fix", "--record", writer=job.hsm.uri("object=other"))

    assert (ran.status, ran.out) == (1, ""), ran
    assert "writers" in ran.err


def test_a_wrong_pin_stops_a_review_before_anything_is_weighed_or_said(job: Job) -> None:
    job.hsm.pin.write_text("another-55\n")

    ran = job.run("review", "main", "--record")

    assert (ran.status, ran.out) == (2, ""), ran
    assert "is not that of the token 'weighbridge'. It was tried once" in unwrapped(ran.err)
    assert "another-55" not in ran.err
    assert job.shop.scratch.git("for-each-ref", "refs/weighbridge") == ""


def test_a_pin_in_the_variable_is_refused_and_not_shown(job: Job) -> None:
    ran = job.run("ledger", "key", writer=f"{job.hsm.uri(pin=False)}&pin-value=8155")

    assert (ran.status, ran.out) == (2, "")
    assert "pin-source=file:" in unwrapped(ran.err)
    assert "8155" not in ran.err


def test_what_needs_no_key_asks_the_token_for_nothing(job: Job) -> None:
    job.hsm.pin.unlink()

    assert job.run("review", "main", "-q", "--report-only").status == 0
    assert job.run("ledger", "key").status == 2


def test_rotation_is_refused_with_what_to_do_instead(job: Job) -> None:
    before = job.line()

    ran = job.run("ledger", "key", "--rotate")

    assert (ran.status, ran.out) == (2, "")
    assert "only a key in a file is rotated by this command: make another key in the token" in unwrapped(ran.err)
    assert job.line() == before


def test_a_job_moves_from_a_file_to_a_token_and_to_another_key_of_it(job: Job, tmp_path: Path) -> None:
    file = str(tmp_path / "keys" / "writer")
    job.hsm.make_key("next", id=b"\x02")
    held = [file, job.hsm.uri(), job.hsm.uri("object=next")]
    lines = [job.line(each) for each in held]
    job.trust(lines[0])
    assert job.run("report", "main", "unit", "passed", writer=held[0]).status == 0

    for new in (1, 2):
        early = job.run("report", "main", "early", "passed", writer=held[new])
        job.trust(*lines[: new + 1])
        moved = job.run("report", "main", f"check-{new}", "passed", writer=held[new])
        verified = job.run("ledger", "verify", writer=held[new])

        assert ".weighbridge/ledger.yaml" in early.err, early
        assert (early.status, moved.status, verified.status) == (1, 0, 0), (early, moved, verified)
        assert f"signed by {lines[new].split('+')[0]}" in unwrapped(verified.out)
    checked = independently_verified(job, tmp_path / "export", *lines)
    assert checked.returncode == 0, checked
    assert "3 entries" in checked.stdout
