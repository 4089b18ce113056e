"""A passkey that a page made and had sign is enrolled and believed like any other; what would not count is refused at once."""

import hashlib
from base64 import urlsafe_b64decode
from typing import Any

import cbor2
import pytest
from msgspec.structs import replace
from tests.samples.passkey_pages import Visitor
from tests.samples.passkeys import ORIGIN, PRESENT, VERIFIED, Maker, Passkey, encoded, terms
from tests.samples.ports import free_port
from tests.samples.ssh_keys import ed25519, security_key
from tests.samples.voices import ADA, BOB, EVE, NOW, History, approval, roster

from weighbridge.adapters.signing.loopback import Loopback
from weighbridge.adapters.signing.passkey import (
    Ceremonies,
    Choice,
    NewPasskey,
    PasskeySigner,
    enrolled_passkeys,
    loopback_origins,
    standing_passkeys,
    terms_of,
)
from weighbridge.app.enrol_people import enrol, request_enrolment, rotate
from weighbridge.app.signing import Signed, SigningError
from weighbridge.app.whose_key import whose_key
from weighbridge.domain.record import Assurance, Voice
from weighbridge.ledger.append import Addition
from weighbridge.ledger.envelope import Envelope, Signature
from weighbridge.ledger.passkey_terms import PasskeyTerms
from weighbridge.ledger.people import Roster
from weighbridge.ledger.personal import Personal
from weighbridge.ledger.speak import speak

MAKER = Maker()
ADAS, BOBS = security_key(), ed25519()
CHECKED = PRESENT | VERIFIED


class Held:
    """A key in memory; keeps to `Signer`."""

    description = "a key in memory"

    def keyid(self) -> str:
        return ADAS.keyid

    def sign(self, payload: bytes) -> Signed:
        return Signed(keyid=ADAS.keyid, signature=ADAS.sign(payload))


def here(*makers: Maker) -> PasskeyTerms:
    """Passkeys of a page on this machine, at a port that is free."""
    origin = f"http://localhost:{free_port()}"
    return PasskeyTerms(
        site="localhost", origins=frozenset({origin}), models={maker.model: (maker.root,) for maker in makers}
    )


def ceremonies(terms: PasskeyTerms, visitor: Visitor) -> Ceremonies:
    origins = loopback_origins(terms)
    pages = Loopback(origins, notify=visitor.notify, browse=lambda _: False, timeout=20, environment={})
    return Ceremonies(terms, pages, notify=visitor.notify)


def visitor_of(key: Passkey, terms: PasskeyTerms, *, flags: int = CHECKED, form: str = "none") -> Visitor:
    (origin,) = terms.origins
    return Visitor(key, origin, flags=flags, form=form)


def start(terms: PasskeyTerms) -> Roster:
    return roster(f"{ADA} {ADAS.line}", f"{BOB} {BOBS.line}", passkeys=terms)


def after(begun: Roster, addition: Addition, *, personal: Personal | None) -> Roster:
    history = History(begun)
    history.say(addition.envelope, personal)
    assert history.roster.refused == ()
    return history.roster


def enrolled(key: Passkey, terms: PasskeyTerms, *, form: str = "none") -> tuple[Roster, Visitor]:
    """The roster after Eve made this passkey and Ada vouched for it."""
    visitor = visitor_of(key, terms, form=form)
    begun = start(terms)
    request = request_enrolment(EVE, NewPasskey(EVE, ceremonies(terms, visitor)), roster=begun, now=NOW)
    visitor.left()
    return after(begun, enrol(request, Held(), roster=begun, now=NOW), personal=request.personal), visitor


def signer(key: Passkey, who: Roster, *, flags: int = CHECKED) -> tuple[PasskeySigner, Visitor]:
    terms = terms_of(who)
    visitor = visitor_of(key, terms, flags=flags)
    return PasskeySigner(
        enrolled_passkeys(Choice(named="passkey", address=EVE), who, now=NOW), ceremonies(terms, visitor)
    ), visitor


@pytest.mark.parametrize(
    ("maker", "makers", "form", "assurance"),
    [
        (None, (), "none", Assurance.PASSKEY),
        (None, (MAKER,), "packed", Assurance.PASSKEY),
        (MAKER, (MAKER,), "packed", Assurance.ATTESTED_AUTHENTICATOR),
        (Maker(), (MAKER,), "packed", Assurance.PASSKEY),
    ],
)
def test_a_passkey_is_made_enrolled_and_believed(
    maker: Maker | None, makers: tuple[Maker, ...], form: str, assurance: Assurance
) -> None:
    key, terms = Passkey(maker=maker, site="localhost"), here(*makers)
    who, visitor = enrolled(key, terms, form=form)
    payload = approval()

    signs, second = signer(key, who)
    owner = whose_key(signs, who, now=NOW)
    signed = signs.sign(Envelope(payload=payload).encoding)
    second.left()
    envelope = Envelope(payload=payload, signatures=(Signature(keyid=signed.keyid, sig=signed.signature),))
    voice = speak(bytes(envelope), 9, roster=who, now=NOW)

    assert isinstance(voice, Voice), voice
    assert (voice.person, voice.key, voice.assurance) == (EVE, key.keyid, assurance)
    assert owner.voice is not None
    assert replace(owner.voice, at=voice.at, entry=9) == voice
    assert [asked["kind"] for asked in visitor.asked] == ["create", "get"]
    attestation = visitor.asked[0]["options"]
    assert isinstance(attestation, dict)
    assert attestation["attestation"] == ("direct" if makers else "none")


