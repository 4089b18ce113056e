"""The people of a ledger are read from its own entries, and the laptops that they vouch for may write it."""

import pytest
from msgspec.structs import replace
from tests.samples.ledger import Files, Key
from tests.samples.ssh_keys import ed25519, security_key
from tests.samples.voices import ADA, BOB, EVE, LEDGER, NOW, History, approval, roster, signed

from weighbridge.app.read_people import PeopleVouch, read_people
from weighbridge.ledger.append import Addition, append
from weighbridge.ledger.errors import UntrustedError
from weighbridge.ledger.people import Roster
from weighbridge.ledger.trusted_ledger import LedgerTrust, read_ledger

ADAS, BOBS, EVES = security_key(), ed25519(), security_key()
START = roster(f"{ADA} {ADAS.line}", f"{BOB} {BOBS.line}")
CI, LAPTOP, OTHER = Key("ci", 1), Key("laptop", 2), Key("other", 3)


class Ledger:
    """A ledger in memory whose people vouch for who writes it."""

    def __init__(self) -> None:
        self.files = Files()
        self.history = History(START)

    @property
    def people(self) -> Roster:
        return read_people(self.files, START, now=NOW)

    @property
    def trust(self) -> LedgerTrust:
        vouched = PeopleVouch(lambda: self.people, now=NOW)
        return LedgerTrust(origin=LEDGER, writers=(CI.verifier,), vouched=vouched)

    def keep(self, index: int, writer: Key = CI) -> None:
        entry = self.history.entries[index]
        personal = self.history.personal.get(entry.leaf)
        addition = Addition(envelope=entry.envelope, personal=bytes(personal) if personal else None)
        append(self.files, (addition,), writer=writer, trust=self.trust)


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


def test_without_a_ledger_people_are_those_of_trust(ledger: Ledger) -> None:
    assert ledger.people == START


def test_entries_enrol_and_revoke(ledger: Ledger) -> None:
    ledger.keep(ledger.history.enrol(EVE, EVES, by=ADAS))
    ledger.keep(ledger.history.revoke(BOBS.keyid, by=EVES))

    assert ledger.people.keys[EVES.keyid].person == EVE
    assert ledger.people.revoked[BOBS.keyid].by == EVE
    assert ledger.people == ledger.history.roster


def test_whose_values_were_changed_has_no_name(ledger: Ledger) -> None:
    ledger.keep(ledger.history.enrol(EVE, EVES, by=ADAS))
    path = next(path for path in ledger.files.files if path.startswith("personal/"))
    ledger.files.files[path] = ledger.files.files[path].replace(EVE.encode(), b"mal@example.org")

    key = ledger.people.keys[EVES.keyid]
    assert (key.is_nameless, "mal@" in key.person, EVE in key.person) == (True, False, False)
    assert "is not what its entry commits to" in ledger.people.refused[0]


def test_a_person_vouches_for_the_laptop_that_keeps_their_word(ledger: Ledger) -> None:
    ledger.keep(ledger.history.enrol(EVE, EVES, by=ADAS))
    ledger.keep(ledger.history.say(signed(approval(writer=str(LAPTOP.verifier)), EVES)), LAPTOP)

    found = read_ledger(ledger.files, ledger.trust)

    assert found is not None
    assert [each.key for each in found.signatures] == [LAPTOP.verifier]


def test_nobody_else_is_vouched_for(ledger: Ledger) -> None:
    stranger = ledger.history.say(signed(approval(writer=str(OTHER.verifier)), ed25519()))

    with pytest.raises(UntrustedError, match="nobody would believe"):
        ledger.keep(stranger, OTHER)


@pytest.mark.parametrize("what", ["person", "laptop"])
def test_the_laptop_of_a_revoked_person_and_a_revoked_laptop_write_nothing(what: str, ledger: Ledger) -> None:
    ledger.keep(ledger.history.say(signed(approval(writer=str(LAPTOP.verifier)), BOBS)), LAPTOP)
    revoked = BOBS.keyid if what == "person" else str(LAPTOP.verifier)
    ledger.keep(ledger.history.revoke(revoked, by=ADAS))

    with pytest.raises(UntrustedError, match="nobody would believe"):
        ledger.keep(ledger.history.say(signed(approval(), ADAS)), LAPTOP)


def test_the_heads_own_documents_change_nothing(ledger: Ledger) -> None:
    """Whoever is not in `START` is nobody, however often the ledger names them."""
    ledger.keep(ledger.history.enrol(EVE, EVES, by=EVES))

    assert EVES.keyid not in ledger.people.keys
    assert replace(ledger.people, refused=(), enrolments={}, unfollowed={}) == START
