"""A ledger is brought here whose newest head was written by somebody whom only that ledger enrols."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.acceptance.cli.person import Person
from tests.acceptance.cli.program import Ran
from tests.conftest import RequireTool
from tests.integration.git.scratch import Scratch
from tests.samples.ledger import ORIGIN


@dataclass(frozen=True)
class Team:
    """Ada and Bob are enrolled by Trust, and of their laptops only Ada's is named; Eve is nobody yet."""

    ada: Person
    bob: Person
    eve: Person


@pytest.fixture
def team(tmp_path: Path, require_tool: RequireTool) -> Team:
    require_tool("ssh-keygen")
    hub = Scratch.make(tmp_path / "hub")

    def person(name: str) -> Person:
        made = Person.make(tmp_path / name, tmp_path / f"clone-of-{name}")
        made.sign_by_default()
        return made

    made = Team(person("ada"), person("bob"), person("eve"))
    writer = made.ada.program.run(tmp_path, "ledger", "key").out.strip()
    hub.commit(
        **{
            ".weighbridge/ledger.yaml": f"version: 1\norigin: {ORIGIN}\nwriters: [{writer}]\n",
            ".weighbridge/allowed_signers": f"ada@example.org {made.ada.public}\nbob@example.org {made.bob.public}\n",
        }
    )
    for each in (made.ada, made.bob, made.eve):
        hub.git("clone", "-q", str(hub.folder), str(each.folder))
    return made


def done(ran: Ran) -> Ran:
    assert ran.status == 0, ran
    return ran


def test_a_head_by_the_laptop_of_somebody_whom_only_that_ledger_enrols_is_believed(team: Team, tmp_path: Path) -> None:
    done(team.eve.run("people", "request", "eve@example.org", "-o", str(tmp_path / "request")))
    done(team.ada.run("people", "enrol", str(tmp_path / "request"), "--yes"))
    done(team.ada.run("ledger", "sync"))
    done(team.eve.run("ledger", "sync"))
    done(
        team.eve.run(
            "people",
            "revoke",
            "SHA256:" + "A" * 43,
            "--cause",
            "lost",
            "--reason",
            "a key of nobody",
            "--anyway",
            "--yes",
        )
    )
    done(team.eve.run("ledger", "sync"))

    brought = team.bob.run("ledger", "sync")

    assert brought.status == 0, brought
    assert "2 received" in brought.out
