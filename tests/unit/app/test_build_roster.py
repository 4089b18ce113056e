"""Whose word counts is told by trusted documents only, and known agents are nobody."""

import pytest
from tests.samples.ssh_keys import ed25519
from tests.samples.voices import ADA, BOB, LEDGER

from weighbridge.app.build_roster import build_roster
from weighbridge.domain.ids import RepoPath, digest
from weighbridge.domain.trust import Trust, TrustedDocument, TrustSource
from weighbridge.ledger.people import Roster

KEY, OTHER = ed25519(), ed25519()


def built(machines: tuple[str, ...] = (), **documents: str) -> Roster:
    paths = {
        "signers": ".weighbridge/allowed_signers",
        "mailmap": ".mailmap",
        "provenance": ".weighbridge/provenance.yaml",
    }
    found = {}
    for name, text in documents.items():
        path, data = RepoPath(paths[name]), text.encode()
        found[path] = TrustedDocument(path=path, data=data, digest=digest(data), source=TrustSource.TARGET)
    trust = Trust(target=None, target_name="main", target_reason="", documents=found)
    return build_roster(trust, ledger=LEDGER, machines=machines)


def test_without_signers_nobody_is_enrolled() -> None:
    assert built().keys == {}


def test_aliases_of_the_trusted_mailmap_make_one_person() -> None:
    who = built(
        signers=f"{ADA} {KEY.line}\nada@work.example {OTHER.line}\n", mailmap=f"Ada <{ADA}> <ada@work.example>\n"
    )

    assert {key.person for key in who.keys.values()} == {ADA}
    assert who.person_of("Ada@Work.example") == ADA


def test_an_address_that_people_share_is_nobodys_alias() -> None:
    mailmap = f"Ada <{ADA}> Ada <root@localhost>\nBob <{BOB}> Bob <root@localhost>\n"

    who = built(signers=f"{ADA} {KEY.line}\n{BOB} {OTHER.line}\n", mailmap=mailmap)

    assert who.person_of("root@localhost") == "root@localhost"
    assert {key.person for key in who.keys.values()} == {ADA, BOB}


@pytest.mark.parametrize(
    "name",
    [
        "noreply@anthropic.com",
        "209825114+anybody@users.noreply.github.com",
        "1+claude[bot]@users.noreply.github.com",
        "our-agent@example.org",
        "deployer@example.org",
    ],
)
def test_known_agents_and_the_policys_own_are_nobody(name: str) -> None:
    provenance = (
        'version: 1\nforms:\n  - {id: ours/address, agent: ours, kind: address, match: "our-agent@example.org"}\n'
    )

    who = built(("Deployer@example.org",), signers=f"{name} {KEY.line}\n", provenance=provenance)

    assert who.keys == {}
    assert "no key makes a person of it" in who.refused[0]
