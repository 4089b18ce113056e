"""A statement is believed of one enrolled person, as surely as its signature shows, and else of nobody, in words."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.samples.ssh_keys import VERIFIED, SshKey, ecdsa, ed25519, rsa_key, security_key

from weighbridge.domain.ids import Digest, ObjectId
from weighbridge.domain.record import Assurance, Subject, Verdict, Voice
from weighbridge.ledger.allowed_signers import read_allowed_signers
from weighbridge.ledger.envelope import Envelope, Signature
from weighbridge.ledger.people import Roster, trusted_roster
from weighbridge.ledger.predicates.approval import Approval
from weighbridge.ledger.principals import Machines
from weighbridge.ledger.speak import Refusal, speak
from weighbridge.ledger.statement import change_subject, statement_payload

LEDGER = "demo/00112233445566778899aabbccddeeff"
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ADA, BOB = "ada@example.org", "bob@example.org"
MACHINES = Machines(
    addresses=frozenset({"noreply@anthropic.com"}), github_ids=frozenset({"41898282"}), logins=frozenset({"copilot"})
)


def about(ledger: str = LEDGER) -> Subject:
    oid = ObjectId("a" * 40)
    return Subject(ledger=ledger, base_tree=oid, head_tree=oid, head_commit=oid, decision=Digest("sha256:" + "b" * 64))


def payload(ledger: str = LEDGER, at: datetime = NOW) -> bytes:
    subject = about(ledger)
    return statement_payload(Approval(about=subject, at=at, verdict=Verdict.APPROVE), change_subject(subject))


def envelope(*keys: SshKey, body: bytes | None = None, flags: int = 1, namespace: str = "weighbridge") -> bytes:
    unsigned = Envelope(payload=body or payload())
    signatures = tuple(
        Signature(keyid=key.keyid, sig=key.sign(unsigned.encoding, flags=flags, namespace=namespace)) for key in keys
    )
    return bytes(Envelope(payload=unsigned.payload, signatures=signatures))


def roster(*lines: str, aliases: tuple[tuple[str, str], ...] = ()) -> Roster:
    signers = read_allowed_signers("\n".join(lines).encode(), "allowed_signers")
    return trusted_roster(LEDGER, signers, aliases=aliases, machines=MACHINES)


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
    voice = heard(envelope(key), roster(f"{ADA} {key.line}"))

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

    voice = heard(envelope(key, flags=flags), roster(f"{ADA} {key.line}"))

    assert (voice.assurance, voice.user_verified) == (assurance, verified)


def test_whoever_is_not_enrolled_says_nothing() -> None:
    assert "nobody's who is enrolled" in refused(envelope(ed25519()), roster(f"{ADA} {ed25519().line}"))


def test_other_bytes_than_those_signed_are_nobodys_word() -> None:
    key = ed25519()
    signed = Envelope(payload=payload())
    moved = Envelope(
        payload=payload(at=NOW + timedelta(1)),
        signatures=(Signature(keyid=key.keyid, sig=key.sign(signed.encoding)),),
    )

    assert "does not belong to these bytes" in refused(bytes(moved), roster(f"{ADA} {key.line}"))


def test_a_signature_for_another_purpose_does_not_count() -> None:
    key = ed25519()

    assert "another purpose (`git`" in refused(envelope(key, namespace="git"), roster(f"{ADA} {key.line}"))


def test_a_statement_of_another_ledger_says_nothing_here() -> None:
    key = ed25519()

    assert "not of demo/" in refused(envelope(key, body=payload("other/00")), roster(f"{ADA} {key.line}"))


def test_two_signatures_are_not_two_voices() -> None:
    key, other = ed25519(), ed25519()

    who = roster(f"{ADA} {key.line}", f"{ADA} {other.line}")

    assert "carries 2 signatures" in refused(envelope(key, other), who)


def test_two_keys_of_one_person_speak_for_one_person() -> None:
    key, other = ed25519(), security_key()
    who = roster(f"{ADA} {key.line}", f"ada@work.example {other.line}", aliases=(("ada@work.example", ADA),))

    assert heard(envelope(key), who).person == heard(envelope(other), who).person == ADA


def test_names_of_one_key_are_one_person() -> None:
    key = ed25519()
    who = roster(f"{ADA} {key.line}", f"{BOB} {key.line}")

    assert who.person_of(BOB) == who.person_of("ADA@example.org") == ADA


def test_a_keyid_that_names_another_key_is_refused() -> None:
    key = ed25519()
    unsigned = Envelope(payload=payload())
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

    assert words in refused(envelope(key), roster(f"{ADA} {option} {key.line}"))


def test_a_key_is_not_carried_back_into_its_time_by_the_signers_clock() -> None:
    key = ed25519()
    body = payload(at=datetime(2025, 1, 1, tzinfo=UTC))

    assert "expired" in refused(envelope(key, body=body), roster(f'{ADA} valid-before="20260101" {key.line}'))


def test_a_key_is_not_used_before_its_time_by_the_signers_clock_either() -> None:
    key = ed25519()
    body = payload(at=datetime(2025, 1, 1, tzinfo=UTC))

    assert "own clock" in refused(envelope(key, body=body), roster(f'{ADA} valid-after="20260101" {key.line}'))


def test_a_key_that_stands_there_twice_may_be_used_in_either_time() -> None:
    key = ed25519()

    who = roster(f'{ADA} valid-before="20250101" {key.line}', f'{ADA} valid-after="20260101" {key.line}')

    assert heard(envelope(key), who).person == ADA


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
    assert "nobody's who is enrolled" in refused(envelope(key), who)


def test_an_agent_that_is_known_only_later_is_nobody_either() -> None:
    key = security_key()
    who = trusted_roster(LEDGER, read_allowed_signers(f"{ADA} {key.line}".encode(), "x"), machines=Machines())
    later = Roster(ledger=LEDGER, keys=who.keys, people=who.people, machines=Machines(addresses=frozenset({ADA})))

    assert "known to be an agent" in refused(envelope(key), later)


@given(st.binary(max_size=400))
def test_no_bytes_raise(data: bytes) -> None:
    assert refused(data, WHO)
    signed = Envelope(payload=data, signatures=(Signature(keyid="", sig=data or b"x"),))
    assert refused(bytes(signed), WHO)


@given(st.integers(min_value=0), st.integers(min_value=0, max_value=7))
def test_no_flipped_bit_leaves_another_statement_believed(where: int, bit: int) -> None:
    data = bytearray(SAID)
    data[where % len(data)] ^= 1 << bit

    voice = speak(bytes(data), 3, roster=WHO, now=NOW)

    assert isinstance(voice, Refusal) or voice == speak(SAID, 3, roster=WHO, now=NOW)


@given(st.binary(max_size=300))
def test_no_signature_bytes_raise(data: bytes) -> None:
    for start in (b"SSHSIG", b"SSHSIG\0\0\0\1", b"{", b""):
        signed = Envelope(payload=payload(), signatures=(Signature(keyid="", sig=start + data + b"x"),))
        assert refused(bytes(signed), WHO)


def test_a_huge_statement_is_refused() -> None:
    assert "65,535" in refused(b"{" * 70_000, WHO)


KEY = ed25519()
WHO = roster(f"{ADA} {KEY.line}")
SAID = envelope(KEY)
