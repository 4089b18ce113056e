"""Whatever is put on record in a clone alone is told with the command by which it reaches others."""

from pathlib import Path

import pytest
from tests.acceptance.cli.parlour import COL, SUE, Parlour
from tests.conftest import RequireTool

NEXT = "weighbridge ledger sync: what you said is in this clone alone until then"


@pytest.fixture(scope="module")
def parlour(tmp_path_factory: pytest.TempPathFactory, require_tool: RequireTool) -> Parlour:
    require_tool("ssh-keygen")
    made = Parlour.open(tmp_path_factory.mktemp("parlour"))
    made.scratch.git("init", "-q", "--bare", str(made.keys / "origin"))
    made.scratch.git("remote", "add", "origin", str(made.keys / "origin"))
    return made


@pytest.mark.parametrize(
    "what",
    [
        ("override", "fix", "--rule", "second-person", "--until", "1d", "--reason", "a demo"),
        ("waive", "integrity/*", "--path", "src/**", "--until", "1d", "--reason", "a demo"),
        ("break-glass", "fix", "--reason", "it burns", "--anyway"),
        ("attach", "fix", "design-note", "src/cart.py"),
        ("comment", "fix", "look at it"),
        ("reject", "fix", "--reason", "it loses money"),
    ],
    ids=lambda what: what[0],
)
def test_what_somebody_says_is_told_with_the_way_to_others(parlour: Parlour, what: tuple[str, ...]) -> None:
    ran = parlour.says(SUE, *what)

    assert ran.status == 0, ran
    assert f" Next {NEXT}" in " ".join(ran.out.split())


def test_who_is_enrolled_or_revoked_and_what_is_reported_is_told_with_it_too(parlour: Parlour) -> None:
    parlour.make_key("eve@example.org")
    request, key = str(parlour.keys / "request"), str(parlour.key("eve@example.org"))
    parlour.run("people", "request", "eve@example.org", "-o", request, "--key", key)

    enrolled = parlour.says(COL, "people", "enrol", request)
    revoked = parlour.run(
        "people",
        "revoke",
        parlour.run("people", "list").out.split("SHA256:")[-1].split()[0],
        "--cause",
        "left",
        "--yes",
        "--key",
        str(parlour.key(COL)),
    )
    reported = parlour.run("report", "fix", "tests", "passed")

    for ran in (enrolled, revoked, reported):
        assert (ran.status, ran.out.splitlines()[-1]) == (0, f"Next: {NEXT}"), ran


def test_where_there_is_nobody_else_nothing_comes_next(tmp_path: Path, require_tool: RequireTool) -> None:
    require_tool("ssh-keygen")
    alone = Parlour.open(tmp_path)

    assert "Next" not in alone.says(SUE, "comment", "fix", "look at it").out
