"""A project adds its own forms and its rule of disclosure, and is told every mistake at once."""

import pytest
from scripts.write_schemas import DOCUMENTS, SCHEMAS, schema_text
from tests.unit.provenance.samples import commit, decide

from weighbridge.domain.change import LineRange
from weighbridge.domain.findings import Confidence
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.provenance import Origin, Source
from weighbridge.landscape.documents.configuration import ConfigurationError
from weighbridge.provenance.claims import LineClaim
from weighbridge.provenance.decide import Signals
from weighbridge.provenance.disclosure import Rule
from weighbridge.provenance.forms import built_in
from weighbridge.provenance.settings import Settings
from weighbridge.provenance.settings_file import PROVENANCE_PATH, load_settings

FORMS = """
version: 1
forms:
  - id: house/agent
    agent: house
    kind: address
    match: [agent@example.org, bot@example.org]
    confidence: high
    source: our own
  - id: house/trailer
    kind: trailer
    key: Written-with
    match: "{agent} {word}"
    confidence: medium
    source: our own
identity_trailers: [Paired-with]
test_tools: [our-mock]
"""
CO_AUTHORED = "Round\n\nCo-Authored-By: Claude <noreply@anthropic.com>"


def settings(text: str) -> Settings:
    return load_settings(text.encode(), PROVENANCE_PATH)


def problems(text: str) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        settings(text)
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    "message",
    [
        "Round\n\nCo-authored-by: Agent <AGENT@example.org>",
        "Round\n\nPaired-with: Bot <bot@example.org>",
        "Round\n\nWritten-with: House v2",
    ],
)
def test_a_projects_own_form_is_recognised(message: str) -> None:
    assert decide(commit(message), settings=settings(FORMS)).agents == ("house",)


def test_the_known_forms_stay_in_force_beside_a_projects_own() -> None:
    assert decide(commit(CO_AUTHORED), settings=settings(FORMS)).agents == ("claude",)


@pytest.mark.parametrize("text", ["version: 1\n", "version: 1\nforms: []\n", "version: 1\nx-owner: us\n"])
def test_an_empty_document_changes_nothing(text: str) -> None:
    assert settings(text).forms.forms == built_in().forms


def test_all_mistakes_are_told_with_their_lines_and_the_nearest_key() -> None:
    text = (
        "version: 1\nformes: []\nforms:\n  - id: a/b\n    agent: a\n    kind: adress\n    match: x@y\n"
        "  - id: c/d\n    agnet: c\n    kind: name\n    match: x\ndisclosure:\n  rule: always\n"
    )

    assert problems(text) == [
        ".weighbridge/provenance.yaml:2:1: unknown key `formes`: did you mean `forms`?",
        ".weighbridge/provenance.yaml:6:11: `forms[1].kind` cannot be `adress`: did you mean `address`?",
        ".weighbridge/provenance.yaml:9:5: unknown key `agnet` in `forms[2]`: did you mean `agent`?",
        (
            ".weighbridge/provenance.yaml:13:9: `disclosure.rule` cannot be `always`: "
            "known are `none`, `require`, `forbid`, `format`"
        ),
    ]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("match", '"@example.org"', "not an exact address"),
        ("match", '"*@example.org"', "not an exact address"),
        ("match", "[]", "needs at least 1"),
        ("kind", "github-id", "not a GitHub number"),
        ("kind", "trailer", "needs its `key`"),
        ("confidence", "sure", "cannot be `sure`"),
    ],
)
def test_a_form_that_would_match_too_much_or_nothing_is_refused(field: str, value: str, *, words: str) -> None:
    entry = {"id": "a/b", "agent": "a", "kind": "address", "match": "a@example.org", field: value}
    text = "version: 1\nforms:\n  - " + "\n    ".join(f"{k}: {v}" for k, v in entry.items())

    assert words in problems(text)[0]


@pytest.mark.parametrize("pattern", ["*", "* *", "{nothing}", "{agent}{agent}", "a*b*c*d*e*f", "x" * 501])
def test_a_pattern_that_says_nothing_or_too_much_is_refused(pattern: str) -> None:
    text = f'version: 1\nforms:\n  - {{id: a/b, agent: a, kind: name, match: "{pattern}"}}'

    assert pattern[:20] in problems(text)[0]


