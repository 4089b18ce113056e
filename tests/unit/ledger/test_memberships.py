"""Who is enrolled follows from Trust and from the ledger's entries in their order, and from nothing else."""

import base64
from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.samples.ssh_keys import SshKey, ed25519, rsa_key, security_key
from tests.samples.voices import (
    ADA,
    BOB,
    EVE,
    LEDGER,
    NOW,
    History,
    approval,
    ledger_payload,
    roster,
    signed,
    silent,
    spoken,
)

from weighbridge.domain.record import Assurance
from weighbridge.ledger.canonical_json import canonical_json
from weighbridge.ledger.memberships import PRINCIPAL, is_membership
from weighbridge.ledger.personal import personal_values
from weighbridge.ledger.predicates.enrolment import Enrolment
from weighbridge.ledger.predicates.revocation import Revocation
from weighbridge.ledger.statement import ledger_subject

ADAS, BOBS = security_key(), ed25519()
"""Ada's has to be touched; Bob's is a plain one."""


@pytest.fixture
def history() -> History:
    return History(roster(f"{ADA} {ADAS.line}", f"{BOB} {BOBS.line}"))


def test_another_enrolled_person_enrols_somebody(history: History) -> None:
    key = security_key()
    history.enrol(EVE, key, by=ADAS, names="eve@work.example")

    who = history.roster

    assert who.refused == ()
    assert (spoken(who, key).person, spoken(who, key).assurance) == (EVE, Assurance.SECURITY_KEY)
    assert who.person_of("Eve@Work.Example") == EVE


def test_what_a_plain_key_vouched_for_is_worth_a_plain_key(history: History) -> None:
    key = security_key()
    history.enrol(EVE, key, by=BOBS)

    assert spoken(history.roster, key).assurance is Assurance.KEY


def test_an_untouched_security_key_vouches_for_a_plain_key_only(history: History) -> None:
    key = security_key()
    history.enrol(EVE, key, by=ADAS, flags=0)

    assert spoken(history.roster, key).assurance is Assurance.KEY


def test_nobody_vouches_for_a_key_of_their_own(history: History) -> None:
    key = security_key()
    history.enrol(ADA, key, by=ADAS)

    who = history.roster

    assert who.refused == (
        f"entry 0 changes nothing: {ADA} cannot vouch for {ADA}: another enrolled person has to sign it",
    )
    assert "nobody's who is enrolled" in silent(who, key)


def test_nobody_vouches_for_themselves_by_an_alias() -> None:
    start = roster(f"{ADA} {ADAS.line}", aliases=[("ada@home.example", ADA)])
    history = History(start)
    history.enrol("ada@home.example", security_key(), by=ADAS)

    assert "cannot vouch for" in history.roster.refused[0]


def test_a_second_key_is_another_key_of_the_same_person(history: History) -> None:
    key = security_key()
    history.enrol(BOB.upper(), key, by=ADAS)

    who = history.roster

    assert spoken(who, key).person == spoken(who, BOBS).person == BOB


def test_a_key_that_did_not_sign_its_own_enrolment_is_not_taken_in(history: History) -> None:
    other = ed25519()
    personal = personal_values({PRINCIPAL: EVE})
    said = Enrolment(at=NOW, key=other.line, fingerprint=other.keyid, personal=personal.commitment)
    history.say(signed(ledger_payload(said), ADAS), personal)

    assert "may be anybody's" in history.roster.refused[0]


def test_a_key_that_signed_something_else_is_not_taken_in(history: History) -> None:
    other = ed25519()
    personal = personal_values({PRINCIPAL: EVE})
    said = Enrolment(at=NOW, key=other.line, fingerprint=other.keyid, personal=personal.commitment)
    history.say(signed(ledger_payload(said), other, ADAS, namespace="git"), personal)

    assert "(the new key) does not count: it was made for another purpose" in history.roster.refused[0]


