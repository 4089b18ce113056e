"""An organisation's policy by URL and by commit, as CI is told of it: what comes out, with which exit code."""

import hashlib
import json
from pathlib import Path

import pytest
from tests.acceptance.cli.program import Program, Ran
from tests.integration.git.scratch import Scratch
from tests.integration.organisation.server import serving

POLICY = b"version: 1\nname: acme\nrules: [{name: pair, locked: true, require: [approval: {count: 2}]}]\n"
DIGEST = hashlib.sha256(POLICY).hexdigest()


def told(at: tuple[Program, Scratch], address: str, *arguments: str) -> Ran:
    program, repository = at
    return Program(program.home, {"WEIGHBRIDGE_ORGANISATION": address}).run(repository.folder, *arguments)


@pytest.fixture
def changed(repository: Scratch) -> Scratch:
    repository.git("switch", "-q", "-c", "fix")
    repository.commit("Fix", **{"shop/prices.py": "def price(article):\n    return article.cents + 0\n"})
    return repository


def test_a_repository_without_a_policy_has_that_of_its_organisation(program: Program, changed: Scratch) -> None:
    with serving({"/policy.yaml": POLICY}) as server:
        address = f"{server.url}/policy.yaml#sha256:{DIGEST}"
        first = told((program, changed), address, "review", "fix", "--json", "-")
    offline = told((program, changed), address, "review", "fix", "--json", "-")

    assert (first.status, offline.status) == (1, 1), first
    decision = json.loads(first.out)["decision"]
    assert decision["gate"]["policy"] == "acme"
    assert decision["trust"]["documents"] == {"organisation/policy.yaml": f"sha256:{DIGEST}"}
    assert json.loads(offline.out)["digest"] == json.loads(first.out)["digest"]
    doctor = " ".join(told((program, changed), address, "doctor").out.split())
    assert (
        f"organisation ok {server.url}/policy.yaml, kept here and checked: policy.yaml sha256:{DIGEST[:12]}" in doctor
    )


def test_what_it_locks_a_repository_does_not_drop(program: Program, changed: Scratch) -> None:
    changed.git("switch", "-q", "main")
    changed.commit("Loosen it", **{".weighbridge/policy.yaml": "version: 1\nextends: starter\ndrop: pair\n"})

    with serving({"/policy.yaml": POLICY}) as server:
        refused = told((program, changed), f"{server.url}/policy.yaml#sha256:{DIGEST}", "review", "fix")

    assert refused.status == 2
    assert "the rule `pair` is locked by the organisation's policy.yaml" in refused.err


@pytest.mark.parametrize("command", [("review",), ("check",), ("doctor",)])
def test_another_document_is_a_mistake_and_none_at_hand_is_not_having_looked(
    program: Program, changed: Scratch, command: tuple[str, ...]
) -> None:
    with serving({"/policy.yaml": b"version: 1\nsolo: true\n"}) as server:
        other = told((program, changed), f"{server.url}/policy.yaml#sha256:{DIGEST}", *command)
    gone = told((program, changed), f"{server.url}/policy.yaml#sha256:{DIGEST}", *command)

    if command == ("doctor",):
        assert "it was changed since, or is another document" in " ".join(other.out.split())
        assert "could not be fetched, and no copy is kept here" in " ".join(gone.out.split())
        return
    assert (other.status, gone.status) == (2, 3)
    assert "it was changed since, or is another document" in other.err
    assert "could not be fetched, and no copy is kept here: Connection refused" in gone.err


def test_a_folder_of_a_commit_gives_its_documents(program: Program, changed: Scratch, tmp_path: Path) -> None:
    theirs = Scratch.make(tmp_path / "policies")
    commit = theirs.commit(**{"acme/policy.yaml": POLICY.decode()})
    address = f"git+{theirs.folder}@{commit}:acme"

    first = told((program, changed), address, "review", "fix")
    theirs.folder.rename(tmp_path / "gone")
    offline = told((program, changed), address, "review", "fix")

    assert (first.status, offline.status) == (1, 1), first
    assert first.out == offline.out


def test_no_file_of_the_repository_names_an_organisation(program: Program, changed: Scratch) -> None:
    changed.git("switch", "-q", "main")
    changed.commit(
        "Name one",
        **{
            "organisation/policy.yaml": POLICY.decode(),
            ".weighbridge/organisation.yaml": "version: 1\npolicy: http://127.0.0.1:1/policy.yaml\n",
        },
    )
    changed.git("config", "weighbridge.organisation", "/etc")

    weighed = program.run(changed.folder, "review", "fix", "--json", "-")

    assert "organisation/policy.yaml" not in json.loads(weighed.out)["decision"]["trust"]["documents"]
    assert json.loads(weighed.out)["decision"]["gate"]["policy"] == "built-in/1"
