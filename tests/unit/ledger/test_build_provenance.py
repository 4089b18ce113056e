"""What comes with an image says which commit it was built of, and is believed where a builder whom Trust names signed it."""

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.samples.ledger import Key
from tests.samples.provenance import (
    BUILDER,
    COMMIT,
    DIGITS,
    IMAGE,
    REPOSITORY,
    Cosign,
    bundle,
    encoding,
    envelope,
    inspected,
    v02,
    v1,
)
from tests.samples.ssh_keys import SshKey, ed25519, rsa_key, security_key

from weighbridge.ledger.build_provenance import Claim, claim_of, digest_of_image
from weighbridge.ledger.builders import Builder, read_builder_key
from weighbridge.ledger.errors import MalformedError

Said = dict[str, object]


class Signs(Protocol):
    """Whatever signs bytes."""

    def sign(self, message: bytes) -> bytes:
        """A signature."""


COSIGN, SSH, NOTE, STRANGER = Cosign(), ed25519(), Key("builder", 5), Cosign()


def builder(text: str, *, id: str = "", source: str = "") -> Builder:  # noqa: A002 - as ledger.yaml calls it
    name, key = read_builder_key(text)
    return Builder(name=name, key=key, id=id, source=source)


BUILDERS = (builder(COSIGN.line), builder(f"{SSH.line} ssh"), builder(str(NOTE.verifier)))


def claimed(value: object, *, builders: tuple[Builder, ...] = BUILDERS, image: str = IMAGE) -> Claim:
    return claim_of(json.dumps(value).encode(), image, builders=builders)


@pytest.mark.parametrize("statement", [v1(), v02()], ids=["v1", "v0.2"])
@pytest.mark.parametrize("wrap", [envelope, bundle])
@pytest.mark.parametrize("key", [COSIGN, SSH, NOTE], ids=["cosign", "ssh", "note"])
def test_what_a_named_builder_signed_is_proven(statement: Said, wrap: Callable[..., Said], key: Signs) -> None:
    found = claimed(wrap(statement, ("", key.sign(encoding(statement)))))

    assert (found.commit, found.unproven) == (COMMIT, "")
    assert found.signer


def test_a_raw_ed25519_signature_by_an_ssh_key_counts_as_dsse_makes_it() -> None:
    key = Key("plain", 7)
    line = builder(str(key.verifier))

    assert not claimed(envelope(v1(), ("x", key.sign(encoding(v1())))), builders=(line,)).unproven


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (v1(), "the provenance is signed by nobody: let the build sign"),
        (bundle(v1()), "its signature is by a certificate, which is not verified here: let the build sign"),
        (envelope(v1(), ("key-1", STRANGER.sign(encoding(v1())))), "(key-1) is by no builder whom ledger.yaml names"),
        (envelope(v1(), ("", COSIGN.sign(encoding(v02())))), "is by no builder whom ledger.yaml names"),
        (inspected(), "labels are what an image says of itself, and nobody signed them"),
    ],
    ids=["bare", "certificate", "stranger", "other bytes", "labels"],
)
def test_whatever_else_names_a_commit_and_proves_nothing(value: object, words: str) -> None:
    found = claimed(value)

    assert found.commit == COMMIT
    assert words in found.unproven


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (v1(digits="e" * 64), "the provenance is about eeeeeeeeeeee, and the image is dddddddddddd"),
        (inspected(digits="e" * 64), "is about another image"),
        (inspected(commit="main"), "labels name no commit"),
        (v1(commit="main"), "names no commit that it was built of"),
        ({**v1(), "predicateType": "https://spdx.dev/Document"}, "no SLSA provenance"),
        ({**v1(), "_type": "x"}, "no in-toto statement"),
        (envelope(v1(), payload_type="text/plain"), "and no in-toto statement"),
        ({"payload": "%", "payloadType": "application/vnd.in-toto+json"}, "not in base64"),
        ({}, "no provenance that can be read"),
        ([], "the provenance is empty"),
        (3, "no provenance that can be read"),
    ],
)
def test_what_does_not_fit_is_said(value: object, words: str) -> None:
    with pytest.raises(MalformedError, match=words):
        claimed(value)


