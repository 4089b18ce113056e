"""A passkey's assertion is believed over one statement, on the site that Trust names, and for what it saw."""

import hashlib
import json
from base64 import urlsafe_b64decode

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.samples.passkeys import MODEL, ORIGIN, PRESENT, SITE, VERIFIED, Maker, Passkey, encoded, terms
from webauthn import verify_authentication_response, verify_registration_response
from webauthn.helpers.exceptions import InvalidAuthenticationResponse

from weighbridge.ledger.cbor import read_cbor
from weighbridge.ledger.cose import check_of
from weighbridge.ledger.passkeys import PasskeyError, keyid_of, read_assertion, read_registration

CHALLENGE = hashlib.sha256(b"a statement").digest()
KINDS = ("es256", "eddsa", "rs256")
TERMS = terms()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("flags", "verified"), [(PRESENT, False), (PRESENT | VERIFIED, True), (0x1D, True)])
def test_an_assertion_says_what_the_authenticator_saw(kind: str, flags: int, *, verified: bool) -> None:
    key = Passkey(kind)
    made = key.assertion(CHALLENGE, flags=flags)

    found = read_assertion(made, key.key, challenge=CHALLENGE, terms=TERMS)

    assert (found.keyid, found.user_verified, found.counter) == (key.keyid, verified, 1)
    assert keyid_of(made) == key.keyid


@pytest.mark.parametrize("kind", KINDS)
def test_the_webauthn_library_believes_the_same(kind: str) -> None:
    key = Passkey(kind)
    registered = verify_registration_response(
        credential=key.registration(form="packed", challenge=CHALLENGE),
        expected_challenge=CHALLENGE,
        expected_rp_id=SITE,
        expected_origin=ORIGIN,
        require_user_verification=True,
    )
    made = key.assertion(CHALLENGE)

    answered = verify_authentication_response(
        credential=made.decode(),
        expected_challenge=CHALLENGE,
        expected_rp_id=SITE,
        expected_origin=ORIGIN,
        credential_public_key=registered.credential_public_key,
        credential_current_sign_count=0,
        require_user_verification=True,
    )
    ours = read_assertion(made, key.key, challenge=CHALLENGE, terms=TERMS)

    assert (
        registered.credential_public_key == read_registration(key.registration().encode(), terms=TERMS).key == key.key
    )
    assert (answered.new_sign_count, answered.user_verified) == (ours.counter, ours.user_verified)


@pytest.mark.parametrize("kind", KINDS)
def test_the_webauthn_library_disbelieves_the_same(kind: str) -> None:
    key, other = Passkey(kind), Passkey(kind)
    made = key.assertion(CHALLENGE)

    with pytest.raises(InvalidAuthenticationResponse):
        verify_authentication_response(
            credential=made.decode(),
            expected_challenge=CHALLENGE,
            expected_rp_id=SITE,
            expected_origin=ORIGIN,
            credential_public_key=other.key,
            credential_current_sign_count=0,
        )
    with pytest.raises(PasskeyError, match="does not belong"):
        read_assertion(made, other.key, challenge=CHALLENGE, terms=TERMS)


def refused(made: bytes, key: Passkey) -> str:
    with pytest.raises(PasskeyError) as refusal:
        read_assertion(made, key.key, challenge=CHALLENGE, terms=TERMS)
    return str(refusal.value)


def test_an_assertion_over_another_statement_proves_nothing() -> None:
    key = Passkey()

    assert "over another statement" in refused(key.assertion(hashlib.sha256(b"another").digest()), key)


def test_an_assertion_for_another_site_or_origin_proves_nothing() -> None:
    elsewhere, key = Passkey(site="evil.example.org"), Passkey()

    assert "another site" in refused(elsewhere.assertion(CHALLENGE), elsewhere)
    assert "made on https://evil.example.org" in refused(
        key.assertion(CHALLENGE, origin="https://evil.example.org"), key
    )
    assert "where passkeys of this ledger" in refused(key.assertion(CHALLENGE, cross_origin=True), key)
    assert "made for `webauthn.create`" in refused(key.assertion(CHALLENGE, kind="webauthn.create"), key)


def test_an_assertion_without_a_touch_proves_nothing() -> None:
    key = Passkey()

    assert "nobody touched" in refused(key.assertion(CHALLENGE, flags=VERIFIED), key)