@pytest.mark.parametrize("extra", [(), (ADAS, BOBS), (ADAS, ADAS)])
def test_an_enrolment_has_exactly_one_voucher(extra: tuple[SshKey, ...], history: History) -> None:
    key = ed25519()
    personal = personal_values({PRINCIPAL: EVE})
    said = Enrolment(at=NOW, key=key.line, fingerprint=key.keyid, personal=personal.commitment)
    history.say(signed(ledger_payload(said), key, *extra), personal)

    assert len(history.roster.refused) == 1
    assert "nobody's who is enrolled" in silent(history.roster, key)


def test_a_stranger_enrols_nobody(history: History) -> None:
    key = ed25519()
    history.enrol(EVE, key, by=ed25519())

    assert "nobody's who is enrolled" in history.roster.refused[0]
    assert "nobody's who is enrolled" in silent(history.roster, key)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("noreply@anthropic.com", "known to be an agent"),
        ("somebody[bot]@example.org", "a bot by its name"),
        ("\u0430da@example.org", "mixes letters of Cyrillic and Latin"),
        ("\u0430\u03bda@example.org", "mixes letters"),
        ("ad\u0430", "mixes letters"),
        ("\u0430\u0501\u0430@example.org", f"looks like {ADA}"),
        ("a\u200bda@example.org", "characters that nobody sees"),
        ("*@example.org", "a pattern"),
        ("", "a name has 1 to"),
        ("a" * 255, "a name has 1 to"),
        ("a\u0301da@example.org", f"looks like {ADA}"),
    ],
)
def test_some_names_enrol_nobody(name: str, words: str, *, history: History) -> None:
    history.enrol(name, ed25519(), by=ADAS)

    assert words in history.roster.refused[0]


def test_a_name_that_is_somebody_elses_is_refused(history: History) -> None:
    history.enrol(EVE, ed25519(), by=ADAS, names=f"{BOB} eve@work.example")

    assert f"{BOB} is {BOB}'s already" in history.roster.refused[0]
    assert history.roster.person_of(BOB) == BOB


def test_a_key_is_one_persons(history: History) -> None:
    history.enrol(EVE, BOBS, by=ADAS)

    assert f"is {BOB}'s already" in history.roster.refused[0]


def test_a_weak_key_is_not_enrolled(history: History) -> None:
    history.enrol(EVE, rsa_key(1024), by=ADAS)

    assert "1024 bits is too short" in history.roster.refused[0]


def test_what_a_key_says_before_it_is_enrolled_does_not_count(history: History) -> None:
    key = ed25519()
    history.say(signed(approval(), ADAS))
    history.enrol(EVE, key, by=ADAS)

    assert "enrolled only later, by entry 1" in silent(history.roster, key, entry=0)
    assert "enrolled only later" in silent(history.roster, key, entry=1)
    assert spoken(history.roster, key, entry=2).person == EVE


def test_a_key_revoked_mid_review_counts_no_more_for_what_it_said_before(history: History) -> None:
    history.say(signed(approval(), BOBS))
    history.revoke(BOBS.keyid, by=ADAS, cause="lost")

    assert silent(history.roster, BOBS, entry=0) == (
        f"{BOB} said it, and it does not count: its key was revoked by {ADA} (entry 1: lost):"
        " what it said no longer counts, and another key has to say it again"
    )


def test_a_revoked_key_never_comes_back(history: History) -> None:
    history.revoke(BOBS.keyid, by=ADAS, cause="left")
    history.enrol(BOB, BOBS, by=ADAS)

    assert "never comes back" in history.roster.refused[0]
    assert "revoked" in silent(history.roster, BOBS)


def test_a_key_can_be_revoked_before_anybody_enrols_it(history: History) -> None:
    key = ed25519()
    history.revoke(key.keyid, by=BOBS)
    history.enrol(EVE, key, by=ADAS)

    assert "never comes back" in history.roster.refused[0]


def test_people_revoke_their_own_keys(history: History) -> None:
    history.revoke(BOBS.keyid, by=BOBS)

    assert "was revoked by bob" in silent(history.roster, BOBS)


def test_a_revocation_by_somebody_who_is_enrolled_no_more_leaves_the_key_in_doubt(history: History) -> None:
    formerly = ed25519()
    history.say(signed(approval(), BOBS))
    history.revoke(BOBS.keyid, by=formerly)

    who = history.roster

    assert f"entry 1 leaves the key {BOBS.keyid} in doubt" in who.refused[0]
    assert "entry 1 revokes its key, and whoever signed that is not enrolled now" in silent(who, BOBS, entry=0)


