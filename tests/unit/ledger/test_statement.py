"""A statement says one thing, in one spelling, about exactly what it names."""

import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripts.write_schemas import SCHEMAS
from tests.samples.ledger import BEGAN, ORIGIN, about, decision_payload

from weighbridge.domain.gate import GateState
from weighbridge.domain.ids import Digest, ObjectId
from weighbridge.domain.record import StatusState, Verdict
from weighbridge.ledger.canonical_json import canonical_json
from weighbridge.ledger.errors import LedgerError, MalformedError
from weighbridge.ledger.predicate_types import name_of, predicate_types, uri_of
from weighbridge.ledger.predicates.approval import Approval
from weighbridge.ledger.predicates.package_decision import PackageDecision
from weighbridge.ledger.predicates.slsa_summary import Reference
from weighbridge.ledger.predicates.source_provenance import Control, SourceProvenance
from weighbridge.ledger.predicates.status import Status
from weighbridge.ledger.schema import schema_files, statement_schema
from weighbridge.ledger.slsa import Revision, policy_reference, provenance_payload, summary_payload
from weighbridge.ledger.statement import (
    Statement,
    change_subject,
    ledger_subject,
    read_statement,
    statement_payload,
)

APPROVAL = Approval(about=about(4), at=BEGAN, verdict=Verdict.APPROVE, read_for=95)
STATUS = Status(at=BEGAN, name="ci", state=StatusState.PASSED, tree=ObjectId("a" * 40), source="forge")


def changed(payload: bytes, *place: str | int, to: object) -> bytes:
    body: Any = json.loads(payload)
    inner = body
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = to
    return canonical_json(body)


def test_a_statement_is_read_as_it_was_said() -> None:
    said = read_statement(statement_payload(APPROVAL, change_subject(about(4))))

    assert said.read_as(Approval) == APPROVAL
    assert said.about == about(4)
    assert said.ledger == ORIGIN
    assert said.predicate_type == "https://weighbridge.dev/ledger/approval/v1"


def test_its_subjects_are_the_head_and_the_decision_and_never_the_base() -> None:
    said = read_statement(statement_payload(APPROVAL, change_subject(about(4))))

    assert [(each.name, each.digest) for each in said.subject] == [
        ("head-tree", {"gitTree": about(4).head_tree}),
        ("head-commit", {"gitCommit": about(4).head_commit}),
        ("decision", {"sha256": about(4).decision.removeprefix("sha256:")}),
    ]


def test_a_statement_about_no_change_is_about_its_ledger() -> None:
    said = read_statement(statement_payload(STATUS, ledger_subject(ORIGIN)))

    assert (said.about, said.ledger, said.read_as(Status)) == (None, ORIGIN, STATUS)


def test_a_subject_that_names_another_origin_than_it_is_the_digest_of_names_none() -> None:
    payload = changed(statement_payload(STATUS, ledger_subject(ORIGIN)), "subject", 0, "name", to="example.com/other")

    assert read_statement(payload).ledger is None


@pytest.mark.parametrize("name", ["head_tree", "head_commit", "decision"])
def test_a_statement_whose_subjects_are_of_another_change_is_refused(name: str) -> None:
    subject = change_subject(msgspec.structs.replace(about(4), **{name: "sha256:" + "b" * 64}))

    with pytest.raises(MalformedError, match="subjects are not those of the change"):
        _ = read_statement(statement_payload(APPROVAL, subject)).about


def test_a_change_that_is_not_committed_has_no_commit_among_its_subjects() -> None:
    staged = msgspec.structs.replace(about(4), head_commit=None)
    said = read_statement(statement_payload(msgspec.structs.replace(APPROVAL, about=staged), change_subject(staged)))

    assert said.about == staged
    assert "head-commit" not in {each.name for each in said.subject}


def test_what_a_newer_version_says_besides_is_kept_and_passed_over() -> None:
    payload = changed(statement_payload(APPROVAL, change_subject(about(4))), "predicate", "newer", to={"a": [1]})

    said = read_statement(payload)

    assert said.predicate["newer"] == {"a": [1]}
    assert said.read_as(Approval) == APPROVAL


def test_a_statement_of_another_kind_is_not_read_as_this_one() -> None:
    said = read_statement(decision_payload())

    with pytest.raises(MalformedError, match=r"was asked for https://weighbridge.dev/ledger/approval/v1"):
        said.read_as(Approval)


def test_a_predicate_without_what_it_must_have_is_refused_with_the_reason() -> None:
    payload = changed(statement_payload(APPROVAL, change_subject(about(4))), "predicate", "verdict", to="maybe")

    with pytest.raises(MalformedError, match=r"not of its form: .*verdict"):
        read_statement(payload).read_as(Approval)


@pytest.mark.parametrize(
    "spelling",
    [
        lambda payload: payload.replace(b'{"_type"', b'{ "_type"'),
        lambda payload: payload + b"\n",
        lambda payload: payload.replace(b'{"_type"', b'{"_type":"x","_type"'),
        lambda payload: payload.replace(b"high", b"hig\\u0068"),
        lambda payload: b"\xef\xbb\xbf" + payload,
    ],
)
def test_another_spelling_of_the_same_is_refused(spelling: object) -> None:
    assert callable(spelling)
    with pytest.raises(MalformedError, match=r"canonical form|not JSON"):
        read_statement(spelling(decision_payload()))


@pytest.mark.parametrize(
    ("place", "to", "words"),
    [
        (("_type",), "https://in-toto.io/Statement/v0.1", "what is read here is"),
        (("subject",), [], "about nothing"),
        (("subject", 0, "digest"), {}, "about nothing"),
        (("subject",), "x", "no in-toto statement"),
        (("predicate",), 5, "no in-toto statement"),
    ],
)
def test_what_is_no_statement_is_refused(place: tuple[str | int, ...], to: object, words: str) -> None:
    with pytest.raises(MalformedError, match=words):
        read_statement(changed(decision_payload(), *place, to=to))


