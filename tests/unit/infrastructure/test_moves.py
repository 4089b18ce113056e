"""What `moved` and `removed` blocks keep, and what they only seem to."""

import pytest
from tests.rules.sql.judging import sight_of

from weighbridge.domain.findings import Severity
from weighbridge.domain.places import Side
from weighbridge.engine.discover import find_rules, load_rule
from weighbridge.engine.run import run_rules

RULES = [load_rule(place) for place in find_rules() if place.id == "infrastructure/data-destroyed"]
BUCKET = 'resource "aws_s3_bucket" "b" {\n}\n'
MODULE = 'module "x" {\n  source = "./x"\n}\n'


def database(name: str) -> str:
    return f'resource "aws_db_instance" "{name}" {{\n  identifier = "{name}"\n}}\n'


def moved(old: str, new: str) -> str:
    return f"moved {{\n  from = {old}\n  to = {new}\n}}\n"


def destroyed(before: str, after: str, **beside: str) -> int:
    """How many databases are told to be destroyed."""
    others = {f"{name}/main.tf": text for name, text in beside.items()}
    sight = sight_of({"main.tf": after, **others}, {"main.tf": before, **others})
    said = run_rules(RULES, sight.facts(Side.HEAD), base=sight.facts(Side.BASE), subjects=sight.subjects)
    return len([each for each in said.findings if each.severity in (Severity.HIGH, Severity.CRITICAL)])


A, B, C = "aws_db_instance.a", "aws_db_instance.b", "aws_db_instance.c"
BEFORE = database("a") + BUCKET


@pytest.mark.parametrize(
    "after",
    [
        moved(A, B) + moved(B, C),
        moved(A, B) + moved(B, A),
        moved(A, A),
        moved(A, "aws_s3_bucket.b"),
        moved(A, "module.none.aws_db_instance.a"),
        MODULE + moved(A, "module.x.aws_db_instance.a"),
        "removed {\n  from = aws_db_instance.a[0]\n  lifecycle {\n    destroy = false\n  }\n}\n",
    ],
    ids=["on and on to nothing", "in a circle", "to itself", "to another type", "to no module", "to a module", "one"],
)
def test_what_is_moved_to_what_cannot_take_it_is_destroyed(after: str) -> None:
    assert destroyed(BEFORE, BUCKET + after, x=BUCKET) == 1


def test_what_is_moved_onto_what_was_there_is_destroyed() -> None:
    assert destroyed(BEFORE + database("b"), BUCKET + database("b") + moved(A, B)) == 1


def test_of_two_that_are_moved_onto_one_the_other_is_destroyed() -> None:
    assert destroyed(BEFORE + database("b"), BUCKET + database("c") + moved(A, C) + moved(B, C)) == 1


@pytest.mark.parametrize(
    "after",
    [
        database("b") + moved(A, B),
        database("c") + moved(A, B) + moved(B, C),
        database("c") + moved(B, C) + moved(A, B),
        MODULE.replace("./x", "./y") + moved(A, "module.x.aws_db_instance.a"),
        MODULE.replace("./x", "org/db/aws") + moved(A, "module.x.aws_db_instance.this[0]"),
        database("b") + moved(f"{A}[0]", f'{B}["one"]') + moved(f"{A}[1]", f'{B}["two"]'),
    ],
    ids=["renamed", "twice", "twice, told backwards", "into a module", "into one of a registry", "one by one"],
)
def test_what_is_only_called_otherwise_is_kept(after: str) -> None:
    assert destroyed(BEFORE, BUCKET + after, y=database("a")) == 0