def test_a_key_in_doubt_counts_again_once_another_person_vouches_for_it(history: History) -> None:
    history.revoke(BOBS.keyid, by=ed25519())
    history.enrol(BOB, BOBS, by=ADAS)

    assert spoken(history.roster, BOBS).person == BOB
    assert "enrolled only later" in silent(history.roster, BOBS, entry=1)


def test_an_enrolment_that_is_said_again_vouches_for_nobody_again(history: History) -> None:
    key = ed25519()
    history.enrol(EVE, key, by=ADAS)
    history.revoke(key.keyid, by=ed25519())
    history.say(history.entries[0].envelope, history.personal[history.entries[0].leaf])

    assert "it was said before, by entry 0: vouch for a new request" in history.roster.refused[-1]
    assert "is not enrolled now" in silent(history.roster, key)


def test_an_enrolment_that_was_not_believed_is_not_believed_later(history: History) -> None:
    history.enrol(BOB, BOBS, by=ADAS)
    history.revoke(BOBS.keyid, by=ed25519())
    history.say(history.entries[0].envelope, history.personal[history.entries[0].leaf])

    assert "it was said before" in history.roster.refused[-1]
    assert "is not enrolled now" in silent(history.roster, BOBS)


def test_what_a_key_in_doubt_vouched_for_is_in_doubt(history: History) -> None:
    key = ed25519()
    history.enrol(EVE, key, by=BOBS)
    history.revoke(BOBS.keyid, by=ed25519())

    assert f"vouched for with {BOBS.keyid}, which is in doubt since entry 1" in silent(history.roster, key)


def test_a_revocation_holds_on_when_the_key_that_signed_it_expires() -> None:
    history = History(roster(f'{ADA} valid-before="20260101" {ADAS.line}', f"{BOB} {BOBS.line}"))
    history.revoke(BOBS.keyid, by=ADAS)

    assert "was revoked by ada" in silent(history.roster, BOBS)


def test_a_revoked_key_revokes_nothing(history: History) -> None:
    history.revoke(BOBS.keyid, by=ADAS)
    history.revoke(ADAS.keyid, by=BOBS)

    assert spoken(history.roster, ADAS).person == ADA


@pytest.mark.parametrize("cause", ["lost", "stolen", "unknown", "said by a newer version"])
def test_what_a_lost_key_vouched_for_falls_with_it(cause: str, history: History) -> None:
    key, further = security_key(), security_key()
    history.enrol(EVE, key, by=ADAS)
    history.enrol("fay@example.org", further, by=key)
    history.revoke(ADAS.keyid, by=BOBS, cause=cause)

    assert f"vouched for with {ADAS.keyid}, which was revoked (entry 2: {cause})" in silent(history.roster, key)
    assert f"vouched for with {ADAS.keyid}" in silent(history.roster, further)


@pytest.mark.parametrize("cause", ["left", "replaced"])
def test_what_somebody_vouched_for_who_left_stands(cause: str, history: History) -> None:
    key = security_key()
    history.enrol(EVE, key, by=ADAS)
    history.revoke(ADAS.keyid, by=BOBS, cause=cause)

    assert spoken(history.roster, key).person == EVE


def test_a_worse_cause_told_later_counts(history: History) -> None:
    key = security_key()
    history.enrol(EVE, key, by=ADAS)
    history.revoke(ADAS.keyid, by=BOBS, cause="left")
    history.revoke(ADAS.keyid, by=BOBS, cause="stolen")
    history.revoke(ADAS.keyid, by=BOBS, cause="left")

    assert "(entry 2: stolen)" in silent(history.roster, key)


def test_a_key_that_fell_is_enrolled_again_by_somebody_else(history: History) -> None:
    key = security_key()
    history.enrol(EVE, key, by=ADAS)
    history.revoke(ADAS.keyid, by=BOBS)
    history.enrol(EVE, key, by=BOBS)

    assert history.roster.refused == ()
    assert spoken(history.roster, key).assurance is Assurance.KEY
    assert "enrolled only later" in silent(history.roster, key, entry=1)