@given(
    st.binary(max_size=200)
    | st.recursive(
        st.none() | st.text(max_size=9), lambda x: st.lists(x) | st.dictionaries(st.text(max_size=5), x)
    ).map(canonical_json)
)
def test_whatever_bytes_there_are_they_are_a_statement_or_refused(payload: bytes) -> None:
    for data in (payload, changed(decision_payload(), "predicate", to={"about": payload.hex()})):
        try:
            said = read_statement(data)
            _ = said.about, said.ledger
            said.read_as(PackageDecision)
        except LedgerError:
            continue


def test_depth_is_no_way_in() -> None:
    with pytest.raises(MalformedError):
        read_statement(b'{"a":' * 20_000 + b"1" + b"}" * 20_000)


@pytest.mark.parametrize("name", predicate_types())
def test_every_predicate_has_its_uri_its_schema_and_its_section(name: str) -> None:
    kind = predicate_types()[name]
    page = (SCHEMAS.parent / "ledger-predicates.md").read_text("utf-8")

    assert name_of(uri_of(kind)) == name
    assert (SCHEMAS / f"ledger-{name}.schema.json").read_text("utf-8") == schema_files()[f"ledger-{name}.schema.json"]
    assert f"\n## {name}\n" in page
    jsonschema.Draft202012Validator.check_schema(statement_schema(name))


def test_no_schema_is_left_of_a_predicate_that_is_gone() -> None:
    assert {path.name for path in Path(SCHEMAS).glob("ledger-*.json")} - {"ledger.schema.json"} >= set(schema_files())


@pytest.mark.parametrize(
    ("name", "payload"),
    [
        ("approval", statement_payload(APPROVAL, change_subject(about(4)))),
        ("package-decision", decision_payload()),
        ("status", statement_payload(STATUS, ledger_subject(ORIGIN))),
    ],
)
def test_what_is_said_keeps_to_its_schema(name: str, payload: bytes) -> None:
    jsonschema.validate(json.loads(payload), statement_schema(name))


def test_a_predicate_that_nobody_here_knows_has_no_name() -> None:
    assert name_of("https://example.com/other/v1") is None


@dataclass(frozen=True)
class Summarised:
    said: Statement
    predicate: dict[str, Any]


def summarised(state: GateState, *levels: str) -> Summarised:
    revision = Revision(
        repository="git+https://example.com/storefront",
        address="https://example.com/storefront/commit/7",
        branches=("refs/heads/main",),
    )
    policy = policy_reference("https://example.com/policy", Digest("sha256:" + "c" * 64))
    payload = summary_payload(
        about(4), revision, state=state, at=BEGAN, policy=policy, levels=levels or ("SLSA_SOURCE_LEVEL_2",)
    )
    said = read_statement(payload)
    jsonschema.validate(json.loads(payload), statement_schema("slsa-summary"))
    return Summarised(said, said.predicate)


def test_a_satisfied_gate_is_summarised_as_slsa_asks() -> None:
    found = summarised(GateState.SATISFIED)

    assert found.said.predicate_type == "https://slsa.dev/verification_summary/v1"
    assert msgspec.to_builtins(found.said.subject) == (
        {
            "uri": "https://example.com/storefront/commit/7",
            "digest": {"gitCommit": about(4).head_commit},
            "annotations": {"source_branches": ["refs/heads/main"]},
        },
    )
    assert found.predicate == {
        "verifier": {"id": "https://weighbridge.dev/gate"},
        "timeVerified": "2026-03-09T14:05:30Z",
        "resourceUri": "git+https://example.com/storefront",
        "policy": {"uri": "https://example.com/policy", "digest": {"sha256": "c" * 64}},
        "verificationResult": "PASSED",
        "verifiedLevels": ["SLSA_SOURCE_LEVEL_2"],
        "slsaVersion": "1.2",
    }


@pytest.mark.parametrize("state", sorted(set(GateState) - {GateState.SATISFIED}))
def test_no_other_state_passes_or_is_of_any_level(state: GateState) -> None:
    found = summarised(state).predicate

    assert (found["verificationResult"], found["verifiedLevels"]) == ("FAILED", [])


@pytest.mark.parametrize(
    "levels", [("ORG_SOURCE_REVIEWED",), ("SLSA_SOURCE_LEVEL_1", "SLSA_SOURCE_LEVEL_2"), ("SLSA_SOURCE_LEVEL_9",)]
)
def test_a_summary_states_one_level_of_the_source_track(levels: tuple[str, ...]) -> None:
    with pytest.raises(MalformedError, match="one must be of the source track"):
        summarised(GateState.SATISFIED, *levels)


def test_source_provenance_is_about_the_change_and_names_what_was_enforced() -> None:
    said = SourceProvenance(
        about=about(4),
        at=BEGAN,
        repository="git+https://example.com/storefront",
        branch="refs/heads/main",
        controls=(Control(name="ORG_SOURCE_REVIEWED", since=BEGAN - timedelta(days=9)),),
        approvals=(Digest("sha256:" + "d" * 64),),
    )

    read = read_statement(provenance_payload(said))

    assert read.read_as(SourceProvenance) == said
    assert read.about == about(4)


def test_a_reference_to_a_policy_has_its_digest_as_slsa_writes_it() -> None:
    assert policy_reference("x", Digest("sha256:ab")) == Reference(uri="x", digest={"sha256": "ab"})
