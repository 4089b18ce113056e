"""`ledger.yaml` is read whole: every mistake at once, with its place and the way out."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.samples.ledger import ORIGIN, WRITER, Key

from weighbridge.landscape.documents.configuration import ConfigurationError
from weighbridge.ledger.settings_file import LEDGER_PATH, AnchorKind, AnchorPlace, LedgerSettings, load_settings
from weighbridge.ledger.verifier_keys import KeyKind
from weighbridge.ledger.witnesses import Witness

WITNESS = Key("witness.example", 9, kind=KeyKind.COSIGNATURE)
WHOLE = f"""
version: 1
origin: {ORIGIN}
writers:
  - {WRITER.verifier}
witnesses:
  - {WITNESS.verifier}
quorum: 1
anchors:
  - ref: refs/heads/ledger-anchor
  - repository: ../audit
  - file: /mnt/worm/checkpoint
x-note: our own
"""


def problems(text: str) -> str:
    with pytest.raises(ConfigurationError) as wrong:
        load_settings(text.encode(), LEDGER_PATH)
    return str(wrong.value)


@pytest.mark.parametrize(
    ("origin", "name"),
    [
        ("shop/0123456789abcdef", "shop"),
        ("acme/shop/0123456789abcdef", "acme/shop"),
        ("ledger.example.org/shop", "ledger.example.org/shop"),
        (None, ""),
    ],
)
def test_the_ledger_s_name_says_what_the_repository_is_called(origin: str | None, name: str) -> None:
    assert LedgerSettings(origin=origin).repository == name


def test_everything_it_says_is_read() -> None:
    assert load_settings(WHOLE.encode(), LEDGER_PATH) == LedgerSettings(
        origin=ORIGIN,
        writers=(WRITER.verifier,),
        witnesses=(Witness(key=WITNESS.verifier),),
        quorum=1,
        anchors=(
            AnchorPlace(kind=AnchorKind.REF, name="refs/heads/ledger-anchor"),
            AnchorPlace(kind=AnchorKind.REPOSITORY, name="../audit"),
            AnchorPlace(kind=AnchorKind.FILE, name="/mnt/worm/checkpoint"),
        ),
    )


def test_all_but_the_version_may_be_left_out() -> None:
    assert load_settings(b"version: 1\n", LEDGER_PATH) == LedgerSettings()


def test_a_newer_version_may_say_more() -> None:
    assert load_settings(b"version: 2\nshards: 3\n", LEDGER_PATH) == LedgerSettings()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{}", "needs the key `version`"),
        ("version: 1\norigins: x", "unknown key `origins`: did you mean `origin`?"),
        ("version: 1\norigin: a b", "must be the first line of the ledger's checkpoint"),
        ("version: 1\nwriters: [ada]", "is no verifier key"),
        (f"version: 1\nwriters: ['{WITNESS.verifier}']", "this is a witness's key, and a writer's belongs here"),
        (f"version: 1\nwitnesses: ['{WRITER.verifier}']", "this is a writer's key, and a witness's belongs here"),
        ("version: 1\nquorum: 2", "`quorum` asks for 2 witnesses, and 0 are named"),
        (
            f"version: 1\nquorum: 2\nwitnesses: ['{WITNESS.verifier}', {{key: '{WITNESS.verifier}'}}]",
            "`quorum` asks for 2 witnesses, and 1 are named",
        ),
        ("version: 1\nwitnesses: [{url: 'https://w.example'}]", "needs the key `key`: its verifier key (type 4)"),
        (
            f"version: 1\nwitnesses: [{{key: '{WRITER.verifier}'}}]",
            "this is a writer's key, and a witness's belongs here",
        ),
        (f"version: 1\nwitnesses: [{{key: '{WITNESS.verifier}', url: x}}]", "this is no such address"),
        ("version: 1\nwitnesses: [[]]", "must be a mapping"),
        ("version: 1\nanchors: [{}]", "needs exactly one of `ref`, `repository`, `file`; it has none"),
        ("version: 1\nanchors: [{ref: refs/heads/a, file: b}]", "it has 2"),
        ("version: 1\nanchors: [{ref: main}]", "must be a ref by its full name"),
        ("version: 1\nversion: 1", "stands here again"),
        ("version: 1\norigin: &a x\nwriters: *a", ""),
    ],
)
def test_a_mistake_is_told_with_its_place(text: str, words: str) -> None:
    told = problems(text)

    assert told.startswith(f"{LEDGER_PATH}:")
    assert words in told


def test_all_mistakes_are_told_at_once() -> None:
    assert problems("version: 0\nwriter: x\nquorum: many\n").count("\n") == 2


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_whatever_it_holds_only_the_promised_error_escapes(data: bytes) -> None:
    with suppress(ConfigurationError):
        assert load_settings(data, LEDGER_PATH).quorum == 0


def test_a_witness_is_a_key_alone_or_one_with_an_address() -> None:
    text = f"version: 1\nwitnesses: ['{WITNESS.verifier}', {{key: '{WITNESS.verifier}', url: 'https://w.example/x'}}]\n"

    found = load_settings(text.encode(), LEDGER_PATH).witnesses

    assert found == (Witness(key=WITNESS.verifier), Witness(key=WITNESS.verifier, url="https://w.example/x"))
