"""`ledger.yaml` says where passkeys are used and whose make is believed."""

from base64 import b64encode

import pytest
from tests.samples.passkeys import MODEL, Maker

from weighbridge.landscape.documents.configuration import ConfigurationError
from weighbridge.ledger.passkey_terms import PasskeyTerms
from weighbridge.ledger.settings_file import load_settings

MAKER = Maker()
SITE = "version: 1\npasskeys:\n  site: weighbridge.example.org\n"
MODELS = f"  models:\n    - aaguid: {MODEL}\n      certificates: [{b64encode(MAKER.root).decode()}]\n"


def terms(text: str) -> PasskeyTerms | None:
    return load_settings(text.encode(), "ledger.yaml").passkeys


def test_without_a_word_of_passkeys_none_count() -> None:
    assert terms("version: 1\n") is None


def test_the_site_is_its_own_origin_and_models_are_by_their_makers() -> None:
    assert terms(SITE + MODELS) == PasskeyTerms(
        site="weighbridge.example.org",
        origins=frozenset({"https://weighbridge.example.org"}),
        models={MODEL: (MAKER.root,)},
    )


def test_origins_may_be_listed() -> None:
    found = terms(SITE + '  origins: ["https://weighbridge.example.org:8443"]\n')

    assert found is not None
    assert found.origins == {"https://weighbridge.example.org:8443"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("version: 1\npasskeys: {}\n", "site"),
        ("version: 1\npasskeys: {site: 'https://x'}\n", "a domain"),
        (SITE + "  origins: [weighbridge.example.org]\n", "an origin"),
        (SITE + "  models: [{aaguid: x, certificates: []}]\n", "AAGUID"),
        (SITE + f"  models: [{{aaguid: {MODEL}, certificates: ['!']}}]\n", "base64"),
        (SITE + f"  models: [{{aaguid: {MODEL}, certificates: [AAAA]}}]\n", "no certificate"),
        (SITE + f"  models: [{{aaguid: {MODEL}}}]\n", "certificates"),
        (SITE + "  rpid: x\n", "rpid"),
    ],
)
def test_what_is_wrong_is_said(text: str, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        terms(text)
