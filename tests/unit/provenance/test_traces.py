"""agent-trace records are read leniently; how far they keep to their schema is told apart."""

import json

import pytest

from weighbridge.domain.change import LineRange
from weighbridge.domain.provenance import Origin
from weighbridge.provenance.forms import built_in
from weighbridge.provenance.traces import MOST_BYTES, Traces, read_traces

REVISION = "a" * 40


def record(**changes: object) -> dict[str, object]:
    return {
        "version": "0.1.0",
        "id": "550e8400-e29b-41d4-a716-446655440000",
        "timestamp": "2026-01-23T14:30:00Z",
        "vcs": {"type": "git", "revision": REVISION},
        "tool": {"name": "cursor", "version": "2.4.0"},
        "files": [file()],
        **changes,
    }


def file(
    path: str = "src/a.ts", contributor: object = None, *, span: dict[str, object] | None = None
) -> dict[str, object]:
    who = contributor or {"type": "ai", "model_id": "anthropic/claude-opus-4-5"}
    return {
        "path": path,
        "conversations": [{"contributor": who, "ranges": [{"start_line": 42, "end_line": 67, **(span or {})}]}],
    }


def read(*records: dict[str, object]) -> Traces:
    return read_traces("\n".join(json.dumps(r) for r in records).encode(), built_in().words)


def test_a_record_of_the_schema_conforms_and_gives_its_lines() -> None:
    found = read(record())

    assert (found.total, found.conforming, found.problems) == (1, 1, ())
    (claim,) = found.records[0].claims
    assert (found.records[0].revision, claim.path, claim.says, claim.agent) == (
        REVISION,
        "src/a.ts",
        Origin.AI,
        "cursor",
    )
    assert claim.lines == (LineRange(start=42, end=67),)


def test_the_version_its_own_writer_writes_is_read_and_reported() -> None:
    found = read(record(version="1.0"))

    assert found.records[0].claims
    assert (found.conforming, found.problems) == (0, ("version `1.0` is not of the form 0.1.0",))


@pytest.mark.parametrize(
    ("said", "origin"), [("ai", Origin.AI), ("mixed", Origin.MIXED), ("human", Origin.HUMAN), ("AI", Origin.AI)]
)
def test_each_kind_of_contributor_is_told_apart(said: str, origin: Origin) -> None:
    assert [c.says for c in read(record(files=[file(contributor={"type": said})])).records[0].claims] == [origin]


def test_a_ranges_own_contributor_comes_before_the_conversations() -> None:
    found = read(record(files=[file(contributor={"type": "human"})]))
    span = {"start_line": 1, "end_line": 2, "contributor": {"type": "ai"}}
    conversation = {"contributor": {"type": "human"}, "ranges": [span]}
    handed_over = read(record(files=[{"path": "a.py", "conversations": [conversation]}]))

    assert [c.says for c in found.records[0].claims] == [Origin.HUMAN]
    assert [c.says for c in handed_over.records[0].claims] == [Origin.AI]


@pytest.mark.parametrize("contributor", [{"type": "unknown"}, {"type": 3}, {"type": "robot"}, {}])
def test_an_unknown_contributor_claims_nothing(contributor: object) -> None:
    entry = {
        "path": "a.py",
        "conversations": [{"contributor": contributor, "ranges": [{"start_line": 1, "end_line": 1}]}],
    }

    assert read(record(files=[entry])).records[0].claims == ()


@pytest.mark.parametrize("path", ["/etc/passwd", "../x", "a/../../x", "C:\\x", "a//b", ""])
def test_a_path_that_leaves_the_repository_claims_nothing(path: str) -> None:
    found = read(record(files=[file(path)]))

    assert found.records[0].claims == ()
    assert found.problems


@pytest.mark.parametrize(
    "span", [{"start_line": 0}, {"end_line": 1}, {"start_line": "1"}, {"start_line": True}, {"end_line": 10**12}]
)
def test_lines_that_are_none_are_reported(span: dict[str, object]) -> None:
    found = read(record(files=[file(span=span)]))

    assert (found.records[0].claims, found.conforming) == ((), 0)


@pytest.mark.parametrize("data", [b"[]", b"{", b"\xff", b"[" * 100_000, b"null", b"x" * (MOST_BYTES + 1)])
def test_a_malformed_file_says_so(data: bytes) -> None:
    assert read_traces(data, built_in().words).problems


def test_a_broken_line_does_not_take_the_others_with_it() -> None:
    found = read_traces(b"{\n" + json.dumps(record()).encode() + b"\n", built_in().words)

    assert (found.total, found.conforming, len(found.records)) == (2, 1, 1)


def test_an_empty_file_is_no_problem() -> None:
    assert read_traces(b"\n", built_in().words) == Traces()


def test_the_model_names_the_agent_where_the_tool_does_not() -> None:
    assert [c.agent for c in read(record(tool={"name": "unknown"})).records[0].claims] == ["claude"]
