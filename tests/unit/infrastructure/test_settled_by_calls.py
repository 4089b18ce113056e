"""A variable of a module that goes or comes is what every call in the repository gives it, and a state's place is one however it is written."""

import pytest
from tests.unit.infrastructure.told import said

BLOCK = """resource "aws_s3_bucket_public_access_block" "main" {
  bucket                  = aws_s3_bucket.main.id
  block_public_acls       = VALUE
  block_public_policy     = VALUE
  ignore_public_acls      = VALUE
  restrict_public_buckets = VALUE
}

resource "aws_s3_bucket" "main" {
  bucket = "main"
}
"""
VARIABLE = 'variable "public" {\n  default = false\n}\n'
CALL = 'module "NAME" {\n  source = "./bucket"\nMORE}\n'
STATE = """terraform {
  BLOCK {
    organization = "shop"
    workspaces {
      name = "NAME"
    }
  }
}
"""


def call(name: str, more: str = "") -> str:
    return CALL.replace("NAME", name).replace("MORE", more)


PUBLIC = "  public = true\n"


@pytest.mark.parametrize(
    ("calls", "expected"),
    [
        (call("a", PUBLIC) + call("b", PUBLIC), []),
        (call("a", PUBLIC) + call("b"), [("high", "medium")]),
        (call("a"), [("high", "medium")]),
        ("", [("high", "medium")]),
    ],
)
def test_what_every_call_gave_is_what_it_was(calls: str, expected: list[tuple[str, str]]) -> None:
    before = {"main.tf": calls, "bucket/main.tf": BLOCK.replace("VALUE", "!var.public") + VARIABLE}
    after = {"main.tf": calls.replace(PUBLIC, ""), "bucket/main.tf": BLOCK.replace("VALUE", "false")}
    assert said("public-access", before, after) == expected


def test_what_every_call_gives_is_what_it_is() -> None:
    before = {"main.tf": call("a"), "bucket/main.tf": BLOCK.replace("VALUE", "true")}
    after = {"main.tf": call("a", PUBLIC), "bucket/main.tf": BLOCK.replace("VALUE", "!var.public") + VARIABLE}
    assert said("public-access", before, after) == [("high", "medium")]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (('backend "remote"', "prod"), ("cloud", "prod"), []),
        (("cloud", "prod"), ('backend "remote"', "prod"), []),
        (('backend "remote"', "prod"), ("cloud", "other"), [("high", "medium")]),
    ],
)
def test_a_cloud_block_is_the_newer_form_of_a_remote_backend(
    old: tuple[str, str], new: tuple[str, str], expected: list[tuple[str, str]]
) -> None:
    before, after = (STATE.replace("BLOCK", kind).replace("NAME", name) for kind, name in (old, new))
    assert said("state-moved", {"main.tf": before}, {"main.tf": after}) == expected


STORE = 'resource "azurerm_storage_account" "main" {\n  name           = "ledger"\n  is_hns_enabled = var.hns\n}\n'
HNS = 'variable "hns" {\n  default = VALUE\n}\n'
REPLACED = [("critical", "medium")]


def store(*, default: str, calls: str) -> dict[str, str]:
    return {"main.tf": calls, "bucket/main.tf": STORE + HNS.replace("VALUE", default)}


@pytest.mark.parametrize(
    ("calls", "expected"),
    [
        (call("a", "  hns = false\n"), []),
        (call("a", "  hns = false\n") + call("b", "  hns = true\n"), []),
        (call("a", "  hns = var.hns\n"), []),
        (call("a", "  hns = false\n") + call("b"), REPLACED),
        ("", REPLACED),
    ],
    ids=[
        "the only call says it",
        "each call says its own",
        "a call hands it on",
        "one call leaves it",
        "nobody calls it",
    ],
)
def test_a_default_that_no_call_takes_makes_no_difference(calls: str, expected: list[tuple[str, str]]) -> None:
    assert said("data-replaced", store(default="false", calls=calls), store(default="true", calls=calls)) == expected


def test_an_argument_that_is_written_otherwise_is_what_every_call_makes_of_it() -> None:
    same = store(default="true", calls=call("a", "  hns = false\n"))
    literal = {**same, "bucket/main.tf": same["bucket/main.tf"].replace("= var.hns", "= false")}
    assert said("data-replaced", literal, same) == []
    assert said("data-replaced", {**literal, "main.tf": call("a")}, {**same, "main.tf": call("a")}) == REPLACED


def test_what_a_call_gives_otherwise_is_told_of_the_call_alone() -> None:
    before = store(default="false", calls=call("a", "  hns = false\n"))
    after = store(default="true", calls=call("a", "  hns = true\n"))
    assert said("data-replaced", before, after) == REPLACED
