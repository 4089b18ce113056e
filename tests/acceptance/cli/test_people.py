"""`weighbridge people`, as those use it who enrol each other, with keys that `ssh-keygen` made."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.acceptance.cli.at_terminal import talk
from tests.acceptance.cli.person import Person
from tests.acceptance.cli.program import Program
from tests.conftest import RequireTool
from tests.integration.git.scratch import Scratch
from tests.samples.ledger import ORIGIN

ADA, BOB, EVE = "ada@example.org", "bob@example.org", "eve@example.org"


@dataclass(frozen=True)
class Team:
    """Two who are enrolled, and one who wants to be."""

    ada: Person
    bob: Person
    eve: Person


@pytest.fixture
def team(tmp_path: Path, require_tool: RequireTool) -> Team:
    require_tool("ssh-keygen")
    scratch = Scratch.make(tmp_path / "shop")

    def person(name: str) -> Person:
        made = Person.make(tmp_path / name, scratch.folder)
        made.sign_by_default()
        return made

    made = Team(person("ada"), person("bob"), person("eve"))
    writer = made.ada.program.run(tmp_path, "ledger", "key").out.strip()
    scratch.commit(
        **{
            ".weighbridge/ledger.yaml": f"version: 1\norigin: {ORIGIN}\nwriters: [{writer}]\n",
            ".weighbridge/allowed_signers": f"{ADA} {made.ada.public}\n{BOB} {made.bob.public}\n",
        }
    )
    return made


def counting(person: Person) -> dict[str, bool]:
    listed = person.run("people", "list", "--json", "-")
    assert listed.status == 0, listed
    return {key["key"]: key["counts"] for key in json.loads(listed.out)["keys"]}


def enrolled(team: Team, tmp_path: Path) -> None:
    asked = team.eve.run("people", "request", EVE, "--also", "eve@work.example", "-o", str(tmp_path / "request"))
    assert (asked.status, asked.out) == (0, ""), asked
    assert team.eve.keyid in asked.err
    done = team.ada.run("people", "enrol", str(tmp_path / "request"), "--yes")
    assert done.status == 0, done
    assert f"entry 0: {EVE} is enrolled with {team.eve.keyid}" in done.out


def test_whoever_is_enrolled_enrols_somebody(team: Team, tmp_path: Path) -> None:
    enrolled(team, tmp_path)

    assert counting(team.bob) == {team.ada.keyid: True, team.bob.keyid: True, team.eve.keyid: True}
    shown = team.bob.run("people", "list").out
    assert "entry 0" in shown
    assert "allowed_signers: counts as a plain key (key)" in " ".join(shown.split())


def test_no_key_is_revoked_or_replaced_without_a_question(team: Team) -> None:
    revoked = team.bob.run("people", "revoke", team.ada.keyid, "--cause", "lost")
    replaced = team.ada.run("people", "rotate", "--new", str(team.eve.key))

    assert (revoked.status, replaced.status) == (2, 2), (revoked, replaced)
    assert f"{team.ada.keyid} of {ADA}, lost: what it said counts no more" in " ".join(revoked.out.split())
    assert "or say --yes" in " ".join(replaced.err.split())
    assert counting(team.bob) == {team.ada.keyid: True, team.bob.keyid: True}


def test_nobody_is_enrolled_without_a_comparison_of_fingerprints(team: Team, tmp_path: Path) -> None:
    team.eve.run("people", "request", EVE, "-o", str(tmp_path / "request"))

    asked = team.ada.run("people", "enrol", str(tmp_path / "request"))

    assert asked.status == 2, asked
    assert team.eve.keyid in asked.out
    assert "nobody is there to be asked: run it at a terminal, or say --yes" in asked.err
    assert team.eve.keyid not in counting(team.ada)


def test_somebody_is_enrolled_at_a_terminal_once_a_person_says_yes(team: Team, tmp_path: Path) -> None:
    team.eve.run("people", "request", EVE, "-o", str(tmp_path / "request"))
    who = team.ada

    said = {
        answer: talk(
            who.program.command("people", "enrol", str(tmp_path / "request"), "--key", str(who.key)),
            folder=who.folder,
            environment={**who.program.environment(), "TERM": "xterm-256color"},
            answers=(("Write yes:", answer),),
        )
        for answer in ("perhaps", "yes")
    }

    assert said["perhaps"].status == 130, said
    assert said["yes"].status == 0, said
    assert counting(team.ada)[team.eve.keyid]


def test_nobody_enrols_themselves(team: Team, tmp_path: Path) -> None:
    team.eve.run("people", "request", EVE, "-o", str(tmp_path / "request"))

    refused = team.eve.run("people", "enrol", str(tmp_path / "request"), "--yes")

    assert refused.status == 2
    said = " ".join(refused.err.split())
    assert "it would change nothing: nobody but the new key signed it, and nobody enrols themselves: another" in said


def test_a_revocation_is_believed_of_whoever_vouches_for_their_own_laptop(team: Team, tmp_path: Path) -> None:
    enrolled(team, tmp_path)

    revoked = team.bob.run("people", "revoke", team.eve.keyid, "--cause", "stolen", "--yes", "--reason", "a train")

    assert revoked.status == 0, revoked
    assert f"{team.eve.keyid} of " in revoked.out
    assert counting(team.ada)[team.eve.keyid] is False
    assert "was revoked by bob@example.org (entry 1: stolen)" in team.ada.run("people", "list", "--json", "-").out
    verified = team.ada.run("ledger", "verify")
    assert verified.status == 0, verified
    assert "vouched for by an entry" in verified.out


def test_a_check_of_a_policy_knows_whom_the_ledger_enrols(team: Team, tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    who = f"approval: {{by: [{EVE}, {BOB}], count: 1}}"
    policy.write_text(f"{{version: 1, name: p, rules: [{{name: one, require: [{{{who}}}]}}]}}\n")
    unread = " ".join(team.ada.run("policy", "check", str(policy)).out.split())
    assert f"{EVE} is not in .weighbridge/allowed_signers: unless the ledger enrols them, and none was read" in unread

    enrolled(team, tmp_path)
    assert EVE not in team.ada.run("policy", "check", str(policy)).out

    team.ada.run("people", "revoke", team.eve.keyid, "--cause", "left", "--yes")
    team.ada.run("people", "revoke", team.bob.keyid, "--cause", "left", "--yes")
    gone = " ".join(team.ada.run("policy", "check", str(policy)).out.split())
    for name in (EVE, BOB):
        assert f"{name} has no key that counts, by .weighbridge/allowed_signers or by the ledger" in gone


def test_whose_machine_nobody_knows_yet_is_told_what_to_do_first(team: Team, tmp_path: Path) -> None:
    team.eve.run("people", "request", EVE, "-o", str(tmp_path / "request"))
    own = team.bob.run("ledger", "key").out.strip()

    for said in (("enrol", str(tmp_path / "request"), "--yes"), ("rotate", "--yes", "--new", str(team.eve.key))):
        refused = team.bob.run("people", *said)

        assert refused.status == 2
        assert "First approve a change here" in refused.err
        assert own in refused.err

    team.bob.run("people", "revoke", team.ada.keyid, "--cause", "left", "--yes")
    done = team.bob.run("people", "enrol", str(tmp_path / "request"), "--yes")
    assert (done.status, done.out.splitlines()[-1].partition(":")[0]) == (0, "entry 1"), done


def test_a_request_to_a_ledger_without_a_name_is_refused(team: Team, tmp_path: Path) -> None:
    Scratch(team.ada.folder).commit(**{".weighbridge/ledger.yaml": "version: 1\n"})

    asked = team.eve.run("people", "request", EVE, "-o", str(tmp_path / "request"))

    assert asked.status == 2
    assert "name it first, with `origin:` in .weighbridge/ledger.yaml" in asked.err
    assert not (tmp_path / "request").exists()


def test_a_key_is_replaced_by_its_owner(team: Team, tmp_path: Path) -> None:
    enrolled(team, tmp_path)
    new = tmp_path / "new"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", new], check=True)
    shown = subprocess.run(["ssh-keygen", "-l", "-f", new], check=True, capture_output=True, text=True)

    done = team.ada.run("people", "rotate", "--yes", "--new", str(new))

    assert done.status == 0, done
    assert counting(team.bob) == {
        team.ada.keyid: False,
        shown.stdout.split()[1]: True,
        team.bob.keyid: True,
        team.eve.keyid: True,
    }


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"envelope": {}, "personal": {"salt": "", "values": {}}}'])
def test_what_is_no_request_is_said(text: str, team: Team, tmp_path: Path) -> None:
    (tmp_path / "request").write_text(text)

    refused = team.ada.run("people", "enrol", str(tmp_path / "request"), "--yes")

    assert refused.status == 2
    assert "no request for enrolment" in refused.err


def test_without_anybody_it_says_where_people_are_named(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    scratch = Scratch.make(tmp_path / "shop")
    scratch.commit(**{"README.md": "x\n"})

    ran = Program(tmp_path / "home").run(scratch.folder, "people", "list")

    assert ran.status == 0
    assert "Nobody is enrolled: name people in .weighbridge/allowed_signers" in " ".join(ran.out.split())
