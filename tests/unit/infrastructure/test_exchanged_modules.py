"""A module call that means another module of the repository."""

import pytest
from tests.unit.infrastructure.told import said, told

CHANGED = "module-changed"
CALL = 'module "host" {\n  source = "SOURCE"\n}\n'
HOST = 'resource "aws_instance" "NAME" {\n  ami           = "ami-1"\n  instance_type = "t3.micro"\n}\n'
DATABASE = 'resource "aws_db_instance" "main" {\n  engine = "postgres"\nMORE}\n'
ROLE = 'resource "aws_iam_role" "main" {\n  name = "main"\n}\n'
MOVED = "moved {\n  from = FROM\n  to   = TO\n}\n"
INNER = 'module "inner" {\n  source = "../inner"\n}\n'


def call(source: str, more: str = "") -> str:
    return CALL.replace("SOURCE", source) + more


def turned(old: str, new: str, *, beside: str = "", more: dict[str, str] | None = None) -> list[tuple[str, str]]:
    kept = {"a/main.tf": old, "b/main.tf": new, **(more or {})}
    return said(CHANGED, {"main.tf": call("./a"), **kept}, {"main.tf": call("./b", beside), **kept})


@pytest.mark.parametrize(
    ("old", "severity"),
    [
        (HOST.replace("NAME", "a"), "high"),
        (DATABASE.replace("MORE", ""), "high"),
        (DATABASE.replace("MORE", "  deletion_protection = true\n"), "medium"),
        (ROLE, "medium"),
    ],
)
def test_what_the_other_module_does_not_make_is_destroyed(old: str, severity: str) -> None:
    assert turned(old, HOST.replace("NAME", "b")) == [(severity, "medium")]


def test_what_the_other_module_makes_under_the_same_name_stays() -> None:
    host = HOST.replace("NAME", "a")
    assert turned(host, host + ROLE) == []
    inner = {"inner/main.tf": host}
    assert turned(INNER, INNER + ROLE, more=inner) == []
    assert turned(host, INNER, more=inner) == [("high", "medium")]


def test_what_is_said_to_have_moved_stays() -> None:
    old, new = HOST.replace("NAME", "a"), HOST.replace("NAME", "b")
    within = MOVED.replace("FROM", "aws_instance.a").replace("TO", "aws_instance.b")
    assert turned(old, new + within) == []
    above = MOVED.replace("FROM", "module.host.aws_instance.a").replace("TO", "module.host.aws_instance.b")
    assert turned(old, new, beside=above) == []


def test_what_the_call_makes_none_of_is_not_lost() -> None:
    off = (
        HOST.replace("NAME", "a").replace("{\n", "{\n  count = var.on ? 1 : 0\n", 1)
        + 'variable "on" {\n  default = false\n}\n'
    )
    assert turned(off + ROLE, ROLE) == []


def test_a_module_that_moves_as_it_is_loses_nothing() -> None:
    host = HOST.replace("NAME", "a")
    before = {"main.tf": call("./a"), "a/main.tf": host}
    assert said(CHANGED, before, {"main.tf": call("./b"), "b/main.tf": host}) == []


@pytest.mark.parametrize(("source", "severity"), [("./gone", "high"), ("../../../elsewhere", "medium")])
def test_of_a_module_that_is_not_there_nothing_is_taken_for_granted(source: str, severity: str) -> None:
    kept = {"x/y/a/main.tf": HOST.replace("NAME", "a")}
    (found,) = told(CHANGED, {"x/y/main.tf": call("./a"), **kept}, {"x/y/main.tf": call(source), **kept})
    assert found.severity == severity
    assert f"nothing of `{source}` is in the repository" in found.message


def test_that_another_folder_of_staging_is_meant_is_less_sure_to_matter() -> None:
    kept = {"m/a/main.tf": HOST.replace("NAME", "a"), "m/b/main.tf": HOST.replace("NAME", "b"), "prod/main.tf": ROLE}
    before, after = ({"staging/main.tf": call(f"../m/{each}"), **kept} for each in "ab")
    assert said(CHANGED, before, after) == [("high", "low")]
