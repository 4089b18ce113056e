"""People are enrolled, and keys replaced and revoked, by statements that the roster follows, or it is said why not."""

from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.samples.ledger import Key
from tests.samples.ssh_keys import SshKey, ed25519, security_key
from tests.samples.voices import ADA, BOB, EVE, LEDGER, NOW, History, roster

from weighbridge.app.enrol_people import (
    EnrolmentError,
    Revoking,
    enrol,
    meant_key,
    read_request,
    request_enrolment,
    revoke,
    rotate,
    standing_keys,
)
from weighbridge.app.signing import Signed, SigningError
from weighbridge.ledger.append import Addition
from weighbridge.ledger.envelope import read_envelope
from weighbridge.ledger.memberships import PRINCIPAL
from weighbridge.ledger.people import Roster
from weighbridge.ledger.personal import Personal
from weighbridge.ledger.predicates.revocation import Revocation
from weighbridge.ledger.statement import read_statement


class InMemory:
    """Signs with a key in memory; keeps to the port."""

    description = "a key in memory"

    def __init__(self, key: SshKey, *, says: SshKey | None = None) -> None:
        self._key = key
        self._says = says or key

    def keyid(self) -> str:
        return self._says.keyid

    def public_key(self) -> str:
        return self._says.line

    def sign(self, payload: bytes) -> Signed:
        return Signed(keyid=self._key.keyid, signature=self._key.sign(payload))


ADAS, BOBS = security_key(), ed25519()
START = roster(f"{ADA} {ADAS.line}", f"{BOB} {BOBS.line}")


def after(*additions: Addition) -> Roster:
    history = History(START)
    for addition in additions:
        history.say(addition.envelope, _opened(addition))
    return history.roster


def _opened(addition: Addition) -> Personal | None:
    if addition.personal is None:
        return None
    wire = msgspec.json.decode(addition.personal)
    return Personal(values=wire["values"], salt=bytes.fromhex(wire["salt"]))


def test_a_request_is_handed_over_and_vouched_for() -> None:
    key = security_key()
    request = request_enrolment(EVE, InMemory(key), roster=START, now=NOW, names=("eve@work.example",))

    handed = read_request(bytes(request))
    who = after(enrol(handed, InMemory(ADAS), roster=START, now=NOW))

    assert (handed.principal, handed.names, handed.keyid) == (EVE, ("eve@work.example",), key.keyid)
    assert who.refused == ()
    assert who.keys[key.keyid].person == who.person_of("eve@work.example") == EVE


def test_whom_a_request_names_stays_out_of_what_is_signed() -> None:
    request = request_enrolment(EVE, InMemory(ed25519()), roster=START, now=NOW)

    assert EVE.encode() not in request.envelope.payload
    assert request.personal.values == {PRINCIPAL: EVE}


def test_why_an_enrolment_would_change_nothing_is_said_beforehand() -> None:
    request = request_enrolment(BOB, InMemory(ed25519()), roster=START, now=NOW)

    with pytest.raises(EnrolmentError, match=rf"^it would change nothing: {BOB} cannot vouch for {BOB}"):
        enrol(request, InMemory(BOBS), roster=START, now=NOW)
    with pytest.raises(EnrolmentError, match="nobody's who is enrolled"):
        enrol(request, InMemory(ed25519()), roster=START, now=NOW)


def test_a_key_that_signs_as_another_is_noticed() -> None:
    with pytest.raises(SigningError, match="says it is another key"):
        request_enrolment(EVE, InMemory(ed25519(), says=ed25519()), roster=START, now=NOW)


def test_a_request_that_names_somebody_else_than_it_was_signed_for_is_refused() -> None:
    request = request_enrolment(EVE, InMemory(ed25519()), roster=START, now=NOW)

    with pytest.raises(EnrolmentError, match="not whom its signature is about"):
        read_request(bytes(request).replace(EVE.encode(), b"mal@example.org"))


@given(st.binary(max_size=300), st.integers(min_value=0), st.integers(0, 255))
def test_no_request_raises_anything_else(data: bytes, where: int, value: int) -> None:
    changed = bytearray(REQUEST)
    changed[where % len(changed)] = value
    for each in (data, bytes(changed), b"x" * 300_000):
        try:
            read_request(each)
        except EnrolmentError:
            continue


def test_a_key_is_replaced() -> None:
    new = ed25519()

    who = after(rotate(InMemory(BOBS), InMemory(new), roster=START, now=NOW))

    assert [(key.keyid, bool(why)) for key, why in standing_keys(who, NOW) if key.person == BOB] == [
        (BOBS.keyid, True),
        (new.keyid, False),
    ]


