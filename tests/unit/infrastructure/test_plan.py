"""Plans: whatever bytes come, a plan or the reason; and what real ones say."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.facts.terraform.changes import Action, ResourceChange
from weighbridge.facts.terraform.plan import MOST_BYTES, Plan, read_plan

REAL = Path(__file__).parents[2] / "samples" / "terraform" / "plan.json"
"""Written by Terraform 1.11 of a configuration of our own, which replaces, forgets, moves and shrinks."""

KEYS = (
    "address", "change", "actions", "before", "after", "after_unknown", "type", "name", "index", "mode", "resource_changes",
    "resource_drift", "deferred_changes", "output_changes", "checks", "configuration", "root_module", "resources",
    "replace_paths", "format_version", "errored", "complete", "prior_state", "values", "child_modules", "instances", "problems",
)  # fmt: skip
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["delete", "create", "1.2", "a.b", "fail"]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=4), inner, max_size=5)
    ),
    max_leaves=30,
)


def read(content: object) -> Plan:
    found = read_plan(json.dumps(content).encode())
    assert isinstance(found, Plan), found
    return found


def missing(data: bytes) -> CouldNotLook:
    found = read_plan(data)
    assert isinstance(found, CouldNotLook)
    return found


def resource(**change: Any) -> dict[str, Any]:  # noqa: ANN401 - as JSON has it
    return {"address": "aws_s3_bucket.a", "type": "aws_s3_bucket", "name": "a", "change": change}


@given(data=st.binary(max_size=300))
def test_no_bytes_make_the_reader_fail(data: bytes) -> None:
    assert isinstance(read_plan(data), Plan | CouldNotLook)


@given(content=VALUES)
@settings(max_examples=300)
def test_no_json_makes_the_reader_fail(content: object) -> None:
    assert isinstance(read_plan(json.dumps(content).encode()), Plan | CouldNotLook)


@given(parts=st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=8), change=VALUES)
@settings(max_examples=300)
def test_what_is_of_another_shape_is_a_gap_and_the_rest_is_read(parts: dict[str, Any], change: object) -> None:
    good = resource(actions=["delete"], before={}, after=None)
    content = {**parts, "format_version": "1.2", "resource_changes": [change, good]}
    found = read(content)
    assert any(each.address == "aws_s3_bucket.a" and each.action is Action.DELETE for each in found.changes)
    for gap in found.gaps:
        assert gap.detail


@given(cut=st.integers(min_value=1))
def test_half_a_plan_is_told_with_the_place(cut: int) -> None:
    data = REAL.read_bytes().rstrip()
    half = data[: cut % (len(data) - 1) + 1]
    assert missing(half).reason is Reason.UNPARSED
    assert "character" in missing(half).detail


def test_a_real_plan_is_read_whole() -> None:
    found = read_plan(REAL.read_bytes())
    assert isinstance(found, Plan)
    assert found.gaps == ()
    told = {each.address: (each.action, each.reason) for each in found.changes}
    assert told["terraform_data.db"] == (Action.REPLACE, "replace_because_cannot_update")
    assert told['terraform_data.each["y"]'] == (Action.DELETE, "delete_because_each_key")
    assert told["terraform_data.many[2]"] == (Action.DELETE, "delete_because_count_index")
    assert told["terraform_data.forget"][0] is Action.FORGET
    assert [each.previous_address for each in found.changes if each.previous_address] == ["terraform_data.old"]
    assert [(each.name, each.action) for each in found.outputs] == [("gone", Action.DELETE), ("o", Action.UPDATE)]
    assert [each.status for each in found.checks] == ["fail"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"PK\x03\x04rest", "the plan file itself"),
        (b'{"@level":"info"}\n{"@level":"info"}', "messages of `terraform plan -json`"),
        (b'{"format_version":"1.0","values":{}}', "a state, not a plan"),
        (b'{"version":4,"lineage":"x"}', "a state file"),
        (b"[command]/usr/bin/terraform show -json p\n{}", "a wrapper"),
        (b"[]", "a list"),
        (b'{"format_version":"2.0","resource_changes":[]}', "version '2.0'"),
        (b'{"resource_changes":[]}', "no version"),
        (b'{"format_version":"1.2","resource_changes":[],"resource_changes":[{}]}', "'resource_changes'"),
        (b"[" * 200_000, "nested too deep"),
        (b'{"a": "\xff"}', "byte 7 of"),
        (b'{"format_version":"1.2","resource_changes":[],"n":' + b"9" * 5_000 + b"}", "more digits"),
    ],
)
def test_what_is_no_plan_is_called_by_what_it_is(data: bytes, words: str) -> None:
    assert words in missing(data).detail


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_plan_that_a_shell_wrote_in_its_own_encoding_is_read(encoding: str) -> None:
    assert isinstance(read_plan(REAL.read_text("utf-8").encode(encoding)), Plan)


def test_a_plan_larger_than_is_read_says_how_to_make_it_smaller() -> None:
    found = missing(b" " * (MOST_BYTES + 1))
    assert found.reason is Reason.LIMIT
    assert "prior_state" in found.remedy


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        ({"errored": True}, "broke off with an error"),
        ({"complete": False}, "not complete"),
        (
            {"deferred_changes": [{"reason": "x", "resource_change": resource(actions=["create"])}]},
            "1 changes are put off",
        ),
    ],
)
def test_what_a_plan_does_not_hold_is_a_gap(flags: dict[str, Any], words: str) -> None:
    (gap,) = read({"format_version": "1.2", "resource_changes": [], **flags}).gaps
    assert gap.reason is Reason.STALE_DATA
    assert words in gap.detail


def test_an_action_that_is_not_known_is_told_with_its_place() -> None:
    found = read({"format_version": "1.9", "resource_changes": [resource(actions=["evaporate"])]})
    assert [gap.detail for gap in found.gaps] == [
        "resource_changes[0].change.actions of the plan says evaporate, which is not known here"
    ]


@pytest.mark.parametrize(
    ("path", "before", "more"),
    [
        (("password",), "hunter2", {}),
        (("settings", "api_token"), "x", {}),
        (("engine",), "mysql", {"hidden_before": {"engine": True}}),
        (("engine",), "mysql", {"hidden_after": True}),
        (("dsn",), "db.example.com", {}),
        (("passphrase",), "x", {}),
        (("url",), "x", {}),
        (("cookie",), "x", {}),
        (("name",), "postgres://u:p@db/x", {}),
        (("name",), "password=x", {}),
        (("identifier",), "AKIAIOSFODNN7EXAMPLE", {}),
        (("pin",), 1234, {}),
        (("description",), "a" * 60, {}),
        (("description",), "a\x1b[31m", {}),
    ],
)
def test_a_value_that_may_be_secret_is_not_shown(
    path: tuple[str, ...], before: str | int, *, more: dict[str, Any]
) -> None:
    values: Any = before
    for name in reversed(path):
        values = {name: values}
    change = ResourceChange(address="a.b", type="a", name="b", action=Action.REPLACE, before=values, after={}, **more)
    assert change.shown(path) == ""


@pytest.mark.parametrize(("name", "was", "now"), [("engine", "mysql", "postgres"), ("internal", False, True)])
def test_what_is_harmless_is_shown(name: str, was: object, now: object) -> None:
    change = ResourceChange(
        address="a.b", type="a", name="b", action=Action.REPLACE, before={name: was}, after={name: now}
    )
    assert change.shown((name,)).count(" to ") == 1


def test_lone_surrogates_reach_no_output() -> None:
    found = read(
        {"format_version": "1.2", "resource_changes": [{**resource(actions=["delete"]), "address": "a.b\ud800"}]}
    )
    found.changes[0].address.encode("utf-8")


def test_five_megabytes_are_read_in_little_time() -> None:
    values = {f"argument_{number}": f"value {number}" for number in range(40)}
    one = resource(actions=["update"], before=values, after={**values, "x": 1}, after_unknown={})
    data = json.dumps({"format_version": "1.2", "resource_changes": [one] * 2_200}).encode()
    assert len(data) > 5_000_000
    start = time.process_time()
    found = read_plan(data)
    spent = time.process_time() - start
    assert isinstance(found, Plan)
    assert len(found.changes) == 2_200
    assert spent < 0.3