@pytest.mark.parametrize("image", ["shop/cart:latest", "shop/cart", f"shop/cart@sha256:{'D' * 64}", f" {IMAGE}", ""])
def test_an_image_that_is_pinned_to_no_digest_is_none(image: str) -> None:
    with pytest.raises(MalformedError, match="is pinned to no digest"):
        digest_of_image(image)


def test_of_many_lines_the_one_about_the_image_that_is_proven_counts() -> None:
    other, mine = v1(digits="e" * 64, commit="a" * 40), v1()
    lines = [
        bundle(other, ("", COSIGN.sign(encoding(other)))),
        bundle(v1(commit="b" * 40)),
        bundle(mine, ("", COSIGN.sign(encoding(mine)))),
    ]
    data = "\n".join(map(json.dumps, lines)).encode()

    assert claim_of(data, IMAGE, builders=BUILDERS).commit == COMMIT


SECOND: tuple[Said, ...] = ({"uri": "git+https://github.com/acme/library", "digest": {"gitCommit": "b" * 40}},)


def test_of_several_sources_nobody_guesses_which_is_meant() -> None:
    statement = v1(more=SECOND)

    with pytest.raises(MalformedError, match="names 2 commits"):
        _ = claimed(envelope(statement, ("", COSIGN.sign(encoding(statement))))).commit


@pytest.mark.parametrize("source", [REPOSITORY, f"git+{REPOSITORY}", f"{REPOSITORY}.git"])
def test_the_builders_source_says_which_is_meant(source: str) -> None:
    statement = v1(more=SECOND)

    found = claimed(
        envelope(statement, ("", COSIGN.sign(encoding(statement)))), builders=(builder(COSIGN.line, source=source),)
    )

    assert (found.commit, found.unproven) == (COMMIT, "")


def test_a_builder_says_nothing_of_other_repositories() -> None:
    signed = envelope(v1(), ("", COSIGN.sign(encoding(v1()))))

    found = claimed(signed, builders=(builder(COSIGN.line, source="https://github.com/acme/other"),))

    assert "it was built of no source at https://github.com/acme/other" in found.unproven


@pytest.mark.parametrize("name", [BUILDER, "https://example.org/another"])
def test_a_builder_speaks_as_itself_alone(name: str) -> None:
    signed = envelope(v1(), ("", COSIGN.sign(encoding(v1()))))

    found = claimed(signed, builders=(builder(COSIGN.line, id=name),))

    assert bool(found.unproven) is (name != BUILDER)


@pytest.mark.parametrize("key", [rsa_key(), security_key()], ids=["rsa", "security key"])
def test_any_key_that_ssh_signs_with_may_build(key: SshKey) -> None:
    signed = envelope(v1(), ("", key.sign(encoding(v1()))))

    assert not claimed(signed, builders=(builder(key.line),)).unproven


@pytest.mark.parametrize(
    "text",
    ["", "ssh-ed25519", "ssh-ed25519 !!!", f"ssh-rsa {SSH.line.split()[1]}", "name+00000000+AAAA", "a b"],
    ids=["nothing", "a kind alone", "no base64", "another kind", "another id", "two words"],
)
def test_what_is_no_key_names_no_builder(text: str) -> None:
    with pytest.raises(MalformedError):
        read_builder_key(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    with suppress(MalformedError):
        claim_of(data, IMAGE, builders=BUILDERS)


@given(
    st.sampled_from(["subject", "predicate", "predicateType", "_type", "payload", "signatures", "dsseEnvelope"]), JSON
)
def test_no_field_raises_anything_else(field: str, value: object) -> None:
    for whole in (v1(), envelope(v1(), ("", b"x" * 64)), bundle(v1()), inspected()[0]):
        with suppress(MalformedError):
            claimed({**whole, field: value})


def test_the_digits_of_an_image_are_those_of_its_digest() -> None:
    assert digest_of_image(IMAGE) == DIGITS