def test_what_a_page_has_signed_is_the_statement_s_digest_which_the_terminal_shows_too() -> None:
    key, terms = Passkey(site="localhost"), here()
    who, _ = enrolled(key, terms)
    signs, visitor = signer(key, who)

    signs.sign(Envelope(payload=approval()).encoding)
    visitor.left()

    digest = hashlib.sha256(Envelope(payload=approval()).encoding).hexdigest()
    options = visitor.asked[0]["options"]
    assert isinstance(options, dict)
    assert urlsafe_b64decode(options["challenge"] + "=").hex() == digest
    assert (options["userVerification"], options["rpId"]) == ("required", "localhost")
    assert options["allowCredentials"] == [{"type": "public-key", "id": key.keyid}]
    assert digest in "".join(visitor.told).replace(" ", "")


def test_an_attestation_of_another_form_makes_a_passkey_of_no_model() -> None:
    class Windows(Passkey):
        """Attests as TPMs do, which is not read here."""

        def registration(
            self, *, form: str = "none", origin: str = ORIGIN, challenge: bytes = b"any", flags: int = CHECKED
        ) -> str:
            assert form == "packed"
            text = super().registration(origin=origin, challenge=challenge, flags=flags)
            held = text.split('"attestationObject": "')[1].split('"')[0]
            value = cbor2.loads(urlsafe_b64decode(held + "=="))
            made = cbor2.dumps({**value, "fmt": "tpm", "attStmt": {"ver": "2.0", "sig": b"x" * 3000}})
            return text.replace(held, encoded(made))

    key, terms = Windows(site="localhost"), here(MAKER)
    who, visitor = enrolled(key, terms, form="packed")

    assert who.keys[key.keyid].model == ""
    assert "nothing proves in which authenticator it lies" in " ".join(visitor.told)


def test_a_passkey_that_did_not_check_who_touched_it_signs_nothing() -> None:
    key, terms = Passkey(site="localhost"), here()
    who, _ = enrolled(key, terms)
    signs, visitor = signer(key, who, flags=PRESENT)

    with pytest.raises(SigningError, match="did not check who touched it"):
        signs.sign(Envelope(payload=approval()).encoding)

    visitor.left()
    assert visitor.answers[0]["ok"] is False


def test_somebody_else_s_passkey_signs_nothing() -> None:
    terms = here()
    who, _ = enrolled(Passkey(site="localhost"), terms)
    signs, visitor = signer(Passkey(site="localhost"), who)

    with pytest.raises(SigningError, match="another passkey answered than was asked"):
        signs.sign(Envelope(payload=approval()).encoding)

    visitor.left()


def test_a_forged_answer_signs_nothing() -> None:
    key, thief, terms = Passkey(site="localhost"), Passkey(site="localhost"), here()
    who, _ = enrolled(key, terms)
    thief.raw_id = key.raw_id
    signs, visitor = signer(thief, who)

    with pytest.raises(SigningError, match="does not count: the signature does not belong"):
        signs.sign(Envelope(payload=approval()).encoding)

    visitor.left()


def test_a_registration_for_another_challenge_is_none() -> None:
    class Replayed(Passkey):
        """Gives what it made before."""

        def registration(
            self, *, form: str = "none", origin: str = ORIGIN, challenge: bytes = b"any", flags: int = CHECKED
        ) -> str:
            assert challenge != b"earlier"
            return super().registration(form=form, origin=origin, challenge=b"earlier", flags=flags)

    with pytest.raises(SigningError, match="it was made for something else"):
        enrolled(Replayed(site="localhost"), here())


def test_what_is_no_statement_is_never_shown() -> None:
    key, terms = Passkey(site="localhost"), here()
    who, _ = enrolled(key, terms)
    signs, visitor = signer(key, who)

    with pytest.raises(SigningError, match="nothing was signed: these bytes are not what is signed of a statement"):
        signs.sign(b"tree 1234")

    assert visitor.told == []