def test_what_an_authenticator_saw_cannot_be_changed_afterwards() -> None:
    key = Passkey()
    head = hashlib.sha256(SITE.encode()).digest()
    seen, claimed = (encoded(head + bytes([flags]) + (1).to_bytes(4, "big")) for flags in (PRESENT, PRESENT | VERIFIED))
    made = key.assertion(CHALLENGE, flags=PRESENT)

    assert seen.encode() in made
    assert "does not belong" in refused(made.replace(seen.encode(), claimed.encode()), key)


@pytest.mark.parametrize(
    "made", [b"{}", b"{", b"", b'{"id":"!","response":{"clientDataJSON":""}}', b"{" * 50_000, b"[]"]
)
def test_what_is_no_assertion_proves_nothing(made: bytes) -> None:
    assert refused(made, Passkey())
    assert keyid_of(made) == ""


def test_an_authenticator_is_of_a_model_that_its_maker_attests() -> None:
    maker = Maker()
    made = Passkey(maker=maker).registration(form="packed").encode()

    assert read_registration(made, terms=terms(maker)).model == MODEL
    assert read_registration(REGISTERED["packed"].encode(), terms=TERMS_OF_MAKER).model == MODEL


def test_without_the_makers_certificate_no_model_is_proven() -> None:
    maker, other = Maker(), Maker()
    made = Passkey(maker=maker).registration(form="packed").encode()

    assert read_registration(made, terms=terms()).model == ""
    assert read_registration(made, terms=terms(other)).model == ""


@pytest.mark.parametrize(("form", "maker"), [("none", Maker()), ("none", None), ("packed", None)])
def test_an_authenticator_that_attests_itself_is_of_no_model(form: str, maker: Maker | None) -> None:
    made = Passkey(maker=maker).registration(form=form).encode()

    assert read_registration(made, terms=terms(*([maker] if maker else []))).model == ""


@pytest.mark.parametrize(
    ("maker", "words"),
    [
        (Maker(unit="Something Else"), "none for attestations"),
        (Maker(is_authority=True), "an authority's"),
    ],
)
def test_a_certificate_that_may_not_attest_is_refused(maker: Maker, words: str) -> None:
    with pytest.raises(PasskeyError, match=words):
        read_registration(Passkey(maker=maker).registration(form="packed").encode(), terms=terms(maker))


def test_a_certificate_of_another_model_is_refused() -> None:
    maker = Maker()
    maker.model = "ffffffff-8113-47ea-b116-bb5a8db9202a"

    with pytest.raises(PasskeyError, match="that of another model"):
        read_registration(Passkey(maker=maker).registration(form="packed").encode(), terms=terms(maker))


def test_other_forms_of_attestation_are_refused_with_the_way_out() -> None:
    with pytest.raises(PasskeyError, match="ask for `none` or `packed`"):
        read_registration(Passkey().registration(form="tpm").encode(), terms=TERMS)


def test_a_registration_elsewhere_is_refused() -> None:
    with pytest.raises(PasskeyError, match="made on https://evil"):
        read_registration(Passkey().registration(origin="https://evil.example.org").encode(), terms=TERMS)
    with pytest.raises(PasskeyError, match="another site"):
        read_registration(Passkey(site="evil").registration().encode(), terms=TERMS)


@given(st.integers(min_value=0), st.integers(min_value=0, max_value=7), st.sampled_from(["none", "packed"]))
def test_no_flipped_bit_of_an_attestation_proves_a_model(where: int, bit: int, form: str) -> None:
    """Nothing but `PasskeyError` is raised, and a model is never proven by what was changed in an attested part."""
    made = json.loads(REGISTERED[form])
    text = made["response"]["attestationObject"]
    data = bytearray(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    data[where % len(data)] ^= 1 << bit
    made["response"]["attestationObject"] = encoded(bytes(data))

    try:
        found = read_registration(json.dumps(made).encode(), terms=TERMS_OF_MAKER)
    except PasskeyError:
        return
    assert found.model == ""


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    for read in (read_cbor, check_of):
        try:
            read(data)
        except ValueError:
            continue


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.binary(max_size=20) | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=4) | st.dictionaries(st.integers(-9, 99) | st.text(max_size=4), inner, max_size=4)
        ),
        max_leaves=8,
    )
)
def test_what_others_write_is_read_the_same(value: object) -> None:
    written = cbor2.dumps(value)
    try:
        found = read_cbor(written + b"rest")
    except ValueError:
        return  # deeper than we read

    assert found == (value, b"rest")


MAKER = Maker()
ATTESTED = Passkey(maker=MAKER)
TERMS_OF_MAKER = terms(MAKER)

REGISTERED = {form: ATTESTED.registration(form=form) for form in ("none", "packed")}
