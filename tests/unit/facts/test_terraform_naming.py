"""Which blocks of a Terraform file are read where only names matter."""

from collections.abc import Iterator

import pytest

from weighbridge.facts.terraform.blocks import SourceFile
from weighbridge.facts.terraform.naming import KINDS, naming_blocks, naming_kinds
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
    """The naming blocks as they are read by their kinds, and as reading all of the file gives them."""
    whole = read_source(data, "main.tf")
    assert isinstance(whole, SourceFile)
    by_kind = [each for kind in sorted(KINDS) for each in read_naming(data, "main.tf", kind=kind)]
    all_read = [each for kind in sorted(KINDS) for each in whole.blocks if each.type == kind]
    for found in (by_kind, all_read):
        yield [(each.type, each.labels, each.line, each.values) for each in found]


@pytest.mark.parametrize("kind", ["locals", "variable", "module", "moved"])
def test_the_blocks_of_a_kind_stand_alone_on_their_own_lines(kind: str) -> None:
    """Every other block is not there, and no line number is another."""
    cut = naming_blocks(_FILE, kind)
    assert cut is not None
    found, whole = (read_source(text, "main.tf") for text in (cut, _FILE))
    assert isinstance(found, SourceFile)
    assert isinstance(whole, SourceFile)
    assert found.blocks == tuple(each for each in whole.blocks if each.type == kind)


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
    found, whole = _both(text.encode())
    assert found == whole
    assert found


def test_a_star_within_a_text_begins_no_comment() -> None:
    """As it stands in nearly every policy."""
    assert naming_blocks(b'locals {\n  any = "arn:aws:s3:::logs/*"\n}\n', "locals") is not None


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        (b'resource "a" "b" {\n}\n', set()),
        (b'locals {\n}\nmoved {\n}\n', {"locals", "moved"}),
        (b'{"variable": {"x": {}}}', {"variable"}),
        (b'{"resource": {"a": {}}}', set()),
    ],
)  # fmt: skip
def test_the_kinds_that_a_file_may_hold_are_told_by_its_words(text: bytes, kinds: set[str]) -> None:
    """In either notation."""
    assert naming_kinds(text) == kinds