def test_a_passkey_replaces_a_key_and_a_passkey_another() -> None:
    first, second, terms = Passkey(site="localhost"), Passkey(site="localhost"), here()
    who, _ = enrolled(first, terms)
    signs, visitor = signer(first, who)

    class Both(Visitor):
        """Takes the new one where it is to be made or is asked, and the old one elsewhere."""

        def _made(self, asked: dict[str, Any]) -> object:
            allowed = asked["options"].get("allowCredentials", [{"id": second.keyid}])
            self._key = first if allowed[0]["id"] == first.keyid else second
            return super()._made(asked)

    (origin,) = terms.origins
    both = Both(first, origin)
    ring = ceremonies(terms, both)
    old = PasskeySigner([who.keys[first.keyid]], ring)
    addition = rotate(old, NewPasskey(EVE, ring), roster=who, now=NOW)
    both.left()

    assert addition.personal is None
    assert [asked["kind"] for asked in both.asked] == ["create", "get", "get"]
    assert visitor.told == []
    assert signs.keyid() == first.keyid


def test_whose_passkey_is_meant_is_told_by_address_or_by_its_beginning() -> None:
    key, terms = Passkey(site="localhost"), here()
    who, _ = enrolled(key, terms)

    def chosen(named: str, address: str = "") -> list[str]:
        return [each.keyid for each in enrolled_passkeys(Choice(named=named, address=address), who, now=NOW)]

    assert chosen("passkey", EVE) == chosen(f"passkey:{EVE}") == chosen(f"passkey:{EVE.upper()}", ADA) == [key.keyid]
    assert chosen(f"passkey:{key.keyid[:8]}") == chosen(f"passkey:{key.keyid}") == [key.keyid]
    with pytest.raises(SigningError, match="whose passkey is to sign"):
        chosen("passkey")
    for named in (f"passkey:{key.keyid[:7]}", f"passkey:{ADA}"):
        with pytest.raises(SigningError, match="is enrolled: `weighbridge people list` shows"):
            chosen(named)


def test_where_another_counts_a_revoked_passkey_is_not_asked() -> None:
    lost, kept = Passkey(), Passkey()
    history = History(roster(f"{ADA} {ADAS.line}", f"{BOB} {BOBS.line}", passkeys=terms()))
    history.enrol(EVE, lost, by=ADAS)
    history.enrol(EVE, kept, by=ADAS)
    eve = Choice(named="passkey", address=EVE)

    assert {key.keyid for key in enrolled_passkeys(eve, history.roster, now=NOW)} == {lost.keyid, kept.keyid}
    assert set(standing_passkeys(EVE, history.roster, now=NOW)) == {lost.keyid, kept.keyid}
    history.revoke(lost.keyid, by=BOBS)
    assert standing_passkeys(EVE, history.roster, now=NOW) == (kept.keyid,)  # the device may make another
    assert [key.keyid for key in enrolled_passkeys(eve, history.roster, now=NOW)] == [kept.keyid]
    history.revoke(kept.keyid, by=BOBS)
    assert len(enrolled_passkeys(eve, history.roster, now=NOW)) == 2


@pytest.mark.parametrize(
    ("site", "origins", "found"),
    [
        ("localhost", {"http://localhost:8417"}, ("http://localhost:8417",)),
        ("localhost", {"http://localhost:2", "http://localhost:1"}, ("http://localhost:1", "http://localhost:2")),
        ("localhost", {"http://localhost"}, ("http://localhost",)),
        ("wb.localhost", {"http://wb.localhost:8417"}, ("http://wb.localhost:8417",)),
        ("localhost", {"https://localhost", "http://localhost:5"}, ("http://localhost:5",)),
    ],
)
def test_a_page_is_shown_where_trust_says_so(site: str, origins: set[str], found: tuple[str, ...]) -> None:
    assert loopback_origins(PasskeyTerms(site=site, origins=frozenset(origins))) == found


@pytest.mark.parametrize(
    ("site", "origins", "words"),
    [
        ("localhost", {"https://localhost"}, 'add "http://localhost:8417" to `passkeys.origins`'),
        ("localhost", {"http://evil.example:80"}, 'add "http://localhost:8417" to `passkeys.origins`'),
        ("localhost", {"http://localhost:99999"}, "none of that is a page of this machine"),
        ("localhost", {"http://localhost:8:9"}, "none of that is a page of this machine"),
        ("weighbridge.example.org", {"https://weighbridge.example.org"}, "belong to the site weighbridge.example.org"),
        ("example.org", {"http://localhost:8417"}, "belong to the site example.org"),
        ("notlocalhost", {"http://notlocalhost:8417"}, "belong to the site notlocalhost"),
    ],
)
def test_where_trust_names_no_page_of_this_machine_it_is_said_what_to_add(
    site: str, origins: set[str], words: str
) -> None:
    with pytest.raises(SigningError) as caught:
        loopback_origins(PasskeyTerms(site=site, origins=frozenset(origins)))

    assert words in str(caught.value)
    assert "ledger.yaml on the protected branch" in str(caught.value)


def test_without_any_word_of_passkeys_it_is_said_what_to_write() -> None:
    with pytest.raises(
        SigningError, match=r'put `passkeys: \{site: localhost, origins: \["http://localhost:8417"\]\}`'
    ):
        terms_of(roster(f"{ADA} {ADAS.line}"))