def test_a_successor_takes_a_keys_place_and_what_it_said_stands(history: History) -> None:
    new = ed25519()
    history.say(signed(approval(), BOBS))
    history.rotate(BOBS, new)

    who = history.roster

    assert who.refused == ()
    assert spoken(who, new).person == spoken(who, BOBS, entry=0).person == BOB
    assert "was replaced by entry 1: sign with the new one" in silent(who, BOBS, entry=1)


def test_a_successor_is_worth_no_more_than_the_key_was(history: History) -> None:
    plain, better = security_key(), security_key()
    history.rotate(BOBS, plain)
    history.rotate(ADAS, better)

    assert spoken(history.roster, plain).assurance is Assurance.KEY
    assert spoken(history.roster, better).assurance is Assurance.SECURITY_KEY


def test_another_person_lifts_a_successor(history: History) -> None:
    new = security_key()
    history.rotate(BOBS, new, ADAS)

    assert history.roster.refused == ()
    assert spoken(history.roster, new).assurance is Assurance.SECURITY_KEY


def test_another_key_of_the_same_person_lifts_nothing() -> None:
    other, new = security_key(), security_key()
    history = History(roster(f"{BOB} {BOBS.line}", f"{BOB} {other.line}"))
    history.rotate(BOBS, new, other)

    assert "another key of the same person" in history.roster.refused[0]


def test_a_successor_falls_with_a_key_that_was_stolen(history: History) -> None:
    new = ed25519()
    history.rotate(BOBS, new)
    history.revoke(BOBS.keyid, by=ADAS)

    assert f"vouched for with {BOBS.keyid}" in silent(history.roster, new)


def test_a_key_is_not_replaced_by_somebody_else(history: History) -> None:
    new = ed25519()
    history.rotate(BOBS, new)
    history.rotate(BOBS, ed25519())

    assert "was replaced by entry 0" in history.roster.refused[0]


def test_a_voucher_whose_key_expired_vouches_no_more() -> None:
    key = security_key()
    history = History(roster(f'{ADA} valid-before="20260101" {ADAS.line}', f"{BOB} {BOBS.line}"))
    history.enrol(EVE, key, by=ADAS)

    assert "expired on 2026-01-01" in history.roster.refused[0]


def test_a_statement_said_in_another_ledger_changes_nothing(history: History) -> None:
    payload = ledger_payload(Revocation(at=NOW, fingerprint=BOBS.keyid), "other/00")
    history.say(signed(payload, ADAS))

    assert "not of demo/" in history.roster.refused[0]
    assert spoken(history.roster, BOBS).person == BOB


def test_a_newer_form_is_told(history: History) -> None:
    payload = ledger_payload(Revocation(at=NOW, fingerprint=BOBS.keyid)).replace(b"/revocation/v1", b"/revocation/v2")
    history.say(signed(payload, ADAS))

    assert "it is of a newer form" in history.roster.refused[0]


def test_other_statements_are_passed_over(history: History) -> None:
    history.say(signed(approval(), ADAS))
    history.say(b"nonsense")

    assert history.roster.refused == ()
    assert not is_membership(history.entries[0].envelope)


def test_a_membership_is_told_whatever_its_base64(history: History) -> None:
    history.revoke(BOBS.keyid, by=ADAS)
    envelope = history.entries[0].envelope

    assert is_membership(envelope)
    assert is_membership(envelope.replace(b"+", b"-").replace(b"/", b"_"))


@given(st.integers(min_value=0), st.integers(0, 255), st.sampled_from(["enrol", "rotate", "revoke"]))
def test_no_changed_byte_of_a_membership_raises_or_takes_anybody_in(where: int, value: int, kind: str) -> None:
    told = History(roster(f"{ADA} {ADAS.line}", f"{BOB} {BOBS.line}"))
    if kind == "enrol":
        told.enrol(EVE, POOL[0], by=ADAS)
    elif kind == "rotate":
        told.rotate(BOBS, POOL[0])
    else:
        told.revoke(BOBS.keyid, by=ADAS)
    whole, entry = told.roster, told.entries.pop()
    data = bytearray(entry.envelope)
    data[where % len(data)] = value
    told.say(bytes(data), told.personal.get(entry.leaf))

    keys = told.roster.keys.keys()

    assert keys in (whole.keys.keys(), {ADAS.keyid, BOBS.keyid})


