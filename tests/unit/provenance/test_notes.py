"""git-ai's logs are read for what they explain, and no key is believed by its looks."""

import json

import pytest

from weighbridge.domain.change import LineRange
from weighbridge.domain.paths import encode_path
from weighbridge.domain.provenance import Origin
from weighbridge.provenance.claims import Record
from weighbridge.provenance.forms import built_in
from weighbridge.provenance.notes import MOST_BYTES, read_note

SESSION = "s_c9883b05a2487d"


def agent(tool: str, model: str = "m-1") -> dict[str, object]:
    return {"agent_id": {"tool": tool, "id": "x", "model": model}}


def note(attested: str, **tables: object) -> Record:
    metadata = {"schema_version": "authorship/3.0.0", "base_commit_sha": "b" * 40, "prompts": {}, **tables}
    return read_note(f"{attested}\n---\n{json.dumps(metadata)}".encode(), built_in().words)


def test_a_session_with_its_record_is_an_agents() -> None:
    found = note(f"src/a.py\n  {SESSION}::t_9f8e7d6c5b4a32 1-10,15", sessions={SESSION: agent("cursor")})

    (claim,) = found.claims
    assert (claim.path, claim.says, claim.agent) == ("src/a.py", Origin.AI, "cursor")
    assert claim.lines == (LineRange(start=1, end=10), LineRange(start=15, end=15))
    assert found.problems == ()


@pytest.mark.parametrize(
    "key",
    ["d9978a8723e02b52", "d9978a8", "6ef2299e-a67f-432b-aa80-3d2fb4d28999", "ai_agent"],
)
def test_a_prompt_key_of_any_shape_is_an_agents_when_its_record_names_the_tool(key: str) -> None:
    found = note(f"a.py\n  {key} 1", prompts={key: agent("claude-code")})

    assert [(c.says, c.agent) for c in found.claims] == [(Origin.AI, "claude")]


@pytest.mark.parametrize(
    "key",
    [
        f"{SESSION}::t_9f8e7d6c5b4a32",
        SESSION,
        "d9978a8723e02b52",
        "d9978a8",
        "6ef2299e-a67f-432b-aa80-3d2fb4d28999",
        "ai_agent",
        "somebody",
    ],
)
def test_a_key_without_its_record_says_nothing(key: str) -> None:
    found = note(f"a.py\n  {key} 1")

    assert found.claims == ()
    assert "without a record" in found.problems[0]


@pytest.mark.parametrize("key", ["h_31dce776f88375", "human"])
def test_a_persons_key_is_a_persons(key: str) -> None:
    found = note(f"a.py\n  {key} 5-6", humans={"h_31dce776f88375": {"author": "Ada <ada@example.org>"}})

    assert [(c.says, c.agent) for c in found.claims] == [(Origin.HUMAN, "")]


@pytest.mark.parametrize("tool", ["mock_ai", "test-agent", "MOCK_AI"])
def test_data_of_a_recorders_own_tests_is_left_out(tool: str) -> None:
    found = note("a.py\n  d9978a8723e02b52 1", prompts={"d9978a8723e02b52": agent(tool)})

    assert found.claims == ()
    assert found.problems == ("holds a test tool's data, which says nothing about the work",)


def test_quoted_and_odd_paths_are_read() -> None:
    words = built_in().words
    metadata = json.dumps({"schema_version": "authorship/3.0.0", "humans": {}}).encode()

    found = read_note(b'"my file.py"\n  human 1\ncaf\xe9.py\n  human 2\n---\n' + metadata, words)

    assert [c.path for c in found.claims] == ["my file.py", encode_path(b"caf\xe9.py")]


def test_a_note_without_lines_claims_nothing() -> None:
    assert note("") == Record()


@pytest.mark.parametrize(
    "entry",
    ["  human 0", "  human 9-3", "  human 1,,2", "  human x", "  human", "  human 99999999999"],
)
def test_an_entry_that_cannot_be_read_is_reported(entry: str) -> None:
    found = note(f"a.py\n{entry}\n  human 7")

    assert [c.lines for c in found.claims] == [(LineRange(start=7, end=7),)]
    assert "cannot be read" in found.problems[0]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"a.py\n  human 1",
        b"a.py\n  human 1\n---\nnot json",
        b"a.py\n  human 1\n---\n[]",
        b"---\n" + b"[" * 100_000,
        b'{"files": {}}',
        b"\xff\xfe\x00",
        b"x" * (MOST_BYTES + 1),
        b"  human 1\n---\n{}",
    ],
)
def test_a_malformed_note_says_so(data: bytes) -> None:
    assert read_note(data, built_in().words).problems


def test_a_note_of_another_version_is_read_as_far_as_it_fits() -> None:
    found = note("a.py\n  human 1", schema_version="authorship/4.0.0")

    assert found.claims
    assert "authorship/4.0.0" in found.problems[0]
