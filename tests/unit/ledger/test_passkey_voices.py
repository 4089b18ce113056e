"""What a passkey says is as sure as its user's check, its maker's word and whoever vouched for it."""

import pytest
from msgspec.structs import replace
from tests.samples.passkeys import PRESENT, VERIFIED, Maker, Passkey, terms
from tests.samples.ssh_keys import ed25519, security_key
from tests.samples.voices import ADA, BOB, EVE, NOW, AnyKey, History, approval, roster, signed

from weighbridge.domain.record import Assurance, Voice
from weighbridge.ledger.envelope import Signature, read_envelope
from weighbridge.ledger.memberships import advanced
from weighbridge.ledger.passkey_terms import PasskeyTerms
from weighbridge.ledger.people import Roster
from weighbridge.ledger.speak import Refusal, speak
from weighbridge.ledger.testimony import signature_check

MAKER = Maker()
ADAS, BOBS = security_key(), ed25519()
CHECKED = PRESENT | VERIFIED


def history(passkeys: PasskeyTerms | None) -> History:
    return History(roster(f"{ADA} {ADAS.line}", f"{BOB} {BOBS.line}", passkeys=passkeys))


def sure(who: Roster, key: AnyKey, *, flags: int = CHECKED) -> Assurance:
    voice = speak(signed(approval(), key, flags=flags), 9, roster=who, now=NOW)
    assert isinstance(voice, Voice), voice
    assert (voice.person, voice.user_verified) == (EVE, bool(flags & VERIFIED))
    return voice.assurance


def silent(who: Roster, envelope: bytes) -> str:
    refusal = speak(envelope, 9, roster=who, now=NOW)
    assert isinstance(refusal, Refusal), refusal
    return refusal.reason


@pytest.mark.parametrize(
    ("maker", "form", "flags", "assurance"),
    [
        (MAKER, "packed", CHECKED, Assurance.ATTESTED_AUTHENTICATOR),
        (MAKER, "packed", PRESENT, Assurance.SECURITY_KEY),
        (MAKER, "none", CHECKED, Assurance.PASSKEY),
        (Maker(), "packed", CHECKED, Assurance.PASSKEY),
        (None, "packed", CHECKED, Assurance.PASSKEY),
        (None, "none", PRESENT, Assurance.SECURITY_KEY),
    ],
)
def test_a_passkey_is_as_sure_as_what_proves_it(
    maker: Maker | None, form: str, flags: int, *, assurance: Assurance
) -> None:
    key, told = Passkey(maker=maker), history(terms(MAKER))
    told.enrol(EVE, key, by=ADAS, form=form)

    assert told.roster.refused == ()
    assert sure(told.roster, key, flags=flags) is assurance


def test_what_a_plain_key_vouched_for_is_worth_a_plain_key_whoever_made_it() -> None:
    key, told = Passkey(maker=MAKER), history(terms(MAKER))
    told.enrol(EVE, key, by=BOBS, form="packed")

    assert sure(told.roster, key) is Assurance.KEY


def test_a_model_that_is_allowed_no_more_is_a_passkey_like_others() -> None:
    key, told = Passkey(maker=MAKER), history(terms(MAKER))
    told.enrol(EVE, key, by=ADAS, form="packed")

    assert sure(replace(told.roster, passkeys=terms()), key) is Assurance.PASSKEY


def test_a_passkey_vouches_as_a_touched_key_does() -> None:
    key, further, told = Passkey(), Passkey(), history(terms())
    told.enrol(BOB, key, by=ADAS)
    told.enrol(EVE, further, by=key)

    assert sure(told.roster, further) is Assurance.PASSKEY


def test_without_a_site_no_passkey_counts() -> None:
    key, told = Passkey(), history(terms())
    told.enrol(EVE, key, by=ADAS)

    assert "no setting says on which site" in silent(replace(told.roster, passkeys=None), signed(approval(), key))


def test_without_a_site_no_passkey_is_enrolled() -> None:
    told = history(None)
    told.enrol(EVE, Passkey(), by=ADAS)

    assert "no setting says on which site" in told.roster.refused[0]


def test_a_passkey_signs_one_statement() -> None:
    key, told = Passkey(), history(terms())
    told.enrol(EVE, key, by=ADAS)
    one, another = signed(approval(), key), signed(approval(writer="w"), key)

    assert one != another
    swapped = signed(approval(), key).replace(_payload(one), _payload(another))
    assert "over another statement" in silent(told.roster, swapped)


def test_a_passkey_that_did_not_sign_its_enrolment_is_not_taken_in() -> None:
    somebodys, thief, told = Passkey(), Passkey(), history(terms())
    thief.raw_id, thief.key = somebodys.raw_id, somebodys.key
    told.enrol(EVE, thief, by=ADAS)

    assert "(the new key) does not count: the signature does not belong" in told.roster.refused[0]


def test_a_successor_of_an_attested_one_is_a_passkey_until_somebody_else_vouches() -> None:
    old, alone, vouched = (Passkey(maker=MAKER) for _ in range(3))
    told = history(terms(MAKER))
    told.enrol(EVE, old, by=ADAS, form="packed")
    told.rotate(old, alone, flags=CHECKED, form="packed")
    told.rotate(alone, vouched, ADAS, flags=CHECKED, form="packed")

    assert told.roster.refused == ()
    assert sure(told.roster, vouched) is Assurance.ATTESTED_AUTHENTICATOR
    assert "was replaced by entry 2" in silent(told.roster, signed(approval(), alone))
    told.entries.pop()
    assert sure(told.roster, alone) is Assurance.PASSKEY


def test_what_a_passkey_revoked_stays_in_doubt_when_its_site_is_gone() -> None:
    key, told = Passkey(), history(terms())
    told.enrol(EVE, key, by=ADAS)
    told.revoke(BOBS.keyid, by=key)
    assert BOBS.keyid in told.roster.revoked

    gone = advanced(history(None).roster, told.entries, opened=told.opened, now=NOW)

    assert "revokes its key" in silent(gone, signed(approval(), BOBS))


def test_whether_a_signature_holds_is_told_whoever_made_it() -> None:
    key, told, stranger = Passkey(), history(terms()), Passkey()
    told.enrol(EVE, key, by=ADAS)
    holds = signature_check(lambda: told.roster)

    def verdicts(*keys: AnyKey) -> list[bool | None]:
        one, other = (read_envelope(signed(approval(writer=writer), *keys)) for writer in ("", "w"))
        return [holds(envelope, signature) for envelope in (one, other) for signature in one.signatures]

    assert verdicts(ADAS, ed25519(), key, stranger) == [True, True, True, None, False, False, False, None]
    assert holds(read_envelope(signed(approval(), ADAS)), Signature(keyid="", sig=b"SSHSIG")) is False
    assert holds(read_envelope(signed(approval(), ADAS)), Signature(keyid="", sig=b"x" * 64)) is None


def _payload(envelope: bytes) -> bytes:
    return envelope.split(b'"payload":"')[1].split(b'"')[0]
