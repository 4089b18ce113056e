"""What is made, or emptied, in no production: an expression tells environments apart by their names."""

import pytest
from tests.unit.infrastructure.test_changes_of_infrastructure import infrastructure

from weighbridge.domain.findings import Confidence
from weighbridge.facts.terraform.changes import Action
from weighbridge.landscape.infrastructure.modules import module_changes

BUCKET = """\
variable "env" {
  type = string
}

resource "aws_s3_bucket" "logs" {
  bucket = "shop-logs"
  %s
}
"""
GONE = 'variable "env" {\n  type = string\n}\n'
CALL = GONE + '\nmodule "pipeline" {\n  source = "./pipeline"\n  %s\n}\n'


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        ('count = var.env == "production" ? 0 : 1', "count"),
        ('count = var.env != "prod" ? 1 : 0', "count"),
        ('for_each = contains(["dev", "staging"], var.env) ? { a = 1 } : {}', "for_each"),
        ('count = var.env == "production" ? 1 : 0', ""),
        ('count = var.env == "development" ? 1 : 2', ""),
        ("count = var.wanted ? 1 : 0", ""),
    ],
)
def test_what_production_never_had_is_less_surely_lost(argument: str, expected: str) -> None:
    (found,) = infrastructure({"main.tf": (BUCKET % argument, GONE)}).alterations
    assert found.change.action is Action.DELETE
    assert (found.confidence is Confidence.LOW, f"`{expected}`" in found.note) == (bool(expected), bool(expected))


@pytest.mark.parametrize(
    ("argument", "expected"),
    [('count = var.env == "production" ? 0 : 1', "count"), ('count = var.env == "production" ? 1 : 0', "")],
)
def test_a_call_that_made_nothing_in_production_is_known_by_it(argument: str, expected: str) -> None:
    (found,) = module_changes(infrastructure({"main.tf": (CALL % argument, GONE)}).sources)
    assert found.spared_by == expected


@pytest.mark.parametrize(
    ("value", "is_emptied"),
    [
        ('var.env == "development"', False),
        ('var.env == "production" ? false : true', False),
        ('var.env == "production"', None),
        ("var.wanted", None),
    ],
)
def test_what_is_emptied_in_trials_alone_is_refused_elsewhere(value: str, *, is_emptied: bool | None) -> None:
    (found,) = infrastructure({"main.tf": (BUCKET % f"force_destroy = {value}", GONE)}).alterations
    held = found.change.before["force_destroy"]
    assert (held if isinstance(held, bool) else None) is is_emptied
