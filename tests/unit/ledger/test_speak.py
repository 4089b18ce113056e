"""A statement is believed of one enrolled person, as surely as its signature shows, and else of nobody, in words."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.samples.ledger import Key
from tests.samples.ssh_keys import VERIFIED, SshKey, ecdsa, ed25519, rsa_key, security_key
from tests.samples.voices import ADA, BOB, LEDGER, NOW, approval, roster, signed

from weighbridge.domain.record import Assurance, Voice
from weighbridge.ledger.allowed_signers import read_allowed_signers
from weighbridge.ledger.envelope import Envelope, Signature, sign_as_writer
from weighbridge.ledger.people import Roster, trusted_roster
from weighbridge.ledger.principals import Machines
from weighbridge.ledger.speak import Heard, Refusal, counters_going_back, hear, speak, vouched_writers


def heard(said: bytes, who: Roster, *, entry: int = 3, now: datetime = NOW) -> Voice:
    voice = speak(said, entry, roster=who, now=now)
    assert isinstance(voice, Voice), voice
    return voice


def refused(said: bytes, who: Roster, *, entry: int = 3, now: datetime = NOW) -> str:
    refusal = speak(said, entry, roster=who, now=now)
    assert isinstance(refusal, Refusal), refusal
    return refusal.reason


@pytest.mark.parametrize("key", [ed25519(), ecdsa(), ecdsa(521), rsa_key()], ids=lambda key: key.kind)
def test_a_plain_key_proves_possession_and_no_more(key: SshKey) -> None:
    voice = heard(signed(approval(), key), roster(f"{ADA} {key.line}"))

    assert voice == Voice(person=ADA, assurance=Assurance.KEY, key=key.keyid, at=NOW, entry=3)


@pytest.mark.parametrize(
    ("flags", "assurance", "verified"),
    [
        (0, Assurance.KEY, False),
        (1, Assurance.SECURITY_KEY, False),
        (VERIFIED | 1, Assurance.SECURITY_KEY, True),
        (VERIFIED, Assurance.KEY, True),
    ],
)
def test_a_security_key_is_as_sure_as_what_it_saw(flags: int, assurance: Assurance, *, verified: bool) -> None:
    key = security_key()

    voice = heard(signed(approval(), key, flags=flags), roster(f"{ADA} {key.line}"))

    assert (voice.assurance, voice.user_verified) == (assurance, verified)


def test_whoever_is_not_enrolled_says_nothing() -> None:
    assert "nobody's who is enrolled" in refused(signed(approval(), ed25519()), roster(f"{ADA} {ed25519().line}"))


def test_other_bytes_than_those_signed_are_nobodys_word() -> None:
    key = ed25519()
    unsigned = Envelope(payload=approval())
    moved = Envelope(
        payload=approval(at=NOW + timedelta(1)),
        signatures=(Signature(keyid=key.keyid, sig=key.sign(unsigned.encoding)),),
    )

    assert "does not belong to these bytes" in refused(bytes(moved), roster(f"{ADA} {key.line}"))


def test_a_signature_for_another_purpose_does_not_count() -> None:
    key = ed25519()

    assert "another purpose (`git`" in refused(signed(approval(), key, namespace="git"), roster(f"{ADA} {key.line}"))


def test_a_statement_of_another_ledger_says_nothing_here() -> None:
    key = ed25519()

    assert "not of demo/" in refused(signed(approval("other/00"), key), roster(f"{ADA} {key.line}"))


def test_two_signatures_are_not_two_voices() -> None:
    key, other = ed25519(), ed25519()

    who = roster(f"{ADA} {key.line}", f"{ADA} {other.line}")

    assert "carries 2 signatures" in refused(signed(approval(), key, other), who)


def test_two_keys_of_one_person_speak_for_one_person() -> None:
    key, other = ed25519(), security_key()
    who = roster(f"{ADA} {key.line}", f"ada@work.example {other.line}", aliases=(("ada@work.example", ADA),))

    assert heard(signed(approval(), key), who).person == heard(signed(approval(), other), who).person == ADA


def test_names_of_one_key_are_one_person() -> None:
    key = ed25519()
    who = roster(f"{ADA} {key.line}", f"{BOB} {key.line}")

    assert who.person_of(BOB) == who.person_of("ADA@example.org") == ADA


def test_a_keyid_that_names_another_key_is_refused() -> None:
    key = ed25519()
    unsigned = Envelope(payload=approval())
    lying = Envelope(
        payload=unsigned.payload, signatures=(Signature(keyid="SHA256:x", sig=key.sign(unsigned.encoding)),)
    )

    assert "says that it is by SHA256:x" in refused(bytes(lying), roster(f"{ADA} {key.line}"))


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ('valid-before="20260101"', "expired on 2026-01-01"),
        ("valid-after=20270101", "may be used from 2027-01-01"),
    ],
)
def test_an_expired_key_and_one_that_is_not_yet_valid_say_nothing(option: str, words: str) -> None:
    key = ed25519()

    assert words in refused(signed(approval(), key), roster(f"{ADA} {option} {key.line}"))


def test_a_key_is_not_carried_back_into_its_time_by_the_signers_clock() -> None:
    key = ed25519()
    body = approval(at=datetime(2025, 1, 1, tzinfo=UTC))

    assert "expired" in refused(signed(body, key), roster(f'{ADA} valid-before="20260101" {key.line}'))


def test_a_key_is_not_used_before_its_time_by_the_signers_clock_either() -> None:
    key = ed25519()
    body = approval(at=datetime(2025, 1, 1, tzinfo=UTC))

    assert "own clock" in refused(signed(body, key), roster(f'{ADA} valid-after="20260101" {key.line}'))


def test_a_key_that_stands_there_twice_may_be_used_in_either_time() -> None:
    key = ed25519()

    who = roster(f'{ADA} valid-before="20250101" {key.line}', f'{ADA} valid-after="20260101" {key.line}')

    assert heard(signed(approval(), key), who).person == ADA


@pytest.mark.parametrize(
    "name",
    [
        "noreply@anthropic.com",
        "NoReply@Anthropic.com",
        "41898282+github-actions[bot]@users.noreply.github.com",
        "1+copilot@users.noreply.github.com",
        "dependabot[bot]@example.org",
        "copilot",
    ],
)
def test_an_agent_is_nobody_whatever_its_key(name: str) -> None:
    key = security_key()
    who = roster(f"{name} {key.line}")

    assert "no key makes a person of it" in who.refused[0]
    assert "nobody's who is enrolled" in refused(signed(approval(), key), who)


def test_an_agent_that_is_known_only_later_is_nobody_either() -> None:
    key = security_key()
    who = trusted_roster(LEDGER, read_allowed_signers(f"{ADA} {key.line}".encode(), "x"), machines=Machines())
    later = Roster(ledger=LEDGER, keys=who.keys, people=who.people, machines=Machines(addresses=frozenset({ADA})))

    assert "known to be an agent" in refused(signed(approval(), key), later)


@given(st.binary(max_size=400))
def test_no_bytes_raise(data: bytes) -> None:
    assert refused(data, WHO)
    envelope = Envelope(payload=data, signatures=(Signature(keyid="", sig=data or b"x"),))
    assert refused(bytes(envelope), WHO)


@given(st.integers(min_value=0), st.integers(min_value=0, max_value=7))
def test_no_flipped_bit_leaves_another_statement_believed(where: int, bit: int) -> None:
    data = bytearray(SAID)
    data[where % len(data)] ^= 1 << bit

    voice = speak(bytes(data), 3, roster=WHO, now=NOW)

    assert isinstance(voice, Refusal) or voice == speak(SAID, 3, roster=WHO, now=NOW)


@given(st.binary(max_size=300))
def test_no_signature_bytes_raise(data: bytes) -> None:
    for start in (b"SSHSIG", b"SSHSIG\0\0\0\1", b"{", b""):
        envelope = Envelope(payload=approval(), signatures=(Signature(keyid="", sig=start + data + b"x"),))
        assert refused(bytes(envelope), WHO)


def test_a_huge_statement_is_refused() -> None:
    assert "65,535" in refused(b"{" * 70_000, WHO)


def test_a_writers_key_is_no_person() -> None:
    said = sign_as_writer(approval(), Key("ci"))

    assert "a machine's" in refused(bytes(said), roster())


def test_a_believed_statement_vouches_for_the_writer_that_it_names() -> None:
    key, laptop = ed25519(), Key("laptop").verifier
    said = signed(approval(writer=str(laptop)), key)
    who = roster(f"{ADA} {key.line}")

    assert vouched_writers(said, 3, roster=who, now=NOW) == (laptop,)
    assert vouched_writers(said, 3, roster=roster(), now=NOW) == ()
    assert vouched_writers(signed(approval(writer="none"), key), 3, roster=who, now=NOW) == ()
    assert vouched_writers(signed(approval(), key), 3, roster=who, now=NOW) == ()


@pytest.mark.parametrize(
    ("counts", "told"), [((1, 2, 9), False), ((0, 0), False), ((5, 5), True), ((5, 2), True), ((5, 0), True)]
)
def test_a_counter_that_goes_back_is_told(counts: tuple[int, ...], *, told: bool) -> None:
    key = security_key()
    who = roster(f"{ADA} {key.line}")
    heard_all: list[Heard] = []
    for entry, count in enumerate(counts):
        encoding = Envelope(payload=approval()).encoding
        signature = Signature(keyid=key.keyid, sig=key.sign(encoding, count=count))
        found = hear(bytes(Envelope(payload=approval(), signatures=(signature,))), entry, roster=who, now=NOW)
        assert isinstance(found, Heard)
        heard_all.append(found)

    said = list(counters_going_back(heard_all))

    assert bool(said) is told
    assert not told or f"after {counts[0]} in entry 0: two devices may hold it" in said[0]


KEY = ed25519()
WHO = roster(f"{ADA} {KEY.line}")
SAID = signed(approval(), KEY)