_ANYTHING = (
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=40) | st.lists(st.text(max_size=3), max_size=2)
)


@given(
    st.sampled_from(["enrolment", "rotation", "revocation"]),
    st.dictionaries(st.sampled_from(["key", "fingerprint", "old", "new", "at", "cause", "personal"]), _ANYTHING),
)
def test_no_predicate_raises_or_takes_anybody_in(kind: str, values: dict[str, object]) -> None:
    usual = {"at": NOW.isoformat(), "key": POOL[0].line, "personal": "sha256:" + "0" * 64, "fingerprint": "x"}
    body = {
        "_type": "https://in-toto.io/Statement/v1",
        "predicate": {**usual, "old": BOBS.keyid, "new": POOL[0].keyid, **values},
        "predicateType": f"https://weighbridge.dev/ledger/{kind}/v1",
        "subject": msgspec.to_builtins(ledger_subject(LEDGER)),
    }
    told = History(roster(f"{ADA} {ADAS.line}", f"{BOB} {BOBS.line}"))
    told.say(signed(canonical_json(body), ADAS))

    assert told.roster.keys.keys() == {ADAS.keyid, BOBS.keyid}


@given(st.lists(st.tuples(st.sampled_from("ERVS"), st.integers(0, 4), st.integers(0, 4)), max_size=8))
def test_nobody_is_enrolled_whom_nobody_vouched_for(deeds: list[tuple[str, int, int]]) -> None:
    """Whatever keys of a pool do to each other: whom no chain of unrevoked keys leads to from Trust says nothing."""
    history = History(roster(f"{ADA} {POOL[0].line}"))
    for kind, first, second in deeds:
        if kind == "E":
            history.enrol(f"p{second}@example.org", POOL[second], by=POOL[first])
        elif kind == "R":
            history.rotate(POOL[first], POOL[second])
        elif kind == "V":
            history.revoke(POOL[second].keyid, by=POOL[first])
        else:
            history.say(signed(approval(), POOL[first]))

    who = history.roster

    for keyid, key in who.keys.items():
        assert keyid == POOL[0].keyid or key.vouched_by
        if not who.problem_now(key, NOW):
            assert keyid not in who.revoked
            assert all(voucher in who.keys and voucher not in who.revoked for voucher in key.vouched_by)


POOL = [ed25519() for _ in range(5)]


@given(
    st.sampled_from(["enrolment", "revocation", "rotation"]),
    st.binary(max_size=90),
    st.sampled_from([base64.b64encode, base64.urlsafe_b64encode]),
)
def test_a_statement_of_these_kinds_is_found_wherever_its_kind_stands_and_however_it_is_written(
    name: str, before: bytes, encode: Callable[[bytes], bytes]
) -> None:
    payload = before + f"https://weighbridge.dev/ledger/{name}/v1".encode() + b"\xff\xfe"

    assert is_membership(msgspec.json.encode({"payload": encode(payload).decode(), "signatures": []}))


def test_a_statement_of_these_kinds_is_found_in_json_that_is_spelt_otherwise() -> None:
    written = base64.b64encode(b"https://weighbridge.dev/ledger/revocation/v1").decode()
    spelt = "".join(f"\\u{ord(letter):04x}" for letter in written)

    assert is_membership(f'{{"payload":"{spelt}"}}'.encode())


@pytest.mark.parametrize("name", ["approval", "decision", "rollout-step", "enrolments", "revocations"])
def test_statements_of_other_kinds_are_none(name: str) -> None:
    payload = base64.b64encode(f"https://weighbridge.dev/ledger/{name}/v1".encode()).decode()

    assert not is_membership(f'{{"payload":"{payload}"}}'.encode())
