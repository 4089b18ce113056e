"""What is about to be signed is told from its own bytes, and nothing of it is left out."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct
from tests.samples.voices import LEDGER, NOW, about, approval

from weighbridge.domain.ids import Digest, EvidenceId, digest
from weighbridge.domain.record import Verdict
from weighbridge.ledger.envelope import Envelope, payload_of, pre_authentication_encoding
from weighbridge.ledger.errors import MalformedError
from weighbridge.ledger.predicates.approval import Approval
from weighbridge.ledger.predicates.break_glass import BreakGlass
from weighbridge.ledger.predicates.break_glass_review import BreakGlassReview
from weighbridge.ledger.predicates.document import Document
from weighbridge.ledger.predicates.enrolment import Enrolment
from weighbridge.ledger.predicates.override import Override
from weighbridge.ledger.predicates.revocation import Revocation
from weighbridge.ledger.predicates.rotation import Rotation
from weighbridge.ledger.predicates.waiver import Waiver
from weighbridge.ledger.statement import change_subject, ledger_subject, statement_payload
from weighbridge.review.statement_words import StatementWords, in_groups, words_of

UNTIL = datetime(2026, 7, 1, tzinfo=UTC)
SUBJECT = about()
WORDS = digest(b"why")


def told(said: Struct) -> StatementWords:
    subject = change_subject(SUBJECT) if hasattr(said, "about") else ledger_subject(LEDGER)
    return words_of(Envelope(payload=statement_payload(said, subject)).encoding)


def rows(words: StatementWords) -> dict[str, str]:
    return {row.label: row.value for row in (*words.about, *words.rest)}


@pytest.mark.parametrize(
    ("said", "title", "some"),
    [
        (Approval(about=SUBJECT, at=NOW, verdict=Verdict.APPROVE), "Approve a change", {}),
        (Approval(about=SUBJECT, at=NOW, verdict=Verdict.REJECT), "Reject a change", {}),
        (
            Approval(about=SUBJECT, at=NOW, verdict=Verdict.COMMENT, asked_of_agent=True),
            "Comment on a change",
            {"Asked of agent": "yes"},
        ),
        (
            Override(
                about=SUBJECT, at=NOW, requirements=(EvidenceId("a"), EvidenceId("b")), until=UNTIL, personal=WORDS
            ),
            "Let open requirements of a change pass",
            {"Requirements": "a, b", "Until": "2026-07-01T00:00:00Z"},
        ),
        (
            BreakGlass(about=SUBJECT, at=NOW, review_due=UNTIL, personal=WORDS),
            "Pass a change at once, by breaking the glass",
            {"Review due": "2026-07-01T00:00:00Z"},
        ),
        (
            BreakGlassReview(about=SUBJECT, at=NOW, reviews=WORDS, personal=WORDS),
            "Review a change that was passed by breaking the glass",
            {"Reviews": WORDS},
        ),
        (
            Document(about=SUBJECT, at=NOW, kind="threat-model", digest=WORDS, personal=WORDS),
            "Attach a document to a change",
            {"Kind": "threat-model"},
        ),
        (
            Waiver(at=NOW, rule="sql/*", until=UNTIL, personal=WORDS),
            "Accept findings of a rule",
            {"Rule": "sql/*", "Words beside it, by digest": WORDS},
        ),
        (
            Enrolment(at=NOW, key="ssh-ed25519 AAAA", fingerprint="SHA256:x", personal=WORDS),
            "Enrol a key",
            {"Fingerprint": "SHA256:x"},
        ),
        (Revocation(at=NOW, fingerprint="SHA256:x", cause="stolen"), "Revoke a key", {"Cause": "stolen"}),
        (Rotation(at=NOW, old="SHA256:x", new="SHA256:y", key="k"), "Replace a key", {"New": "SHA256:y"}),
    ],
)
def test_what_each_statement_says_is_told(said: Struct, title: str, some: dict[str, str]) -> None:
    words = told(said)

    assert words.title == title
    assert some.items() <= rows(words).items()
    assert rows(words)["Ledger"] == LEDGER
    assert rows(words)["Said at"] == "2026-06-01T12:00:00Z"


def test_what_a_statement_is_about_is_told() -> None:
    said = rows(words_of(Envelope(payload=approval(writer="the laptop")).encoding))

    assert said["Commit"] == SUBJECT.head_commit
    assert (said["The commit's tree"], said["The tree before"]) == (SUBJECT.head_tree, SUBJECT.base_tree)
    assert said["Decision"] == SUBJECT.decision
    assert said["Recorded by"] == "the laptop"


def test_what_a_newer_version_says_besides_is_told_too() -> None:
    payload = approval().replace(b'"verdict":', b'"unheard":{"of":[1]},"verdict":')

    assert rows(words_of(Envelope(payload=payload).encoding))["Unheard"] == '{"of":[1]}'


def test_the_digits_are_those_of_the_statement_s_digest() -> None:
    envelope = Envelope(payload=approval())
    words = words_of(envelope.encoding)

    assert Digest(f"sha256:{words.digest}") == envelope.digest
    assert "".join(in_groups(words.digest)) == words.digest
    assert {len(group) for group in in_groups(words.digest)} == {4}


@given(st.binary(max_size=200))
def test_a_payload_is_found_in_what_is_signed_of_it(payload: bytes) -> None:
    assert payload_of(pre_authentication_encoding(payload)) == payload


@pytest.mark.parametrize(
    "signed",
    [
        b"",
        b"DSSEv1 ",
        b"tree 1",
        pre_authentication_encoding(b"{}", "text/plain"),
        pre_authentication_encoding(b"{}") + b"!",
    ],
)
def test_what_is_no_statement_is_refused(signed: bytes) -> None:
    with pytest.raises(MalformedError, match="are not what is signed of a statement"):
        words_of(signed)


def test_what_is_no_in_toto_statement_is_refused() -> None:
    with pytest.raises(MalformedError):
        words_of(pre_authentication_encoding(b"{}"))