@pytest.mark.parametrize(
    "text",
    [
        "- a\n",
        "",
        "forms: []\n",
        'version: 1\ndisclosure: {rule: format, form: "*"}\n',
        "version: 1\nforms: [{id: a/b, kind: name, match: x}]\n",
        "version: 1\nversion: 1\n",
        "version: 1\nforms: {}\n",
        "version: 1\nforms: [x]\n",
        "version: 1\ndisclosure: require\n",
        "version: 1\ntest_tools: {a: b}\n",
        "a: [",
        "a: &a [*a]\n",
        "!!python/object/apply:os.system [echo]\n",
        "version: 1\nforms: " + "[" * 50 + "]" * 50,
        "[" * 20_000,
    ],
)
def test_a_document_that_is_not_one_is_refused_with_its_place(text: str) -> None:
    assert all(p.startswith(".weighbridge/provenance.yaml:") for p in problems(text))


def test_aliases_that_multiply_are_refused() -> None:
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdef", "bcdefg", strict=True)
    )

    assert "provenance.yaml:" in problems(bomb)[0]


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"provenance.yaml:"):
        load_settings(b"version: 1\n\xff", PROVENANCE_PATH)


def test_a_document_of_a_later_version_is_read_as_far_as_it_is_known() -> None:
    assert settings("version: 2\nlater: 1\ndisclosure: {rule: forbid}\n").disclosure.rule is Rule.FORBID


def test_the_published_schema_is_the_shape() -> None:
    schema = SCHEMAS / "provenance.schema.json"

    assert schema.read_text() == schema_text(*DOCUMENTS[schema.name]), "run `python -m scripts.write_schemas`"


def rule(words: str) -> Settings:
    return settings(f"version: 1\ndisclosure: {{{words}}}\n")


def noted() -> Signals:
    line = LineClaim(
        path=RepoPath("a.py"),
        lines=(LineRange(start=1, end=1),),
        says=Origin.AI,
        agent="cursor",
        source=Source.NOTES,
        confidence=Confidence.HIGH,
        detail="note",
    )
    return Signals(claims={commit().oid: (line,)})


def test_without_a_rule_nothing_breaks_one() -> None:
    assert Settings().disclosure.rule is Rule.NONE
    assert decide(commit(CO_AUTHORED)).disclosure == ()


def test_where_disclosure_is_required_a_noted_commit_that_is_silent_breaks_the_rule() -> None:
    assert "cursor" in decide(commit(), signals=noted(), settings=rule("rule: require")).disclosure[0]


def test_where_disclosure_is_required_a_commit_that_discloses_keeps_the_rule() -> None:
    assert decide(commit(CO_AUTHORED), signals=noted(), settings=rule("rule: require")).disclosure == ()


def test_where_disclosure_is_required_a_commit_without_evidence_is_not_accused() -> None:
    assert decide(commit(), settings=rule("rule: require")).disclosure == ()


def test_where_marks_are_forbidden_a_message_with_one_breaks_the_rule() -> None:
    assert "claude" in decide(commit(CO_AUTHORED), settings=rule("rule: forbid")).disclosure[0]


def test_where_marks_are_forbidden_a_note_is_none_of_the_messages_business() -> None:
    assert decide(commit(), signals=noted(), settings=rule("rule: forbid")).disclosure == ()


def test_where_a_form_is_asked_for_other_forms_break_the_rule() -> None:
    found = decide(commit(CO_AUTHORED), settings=rule("rule: format")).disclosure

    assert "without a trailer `Assisted-by: {agent}:{word}`" in found[0]


def test_where_a_form_is_asked_for_a_malformed_trailer_and_an_agents_sign_off_break_the_rule() -> None:
    message = "Round\n\nAssisted-by: Claude <noreply@anthropic.com>\nSigned-off-by: Claude <noreply@anthropic.com>"

    found = decide(commit(message), settings=rule("rule: format")).disclosure

    assert len(found) == 2
    assert "not of the form" in found[0]
    assert "signed off" in found[1]


def test_where_a_form_is_asked_for_it_keeps_the_rule() -> None:
    message = "Round\n\nAssisted-by: Claude:claude-opus-4-6 sparse\nSigned-off-by: Ada <ada@example.org>"

    assert decide(commit(message), settings=rule("rule: format")).disclosure == ()


def test_a_project_may_ask_for_a_form_of_its_own() -> None:
    wanted = rule('rule: format, trailer: AI, form: "{agent} *"')

    kept = decide(commit("Round\n\nAI: claude for tests\nMade-with: Cursor"), settings=wanted)
    broken = decide(commit("Round\n\nMade-with: Cursor"), settings=wanted)

    assert (kept.disclosure, len(broken.disclosure)) == ((), 1)
