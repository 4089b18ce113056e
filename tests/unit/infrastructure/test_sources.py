"""Source files: the blocks that any text holds, in both notations, and the lines that could not be read."""

import json

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.facts.terraform.blocks import Expression, SourceFile
from weighbridge.facts.terraform.sources import read_source

SEED = b"""
resource "aws_db_instance" "main" {
  count = var.x ? 1 : 0
  a     = "b\\n${upper("c")}" # d
  list  = [1, -2.5, true, null, { k = "v", (e) = f }]
  doc   = <<-EOT
    hello ${x}
  EOT
  dynamic "ingress" { for_each = [1] content { from_port = ingress.value } }
  lifecycle { ignore_changes = [tags, a["b"]] }
}
moved { from = aws_x.a to = module.b["k"].aws_x.a }
"""


def read(text: str, path: str = "main.tf") -> SourceFile:
    found = read_source(text.encode(), path)
    assert isinstance(found, SourceFile)
    return found


def test_a_file_that_is_encrypted_is_no_source() -> None:
    found = read_source(b"\0GITCRYPT\0" + SEED, "main.tf")
    assert isinstance(found, CouldNotLook)
    assert "is encrypted" in found.detail


@given(data=st.binary(max_size=300), path=st.sampled_from(["a.tf", "a.tf.json", "a.tofu"]))
def test_no_bytes_make_the_reader_fail(data: bytes, path: str) -> None:
    assert isinstance(read_source(data, path), SourceFile | CouldNotLook)


@given(start=st.integers(0, len(SEED)), length=st.integers(0, 40), put=st.binary(max_size=12))
@settings(max_examples=300)
def test_a_file_that_is_damaged_anywhere_is_read_as_far_as_it_goes(start: int, length: int, *, put: bytes) -> None:
    data = SEED[:start] + put + SEED[start + length :]
    assume(not data.startswith(b"\0GITCRYPT"))
    found = read_source(data, "main.tf")
    assert isinstance(found, SourceFile)
    for first, last in found.unread:
        assert 1 <= first <= last


@given(
    content=st.recursive(
        st.none() | st.booleans() | st.text(max_size=6),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["resource", "aws_x", "module", "terraform", "backend"]) | st.text(max_size=3),
                inner,
                max_size=3,
            )
        ),
        max_leaves=20,
    )
)
def test_no_json_makes_the_reader_fail(content: object) -> None:
    assert isinstance(read_source(json.dumps(content).encode(), "a.tf.json"), SourceFile | CouldNotLook)


def test_values_that_need_no_running_are_known() -> None:
    (block,) = read(
        'resource "a" "b" {\n  n = -20\n  on = true\n  text = "x\\ty $${z}"\n  many = ["a", 1, null,]\n  p = jsonencode({ A = ["*"] })\n}'
    ).blocks
    assert block.values == {"n": -20, "on": True, "text": "x\ty ${z}", "many": ["a", 1, None], "p": {"A": ["*"]}}
    assert block.lines["p"] == 6


def test_what_only_running_tells_is_kept_as_it_is_written() -> None:
    (block,) = read('resource "a" "b" {\n  n = var.x   ?  1 : 0\n  t = "a-${b}"\n}').blocks
    assert block.values == {"n": Expression("var.x ? 1 : 0"), "t": Expression("a-${b}", is_template=True)}


def test_blocks_within_stand_as_plans_have_them() -> None:
    (block,) = read('resource "a" "b" {\n  ingress { port = 1 }\n  ingress { port = 2 }\n}').blocks
    assert block.values == {"ingress": [{"port": 1}, {"port": 2}]}


@pytest.mark.parametrize(
    "text",
    [
        '{"resource": {"a": {"b": {"n": 1}}}}',
        '{"resource": [{"a": {"b": {"n": 1}}}]}',
        '{"resource": {"a": [{"b": [{"n": 1}]}]}}',
    ],
)
def test_json_says_the_same_in_each_of_its_forms(text: str) -> None:
    (block,) = read(text, "main.tf.json").blocks
    assert (block.type, block.labels, block.values) == ("resource", ("a", "b"), {"n": 1})


def test_lines_that_cannot_be_read_are_told() -> None:
    found = read('resource "a" "b" {\n  n = \n}\nresource "c" "d" {\n  m = 1\n}\n')
    assert found.unread
    assert all(2 <= first <= 7 for first, _ in found.unread)


def test_lists_as_deep_as_anybody_likes_are_read_soon() -> None:
    assert isinstance(read_source(b"a = " + b"[" * 20_000, "main.tf"), SourceFile)
    nested = 'resource "a" "b" {\n' + "x {\n" * 3_000 + "}\n" * 3_001
    assert read(nested).blocks
