"""Which blocks of a Terraform file are read where only names matter."""

from collections.abc import Iterator

import pytest

from weighbridge.facts.terraform.blocks import SourceFile
from weighbridge.facts.terraform.naming import holds_naming, naming_blocks
from weighbridge.facts.terraform.sources import read_naming, read_source

_FILE = b"""\
# variable "not_this" {
locals {
  own = "a"
  each = {
    b = 1
  }
}

resource "aws_s3_bucket" "logs" {
  bucket   = "logs/*"
  provider = aws.west
  tags = {
    Name = local.own
  }
}

variable "empty" {}

module "queue" {
  source = "./queue"
}
"""


def _both(data: bytes) -> Iterator[list[tuple[object, ...]]]:
    """What reading the naming blocks says of a file, and what reading all does."""
    for read in (read_naming, read_source):
        found = read(data, "main.tf")
        assert isinstance(found, SourceFile)
        yield [(each.type, each.labels, each.line, each.values) for each in found.blocks]


def test_the_naming_blocks_stand_alone_on_their_own_lines() -> None:
    """Every other block is not there, and no line number is another."""
    found, whole = _both(_FILE)
    assert found == [each for each in whole if each[0] != "resource"]


@pytest.mark.parametrize(
    "text",
    [
        'resource "a" "b" {\n  text = <<EOT\n}\nvariable "x" {\n}\nEOT\n}\nlocals {\n  y = 1\n}\n',
        'locals {\n  text = <<-EOT\n}\n  EOT\n  z = 2\n}\n',
        '/* gone:\nvariable "x" {\n}\n*/\nlocals {\n  y = 1\n}\n',
        'locals {\n  y = "a\\"" /*\n}\nvariable "x" {\n*/\n}\n',
        'locals { y = { z = 1 } } # both\nvariable "x" {\n}\n',
        'locals {\n  a = {\n}\n  b = 2\n}\n',
        '  variable "x" {\n    default = 1\n  }\nlocals {\n  y = 1\n}\n',
        'variable "x"\n{\n  default = 1\n}\n',
        'locals {\r\n  y = 1\r\n}\r\nresource "a" "b" {\r\n}\r\nvariable "x" { default = 1 }\r\n',
        'variable "x" { # what for }\n  default = 1\n}\n',
    ],
)  # fmt: skip
def test_what_the_beginnings_of_lines_do_not_tell_is_left_to_the_grammar(text: str) -> None:
    """Texts within texts, comments, blocks on one line: the same names with the same values come of all."""
    kinds = ("variable", "locals")
    found, whole = _both(text.encode())
    assert [each for each in found if each[0] in kinds] == [each for each in whole if each[0] in kinds]


def test_a_star_within_a_text_begins_no_comment() -> None:
    """As it stands in nearly every policy."""
    assert naming_blocks(b'locals {\n  any = "arn:aws:s3:::logs/*"\n}\n') is not None


@pytest.mark.parametrize(
    ("text", "is_there"),
    [
        (b'resource "a" "b" {\n}\n', False),
        (b'locals {\n}\n', True),
        (b'{"variable": {"x": {}}}', True),
        (b'{"resource": {"a": {}}}', False),
    ],
)  # fmt: skip
def test_files_without_any_are_not_read(text: bytes, *, is_there: bool) -> None:
    """In either notation."""
    assert holds_naming(text) is is_there