def test_a_key_is_revoked_for_a_reason_that_can_be_erased() -> None:
    addition = revoke(
        Revoking(keyid=BOBS.keyid, cause="lost", reason="left in the train by Bob"),
        InMemory(ADAS),
        roster=START,
        now=NOW,
    )

    who = after(addition)
    said = read_statement(read_envelope(addition.envelope).payload).read_as(Revocation)

    assert who.revoked[BOBS.keyid].cause == said.cause == "lost"
    assert b"train" not in addition.envelope
    assert b"train" in (addition.personal or b"")


def test_what_was_revoked_before_is_not_revoked_again() -> None:
    who = after(revoke(Revoking(keyid=BOBS.keyid), InMemory(ADAS), roster=START, now=NOW))

    with pytest.raises(EnrolmentError, match="was revoked before"):
        revoke(Revoking(keyid=BOBS.keyid), InMemory(ADAS), roster=who, now=NOW)


@pytest.mark.parametrize(
    ("keyid", "cause", "words"),
    [("bob", "lost", "is no key"), (BOBS.keyid, "x", "no cause")],
    ids=["no key", "no cause"],
)
def test_a_revocation_of_nothing_is_refused(keyid: str, cause: str, words: str) -> None:
    with pytest.raises(EnrolmentError, match=words):
        revoke(Revoking(keyid=keyid, cause=cause), InMemory(ADAS), roster=START, now=NOW)


@pytest.mark.parametrize(
    "keyid",
    ["SHA256:zzzz", BOBS.keyid[:12], BOBS.keyid[:-1] + "~", "SHA256:" + "z" * 43],
    ids=["none begins so", "too short a beginning", "one that is nearly there", "a whole one"],
)
def test_a_key_that_nobody_is_known_by_is_not_revoked(keyid: str) -> None:
    with pytest.raises(EnrolmentError, match=r"is nobody's who is known here, and nothing was revoked"):
        revoke(Revoking(keyid=keyid), InMemory(ADAS), roster=START, now=NOW)


def test_a_whole_fingerprint_that_nobody_is_known_by_is_revoked_where_it_is_wanted_anyway() -> None:
    lost = "SHA256:" + "z" * 43

    who = after(revoke(Revoking(keyid=lost, anyway=True), InMemory(ADAS), roster=START, now=NOW))

    assert lost in who.revoked
    with pytest.raises(EnrolmentError, match="is nobody's"):
        revoke(Revoking(keyid="SHA256:zzzzzzzz", anyway=True), InMemory(ADAS), roster=START, now=NOW)


@pytest.mark.parametrize("cut", [BOBS.keyid[:15], BOBS.keyid[7:20]], ids=["with SHA256", "without"])
def test_a_beginning_of_a_fingerprint_stands_for_the_one_key_that_begins_so(cut: str) -> None:
    meant = meant_key(Revoking(keyid=cut), START)
    who = after(revoke(Revoking(keyid=cut), InMemory(ADAS), roster=START, now=NOW))

    assert (meant.keyid, meant.whose) == (BOBS.keyid, BOB)
    assert set(who.revoked) == {BOBS.keyid}


def test_a_beginning_with_pluses_in_it_is_no_writers_key() -> None:
    key = msgspec.structs.replace(START.keys[BOBS.keyid], keyid="SHA256:KQaNl+CG7O+KK0123456789")
    who = msgspec.structs.replace(START, keys={key.keyid: key})

    assert meant_key(Revoking(keyid="KQaNl+CG7O+KK"), who).whose == BOB


def test_a_beginning_that_two_keys_have_stands_for_neither() -> None:
    other = msgspec.structs.replace(START.keys[BOBS.keyid], keyid=BOBS.keyid[:-1] + "~")
    who = msgspec.structs.replace(START, keys={**START.keys, other.keyid: other})

    with pytest.raises(EnrolmentError, match="2 keys begin with"):
        meant_key(Revoking(keyid=BOBS.keyid[:20]), who)


def test_a_writers_key_is_revoked_whole_and_one_that_is_not_is_refused() -> None:
    verifier = str(Key("ci", 1).verifier)

    who = after(revoke(Revoking(keyid=verifier), InMemory(ADAS), roster=START, now=NOW))

    assert verifier in who.revoked
    with pytest.raises(EnrolmentError, match="no verifier key"):
        revoke(Revoking(keyid=verifier[:-3]), InMemory(ADAS), roster=START, now=NOW)


def test_the_keys_of_the_roster_say_why_they_do_not_count() -> None:
    expired = roster(f'{ADA} valid-before="20270101" {ADAS.line}')

    assert standing_keys(expired, NOW) == [(expired.keys[ADAS.keyid], "")]
    assert "expired on 2027-01-01" in standing_keys(expired, NOW + timedelta(365))[0][1]
    assert expired.ledger == LEDGER


REQUEST = bytes(request_enrolment(EVE, InMemory(ed25519()), roster=START, now=NOW))
